"""What happened to bookings, counted (S30): made, cancelled and rebooked, by whom, per unit and month."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.times import local


class Deed(StrEnum):
    """What is counted. The booking that a rebooking makes counts as rebooked alone."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    REBOOKED = "rebooked"


class Doer(StrEnum):
    """Who did it, where that is known."""

    RESIDENT = "resident"
    CLINIC = "clinic"
    UNKNOWN = "unknown"


DEEDS: Final = tuple((deed, doer) for deed in Deed for doer in Doer)


class Done(NamedTuple):
    """So many bookings of a unit had the same done to them in the hour that begins at `at` (seconds UTC)."""

    unit: str
    at: int
    deed: Deed
    doer: Doer
    bookings: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One unit's month, `2026-11` by Stockholm's calendar; `name` where the unit is configured."""

    unit: str
    name: str | None
    month: str
    counts: dict[tuple[Deed, Doer], int] = field(default_factory=lambda: dict.fromkeys(DEEDS, 0))


def tallied(done: Iterable[Done], names: dict[str, str]) -> list[Tally]:
    """The months in which anything happened, by the unit's name, then its HSA-id, then month.

    A month begins at a full hour, so that hours can be added up.
    """
    months: dict[tuple[str, str], Tally] = {}
    for each in done:
        month = local(each.at).strftime("%Y-%m")
        tally = months.setdefault((each.unit, month), Tally(each.unit, names.get(each.unit), month))
        tally.counts[each.deed, each.doer] += each.bookings
    return sorted(months.values(), key=lambda each: (swedish(each.name or each.unit), each.unit, each.month))
