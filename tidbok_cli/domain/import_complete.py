"""Limits on bookings that a whole file may end by lacking them.

A booking that was cancelled in the journal is absent from the next extract (`booking import --complete`). So is one
that the extract lost: what would end many at once is more likely the latter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


FIFTH: Final = 5
"""One in so many live bookings may be absent, and no more."""

HALF: Final = 2

OF_SO_MANY: Final = 10
"""Of one unit's, where it has so many: an extract that lost one clinic ends few of a whole region's."""

TIMES: Final = 3
"""So many times the most that one of the last whole files ended is unusual, where it is `UNUSUAL` or more."""

UNUSUAL: Final = 20

LAST_FILES: Final = 10
"""So many of the last whole files are looked at."""


class AbsentCount(NamedTuple):
    """A unit's live bookings within the extent, and those now absent.

    Without a unit, of all.
    """

    unit: str | None
    live: int
    absent: int


class MaxEnded(NamedTuple):
    """A limit that the caller sets: a number, or a percentage of the live."""

    number: int
    percent: bool

    def __str__(self) -> str:
        return f"{self.number}%" if self.percent else str(self.number)

    def passed_by(self, every: AbsentCount) -> bool:
        """Whether more than that are absent."""
        return every.absent * 100 > self.number * every.live if self.percent else every.absent > self.number


def parse_max_ended(text: str) -> Parsed[MaxEnded]:
    """Parse a limit, `20` or `5%`."""
    found = re.fullmatch(r"([0-9]{1,9})(%?)", text)
    return Parsed(MaxEnded(int(found[1]), bool(found[2]))) if found else refused("complete.no_limit", value=text)


class FilesBefore(NamedTuple):
    """The last whole files of some of the same units.

    `ended`: how many of these units' bookings each ended. `missing`: units of the latest that this one lacks, and that
    still have live bookings.
    """

    ended: Sequence[int]
    missing: Sequence[str]


def doubts(found: Sequence[AbsentCount], limit: MaxEnded | None, before: FilesBefore) -> list[Problem]:
    """All that speaks against a whole file."""
    every = AbsentCount(None, sum(each.live for each in found), sum(each.absent for each in found))
    told = _beyond(every, limit) if limit else _too_many(every, found)
    return [*told, *_unusual(every, before.ended), *_missing(before.missing)]


def _beyond(every: AbsentCount, limit: MaxEnded) -> Iterable[Problem]:
    if limit.passed_by(every):
        params: dict[str, str | int] = {"absent": every.absent, "live": every.live, "limit": str(limit)}
        yield Problem("complete.beyond_limit", params)


def _too_many(every: AbsentCount, found: Iterable[AbsentCount]) -> Iterable[Problem]:
    """All of them together, else the first unit's."""
    if every.absent * FIFTH > every.live:
        yield Problem("complete.too_many", {"absent": every.absent, "live": every.live})
        return
    for each in found:
        if each.live >= OF_SO_MANY and each.absent * HALF > each.live:
            params: dict[str, str | int] = {"unit": each.unit or "", "absent": each.absent, "live": each.live}
            yield Problem("complete.too_many_of_unit", params)
            return


def _unusual(every: AbsentCount, before: Sequence[int]) -> Iterable[Problem]:
    if before and every.absent >= UNUSUAL and every.absent > TIMES * max(before):
        yield Problem("complete.unusual", {"absent": every.absent, "most": max(before), "files": len(before)})


def _missing(units: Sequence[str]) -> Iterable[Problem]:
    if units:
        yield Problem("complete.units_missing", {"count": len(units), "units": ", ".join(units)})
