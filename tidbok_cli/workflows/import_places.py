"""Rows of an import that name units, and those units' places."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from tidbok_cli.domain.cells import CellParsers
from tidbok_cli.domain.identity import hsa_key, parse_hsa_id
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.store.read.unit import keys_in_force
from tidbok_cli.workflows.import_rows import ImportRow, RowsRead, parsed_rows
from tidbok_cli.workflows.lookup import written_hsa_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


def good_rows(context: Context, read: RowsRead[V], rows: Iterable[FileRow | Problem], units: UnitPlaces) -> Iterator[V]:
    """Rows of known units, one by one; bad ones' problems are kept."""
    booked = read.form.lists_booked or read.handling.whole is not None
    reserve = context.region.reserve_number_pattern
    parsers = CellParsers(context.today, reserve, read.form.time, present_is_booked=booked)
    for row in parsed_rows(read, rows, parsers, _once(context.warn)):
        if units[row.unit] is None:
            read.reject(row, Problem("unit.unknown", {"unit": row.unit}, Where(column="unit")))
            read.named.append(("", row.row_id or ""))
        elif read.handling.known_units and not units.configured(units.key(row.unit)):
            read.reject(row, Problem("import.unit_without_file", {"unit": row.unit}, Where(column="unit")))
            read.named.append((row.unit, row.row_id or ""))
        else:
            yield row
    if units.hsa_ids and not any(map(units.configured, units.hsa_ids)):
        context.warn(Problem("import.no_known_unit", {}, Where(read.source.name), warning=True))


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
        read.rows.extend(good_rows(context, read, rows, units))
        return units
