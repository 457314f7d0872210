"""Rows of an import's file, whatever its format: named, placed cells.

Made for a million rows: tuples rather than dataclasses, and nothing kept that has been handed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress, dropwhile, islice
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tidbok_cli.domain.formula import unguarded
from tidbok_cli.domain.headings import columns_by_heading, heading
from tidbok_cli.domain.spoilt import may_be_spoilt, spoilt
from tidbok_cli.domain.text import is_plain
from tidbok_cli.domain.time_apart import SLOT, TIME, TimesApart
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.records import RowLot, pairs_in_lots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.exchange.records import Numbered, Records

EXACT: Final = "resident"
"""The column whose cells are kept to the last space: a person number has none around it (domain, *Identity*)."""


WHY: Final = "why"
"""Column that a file of rejected rows has besides; an import passes it over."""

HEADED_WITHIN: Final = 10
"""So many first rows may be a title, with the headings below it."""


_TOLD: Final = 300
"""Letters of headings that a message quotes."""


class FileRow(NamedTuple):
    """One record of a file, with its place.

    Its line (from 1), its cells by column, and in XML the booking's id. A column that the file does not have is absent
    from `cells`; an empty cell is the empty string. `spoilt` tells of cells, by column, that a spreadsheet spoilt.
    """

    file: str
    line: int
    cells: Mapping[str, str]
    row_id: str | None = None
    spoilt: tuple[Problem, ...] = ()

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
        """Columns of a header's cells, in English or Swedish, without case; None of others.

        Beside `slot_id`, a column `tid` is no id but a time.
        """
        known = columns_by_heading((*self.required, *self.optional))
        headings = [heading(cell) for cell in header]
        times = (TIME,) if heading(SLOT) in headings else ()
        return tuple(None if each in times else known.get(each) for each in headings)

    def fit(self, header: Sequence[str]) -> tuple[bool, int]:
        """How well a row fits as the header: all that is required, and how many columns."""
        found = set(self.find(header)) - {None}
        return found >= set(self.required), len(found)


class RowSource(Protocol):
    """Rows of a file, given once and one at a time.

    `header`, `record` (of the row given last), `delimiter` and `encoding` are as the file has them, for writing a
    rejected record as it was. `place` names the file, and the sheet. `warnings` tells of extra columns. Once the rows
    are given: `failed`, who did not answer, by address, and the word for it; `doubts`, warnings about all of them.
    """

    place: str
    header: Sequence[str]
    record: Sequence[str]
    delimiter: str
    encoding: str
    warnings: tuple[Problem, ...]

    @property
    def failed(self) -> Mapping[str, str]: ...
    @property
    def doubts(self) -> Sequence[Problem]: ...
    def __iter__(self) -> Iterator[FileRow | Problem]: ...


LotCells = Mapping[str, Sequence[str]]
"""Cells of many rows by column, in the rows' order."""


