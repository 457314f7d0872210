"""Cells of an import's row: their values, and all problems at once.

What is wrong names the column only; the caller adds the file and the line. A person number that stands in the wrong
column is masked, since problems quote what they are about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidbok_cli.domain.cell_lots import moments, residents
from tidbok_cli.domain.identity import (
    is_alias,
    is_plain_resident,
    looks_like_hsa_id,
    parse_hsa_id,
    parse_resident,
)
from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.domain.memo import remembered
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.regex import regex
from tidbok_cli.domain.text import composed, has_control, is_plain, not_ascii, other_space, unseen
from tidbok_cli.domain.times import parse_instant, parse_start, plain_instant
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

T = TypeVar("T")
CellParser = Callable[[str], T]

NAME_LONGEST: Final = 200
"""Characters of an id or a code."""
_FLAGS: Final = {
    **dict.fromkeys(("true", "yes", "ja", "sant", "1"), True),
    **dict.fromkeys(("false", "no", "nej", "falskt", "0"), False),
}
_ONLY_BREAKS: Final = regex(r"[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]*")
"""A text without any control character but the ends of its lines."""


def undoubted(parse: CellParser[Parsed[T]]) -> CellParser[T]:
    """The parser's values, kept; LookupError for any wrong or doubtful."""

    def value(text: str) -> T:
        found, problems = parse(text)
        if found is None or problems:
            raise LookupError
        return found

    return remembered(value)


def plain_text(text: str) -> str:
    """A text as programs write it; raises LookupError for any other."""
    if text and is_plain(text):
        return text
    raise LookupError


def plain_name(text: str) -> str:
    """An id or code as programs write it; raises LookupError for any other."""
    if len(text) <= NAME_LONGEST and text and is_plain(text):
        return text
    raise LookupError


def plain_moment(text: str) -> int:
    """An instant of a plainly written time; raises LookupError otherwise."""
    found = plain_instant(text)
    if found is None:
        raise LookupError
    return found


def _plain_resident(text: str, today: str) -> str:
    """A person number as programs write it; raises LookupError for any other."""
    if is_plain_resident(text, today):
        return text
    raise LookupError


class CellParsers:
    """Parsers of one file's cells.

    Those that begin with `plain_` raise LookupError for what is not written plainly; `plain` and `says` are what
    domain/import_columns.py finds once a file. `today` and `reserve` are those of `parse_resident`; `time` reads the
    format's times. A date alone may be a `moment`, and never a `start` (or end). `present_is_booked`: a booking whose
    status the file cannot say is booked, since otherwise it would not be there.
    """

    def __init__(
        self,
        today: date,
        reserve: str = "",
        time: CellParser[Parsed[int]] = parse_instant,
        *,
        present_is_booked: bool = False,
    ) -> None:
        self.present_is_booked = present_is_booked
        self.unit = remembered(parse_unit)
        self.resident = remembered(partial(parse_resident, reserve=reserve, today=today))
        self.moment = remembered(time)
        self.start = remembered(parse_start if time is parse_instant else time)
        self.plain_unit, self.plain_start = undoubted(self.unit), undoubted(self.start)
        self.plain_resident = partial(_plain_resident, today=f"{today:%Y%m%d}")
        self.plain_residents = residents(undoubted(self.resident), today)
        self.plain_moment = plain_moment if time is parse_instant else undoubted(self.moment)
        self.plain_moments = moments(undoubted(self.moment))
        self.plain: dict[object, list[tuple[str, CellParser[Any], bool]]] = {}
        self.says: dict[object, frozenset[str]] = {}


class Cells:
    """One row being read, a column at a time; `problems` fills up."""

    __slots__ = ("problems", "texts")

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.problems: list[Problem] = []

    def __contains__(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.texts

    def required(self, column: str, parse: CellParser[Parsed[T]]) -> T | None:
        """The cell's value; a missing or wrong one is a problem."""
        if not self.texts.get(column):
            self.note(column, Problem("cell.missing"))
        return self.optional(column, parse)

    def optional(self, column: str, parse: CellParser[Parsed[T]]) -> T | None:
        """The cell's value, if any; a wrong one is a problem."""
        text = self.texts.get(column)
        if not text:
            return None
        value, problems = parse(text)
        for problem in problems:
            self.note(column, problem)
        return value

    def note(self, column: str, problem: Problem) -> None:
        """Add a problem about the column, its person numbers masked."""
        params = {name: without_numbers(value) for name, value in problem.params.items()}
        self.problems.append(replace(problem, params=params, where=Where(column=column)))

    def failed(self) -> bool:
        """Whether any problem was more than a warning."""
        return bool(self.problems) and not all(problem.warning for problem in self.problems)

    def answer(self, value: T | None) -> Parsed[T]:
        """The row's value, unless something was wrong, and all problems."""
        if not self.problems:
            return Parsed(value)
        return Parsed(None if self.failed() else value, tuple(self.problems))


def parse_unit(text: str) -> Parsed[str]:
    """An HSA-id, or what may be a unit's alias, as written."""
    hsa_id = parse_hsa_id(text)
    if hsa_id.value:
        return hsa_id
    if is_alias(text) and without_numbers(text) == text:
        return Parsed(text)
    if looks_like_hsa_id(text) and (character := not_ascii(text)):
        return refused("cell.not_ascii", character=character)
    return refused("cell.not_a_unit", unit=text)


def parse_text(text: str) -> Parsed[str]:
    """A text in NFC, without control characters and those that nobody sees."""
    if has_control(text):
        broken = "\n" in text and _ONLY_BREAKS.fullmatch(text)
        return refused("cell.line_break" if broken else "cell.control_characters")
    if character := unseen(text):
        return refused("cell.unseen_character", character=character)
    return Parsed(composed(text))


def parse_name(text: str) -> Parsed[str]:
    """An id or code: a text with ordinary spaces, and no longer than any database's index takes."""
    if len(text) > NAME_LONGEST:
        return refused("cell.too_long", most=NAME_LONGEST)
    if character := other_space(text):
        return refused("cell.other_space", character=character)
    return parse_text(text)


def parse_flag(text: str) -> Parsed[bool]:
    """Yes or no, as people and spreadsheets write it, without case."""
    flag = _FLAGS.get(text.casefold())
    return refused("cell.unknown_value", value=text, allowed=", ".join(_FLAGS)) if flag is None else Parsed(flag)


def one_of(values: Mapping[str, T]) -> CellParser[Parsed[T]]:
    """Parser of a few names; a problem lists them for other texts."""
    known = {name: Parsed(value) for name, value in values.items()}
    allowed = ", ".join(values)
    return remembered(lambda text: known.get(text) or refused("cell.unknown_value", value=text, allowed=allowed))
