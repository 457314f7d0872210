"""Bookings: merging rows of imports, and what follows (contract, section 2)."""

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


_COLUMNS: Final = {"starts_at": "start", "ends_at": "end", "ended_as": "status"}


def changed_columns(known: BookingRecord, record: BookingRecord) -> list[str]:
    """Name the import's columns in which two records differ."""
    names = (field.name for field in fields(BookingRecord) if getattr(known, field.name) != getattr(record, field.name))
    return [_COLUMNS.get(name, name) for name in names]


class Revival(NamedTuple):
    """An end taken back: it held from `ended_at` until before `revived_at`."""

    ended_at: int
    ended_as: BookingStatus
    revived_at: int


class MergedBooking(NamedTuple):
    """A booking after a row; unchanged, `record` equals the known one."""

    record: BookingRecord
    revival: Revival | None


def merge(known: BookingRecord | None, row: IncomingBooking, at: int) -> MergedBooking:
    """The booking after a row that was seen at the moment `at`.

    What the row does not say is kept, or, of a booking first seen, is the moment itself: when it was made, when it
    ended. It did not end before it is known to have been made. A booking that came back as booked is live again; the
    time in which it was ended stays known.
    """
    created_at = _created_at(known, row, at)
    ended_at, ended_as = _end(known, row, at, created_at)
    record = BookingRecord(
        resident=row.resident,
        code=row.code,
        care_type=row.care_type if known is None or "care_type" in row.says else known.care_type,
        starts_at=row.starts_at,
        ends_at=row.ends_at if known is None or "end" in row.says else known.ends_at,
        created_at=created_at,
        ended_at=ended_at,
        ended_as=ended_as,
        origin=row.origin or (known.origin if known else None),
        calendar=row.calendar if known is None or "calendar" in row.says else known.calendar,
    )
    return MergedBooking(record, _revival(known, record, at))


class Beginning(NamedTuple):
    """The making and end of a booking that nobody knew."""

    created_at: int
    ended_at: int | None
    ended_as: BookingStatus | None


def beginning(row: IncomingBooking, at: int) -> Beginning:
    """Merge a row where no booking was known."""
    created_at = _created_at(None, row, at)
    return Beginning(created_at, *_end(None, row, at, created_at))


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
    seen_at = known.ended_at if known and known.ended_at is not None else at
    ended_at = seen_at if row.ended_at is None else row.ended_at
    return max(ended_at, created_at), row.status


def _revival(known: BookingRecord | None, record: BookingRecord, at: int) -> Revival | None:
    if known is None or known.ended_at is None or known.ended_as is None or record.ended_at is not None:
        return None
    return Revival(known.ended_at, known.ended_as, at) if at > known.ended_at else None


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


@dataclass(frozen=True, slots=True)
class BookingRow:
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


@dataclass(frozen=True, slots=True)
class BookingExported:
    """A booking with every column of an import; `ended_at` in seconds UTC."""

    row: BookingRow
    ended_at: int | None
    calendar: str | None
    care_type: str | None
