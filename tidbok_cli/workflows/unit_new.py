"""New units' files: one, or many from a table (contract, section 3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.identity import hsa_key, is_alias, parse_hsa_id
from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.domain.unit import CareService, FileEdited, UnitConfig
from tidbok_cli.domain.unit_rows import UNITS, UnitRow, unit_row
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_file import read_units, unit_text
from tidbok_cli.workflows.import_rows import ImportKind, read_table
from tidbok_cli.workflows.import_run import rejected, write_bad_rows
from tidbok_cli.workflows.unit_files import find, path_for, put, put_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import RowsRead

_TABLES: Final = ImportKind("unit", UNITS, unit_row)


def new_unit(context: Context, unit: UnitConfig, like: str | None = None) -> FileEdited:
    """Write a new unit's file, with the mappings of another.

    Saying again what a file says changes nothing. Raises BadInput for mistakes in the unit, and where a file has the
    unit, or its alias, otherwise.
    """
    parse_hsa_id(unit.hsa_id).required(Where(column="HSA_ID"))
    if unit.alias is not None and not is_alias(unit.alias):
        raise BadInput("unit.bad_alias", where=Where(column="--alias"))
    unit = replace(unit, care_services=_mappings_of(context, like))
    there, _ = read_units(context.config)
    for other in there:
        if other.key == unit.key:
            if other.same_as(replace(unit, hsa_id=other.hsa_id)):
                return FileEdited(context.config / other.origin.file, changed=False)
            raise BadInput("unit.file_exists", where=Where(other.origin.file), unit=unit.hsa_id)
        if unit.alias and other.alias == unit.alias:
            raise BadInput("unit.alias_taken", where=other.origin.at("alias"), alias=unit.alias, other=other.hsa_id)
    path = path_for(context, unit)
    if path.exists():
        raise BadInput("unit.file_exists", where=Where(str(path)), unit=unit.hsa_id)
    return put(context, path, unit_text(unit))


def new_units(
    context: Context, source: Source, handling: Handling = ALL_OR_NONE, like: str | None = None
) -> ImportReport:
    """Write files for a table's units, with the mappings of another.

    A unit that has a file is left as it is, where the file says what the row says; otherwise, and where the row's alias
    is another's, it is a bad row.
    """
    mappings = _mappings_of(context, like)
    read = read_table(context, source, handling, _TABLES)
    made = _made(context, read, mappings)
    report = rejected(read)
    if read.refused():
        return report
    report.created, report.unchanged = len(made), len(read.rows) - len(made) + read.repeated
    report.named = {"created": [unit.alias or unit.hsa_id for unit in made]}
    write_bad_rows(context, read, report)
    if not handling.dry_run:
        put_all(context, {path_for(context, unit): unit_text(unit) for unit in made})
    return report


def _made(context: Context, read: RowsRead[UnitRow], mappings: tuple[CareService, ...]) -> list[UnitConfig]:
    """Units without a file; rows that collide are rejected."""
    files, _ = read_units(context.config)
    there = {unit.key: unit for unit in files}
    aliases = {unit.alias: unit.hsa_id for unit in files if unit.alias}
    made: dict[Path, UnitConfig] = {}

    def against(row: UnitRow) -> Iterator[Problem]:
        unit = row.unit(mappings)
        if other := there.get(row.row_id):
            if not row.said_by(other):
                yield _has_file(unit)
        elif unit.alias in aliases:
            params = {"alias": unit.alias or "", "other": aliases[unit.alias]}
            yield Problem("unit.alias_taken", params, Where(column="alias"))
        elif (path := path_for(context, unit)) in made or path.exists():
            yield _has_file(unit)
        else:
            made[path] = unit
            if unit.alias:
                aliases[unit.alias] = unit.hsa_id

    read.examine(against)
    return list(made.values())


def _has_file(unit: UnitConfig) -> Problem:
    return Problem("unit.file_exists", {"unit": unit.hsa_id}, Where(column="hsa_id"))


def _mappings_of(context: Context, text: str | None) -> tuple[CareService, ...]:
    """Mappings of a unit, from its file, else as in force.

    Raises BadInput where it has neither, and where its file is not valid.
    """
    from tidbok_cli.store.read.find import find_unit, unit_by_alias_once
    from tidbok_cli.store.read.unit import version_in_force
    from tidbok_cli.workflows.unit_names import id_of_name, unit_called

    if text is None:
        return ()
    hsa_id = context.hsa_id(text)
    units, problems = read_units(context.config)
    if unit := find(units, text, hsa_id) or unit_called(units, text):
        return unit.care_services
    with context.reading() as reader:
        known = (
            find_unit(reader, hsa_id or "")
            or unit_by_alias_once(reader, text, context.at)
            or find_unit(reader, id_of_name(context, reader, text) or "")
        )
        version = version_in_force(reader, hsa_key(known.hsa_id), context.at) if known else None
    wrong = [
        each for each in problems if not each.warning and (not version or each.where.file == version.config.origin.file)
    ]
    if version is None or wrong:
        raise BadInput("unit.nothing_to_copy", where=Where(column="--like"), problems=wrong, unit=text)
    return version.config.care_services
