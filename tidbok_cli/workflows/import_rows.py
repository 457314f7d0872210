"""Reading an import's file: which rows are good, which are bad and why, before anything is written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.identity import hsa_key, parse_hsa_id
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.rows import Columns, FileRow
from tidbok_cli.workflows.import_file import Handling, Source, is_xml, opened, rejected_file, rows_of
from tidbok_cli.workflows.lookup import written_hsa_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from tidbok_cli.domain.parsed import Parsed
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.import_rows import StagedRows
    from tidbok_cli.workflows.context import Context

BOOKING_COLUMNS: Final = Columns(
    ("booking_id", "unit", "code", "resident", "start"),
    ("end", "status", "created_at", "ended_at", "origin", "calendar", "care_type"),
)
EVENT_COLUMNS: Final = Columns(("resident", "unit", "event", "occurred_at"))
SLOT_COLUMNS: Final = Columns(("slot_id", "unit", "code", "start", "end"), ("calendar",))
BASIS_COLUMNS: Final = Columns(("basis_id", "resident", "unit", "code", "valid_from"), ("valid_to",))

V = TypeVar("V", bound=tuple[Any, ...])
"""A row as domain/booking_rows.py has it: its line, then the unit as written, then the rest, and last its number."""


class RowParser(Protocol[V]):
    """Makes of a row's cells its value, with all that is wrong in them."""

    def __call__(self, cells: Mapping[str, str], line: int, reading: CellParsers, number: int) -> Parsed[V]: ...


@dataclass(slots=True)
class RowsRead(Generic[V]):
    """The good rows that are kept at hand, and what is wrong with the bad ones, by their number.

    `xml`: the rows are of an XML file, where a bad one is named by the booking's id beside its line. `rejected_file`:
    where bad rows go that are left out. `says`: which of the columns whose absence says nothing the file has. `named`:
    the unit, as written, and the booking's id of each row that is not taken, empty where it does not say them.
    """

    source: Source
    handling: Handling
    columns: Columns
    xml: bool
    rejected_file: Path | None = None
    rows: list[V] = field(default_factory=list)
    bad: dict[int, list[Problem]] = field(default_factory=dict)
    says: frozenset[str] = frozenset()
    named: list[tuple[str, str]] = field(default_factory=list)
    _warned: set[tuple[object, ...]] = field(default_factory=set)

    def refused(self) -> bool:
        """Whether nothing may be imported: there are bad rows, which are not to be left out."""
        return bool(self.bad) and not self.handling.skip_bad

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the bad rows, in their order."""
        return tuple(problem for _, problems in sorted(self.bad.items()) for problem in problems)

    def warn(self, context: Context, warnings: list[Problem]) -> None:
        """Passes on what is doubtful, once where many rows say the same."""
        for problem in warnings:
            told = (problem.code, *problem.params.values())
            if told not in self._warned:
                self._warned.add(told)
                context.warn(problem)

    def where(self, row: V, column: str | None = None) -> Where:
        """The place of a row that had been read without problems."""
        return Where(self.source.name, row[0], column, row[2] if self.xml else None)

    def reject(self, row: V, problem: Problem) -> None:
        """Says of a row that had been read without problems why it is bad nevertheless."""
        self.bad[row[-1]] = [problem]


@contextmanager
def opened_rows(
    context: Context, source: Source, handling: Handling, columns: Columns
) -> Iterator[tuple[RowsRead[Any], Iterator[FileRow | Problem]]]:
    """An import's file, and its rows one by one."""
    if handling.skip_bad and source.name == "-":
        context.keep_stdin()  # the bad rows are read once more, to be written as they were
    with opened(context, source) as data:
        xml = columns is BOOKING_COLUMNS and is_xml(data, source)
        read: RowsRead[Any] = RowsRead(
            source, handling, columns, xml, rejected_file(context, source, handling, xml=xml)
        )
        rows = rows_of(data, source, columns, xml=xml)
        for warning in rows.warnings:
            context.warn(warning)
        size = os.fstat(data.fileno()).st_size if source.name != "-" else None
        yield read, context.progress.track(rows, "reading", size, data.tell if size else None)


