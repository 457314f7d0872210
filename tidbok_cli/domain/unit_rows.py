"""What the rows of the tables say by which clinics and their codes are configured (contract, section 2 and 3).

A column that a table does not have says nothing; an empty cell says that there is none: the key is left out of the
file, which then means its default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.cells import Cells, ParsedMemo, one_of, parse_flag, parse_text
from tidbok_cli.domain.identity import hsa_key, is_alias, parse_hsa_id
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.unit import DEADLINE_LONGEST, BookMode, CareService, ServiceKind, Services, UnitConfig, mistakes
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CellValue = str | int | bool | None

_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_SERVICES: Final = ("show", "cancel", "rebook", "book")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """The mapping of a code as far as its row says it: `says` has the columns of the table, empty cells as None."""

    line: int
    code: str
    says: Mapping[str, CellValue]

    @property
    def key(self) -> str:
        return self.code

    def changes(self, former: CareService | None) -> dict[str, CellValue]:
        """The keys by which the unit's file differs from the row, None for one that goes; of a new code, all that is
        said."""
        if former is None:
            return {key: value for key, value in self.says.items() if value is not None}
        return {key: self.says[key] for key, value in self._meant().items() if getattr(former, key) != value}

    def merged(self, former: CareService | None) -> CareService:
        """The mapping as it is with the row."""
        return replace(former or CareService(self.code), **self._meant())

    def _meant(self) -> dict[str, Any]:
        default = CareService(self.code)
        return {key: getattr(default, key) if value is None else value for key, value in self.says.items()}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as far as its row says it, by the names of the columns; empty cells as None."""

    line: int
    hsa_id: str
    says: Mapping[str, CellValue]

    @property
    def key(self) -> str:
        return hsa_key(self.hsa_id)

    def unit(self, care_services: tuple[CareService, ...] = ()) -> UnitConfig:
        """The unit that the row makes."""
        says: Mapping[str, Any] = self.says
        services = Services(*(bool(says.get(name)) for name in _SERVICES))
        return UnitConfig(
            self.hsa_id, says["name"], says.get("alias"), services, says.get("calendar"), care_services=care_services
        )

    def said_by(self, unit: UnitConfig) -> bool:
        """Whether the unit is as the row says; of what the row does not say it may be anything."""
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


_SERVICE_CELLS: Final[Mapping[str, Mapping[str, Parsed[Any]]]] = {
    "kind": one_of({str(kind): kind for kind in ServiceKind}),
    "journal_name": ParsedMemo(parse_text),
    "label": ParsedMemo(parse_text),
    "show": ParsedMemo(parse_flag),
    "cancel": ParsedMemo(parse_flag),
    "rebook": ParsedMemo(parse_flag),
    "book": one_of({str(mode): mode for mode in BookMode}),
    "cancel_deadline_hours": ParsedMemo(parse_hours),
}
_UNIT_CELLS: Final[Mapping[str, Mapping[str, Parsed[Any]]]] = {
    "alias": ParsedMemo(_parse_alias),
    "calendar": ParsedMemo(parse_text),
    **dict.fromkeys(_SERVICES, ParsedMemo(parse_flag)),
}
SERVICE_COLUMNS: Final = tuple(_SERVICE_CELLS)
UNIT_COLUMNS: Final = tuple(_UNIT_CELLS)
"""The columns besides those that are required: the code; the HSA-id and the name."""


def service_row(cells: Mapping[str, str], line: int) -> Parsed[ServiceRow]:
    """The mapping that a row says, with all that is wrong in it, by column."""
    row = Cells(cells)
    code = row.required_text("code")
    says = {column: row.optional(column, of) for column, of in _SERVICE_CELLS.items() if column in row}
    return row.answer(ServiceRow(line, code or "", says))


def unit_row(cells: Mapping[str, str], line: int) -> Parsed[UnitRow]:
    """The unit that a row says, with all that is wrong or doubtful in it, by column: mistakes of the unit too."""
    row = Cells(cells)
    hsa_id = row.required("hsa_id", _HSA_IDS)
    says = {"name": row.required_text("name")}
    says |= {column: row.optional(column, of) for column, of in _UNIT_CELLS.items() if column in row}
    made = UnitRow(line, hsa_id or "", says)
    if not row.failed():
        for problem in mistakes(made.unit()):
            row.note((problem.where.column or "").removeprefix("services."), problem)
    return row.answer(made)


_HSA_IDS: Final = ParsedMemo(parse_hsa_id)


def mapping_mistakes(mapping: CareService) -> Iterator[Problem]:
    """What the page rules out in a mapping, each with its column."""
    for problem in mistakes(UnitConfig("", "", care_services=(mapping,))):
        column = (problem.where.column or "").rpartition(".")[2]
        yield replace(problem, where=Where(column=column if column in SERVICE_COLUMNS else "label"))
