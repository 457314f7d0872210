"""`sweep`: the verdict on the region's bookings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.facts import Action, Facts
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.named import Named
from tidbok_cli.domain.sweep import SweepVerdict, Swept, SweptBooking, VerdictCount
from tidbok_cli.domain.times import days
from tidbok_cli.domain.verdict import Answer, judge
from tidbok_cli.store.read.facts import BookingSelection, swept_lots
from tidbok_cli.store.read.names import NamesThen, care_type_of
from tidbok_cli.store.read.sweep import groups_of, residents_in
from tidbok_cli.workflows.lookup import dates, units_in_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

K = TypeVar("K", bound=tuple[object, ...])
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SweepExtent:
    """Units as the caller named them, and dates of start, both included.

    `reasons`: only bookings refused for one of these, as CHECK or CHECK.REASON.
    """

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    every: bool = False
    reasons: tuple[str, ...] = ()
    action: Action = Action.SHOW

    @property
    def plain(self) -> dict[str, object]:
        """What was asked, for the audit; the units are noted by themselves."""
        asked = {"all": self.every or None, "reasons": self.reasons or None, "action": str(self.action)}
        return asked | dates(self.first, self.last)

    def keeps(self, reasons: Iterable[str]) -> bool:
        """Tell whether a booking with these reasons is wanted; each is where none were named."""
        return not self.reasons or any(not {each, each.partition(".")[0]}.isdisjoint(self.reasons) for each in reasons)


def sweep(
    context: Context, extent: SweepExtent, met: list[SweepVerdict] | None = None, *, reveal: bool = False
) -> Iterator[Swept]:
    """Yield the verdicts on bookings at the moment, by unit, start and id.

    `met` takes each verdict when it is first met. Person numbers are masked, unless `reveal`. Never all in memory.
    """
    context.expect_purpose()
    with context.reading() as reader:
        look_at(context, reader, extent)
        yield from lots_of(context, reader, extent, met, spell=str if reveal else mask)


def look_at(context: Context, reader: Reader, extent: SweepExtent) -> None:
    """Record whose bookings a sweep shows."""
    if extent.reasons:
        lots = lots_of(context, reader, extent, spell=None)
        shown = Residents(chain.from_iterable(lot.residents for lot in lots))
    else:
        shown = residents_in(reader, selection_of(context, reader, extent), context.question(extent.action))
    context.look(shown=shown, selection=extent.plain)


def lots_of(
    context: Context,
    reader: Reader,
    extent: SweepExtent,
    met: list[SweepVerdict] | None = None,
    *,
    spell: Callable[[str], str] | None = mask,
    numbered: bool = False,
) -> Iterator[Any]:
    """Sweep a snapshot that is being read, as `sweep` does; `spell` and `numbered` as of `swept_lots`."""

    kept: set[SweepVerdict] = set()

    def judged(facts: Facts) -> SweepVerdict:
        verdict = _judged(facts, extent.action)
        if extent.keeps(verdict.reasons):
            kept.add(verdict)
            if met is not None:
                met.append(verdict)
        return verdict

    selection, question = selection_of(context, reader, extent), context.question(extent.action)
    lots = swept_lots(reader, selection, question, judged, spell, numbered=numbered)
    return (some for lot in lots if (some := lot.only(kept)).bookings) if extent.reasons else lots


def named(context: Context, rows: Iterable[R], of: Callable[[R], SweptBooking]) -> Iterator[Named[R]]:
    """Yield rows with names as in force at the moment; `of` takes the booking out of one."""
    with context.reading(noted=True) as reader:
        names = NamesThen(reader, context.at)
        for row in rows:
            _, unit, booking, _, code, _, judged = of(row)
            mapped = names.is_mapped(unit, code) or "service.not_mapped" in judged.reasons
            label = names.label(unit, code, None if mapped else care_type_of(reader, unit, booking))
            yield Named(row, names.clinic(unit), label)


def summary(context: Context, extent: SweepExtent) -> tuple[VerdictCount, ...]:
    """Count bookings per verdict and reasons, largest first."""
    counts: Counter[tuple[Answer, tuple[str, ...]]] = Counter()
    with context.reading() as reader:
        selection = selection_of(context, reader, extent)
        for facts, bookings in groups_of(reader, selection, context.question(extent.action)):
            judged = _judged(facts, extent.action)
            if extent.keeps(judged.reasons):
                counts[judged.verdict, judged.reasons] += bookings
    return tuple(VerdictCount(*verdict, bookings) for verdict, bookings in largest_first(counts))


def largest_first(counts: Mapping[K, int]) -> list[tuple[K, int]]:
    """Sort counts, largest first, equal ones in their own order."""
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _judged(facts: Facts, action: Action) -> SweepVerdict:
    verdict = judge(facts, action)
    return SweepVerdict(verdict.answer, verdict.reasons)


def selection_of(context: Context, reader: Reader, extent: SweepExtent) -> BookingSelection:
    """Return the bookings that the extent names; raises BadInput for an unknown unit."""
    begins, ends = days(extent.first, extent.last)
    return BookingSelection(units_in_store(context, reader, list(extent.units)), begins, ends, extent.every)
