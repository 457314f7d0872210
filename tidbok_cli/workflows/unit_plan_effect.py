"""A plan's effect on coming bookings, published times and relations."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.facts_configured import bookable, configured, deadline
from tidbok_cli.domain.unit_plan import PlanChange
from tidbok_cli.domain.unit_plan_effect import (
    CalendarLeft,
    LostRelations,
    PlanEffect,
    ServiceChange,
    VerdictChange,
    service_change,
)
from tidbok_cli.domain.verdict import judge
from tidbok_cli.store.read.coupling import coupling_then
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_unit
from tidbok_cli.store.read.sweep import groups_of
from tidbok_cli.store.read.unit_plan import bookings_left, codes_of, residents_unrelated, times_offered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.facts import Facts
    from tidbok_cli.domain.facts_configured import BookingCodes
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.unit_plan import Plan, UnitAction
    from tidbok_cli.domain.verdict import Verdict
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

_OF_BOOKINGS: Final = (Action.SHOW, Action.CANCEL, Action.REBOOK)


def effect_of(context: Context, reader: Reader, plan: Plan) -> PlanEffect:
    """Tell what the plan does, as of its moment."""
    moved: list[VerdictChange] = []
    services: Counter[ServiceChange] = Counter()
    left: list[CalendarLeft] = []
    for action in plan.actions:
        if unit := find_unit(reader, action.unit.hsa_id):
            changes = _Changes(context, reader, action)
            for each in changes.of_bookings(unit.id):
                if isinstance(each, VerdictChange):
                    moved.append(each)
                else:
                    services[each] += 1
            for change, count in changes.of_times(unit.id):
                services[change] += count
            left += _calendars_left(reader, action, unit.id, plan.at)
    lost = tuple(_lost_relations(context, reader, plan))
    return PlanEffect(tuple(moved), tuple(sorted(services.items())), lost, tuple(left))


class _Changes:
    """The changes that an action makes at its unit, by the routes of TAK before and after."""

    def __init__(self, context: Context, reader: Reader, action: UnitAction) -> None:
        self._reader, self._action, self._question = reader, action, context.question(Action.SHOW)
        self._before = self._routed(context, action.before)
        self._after = self._routed(context, action.after)

    def _routed(self, context: Context, unit: UnitConfig | None) -> Mapping[Action, bool | None]:
        if unit is None:
            return dict.fromkeys(Action)
        couplings = {each: coupling_then(self._reader, unit, context.question(each)) for each in Action}
        return {each: None if coupling is None else not coupling.missing for each, coupling in couplings.items()}

    def of_bookings(self, unit_id: int) -> Iterator[VerdictChange | ServiceChange]:
        """Yield what becomes of each coming booking."""
        verdicts, codes = cache(self._verdicts), codes_of(self._reader, unit_id)
        for stated in facts_of(self._reader, BookingSelection(unit_ids=(unit_id,)), self._question):
            of_booking = codes[stated.id]
            late = self._question.at >= stated.start - deadline(self._action.after, of_booking)
            for action, before, after in verdicts(stated.facts, of_booking, late):
                if action is Action.SHOW:
                    yield VerdictChange(stated.unit, stated.booking, stated.code, stated.start, before, after)
                elif change := service_change(action, stated.unit, before, after):
                    yield change

    def _verdicts(self, facts: Facts, codes: BookingCodes, late: bool) -> list[tuple[Action, Verdict, Verdict]]:
        """The actions whose answers differ, with both verdicts."""
        told = []
        for action in _OF_BOOKINGS:
            before = facts._replace(routed=self._before[action])
            after = configured(
                facts, self._action.after, codes, self._question.at, routed=self._after[action]
            )._replace(late=late)
            told.append((action, judge(before, action), judge(after, action)))
        return [each for each in told if each[1].positive != each[2].positive]

    def of_times(self, unit_id: int) -> Iterator[tuple[ServiceChange, int]]:
        """Count what becomes of the coming free published times."""
        book, question = Action.BOOK, self._question
        for codes, count in times_offered(self._reader, unit_id, self._question.at):
            before = bookable(self._action.before, codes, question, routed=self._before[book])
            after = bookable(self._action.after, codes, question, routed=self._after[book])
            if change := service_change(book, self._action.unit.hsa_id, judge(before, book), judge(after, book)):
                yield change, count


def _calendars_left(reader: Reader, action: UnitAction, unit_id: int, at: int) -> Iterator[CalendarLeft]:
    """Count what will lie in calendars that a version looks in besides its own, once it no longer does."""
    for also in action.after.also if action.after else ():
        is_other = also.until > at and also.calendar != (action.after.calendar if action.after else None)
        if is_other and (count := bookings_left(reader, unit_id, also, at)):
            yield CalendarLeft(action.unit.hsa_id, also.calendar, also.until, count)


def _lost_relations(context: Context, reader: Reader, plan: Plan) -> Iterator[LostRelations]:
    """Count, for each clinic that gets another HSA-id, the residents who lose their relation (S10)."""
    if not context.region.policy.relation_required(plan.at):
        return
    ended = (action.unit for action in plan.actions if action.change is PlanChange.REMOVE)
    for old in (*ended, *plan.kept_without_file):
        for new in (action.unit for action in plan.actions if action.change is PlanChange.ADD):
            if old.origin.file == new.origin.file or (old.alias and old.alias == new.alias):
                count = residents_unrelated(reader, old.key, new.key, plan.at)
                if count:
                    yield LostRelations(old.hsa_id, new.hsa_id, count)


def shown_in_all(context: Context, reader: Reader) -> int:
    """Count the coming bookings that are shown at the moment."""
    groups = groups_of(reader, BookingSelection(), context.question(Action.SHOW))
    return sum(count for facts, count in groups if judge(facts, Action.SHOW).positive)
