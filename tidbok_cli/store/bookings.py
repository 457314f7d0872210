"""Bookings, written: changed ones, open summonses, messages, and the batch that they came with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tidbok_cli.domain.bookings import Record, Revival
from tidbok_cli.domain.facts import Life
from tidbok_cli.store.names import in_chunks
from tidbok_cli.store.tables import Booking, BookingRevival, ImportBatch, Message, Resident, Summons

Key = tuple[int, str]
"""A booking's unit (the store's number) and its id there."""


@dataclass(frozen=True, slots=True)
class Known:
    """A booking that the store has: its number there, and the record."""

    id: int
    record: Record


@dataclass(slots=True)
class Changes:
    """What is to be written of bookings that the store has."""

    changed: list[tuple[Known, Record]] = field(default_factory=list)
    revivals: list[tuple[Known, Revival]] = field(default_factory=list)


def known_bookings(session: Session, keys: Iterable[Key]) -> dict[Key, Known]:
    """Those of the bookings that the store has."""
    by_unit: dict[int, list[str]] = {}
    for unit_id, booking_id in keys:
        by_unit.setdefault(unit_id, []).append(booking_id)
    found: dict[Key, Known] = {}
    for unit_id, booking_ids in by_unit.items():
        for chunk in in_chunks(booking_ids):
            found |= {(unit_id, known_id): known for known_id, known in _known_of(session, unit_id, chunk)}
    return found


def _known_of(session: Session, unit_id: int, booking_ids: Iterable[str]) -> Iterable[tuple[str, Known]]:
    query = (
        select(Booking, Resident.number)
        .join(Resident)
        .where(Booking.unit_id == unit_id, col(Booking.booking_id).in_(booking_ids))
    )
    for booking, number in session.exec(query):
        assert booking.id is not None
        record = Record(
            number, booking.code, booking.care_type, booking.starts_at, booking.ends_at, booking.created_at,
            booking.ended_at, Life(booking.ended_as) if booking.ended_as else None, booking.origin, booking.calendar,
        )  # fmt: skip
        yield booking.booking_id, Known(booking.id, record)
        session.expunge(booking)  # thousands of them; the import's batch stays


def write(session: Session, changes: Changes, residents: Mapping[str, int]) -> None:
    """Writes the changes; `residents` gives the store's numbers of all person numbers in them."""
    _add_revivals(session, changes.revivals)
    lives_again = (
        known.id for known, record in changes.changed if known.record.ended_at is not None and record.ended_at is None
    )
    _let_go(session, lives_again)
    _end_otherwise(session, changes)
    if changes.changed:
        rows = [{"number": known.id} | values_of(record, residents) for known, record in changes.changed]
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "number"}
        renamed = [{name if name == "number" else f"new_{name}": value for name, value in row.items()} for row in rows]
        statement = update(Booking).where(col(Booking.id) == bindparam("number")).values(columns)
        session.connection().execute(statement, renamed)


def _end_otherwise(session: Session, changes: Changes) -> None:
    """A booking whose end is told, or taken back, is no longer one that ended for being absent from a file."""
    ends = [
        known.id
        for known, record in changes.changed
        if (known.record.ended_at, known.record.ended_as) != (record.ended_at, record.ended_as)
    ]
    for chunk in in_chunks(ends):
        absent = (col(Booking.id).in_(chunk), col(Booking.absent_from).is_not(None))
        session.connection().execute(update(Booking).where(*absent).values(absent_from=None))


def _let_go(session: Session, revived: Iterable[int]) -> None:
    """Of bookings that come back to life, lets go the slot and the basis that another booking has had besides."""
    for chunk in in_chunks(revived):
        these = update(Booking).where(col(Booking.id).in_(chunk))
        session.connection().execute(these.where(col(Booking.ended_by).is_not(None)).values(ended_by=None))
        for name in ("slot_id", "basis_id"):
            other = aliased(Booking)
            had = exists().where(getattr(other, name) == getattr(Booking, name), col(other.id) != col(Booking.id))
            session.connection().execute(these.where(had.correlate(Booking)).values({name: None}))


def _add_revivals(session: Session, revivals: Iterable[tuple[Known, Revival]]) -> None:
    """Adds ends that were taken back. Nearly all are a booking's first, by the thousand after a file that was not whole
    after all."""
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
    """One end of those that it meets or overlaps, which it takes the place of, so that they stay apart."""
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


def values_of(record: Record, residents: Mapping[str, int]) -> dict[str, Any]:
    """A record as the columns of a booking."""
    return {
        "resident_id": residents[record.resident],
        "code": record.code,
        "care_type": record.care_type,
        "starts_at": record.starts_at,
        "ends_at": record.ends_at,
        "created_at": record.created_at,
        "ended_at": record.ended_at,
        "ended_as": record.ended_as,
        "origin": record.origin,
        "calendar": record.calendar,
    }


@dataclass(frozen=True, slots=True)
class Sent:
    """An inbox message to be kept (S26); `sent_at` in seconds UTC."""

    key: Key
    resident_id: int
    kind: str
    label: str
    sent_at: int


def send(session: Session, messages: Iterable[Sent]) -> None:
    """Puts the messages in the inboxes; their bookings are written already."""
    listed = list(messages)
    numbers = {key: known.id for key, known in known_bookings(session, {each.key for each in listed}).items()}
    rows = [
        {
            "unit_id": each.key[0],
            "resident_id": each.resident_id,
            "booking_id": numbers[each.key],
            "kind": each.kind,
            "label": each.label,
            "sent_at": each.sent_at,
        }
        for each in listed
    ]
    if rows:
        session.connection().execute(insert(Message), rows)


def known_summonses(session: Session, keys: Iterable[Key]) -> set[Key]:
    """Those of the summonses that the store has."""
    wanted = set(keys)
    found: set[Key] = set()
    for chunk in in_chunks({summons_id for _, summons_id in wanted}):
        query = select(Summons.unit_id, Summons.summons_id).where(col(Summons.summons_id).in_(chunk))
        found |= wanted.intersection(session.exec(query))
    return found


def add_summonses(session: Session, residents: Mapping[Key, int], received_at: int, batch_id: int) -> None:
    """Keeps open summonses, so that each is received once."""
    rows = [
        {
            "unit_id": unit_id,
            "summons_id": summons_id,
            "resident_id": resident_id,
            "received_at": received_at,
            "batch_id": batch_id,
        }
        for (unit_id, summons_id), resident_id in residents.items()
    ]
    if rows:
        session.connection().execute(insert(Summons), rows)


def add_batch(session: Session, kind: str, source: str, happened_at: int, recorded_at: int, actor: str) -> ImportBatch:
    """Opens the record of an import; its counts are filled in at the end."""
    batch = ImportBatch(
        kind=kind, source=source, happened_at=happened_at, recorded_at=recorded_at, actor=actor,
        created=0, updated=0, unchanged=0, rejected=0, events=0,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch
