"""Units' files from a table: new ones made, and known ones changed (contract, section 3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.domain.unit_rows import (
    KNOWN_UNITS,
    UNITS,
    UnitRow,
    known_unit_row,
    unit_changes,
    unit_mistakes,
    unit_row,
)
from tidbok_cli.errors import Problem, Where
from tidbok_cli.exchange.unit_edit_keys import set_keys
from tidbok_cli.exchange.unit_file import unit_text
from tidbok_cli.workflows.import_parse import read_table
from tidbok_cli.workflows.import_rows import ImportKind
from tidbok_cli.workflows.import_run import rejected, write_bad_rows
from tidbok_cli.workflows.service_map import mappings_of
from tidbok_cli.workflows.unit_beside import FilesBeside
from tidbok_cli.workflows.unit_edit import UnitEdit, carry_out, edited
from tidbok_cli.workflows.unit_files import path_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.domain.unit import CareService, UnitConfig
    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import RowsRead

_NEW: Final = ImportKind("unit", UNITS, unit_row)
_KNOWN: Final = ImportKind("unit", KNOWN_UNITS, known_unit_row)
_OF_FILE: Final = ("unit.file_mistaken", "unit.file_exists")
"""What is in the way of a unit whose own mistakes are then not looked for."""


def new_units(
    context: Context,
    source: Source,
    handling: Handling = ALL_OR_NONE,
    *,
    like: str | None = None,
    alias_from_name: bool = False,
) -> ImportReport:
    """Write files for a table's units, with the mappings of another.

    A unit that has a file is left as it is, where the file says what the row says; otherwise, and where the row's alias
    is another's, it is a bad row.
    """
    return _import(context, source, handling, _NEW, like, alias_from_name=alias_from_name)


def import_units(
    context: Context,
    source: Source,
    handling: Handling = ALL_OR_NONE,
    *,
    like: str | None = None,
    alias_from_name: bool = False,
) -> ImportReport:
    """Write files for a table's new units, as `new_units`, and change those of the others.

    Comments and order are kept; what the table does not say is left as it is.
    """
    return _import(context, source, handling, _KNOWN, like, alias_from_name=alias_from_name)


def _import(
    context: Context,
    source: Source,
    handling: Handling,
    kind: ImportKind[UnitRow],
    like: str | None,
    *,
    alias_from_name: bool,
) -> ImportReport:
    mappings = mappings_of(context, like, "--like") if like is not None else ()
    read = read_table(context, source, handling, kind)
    table = _Table(context, read, mappings, may_change=kind is _KNOWN)
    if alias_from_name:
        table.name_the_nameless()
    table.hold_aliases()
    read.examine(table.judged)
    report = rejected(read)
    if not read.refused():
        _tell(report, carry_out(context, table.edits, dry_run=handling.dry_run, doubts=False), read)
        write_bad_rows(context, read, report)
    return report


def _tell(report: ImportReport, done: Sequence[FileEdited], read: RowsRead[UnitRow]) -> None:
    """Count and name what was done to the units' files."""
    updated = [each for each in done if each.before and each.changed]
    created = [each for each in done if each.before is None]
    report.created, report.updated = len(created), len(updated)
    report.unchanged = len(done) - len(created) - len(updated) + read.repeated
    report.fields = Counter(field.key.rpartition(".")[2] for each in updated for field in each.fields)
    report.named = {
        "created": [each.after.alias or each.after.hsa_id for each in created],
        "updated": [each.after.alias or each.after.hsa_id for each in updated],
    }
    report.edited = done


class _Table:
    """A table's rows beside the files: units as they become, and `edits` of those that are judged good."""

    def __init__(
        self, context: Context, read: RowsRead[UnitRow], mappings: tuple[CareService, ...], *, may_change: bool
    ) -> None:
        self._context, self._read, self._may_change = context, read, may_change
        self._beside = FilesBeside(context)
        self._files = self._beside.known
        self._become = {row.row_id: row.merged(self._files.get(row.row_id), mappings) for row in read.rows}
        self.edits: list[UnitEdit] = []

    def name_the_nameless(self) -> None:
        """Make aliases of the names of units that have none, also in their files.

        A known file is given one only where it may change; an empty cell does not take one away.
        """
        taken = {unit.alias for unit in self._become.values()}
        for row in self._read.rows:
            unit = self._become[row.row_id]
            if unit.alias is None and (self._may_change or row.row_id not in self._files):
                named = self._beside.named(unit, taken)
                taken.add(named.alias)
                self._become[row.row_id] = named

    def hold_aliases(self) -> None:
        """Note the aliases that no row changes: they are taken."""
        self._beside.hold_aliases(self._become)

    def judged(self, row: UnitRow) -> Iterator[Problem]:
        """Yield what speaks against a row; without that, its file's edit is added."""
        former, unit = self._files.get(row.row_id), self._become[row.row_id]
        problems = [*self._wrong(former, unit)]
        for problem in (each for each in problems if each.warning):
            where = Where(self._read.source.name, row.line, problem.where.column)
            self._context.warn(replace(problem, where=where))
        if wrong := [each for each in problems if not each.warning]:
            yield from wrong
            return
        self._beside.add(unit)
        self.edits.append(self._edit(former, unit, row))

    def _wrong(self, former: UnitConfig | None, unit: UnitConfig) -> Iterator[Problem]:
        if not unit.name:
            yield Problem("cell.missing", where=Where(column="name"))
        in_the_way = list(self._beside.in_the_way(unit, may_change=self._may_change))
        yield from in_the_way
        if former != unit and not any(each.code in _OF_FILE for each in in_the_way):
            yield from unit_mistakes(unit)

    def _edit(self, former: UnitConfig | None, unit: UnitConfig, row: UnitRow) -> UnitEdit:
        if former is None:
            return UnitEdit(path_for(self._context, unit), None, unit_text(unit, row.undecided))
        changes = unit_changes(former, {**row.says, "alias": unit.alias}) if self._may_change else {}
        return edited(self._context, former, partial(set_keys, changes=changes) if changes else None)
