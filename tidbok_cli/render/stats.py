"""`booking stats`: rows, and on a terminal bars by who did it."""

from __future__ import annotations

import shutil
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.stats import STATS_KINDS, MonthStats, StatsActor, StatsKind
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import Column, Listing
from tidbok_cli.render.lines import Line, Span, print_lines, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DEEDS: Final = {
    (StatsKind.BOOKED, StatsActor.RESIDENT): _m("Booked by residents"),
    (StatsKind.BOOKED, StatsActor.CLINIC): _m("Booked by clinics"),
    (StatsKind.BOOKED, StatsActor.UNKNOWN): _m("Booked by unknown"),
    (StatsKind.CANCELLED, StatsActor.RESIDENT): _m("Cancelled by residents"),
    (StatsKind.CANCELLED, StatsActor.CLINIC): _m("Cancelled by clinics"),
    (StatsKind.CANCELLED, StatsActor.UNKNOWN): _m("Cancelled by unknown"),
    (StatsKind.REBOOKED, StatsActor.RESIDENT): _m("Rebooked by residents"),
    (StatsKind.REBOOKED, StatsActor.CLINIC): _m("Rebooked by clinics"),
    (StatsKind.REBOOKED, StatsActor.UNKNOWN): _m("Rebooked by unknown"),
}


def _tally(deed: StatsKind, doer: StatsActor) -> Column:
    return Column(f"{deed}_by_{doer}", _DEEDS[deed, doer], lambda tally: tally.counts[deed, doer])


TALLIES = Listing(
    _m("for each clinic and month"),
    (
        Column("unit", _m("HSA-id")),
        Column("unit_name", _m("Clinic"), "name"),
        Column("month", _m("Month")),
        *(_tally(deed, doer) for deed, doer in STATS_KINDS),
    ),
    none=_m("Nothing has happened in that time."),
)

_LONGEST: Final = 40
_SHORTEST: Final = 8
"""Most and least letters of a bar; with less room, none."""

_DRAWN: Final[Mapping[StatsActor, Span]] = {
    StatsActor.RESIDENT: Span("█", "green"),
    StatsActor.CLINIC: Span("▒", "cyan"),
    StatsActor.UNKNOWN: Span("░", "dim"),
}
_DOERS: Final[Mapping[StatsActor, str]] = {
    StatsActor.RESIDENT: _m("residents"),
    StatsActor.CLINIC: _m("clinics"),
    StatsActor.UNKNOWN: _m("not known"),
}


def print_bars(tallies: Sequence[MonthStats]) -> None:
    """Print a heading for each unit, and bars for each month."""
    print_lines(_lines(tallies, shutil.get_terminal_size().columns), styled=True)


def _lines(tallies: Sequence[MonthStats], columns: int) -> Iterator[Line]:
    totals = [sum(_of(tally, deed)) for tally in tallies for deed in StatsKind]
    if not any(totals):
        yield (Span(_("Nothing has happened in that time."), "dim"),)
        return
    said = {deed: _(words.STATUSES[deed]) for deed in StatsKind}
    widest = max(map(len, said.values()))
    figures = max(len(_figures(_of(tally, deed))) for tally in tallies for deed in StatsKind)
    room = min(_LONGEST, columns - len(f"  2026-11  {'':{widest}}      ") - figures)
    scale = room / max(totals) if room >= _SHORTEST else 0
    for heading, months in groupby(tallies, lambda tally: (tally.name, tally.unit)):
        yield (Span(visible(" ".join(filter(None, heading))), "bold"),)
        for tally in months:
            yield from _month(tally, {deed: f"{word:{widest}}" for deed, word in said.items()}, figures, scale)
        yield ()
    yield tuple(_legend())


def _month(tally: MonthStats, words: Mapping[StatsKind, str], width: int, scale: float) -> Iterator[Line]:
    """A line for each thing that happened in it."""
    told = [deed for deed in StatsKind if sum(_of(tally, deed))]
    for place, deed in enumerate(told):
        counts = _of(tally, deed)
        lead = f"  {'' if place else tally.month:7}  {words[deed]}  {_figures(counts):{width}}  "
        yield Span(lead if scale else lead.rstrip()), *(_bar(counts, scale) if scale else ())


def _bar(counts: Sequence[int], scale: float) -> Iterator[Span]:
    """Parts of a bar, rounded to its length; only zero vanishes."""
    drawn, sum_so_far = 0, 0
    for doer, count in zip(StatsActor, counts, strict=True):
        sum_so_far += count
        length = max(round(sum_so_far * scale) - drawn, 1 if count else 0)
        drawn += length
        yield Span(_DRAWN[doer].text * length, _DRAWN[doer].style)


def _of(tally: MonthStats, deed: StatsKind) -> list[int]:
    return [tally.counts[deed, doer] for doer in StatsActor]


def _figures(counts: Sequence[int]) -> str:
    return f"{sum(counts)} = {' + '.join(map(str, counts))}"


def _legend() -> Iterator[Span]:
    for doer in StatsActor:
        yield _DRAWN[doer]
        yield Span(f" {_(_DOERS[doer])}  ", "dim")
