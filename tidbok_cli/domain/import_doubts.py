"""Doubts about the texts of a table: each is told once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.cells import parse_name
from tidbok_cli.domain.spoilt import misread
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CODES: Final = ("code", "care_type")
_MOST: Final = 10_000
"""So many codes of clinics are compared."""


class TextDoubts:
    """Texts that look decoded twice, and codes that differ only in case or in spaces, row by row."""

    def __init__(self) -> None:
        self._columns: set[str] = set()
        self._codes: dict[tuple[str, str], str] = {}
        self._known: set[tuple[str, str]] = set()

    def about(self, cells: Mapping[str, str]) -> Iterator[Problem]:
        """Warnings about a row's cells, by column; of each kind the first."""
        if not "".join(cells.values()).isascii():
            yield from self._misread(cells)
        unit = cells.get("unit", "").casefold()
        for column in _CODES:
            if (code := cells.get(column, "")) and (unit, code) not in self._known and len(self._known) < _MOST:
                yield from self._like_another(column, unit, code)

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
        first = self._codes.setdefault((unit, "".join(kept.casefold().split())), kept)
        if first != kept:
            yield Problem("code.like_another", {"code": kept, "other": first}, Where(column=column), warning=True)
