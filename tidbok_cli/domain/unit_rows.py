"""Rows of tables that configure clinics and codes (contract, sections 2, 3).

A column that a table does not have says nothing; an empty cell says that there is none: the key is left out of the
file, which then means its default.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.cells import CellParsers, Cells, parse_flag, remembered
from tidbok_cli.domain.identity import hsa_key, is_alias, parse_hsa_id
from tidbok_cli.domain.import_columns import CODE, INFORMATION, TEXT, ImportColumn, ImportColumns, coded, parsed_by
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.unit import DEADLINE_LONGEST, BookMode, CareService, ServiceKind, Services, UnitConfig, mistakes
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
_SERVICES: Final = ("show", "cancel", "rebook", "book")


class ServiceRow(NamedTuple):
    """A code's mapping as far as a row says it.

    `says` has the columns of the table, empty cells as None.
    """

    line: int
    code: str
    says: Mapping[str, CellValue]
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
        return replace(former or CareService(self.code), **self._meant())

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

    def unit(self, care_services: tuple[CareService, ...] = ()) -> UnitConfig:
        """The unit that the row makes."""
        says: Mapping[str, Any] = self.says
        services = Services(*(bool(says.get(name)) for name in _SERVICES))
        return UnitConfig(
            self.hsa_id, says["name"], says.get("alias"), services, says.get("calendar"), care_services=care_services
        )

    def said_by(self, unit: UnitConfig) -> bool:
        """Whether a unit is as the row says, whatever it leaves unsaid."""
        mine = self.unit()
        return all(_told(unit, column) == _told(mine, column) for column in self.says)


def _told(unit: UnitConfig, column: str) -> object:
    return getattr(unit.services if column in _SERVICES else unit, column)


# ------------------------------------------------------------------------------------------ reading rows


def parse_hours(text: str) -> Parsed[int]:
    """A deadline in whole hours."""
    if not _WHOLE_NUMBER.fullmatch(text) or int(text) > DEADLINE_LONGEST:
        return refused("cell.not_hours", value=text, most=DEADLINE_LONGEST)
    return Parsed(int(text))


def _parse_alias(text: str) -> Parsed[str]:
    return Parsed(text) if is_alias(text) else refused("unit.bad_alias")


_FLAG: Final = parsed_by(remembered(parse_flag))

SERVICE: Final = ImportColumns(
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
UNITS: Final = ImportColumns(
    ImportColumn("hsa_id", parsed_by(remembered(parse_hsa_id)), required=True),
    ImportColumn("name", TEXT, required=True),
    ImportColumn("alias", parsed_by(remembered(_parse_alias))),
    ImportColumn("calendar", CODE),
    *(ImportColumn(name, _FLAG) for name in _SERVICES),
)


def service_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[ServiceRow]:
    """The mapping of a row, with its problems by column."""
    row = Cells(texts)
    code, says = _keyed(SERVICE, row, parsers)
    return row.answer(ServiceRow(line, code or "", says, number))


def unit_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[UnitRow]:
    """The unit of a row, with its and the unit's problems."""
    row = Cells(texts)
    hsa_id, says = _keyed(UNITS, row, parsers)
    made = UnitRow(line, hsa_id or "", says, number)
    if not row.failed():
        for problem in mistakes(made.unit()):
            row.note((problem.where.column or "").removeprefix("services."), problem)
    return row.answer(made)


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
