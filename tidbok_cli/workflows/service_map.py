"""Codes of units' files: set, taken out, and copied from one to others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.unit import plain
from tidbok_cli.domain.unit_rows import ServiceRow
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.unit_edit import map_services, unmap_service
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.workflows.unit_edit import UnitEdit, carry_out, edited, lacking
from tidbok_cli.workflows.unit_files import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidbok_cli.domain.unit import CareService, UnitConfig
    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.workflows.context import Context


def map_code(
    context: Context, units: Sequence[UnitConfig], row: ServiceRow, *, existing: bool = False, dry_run: bool = False
) -> tuple[FileEdited, ...]:
    """Set a code's keys in the units' files, and add it where it is missing, unless only `existing` ones are meant.

    Comments and order are kept. Raises BadInput where a file, so changed, would not be valid, and where several units
    would be given a code that differs from one of theirs only in case or spaces; then all are left as they were.
    """
    if not existing and len(units) > 1:
        _expect_no_twins(units, row.code)
    edits = [_mapped(context, unit, row, existing=existing) for unit in units]
    if edits and all(edit.lacks for edit in edits):
        context.warn(Problem("service.nowhere", {"code": row.code}, warning=True))
    return carry_out(context, edits, dry_run=dry_run)


def _expect_no_twins(units: Sequence[UnitConfig], code: str) -> None:
    problems = [
        Problem(
            "service.alike", {"code": code, "other": other, "unit": unit.alias or unit.hsa_id}, Where(unit.origin.file)
        )
        for unit in units
        if unit.coded(code) is None and (other := unit.alike(code))
    ]
    if problems:
        raise BadInput("service.would_double", problems=problems, code=code)


def _mapped(context: Context, unit: UnitConfig, row: ServiceRow, *, existing: bool) -> UnitEdit:
    former = unit.coded(row.code)
    if former is None and existing:
        _warn_of_twin(context, unit, row.code)
        return lacking(context, unit, row.code)
    return with_codes(context, unit, [row])


def with_codes(context: Context, unit: UnitConfig, rows: Sequence[ServiceRow]) -> UnitEdit:
    """Edit of a unit's file by rows of its codes; None where it says so already."""
    there = {mapping.code: mapping for mapping in unit.care_services}
    changes = {row.code: row.changes(there.get(row.code)) for row in rows}
    news = {code: told for code, told in changes.items() if told or code not in there}
    return edited(context, unit, partial(map_services, table=news) if news else None)


def _warn_of_twin(context: Context, unit: UnitConfig, code: str) -> None:
    if other := unit.alike(code):
        params = {"code": code, "other": other, "unit": unit.alias or unit.hsa_id}
        context.warn(Problem("service.alike", params, Where(unit.origin.file), warning=True))


def unmap_code(
    context: Context, units: Sequence[UnitConfig], code: str, *, dry_run: bool = False
) -> tuple[FileEdited, ...]:
    """Take a code out of the units' files, where they have it."""
    return carry_out(context, [_unmapped(context, unit, code) for unit in units], dry_run=dry_run)


def _unmapped(context: Context, unit: UnitConfig, code: str) -> UnitEdit:
    if unit.coded(code) is None:
        _warn_of_twin(context, unit, code)
        return lacking(context, unit, code)
    return edited(context, unit, lambda text: unmap_service(text, code) or "")


def copy_codes(
    context: Context, source: str, units: Sequence[UnitConfig], codes: Sequence[str], *, dry_run: bool = False
) -> tuple[FileEdited, ...]:
    """Give the units a unit's mappings, all or those of some codes; what else they have stays.

    Raises BadInput where that unit has none of the codes.
    """
    mappings = {mapping.code: mapping for mapping in mappings_of(context, source, "FROM")}
    for code in codes:
        if code not in mappings:
            raise BadInput("service.unknown", where=Where(column="--code"), code=code, unit=source)
    rows = [_row(mapping) for code, mapping in mappings.items() if not codes or code in codes]
    return carry_out(context, [with_codes(context, unit, rows) for unit in units], dry_run=dry_run)


def _row(mapping: CareService) -> ServiceRow:
    says = {key: value for key, value in plain(mapping).items() if key != "code"}
    unsaid = {key: says[key] or None for key in ("cancel_deadline_hours", "digital")}  # as a new file leaves them out
    return ServiceRow(0, mapping.code, says | unsaid)


def mappings_of(context: Context, text: str, argument: str) -> tuple[CareService, ...]:
    """Mappings of a unit, from its file, else as in force.

    Raises BadInput, naming the argument, where it has neither, and where its file is not valid.
    """
    from tidbok_cli.store.read.find import find_unit, unit_by_alias_once
    from tidbok_cli.store.read.unit import version_in_force
    from tidbok_cli.workflows.unit_names import id_of_name, unit_called

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
        raise BadInput("unit.nothing_to_copy", where=Where(column=argument), problems=wrong, unit=text)
    return version.config.care_services
