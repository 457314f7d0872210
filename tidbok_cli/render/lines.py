"""Text safe for a screen, and lines with styles."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from tidbok_cli.domain.masks import masked
from tidbok_cli.domain.regex import regex
from tidbok_cli.domain.text import IDS, escaped, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

_CONTROL: Final = regex(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What a terminal obeys."""

_FURTHER_IN, _NARROWEST = 2, 40

_revealing = False


def reveal_numbers(*, asked: bool) -> None:
    """Choose whether this answer shows person numbers in full, as `--reveal` asks."""
    global _revealing
    _revealing = asked


def visible(text: str) -> str:
    """Show control and invisible characters in foreign text, which no screen then obeys; mask person numbers."""
    told = shown(text if _revealing else masked(text))  # before an escape comes between its digits
    return told if told.isprintable() else _CONTROL.sub(lambda found: repr(found[0])[1:-1], told)


def visible_as(name: str, text: str) -> str:
    """Show a text by the name of its column or parameter: of an id or code the spaces of other kinds too."""
    return visible(escaped(text) if name in IDS else text)


def stdout() -> Console:
    """The terminal, or a plain stream that is never cut."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


class Span(NamedTuple):
    """A piece of a line, and how it looks on a terminal."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def print_lines(lines: Iterable[Line], *, styled: bool) -> None:
    """Print lines, on a terminal styled and folded to its width, what goes on further in."""
    if not (styled and sys.stdout.isatty()):
        for line in lines:
            print("".join(span.text for span in line))
        return
    from rich.text import Text

    console = stdout()
    for line in lines:
        first, *more = Text.assemble(*line).wrap(console, console.width) or (Text(),)
        within = _indent(first.plain) + _FURTHER_IN
        for text in (first, *more):
            text.rstrip()
        console.print(first)
        for text in Text(" ").join(more).wrap(console, console.width - within) if more else ():
            text.rstrip()
            console.print(Text(" " * within) + text)


def tell(text: str) -> None:
    """Print lines on stdout, on a terminal folded to its width."""
    _print(text, sys.stdout)


def say(text: str) -> None:
    """Print lines on stderr, on a terminal folded to its width."""
    _print(text, sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    print("\n".join(map(_folded, text.split("\n"))) if stream.isatty() else text, file=stream)


def _folded(text: str) -> str:
    """A line as a terminal has room for it, what goes on further in."""
    from shutil import get_terminal_size
    from textwrap import fill

    further = " " * (_indent(text) + _FURTHER_IN)
    width = max(get_terminal_size().columns, _NARROWEST)
    return fill(text, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
