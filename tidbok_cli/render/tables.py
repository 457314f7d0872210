"""Tables on a terminal; off one, plain text in columns, never cut."""

from __future__ import annotations

import re
import sys
from itertools import islice
from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.i18n import _
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.lines import stdout, visible
from tidbok_cli.render.terminal import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class ColumnWidth(NamedTuple):
    """A column's natural width, its least when folded, and that to which it is folded before others are."""

    rank: Rank
    natural: int
    least: int
    folded: int = 0


LOT: Final = 10_000
"""Rows of a plain table that are laid out together."""


def words(value: object) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(words, value))
    return visible(str(value))


def print_facts(facts: Mapping[str, object]) -> None:
    """Print one thing: a line for each fact that is not empty."""
    told = [(name, words(value)) for name, value in facts.items() if words(value)]
    if sys.stdout.isatty():
        _print_folded(told)
        return
    width = max(len(name) for name, text in told)
    for name, text in told:
        print(f"{name.ljust(width)}  {text}")


def _print_folded(facts: Sequence[tuple[str, str]]) -> None:
    from rich.table import Table

    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts:
        table.add_row(name, text)
    stdout().print(table)


def print_table(
    columns: Sequence[Column], rows: Iterable[object], *, reveal: bool = False, elsewhere: str = "-o csv"
) -> None:
    """Print rows under their headings.

    On a terminal they fit its width: columns fold or are left out by their rank, and a line below says which are, and
    that `elsewhere` has them. Off one, plain text in columns, never cut.
    """
    tellers = [column.teller(reveal=reveal) for column in columns]
    values = ([tell(row) for tell in tellers] for row in rows)
    titles = [_(column.title) for column in columns]
    if sys.stdout.isatty():
        _print_fitted(columns, titles, list(values), elsewhere)
    else:
        _print_plain(titles, ([words(value) for value in row] for row in values))


def _print_fitted(
    columns: Sequence[Column], titles: Sequence[str], values: Sequence[Sequence[object]], elsewhere: str
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    console = stdout()
    extents = [_extent(column, titles[place], [row[place] for row in values]) for place, column in enumerate(columns)]
    room = console.width
    widths = fit(extents, room)
    console.width = max(room, total(widths.values()))  # names are not cut, even where they alone are too wide
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    for place, width in widths.items():
        table.add_column(titles[place], width=width, overflow="fold")
    for row in values:
        table.add_row(*(_cell(columns[place], row[place], width) for place, width in widths.items()))
    with console.capture() as captured:
        console.print(table)
        if left_out := [title for place, title in enumerate(titles) if place not in widths]:
            said = _("No room for: {columns}. Use a wider terminal, or {elsewhere}.")
            console.print(said.format(columns=", ".join(left_out), elsewhere=elsewhere), style="dim", width=room)
    show(captured.get(), console.height)


def _extent(column: Column, title: str, values: Sequence[object]) -> ColumnWidth:
    from rich.cells import cell_len

    longest = max(map(cell_len, map(words, values)), default=0)
    pieces = [cell_len(piece) for value in values if isinstance(value, list | tuple) for piece in words(value).split()]
    folded = least = max(pieces) if pieces else longest
    if column.kind.hyphens:
        folded, least = (max((of(words(value)) for value in values), default=0) for of in (_folded, _least))
    elif not column.is_whole:
        folded = least = min(least, NARROW)
    head = max([column.kind.least, *map(cell_len, title.split())])
    return ColumnWidth(column.rank, max(longest, cell_len(title)), max(least, head), max(folded, head))


def _folded(alias: str) -> int:
    """Width of what may be broken after hyphens: whole, unless it is long."""
    return len(alias) if len(alias) <= NARROW else max(map(len, _HYPHENED.findall(alias)))


def _least(alias: str) -> int:
    return min(_folded(alias), NARROWEST) if len(alias) > NARROW else len(alias)


def _cell(column: Column, value: object, width: int) -> str:
    text = words(value)
    return "\n".join(wrap(text, width)) if column.kind.hyphens else text


def _print_plain(titles: Sequence[str], cells: Iterator[Sequence[str]]) -> None:
    """Print in lots, to bound memory; between lots a column may grow."""
    widths = [0] * len(titles)
    lot = [titles, *islice(cells, LOT)]
    while lot:
        widths = [max(width, *map(len, column)) for width, *column in zip(widths, *lot, strict=True)]
        for row in lot:
            line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
            print(line.rstrip())
        lot = list(islice(cells, LOT))


GAP: Final = 2
"""Blanks between two columns."""

_HYPHENED: Final = re.compile("[^-]*-?")
NARROW: Final = 20
"""Least width of a column of prose, where longer words break."""


NARROWEST: Final = 12
"""Least width of a long alias, which breaks anywhere before another column is left out."""


def fit(columns: Sequence[ColumnWidth], room: int) -> dict[int, int]:
    """Widths, by place, of the columns that stay, within the room.

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
    for floors in ([max(column.least, column.folded) for column in columns], [column.least for column in columns]):
        while total(widths.values()) > room:
            foldable = [place for place in kept if widths[place] > floors[place]]
            if not foldable:
                break
            widths[max(foldable, key=lambda place: widths[place])] -= 1
    return widths


def total(widths: Iterable[int]) -> int:
    """The width of a table with columns of these widths."""
    listed = list(widths)
    return sum(listed) + GAP * (len(listed) - 1)
