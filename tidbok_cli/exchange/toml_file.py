"""TOML files with the place of each key, and their problems."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.regex import regex
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.file_bytes import NotRegular, TooLarge, file_bytes, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tidbok_cli.domain.unit import FileOrigin


_UNREADABLE: Final = (
    (FileNotFoundError, "file.missing"),
    (NotADirectoryError, "file.missing"),
    (IsADirectoryError, "file.is_folder"),
    (PermissionError, "file.no_permission"),
    (NotRegular, "file.not_regular"),
)

LARGEST: Final = 4
"""Megabytes of a file that people write."""

_DOTS: Final = 64
"""So many dots may stand on a line: what tomllib does for a key grows with their square."""

_PROSE: Final = regex(r"""\#[^\n]*+ | "(?:[^"\\\n]++|\\.)*+"? | '[^'\n]*+'?""", re.VERBOSE)
"""Comments and strings, whose dots divide no key."""

_PLACE = regex(r"\(at line ([0-9]+), column ([0-9]+)\)$")

_SYNTAX: Final = (
    ("Cannot ", "toml.twice"),
    ("Duplicate ", "toml.twice"),
    ("Unterminated ", "toml.unclosed"),
    ("Unclosed ", "toml.unclosed"),
    (r"Illegal character '\n'", "toml.unclosed"),
    ("Invalid value", "toml.bad_value"),
    ("Invalid date", "toml.bad_value"),
)
"""Beginnings of tomllib's messages, which may quote the file: never printed."""


class TomlFile:
    """Content of a file, with the places of its keys."""

    def __init__(self, data: dict[str, Any], text: str, name: str) -> None:
        self.data = data
        self._text = text
        self._name = name

    @cached_property
    def origin(self) -> FileOrigin:
        """Places of the keys, found late: most files have no mistake."""
        from tidbok_cli.domain.unit import FileOrigin
        from tidbok_cli.exchange.toml_lines import key_lines

        return FileOrigin(self._name, key_lines(self._text))


def read_toml(path: Path, name: str) -> Parsed[TomlFile]:
    """Read a UTF-8 file, with or without mark; problems call it `name`."""
    try:
        content = file_bytes(path, LARGEST)
    except OSError as error:
        return Parsed(None, (unreadable(error, name),))
    try:
        text = text_of(content)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Parsed(None, (Problem("toml.not_utf8", {}, Where(name, line)),))
    return parse_toml(text, name)


def unreadable(error: OSError, name: str) -> Problem:
    """Problem of an unreadable file or folder; `detail` is the system's word."""
    if isinstance(error, TooLarge):
        return Problem("file.too_large", {"most": error.most}, Where(name))
    for kind, code in _UNREADABLE:
        if isinstance(error, kind):
            return Problem(code, {}, Where(name))
    return Problem("file.unreadable", {"detail": error.strerror or ""}, Where(name))


def parse_toml(text: str, name: str) -> Parsed[TomlFile]:
    """Parse a text without byte order mark; problems call it `name`."""
    import tomllib

    if text.count(".") > _DOTS and any(line.count(".") > _DOTS for line in _PROSE.sub("", text).splitlines()):
        return Parsed(None, (Problem("toml.too_large", {}, Where(name)),))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Parsed(None, (_syntax(str(error), text, name),))
    except (RecursionError, ValueError):  # brackets in brackets without end, or a number of thousands of digits
        return Parsed(None, (Problem("toml.too_large", {}, Where(name)),))
    return Parsed(TomlFile(data, text, name))


def _syntax(message: str, text: str, name: str) -> Problem:
    code = next((code for beginning, code in _SYNTAX if message.startswith(beginning)), "toml.syntax")
    place = _PLACE.search(message)
    if place:
        return Problem(code, {"column": int(place[2])}, Where(name, int(place[1])))
    last_lines = text.rstrip().split("\n")
    return Problem(code, {"column": len(last_lines[-1]) + 1}, Where(name, len(last_lines)))


TEXT: Final = '"…"'

TEXTS: Final = '["…", "…"]'

FLAG: Final = "true | false"

WHOLE_NUMBER: Final = "0, 1, 2, …"


def unknown_key(key: str, allowed: Iterable[str], where: Where) -> Problem:
    """Problem of an unknown key, with the table's nearest, if any."""
    from difflib import get_close_matches

    names = sorted(allowed)
    params = {"key": key, "allowed": ", ".join(names)}
    nearest = get_close_matches(key.lower(), names, n=1)
    if nearest:
        return Problem("toml.misspelt_key", {**params, "nearest": nearest[0]}, where)
    return Problem("toml.unknown_key", params, where)


def missing_key(key: str, where: Where) -> Problem:
    return Problem("toml.missing_key", {"key": key}, where)


def wrong_type(key: str, expected: str, where: Where) -> Problem:
    """Problem of a value of another type than `expected`, which is TOML."""
    return Problem("toml.wrong_type", {"key": key, "expected": expected}, where)


def not_allowed(key: str, allowed: Iterable[str], where: Where) -> Problem:
    """Problem of a value that the key may not have."""
    return Problem("toml.not_allowed", {"key": key, "allowed": ", ".join(allowed)}, where)


def in_line_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.where.line or 0))


def has_error(problems: Iterable[Problem]) -> bool:
    return any(not problem.warning for problem in problems)
