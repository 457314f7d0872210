"""How many bookings a file may end by not having them, when it is the whole truth (`booking import --complete`).

A booking that was cancelled in the journal is absent from the next extract. So is one that the extract lost: what would
end many at once is more likely the latter.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tidbok_cli.errors import Problem

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


@dataclass(slots=True)
class ImportReport:
    """What an import did, in rows; `events` are relation events, `without_effect` those of them that change nothing.

    `problems` says why rows are bad, `rejected_file` where those are that were left out. `fields` counts which columns
    were new in the rows that were updated. `ended`: how many of them were cancelled, since a whole file does not
    have them; None where it was not whole. Of what is kept in files, `named` has the names by what was done: `created`,
    `updated`.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    without_effect: int = 0
    summons: int = 0
    events: int = 0
    problems: tuple[Problem, ...] = ()
    rejected_file: str | None = None
    fields: Counter[str] = field(default_factory=Counter)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ended: int | None = None

    def add_ended(self, ended: int | None) -> None:
        """Counts bookings that were cancelled since the file does not have them; None where it is not whole."""
        self.ended = ended
        if ended:
            self.updated += ended
            self.fields.update(dict.fromkeys(("ended_at", "status"), ended))
