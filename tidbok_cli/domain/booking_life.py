"""A booking's history, and when it was shown (S1, S10, S20)."""

from __future__ import annotations

from enum import StrEnum
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.facts import BookingStatus, Facts
from tidbok_cli.domain.times import FIRST, FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.verdict import Verdict
    from tidbok_cli.domain.why import Diagnosis


class HistoryKind(StrEnum):
    """Kinds of history entries, in their order within one second."""

    MADE = "made"
    IMPORTED = "imported"
    MESSAGE = "message"
    RELATION = "relation"
    CONFIGURATION = "configuration"
    COUPLING = "coupling"
    POLICY = "policy"
    ENDED = "ended"
    CAME_BACK = "came_back"
    OVER = "over"


class HistoryEntry(NamedTuple):
    """One thing that happened, `at` in seconds UTC."""

    at: int
    what: HistoryKind
    details: dict[str, object]


class VerdictFrom(NamedTuple):
    """Facts and verdict from a moment (seconds UTC) until the next."""

    at: int
    facts: Facts
    verdict: Verdict


class Interval(NamedTuple):
    """A time of one verdict and its reasons.

    From `begins` until before `ends`, seconds UTC: the first begins with `times.FIRST`, the last ends with
    `times.FOREVER`. `ended_by`: the reasons that came with its end.
    """

    first: VerdictFrom
    ends: int
    ended_by: tuple[str, ...]

    @property
    def begins(self) -> int:
        return self.first.at

    @property
    def verdict(self) -> Verdict:
        return self.first.verdict


class BookingLife(NamedTuple):
    """A booking, its history, and its intervals, each explained at its beginning."""

    case: Case
    history: tuple[HistoryEntry, ...]
    intervals: tuple[tuple[Interval, Diagnosis], ...]


CONFIGURED = ("unit_show", "calendar", "mapped_show")
"""The facts of configuration on which display rests."""


def intervals(verdicts: Iterable[VerdictFrom]) -> Iterator[Interval]:
    """Join equal verdicts to intervals; given in order from the first moment."""
    alike = groupby(verdicts, lambda each: (each.verdict.answer, each.verdict.reasons))
    firsts = [next(group) for _, group in alike]
    for first, following in pairwise(firsts):
        newly = (reason for reason in following.verdict.reasons if reason not in first.verdict.reasons)
        yield Interval(first, following.at, tuple(newly))
    for first in firsts[-1:]:
        yield Interval(first, FOREVER, ())


def changes(verdicts: Iterable[VerdictFrom]) -> Iterator[HistoryEntry]:
    """Find changes of configuration and policy while there was a time."""
    for before, after in pairwise(verdicts):
        if before.facts.life == BookingStatus.NOT_YET_MADE or before.facts.over:
            continue
        configured = {
            name: [_plain(getattr(each.facts, name)) for each in (before, after)]
            for name in CONFIGURED
            if getattr(before.facts, name) != getattr(after.facts, name)
        }
        if configured:
            yield HistoryEntry(after.at, HistoryKind.CONFIGURATION, {"changes": configured})
        if before.facts.routed != after.facts.routed:
            yield HistoryEntry(after.at, HistoryKind.COUPLING, {"routed": _plain(after.facts.routed)})
        if before.facts.relation_required != after.facts.relation_required:
            yield HistoryEntry(after.at, HistoryKind.POLICY, {"relation_required": after.facts.relation_required})


def _plain(fact: object) -> object:
    """Return a fact for JSON: SQLite says 0 and 1 for flags."""
    return bool(fact) if isinstance(fact, int) else fact


def begins_at(interval: Interval) -> int | None:
    """Return the beginning of an interval; None for the first."""
    return None if interval.begins <= FIRST else interval.begins
