"""Summonses that a clinic sends by hand, written (S14)."""

from dataclasses import asdict, dataclass

from sqlalchemy import insert
from sqlmodel import Session, col, select

from tidbok_cli.domain.policy import ClinicBookingMessage
from tidbok_cli.store.tables import Message


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
    kind = str(ClinicBookingMessage.SUMMONS)
    alike = ("unit_id", "resident_id", "booking_id", "code", "sent_at")
    same = [col(getattr(Message, name)).is_not_distinct_from(getattr(summons, name)) for name in alike]
    if session.exec(select(Message.id).where(Message.kind == kind, *same)).first() is not None:
        return False
    session.connection().execute(insert(Message), asdict(summons) | {"kind": kind})
    return True
