"""Summonses written: those that a clinic sends by hand, and those to bookings that came by import (S14)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import insert
from sqlmodel import Session, col, select

from tidbok_cli.domain.policy import ClinicBookingMessage
from tidbok_cli.store.names import in_chunks
from tidbok_cli.store.tables import Message

_KIND: Final = str(ClinicBookingMessage.SUMMONS)


@dataclass(frozen=True, slots=True)
class NewSummons:
    """A summons, by the store's numbers; timed with a booking, open without. `sent_at` in seconds UTC."""

    unit_id: int
    resident_id: int
    booking_id: int | None
    code: str | None
    label: str | None
    sent_at: int


def send_once(session: Session, summons: NewSummons) -> bool:
    """Puts the summons into the inbox, unless the same was sent in that very second; says whether it did."""
    alike = ("unit_id", "resident_id", "booking_id", "code", "sent_at")
    same = [col(getattr(Message, name)).is_not_distinct_from(getattr(summons, name)) for name in alike]
    if session.exec(select(Message.id).where(Message.kind == _KIND, *same)).first() is not None:
        return False
    session.connection().execute(insert(Message), asdict(summons) | {"kind": _KIND})
    return True


def send_new(session: Session, summonses: Sequence[NewSummons]) -> None:
    """Puts those of the summonses, each to a booking, into the inbox that were not sent in that very second."""
    there: set[tuple[int | None, int]] = set()
    for chunk in in_chunks(summons.booking_id for summons in summonses):
        query = select(Message.booking_id, Message.sent_at).where(Message.kind == _KIND)
        there |= set(session.exec(query.where(col(Message.booking_id).in_(chunk))))
    rows = [asdict(each) | {"kind": _KIND} for each in summonses if (each.booking_id, each.sent_at) not in there]
    if rows:
        session.connection().execute(insert(Message), rows)
