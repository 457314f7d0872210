"""`booking show`: a booking's whole life, and when it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.booking_life import (
    BookingLife,
    HistoryKind,
    Interval,
    VerdictFrom,
    changes,
    intervals,
)
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.situation import Situation
from tidbok_cli.domain.verdict import Judge
from tidbok_cli.store.read.booking_life import boundaries, happenings
from tidbok_cli.store.read.situation import case_of, facts_of_booking
from tidbok_cli.workflows.lookup import booking_in_store
from tidbok_cli.workflows.unit_now import FilesNow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def life_of(context: Context, booking: str, unit: str | None) -> BookingLife:
    """Return the life of a booking; raises BadInput for an unknown one."""
    context.expect_purpose()
    with context.reading() as reader:
        number = booking_in_store(context, reader, booking, unit)
        verdicts = list(_verdicts(context, reader, number))
        happened = [*happenings(reader, number), *changes(verdicts)]
        in_order = sorted(happened, key=lambda each: (each.at, tuple(HistoryKind).index(each.what)))
        files = FilesNow(context)
        explained = tuple((each, _why(context, reader, files, number, each)) for each in intervals(verdicts))
        return BookingLife(case_of(reader, number, context.question(Action.SHOW)), tuple(in_order), explained)


def _verdicts(context: Context, reader: Reader, number: int) -> Iterator[VerdictFrom]:
    """Judge the booking from each moment at which facts may change."""
    policy, judge = context.region.policy, Judge(Action.SHOW)
    for at in sorted(boundaries(reader, number) | {period.begins for period in policy.relation_requirements}):
        facts = facts_of_booking(reader, number, context.question(Action.SHOW, at))
        yield VerdictFrom(at, facts, judge(facts))


def _why(context: Context, reader: Reader, files: FilesNow, number: int, interval: Interval) -> Diagnosis:
    case = case_of(reader, number, context.question(Action.SHOW, interval.begins))
    return files.explained(Situation(interval.first.facts, case), Action.SHOW)
