"""Many codes at once, of one unit or of several (contract, section 3, `service`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.domain.unit_plan import PlanChange
from tidbok_cli.domain.unit_rows import (
    SERVICE,
    SERVICE_OF_UNITS,
    ServiceRow,
    mapping_mistakes,
    service_row,
    service_row_of_units,
)
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.workflows.import_parse import read_rows
from tidbok_cli.workflows.import_rows import ImportKind, RowsRead, keep_first
from tidbok_cli.workflows.import_run import rejected, write_bad_rows
from tidbok_cli.workflows.service_map import with_codes
from tidbok_cli.workflows.unit_edit import carry_out
from tidbok_cli.workflows.unit_files import named_in, unit_in_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.workflows.context import Context

_TABLES: Final = ImportKind("service", SERVICE, service_row)
_OF_UNITS: Final = ImportKind("service", SERVICE_OF_UNITS, service_row_of_units)


def import_services(
    context: Context, text: str | None, source: Source, handling: Handling = ALL_OR_NONE
) -> ImportReport:
    """Set and add a table's codes in the files of the unit, or without one of those that the rows name.

    Comments and order are kept. A row after which its code would not be valid is a bad row.
    """
    named = None if text is None else unit_in_file(context, text)
    read = read_rows(context, source, handling, _TABLES if named else _OF_UNITS)
    units = of_one(read, named) if named else _of_rows(context, read)
    keep_first(read, lambda row: (row.unit, row.code))
    former = {(key, mapping.code): mapping for key, unit in units.items() for mapping in unit.care_services}
    read.examine(lambda row: mapping_mistakes(row.merged(former.get((row.unit, row.code)))))
    return edited(context, units, read)


def of_one(read: RowsRead[ServiceRow], unit: UnitConfig) -> dict[str, UnitConfig]:
    """Have all rows be of the unit; raises BadInput for a table about several."""
    names = {row.unit for row in read.rows if row.unit}
    if len(names) > 1:
        where = Where(read.source.name, column="unit")
        raise BadInput(
            "service.several_units", where=where, problems=(), count=len(names), unit=unit.alias or unit.hsa_id
        )
    read.rows = [row._replace(unit=unit.key) for row in read.rows]
    return {unit.key: unit}


def _of_rows(context: Context, read: RowsRead[ServiceRow]) -> dict[str, UnitConfig]:
    """Have each row name its unit by key; one whose unit has no valid file is a bad row."""
    units, problems = read_units(context.config)
    found: dict[str, UnitConfig] = {}

    @cache
    def unit_named(text: str) -> UnitConfig | Problem:
        try:
            return named_in(context, text, units, problems)
        except BadInput as error:
            return Problem(error.code, error.params, Where(column="unit"))

    def unknown(row: ServiceRow) -> Iterator[Problem]:
        named = unit_named(row.unit)
        if isinstance(named, Problem):
            yield named
        else:
            found[row.unit] = named

    read.examine(unknown)
    read.rows = [row._replace(unit=found[row.unit].key) for row in read.rows]
    return {unit.key: unit for unit in found.values()}


def edited(context: Context, units: dict[str, UnitConfig], read: RowsRead[ServiceRow]) -> ImportReport:
    """Edit the units' files, unless bad rows or a dry run forbid; report what was done to which code."""
    report = rejected(read)
    if read.refused():
        return report
    rows: dict[str, list[ServiceRow]] = {key: [] for key in units}
    for row in read.rows:
        rows[row.unit].append(row)
    edits = [with_codes(context, unit, rows[key]) for key, unit in units.items() if rows[key]]
    done = carry_out(context, edits, dry_run=read.handling.dry_run)
    _tell(report, done, read, alone=len(units) == 1)
    write_bad_rows(context, read, report)
    return report


def _tell(report: ImportReport, done: Sequence[FileEdited], read: RowsRead[ServiceRow], *, alone: bool) -> None:
    """Count and name what was done to the codes; `alone`: of one unit, whose name goes without saying."""
    changed = {(file.after.key, each.code): (file, each) for file in done for each in file.mappings}
    named: dict[str, list[str]] = {"created": [], "updated": []}
    for file, mapping in (changed[row.unit, row.code] for row in read.rows if (row.unit, row.code) in changed):
        is_new = mapping.change is PlanChange.ADD
        whose = "" if alone else f"{file.after.alias or file.after.hsa_id} "
        named["created" if is_new else "updated"].append(f"{whose}{mapping.code}")
        if not is_new:
            report.fields.update(field.key for field in mapping.fields)
    report.named, report.edited = named, done
    report.created, report.updated = len(named["created"]), len(named["updated"])
    report.unchanged = len(read.rows) - report.created - report.updated + read.repeated
