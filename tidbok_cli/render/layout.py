"""How wide a table's columns are on a terminal, and which are left out there."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tidbok_cli.render.output import Rank

GAP: Final = 2
"""Blanks between two columns."""

NARROW: Final = 20
"""How narrow a column of prose may become; longer words are broken there."""


class Extent(NamedTuple):
    """A column's width where there is room, and the least to which it may be folded."""

    rank: Rank
    natural: int
    least: int


def fit(columns: Sequence[Extent], room: int) -> dict[int, int]:
    """The widths of the columns that stay, by their places, so that together they fill at most the room.

    Columns are folded first, the widest most; then left out by their rank, from the right. Those that say which row
    it is stay, even where they alone are wider than the room.
    """
    kept = list(range(len(columns)))
    while total(columns[place].least for place in kept) > room:
        dispensable = [place for place in kept if columns[place].rank is not Rank.NAME]
        if not dispensable:
            break
        kept.remove(max(dispensable, key=lambda place: (columns[place].rank, place)))
    widths = {place: columns[place].natural for place in kept}
    while total(widths.values()) > room:
        foldable = [place for place in kept if widths[place] > columns[place].least]
        if not foldable:
            break
        widths[max(foldable, key=lambda place: widths[place])] -= 1
    return widths


def total(widths: Iterable[int]) -> int:
    """The width of a table with columns of these widths."""
    listed = list(widths)
    return sum(listed) + GAP * (len(listed) - 1)
