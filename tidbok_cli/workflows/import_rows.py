"""Rows of an import's file, good and bad, before anything is written."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.import_doubts import ids_alike
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.formats import PEEKED, TABLES, ImportFormat, expect_kind
from tidbok_cli.exchange.rows import Columns
from tidbok_cli.workflows.import_file import opened, rejected_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tidbok_cli.domain.cells import CellParsers
    from tidbok_cli.domain.import_columns import ImportColumns
    from tidbok_cli.domain.import_doubts import NamedRow
    from tidbok_cli.domain.imports import Handling, Source
    from tidbok_cli.domain.parsed import Parsed
    from tidbok_cli.exchange.file_stream import FileReader, FileStream
    from tidbok_cli.exchange.records import RowLot
    from tidbok_cli.exchange.rows import FileRow, RowSource, TableRows
    from tidbok_cli.store.write.import_rows import StagedRows
    from tidbok_cli.workflows.context import Context, Progress


class PlacedRow(Protocol):
    """A row's line, place among the file's records, and id, if any."""

    @property
    def line(self) -> int: ...

    @property
    def number(self) -> int: ...

    @property
    def row_id(self) -> str | None: ...


class ImportRow(PlacedRow, Protocol):
    """A parsed row: a tuple.

    Line, a part of the key, what else it says, and last its number.
    """

    def __getitem__(self, part: slice, /) -> Any: ...


T = TypeVar("T")
V = TypeVar("V", bound=ImportRow)


class LotParser(Protocol):
    """Parses the cells of many rows by columns, and raises LookupError where any is not plain."""

    def __call__(self, cells: Mapping[str, Sequence[str]], count: int, parsers: CellParsers) -> list[Sequence[Any]]: ...


class RowParser(Protocol[V]):
    """Parses a row's texts, with all that is wrong in them."""

    def __call__(self, texts: Mapping[str, str], line: int, parsers: CellParsers, number: int) -> Parsed[V]: ...


@dataclass(frozen=True, slots=True)
class ImportKind(Generic[V]):
    """A kind of import: its batch's name, columns, parser and formats.

    `as_of`: its rows say what is so at the moment, so that an older file would take back what a newer one said.
    `parse_lot`: of files that may have a million rows, the values in the columns' order.
    """

    name: str
    columns: ImportColumns
    parse: RowParser[V]
    formats: tuple[ImportFormat, ...] = TABLES
    as_of: bool = False
    parse_lot: LotParser | None = None


class FileRows:
    """Rows of an opened file, given once: one by one, or in lots."""

    def __init__(self, source: RowSource, progress: Progress, stream: FileStream) -> None:
        self.source, self._progress, self._stream = source, progress, stream

    def __iter__(self) -> Iterator[FileRow | Problem]:
        return self._tracked(self.source, lambda _: 1)

    def lots(self, table: TableRows) -> Iterator[RowLot]:
        """Records of the source, which is a table."""
        return self._tracked(table.lots(), lambda lot: len(lot.lines))

    def _tracked(self, items: Iterable[T], count: Callable[[T], int]) -> Iterator[T]:
        size, stream = self._stream.size, self._stream
        return self._progress.track(items, "reading", size, (lambda: stream.position) if size else None, count)


@dataclass(slots=True)
class RowsRead(Generic[V]):
    """Good rows kept at hand, and problems of the bad by number.

    `rejected_file`: where bad rows go that are left out. `says`: those of the file's columns whose absence would keep
    what is known. `named`: the unit, as written, and the booking's id of each row that is not taken, empty where it
    does not say them. `repeated`: rows that say an earlier one again. `known`: their residents in the store. `place`:
    the file, and its sheet. `failed` and `doubts` are those of `RowSource`.
    """

    source: Source
    handling: Handling
    kind: ImportKind[V]
    form: ImportFormat
    stream: FileStream
    rejected_file: Path | None = None
    rows: list[V] = field(default_factory=list)
    bad: dict[int, list[Problem]] = field(default_factory=dict)
    says: frozenset[str] = frozenset()
    named: list[tuple[str, str]] = field(default_factory=list)
    repeated: int = 0
    known: Residents = field(default_factory=Residents)
    begun: float = field(default_factory=time.monotonic)
    place: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)
    doubts: Sequence[Problem] = ()

    @property
    def milliseconds(self) -> int:
        """Time since the file was opened."""
        return round(1000 * (time.monotonic() - self.begun))

    def rows_in(self, data: FileReader) -> RowSource:
        """Rows of the opened file.

        It is read again where bad rows are written as they were.
        """
        return self.form.rows(data, self.source, Columns(self.kind.columns.required, self.kind.columns.optional))

    def refused(self) -> bool:
        """Whether bad rows, not to be left out, forbid the import."""
        return bool(self.bad) and not self.handling.skip_bad

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with the bad rows, in their order."""
        return tuple(problem for _, problems in sorted(self.bad.items()) for problem in problems)

    def reject(self, row: PlacedRow, *problems: Problem) -> None:
        """Turn a row into a bad one; problems know their column only."""
        row_id = row.row_id if self.form.by_id else None
        self.bad[row.number] = [
            replace(each, where=Where(self.place, row.line, each.where.column, row_id)) for each in problems
        ]

    def doubt_ids(self, rows: Iterable[NamedRow], warn: Callable[[Problem], None]) -> None:
        """Warn of ids that differ only in case or kinds of space."""
        for doubt in ids_alike(rows, self.place, self.kind.columns.id_column):
            warn(doubt)

    def examine(self, against: Callable[[V], Iterable[Problem]]) -> None:
        """Reject those of the rows at hand that something speaks against."""
        good = []
        for row in self.rows:
            if problems := tuple(against(row)):
                self.reject(row, *problems)
            else:
                good.append(row)
        self.rows = good


@contextmanager
def opened_rows(
    context: Context, source: Source, handling: Handling, kind: ImportKind[V]
) -> Iterator[tuple[RowsRead[V], FileRows]]:
    """An import's file, and its rows."""
    if handling.skip_bad and source.name == "-":
        context.keep_stdin()  # the bad rows are read once more, to be written as they were
    with opened(context, source) as data:
        beginning = data.peek(PEEKED)
        expect_kind(source.name, beginning, kind.formats)
        form = next(each for each in kind.formats if each.opens(source.name, beginning))
        read = RowsRead(source, handling, kind, form, data.stream, rejected_file(context, source, handling, form))
        rows = read.rows_in(data)
        read.place, read.failed, read.doubts = rows.place, rows.failed, rows.doubts
        for warning in rows.warnings:
            context.warn(warning)
        yield read, FileRows(rows, context.progress, data.stream)


def keep_first(read: RowsRead[V], key: Callable[[V], object]) -> None:
    """Keep the first of the rows with one key; reject contradictions.

    Of what is compared, the key already has the second column.
    """
    first: dict[object, V] = {}
    for row in read.rows:
        before = first.setdefault(key(row), row)
        if before is row:
            continue
        if before[2:-1] == row[2:-1]:
            read.repeated += 1
        else:
            read.reject(row, Problem("row.contradicts", {"line": before.line}))
    read.rows = list(first.values())


def leave_first(read: RowsRead[Any], staged: StagedRows) -> None:
    """Keep of the laid out rows as `keep_first` does."""
    left_out = []
    for first, *others in staged.alike():
        for row in others:
            left_out.append(row.number)
            if row.said == first.said:
                read.repeated += 1
            else:
                read.reject(row, Problem("row.contradicts", {"line": first.line}))
    staged.leave_out(left_out)
