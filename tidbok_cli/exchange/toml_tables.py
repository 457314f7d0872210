"""Reading the tables of a TOML file key by key, noting all that is wrong on the way.

For the file that every command reads: a schema library would take longer than the commands.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.toml_problems import FLAG, TEXT, TEXTS, missing_key, not_allowed, unknown_key, wrong_type
from tidbok_cli.exchange.toml_text import TomlFile

T = TypeVar("T")


class Table:
    """One table. What is absent or wrong is read as its default; what is wrong is added to `problems`."""

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

    def table(self, key: str, allowed: Collection[str]) -> "Table":
        """The table below this one; an empty one where there is none."""
        return self.entry(key, self._typed(key, dict, f"[{self._below(key)}]", {}), allowed)

    def entry(self, key: str, content: Mapping[str, Any], allowed: Collection[str]) -> "Table":
        """A table that has been found already, in an array or elsewhere, whose keys lie at `key`."""
        return Table(content, allowed, self.file, self.problems, self._below(key))

    def text(self, key: str) -> str:
        return self._typed(key, str, TEXT, "")

    def flag(self, key: str, *, required: bool = False) -> bool:
        if required and key not in self.content:
            self.problems.append(missing_key(key, self.where(key)))
        return self._typed(key, bool, FLAG, False)

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        value = self.content.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        self.problems.append(not_allowed(key, allowed, self.where(key)))
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings."""
        value = self.content.get(key, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.problems.append(wrong_type(key, TEXTS, self.where(key)))
        return ()

    def _typed(self, key: str, kind: type[T], expected: str, default: T) -> T:
        value = self.content.get(key, default)
        if isinstance(value, kind):
            return value
        self.problems.append(wrong_type(key, expected, self.where(key)))
        return default

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
