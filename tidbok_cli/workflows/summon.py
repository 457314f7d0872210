"""`summons send`: the clinic summons a resident, which gives the relation whatever is configured (S14)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.domain.case import Case
from tidbok_cli.domain.cells import parse_text
from tidbok_cli.domain.facts import Action, Life
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes.operations import EventTold, MessageTold, Outcome
from tidbok_cli.domain.relations import Event
from tidbok_cli.errors import BadInput, Refused, Where
from tidbok_cli.store.case import case_of, version_in_force
from tidbok_cli.store.listing import events_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.lookup import booking_in_store, written_hsa_id
from tidbok_cli.workflows.relate import is_so_already
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Invitation:
    """A summons as the caller wrote it: timed with a booking, open without; `code` says what for."""

    resident: str
    unit: str
    booking: str | None = None
    code: str | None = None


def send_summons(place: Workplace, invitation: Invitation) -> Outcome:
    """Sends the summons at the moment; saying it again in the same second changes nothing.

    Raises BadInput for a booking that is unknown, another resident's or for another code; Refused for one that is not
    booked at the moment.
    """
    from tidbok_cli.store.names import resident_ids, unit_ids
    from tidbok_cli.store.summons import NewSummons, send_once

    place.expect_purpose()
    number = place.resident(invitation.resident)
    if invitation.code is not None and (not invitation.code or parse_text(invitation.code).value is None):
        raise BadInput("argument.not_a_name", where=Where(column="--code"))
    with place.writing() as (session, reader):
        hsa_id = written_hsa_id(place, reader, invitation.unit)
        case = _case(place, reader, invitation, number) if invitation.booking is not None else None
        pair = unit_ids(session, {hsa_key(hsa_id): hsa_id})[hsa_key(hsa_id)], resident_ids(session, [number])[number]
        code = None if case else invitation.code
        label = _label(place, reader, hsa_id, invitation.code, case)
        if not send_once(session, NewSummons(*pair, case.booking.id if case else None, code, label, place.at)):
            return Outcome(changed=False, booking=case)
        events = tuple(
            EventTold(event, number, hsa_id, Event.SUMMONS_RECEIVED, place.at)
            for event in _received(place, session, reader, pair)
        )
        message = MessageTold("summons", number, hsa_id, label, place.at)
        return Outcome(True, case, events=events, messages=(message,))


def _case(place: Workplace, reader: Reader, invitation: Invitation, number: str) -> Case:
    """The booking that the summons is to; raises as `send_summons` does."""
    found = booking_in_store(place, reader, invitation.booking or "", invitation.unit)
    case = case_of(reader, found, place.question(Action.SHOW))
    booking = case.booking
    if booking.resident != number:
        raise BadInput("summons.other_resident", where=Where(column="--booking"), booking=booking.booking_id)
    if invitation.code not in (None, booking.code, booking.care_type):
        raise BadInput("summons.other_code", where=Where(column="--code"), booking=booking.booking_id)
    if booking.life is not Life.BOOKED or place.at < booking.created_at:
        raise Refused("summons.not_booked", where=Where(column="--booking"), booking=booking.booking_id)
    return case


def _label(place: Workplace, reader: Reader, hsa_id: str, code: str | None, case: Case | None) -> str | None:
    """What the resident reads: the label for the code, shown or not; never the journal's name."""
    if case:
        return (case.mapping.label if case.mapping else None) or None
    version = version_in_force(reader, hsa_key(hsa_id), place.at)
    mapping = version.config.mapping(code, None) if version and code else None
    return (mapping.label if mapping else None) or None


def _received(place: Workplace, session: "Session", reader: Reader, pair: tuple[int, int]) -> tuple[int, ...]:
    """Records that the summons was received; one that was received in the same second gave the relation already."""
    from tidbok_cli.store.relations import NewEvent, Recording, record

    if is_so_already(events_of(reader, *pair), Event.SUMMONS_RECEIVED, place.at):
        return ()
    event = NewEvent(*pair, Event.SUMMONS_RECEIVED, place.at, once=False)
    return record(session, [event], Recording(place.now, place.actor)).ids
