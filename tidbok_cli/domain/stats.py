"""Bookings made, cancelled and rebooked, counted per unit, month and actor (S30)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.times import local

if TYPE_CHECKING:
    from collections.abc import Iterable


class StatsKind(StrEnum):
    """Kinds of counts; a rebooking counts once, not as booked."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    REBOOKED = "rebooked"


class StatsActor(StrEnum):
    """Who did it, where that is known."""

    RESIDENT = "resident"
    CLINIC = "clinic"
    UNKNOWN = "unknown"


STATS_KINDS: Final = tuple((kind, actor) for kind in StatsKind for actor in StatsActor)


class StatsCount(NamedTuple):
    """Bookings by kind and actor in the hour from `at` (seconds UTC)."""

    unit: str
    at: int
    kind: StatsKind
    actor: StatsActor
    bookings: int


@dataclass(frozen=True, slots=True)
class MonthStats:
    """One unit's month, `2026-11` by Stockholm's calendar; `name` where configured."""

    unit: str
    name: str | None
    month: str
    counts: dict[tuple[StatsKind, StatsActor], int] = field(default_factory=lambda: dict.fromkeys(STATS_KINDS, 0))


def months(counts: Iterable[StatsCount], names: dict[str, str]) -> list[MonthStats]:
    """Add hours up to months, by the unit's name, HSA-id and month."""
    found: dict[tuple[str, str], MonthStats] = {}
    for each in counts:
        month = local(each.at).strftime("%Y-%m")  # it begins at a full hour, so that hours can be added up
        stats = found.setdefault((each.unit, month), MonthStats(each.unit, names.get(each.unit), month))
        stats.counts[each.kind, each.actor] += each.bookings
    return sorted(found.values(), key=lambda each: (swedish(each.name or each.unit), each.unit, each.month))
