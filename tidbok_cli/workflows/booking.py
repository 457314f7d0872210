"""Booking, cancelling and rebooking, by residents and by units.

Each is one transaction that begins by asking the rules; where they refuse, the answer is the diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tidbok_cli.domain.booking import BookingOrigin
from tidbok_cli.domain.booking_record import BookingRecord, same_booking
from tidbok_cli.domain.facts import Action, BookingStatus
from tidbok_cli.domain.operation import OperationDone, OperationEvent, OperationMessage
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.domain.visit import parse_information, parse_link
from tidbok_cli.errors import BadInput, Problem, Refused, Where
from tidbok_cli.store.read.booking import StoredBooking, stored_booking
from tidbok_cli.store.read.find import free_name
from tidbok_cli.store.read.situation import case_of, situation_of
from tidbok_cli.store.read.situation_slot import situation_of_slot
from tidbok_cli.store.read.slot import holder, is_held_by, slot_then
from tidbok_cli.workflows.lookup import (
    booking_in_store,
    expect_names,
    resident_to_write,
    slot_in_store,
    unit_in_store,
    unit_to_write,
)
from tidbok_cli.workflows.unit_now import FilesNow

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.cells import CellParser
    from tidbok_cli.domain.parsed import Parsed
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.booking import BookingKey, Ties
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class BookingChange:
    """A booking to change, by whom, and whether a copy may (S8)."""

    booking: str
    unit: str | None
    by: BookingOrigin
    local: bool = False


def book(context: Context, slot: str, resident: str, unit: str | None) -> OperationDone | Diagnosis:
    """Book a published time as the resident does; once more changes nothing."""
    from tidbok_cli.store.write.booking import Ties

    context.expect_purpose()
    number = context.resident(resident)
    with context.writing() as (session, reader):
        wanted = slot_in_store(context, reader, slot, unit, made_by=FOREVER)
        if (held := holder(reader, wanted.id, context.at)) and held[1:] == (number, BookingOrigin.RESIDENT):
            return _unchanged(context, reader, held[0], slot=wanted)
        situation = situation_of_slot(reader, wanted, number, context.question(Action.BOOK), made_by=FOREVER)
        diagnosis = FilesNow(context).explained(situation, Action.BOOK)
        if not diagnosis.verdict.positive:
            return _denied(context, diagnosis)
        basis = diagnosis.case.basis if _asks_for_basis(diagnosis) else None
        record = _record(context, wanted, number, wanted.code, None, BookingOrigin.RESIDENT)
        unit_id = unit_in_store(context, reader, wanted.unit).id
        resident_id = resident_to_write(session, number)
        ties = Ties(wanted.id, basis.id if basis else None)
        return make(context, session, reader, (unit_id, None), record, resident_id, ties)


def _asks_for_basis(diagnosis: Diagnosis) -> bool:
    mapping = diagnosis.case.mapping
    return mapping is not None and mapping.book == "basis"


def _denied(context: Context, diagnosis: Diagnosis) -> Diagnosis:
    """Have the refusal recorded."""
    context.about.outcome = diagnosis.verdict.answer
    return diagnosis


def _note(context: Context, case: Case) -> None:
    """Note whom a booking is about, for the audit."""
    context.about.residents.add(case.booking.resident)
    context.about.units.add(case.booking.unit)


def _record(
    context: Context, slot: SlotThen, resident: str, code: str, care_type: str | None, by: BookingOrigin
) -> BookingRecord:
    """Make a booking of a slot."""
    return BookingRecord(
        resident, code, care_type, slot.starts_at, slot.ends_at, context.at, None, None, by, slot.calendar
    )


def cancel(context: Context, change: BookingChange) -> OperationDone | Diagnosis:
    """Cancel a booking (S2): its slot and valid basis are free again.

    Cancelling it again changes nothing. Raises Refused for a copy, unless `local`.
    """
    from tidbok_cli.store.write.booking import end

    context.expect_purpose()
    with context.writing() as (session, reader):
        number = booking_in_store(context, reader, change.booking, change.unit)
        known = stored_booking(reader, number)
        if known.had_ended(BookingStatus.CANCELLED, context.at):
            return _unchanged(context, reader, number, slot=_slot(context, reader, known.slot_id))
        diagnosis = _asked(context, reader, known, Action.CANCEL, None, change)
        if not diagnosis.verdict.positive:
            return _denied(context, diagnosis)
        end(session, number, context.at, BookingStatus.CANCELLED, change.by)
        return _outcome(context, reader, number, slot=_slot(context, reader, known.slot_id))


def rebook(context: Context, change: BookingChange, slot: str) -> OperationDone | Diagnosis:
    """Move a booking, with its basis, to another published time (S3).

    Of the same unit and code. Where it has been moved there already, nothing changes. Raises Refused as `cancel` does,
    and for a copy that has come back after it was moved: one booking replaces another.
    """
    from tidbok_cli.store.write.booking import Ties, end

    context.expect_purpose()
    with context.writing() as (session, reader):
        number = booking_in_store(context, reader, change.booking, change.unit)
        known = stored_booking(reader, number)
        wanted = slot_in_store(context, reader, slot, None, near=known.unit_id, made_by=FOREVER)
        moved = stored_booking(reader, known.replaced_by) if known.replaced_by else None
        if (
            moved
            and (moved.slot_id, moved.ended_at) == (wanted.id, None)
            and known.had_ended(BookingStatus.REBOOKED, context.at)
        ):
            return _unchanged(context, reader, moved.id, replaces=number, slot=wanted)
        if moved and known.ended_at is None:  # it came back by an import
            raise Refused("booking.moved_before", where=Where(column="BOOKING"), booking=change.booking)
        diagnosis = _asked(context, reader, known, Action.REBOOK, wanted, change)
        if not diagnosis.verdict.positive:
            return _denied(context, diagnosis)
        then = diagnosis.case.booking
        end(session, number, context.at, BookingStatus.REBOOKED, change.by)
        record = _record(context, wanted, then.resident, then.code, then.care_type, change.by)
        record = replace(record, information=then.information, meeting_link=then.meeting_link)
        ties = Ties(wanted.id, known.basis_id, number)
        return make(context, session, reader, (known.unit_id, None), record, known.resident_id, ties)


def _asked(
    context: Context, reader: Reader, known: StoredBooking, action: Action, slot: SlotThen | None, change: BookingChange
) -> Diagnosis:
    """Ask the rules; of a copy to change, warn or raise Refused."""
    situation = situation_of(reader, known.id, context.question(action))
    if known.ended_as and known.ended_at is not None:
        situation = situation.ended(BookingStatus(known.ended_as), known.ended_at)
    if slot is not None:
        situation = situation.moved_to(slot, own=is_held_by(reader, slot, situation.case.resident))
    _note(context, situation.case)
    diagnosis = FilesNow(context).explained(situation, action, by_unit=change.by is BookingOrigin.CLINIC)
    if diagnosis.case.booking.imported and diagnosis.verdict.positive:
        if not change.local:
            raise Refused("booking.is_a_copy", where=Where(column="BOOKING"), booking=change.booking)
        context.warn(Problem("booking.copy_changed", {"booking": change.booking}, warning=True))
    return diagnosis


def make(
    context: Context,
    session: Session,
    reader: Reader,
    key: tuple[int, str | None],
    record: BookingRecord,
    resident_id: int,
    ties: Ties,
) -> OperationDone:
    """Add a booking and what follows from it (S15, S26).

    `key`: the unit's number, and the booking's id where one is given.
    """
    from tidbok_cli.store.write.booking import make as add
    from tidbok_cli.workflows.consequences import consequences

    named: BookingKey = key[0], key[1] or free_name(reader, "booking", key[0])
    number = add(session, named, record, resident_id, ties)
    following = consequences(context, reader)
    following.made(named, resident_id, None, record)
    recorded = following.write(session, context.provenance)
    outcome = _outcome(context, reader, number, replaces=ties.replaces, slot=_slot(context, reader, ties.slot_id))
    assert outcome.booking is not None
    unit = outcome.booking.booking.unit
    events = (
        OperationEvent(event_id, record.resident, unit, event.event, event.occurred_at)
        for event_id, event in zip(recorded.ids, following.events, strict=False)
    )
    messages = (
        OperationMessage(each.kind, record.resident, unit, each.label, each.sent_at) for each in following.messages
    )
    return replace(outcome, events=tuple(events), messages=tuple(messages))


def _slot(context: Context, reader: Reader, number: int | None) -> SlotThen | None:
    return None if number is None else slot_then(reader, number, context.at, context.at)


def _outcome(
    context: Context, reader: Reader, number: int, *, replaces: int | None = None, slot: SlotThen | None = None
) -> OperationDone:
    question = context.question(Action.SHOW)
    moved = case_of(reader, replaces, question) if replaces else None
    case = case_of(reader, number, question)
    _note(context, case)
    return OperationDone(True, case, moved, slot)


def _unchanged(
    context: Context, reader: Reader, number: int, *, replaces: int | None = None, slot: SlotThen | None = None
) -> OperationDone:
    return replace(_outcome(context, reader, number, replaces=replaces, slot=slot), changed=False)


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A booking for the unit to make; instants in seconds UTC."""

    unit: str
    code: str
    resident: str
    starts_at: int
    ends_at: int | None
    booking_id: str | None
    calendar: str | None
    slot: str | None = None
    information: str | None = None
    meeting_link: str | None = None


