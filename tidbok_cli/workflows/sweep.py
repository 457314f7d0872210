"""`sweep`: the verdict on every booking of the region, or on some units' and dates'."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tidbok_cli.domain.checks import Answer
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.judging import Judge
from tidbok_cli.domain.outcomes import Counted, Swept
from tidbok_cli.domain.times import days
from tidbok_cli.store.facts import Selection, facts_of, groups_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.lookup import units_in_store
from tidbok_cli.workflows.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Extent:
    """Which bookings to look at: units as the caller named them, dates of start, both included."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    every: bool = False


def sweep(place: Workplace, extent: Extent) -> Iterator[Swept]:
    """Each booking's verdict at the moment, by unit, start and id; never all of them in memory."""
    place.expect_purpose()
    judge = Judge(Action.SHOW)
    with place.reading() as reader:
        selection = _selection(place, reader, extent)
        for stated in facts_of(reader, selection, place.question(Action.SHOW)):
            verdict = judge(stated.facts)
            yield Swept(
                stated.unit, stated.booking, stated.resident, stated.code, stated.start, verdict.answer, verdict.reasons
            )


def summary(place: Workplace, extent: Extent) -> tuple[Counted, ...]:
    """How many bookings come to each verdict for each set of reasons, the largest number first."""
    judge = Judge(Action.SHOW)
    counts: dict[tuple[Answer, tuple[str, ...]], int] = {}
    with place.reading() as reader:
        selection = _selection(place, reader, extent)
        for facts, bookings in groups_of(reader, selection, place.question(Action.SHOW)):
            verdict = judge(facts)
            told = (verdict.answer, verdict.reasons)
            counts[told] = counts.get(told, 0) + bookings
    largest_first = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Counted(*told, bookings) for told, bookings in largest_first)


def _selection(place: Workplace, reader: Reader, extent: Extent) -> Selection:
    begins, ends = days(extent.first, extent.last)
    return Selection(units_in_store(place, reader, list(extent.units)), begins, ends, extent.every)
