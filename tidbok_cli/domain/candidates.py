"""What things are called, as a shell offers them while a line is typed. Nothing of any resident."""

from __future__ import annotations

from typing import NamedTuple


class UnitName(NamedTuple):
    """A unit by its HSA-id and alias; the name that it has where it is configured."""

    hsa_id: str
    alias: str | None
    name: str | None


class CodeName(NamedTuple):
    """A code, what it is called for residents, and what the journal calls it."""

    code: str
    label: str | None
    journal_name: str | None


class BookingName(NamedTuple):
    """A booking by its id; its start in seconds UTC, and its code."""

    booking: str
    start: int
    code: str


class SlotName(NamedTuple):
    """A published time by its id; its start in seconds UTC, and its code."""

    slot: str
    start: int
    code: str


class BasisName(NamedTuple):
    """A booking basis by its id, and the code that it is for."""

    basis: str
    code: str


class EventName(NamedTuple):
    """An event of the relations' log by its id; when it happened, in seconds UTC, and what."""

    id: int
    occurred_at: int
    event: str
