"""Limits on bookings that a whole file may end by lacking them.

A booking that was cancelled in the journal is absent from the next extract (`booking import --complete`). So is one
that the extract lost: what would end many at once is more likely the latter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


FIFTH: Final = 5
"""One in so many live bookings may be absent, and no more."""

HALF: Final = 2

OF_SO_MANY: Final = 10
"""Of one unit's, where it has so many: an extract that lost one clinic ends few of a whole region's."""


class AbsentCount(NamedTuple):
    """A unit's live bookings within the extent, and those now absent.

    Without a unit, of all.
    """

    unit: str | None
    live: int
    absent: int


def too_many(found: Iterable[AbsentCount]) -> AbsentCount | None:
    """The count that is too many to be believed, if any.

    All of them together, else the first unit's.
    """
    units = list(found)
    every = AbsentCount(None, sum(each.live for each in units), sum(each.absent for each in units))
    if every.absent * FIFTH > every.live:
        return every
    return next((each for each in units if each.live >= OF_SO_MANY and each.absent * HALF > each.live), None)
