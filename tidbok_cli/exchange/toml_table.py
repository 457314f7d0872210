"""A table of a TOML file, read key by key, with what is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tidbok_cli.domain.cells import parse_text
from tidbok_cli.domain.text import has_space_around, other_space
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.toml_file import (
    FLAG,
    TEXT,
    TEXTS,
    WHOLE_NUMBER,
    TomlFile,
    missing_key,
    not_allowed,
    unknown_key,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

T = TypeVar("T")


class TomlTable:
    """One table; absent and wrong values are read as their defaults.

    What is wrong is added to `problems`.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        allowed: Collection[str],
        file: TomlFile,
        problems: list[Problem],
        path: str = "",
    ) -> None:
        self.content = content
        self.file = file
        self.problems = problems
        self.path = path
        problems.extend(unknown_key(key, allowed, self.where(key)) for key in content if key not in allowed)

    def where(self, key: str) -> Where:
        return self.file.origin.at(self._below(key))

    def table(self, key: str, allowed: Collection[str]) -> TomlTable:
        """Table below this one; an empty one where there is none."""
        return self.entry(key, self._typed(key, dict, f"[{self._below(key)}]", {}), allowed)

    def entry(self, key: str, content: Mapping[str, Any], allowed: Collection[str]) -> TomlTable:
        """Table with this content, whose keys lie at `key`."""
        return TomlTable(content, allowed, self.file, self.problems, self._below(key))

    def text(self, key: str) -> str:
        return self._visible(key, self._typed(key, str, TEXT, ""))

    def flag(self, key: str, *, required: bool = False) -> bool:
        if required and key not in self.content:
            self.problems.append(missing_key(key, self.where(key)))
        return self._typed(key, bool, FLAG, False)

    def number(self, key: str, default: int) -> int:
        """A whole number, from 1 on."""
        value = self.content.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.problems.append(wrong_type(key, WHOLE_NUMBER, self.where(key)))
        return default

    def between(self, key: str, default: float, least: float, most: float) -> float:
        """A number within bounds, whole where they are."""
        whole = isinstance(default, int)
        value = self.content.get(key, default)
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if right and least <= value <= most:
            return value if whole else float(value)
        code = "toml.out_of_range" if whole else "toml.not_between"
        params = {"key": key, "least": f"{least:g}", "most": f"{most:g}"}
        self.problems.append(Problem(code, params, self.where(key)))
        return default

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        value = self.content.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        self.problems.append(not_allowed(key, allowed, self.where(key)))
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Value that is an array of strings."""
        value = self.content.get(key, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(self._name(key, each) for each in value)
        self.problems.append(wrong_type(key, TEXTS, self.where(key)))
        return ()

    def file_name(self, key: str) -> str:
        """A file's name, which stays as the system has it."""
        text: str = self._typed(key, str, TEXT, "")
        return self._visible(key, text) and text

    def _name(self, key: str, text: str) -> str:
        """A text without spaces of other kinds, or around it."""
        if character := other_space(text):
            self.problems.append(Problem("toml.other_space", {"key": key, "character": character}, self.where(key)))
        if has_space_around(text):
            self.problems.append(Problem("toml.space_around", {"key": key}, self.where(key)))
        return self._visible(key, text)

    def _visible(self, key: str, text: str) -> str:
        """The text, unless a terminal would obey what is in it."""
        value, problems = parse_text(text)
        if value is not None:
            return value
        for problem in problems:
            code = "toml.unseen_character" if problem.params else "toml.control_character"
            self.problems.append(Problem(code, {"key": key, **problem.params}, self.where(key)))
        return ""

    def _typed(self, key: str, kind: type[T], expected: str, default: T) -> T:
        value = self.content.get(key, default)
        if isinstance(value, kind):
            return value
        self.problems.append(wrong_type(key, expected, self.where(key)))
        return default

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