def add_booking(context: Context, asked: NewBooking) -> OperationDone | Diagnosis:
    """Book a time as the unit does in the journal (S26).

    Published or not. Saying again what an id stands for changes nothing; raises BadInput where it stands for something
    else. The answer is the diagnosis where the published time is not to be had.
    """
    from tidbok_cli.store.write.booking import Ties, known_bookings

    context.expect_purpose()
    record = _new_record(context, asked)
    with context.writing() as (session, reader):
        unit = unit_to_write(context, session, reader, asked.unit)
        slot = None
        if asked.slot is not None:
            slot = slot_in_store(context, reader, asked.slot, None, near=unit.id, made_by=FOREVER)
            record = _in_slot(record, slot)
        known = known_bookings(session, [(unit.id, asked.booking_id)]) if asked.booking_id else {}
        for (_, booking), stored in known.items():
            if not same_booking(stored.record, record) or (
                slot and stored_booking(reader, stored.id).slot_id != slot.id
            ):
                raise BadInput("booking.exists", where=Where(column="--id"), booking=booking)
            return OperationDone(False, case_of(reader, stored.id, context.question(Action.SHOW)), slot=slot)
        if slot:
            situation = situation_of_slot(reader, slot, record.resident, context.question(Action.BOOK), made_by=FOREVER)
            diagnosis = FilesNow(context).explained(
                situation.booked_for(unit.hsa_id, record.code), Action.BOOK, by_unit=True
            )
            if not diagnosis.verdict.positive:
                return _denied(context, diagnosis)
        resident_id = resident_to_write(session, record.resident)
        ties = Ties(slot.id if slot else None)
        return make(context, session, reader, (unit.id, asked.booking_id), record, resident_id, ties)


