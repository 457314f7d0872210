"""Names that a shell offers while typing; nothing of any resident."""

from __future__ import annotations

from typing import NamedTuple


class UnitName(NamedTuple):
    """A unit by its HSA-id and alias; `name` where it is configured."""

    hsa_id: str
    alias: str | None
    name: str | None


class CodeName(NamedTuple):
    """A code, its label for residents, and the journal's name."""

    code: str
    label: str | None
    journal_name: str | None


class BookingName(NamedTuple):
    """A booking by its id; `start` in seconds UTC."""

    booking: str
    start: int
    code: str


class SlotName(NamedTuple):
    """A published time by its id; `start` in seconds UTC."""

    slot: str
    start: int
    code: str


class BasisName(NamedTuple):
    """A booking basis by its id and code."""

    basis: str
    code: str


class EventName(NamedTuple):
    """A relation event by its id; `occurred_at` in seconds UTC."""

    id: int
    occurred_at: int
    event: str
