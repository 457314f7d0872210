"""Reading the cells of one row of an import: their values, and all that is wrong with them at once.

What is wrong names the column only; the caller adds the file and the line. A person number that stands in the wrong
column is masked, since problems quote what they are about.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from tidbok_cli.domain.identity import is_alias, parse_hsa_id, parse_resident
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.times import parse_instant, parse_rivta
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

T = TypeVar("T")

_MEMO_LARGEST: Final = 65536
_PERSON_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z])((?:[0-9]{2})?[0-9]{2}[-./ ]?[0-9]{2}[-./ ]?[0-9]{2}[-+ _–—]?)[0-9A-Za-z][0-9]{3}(?![0-9A-Za-z])"
)
_TWELVE_ANYWHERE: Final = re.compile(r"(?<![0-9])((?:18|19|20)[0-9]{6}[-+ _]?)[0-9A-Za-z][0-9]{3}(?![0-9])")
_FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "ja", "sant", "1"), True),
    **dict.fromkeys(("false", "no", "nej", "falskt", "0"), False),
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class ParsedMemo(dict[str, Parsed[T]]):
    """What a parser says of the texts met so far: `memo[text]` costs half of a call with `lru_cache`."""

    def __init__(self, parse: Callable[[str], Parsed[T]]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> Parsed[T]:
        if len(self) >= _MEMO_LARGEST:
            self.clear()
        parsed = self[text] = self._parse(text)
        return parsed


class PlainMemo(dict[str, T]):
    """The values of the texts with which nothing is wrong or doubtful; raises LookupError for another."""

    def __init__(self, parse: Mapping[str, Parsed[T]]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> T:
        value, problems = self._parse[text]
        if value is None or problems:
            raise LookupError
        if len(self) >= _MEMO_LARGEST:
            self.clear()
        self[text] = value
        return value


class CellParsers:
    """How the rows of one file are read.

    `today` and `reserve` are those of `parse_resident`; with `rivta` the times are RIV-TA's, `YYYYMMDDhhmmss`.
    `present_is_booked`: a booking whose status the file cannot say is booked, since otherwise it would not be there.
    """

    def __init__(self, today: date, reserve: str = "", *, rivta: bool = False, present_is_booked: bool = False) -> None:
        self.present_is_booked = rivta or present_is_booked
        self.unit = ParsedMemo(parse_unit)
        self.resident = ParsedMemo(partial(parse_resident, reserve=reserve, today=today))
        self.time = ParsedMemo(parse_rivta if rivta else parse_instant)
        self.plain_unit, self.plain_time = PlainMemo(self.unit), PlainMemo(self.time)


class Cells:
    """One row being read, a column at a time; `problems` fills up with what was wrong and what was doubtful."""

    __slots__ = ("_cells", "problems")

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.problems: list[Problem] = []

    def __contains__(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self._cells

    def required(self, column: str, values: Mapping[str, Parsed[T]]) -> T | None:
        """The cell's value; None, with a problem, where it is missing or wrong."""
        if not self._cells.get(column):
            self.note(column, Problem("cell.missing"))
        return self.optional(column, values)

    def optional(self, column: str, values: Mapping[str, Parsed[T]], default: T | None = None) -> T | None:
        """The cell's value; the default where it is empty; None, with a problem, where it is wrong."""
        text = self._cells.get(column)
        if not text:
            return default
        parsed = values[text]
        if parsed.problems:
            for problem in parsed.problems:
                self.note(column, problem)
        return parsed.value

    def text(self, column: str) -> str | None:
        """The cell's text; None where it is empty. Control characters in it are a problem."""
        text = self._cells.get(column)
        if text and _has_control(text):
            self.note(column, Problem("cell.control_characters"))
        return text or None

    def required_text(self, column: str) -> str | None:
        """The same; that it is empty is a problem."""
        text = self.text(column)
        if not text:
            self.note(column, Problem("cell.missing"))
        return text

    def note(self, column: str, problem: Problem) -> None:
        """Adds a problem about the column, with any person number in it masked."""
        params = {name: without_numbers(value) for name, value in problem.params.items()}
        self.problems.append(replace(problem, params=params, where=Where(column=column)))

    def failed(self) -> bool:
        """Whether any problem was more than a warning."""
        return bool(self.problems) and not all(problem.warning for problem in self.problems)

    def answer(self, value: T | None) -> Parsed[T]:
        """The row's value, or none where something was wrong with it, and all the problems."""
        if not self.problems:
            return Parsed(value)
        return Parsed(None if self.failed() else value, tuple(self.problems))


def without_numbers(value: str | int) -> str | int:
    """The value with all that looks like a person number masked."""
    if not isinstance(value, str):
        return value
    return _TWELVE_ANYWHERE.sub(r"\1****", _PERSON_NUMBER.sub(r"\1****", value))


def parse_unit(text: str) -> Parsed[str]:
    """An HSA-id, or what may be a unit's alias, as written."""
    hsa_id = parse_hsa_id(text)
    if hsa_id.value:
        return hsa_id
    if is_alias(text) and not _PERSON_NUMBER.search(text):
        return Parsed(text)
    return refused("cell.not_a_unit", unit=text)


def parse_text(text: str) -> Parsed[str]:
    """A text without control characters."""
    return refused("cell.control_characters") if _has_control(text) else Parsed(text)


def parse_flag(text: str) -> Parsed[bool]:
    """Yes or no, as people and spreadsheets write it in both languages; without case."""
    flag = _FLAGS.get(text.casefold())
    return refused("cell.unknown_value", value=text, allowed=", ".join(_FLAGS)) if flag is None else Parsed(flag)


def _has_control(text: str) -> bool:
    return not text.isprintable() and _CONTROL.search(text) is not None


def one_of(values: Mapping[str, T]) -> ParsedMemo[T]:
    """The values by their names; any other text is a problem that says which are allowed."""
    known = {name: Parsed(value) for name, value in values.items()}
    allowed = ", ".join(values)
    return ParsedMemo(lambda text: known.get(text) or refused("cell.unknown_value", value=text, allowed=allowed))
