"""Rows of an import's file, good and bad, before anything is written."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.import_doubts import TextDoubts, ids_alike
from tidbok_cli.domain.masks import has_number
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.formats import PEEKED, TABLES, ImportFormat, expect_kind
from tidbok_cli.exchange.rows import Columns
from tidbok_cli.workflows.import_file import opened, rejected_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tidbok_cli.domain.import_columns import ImportColumns
    from tidbok_cli.domain.import_doubts import NamedRow
    from tidbok_cli.domain.imports import Handling, Source
    from tidbok_cli.domain.parsed import Parsed
    from tidbok_cli.exchange.file_stream import FileReader, FileStream
    from tidbok_cli.exchange.rows import FileRow, RowSource
    from tidbok_cli.store.write.import_rows import StagedRows
    from tidbok_cli.workflows.context import Context


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


V = TypeVar("V", bound=ImportRow)


class RowParser(Protocol[V]):
    """Parses a row's texts, with all that is wrong in them."""

    def __call__(self, texts: Mapping[str, str], line: int, parsers: CellParsers, number: int) -> Parsed[V]: ...


@dataclass(frozen=True, slots=True)
class ImportKind(Generic[V]):
    """A kind of import: its batch's name, columns, parser and formats.

    `as_of`: its rows say what is so at the moment, so that an older file would take back what a newer one said.
    """

    name: str
    columns: ImportColumns
    parse: RowParser[V]
    formats: tuple[ImportFormat, ...] = TABLES
    as_of: bool = False


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


_SHOWN: Final = ("booking_id", "slot_id", "basis_id", "code", "calendar", "care_type", "journal_name", "label", "name")
"""Columns that stand beside the masked one, and are no resident's."""


def names_a_resident(cells: Mapping[str, str]) -> bool:
    """Whether a person number stands in an id, a code or a name."""
    return any(has_number(cells[column]) for column in _SHOWN if column in cells)


@contextmanager
def opened_rows(
    context: Context, source: Source, handling: Handling, kind: ImportKind[V]
) -> Iterator[tuple[RowsRead[V], Iterator[FileRow | Problem]]]:
    """An import's file, and its rows one by one."""
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
        size = data.stream.size
        yield read, context.progress.track(rows, "reading", size, (lambda: data.stream.position) if size else None)


def parsed_rows(
    read: RowsRead[V], rows: Iterable[FileRow | Problem], parsers: CellParsers, warn: Callable[[Problem], None]
) -> Iterator[V]:
    """Good rows, one by one; problems of the bad ones are kept.

    Raises BadInput where there are others than `expect_rows`.
    """
    parse, number, with_numbers, doubts = read.kind.parse, -1, 0, TextDoubts()
    for number, row in enumerate(rows):
        if isinstance(row, Problem):
            read.bad[number] = [row]
            read.named.append(("", ""))
            continue
        with_numbers += names_a_resident(row.cells)
        value, problems = parse(row.cells, row.line, parsers, number)
        if row.spoilt:
            value, problems = None, _with_spoilt(row, problems)
        for doubt in doubts.about(row.cells):
            warn(row.located(doubt))
        if value is None:
            read.bad[number] = [row.located(problem) for problem in problems if not problem.warning]
            read.named.append((row.cells.get("unit", ""), row.cells.get("booking_id", "")))
            continue
        for problem in problems:
            warn(row.located(problem))
        yield value
    for doubt in (*read.doubts, *_silences(read)):
        warn(doubt)
    if with_numbers:
        warn(Problem("import.numbers_in_ids", {"count": with_numbers}, Where(read.source.name), warning=True))
    expected = read.handling.expect_rows
    if expected is not None and expected != number + 1:
        where = Where(read.source.name)
        raise BadInput("import.other_count", where=where, problems=(), found=number + 1, expected=expected)


def _silences(read: RowsRead[Any]) -> Iterator[Problem]:
    for address, code in read.failed.items():
        params: dict[str, str | int] = {"address": address, "status": code}
        yield Problem("xml.producer_failed", params, Where(read.place), warning=True)


def _with_spoilt(row: FileRow, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """All that is wrong with a row: of a spoilt cell nothing else."""
    columns = {problem.where.column for problem in row.spoilt}
    return (*row.spoilt, *(problem for problem in problems if problem.where.column not in columns))


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


def read_table(context: Context, source: Source, handling: Handling, kind: ImportKind[V]) -> RowsRead[V]:
    """Rows of a short table that configures units, each of another key."""
    read = read_rows(context, source, handling, kind)
    keep_first(read, lambda row: row.row_id)
    return read


def read_rows(context: Context, source: Source, handling: Handling, kind: ImportKind[V]) -> RowsRead[V]:
    """Rows of a short table that configures units, as they stand there."""
    with opened_rows(context, source, handling, kind) as (read, rows):
        read.rows.extend(parsed_rows(read, rows, CellParsers(context.today), context.warn))
    return read


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
