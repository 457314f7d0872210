"""Bookings made, ended and moved here, as they take and free published times and booking bases."""

from typing import NamedTuple

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from tidbok_cli.domain.bookings import Origin, Record
from tidbok_cli.domain.facts import Life
from tidbok_cli.store.bookings import Key, values_of
from tidbok_cli.store.engine import writer_of
from tidbok_cli.store.present import keep_of_new
from tidbok_cli.store.tables import Booking


class Ties(NamedTuple):
    """What a booking takes, uses and replaces, by the store's numbers."""

    slot_id: int | None = None
    basis_id: int | None = None
    replaces: int | None = None


def make(session: Session, key: Key, record: Record, resident_id: int, ties: Ties) -> int:
    """Adds a booking that is made here; gives its number in the store."""
    row = values_of(record, {record.resident: resident_id}) | ties._asdict()
    named = {"unit_id": key[0], "booking_id": key[1], "imported": False, "batch_id": None}
    session.connection().execute(insert(Booking), row | named)
    number = session.scalar(select(Booking.id).where(Booking.unit_id == key[0], Booking.booking_id == key[1]))
    assert number is not None
    keep_of_new(writer_of(session), number - 1)
    return number


def end(session: Session, number: int, ended_at: int, ended_as: Life, by: Origin) -> None:
    """Ends a booking: its slot is free again, and its basis, where it was cancelled and the basis is still valid."""
    ended = {"ended_at": ended_at, "ended_as": str(ended_as), "ended_by": str(by)}
    session.connection().execute(update(Booking).where(col(Booking.id) == number).values(ended))
