"""A TOML file as a mapping with the place of each key, or the one problem that keeps it from being read."""

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from tidbok_cli.domain.units import Origin

_UNREADABLE: Final = (
    (FileNotFoundError, "file.missing"),
    (NotADirectoryError, "file.missing"),
    (IsADirectoryError, "file.is_folder"),
    (PermissionError, "file.no_permission"),
)
_PLACE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)$")
_SYNTAX: Final = (
    ("Cannot ", "toml.twice"),
    ("Duplicate ", "toml.twice"),
    ("Unterminated ", "toml.unclosed"),
    ("Unclosed ", "toml.unclosed"),
    (r"Illegal character '\n'", "toml.unclosed"),
    ("Invalid value", "toml.bad_value"),
    ("Invalid date", "toml.bad_value"),
)
"""What tomllib's messages begin with. The messages themselves may quote the file, and are passed on to nobody."""


class TomlFile:
    """What a file says, and where it says it."""

    def __init__(self, data: dict[str, Any], text: str, name: str) -> None:
        self.data = data
        self._text = text
        self._name = name

    @cached_property
    def origin(self) -> "Origin":
        """The places of the keys; found when first asked for, since every command reads a file that has no mistake."""
        from tidbok_cli.domain.units import Origin
        from tidbok_cli.exchange.toml_lines import key_lines

        return Origin(self._name, key_lines(self._text))


def read_toml(path: Path, name: str) -> Parsed[TomlFile]:
    """The file, which problems call `name`. UTF-8, with or without a byte order mark."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Parsed(None, (unreadable(error, name),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Parsed(None, (Problem("toml.not_utf8", {}, Where(name, line)),))
    return _parsed(text, name)


def unreadable(error: OSError, name: str) -> Problem:
    """The problem that a file or folder could not be read; `detail` is the system's own word for a rare reason."""
    for kind, code in _UNREADABLE:
        if isinstance(error, kind):
            return Problem(code, {}, Where(name))
    return Problem("file.unreadable", {"detail": error.strerror or ""}, Where(name))


def _parsed(text: str, name: str) -> Parsed[TomlFile]:
    import tomllib

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
