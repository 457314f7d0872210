"""A new unit's file (contract, section 3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import is_alias, parse_hsa_id
from tidbok_cli.domain.unit import OPTIONAL_SERVICES
from tidbok_cli.domain.unit_alias import alias_of
from tidbok_cli.domain.unit_edit import FileEdited
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.unit_file import read_units, unit_text
from tidbok_cli.workflows.service_map import mappings_of
from tidbok_cli.workflows.unit_edit import UnitEdit, carry_out
from tidbok_cli.workflows.unit_files import keys_mistaken, path_for, path_of

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

    Saying again what a file says changes nothing. Raises BadInput for mistakes in the unit, and where a file has the
    unit, or its alias, otherwise.
    """
    parse_hsa_id(unit.hsa_id).required(Where(column="HSA_ID"))
    if unit.alias is not None and not is_alias(unit.alias):
        raise BadInput("unit.bad_alias", where=Where(column="--alias"))
    there, _ = read_units(context.config)
    unit = replace(unit, care_services=mappings_of(context, like, "--like") if like is not None else ())
    if alias_from_name and unit.alias is None:
        unit = replace(unit, alias=_alias(context, unit, there))
    for other in there:
        if other.key == unit.key:
            if other.same_as(replace(unit, hsa_id=other.hsa_id)):
                return FileEdited(path_of(context, other), other, other)
            raise BadInput("unit.file_exists", where=Where(other.origin.file), unit=unit.hsa_id)
        if unit.alias and other.alias == unit.alias:
            raise BadInput("unit.alias_taken", where=other.origin.at("alias"), alias=unit.alias, other=other.hsa_id)
    if unit.key in keys_mistaken(context, there):
        raise BadInput("unit.file_mistaken", where=Where(column="HSA_ID"), unit=unit.hsa_id)
    path = path_for(context, unit)
    if path.exists():
        raise BadInput("unit.file_exists", where=Where(str(path)), unit=unit.hsa_id)
    undecided = [name for name in OPTIONAL_SERVICES if not getattr(unit.services, name)]  # no option says no
    return carry_out(context, [UnitEdit(path, None, unit_text(unit, undecided))], dry_run=dry_run)[0]


def _alias(context: Context, unit: UnitConfig, there: tuple[UnitConfig, ...]) -> str | None:
    """The alias of the unit's file, else a free one after its name."""
    if other := next((each for each in there if each.key == unit.key), None):
        return other.alias
    taken = {each.alias for each in there}
    return alias_of(
        unit.name, lambda alias: alias not in taken and not path_for(context, replace(unit, alias=alias)).exists()
    )
