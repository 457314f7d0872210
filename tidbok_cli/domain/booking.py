"""Bookings: their record, and what follows for the relation (contract, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.region import ClinicBookingMessage
from tidbok_cli.domain.relation import Event

if TYPE_CHECKING:
    from tidbok_cli.domain.facts import BookingStatus


class BookingOrigin(StrEnum):
    """Who made a booking."""

    CLINIC = "clinic"
    RESIDENT = "resident"


class BookingTraits(NamedTuple):
    """Filters for lists; `code` is a code or care type."""

    code: str | None = None
    origin: BookingOrigin | None = None
    status: BookingStatus | None = None


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


_MESSAGE_EVENT: Final = {ClinicBookingMessage.SUMMONS: Event.SUMMONS_RECEIVED}


class Consequence(NamedTuple):
    """The relation event and inbox message that a booking brings."""

    event: Event | None = None
    message: ClinicBookingMessage | None = None


def consequence(origin: str | None, *, shown: bool, policy: ClinicBookingMessage) -> Consequence:
    """Return what follows from a booking by its origin (S15, S26).

    `shown`: whether unit and mapping showed it when it was made; nothing else is asked (S26).
    """
    if origin == BookingOrigin.RESIDENT:
        return Consequence(event=Event.BOOKED_BY_RESIDENT)
    if origin == BookingOrigin.CLINIC and shown and policy is not ClinicBookingMessage.NONE:
        return Consequence(event=_MESSAGE_EVENT.get(policy), message=policy)
    return Consequence()


def newly_told(known: BookingRecord | None, record: BookingRecord) -> bool:
    """Tell whether the booking, its origin or its making is new."""
    return known is None or (known.origin, known.created_at) != (record.origin, record.created_at)


class BookingRow(NamedTuple):
    """A booking in a list; instants in seconds UTC."""

    unit: str
    booking: str
    resident: str
    code: str
    start: int
    end: int | None
    status: BookingStatus
    created_at: int
    origin: str | None


class BookingExported(NamedTuple):
    """A booking with every column of an import; `ended_at` in seconds UTC."""

    row: BookingRow
    ended_at: int | None
    calendar: str | None
    care_type: str | None
    information: str | None
    meeting_link: str | None
