"""`sweep`: the verdict on every booking of the region, or on some units' and dates'."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tidbok_cli.domain.checks import Answer
from tidbok_cli.domain.facts import Action, Facts
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.judging import judge
from tidbok_cli.domain.outcomes.answers import Counted, Judged, Swept
from tidbok_cli.domain.times import days
from tidbok_cli.store.facts import Selection, groups_of, told_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.lookup import units_in_store
from tidbok_cli.workflows.workplace import Workplace

K = TypeVar("K", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True)
class Extent:
    """Which bookings to look at: units as the caller named them, dates of start, both included."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    every: bool = False


def sweep(
    place: Workplace, extent: Extent, met: list[Judged] | None = None, *, reveal: bool = False
) -> Iterator[Swept]:
    """Each booking's verdict at the moment, by unit, start and id; never all of them in memory.

    `met` takes each verdict with its reasons the first time that it is met. Person numbers are masked, unless `reveal`.
    """
    place.expect_purpose()
    with place.reading() as reader:
        yield from rows_of(place, reader, extent, met, reveal=reveal)


def rows_of(
    place: Workplace, reader: Reader, extent: Extent, met: list[Judged] | None = None, *, reveal: bool = False
) -> Iterator[Swept]:
    """The same, out of a snapshot that is being read."""

    def tell(facts: Facts) -> Judged:
        judged = _judged(facts)
        if met is not None:
            met.append(judged)
        return judged

    selection, question = _selection(place, reader, extent), place.question(Action.SHOW)
    return told_of(reader, selection, question, tell, str if reveal else mask)


def summary(place: Workplace, extent: Extent) -> tuple[Counted, ...]:
    """How many bookings come to each verdict for each set of reasons, the largest number first."""
    counts: Counter[tuple[Answer, tuple[str, ...]]] = Counter()
    with place.reading() as reader:
        selection = _selection(place, reader, extent)
        for facts, bookings in groups_of(reader, selection, place.question(Action.SHOW)):
            judged = _judged(facts)
            counts[judged.verdict, judged.reasons] += bookings
    return tuple(Counted(*told, bookings) for told, bookings in largest_first(counts))


def largest_first(counts: Mapping[K, int]) -> list[tuple[K, int]]:
    """What was counted; of the same number, in its own order."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _judged(facts: Facts) -> Judged:
    verdict = judge(facts, Action.SHOW)
    return Judged(verdict.answer, verdict.reasons)


def _selection(place: Workplace, reader: Reader, extent: Extent) -> Selection:
    begins, ends = days(extent.first, extent.last)
    return Selection(units_in_store(place, reader, list(extent.units)), begins, ends, extent.every)
