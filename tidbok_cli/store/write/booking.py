"""Bookings, written: made, changed, ended, and alive again."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, exists, insert, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tidbok_cli.domain.booking_record import BookingRecord, Revival
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.store.relation_now import keep_of_new
from tidbok_cli.store.tables import Booking, BookingRevival, Resident
from tidbok_cli.store.write.engine import writer_of
from tidbok_cli.store.write.ids import in_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tidbok_cli.domain.booking import BookingOrigin

_COLUMNS: Final = tuple(each.name for each in fields(BookingRecord) if each.name != "resident")
"""Columns of a booking that a record has as they are."""

BookingKey = tuple[int, str]
"""A booking's unit (the store's number) and its id there."""


@dataclass(frozen=True, slots=True)
class KnownBooking:
    """A booking that the store has: its number there, and the record."""

    id: int
    record: BookingRecord


@dataclass(slots=True)
class BookingChanges:
    """Changes of bookings that the store has, by an import."""

    batch_id: int
    changed: list[tuple[KnownBooking, BookingRecord]] = field(default_factory=list)
    revivals: list[tuple[KnownBooking, Revival]] = field(default_factory=list)


def known_bookings(session: Session, keys: Iterable[BookingKey]) -> dict[BookingKey, KnownBooking]:
    """Those of the bookings that the store has."""
    by_unit: dict[int, list[str]] = {}
    for unit_id, booking_id in keys:
        by_unit.setdefault(unit_id, []).append(booking_id)
    found: dict[BookingKey, KnownBooking] = {}
    for unit_id, booking_ids in by_unit.items():
        for chunk in in_chunks(booking_ids):
            found |= {(unit_id, known_id): known for known_id, known in _known_of(session, unit_id, chunk)}
    return found


def _known_of(session: Session, unit_id: int, booking_ids: Iterable[str]) -> Iterable[tuple[str, KnownBooking]]:
    query = (
        select(Booking, Resident.number)
        .join(Resident)
        .where(Booking.unit_id == unit_id, col(Booking.booking_id).in_(booking_ids))
    )
    for booking, number in session.exec(query):
        assert booking.id is not None
        values: dict[str, Any] = {name: getattr(booking, name) for name in _COLUMNS}
        values["ended_as"] = BookingStatus(booking.ended_as) if booking.ended_as else None
        yield booking.booking_id, KnownBooking(booking.id, BookingRecord(resident=number, **values))
        session.expunge(booking)  # thousands of them; the import's batch stays


def write(session: Session, changes: BookingChanges, residents: Mapping[str, int]) -> None:
    """Write changes; `residents`: the store's numbers by person number."""
    _add_revivals(session, changes.revivals)
    lives_again = (
        known.id for known, record in changes.changed if known.record.ended_at is not None and record.ended_at is None
    )
    _let_go(session, lives_again)
    _end_otherwise(session, changes)
    if changes.changed:
        changed = {"changed_in": changes.batch_id}
        rows = [{"number": known.id} | values_of(record, residents) | changed for known, record in changes.changed]
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "number"}
        renamed = [{name if name == "number" else f"new_{name}": value for name, value in row.items()} for row in rows]
        statement = update(Booking).where(col(Booking.id) == bindparam("number")).values(columns)
        session.connection().execute(statement, renamed)


def _end_otherwise(session: Session, changes: BookingChanges) -> None:
    """Forget that ends, now told otherwise, were for absence from a file."""
    ends = [
        known.id
        for known, record in changes.changed
        if (known.record.ended_at, known.record.ended_as) != (record.ended_at, record.ended_as)
    ]
    for chunk in in_chunks(ends):
        absent = (col(Booking.id).in_(chunk), col(Booking.absent_from).is_not(None))
        session.connection().execute(update(Booking).where(*absent).values(absent_from=None))


def _let_go(session: Session, revived: Iterable[int]) -> None:
    """Let go slots and bases of revived bookings that another has had."""
    for chunk in in_chunks(revived):
        these = update(Booking).where(col(Booking.id).in_(chunk))
        session.connection().execute(these.where(col(Booking.ended_by).is_not(None)).values(ended_by=None))
        for name in ("slot_id", "basis_id"):
            other = aliased(Booking)
            had = exists().where(getattr(other, name) == getattr(Booking, name), col(other.id) != col(Booking.id))
            session.connection().execute(these.where(had.correlate(Booking)).values({name: None}))


def _add_revivals(session: Session, revivals: Iterable[tuple[KnownBooking, Revival]]) -> None:
    """Add ends that were taken back.

    Nearly all are a booking's first, by the thousand after a file that was not whole after all.
    """
    for chunk in in_chunks(revivals):
        numbers = [known.id for known, _ in chunk]
        files = dict(session.exec(select(Booking.id, Booking.absent_from).where(col(Booking.id).in_(numbers))).all())
        before = set(session.exec(select(BookingRevival.booking_id).where(col(BookingRevival.booking_id).in_(numbers))))
        rows = []
        for known, revival in chunk:
            row = _revival_row(known.id, revival, files[known.id])
            rows.append(_joined(session, row) if known.id in before else row)
        session.connection().execute(insert(BookingRevival), rows)


def _revival_row(number: int, revival: Revival, absent_from: int | None) -> dict[str, Any]:
    return {
        "booking_id": number,
        "ended_at": revival.ended_at,
        "ended_as": str(revival.ended_as),
        "revived_at": revival.revived_at,
        "absent_from": absent_from,
    }


def _joined(session: Session, row: dict[str, Any]) -> dict[str, Any]:
    """One end in place of all that it meets or overlaps."""
    met = (
        col(BookingRevival.booking_id) == row["booking_id"],
        col(BookingRevival.ended_at) <= row["revived_at"],
        col(BookingRevival.revived_at) >= row["ended_at"],
    )
    connection = session.connection()
    earlier = connection.execute(select(BookingRevival.ended_at, BookingRevival.revived_at).where(*met)).all()
    connection.execute(delete(BookingRevival).where(*met))
    return row | {
        "ended_at": min([row["ended_at"], *(ended_at for ended_at, _ in earlier)]),
        "revived_at": max([row["revived_at"], *(revived_at for _, revived_at in earlier)]),
    }


def values_of(record: BookingRecord, residents: Mapping[str, int]) -> dict[str, Any]:
    """A record as the columns of a booking."""
    return {"resident_id": residents[record.resident]} | {name: getattr(record, name) for name in _COLUMNS}


class Ties(NamedTuple):
    """The store's numbers of what a booking takes, uses and replaces."""

    slot_id: int | None = None
    basis_id: int | None = None
    replaces: int | None = None


def make(session: Session, key: BookingKey, record: BookingRecord, resident_id: int, ties: Ties) -> int:
    """Add a booking made here; return the store's number."""
    row = values_of(record, {record.resident: resident_id}) | ties._asdict()
    named = {"unit_id": key[0], "booking_id": key[1], "imported": False, "batch_id": None}
    session.connection().execute(insert(Booking), row | named)
    number = session.scalar(select(Booking.id).where(Booking.unit_id == key[0], Booking.booking_id == key[1]))
    assert number is not None
    keep_of_new(writer_of(session), number - 1)
    return number


def end(session: Session, number: int, ended_at: int, ended_as: BookingStatus, by: BookingOrigin) -> None:
    """End a booking, whose slot is free again.

    So is its basis, where it was cancelled and the basis is still valid.
    """
    ended = {"ended_at": ended_at, "ended_as": str(ended_as), "ended_by": str(by)}
    session.connection().execute(update(Booking).where(col(Booking.id) == number).values(ended))
