"""`summons send`, which gives the relation (S14); summonses and the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import Action, BookingStatus
from tidbok_cli.domain.operation import OperationDone, OperationEvent, OperationMessage
from tidbok_cli.domain.region import ClinicBookingMessage
from tidbok_cli.domain.relation import Event
from tidbok_cli.errors import BadInput, Problem, Refused, Where
from tidbok_cli.store.read.situation import case_of
from tidbok_cli.store.read.summons import MessageFilter, messages, receivers
from tidbok_cli.store.read.unit import version_in_force
from tidbok_cli.workflows.lookup import (
    booking_in_store,
    expect_names,
    resident_in_store,
    resident_to_write,
    unit_in_store,
    unit_to_write,
)
from tidbok_cli.workflows.relation import record_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.summons import InboxMessage
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class SummonsAsked:
    """A summons as written: timed with a booking, else open."""

    resident: str
    unit: str
    booking: str | None = None
    code: str | None = None


def send_summons(context: Context, invitation: SummonsAsked) -> OperationDone:
    """Send the summons at the moment, once in the same second.

    Raises BadInput for a booking that is unknown, another resident's or for another code; Refused for one that is not
    booked at the moment.
    """
    from tidbok_cli.store.write.summons import NewSummons, send_once

    context.expect_purpose()
    number = context.resident(invitation.resident)
    expect_names({"--code": invitation.code})
    with context.writing() as (session, reader):
        case = _case(context, reader, invitation, number) if invitation.booking is not None else None
        unit = unit_to_write(context, session, reader, invitation.unit)
        pair = unit.id, resident_to_write(session, number)
        code = None if case else invitation.code
        label = _label(context, reader, unit.hsa_id, invitation.code, case)
        if not send_once(session, NewSummons(*pair, case.booking.id if case else None, code, label, context.at)):
            return OperationDone(changed=False, booking=case)
        received = Event.SUMMONS_RECEIVED  # one that was received in the same second gave the relation already
        event_id = record_once(context, session, reader, pair, received)
        event = OperationEvent(event_id, number, unit.hsa_id, received, context.at) if event_id is not None else None
        message = OperationMessage("summons", number, unit.hsa_id, label, context.at)
        return OperationDone(True, case, events=(event,) if event else (), messages=(message,))


def _case(context: Context, reader: Reader, invitation: SummonsAsked, number: str) -> Case:
    """Return the booking of the summons; raises as `send_summons` does."""
    found = booking_in_store(context, reader, invitation.booking or "", invitation.unit)
    case = case_of(reader, found, context.question(Action.SHOW))
    booking = case.booking
    if booking.resident != number:
        raise BadInput("summons.other_resident", where=Where(column="--booking"), booking=booking.booking_id)
    if invitation.code not in (None, booking.code, booking.care_type):
        raise BadInput("summons.other_code", where=Where(column="--code"), booking=booking.booking_id)
    if booking.status is not BookingStatus.BOOKED or context.at < booking.created_at:
        raise Refused("summons.not_booked", where=Where(column="--booking"), booking=booking.booking_id)
    return case


def _label(context: Context, reader: Reader, hsa_id: str, code: str | None, case: Case | None) -> str | None:
    """Return the label for the code, shown or not.

    Never the journal's name.
    """
    if case:
        return (case.mapping.label if case.mapping else None) or None
    version = version_in_force(reader, hsa_id, context.at)
    mapping = version.config.mapping(code, None) if version and code else None
    return (mapping.label if mapping else None) or None


def inbox_of(context: Context, resident: str) -> Iterator[InboxMessage]:
    """Yield a resident's messages by the moment; warn of a stranger."""
    context.expect_purpose()
    with context.reading() as reader:
        resident_id = resident_in_store(context, reader, resident)
        context.look("done" if resident_id else "none")
        if resident_id is None:
            context.warn(Problem("view.nobody", warning=True))
            return
        yield from messages(reader, context.at, MessageFilter(resident_id=resident_id))


def summonses(context: Context, unit: str | None, resident: str | None) -> Iterator[InboxMessage]:
    """Yield the summonses by the moment, of a unit or resident."""
    context.expect_purpose()
    with context.reading() as reader:
        unit_id = unit_in_store(context, reader, unit).id if unit else None
        resident_id = resident_in_store(context, reader, resident) if resident else None
        if resident and resident_id is None:
            context.look("none")
            return
        wanted = MessageFilter(unit_id, resident_id, str(ClinicBookingMessage.SUMMONS))
        context.look(shown=receivers(reader, context.at, wanted))
        yield from messages(reader, context.at, wanted)
