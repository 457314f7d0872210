"""`why`: the verdict on one booking, on a resident's, or on a slot for a resident, with all that it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tidbok_cli.domain.basis import BasisThen, deciding
from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.evidence import evidence, notes
from tidbok_cli.domain.facts import Action, BasisState, BookingStatus, CalendarState, Facts, Question, SlotState
from tidbok_cli.domain.verdict import Verdict, checks_of, judge
from tidbok_cli.domain.why import Diagnoses, Diagnosis, ExplainedFinding
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.basis import BasisSelection, bases
from tidbok_cli.store.read.case import case_of, case_of_slot
from tidbok_cli.store.read.facts import BookingSelection, facts_of, facts_of_slot
from tidbok_cli.store.read.find import find_resident, pair_of_booking
from tidbok_cli.store.read.store import last_imports
from tidbok_cli.workflows.lookup import booking_in_store, resident_in_store, slot_in_store, unit_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def parse_assumptions(texts: list[str], action: Action, *, with_slot: bool = False) -> Mapping[str, Result]:
    """`CHECK=pass|fail` as a mapping; raises BadInput for a check that the action does not have."""
    known = [check.name for check in checks_of(action, with_slot=with_slot)]
    assumed = {}
    for text in texts:
        check, _, result = text.partition("=")
        if check not in known or result not in (Result.PASS, Result.FAIL):
            raise BadInput("assume.malformed", where=Where(column="--assume"), text=text, allowed=", ".join(known))
        assumed[check] = Result(result)
    return assumed


def why_booking(
    context: Context,
    booking: str,
    unit: str | None,
    action: Action,
    assumptions: Mapping[str, Result],
    slot: str | None = None,
) -> Diagnosis:
    """Why a booking is shown or not, or may be changed or not; raises BadInput for an unknown booking.

    `slot`: the published time to which it is to be moved.
    """
    context.expect_purpose()
    with context.reading() as reader:
        number = booking_in_store(context, reader, booking, unit)
        near = pair_of_booking(reader, number)[0]
        chosen = slot_in_store(context, reader, slot, None, near=near) if slot else None
        return of_booking(context, reader, number, action, chosen, assumptions)


def why_slot(
    context: Context, slot: str, unit: str | None, resident: str, assumptions: Mapping[str, Result]
) -> Diagnosis:
    """Why a resident may book a published time or not; raises BadInput for an unknown slot."""
    context.expect_purpose()
    number = context.resident(resident)
    with context.reading() as reader:
        there = slot_in_store(context, reader, slot, unit)
        return of_slot(context, reader, there, number, assumptions=assumptions)


def of_slot(
    context: Context,
    reader: Reader,
    slot: SlotThen,
    resident: str,
    *,
    made_by: int | None = None,
    assumptions: Mapping[str, Result] | None = None,
    booked_for: tuple[str, str] | None = None,
) -> Diagnosis:
    """The answer about a slot for a resident (12 characters); `made_by` as in store/read/slot.py.

    `booked_for`: it is the unit that wants to book it, for this unit (an HSA-id) and code.
    """
    question = context.question(Action.BOOK)
    basis = _basis(context, reader, slot, resident, made_by)
    facts = facts_of_slot(reader, slot.id, question)._replace(
        basis=basis.standing(question.at) if basis else BasisState.NONE,
        slot=slot.standing(question.at, *(booked_for or (slot.unit, slot.code))),
    )
    case = case_of_slot(reader, slot, resident, basis, question)
    verdict = judge(facts, Action.BOOK, assumptions, by_unit=booked_for is not None)
    return diagnosis(case, facts, verdict, Action.BOOK)


def _basis(context: Context, reader: Reader, slot: SlotThen, resident: str, made_by: int | None) -> BasisThen | None:
    """The booking basis that counts."""
    resident_id = find_resident(reader, resident)
    if resident_id is None:
        return None
    of = BasisSelection((unit_in_store(context, reader, slot.unit).id,), resident_id, slot.code)
    return deciding(bases(reader, of, context.at, made_by), context.at)


def of_booking(
    context: Context,
    reader: Reader,
    number: int,
    action: Action,
    slot: SlotThen | None,
    assumptions: Mapping[str, Result] | None = None,
    *,
    by_unit: bool = False,
    ended: tuple[BookingStatus, int] | None = None,
) -> Diagnosis:
    """The answer about a booking, by the store's number, and the slot to which it is to be moved, if any.

    `by_unit`: it is the unit that wants to act. `ended`: as what the booking has ended, and when, be it after the
    moment.
    """
    question = context.question(action)
    (stated,) = facts_of(reader, BookingSelection(number=number, every=True), question)
    case, facts = case_of(reader, number, question), stated.facts
    if ended is not None:
        case = replace(case, booked=replace(case.booking, life=ended[0], ended_at=ended[1]))
        facts = facts._replace(life=ended[0])
    if slot is not None:
        case = replace(case, slot=slot)
        facts = _moved(facts, case, slot.standing(question.at, case.booking.unit, case.booking.code))
    return diagnosis(case, facts, judge(facts, action, assumptions, by_unit=by_unit), action)


def _moved(facts: Facts, case: Case, standing: SlotState) -> Facts:
    """The facts where the booking is to be moved to a slot: 1177 has to find the slot's calendar as well (S22)."""
    found = facts.calendar == CalendarState.FOUND
    elsewhere = found and case.unit is not None and case.calendar not in (None, case.unit.config.calendar)
    return facts._replace(slot=standing, calendar=CalendarState.OTHER if elsewhere else facts.calendar)


def why_resident(
    context: Context, resident: str, unit: str | None, action: Action, assumptions: Mapping[str, Result], *, every: bool
) -> Diagnoses:
    """The same for the bookings of a resident that are active and not over, or for every one; none for a stranger."""
    context.expect_purpose()
    with context.reading() as reader:
        resident_id = resident_in_store(context, reader, resident)
        units = (unit_in_store(context, reader, unit).id,) if unit else ()
        if resident_id is None:
            return Diagnoses((), last_imports(reader))
        selection = BookingSelection(unit_ids=units, resident_id=resident_id, every=every)
        found = diagnoses(reader, selection, action, context.question(action), assumptions)
        answers = sorted(
            found,
            key=lambda each: (
                each.case.booking.starts_at,
                each.case.booking.unit.upper(),
                each.case.booking.booking_id,
            ),
        )
        return Diagnoses(tuple(answers), last_imports(reader))


def diagnoses(
    reader: Reader,
    selection: BookingSelection,
    action: Action,
    question: Question,
    assumptions: Mapping[str, Result] | None = None,
) -> Iterator[Diagnosis]:
    """The answers about the selected bookings, by unit, start and id."""
    for stated in list(facts_of(reader, selection, question)):
        case = case_of(reader, stated.id, question)
        yield diagnosis(case, stated.facts, judge(stated.facts, action, assumptions), action)


def diagnosis(case: Case, facts: Facts, verdict: Verdict, action: Action) -> Diagnosis:
    """The verdict on the facts, with what each of its findings rests on in the case."""
    checks = tuple(ExplainedFinding(finding, evidence(case, finding)) for finding in verdict.findings)
    passes = any(each.check.name == "coupling" and each.result is Result.PASS for each in verdict.findings)
    return Diagnosis(action, case, verdict, checks, notes(case, trusted=passes and facts.routed is None))
