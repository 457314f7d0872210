"""Many codes of a unit at once (contract, section 3, `service`)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.domain.unit_rows import SERVICE, CellValue, ServiceRow, mapping_mistakes, service_row
from tidbok_cli.exchange.formats import TYPES
from tidbok_cli.workflows.import_rows import ImportKind, RowsRead, read_table
from tidbok_cli.workflows.import_run import rejected, write_bad_rows
from tidbok_cli.workflows.unit_files import path_of, put, text_of, unit_in_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context

_TABLES: Final = ImportKind("service", SERVICE, service_row)
_MESSAGES: Final = ImportKind("service", SERVICE, service_row, (TYPES,))


def import_services(context: Context, text: str, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Set and add a table's codes in the unit's file.

    Comments and order are kept. A row after which its code would not be valid is a bad row.
    """
    unit = unit_in_file(context, text)
    read = read_table(context, source, handling, _TABLES)
    former = {mapping.code: mapping for mapping in unit.care_services}
    read.examine(lambda row: mapping_mistakes(row.merged(former.get(row.code))))
    return _edited(context, unit, read, {row.code: row.changes(former.get(row.code)) for row in read.rows})


def discover(context: Context, text: str, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Add the journal's time types and care types, showing nothing.

    The file is GetAllTimeTypesResponse or GetAllCareTypesResponse; codes that the unit's file has are left as they are.
    """
    unit = unit_in_file(context, text)
    read = read_table(context, source, handling, _MESSAGES)
    there = {mapping.code for mapping in unit.care_services}
    return _edited(context, unit, read, {row.code: {} if row.code in there else row.changes(None) for row in read.rows})


def _edited(
    context: Context, unit: UnitConfig, read: RowsRead[ServiceRow], changes: Mapping[str, Mapping[str, CellValue]]
) -> ImportReport:
    """Edit the unit's file, unless bad rows or a dry run forbid.

    Reports what was done to which code.
    """
    from tidbok_cli.exchange.unit_edit import map_services

    report = rejected(read)
    if read.refused():
        return report
    former = {mapping.code for mapping in unit.care_services}
    created = [code for code in changes if code not in former]
    updated = [code for code, told in changes.items() if code in former and told]
    report.created, report.updated = len(created), len(updated)
    report.unchanged = len(changes) - len(created) - len(updated) + read.repeated
    report.fields = Counter(key for code in updated for key in changes[code])
    report.named = {"created": created, "updated": updated}
    write_bad_rows(context, read, report)
    if not read.handling.dry_run:
        path = path_of(context, unit)
        put(context, path, map_services(text_of(path), changes))
    return report
