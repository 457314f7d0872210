"""Rows of tables that configure clinics and codes (contract, sections 2, 3).

A column that a table does not have says nothing; an empty cell says that there is none: the key is left out of the
file, which then means its default.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.cells import CellParsers, Cells, parse_flag
from tidbok_cli.domain.identity import hsa_key, is_alias, parse_hsa_id
from tidbok_cli.domain.import_columns import CODE, INFORMATION, TEXT, ImportColumn, ImportColumns, coded, parsed_by
from tidbok_cli.domain.memo import remembered
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.unit import (
    DEADLINE_LONGEST,
    OPTIONAL_SERVICES,
    SERVICE_KEYS,
    BookMode,
    CareService,
    ServiceKind,
    Services,
    UnitConfig,
)
from tidbok_cli.domain.unit_mistakes import mistakes
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CellValue = str | int | bool | None

_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_BOOK: Final = {str(mode): mode for mode in BookMode} | {
    "nej": BookMode.NO,
    "öppen": BookMode.OPEN,
    "underlag": BookMode.BASIS,
}


class ServiceRow(NamedTuple):
    """A code's mapping as far as a row says it.

    `says` has the columns of the table, empty cells as None; `unit` is whose code it is, where the table says it.
    """

    line: int
    code: str
    says: Mapping[str, CellValue]
    unit: str = ""
    number: int = 0

    @property
    def row_id(self) -> str:
        return self.code

    def changes(self, former: CareService | None) -> dict[str, CellValue]:
        """Keys to change in the unit's file, None for removed ones.

        Of a new code, all that is said.
        """
        if former is None:
            return {key: value for key, value in self.says.items() if value is not None}
        return {key: self.says[key] for key, value in self._meant().items() if getattr(former, key) != value}

    def merged(self, former: CareService | None) -> CareService:
        """The mapping as it is with the row."""
        return (former or CareService(self.code))._replace(**self._meant())

    def _meant(self) -> dict[str, Any]:
        default = CareService(self.code)
        return {key: getattr(default, key) if value is None else value for key, value in self.says.items()}


class UnitRow(NamedTuple):
    """A unit as far as a row says it.

    `says` has the columns of the table, empty cells as None.
    """

    line: int
    hsa_id: str
    says: Mapping[str, CellValue]
    number: int = 0

    @property
    def row_id(self) -> str:
        return hsa_key(self.hsa_id)

    @property
    def undecided(self) -> list[str]:
        """Services that the row says neither yes nor no to."""
        return [key for key in OPTIONAL_SERVICES if self.says.get(key) is None]

    def unit(self, care_services: tuple[CareService, ...] = ()) -> UnitConfig:
        """The unit that the row makes."""
        says: Mapping[str, Any] = self.says
        services = Services(*(bool(says.get(name)) for name in SERVICE_KEYS))
        return UnitConfig(
            self.hsa_id,
            says.get("name") or "",
            says.get("alias"),
            services,
            says.get("calendar"),
            care_services=care_services,
        )

    def merged(self, former: UnitConfig | None, care_services: tuple[CareService, ...]) -> UnitConfig:
        """The unit as it is with the row; a new one has these mappings."""
        return self.unit(care_services) if former is None else with_changes(former, unit_changes(former, self.says))


def unit_changes(unit: UnitConfig, says: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Keys to change in a unit's file, by path, so that it says this; None for removed ones."""
    undecided = {key for key in OPTIONAL_SERVICES if says.get(key) is False and not unit.has_decided(key)}
    return {_path(key): value for key, value in _meant(says) if key in undecided or _told(unit, key) != value}


def with_changes(unit: UnitConfig, changes: Mapping[str, CellValue]) -> UnitConfig:
    """The unit with keys changed, by path."""
    told: dict[str, Any] = {path.rpartition(".")[2]: value for path, value in changes.items()}
    services = {key: told.pop(key) for key in SERVICE_KEYS if key in told}
    return unit._replace(**told, services=unit.services._replace(**services))


def _meant(says: Mapping[str, CellValue]) -> Iterator[tuple[str, CellValue]]:
    """Yield what is said, with a service that is not offered for an empty cell."""
    for key, value in says.items():
        yield key, bool(value) if key in SERVICE_KEYS else value


def _told(unit: UnitConfig, column: str) -> object:
    return getattr(unit.services if column in SERVICE_KEYS else unit, column)


def _path(key: str) -> str:
    return f"services.{key}" if key in SERVICE_KEYS else "coupling.calendar" if key == "calendar" else key


# ------------------------------------------------------------------------------------------ reading rows


