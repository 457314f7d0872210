"""Doubts about the texts of a table."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.cells import parse_name
from tidbok_cli.domain.spoilt import may_be_misread, misread
from tidbok_cli.domain.unit import code_key
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

_CODES: Final = ("code", "care_type")
_MOST: Final = 10_000
"""So many codes of clinics are compared."""
_TOLD: Final = 10
"""So many ids are told one by one."""


class TextDoubts:
    """Texts that look decoded twice, and codes that differ only in case or kinds of space, each told once, by row."""

    def __init__(self) -> None:
        self._columns: set[str] = set()
        self._codes: dict[tuple[str, str], str] = {}
        self._known: set[tuple[str, str]] = set()
        self._met: set[tuple[str, str, str]] = set()

    def about(self, cells: Mapping[str, str]) -> Iterator[Problem]:
        """Warnings about a row's cells, by column; of each kind the first."""
        if not "".join(cells.values()).isascii():
            yield from self._misread(cells)
        unit = cells.get("unit", "").casefold()
        for column in _CODES:
            if (code := cells.get(column, "")) and (unit, code) not in self._known and len(self._known) < _MOST:
                yield from self._like_another(column, unit, code)

    def among(self, cells: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, Problem]]:
        """As `about` for each of many rows, given as columns; with the row's place among them."""
        for place in sorted({*self._unmet(cells), *_strange(cells)}):
            for problem in self.about({name: column[place] for name, column in cells.items()}):
                yield place, problem

    def _unmet(self, cells: Mapping[str, Sequence[str]]) -> Iterator[int]:
        """Places of rows with a clinic's code that no lot had before."""
        if len(self._known) >= _MOST:
            return
        for column in _CODES:
            if column in cells and "unit" in cells:
                pairs = list(zip(repeat(column), cells["unit"], cells[column]))
                new = set(pairs) - self._met
                self._met |= new
                if new:
                    yield from (place for place, pair in enumerate(pairs) if pair in new)

    def _misread(self, cells: Mapping[str, str]) -> Iterator[Problem]:
        for column in cells.keys() - self._columns:
            if doubt := misread(cells[column]):
                self._columns.add(column)
                yield replace(doubt, where=Where(column=column))

    def _like_another(self, column: str, unit: str, code: str) -> Iterator[Problem]:
        self._known.add((unit, code))
        kept = parse_name(code).value
        if kept is None:  # refused, with its reason
            return
        first = self._codes.setdefault((unit, code_key(kept)), kept)
        if first != kept:
            yield Problem("code.like_another", {"code": kept, "other": first}, Where(column=column), warning=True)


def _strange(cells: Mapping[str, Sequence[str]]) -> Iterator[int]:
    """Places of rows with a text that looks decoded twice."""
    for column in cells.values():
        if may_be_misread("".join(column)):
            yield from (place for place, text in enumerate(column) if may_be_misread(text))


class NamedRow(NamedTuple):
    """A row's unit, however it is named, its id, and its line."""

    unit: Hashable
    row_id: str
    line: int


def ids_alike(rows: Iterable[NamedRow], file: str, column: str) -> Iterator[Problem]:
    """Warnings about ids of one unit that differ only in case or kinds of space; past ten, their number."""
    first: dict[tuple[Hashable, str], str] = {}
    alike: dict[tuple[Hashable, str], tuple[NamedRow, str]] = {}
    for row in rows:
        other = first.setdefault((row.unit, code_key(row.row_id)), row.row_id)
        if other != row.row_id:
            alike.setdefault((row.unit, row.row_id), (row, other))
    for row, other in islice(alike.values(), _TOLD):
        params: dict[str, str | int] = {"id": row.row_id, "other": other}
        yield Problem("id.like_another", params, Where(file, row.line, column), warning=True)
    if len(alike) > _TOLD:
        yield Problem("id.more_alike", {"count": len(alike) - _TOLD}, Where(file, column=column), warning=True)
