"""Markdown as the handbook uses it, laid out for a terminal."""

from __future__ import annotations

import re
from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.markdown import CodeBlock, Heading, Markdown, TableElement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from tidbok_cli.render.lines import stdout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderResult

_WIDTH: Final = 100
"""Longer lines are hard to read, however wide the terminal."""
_INDENT: Final = 4
_LEAST_COMMENT: Final = 24
"""A comment narrower than this stands below its line, not beside it."""
_LONGEST_NAME: Final = 32
_COMMENT: Final = re.compile(r"(\S.*?)(  +)(# .*)")
_THEME: Final = Theme({"markdown.code": "cyan", "markdown.code_block": "cyan", "markdown.h1": "bold"})
"""Colours without a background of their own, for light and dark terminals."""


def laid_out(text: str) -> tuple[str, int]:
    """Lay out a text; return it with the terminal's number of lines."""
    console = stdout()
    console.width = min(console.width, _WIDTH)
    with console.capture() as captured, console.use_theme(_THEME):
        console.print(_Guide(text))
    return re.sub(" +$", "", captured.get(), flags=re.MULTILINE), console.height


class _Heading(Heading):
    """A heading at the left edge."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text


class _Code(CodeBlock):
    """Command lines and files, indented, without anything to copy by mistake."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = str(self.text).rstrip("\n").splitlines()
        fitted = chain.from_iterable(_fitted(line, options.max_width - _INDENT) for line in lines)
        text = Text("\n".join(fitted), style="markdown.code_block", overflow="fold")
        yield Padding(text, (0, 0, 0, _INDENT), expand=False)


def _fitted(line: str, room: int) -> Iterator[str]:
    """Fold a line's long comment beside or below the command."""
    found = _COMMENT.fullmatch(line)
    if len(line) <= room or not found:
        yield line
        return
    command, gap, comment = found.groups()
    beside = len(command + gap)
    if room - beside < _LEAST_COMMENT:
        yield command
        yield from wrap(comment, room, initial_indent="  ", subsequent_indent="  # ")
        return
    first, *more = wrap(comment, room - beside, subsequent_indent="# ")
    yield command + gap + first
    yield from (" " * beside + each for each in more)


class _WholeTable(TableElement):
    """A table without cut words, its first column whole."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for made in super().__rich_console__(console, options):
            if isinstance(made, Table):
                for column in made.columns:
                    column.overflow = "fold"
                words = [word for cell in made.columns[0].cells for word in str(cell).split()]
                made.columns[0].min_width = min(_LONGEST_NAME, max(map(len, words), default=0))
            yield made


class _Guide(Markdown):
    elements = {  # noqa: RUF012 -- as in Rich
        **Markdown.elements, "heading_open": _Heading, "code_block": _Code, "fence": _Code, "table_open": _WholeTable,
    }  # fmt: skip