class TableRows:
    """Rows of a CSV file or a sheet, as a `RowSource`.

    The header is among the first ten records; those without any text, and those above it, are passed over. A record
    that does not fit under the header is a Problem. Raises BadInput for a file that is empty, lacks a required column
    or has one twice, a row with fewer cells than the header where all are to be `full`, and whatever the records raise.
    """

    delimiter = ","
    encoding = "utf-8"
    failed: Mapping[str, str] = MappingProxyType({})
    doubts: Sequence[Problem] = ()

    def __init__(self, file: str, columns: Columns, records: Records, *, full: bool = False) -> None:
        self.place, self._full, self._records = file, full, records
        (line, self.header), self._below = _headed(columns, records)
        self.record = self.header
        found = columns.find(self.header)
        _check(columns, self.header, found, Where(file, line))
        self._width = _width(self.header)
        self._known = tuple(name is not None for name in found)
        self._names = tuple(name for name in found if name is not None)
        self._times = TimesApart(self.header, found)
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
        for line, record in chain(self._below, self._records):
            if _has_text(record):
                self.record = record
                yield self._row(line, record)

    def lots(self) -> Iterator[RowLot]:
        """The records once, many at a time; those before an error are given first."""
        for lot in chain(pairs_in_lots(iter(self._below)), self._records.lots()):
            if _all_have_text(lot.records):
                yield lot
            elif kept := [each for each in zip(*lot, strict=True) if _has_text(each[1])]:
                yield RowLot(*zip(*kept, strict=True))

    def plain_cells(self, lot: RowLot) -> Mapping[str, Sequence[str]] | None:
        """Cells of a lot by column, without spaces around; None where `rows_of` must look at each."""
        widths = set(map(len, lot.records))
        if len(widths) != 1 or min(widths) < self._width or self._times.may_be:
            return None
        found = list(zip(*lot.records, strict=True))
        if any(map(any, found[self._width :])):
            return None
        columns = list(compress(found, self._known))
        text = "".join(chain.from_iterable(columns))
        if "'" in text or not is_plain(text):
            return None
        cells = dict(zip(self._names, columns, strict=True))
        if " " in text:
            cells |= {name: tuple(map(str.strip, column)) for name, column in cells.items() if name != EXACT}
        return cells

    def rows_of(self, lot: RowLot) -> Iterator[FileRow | Problem]:
        """The rows of a lot."""
        return map(self._row, lot.lines, lot.records)

    def _row(self, line: int, record: Sequence[str]) -> FileRow | Problem:
        beyond = len(record) - self._width
        if beyond > 0 and _has_text(record[self._width :]):
            params = {"cells": len(record), "columns": self._width}
            return Problem("row.too_many_cells", params, Where(self.place, line))
        if beyond < 0:
            if self._full:
                params = {"cells": len(record), "columns": self._width}
                raise BadInput("row.too_few_cells", where=Where(self.place, line), problems=(), **params)
            record = [*record, *[""] * -beyond]
        joined = "".join(record)
        if "'" in joined:
            record = [*map(unguarded, record)]
        strip = str.strip if joined.isascii() else _bare
        cells = dict(zip(self._names, map(strip, compress(record, self._known)), strict=True))
        if self._exact is not None:
            cells[EXACT] = record[self._exact]
        doubts = _spoilt(cells) if may_be_spoilt(joined) else ()
        if self._times.may_be:
            doubts = (*doubts, *self._times.problems(record, cells))
        return FileRow(self.place, line, cells, None, doubts)


def _headed(columns: Columns, records: Records) -> tuple[Numbered, Sequence[Numbered]]:
    """The header, with its line, and those of the first records that are below it: the first row that fits best."""
    first = list(islice(dropwhile(lambda each: not _has_text(each[1]), records), 1))
    if not (first and columns.fit(first[-1][1])[0]):
        first += islice(records, HEADED_WITHIN - 1)
    filled = [each for each in first if _has_text(each[1])]
    if not filled:
        return (1, ()), ()
    header = max(filled, key=lambda each: columns.fit(each[1]))
    return header, first[first.index(header) + 1 :]


def _spoilt(cells: Mapping[str, str]) -> tuple[Problem, ...]:
    """Problems of cells that spreadsheets spoilt, by column."""
    found = ((column, spoilt(text)) for column, text in cells.items())
    return tuple(replace(problem, where=Where(column=column)) for column, problem in found if problem)


def _all_have_text(records: Sequence[Sequence[str]]) -> bool:
    """Whether every record surely has text: in its first cell."""
    return all(records) and all(map(str.strip, map(itemgetter(0), records)))


def _has_text(record: Sequence[str]) -> bool:
    return any(map(str.strip, record))


def _check(columns: Columns, header: Sequence[str], found: tuple[str | None, ...], where: Where) -> None:
    if not found:
        raise BadInput("file.empty", where=Where(where.file))
    if missing := [name for name in columns.required if name not in found]:
        told = ", ".join(name for cell in header if (name := cell.strip()))[:_TOLD]
        raise BadInput("columns.missing", where=where, problems=(), columns=", ".join(missing), found=told)
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
