"""What happened to bookings, counted (S30): made, cancelled and rebooked, by whom, per unit and month."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.times import local

if TYPE_CHECKING:
    from collections.abc import Iterable


class StatsKind(StrEnum):
    """What is counted. The booking that a rebooking makes counts as rebooked alone."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    REBOOKED = "rebooked"


class StatsActor(StrEnum):
    """Who did it, where that is known."""

    RESIDENT = "resident"
    CLINIC = "clinic"
    UNKNOWN = "unknown"


STATS_KINDS: Final = tuple((deed, doer) for deed in StatsKind for doer in StatsActor)


class StatsCount(NamedTuple):
    """So many bookings of a unit had the same done to them in the hour that begins at `at` (seconds UTC)."""

    unit: str
    at: int
    deed: StatsKind
    doer: StatsActor
    bookings: int


@dataclass(frozen=True, slots=True)
class MonthStats:
    """One unit's month, `2026-11` by Stockholm's calendar; `name` where the unit is configured."""

    unit: str
    name: str | None
    month: str
    counts: dict[tuple[StatsKind, StatsActor], int] = field(default_factory=lambda: dict.fromkeys(STATS_KINDS, 0))


def tallied(done: Iterable[StatsCount], names: dict[str, str]) -> list[MonthStats]:
    """The months in which anything happened, by the unit's name, then its HSA-id, then month.

    A month begins at a full hour, so that hours can be added up.
    """
    months: dict[tuple[str, str], MonthStats] = {}
    for each in done:
        month = local(each.at).strftime("%Y-%m")
        tally = months.setdefault((each.unit, month), MonthStats(each.unit, names.get(each.unit), month))
        tally.counts[each.deed, each.doer] += each.bookings
    return sorted(months.values(), key=lambda each: (swedish(each.name or each.unit), each.unit, each.month))