def good_rows(
    context: Context, read: RowsRead[V], rows: Iterable[FileRow | Problem], parse: RowParser[V], units: UnitPlaces
) -> Iterator[V]:
    """The good rows as values, one by one; of the bad ones what is wrong is kept."""
    whole = read.handling.whole is not None
    reading = CellParsers(context.today, context.region.reserve_number_pattern, rivta=read.xml, present_is_booked=whole)
    for number, row in enumerate(rows):
        if isinstance(row, Problem):
            read.bad[number] = [row]
            read.named.append(("", ""))
            continue
        value, problems = parse(row.cells, row.line, reading, number)
        if problems:
            located = [row.located(problem) for problem in problems]
            if value is None:
                read.bad[number] = [problem for problem in located if not problem.warning]
                read.named.append((row.cells.get("unit", ""), row.cells.get("booking_id", "")))
                continue
            read.warn(context, located)
        if value is not None:
            text = value[1]
            if units[text] is None:
                read.reject(value, Problem("unit.unknown", {"unit": text}, read.where(value, "unit")))
                read.named.append(("", row.cells.get("booking_id", "")))
            else:
                yield value


class UnitPlaces(dict[str, int | None]):
    """The units that the rows name: for each text its place in `hsa_ids`, None for an unknown alias.

    `hsa_ids` has by key how each unit was written last.
    """

    def __init__(self, context: Context, reader: Reader) -> None:
        super().__init__()
        self._place, self._reader = context, reader
        self._keys: list[str] = []
        self.hsa_ids: dict[str, str] = {}

    def __missing__(self, text: str) -> int | None:
        hsa_id = _hsa_id(self._place, self._reader, text)
        self[text] = None
        if hsa_id is not None:
            key = hsa_key(hsa_id)
            if key not in self.hsa_ids:
                self._keys.append(key)
            self.hsa_ids[key] = hsa_id
            self[text] = self._keys.index(key)
        return self[text]

    def key(self, text: str) -> str:
        """The key of a unit that is known."""
        place = self[text]
        assert place is not None
        return self._keys[place]


class KeysMet:
    """Which keys were met before, by their hashes alone: a million keys would fill the memory.

    `again` are the numbers of the rows whose hash was met before; they are then compared where they are laid out.
    """

    def __init__(self) -> None:
        self._met: set[int] = set()
        self.again: list[int] = []

    def meet(self, key: object, number: int) -> None:
        """Notes the key of a row."""
        hashed = hash(key)
        if hashed in self._met:
            self.again.append(number)
        else:
            self._met.add(hashed)


def read_rows(
    context: Context, source: Source, handling: Handling, columns: Columns, parse: RowParser[V]
) -> tuple[RowsRead[V], UnitPlaces]:
    """The rows of a file that is not large, all at hand, and the units that they name."""
    with opened_rows(context, source, handling, columns) as (read, rows), context.reading() as reader:
        units = UnitPlaces(context, reader)
        read.rows.extend(good_rows(context, read, rows, parse, units))
        return read, units


def leave_first(read: RowsRead[Any], incoming: StagedRows, units: UnitPlaces, keys: KeysMet) -> int:
    """Names the units, and leaves of the rows with one key the first, as `keep_first` does."""
    incoming.name_units(units.hsa_ids)
    repeated: list[int] = []
    bad: list[int] = []
    for first, *others in incoming.alike(keys.again):
        for row in others:
            number, line = row[0], row[1]
            if row[3:] == first[3:]:
                repeated.append(number)
                continue
            where = Where(read.source.name, line, None, row[3] if read.xml else None)
            read.bad[number] = [Problem("row.contradicts", {"line": first[1]}, where)]
            bad.append(number)
    incoming.leave_out((*repeated, *bad))
    return len(repeated)


def keep_first(read: RowsRead[V], key: Callable[[V], object]) -> int:
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


def _hsa_id(context: Context, reader: Reader, text: str) -> str | None:
    if parse_hsa_id(text).value:
        return text
    try:
        return written_hsa_id(context, reader, text)
    except BadInput:
        return None
