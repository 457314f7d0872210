"""Rows of an import's file, parsed: good ones are given on, problems of the bad ones kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.import_doubts import TextDoubts
from tidbok_cli.domain.masks import count_with_number, has_number
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.workflows.import_rows import ImportKind, ImportRow, RowsRead, keep_first, opened_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tidbok_cli.domain.imports import Handling, Source
    from tidbok_cli.exchange.rows import FileRow
    from tidbok_cli.workflows.context import Context

V = TypeVar("V", bound=ImportRow)

_SHOWN: Final = ("booking_id", "slot_id", "basis_id", "code", "calendar", "care_type", "journal_name", "label", "name")
"""Columns that stand beside the masked one, and are no resident's."""


class ParsedRows(Generic[V]):
    """Rows of one file as they are parsed, row by row or in lots; `count`: so many by now."""

    def __init__(self, read: RowsRead[V], parsers: CellParsers, warn: Callable[[Problem], None]) -> None:
        self.read, self.parsers, self.count = read, parsers, 0
        self._warn, self._doubts, self._with_numbers = warn, TextDoubts(), 0

    def good(self, rows: Iterable[FileRow | Problem]) -> Iterator[V]:
        """Good ones of the next rows, one by one; problems of the bad ones are kept."""
        parse, read = self.read.kind.parse, self.read
        for number, row in enumerate(rows, self.count):
            self.count = number + 1
            if isinstance(row, Problem):
                read.bad[number] = [row]
                read.named.append(("", ""))
                continue
            self._with_numbers += names_a_resident(row.cells)
            value, problems = parse(row.cells, row.line, self.parsers, number)
            if row.spoilt:
                value, problems = None, _with_spoilt(row, problems)
            for doubt in self._doubts.about(row.cells):
                self._warn(row.located(doubt))
            if value is None:
                read.bad[number] = [row.located(problem) for problem in problems if not problem.warning]
                read.named.append((row.cells.get("unit", ""), row.cells.get("booking_id", "")))
                continue
            for problem in problems:
                self._warn(row.located(problem))
            yield value

    def pass_on(self, cells: Mapping[str, Sequence[str]], lines: Sequence[int]) -> range:
        """Count the next rows, all good, given as columns, and warn about them; return their numbers."""
        self._with_numbers += count_with_number([cells[column] for column in _SHOWN if column in cells])
        for place, doubt in self._doubts.among(cells):
            self._warn(replace(doubt, where=Where(self.read.place, lines[place], doubt.where.column)))
        first, self.count = self.count, self.count + len(lines)
        return range(first, self.count)

    def finish(self) -> None:
        """Say at the end of the file what is to be said of all rows.

        Raises BadInput where there are others than `expect_rows`.
        """
        read = self.read
        for doubt in (*read.doubts, *_silences(read)):
            self._warn(doubt)
        if self._with_numbers:
            params: dict[str, str | int] = {"count": self._with_numbers}
            self._warn(Problem("import.numbers_in_ids", params, Where(read.source.name), warning=True))
        expected = read.handling.expect_rows
        if expected is not None and expected != self.count:
            where = Where(read.source.name)
            raise BadInput("import.other_count", where=where, problems=(), found=self.count, expected=expected)


def names_a_resident(cells: Mapping[str, str]) -> bool:
    """Whether a person number stands in an id, a code or a name."""
    return any(has_number(cells[column]) for column in _SHOWN if column in cells)


def _silences(read: RowsRead[Any]) -> Iterator[Problem]:
    for address, code in read.failed.items():
        params: dict[str, str | int] = {"address": address, "status": code}
        yield Problem("xml.producer_failed", params, Where(read.place), warning=True)


def _with_spoilt(row: FileRow, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """All that is wrong with a row: of a spoilt cell nothing else."""
    columns = {problem.where.column for problem in row.spoilt}
    return (*row.spoilt, *(problem for problem in problems if problem.where.column not in columns))


def read_table(context: Context, source: Source, handling: Handling, kind: ImportKind[V]) -> RowsRead[V]:
    """Rows of a short table that configures units, each of another key."""
    read = read_rows(context, source, handling, kind)
    keep_first(read, lambda row: row.row_id)
    return read


def read_rows(context: Context, source: Source, handling: Handling, kind: ImportKind[V]) -> RowsRead[V]:
    """Rows of a short table that configures units, as they stand there."""
    with opened_rows(context, source, handling, kind) as (read, rows):
        parsed = ParsedRows(read, CellParsers(context.today), context.warn)
        read.rows.extend(parsed.good(rows))
        parsed.finish()
    return read
