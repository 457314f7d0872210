"""A new unit's file (contract, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import is_alias, parse_hsa_id
from tidbok_cli.domain.unit import OPTIONAL_SERVICES
from tidbok_cli.domain.unit_edit import FileEdited
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.unit_file import unit_text
from tidbok_cli.workflows.service_map import mappings_of
from tidbok_cli.workflows.unit_beside import FilesBeside
from tidbok_cli.workflows.unit_edit import UnitEdit, carry_out
from tidbok_cli.workflows.unit_files import path_for, path_of

if TYPE_CHECKING:
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context


def new_unit(
    context: Context,
    unit: UnitConfig,
    like: str | None = None,
    *,
    alias_from_name: bool = False,
    dry_run: bool = False,
) -> FileEdited:
    """Write a new unit's file, with the mappings of another.

    Saying again what a file says changes nothing. Raises BadInput for mistakes in the unit, where a file has the unit
    otherwise, and where its alias is another's, in a file or in force.
    """
    parse_hsa_id(unit.hsa_id).required(Where(column="HSA_ID"))
    if unit.alias is not None and not is_alias(unit.alias):
        raise BadInput("unit.bad_alias", where=Where(column="--alias"))
    beside = FilesBeside(context)
    unit = unit._replace(care_services=mappings_of(context, like, "--like") if like is not None else ())
    if alias_from_name and unit.alias is None:
        unit = beside.named(unit, ())
    former = beside.known.get(unit.key)
    if former and former.same_as(unit._replace(hsa_id=former.hsa_id)):
        return FileEdited(path_of(context, former), former, former)
    beside.hold_aliases({unit.key: unit})
    for problem in beside.in_the_way(unit):
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params)
    undecided = [name for name in OPTIONAL_SERVICES if not getattr(unit.services, name)]  # no option says no
    return carry_out(context, [UnitEdit(path_for(context, unit), None, unit_text(unit, undecided))], dry_run=dry_run)[0]
