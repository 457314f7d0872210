"""Tables and letters on a terminal; off one, plain text in columns, never cut."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.i18n import _
from tidbok_cli.render.output import Column

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Text from files and journals as it may stand on a screen: control characters shown, not obeyed."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def stdout() -> "Console":
    """The terminal, or a plain stream that is never cut."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


class Span(NamedTuple):
    """A piece of a line, and how it looks on a terminal."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def print_lines(lines: Iterable[Line], *, styled: bool) -> None:
    """Prints lines, with their styles and folded to the terminal's width where there is one."""
    if not (styled and sys.stdout.isatty()):
        for line in lines:
            print("".join(span.text for span in line))
        return
    from rich.text import Text

    console = stdout()
    for line in lines:
        console.print(Text.assemble(*line))


def words(value: object) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(words, value))
    return visible(str(value))


def print_table(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> None:
    """The rows under their headings; boxes only on a terminal."""
    cells = [[words(row.get(column.key)) for column in columns] for row in rows]
    titles = [_(column.title) for column in columns]
    if sys.stdout.isatty():
        _print_boxed(titles, cells)
    else:
        _print_plain(titles, cells)


def _print_boxed(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in cells:
        table.add_row(*row)
    stdout().print(table)


def _print_plain(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    for row in (titles, *cells):
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        print(line.rstrip())
