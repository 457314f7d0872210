"""Bookings' records, as the store keeps them (contract, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.facts import BookingStatus


@dataclass(frozen=True, slots=True)
class BookingRecord:
    """A booking as the store keeps it; instants in seconds UTC."""

    resident: str
    code: str
    care_type: str | None
    starts_at: int
    ends_at: int | None
    created_at: int
    ended_at: int | None
    ended_as: BookingStatus | None
    origin: str | None
    calendar: str | None
    information: str | None = None
    meeting_link: str | None = None


class Revival(NamedTuple):
    """An end taken back: it held from `ended_at` until before `revived_at`."""

    ended_at: int
    ended_as: BookingStatus
    revived_at: int


def same_booking(known: BookingRecord, record: BookingRecord) -> bool:
    """Tell whether two records book the same, whatever became of them."""
    return record == replace(known, created_at=record.created_at, ended_at=record.ended_at, ended_as=record.ended_as)


def newly_told(known: BookingRecord | None, record: BookingRecord) -> bool:
    """Tell whether the booking, its origin or its making is new."""
    return known is None or (known.origin, known.created_at) != (record.origin, record.created_at)
