"""Edits of a TOML text: values and lines, with all else as it is, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.exchange.toml_lines import Statement

TomlValue = str | int | bool
Changes = Mapping[str, TomlValue | None]
"""Keys of a table with new values; None takes a key away."""

_REST_OF_LINE = re.compile(r"[ \t]*(#)?")


class TextEdit(NamedTuple):
    """Replacement of `text[begin:end]`."""

    begin: int
    end: int
    by: str


def with_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return the text with all edits, which do not overlap."""
    pieces, done = [], 0
    for edit in sorted(edits):
        pieces += [text[done : edit.begin], edit.by]
        done = edit.end
    return "".join((*pieces, text[done:]))


def with_value(key: Statement, value: TomlValue) -> TextEdit:
    """Replacement of a key's value."""
    return TextEdit(key.value, key.end, literal(value))


def without_key(text: str, key: Statement) -> TextEdit:
    """Removal of the key's line, or of the key before a comment."""
    rest = _REST_OF_LINE.match(text, key.end)
    if rest and rest[1]:
        return TextEdit(key.begin, rest.start(1), "")
    return TextEdit(line_begin(text, key.begin), line_end(text, key.end), "")


def with_lines(text: str, after: Statement, lines: Iterable[str]) -> TextEdit:
    """Insertion of lines below a statement, as far in as it is."""
    newline, end = newline_of(text), line_end(text, after.end)
    before = text[line_begin(text, after.begin) : after.begin].removeprefix("\ufeff")
    added = "".join(f"{before if line else ''}{line}{newline}" for line in lines)
    return TextEdit(end, end, added if text[end - 1] == "\n" else newline + added)


def present(told: Changes) -> dict[str, TomlValue]:
    """Return the changes that set a value."""
    return {key: value for key, value in told.items() if value is not None}


def literal(value: TomlValue) -> str:
    """Write a value as TOML."""
    import tomlkit

    return tomlkit.item(value).as_string()


def newline_of(text: str) -> str:
    """Return the line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def line_begin(text: str, offset: int) -> int:
    """Return where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line after that of an offset begins."""
    return text.find("\n", offset) + 1 or len(text)
