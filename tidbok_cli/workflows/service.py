"""Many codes of a unit at once: from a table, or as the journal tells of them (contract, section 3, `service`)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.unit_rows import SERVICE_COLUMNS, CellValue, ServiceRow, mapping_mistakes, service_row
from tidbok_cli.exchange.rows import Columns
from tidbok_cli.workflows.import_file import ALL_OR_NONE, Handling, Source
from tidbok_cli.workflows.import_table import TableRead, read_rows, read_table, write_bad_rows
from tidbok_cli.workflows.unit_files import path_of, put, unit_in_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.imports import ImportReport
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context

COLUMNS: Final = Columns(("code",), SERVICE_COLUMNS)


def import_services(context: Context, text: str, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Sets and adds the codes of a CSV file or a workbook in the unit's file; comments and order are kept.

    A row after which its code would not be valid is a bad row.
    """
    unit = unit_in_file(context, text)
    table = read_table(context, source, handling, COLUMNS, service_row)
    former = {mapping.code: mapping for mapping in unit.care_services}
    for number, row in list(table.rows.items()):
        if found := tuple(mapping_mistakes(row.merged(former.get(row.code)))):
            table.reject(number, *found)
    changes = {row.code: row.changes(former.get(row.code)) for row in table.rows.values()}
    return _edited(context, unit, table, changes)


def discover(context: Context, text: str, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Adds to the unit's file the time types and care types of GetAllTimeTypesResponse and GetAllCareTypesResponse
    that it does not have, as entries that show nothing; those that it has are left as they are."""
    from tidbok_cli.exchange.rivta import TypeRows

    unit = unit_in_file(context, text)
    table = read_rows(context, source, handling, lambda data: TypeRows(data, source.name), service_row, xml=True)
    there = {mapping.code for mapping in unit.care_services}
    changes = {row.code: {} if row.code in there else row.changes(None) for row in table.rows.values()}
    return _edited(context, unit, table, changes)


def _edited(
    context: Context, unit: UnitConfig, table: TableRead[ServiceRow], changes: Mapping[str, Mapping[str, CellValue]]
) -> ImportReport:
    """Edits the file, unless bad rows or a dry run keep it from being edited, and tells what was done to which code."""
    from tidbok_cli.exchange.unit_edit import map_services

    report = table.report()
    if table.refused():
        return report
    former = {mapping.code for mapping in unit.care_services}
    created = [code for code in changes if code not in former]
    updated = [code for code, told in changes.items() if code in former and told]
    report.created, report.updated = len(created), len(updated)
    report.unchanged = len(changes) - len(created) - len(updated) + table.repeated
    report.fields = Counter(key for code in updated for key in changes[code])
    report.named = {"created": created, "updated": updated}
    if not table.handling.dry_run:
        write_bad_rows(context, table, report)
        path = path_of(context, unit)
        put(context, path, map_services(path.read_bytes().decode(), changes))
    return report
