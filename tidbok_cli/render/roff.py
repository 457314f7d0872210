"""Texts in the macros of man(7), escaped; hyphens can be pasted."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHARACTERS: Final = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
)


def escaped(told: str) -> str:
    """The text as it stands, also at the beginning of a line."""
    safe = " ".join(told.split()).translate(_CHARACTERS)
    return rf"\&{safe}" if safe.startswith(".") else safe


def bold(told: str) -> str:
    return rf"\fB{escaped(told)}\fR"


def italic(told: str) -> str:
    return rf"\fI{escaped(told)}\fR" if told else ""


def title(name: str, section: int, source: str) -> Iterable[str]:
    """Head of a page, without a date, so that pages are reproducible."""
    return (rf'.TH "{escaped(name.upper())}" "{section}" "" "{escaped(source)}"', ".nh", ".ad l")


def section(heading: str) -> Iterable[str]:
    return (f'.SH "{escaped(heading)}"',)


def subsection(heading: str) -> Iterable[str]:
    return (f'.SS "{escaped(heading)}"',)


def text(told: str) -> Iterable[str]:
    """Lines that the formatter fills; short, for small differences."""
    return map(escaped, textwrap.wrap(told, 80, break_long_words=False, break_on_hyphens=False))


def paragraph(told: str) -> Iterable[str]:
    return (".PP", *text(told))


def item(term: str, told: str) -> Iterable[str]:
    """A term, in macros already, and its meaning."""
    return (".TP", term, *text(told))


def example(lines: Iterable[str]) -> Iterable[str]:
    """Lines that are not filled."""
    return (".PP", ".RS 4", ".nf", *map(escaped, lines), ".fi", ".RE")
