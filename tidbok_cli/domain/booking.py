"""Bookings: their record, and what follows from one for the relation (contract, section 2)."""

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
    """What bookings are to have to be listed; `code` is their code or care type, `status` that of the moment."""

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


class Revival(NamedTuple):
    """An end that was taken back: it held from `ended_at` until before `revived_at`."""

    ended_at: int
    ended_as: BookingStatus
    revived_at: int


def same_booking(known: BookingRecord, told: BookingRecord) -> bool:
    """Whether both say the same of what is booked, whenever it was made and whatever became of it."""
    return replace(known, created_at=0, ended_at=None, ended_as=None) == replace(
        told, created_at=0, ended_at=None, ended_as=None
    )


_MESSAGE_EVENT: Final = {ClinicBookingMessage.SUMMONS: Event.SUMMONS_RECEIVED}


class Consequence(NamedTuple):
    """What a new booking brings: the relation event, the inbox message, or both; neither is possible."""

    event: Event | None = None
    message: ClinicBookingMessage | None = None


def consequence(origin: str | None, *, shown: bool, policy: ClinicBookingMessage) -> Consequence:
    """What follows from a booking by its origin (S15, S26).

    `shown`: whether unit and mapping show it at the moment at which it was made; nothing else is asked (S26).
    """
    if origin == BookingOrigin.RESIDENT:
        return Consequence(event=Event.BOOKED_BY_RESIDENT)
    if origin == BookingOrigin.CLINIC and shown and policy is not ClinicBookingMessage.NONE:
        return Consequence(event=_MESSAGE_EVENT.get(policy), message=policy)
    return Consequence()


def newly_told(known: BookingRecord | None, told: BookingRecord) -> bool:
    """Whether the booking's making is news: the booking is new, or its origin or moment has just been told."""
    return known is None or (known.origin, known.created_at) != (told.origin, told.created_at)


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking in a list; `status` as of the moment asked about, instants in seconds UTC."""

    unit: str
    booking: str
    resident: str
    code: str
    start: int
    end: int | None
    status: BookingStatus
    created_at: int
    origin: str | None


@dataclass(frozen=True, slots=True)
class BookingExported:
    """A booking with all that an import of bookings has columns for; `ended_at` in seconds UTC."""

    row: BookingRow
    ended_at: int | None
    calendar: str | None
    care_type: str | None
