"""`sweep`: the verdict on the region's bookings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tidbok_cli.domain.facts import Action, Facts
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.sweep import SweepVerdict, Swept, VerdictCount
from tidbok_cli.domain.times import days
from tidbok_cli.domain.verdict import Answer, judge
from tidbok_cli.store.read.facts import BookingSelection, groups_of, swept
from tidbok_cli.workflows.lookup import units_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

K = TypeVar("K", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True)
class SweepExtent:
    """Units as the caller named them, and dates of start, both included."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    every: bool = False


def sweep(
    context: Context, extent: SweepExtent, met: list[SweepVerdict] | None = None, *, reveal: bool = False
) -> Iterator[Swept]:
    """Yield each booking's verdict at the moment, by unit, start and id.

    `met` takes each verdict when it is first met. Person numbers are masked, unless `reveal`. Never all in memory.
    """
    context.expect_purpose()
    with context.reading() as reader:
        yield from rows_of(context, reader, extent, met, reveal=reveal)


def rows_of(
    context: Context,
    reader: Reader,
    extent: SweepExtent,
    met: list[SweepVerdict] | None = None,
    *,
    reveal: bool = False,
) -> Iterator[Swept]:
    """Sweep a snapshot that is being read, as `sweep` does."""

    def judged(facts: Facts) -> SweepVerdict:
        verdict = _judged(facts)
        if met is not None:
            met.append(verdict)
        return verdict

    selection, question = _selection(context, reader, extent), context.question(Action.SHOW)
    return swept(reader, selection, question, judged, str if reveal else mask)


def summary(context: Context, extent: SweepExtent) -> tuple[VerdictCount, ...]:
    """Count bookings per verdict and reasons, largest first."""
    counts: Counter[tuple[Answer, tuple[str, ...]]] = Counter()
    with context.reading() as reader:
        selection = _selection(context, reader, extent)
        for facts, bookings in groups_of(reader, selection, context.question(Action.SHOW)):
            judged = _judged(facts)
            counts[judged.verdict, judged.reasons] += bookings
    return tuple(VerdictCount(*verdict, bookings) for verdict, bookings in largest_first(counts))


def largest_first(counts: Mapping[K, int]) -> list[tuple[K, int]]:
    """Sort counts, largest first, equal ones in their own order."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _judged(facts: Facts) -> SweepVerdict:
    verdict = judge(facts, Action.SHOW)
    return SweepVerdict(verdict.answer, verdict.reasons)


def _selection(context: Context, reader: Reader, extent: SweepExtent) -> BookingSelection:
    begins, ends = days(extent.first, extent.last)
    return BookingSelection(units_in_store(context, reader, list(extent.units)), begins, ends, extent.every)
