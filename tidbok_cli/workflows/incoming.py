"""Reading an import's file: which rows are good, which are bad and why, before anything is written."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final, Generic, TypeVar, cast

from tidbok_cli.domain.cells import Reading
from tidbok_cli.domain.identity import parse_hsa_id
from tidbok_cli.domain.incoming import IncomingBooking, IncomingEvent, IncomingSummons, booking_row, event_row
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.rows import Columns, Row, Table
from tidbok_cli.exchange.toml_text import unreadable
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.lookup import written_hsa_id
from tidbok_cli.workflows.workplace import Workplace

BOOKING_COLUMNS: Final = Columns(
    ("booking_id", "unit", "code", "resident", "start"),
    ("end", "status", "created_at", "ended_at", "origin", "calendar", "care_type"),
)
EVENT_COLUMNS: Final = Columns(("resident", "unit", "event", "occurred_at"))

V = TypeVar("V", bound=tuple[Any, ...])
"""A row as domain/incoming.py has it: its line, then the unit as written, then the rest."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, `-` for standard input; `encoding` is of a CSV that is not UTF-8, `sheet` of a workbook."""

    name: str
    encoding: str | None = None
    sheet: str | None = None


@dataclass(slots=True)
class Read(Generic[V]):
    """The good rows with the units that they name as written, and what is wrong with the bad ones.

    `by_id`: the rows are of an XML file, where a bad one is named by the booking's id beside its line.
    """

    rows: list[V] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: int = 0
    source: str = ""
    by_id: bool = False
    _warned: set[tuple[object, ...]] = field(default_factory=set)

    def warn(self, place: Workplace, warnings: list[Problem]) -> None:
        """Passes on what is doubtful, once where many rows say the same."""
        for problem in warnings:
            told = (problem.code, *problem.params.values())
            if told not in self._warned:
                self._warned.add(told)
                place.warn(problem)

    def where(self, row: V, column: str | None = None) -> Where:
        """The place of a row that had been read without problems."""
        return Where(self.source, row[0], column, row[2] if self.by_id else None)

    def reject(self, *problems: Problem) -> None:
        """Counts one bad row, and why it is."""
        self.problems += problems
        self.rejected += 1


def read_bookings(place: Workplace, source: Source) -> Read[IncomingBooking | IncomingSummons]:
    """The bookings and open summonses of a CSV file or of GetSubjectOfCareScheduleResponse (`.xml`)."""
    return _read(place, source, BOOKING_COLUMNS, booking_row)


def read_events(place: Workplace, source: Source) -> Read[IncomingEvent]:
    """The relation events of a CSV file."""
    return _read(place, source, EVENT_COLUMNS, event_row)


def _read(
    place: Workplace, source: Source, columns: Columns, parse: Callable[[Mapping[str, str], int, Reading], Parsed[V]]
) -> Read[V]:
    read: Read[V] = Read(source=source.name)
    with _opened(place, source.name) as data:
        xml = columns is BOOKING_COLUMNS and _is_xml(data, source.name)
        read.by_id = xml
        reading = Reading(place.today, place.region.reserve_number_pattern, rivta=xml)
        for row in _xml_rows(data, source) if xml else _table_rows(place, data, source, columns):
            if isinstance(row, Problem):
                read.reject(row)
                continue
            value, problems = parse(row.cells, row.line, reading)
            located = [row.located(problem) for problem in problems]
            if value is None:
                read.reject(*(problem for problem in located if not problem.warning))
                continue
            read.warn(place, located)
            read.rows.append(value)
    return read


def _is_xml(data: BufferedReader, name: str) -> bool:
    """By its name, or, as on standard input, by how it begins: no CSV of ours begins with `<`."""
    return name.lower().endswith(".xml") or data.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _xml_rows(data: BinaryIO, source: Source) -> Iterator[Row | Problem]:
    from tidbok_cli.exchange.rivta import read_schedule

    return read_schedule(data, source.name)


def _table_rows(place: Workplace, data: BinaryIO, source: Source, columns: Columns) -> Iterator[Row | Problem]:
    table = _table(data, source, columns)
    for warning in table.warnings:
        place.warn(warning)
    yield from table


def _table(data: BinaryIO, source: Source, columns: Columns) -> Table:
    from tidbok_cli.exchange.delimited import read_csv
    from tidbok_cli.exchange.excel import is_excel, read_excel

    if is_excel(source.name):
        return read_excel(data, source.name, columns, source.sheet)
    return read_csv(data, source.name, columns, *([source.encoding] if source.encoding else []))


@contextmanager
def _opened(place: Workplace, name: str) -> Iterator[BufferedReader]:
    if name == "-":
        yield BufferedReader(cast(RawIOBase, place.stdin()))
        return
    try:
        with Path(name).open("rb") as data:
            yield data
    except OSError as error:
        problem = unreadable(error, name)
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error


def keep_first(read: Read[V], key: Callable[[V], object]) -> int:
    """Leaves of the rows with one key the first; says how many were the same again.

    One that says something else than the first is a bad row. Of what is compared, the key already has the unit.
    """
    first: dict[object, V] = {}
    repeated = 0
    for row in read.rows:
        before = first.setdefault(key(row), row)
        if before is row:
            continue
        if before[2:] == row[2:]:
            repeated += 1
        else:
            read.reject(Problem("row.contradicts", {"line": before[0]}, read.where(row)))
    read.rows = list(first.values())
    return repeated


def resolve_units(place: Workplace, reader: Reader, read: Read[V]) -> dict[str, str]:
    """The HSA-id, as written, of each unit that the rows name; rows with an unknown alias are bad."""
    found: dict[str, str | None] = {}
    good = []
    for row in read.rows:
        text = row[1]
        if text not in found:
            found[text] = _hsa_id(place, reader, text)
        if found[text] is None:
            read.reject(Problem("unit.unknown", {"unit": text}, read.where(row, "unit")))
        else:
            good.append(row)
    read.rows = good
    return {text: hsa_id for text, hsa_id in found.items() if hsa_id is not None}


def _hsa_id(place: Workplace, reader: Reader, text: str) -> str | None:
    if parse_hsa_id(text).value:
        return text
    try:
        return written_hsa_id(place, reader, text)
    except BadInput:
        return None