def parse_hours(text: str) -> Parsed[int]:
    """A deadline in whole hours."""
    if not _WHOLE_NUMBER.fullmatch(text) or int(text) > DEADLINE_LONGEST:
        return refused("cell.not_hours", value=text, most=DEADLINE_LONGEST)
    return Parsed(int(text))


def _parse_alias(text: str) -> Parsed[str]:
    return Parsed(text) if is_alias(text) else refused("unit.bad_alias")


_FLAG: Final = parsed_by(remembered(parse_flag))

_OF_SERVICE: Final = (
    ImportColumn("code", CODE, required=True),
    ImportColumn("kind", coded({str(kind): kind for kind in ServiceKind})),
    ImportColumn("journal_name", TEXT),
    ImportColumn("label", TEXT),
    ImportColumn("show", _FLAG),
    ImportColumn("cancel", _FLAG),
    ImportColumn("rebook", _FLAG),
    ImportColumn("book", coded(_BOOK)),
    ImportColumn("cancel_deadline_hours", parsed_by(remembered(parse_hours))),
    ImportColumn("information", INFORMATION),
    ImportColumn("digital", _FLAG),
)
SERVICE: Final = ImportColumns(*_OF_SERVICE, ImportColumn("unit", TEXT))
"""Columns of one clinic's codes; whose they are need not be said."""
SERVICE_OF_UNITS: Final = ImportColumns(*_OF_SERVICE, ImportColumn("unit", TEXT, required=True))
_HSA_ID: Final = ImportColumn("hsa_id", parsed_by(remembered(parse_hsa_id)), required=True)
_OF_UNIT: Final = (
    ImportColumn("alias", parsed_by(remembered(_parse_alias))),
    ImportColumn("calendar", CODE),
    *(ImportColumn(name, _FLAG) for name in SERVICE_KEYS),
)
UNITS: Final = ImportColumns(_HSA_ID, ImportColumn("name", TEXT, required=True), *_OF_UNIT)
"""Columns of new clinics."""
KNOWN_UNITS: Final = ImportColumns(_HSA_ID, ImportColumn("name", TEXT), *_OF_UNIT)
"""Columns of clinics of which some have a file: those have a name."""


def service_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[ServiceRow]:
    """The mapping of a row of one unit's codes, with its problems by column."""
    return _service_row(SERVICE, Cells(texts), line, parsers, number)


def service_row_of_units(
    texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0
) -> Parsed[ServiceRow]:
    """The mapping of a row that says whose it is, with its problems by column."""
    return _service_row(SERVICE_OF_UNITS, Cells(texts), line, parsers, number)


def _service_row(
    columns: ImportColumns, row: Cells, line: int, parsers: CellParsers, number: int
) -> Parsed[ServiceRow]:
    code, says = _keyed(columns, row, parsers)
    unit = says.pop("unit", None)
    return row.answer(ServiceRow(line, code or "", says, str(unit or ""), number))


def unit_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[UnitRow]:
    """The new unit of a row, with its problems by column."""
    return _unit_row(UNITS, Cells(texts), line, parsers, number)


def known_unit_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[UnitRow]:
    """The unit of a row, which may have a file, with its problems by column."""
    return _unit_row(KNOWN_UNITS, Cells(texts), line, parsers, number)


def _unit_row(columns: ImportColumns, row: Cells, line: int, parsers: CellParsers, number: int) -> Parsed[UnitRow]:
    hsa_id, says = _keyed(columns, row, parsers)
    return row.answer(UnitRow(line, hsa_id or "", says, number))


def unit_mistakes(unit: UnitConfig) -> Iterator[Problem]:
    """Problems that the page sees in a unit without its mappings, each with its column."""
    for problem in mistakes(unit._replace(care_services=())):
        yield replace(problem, where=Where(column=(problem.where.column or "").removeprefix("services.")))


def _keyed(columns: ImportColumns, row: Cells, parsers: CellParsers) -> tuple[str | None, dict[str, CellValue]]:
    """The key, from the first column, and the other columns by name."""
    key, *values = columns.read(row, parsers)
    names = (column.name for column in columns.in_row[1:])
    return key, {name: value for name, value in zip(names, values, strict=True) if name in row}


def mapping_mistakes(mapping: CareService) -> Iterator[Problem]:
    """Problems that the page sees in a mapping, each with its column."""
    for problem in mistakes(UnitConfig("", "", care_services=(mapping,))):
        column = (problem.where.column or "").rpartition(".")[2]
        yield replace(problem, where=Where(column=column if column in SERVICE.optional else "label"))
