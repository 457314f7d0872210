"""How many bookings a whole file may end by not having them (`booking import --complete`).

A booking that was cancelled in the journal is absent from the next extract. So is one that the extract lost: what would
end many at once is more likely the latter.
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
    """Of a unit's live bookings within the extent, how many the file no longer has; without a unit, of all."""

    unit: str | None
    live: int
    absent: int


def too_many(found: Iterable[AbsentCount]) -> AbsentCount | None:
    """What makes it too many to be believed: all of them together, else the first unit's; None where it is not."""
    units = list(found)
    every = AbsentCount(None, sum(each.live for each in units), sum(each.absent for each in units))
    if every.absent * FIFTH > every.live:
        return every
    return next((each for each in units if each.live >= OF_SO_MANY and each.absent * HALF > each.live), None)
