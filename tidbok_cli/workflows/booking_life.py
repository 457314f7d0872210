"""`booking show`: a booking's whole life, and from when to when it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.booking_life import (
    BookingLife,
    HistoryEntry,
    HistoryKind,
    Interval,
    VerdictFrom,
    changes,
    intervals,
)
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.relation import steps
from tidbok_cli.domain.situation import Situation
from tidbok_cli.domain.times import FIRST
from tidbok_cli.domain.verdict import Judge
from tidbok_cli.domain.why import explain
from tidbok_cli.store.read.booking_life import boundaries, happenings
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import pair_of_booking
from tidbok_cli.store.read.relation import events_of
from tidbok_cli.store.read.situation import case_of
from tidbok_cli.workflows.lookup import booking_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def life_of(context: Context, booking: str, unit: str | None) -> BookingLife:
    """The life of a booking; raises BadInput for an unknown one."""
    context.expect_purpose()
    with context.reading() as reader:
        number = booking_in_store(context, reader, booking, unit)
        stands = list(_stands(context, reader, number))
        happened = [*happenings(reader, number), *_relation_events(reader, number), *changes(stands)]
        in_order = sorted(happened, key=lambda each: (each.at, tuple(HistoryKind).index(each.what)))
        told = tuple((each, _why(context, reader, number, each)) for each in intervals(stands))
        return BookingLife(case_of(reader, number, context.question(Action.SHOW)), tuple(in_order), told)


def _stands(context: Context, reader: Reader, number: int) -> Iterator[VerdictFrom]:
    """The facts and the verdict from each moment on at which they may change, by the query that `why` asks."""
    policy, judge = context.region.policy, Judge(Action.SHOW)
    moments = {FIRST, *boundaries(reader, number), *(period.begins for period in policy.relation_requirements)}
    for at in sorted(moments):
        selection = BookingSelection(number=number, every=True)
        for stated in facts_of(reader, selection, context.question(Action.SHOW, at)):
            yield VerdictFrom(at, stated.facts, judge(stated.facts))


def _relation_events(reader: Reader, number: int) -> Iterator[HistoryEntry]:
    unit_id, resident_id = pair_of_booking(reader, number)
    log = events_of(reader, unit_id, resident_id)
    for step in steps(event.logged for event in log):
        told = {"event": str(step.logged.event), "event_id": step.logged.id, "effect": str(step.effect)}
        yield HistoryEntry(step.logged.occurred_at, HistoryKind.RELATION, told)


def _why(context: Context, reader: Reader, number: int, interval: Interval) -> Diagnosis:
    case = case_of(reader, number, context.question(Action.SHOW, interval.begins))
    return explain(Situation(interval.first.facts, case), Action.SHOW)
