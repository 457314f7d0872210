"""Merge of an import's row into a booking (contract, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from tidbok_cli.domain.booking_record import BookingRecord, Revival
from tidbok_cli.domain.booking_rows import BOOKING
from tidbok_cli.domain.facts import BookingStatus

if TYPE_CHECKING:
    from tidbok_cli.domain.booking_rows import IncomingBooking

S = TypeVar("S", bound=str)


class MergedBooking(NamedTuple):
    """A booking after a row; unchanged, its record equals the known one."""

    record: BookingRecord
    revival: Revival | None


def merge(known: BookingRecord | None, row: IncomingBooking, at: int) -> MergedBooking:
    """The booking after a row that was seen at the moment `at`.

    What the row does not say is kept, or, of a booking first seen, is the moment itself: when it was made, when it
    ended. It did not end before it is known to have been made. A booking that came back as booked is live again; the
    time in which it was ended stays known. Moved past the end that was known of it, it has none.
    """
    said = {name: getattr(row, name) for name in _SAID}
    kept = {name: getattr(known, name) for name in row.unsaid()} if known else {}
    ends_at = kept.get("ends_at")
    if ends_at is not None and ends_at < row.starts_at:
        kept["ends_at"] = None
    record = BookingRecord(**said | kept, **_life(known, row, at)._asdict())
    return MergedBooking(record, _revival(known, record, at))


class Beginning(NamedTuple):
    """When a booking was made and ended, and as what."""

    created_at: int
    ended_at: int | None
    ended_as: BookingStatus | None


_SAID: Final = tuple(field.name for field in fields(BookingRecord) if field.name not in Beginning._fields)


Moments = Sequence[int | None]


def unsaid_beginning(row: IncomingBooking, at: int) -> tuple[int | None, int | None]:
    """When `merge` has an unknown booking made and ended, each where the row does not say it itself."""
    begun = _life(None, row, at)
    return _unless(row.created_at, begun.created_at), _unless(row.ended_at, begun.ended_at)


def unsaid_beginnings(statuses: Sequence[str | None], created: Moments, ended: Moments, at: int) -> list[Moments]:
    """The answers of `unsaid_beginning` for many rows, as two columns."""
    first = [at if each is None else each for each in created]
    last: Moments = ended
    if not set(statuses) <= {None, BookingStatus.BOOKED.value}:
        last = [_ended(status, told, at, begun)[0] for status, told, begun in zip(statuses, ended, first, strict=True)]
    pairs = (created, first), (ended, last)
    return [[None] * len(said) if found == said else list(map(_unless, said, found)) for said, found in pairs]


def _unless(said: int | None, value: int | None) -> int | None:
    return None if value == said else value


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
    seen = known.ended_at if known and known.ended_at is not None else at
    return _ended(row.status, row.ended_at, seen, created_at)


def _ended(status: S | None, told: int | None, seen: int, created_at: int) -> tuple[int | None, S | None]:
    """How a booking ended, by its row; `seen`: when that was known, where the row does not say when."""
    if status is None or status == BookingStatus.BOOKED:
        return None, None
    return max(seen if told is None else told, created_at), status


def _revival(known: BookingRecord | None, record: BookingRecord, at: int) -> Revival | None:
    if known is None or known.ended_at is None or known.ended_as is None or record.ended_at is not None:
        return None
    return Revival(known.ended_at, known.ended_as, at) if at > known.ended_at else None


_NAMES: Final = {column.field: column.name for column in BOOKING.in_row} | {"ended_as": "status"}


def changed_columns(known: BookingRecord, told: BookingRecord) -> list[str]:
    """Columns in which the two differ."""
    names = (field.name for field in fields(known) if getattr(known, field.name) != getattr(told, field.name))
    return [_NAMES[name] for name in names]
