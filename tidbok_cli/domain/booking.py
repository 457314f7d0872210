"""What a row of an import makes of a booking, and what follows from it for the relation (contract, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.region import ClinicBookingMessage
from tidbok_cli.domain.relation import Event

if TYPE_CHECKING:
    from tidbok_cli.domain.booking_rows import IncomingBooking


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


class MergedBooking(NamedTuple):
    """What a row makes of a booking; equal to the known record where nothing changes."""

    record: BookingRecord
    revival: Revival | None


def merge(known: BookingRecord | None, row: IncomingBooking, at: int) -> MergedBooking:
    """The booking after a row that was seen at the moment `at`.

    What the row does not say is kept, or, of a booking first seen, is the moment itself: when it was made, when it
    ended. It did not end before it is known to have been made. A booking that came back as booked is live again; the
    time in which it was ended stays known.
    """
    said = {name: getattr(row, name) for name in _SAID}
    kept = {name: getattr(known, name) for name in row.unsaid()} if known else {}
    record = BookingRecord(**said | kept, **_life(known, row, at)._asdict())
    return MergedBooking(record, _revival(known, record, at))


class Beginning(NamedTuple):
    """When a booking was made and ended, and as what."""

    created_at: int
    ended_at: int | None
    ended_as: BookingStatus | None


_SAID: Final = tuple(field.name for field in fields(BookingRecord) if field.name not in Beginning._fields)


def beginning(row: IncomingBooking, at: int) -> Beginning:
    """The life that `merge` gives a booking that was not known; the rest is as the row says."""
    return _life(None, row, at)


def _life(known: BookingRecord | None, row: IncomingBooking, at: int) -> Beginning:
    created_at = _created_at(known, row, at)
    return Beginning(created_at, *_end(known, row, at, created_at))


def _created_at(known: BookingRecord | None, row: IncomingBooking, at: int) -> int:
    if row.created_at is not None:
        return row.created_at
    return known.created_at if known else at


def _end(
    known: BookingRecord | None, row: IncomingBooking, at: int, created_at: int
) -> tuple[int | None, BookingStatus | None]:
    if row.status is None and known and known.ended_at is not None:
        return max(known.ended_at, created_at), known.ended_as
    if row.status is None or row.status is BookingStatus.BOOKED:
        return None, None
    seen = known.ended_at if known and known.ended_at is not None else at
    told = seen if row.ended_at is None else row.ended_at
    return max(told, created_at), row.status


def _revival(known: BookingRecord | None, record: BookingRecord, at: int) -> Revival | None:
    if known is None or known.ended_at is None or known.ended_as is None or record.ended_at is not None:
        return None
    return Revival(known.ended_at, known.ended_as, at) if at > known.ended_at else None


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
