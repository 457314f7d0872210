"""Reading the tables that configure units: short enough to be held whole, with the rows as the file has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.errors import Problem, Where
from tidbok_cli.workflows.import_file import Handling, RowSource, Source, opened, rejected_file, rows_of

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from tidbok_cli.exchange.rows import Columns, FileRow
    from tidbok_cli.workflows.context import Context


class KeyedRow(Protocol):
    """A row: its line, its key, of which no two rows may say different things, and what it says."""

    @property
    def line(self) -> int: ...

    @property
    def key(self) -> str: ...

    @property
    def says(self) -> Mapping[str, object]: ...


V = TypeVar("V", bound=KeyedRow)


TableParser = Callable[[Mapping[str, str], int], Parsed[V]]
"""Makes of a row's cells and line its value, with all that is wrong in them."""


@dataclass(slots=True)
class TableRead(Generic[V]):
    """The good rows and, by their number, all rows as they were and what is wrong with the bad ones.

    `xml`: the rows are of an XML file, where a bad one is named by its key beside its line. `repeated`:
    how many rows were the same as an earlier one, and so are not among the good ones.
    """

    name: str
    handling: Handling
    header: Sequence[str]
    delimiter: str
    rejected_file: Path | None
    xml: bool
    rows: dict[int, V] = field(default_factory=dict)
    records: list[Sequence[str]] = field(default_factory=list)
    bad: dict[int, list[Problem]] = field(default_factory=dict)
    repeated: int = 0

    def reject(self, number: int, *problems: Problem) -> None:
        """Says of a row that was good why it is bad nevertheless; the problems know its column only."""
        row = self.rows.pop(number)
        row_id = row.key if self.xml else None
        self.bad[number] = [
            replace(each, where=Where(self.name, row.line, each.where.column, row_id)) for each in problems
        ]

    def refused(self) -> bool:
        """Whether nothing may be written: there are bad rows, which are not to be left out."""
        return bool(self.bad) and not self.handling.skip_bad

    def report(self) -> ImportReport:
        """The report as far as the bad rows go."""
        problems = (problem for _, each in sorted(self.bad.items()) for problem in each)
        return ImportReport(rejected=len(self.bad), problems=tuple(problems))


def read_table(
    context: Context, source: Source, handling: Handling, columns: Columns, parse: TableParser[V]
) -> TableRead[V]:
    """The rows of a CSV file or a workbook."""
    return read_rows(context, source, handling, lambda data: rows_of(data, source, columns, xml=False), parse)


def read_rows(
    context: Context,
    source: Source,
    handling: Handling,
    rows_in: Callable[[BufferedReader], RowSource],
    parse: TableParser[V],
    *,
    xml: bool = False,
) -> TableRead[V]:
    """The rows that a file holds; `xml` where its bad rows need a file that the caller names."""
    into = rejected_file(context, source, handling, xml=xml)
    with opened(context, source) as data:
        rows = rows_in(data)
        for warning in rows.warnings:
            context.warn(warning)
        table: TableRead[V] = TableRead(source.name, handling, rows.header, rows.delimiter, into, xml)
        for number, row in enumerate(context.progress.track(rows, "reading")):
            table.records.append(rows.record)
            _take(context, table, number, row, parse)
    _keep_first(table)
    return table


def _take(
    context: Context,
    table: TableRead[V],
    number: int,
    row: FileRow | Problem,
    parse: TableParser[V],
) -> None:
    if isinstance(row, Problem):
        table.bad[number] = [row]
        return
    value, problems = parse(row.cells, row.line)
    located = [row.located(problem) for problem in problems]
    if value is None:
        table.bad[number] = [problem for problem in located if not problem.warning]
        return
    for problem in located:
        context.warn(problem)
    table.rows[number] = value


def _keep_first(table: TableRead[V]) -> None:
    """Leaves of the rows with one key the first; one that says something else is a bad row."""
    first: dict[str, V] = {}
    for number, row in list(table.rows.items()):
        before = first.setdefault(row.key, row)
        if before is row:
            continue
        if before.says == row.says:
            table.repeated += 1
            del table.rows[number]
        else:
            table.reject(number, Problem("row.contradicts", {"line": before.line}))


def write_bad_rows(context: Context, table: TableRead[V], report: ImportReport) -> None:
    """Writes the rows that are left out, as they were, and says in the report where."""
    from tidbok_cli.exchange.private_files import RejectedRow, write_rejected

    if table.rejected_file is None or not table.bad or table.handling.dry_run:
        return
    bad = (
        RejectedRow("; ".join(map(context.tell, table.bad[number])), table.records[number])
        for number in sorted(table.bad)
    )
    write_rejected(table.rejected_file, table.header, bad, table.delimiter)
    report.rejected_file = str(table.rejected_file)
