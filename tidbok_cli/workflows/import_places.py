"""Rows of an import that name units, and those units' places."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.identity import hsa_key, parse_hsa_id
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.store.read.unit import keys_in_force
from tidbok_cli.workflows.import_parse import ParsedRows
from tidbok_cli.workflows.import_rows import ImportRow, RowsRead
from tidbok_cli.workflows.lookup import written_hsa_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tidbok_cli.exchange.rows import FileRow
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


class UnitNamed(ImportRow, Protocol):
    """A row with its unit as written."""

    @property
    def unit(self) -> str: ...


V = TypeVar("V", bound=UnitNamed)


class UnitPlaces(dict[str, int | None]):
    """Places in `hsa_ids` of the units that rows name, None for unknown.

    `hsa_ids` has by key how each unit was written last.
    """

    def __init__(self, context: Context, reader: Reader) -> None:
        super().__init__()
        self._context, self._reader = context, reader
        self._keys: list[str] = []
        self.hsa_ids: dict[str, str] = {}

    def __missing__(self, text: str) -> int | None:
        hsa_id = _hsa_id(self._context, self._reader, text)
        self[text] = None
        if hsa_id is not None:
            key = hsa_key(hsa_id)
            if key not in self.hsa_ids:
                self._keys.append(key)
            self.hsa_ids[key] = hsa_id
            self[text] = self._keys.index(key)
        return self[text]

    def configured(self, key: str) -> bool:
        """Whether a clinic is in force at the moment, or has a valid file."""
        return key in self._in_force or key in self._in_files

    def is_configured(self, text: str) -> bool:
        """Whether the unit, which is known, is configured."""
        return self.configured(self.key(text))

    @cached_property
    def _in_force(self) -> set[str]:
        return set(keys_in_force(self._reader, self._context.at))

    @cached_property
    def _in_files(self) -> set[str]:
        return {unit.key for unit in self._context.units_in_files}

    def key(self, text: str) -> str:
        """Key of a unit that is known."""
        place = self[text]
        assert place is not None
        return self._keys[place]


def _hsa_id(context: Context, reader: Reader, text: str) -> str | None:
    if parse_hsa_id(text).value:
        return text
    try:
        return written_hsa_id(context, reader, text)
    except BadInput:
        return None


class PlacedRows(Generic[V]):
    """Rows of one file, of units that are known; problems of the bad ones are kept."""

    def __init__(self, context: Context, read: RowsRead[V], units: UnitPlaces) -> None:
        booked = read.form.lists_booked or read.handling.whole is not None
        reserve = context.region.reserve_number_pattern
        parsers = CellParsers(context.today, reserve, read.form.time, present_is_booked=booked)
        self._warn, self._units = _once(context.warn), units
        self.parsed = ParsedRows(read, parsers, self._warn)

    def good(self, rows: Iterable[FileRow | Problem]) -> Iterator[V]:
        """Good ones of the next rows, one by one."""
        read, units = self.parsed.read, self._units
        for row in self.parsed.good(rows):
            if units[row.unit] is None:
                read.reject(row, Problem("unit.unknown", {"unit": row.unit}, Where(column="unit")))
                read.named.append(("", row.row_id or ""))
            elif read.handling.known_units and not units.configured(units.key(row.unit)):
                read.reject(row, Problem("import.unit_without_file", {"unit": row.unit}, Where(column="unit")))
                read.named.append((row.unit, row.row_id or ""))
            else:
                yield row

    def places(self, column: Sequence[str]) -> list[int]:
        """Places of many rows' units; raises LookupError where one of the rows would be bad.

        To be asked last: the units of rows that are good otherwise are known from now on.
        """
        known_units = self.parsed.read.handling.known_units
        found = [place for place in map(self._units.__getitem__, column) if place is not None]
        if len(found) != len(column) or (known_units and not all(map(self._units.is_configured, column))):
            raise LookupError
        return found

    def finish(self) -> None:
        """Say at the end of the file what is to be said of all rows; raises as `ParsedRows` does."""
        self.parsed.finish()
        hsa_ids = self._units.hsa_ids
        if hsa_ids and not any(map(self._units.configured, hsa_ids)):
            where = Where(self.parsed.read.source.name)
            self._warn(Problem("import.no_known_unit", {}, where, warning=True))


def _once(warn: Callable[[Problem], None]) -> Callable[[Problem], None]:
    """Warn once where many rows say it."""
    warned: set[tuple[object, ...]] = set()

    def passed_on(problem: Problem) -> None:
        told = (problem.code, *problem.params.values())
        if told not in warned:
            warned.add(told)
            warn(problem)

    return passed_on


def units_of(context: Context, read: RowsRead[V], rows: Iterable[FileRow | Problem]) -> UnitPlaces:
    """Take the rows at hand; return the units that they name."""
    with context.reading() as reader:
        units = UnitPlaces(context, reader)
        placed = PlacedRows(context, read, units)
        read.rows.extend(placed.good(rows))
        placed.finish()
        return units
