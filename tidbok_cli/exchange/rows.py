"""Rows of an import's file, whatever its format: named, placed cells.

Made for a million rows: tuples rather than dataclasses, and nothing kept that has been handed on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tidbok_cli.domain.formula import unguarded
from tidbok_cli.errors import BadInput, Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EXACT: Final = "resident"
"""The column whose cells are kept to the last space: a person number has none around it (domain, *Identity*)."""


WHY: Final = "why"
"""Column that a file of rejected rows has besides; an import passes it over."""


class FileRow(NamedTuple):
    """One record of a file, with its place.

    Its line (from 1), its cells by column, and in XML the booking's id. A column that the file does not have is absent
    from `cells`; an empty cell is the empty string.
    """

    file: str
    line: int
    cells: Mapping[str, str]
    row_id: str | None = None

    def where(self, column: str | None = None) -> Where:
        """The place of one of the row's cells, or of the row."""
        return Where(self.file, self.line, column, self.row_id)

    def located(self, problem: Problem) -> Problem:
        """A problem that knows only its column, with the row's place."""
        return replace(problem, where=self.where(problem.where.column))


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of an import's columns, in lower case (contract, section 2)."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def find(self, header: Sequence[str]) -> tuple[str | None, ...]:
        """Columns of a header's cells, trimmed, without case; None of others."""
        known = {*self.required, *self.optional}
        names = (cell.strip().casefold() for cell in header)
        return tuple(name if name in known else None for name in names)


class RowSource(Protocol):
    """Rows of a file, given once and one at a time.

    `header`, `record` (of the row given last) and `delimiter` are as the file has them, for writing a rejected record
    as it was. `warnings` tells of extra columns.
    """

    header: Sequence[str]
    record: Sequence[str]
    delimiter: str
    warnings: tuple[Problem, ...]

    def __iter__(self) -> Iterator[FileRow | Problem]: ...


class TableRows:
    """Rows of a CSV file or a sheet, as a `RowSource`.

    Takes the records as (line, cells), the header row first; those without any text are passed over. A record that
    does not fit under the header is a Problem. Raises BadInput for a file that is empty, lacks a required column or
    has one twice, a row with fewer cells than the header where all are to be `full`, and whatever the records raise.
    """

    delimiter = ","

    def __init__(
        self, file: str, columns: Columns, records: Iterator[tuple[int, Sequence[str]]], *, full: bool = False
    ) -> None:
        self._file, self._full = file, full
        self._records = records
        line, self.header = next((each for each in records if _has_text(each[1])), (1, ()))
        self.record = self.header
        found = columns.find(self.header)
        _check(columns, found, Where(file, line))
        self._width = _width(self.header)
        self._known = tuple(name is not None for name in found)
        self._names = tuple(name for name in found if name is not None)
        self._exact = found.index(EXACT) if EXACT in found else None
        extra = [
            name
            for place in range(self._width)
            if found[place] is None and (name := _called(place, self.header)) != WHY
        ]
        self.warnings: tuple[Problem, ...] = ()
        if extra:
            params = {"columns": ", ".join(extra)}
            self.warnings = (Problem("columns.ignored", params, Where(file, line), warning=True),)

    def __iter__(self) -> Iterator[FileRow | Problem]:
        for line, record in self._records:
            if _has_text(record):
                self.record = record
                yield self._row(line, record)

    def _row(self, line: int, record: Sequence[str]) -> FileRow | Problem:
        beyond = len(record) - self._width
        if beyond > 0 and _has_text(record[self._width :]):
            params = {"cells": len(record), "columns": self._width}
            return Problem("row.too_many_cells", params, Where(self._file, line))
        if beyond < 0:
            if self._full:
                params = {"cells": len(record), "columns": self._width}
                raise BadInput("row.too_few_cells", where=Where(self._file, line), problems=(), **params)
            record = [*record, *[""] * -beyond]
        if "'" in "".join(record):
            record = [*map(unguarded, record)]
        strip = str.strip if "".join(record).isascii() else _bare
        cells = dict(zip(self._names, map(strip, compress(record, self._known)), strict=True))
        if self._exact is not None:
            cells[EXACT] = record[self._exact]
        return FileRow(self._file, line, cells)


def _has_text(record: Sequence[str]) -> bool:
    return any(map(str.strip, record))


def _check(columns: Columns, found: tuple[str | None, ...], where: Where) -> None:
    if not found:
        raise BadInput("file.empty", where=Where(where.file))
    if missing := [name for name in columns.required if name not in found]:
        raise BadInput("columns.missing", where=where, columns=", ".join(missing))
    if twice := [name for name in (*columns.required, *columns.optional) if found.count(name) > 1]:
        raise BadInput("columns.twice", where=where, columns=", ".join(twice))


def _width(header: Sequence[str]) -> int:
    """Width of the header up to its last name.

    Spreadsheets save empty cells after it.
    """
    return max(place for place, cell in enumerate(header, 1) if cell.strip())


def _called(place: int, header: Sequence[str]) -> str:
    return header[place].strip() or f"#{place + 1}"


def _bare(cell: str) -> str:
    """The cell without ordinary white space around it: another kind is for the cell's parser to refuse."""
    return "" if cell.isspace() else cell.strip(" \t\r\n")
