"""Booking, cancelling and rebooking: by a resident whatever the rules allow, by the unit whatever the resident may not.

Each is one transaction that begins by asking the rules; where they refuse, the answer is the diagnosis.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tidbok_cli.domain.bookings import Origin, Record
from tidbok_cli.domain.facts import Action, Life
from tidbok_cli.domain.outcomes.answers import Diagnosis
from tidbok_cli.domain.outcomes.operations import EventTold, MessageTold, Outcome
from tidbok_cli.domain.relations import Event
from tidbok_cli.domain.slots import SlotThen
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.errors import Problem, Refused, Where
from tidbok_cli.store.case import case_of
from tidbok_cli.store.published import Kept, free_name, holder, kept, slot_then
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.diagnose import of_booking, of_slot
from tidbok_cli.workflows.lookup import booking_in_store, slot_in_store, unit_in_store
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.bookings import Key
    from tidbok_cli.store.operations import Ties


@dataclass(frozen=True, slots=True)
class Change:
    """A booking to be changed: which, by whom, and whether also a copy, in which the journal has no part (S8)."""

    booking: str
    unit: str | None
    by: Origin
    local: bool = False


def book(place: Workplace, slot: str, resident: str, unit: str | None) -> Outcome | Diagnosis:
    """Books a published time, as the resident does; for one who has it already, nothing changes."""
    from tidbok_cli.store.names import resident_ids
    from tidbok_cli.store.operations import Ties

    place.expect_purpose()
    number = place.resident(resident)
    with place.writing() as (session, reader):
        there = slot_in_store(place, reader, slot, unit, made_by=FOREVER)
        if (held := holder(reader, there.id, place.at)) and held[1:] == (number, Origin.RESIDENT):
            return _unchanged(place, reader, held[0], slot=there)
        diagnosis = of_slot(place, reader, there, number, made_by=FOREVER)
        if not diagnosis.verdict.positive:
            return diagnosis
        basis = diagnosis.case.basis if _asks_for_basis(diagnosis) else None
        record = _record(place, there, number, there.code, None, Origin.RESIDENT)
        unit_id = unit_in_store(place, reader, there.unit).id
        resident_id = resident_ids(session, [number])[number]
        ties = Ties(there.id, basis.id if basis else None)
        return make(place, session, reader, (unit_id, None), record, resident_id, ties)


def _asks_for_basis(diagnosis: Diagnosis) -> bool:
    mapping = diagnosis.case.mapping
    return mapping is not None and mapping.book == "basis"


def _record(place: Workplace, slot: SlotThen, resident: str, code: str, care_type: str | None, by: Origin) -> Record:
    """A booking of a slot."""
    return Record(resident, code, care_type, slot.starts_at, slot.ends_at, place.at, None, None, by, slot.calendar)


def cancel(place: Workplace, change: Change) -> Outcome | Diagnosis:
    """Cancels a booking (S2): its slot is free again, and its basis, while that is valid.

    Cancelling it again changes nothing. Raises Refused for a copy, unless the caller says that it may be.
    """
    from tidbok_cli.store.operations import end

    place.expect_purpose()
    with place.writing() as (session, reader):
        number = booking_in_store(place, reader, change.booking, change.unit)
        known = kept(reader, number)
        if known.had_ended(Life.CANCELLED, place.at):
            return _unchanged(place, reader, number, slot=_slot(place, reader, known.slot_id))
        diagnosis = _asked(place, reader, number, known, Action.CANCEL, None, change)
        if not diagnosis.verdict.positive:
            return diagnosis
        end(session, number, place.at, Life.CANCELLED, change.by)
        return _outcome(place, reader, number, slot=_slot(place, reader, known.slot_id))


def rebook(place: Workplace, change: Change, slot: str) -> Outcome | Diagnosis:
    """Moves a booking to a published time of the same unit and code (S3); its basis goes with it.

    Where it has been moved there already, nothing changes. Raises Refused as `cancel` does, and for a copy that has
    come back after it was moved: one booking replaces another.
    """
    from tidbok_cli.store.operations import Ties, end

    place.expect_purpose()
    with place.writing() as (session, reader):
        number = booking_in_store(place, reader, change.booking, change.unit)
        known = kept(reader, number)
        there = slot_in_store(place, reader, slot, None, near=known.unit_id, made_by=FOREVER)
        moved = kept(reader, known.replaced_by) if known.replaced_by else None
        if moved and (moved.slot_id, moved.ended_at) == (there.id, None) and known.had_ended(Life.REBOOKED, place.at):
            return _unchanged(place, reader, moved.id, replaces=number, slot=there)
        if moved and known.ended_at is None:  # it came back by an import
            raise Refused("booking.moved_before", where=Where(column="BOOKING"), booking=change.booking)
        diagnosis = _asked(place, reader, number, known, Action.REBOOK, there, change)
        if not diagnosis.verdict.positive:
            return diagnosis
        then = diagnosis.case.booking
        end(session, number, place.at, Life.REBOOKED, change.by)
        record = _record(place, there, then.resident, then.code, then.care_type, change.by)
        ties = Ties(there.id, known.basis_id, number)
        return make(place, session, reader, (known.unit_id, None), record, known.resident_id, ties)


def _asked(
    place: Workplace,
    reader: Reader,
    number: int,
    known: Kept,
    action: Action,
    slot: SlotThen | None,
    change: Change,
) -> Diagnosis:
    """What the rules say; raises Refused for a copy that may not be changed, and warns of one that will be."""
    by_unit = change.by is Origin.CLINIC
    ended = (Life(known.ended_as), known.ended_at) if known.ended_as and known.ended_at is not None else None
    diagnosis = of_booking(place, reader, number, action, slot, by_unit=by_unit, ended=ended)
    if diagnosis.case.booking.imported and diagnosis.verdict.positive:
        if not change.local:
            raise Refused("booking.is_a_copy", where=Where(column="BOOKING"), booking=change.booking)
        place.warn(Problem("booking.copy_changed", {"booking": change.booking}, warning=True))
    return diagnosis


def make(
    place: Workplace,
    session: "Session",
    reader: Reader,
    key: "tuple[int, str | None]",
    record: Record,
    resident_id: int,
    ties: "Ties",
) -> Outcome:
    """Adds a booking of a unit, with an id or one that is given, and what follows from it (S15, S26)."""
    from tidbok_cli.store.configurations import Configurations
    from tidbok_cli.store.operations import make as add
    from tidbok_cli.store.relations import Recording
    from tidbok_cli.workflows.following import Following

    named: Key = key[0], key[1] or free_name(reader, "booking", key[0])
    number = add(session, named, record, resident_id, ties)
    following = Following(Configurations(reader), place.region.policy.clinic_booking_message)
    following.made(named, resident_id, None, record)
    recorded = following.write(session, Recording(place.now, place.actor))
    outcome = _outcome(place, reader, number, replaces=ties.replaces, slot=_slot(place, reader, ties.slot_id))
    assert outcome.booking is not None
    unit = outcome.booking.booking.unit
    events = (
        EventTold(event_id, record.resident, unit, Event(event.event), event.occurred_at)
        for event_id, event in zip(recorded.ids, following.events, strict=False)
    )
    messages = (MessageTold(each.kind, record.resident, unit, each.label, each.sent_at) for each in following.messages)
    return replace(outcome, events=tuple(events), messages=tuple(messages))


def _slot(place: Workplace, reader: Reader, number: int | None) -> SlotThen | None:
    return None if number is None else slot_then(reader, number, place.at, place.at)


def _outcome(
    place: Workplace, reader: Reader, number: int, *, replaces: int | None = None, slot: SlotThen | None = None
) -> Outcome:
    question = place.question(Action.SHOW)
    moved = case_of(reader, replaces, question) if replaces else None
    return Outcome(True, case_of(reader, number, question), moved, slot)


def _unchanged(
    place: Workplace, reader: Reader, number: int, *, replaces: int | None = None, slot: SlotThen | None = None
) -> Outcome:
    return replace(_outcome(place, reader, number, replaces=replaces, slot=slot), changed=False)
