"""Reading an import's file: which rows are good, which are bad and why, before anything is written."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

from tidbok_cli.domain.cells import Reading
from tidbok_cli.domain.identity import parse_hsa_id
from tidbok_cli.domain.incoming import IncomingBooking, IncomingEvent, IncomingSummons, booking_row, event_row
from tidbok_cli.domain.incoming_times import IncomingBasis, IncomingSlot, basis_row, slot_row
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.rows import Columns, Row
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.files import Handling, Source, is_xml, opened, rejected_file, rows_of
from tidbok_cli.workflows.lookup import written_hsa_id
from tidbok_cli.workflows.workplace import Workplace

BOOKING_COLUMNS: Final = Columns(
    ("booking_id", "unit", "code", "resident", "start"),
    ("end", "status", "created_at", "ended_at", "origin", "calendar", "care_type"),
)
EVENT_COLUMNS: Final = Columns(("resident", "unit", "event", "occurred_at"))
SLOT_COLUMNS: Final = Columns(("slot_id", "unit", "code", "start", "end"), ("calendar",))
BASIS_COLUMNS: Final = Columns(("basis_id", "resident", "unit", "code", "valid_from"), ("valid_to",))

V = TypeVar("V", bound=tuple[Any, ...])
"""A row as domain/incoming.py has it: its line, then the unit as written, then the rest, and last its number."""


class Parser(Protocol[V]):
    """Makes of a row's cells its value, with all that is wrong in them."""

    def __call__(self, cells: Mapping[str, str], line: int, reading: Reading, number: int) -> Parsed[V]: ...


@dataclass(slots=True)
class Read(Generic[V]):
    """The good rows with the units that they name as written, and what is wrong with the bad ones, by their number.

    `xml`: the rows are of an XML file, where a bad one is named by the booking's id beside its line. `rejected_file`:
    where bad rows go that are left out.
    """

    source: Source
    handling: Handling
    columns: Columns
    xml: bool
    rejected_file: Path | None = None
    rows: list[V] = field(default_factory=list)
    bad: dict[int, list[Problem]] = field(default_factory=dict)
    _warned: set[tuple[object, ...]] = field(default_factory=set)

    def refused(self) -> bool:
        """Whether nothing may be imported: there are bad rows, which are not to be left out."""
        return bool(self.bad) and not self.handling.skip_bad

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the bad rows, in their order."""
        return tuple(problem for _, problems in sorted(self.bad.items()) for problem in problems)

    def warn(self, place: Workplace, warnings: list[Problem]) -> None:
        """Passes on what is doubtful, once where many rows say the same."""
        for problem in warnings:
            told = (problem.code, *problem.params.values())
            if told not in self._warned:
                self._warned.add(told)
                place.warn(problem)

    def where(self, row: V, column: str | None = None) -> Where:
        """The place of a row that had been read without problems."""
        return Where(self.source.name, row[0], column, row[2] if self.xml else None)

    def reject(self, row: V, problem: Problem) -> None:
        """Says of a row that had been read without problems why it is bad nevertheless."""
        self.bad[row[-1]] = [problem]


def read_bookings(place: Workplace, source: Source, handling: Handling) -> Read[IncomingBooking | IncomingSummons]:
    """The bookings and open summonses of a CSV file, a workbook or GetSubjectOfCareScheduleResponse (`.xml`)."""
    return _read(place, source, handling, BOOKING_COLUMNS, booking_row)


def read_events(place: Workplace, source: Source, handling: Handling) -> Read[IncomingEvent]:
    """The relation events of a CSV file or a workbook."""
    return _read(place, source, handling, EVENT_COLUMNS, event_row)


def read_slots(place: Workplace, source: Source, handling: Handling) -> Read[IncomingSlot]:
    """The published times of a CSV file or a workbook."""
    return _read(place, source, handling, SLOT_COLUMNS, slot_row)


def read_bases(place: Workplace, source: Source, handling: Handling) -> Read[IncomingBasis]:
    """The booking bases of a CSV file or a workbook."""
    return _read(place, source, handling, BASIS_COLUMNS, basis_row)


def _read(place: Workplace, source: Source, handling: Handling, columns: Columns, parse: Parser[V]) -> Read[V]:
    if handling.skip_bad and source.name == "-":
        place.keep_stdin()  # the bad rows are read once more, to be written as they were
    with opened(place, source) as data:
        xml = columns is BOOKING_COLUMNS and is_xml(data, source)
        read: Read[V] = Read(source, handling, columns, xml, rejected_file(place, source, handling, xml=xml))
        rows = rows_of(data, source, columns, xml=xml)
        for warning in rows.warnings:
            place.warn(warning)
        size = os.fstat(data.fileno()).st_size if source.name != "-" else None
        _sort(place, read, place.progress.track(rows, "reading", size, data.tell if size else None), parse)
    return read


def _sort(place: Workplace, read: Read[V], rows: Iterable[Row | Problem], parse: Parser[V]) -> None:
    """Takes the rows one by one, the good ones as values, the bad ones with what is wrong."""
    reading = Reading(place.today, place.region.reserve_number_pattern, rivta=read.xml)
    for number, row in enumerate(rows):
        if isinstance(row, Problem):
            read.bad[number] = [row]
            continue
        value, problems = parse(row.cells, row.line, reading, number)
        located = [row.located(problem) for problem in problems]
        if value is None:
            read.bad[number] = [problem for problem in located if not problem.warning]
            continue
        read.warn(place, located)
        read.rows.append(value)


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
        if before[2:-1] == row[2:-1]:
            repeated += 1
        else:
            read.reject(row, Problem("row.contradicts", {"line": before[0]}, read.where(row)))
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
            read.reject(row, Problem("unit.unknown", {"unit": text}, read.where(row, "unit")))
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
