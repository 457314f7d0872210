"""Summonses and other inbox messages, written (S14, S26)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlmodel import Session, col, select

from tidbok_cli.domain.region import ClinicBookingMessage
from tidbok_cli.store.tables import Message, Summons
from tidbok_cli.store.write.booking import BookingKey, known_bookings
from tidbok_cli.store.write.ids import in_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class NewSummons:
    """A summons, by the store's numbers: timed with a booking, else open.

    `sent_at` in seconds UTC.
    """

    unit_id: int
    resident_id: int
    booking_id: int | None
    code: str | None
    label: str | None
    sent_at: int


def send_once(session: Session, summons: NewSummons) -> bool:
    """Send a summons once in a second; return whether it was new."""
    kind = str(ClinicBookingMessage.SUMMONS)
    alike = ("unit_id", "resident_id", "booking_id", "code", "sent_at")
    same = [col(getattr(Message, name)).is_not_distinct_from(getattr(summons, name)) for name in alike]
    if session.exec(select(Message.id).where(Message.kind == kind, *same)).first() is not None:
        return False
    session.connection().execute(insert(Message), asdict(summons) | {"kind": kind})
    return True


@dataclass(frozen=True, slots=True)
class NewMessage:
    """An inbox message to be kept (S26); `sent_at` in seconds UTC."""

    key: BookingKey
    resident_id: int
    kind: str
    label: str
    sent_at: int


def send(session: Session, messages: Iterable[NewMessage]) -> None:
    """Send messages of bookings that are written already."""
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


def known_summonses(session: Session, keys: Iterable[BookingKey]) -> set[BookingKey]:
    """Those of the summonses that the store has."""
    wanted = set(keys)
    found: set[BookingKey] = set()
    for chunk in in_chunks({summons_id for _, summons_id in wanted}):
        query = select(Summons.unit_id, Summons.summons_id).where(col(Summons.summons_id).in_(chunk))
        found |= wanted.intersection(session.exec(query))
    return found


def add_summonses(session: Session, residents: Mapping[BookingKey, int], received_at: int, batch_id: int) -> None:
    """Keep open summonses, so that each is received once."""
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
