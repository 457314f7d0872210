"""Cells that a spreadsheet would take for a formula, guarded by an apostrophe (contract, section 1).

A guard stands before every such beginning, also after what divides cells where `;` or a tab does so, and before one
that has an apostrophe already: `unguarded` gives every text back.
"""

from __future__ import annotations

from typing import Final

from tidbok_cli.domain.regex import regex

_BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_UNGUARDED: Final = regex(r"(?:\A|(?<=[;\t\r\n]))(?='*+[=+\-@\t\r])")
_GUARD: Final = regex(r"(?:\A|(?<=[;\t\r\n]))'(?='*+[=+\-@\t\r])")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    if text.startswith(_BEGINNINGS) or ";" in text or not text.isprintable():
        return _UNGUARDED.sub("'", text)
    return text


def unguarded(cell: str) -> str:
    """The text of a cell, as it was before it was guarded, if it was."""
    return _GUARD.sub("", cell) if "'" in cell else cell