def _in_slot(record: BookingRecord, slot: SlotThen) -> BookingRecord:
    """Complete the booking from the slot; raise BadInput for contradictions."""
    for name, wanted, published in (
        ("START", record.starts_at, slot.starts_at),
        ("--end", record.ends_at, slot.ends_at),
        ("--calendar", record.calendar, slot.calendar),
    ):
        if wanted is not None and published is not None and wanted != published:
            raise BadInput("slot.contradicts", where=Where(column=name), slot=slot.slot_id)
    ends_at = slot.ends_at if record.ends_at is None else record.ends_at
    return replace(record, ends_at=ends_at, calendar=record.calendar or slot.calendar)


def _new_record(context: Context, asked: NewBooking) -> BookingRecord:
    expect_names({"CODE": asked.code, "--id": asked.booking_id, "--calendar": asked.calendar})
    if asked.ends_at is not None and asked.ends_at < asked.starts_at:
        raise BadInput("booking.ends_before_start", where=Where(column="--end"))
    return BookingRecord(
        resident=context.resident(asked.resident),
        code=asked.code,
        care_type=None,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        created_at=context.at,
        ended_at=None,
        ended_as=None,
        origin=BookingOrigin.CLINIC,
        calendar=asked.calendar,
        information=_parsed(parse_information, asked.information, "--information"),
        meeting_link=_parsed(parse_link, asked.meeting_link, "--meeting-link"),
    )


def _parsed(parse: CellParser[Parsed[str]], text: str | None, option: str) -> str | None:
    return None if text is None else parse(text).required(Where(column=option))
