"""Units in force: reading alone, so that lists come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.unit import CareService, UnitShown, UnitVersionThen
from tidbok_cli.domain.unit_plan import UnitHistory
from tidbok_cli.errors import Refused
from tidbok_cli.store.read.unit import version_in_force, versions_in_force
from tidbok_cli.store.read.unit_plan import versions_of
from tidbok_cli.workflows.lookup import unit_in_store

if TYPE_CHECKING:
    from tidbok_cli.workflows.context import Context


def units_in_force(context: Context) -> list[UnitVersionThen]:
    """List each unit's version in force, by name and HSA-id."""
    with context.reading() as reader:
        versions = versions_in_force(reader, context.at)
    return sorted(versions, key=lambda each: (swedish(each.config.name), each.config.key))


def services_in_force(context: Context, text: str) -> list[CareService]:
    """List a unit's mappings in force, by code; raises BadInput as `show_unit`."""
    version = show_unit(context, text).version
    return sorted(version.config.care_services, key=lambda each: swedish(each.code)) if version else []


def show_unit(context: Context, text: str) -> UnitShown:
    """Return a unit at the moment; raises BadInput if unknown."""
    with context.reading() as reader:
        unit = unit_in_store(context, reader, text)
        return UnitShown(unit.hsa_id, version_in_force(reader, unit.hsa_id, context.at))


def unit_history(context: Context, text: str) -> UnitHistory:
    """Return every version of a unit; raises BadInput if unknown."""
    with context.reading() as reader:
        unit = unit_in_store(context, reader, text)
        return UnitHistory(unit.hsa_id, context.at, tuple(versions_of(reader, unit.id)))


def export_unit(context: Context, text: str) -> tuple[UnitShown, str]:
    """Return a unit at the moment, and as a unit file.

    Raises BadInput for an unknown unit, Refused for one that is not in force.
    """
    from tidbok_cli.exchange.unit_file import unit_text

    shown = show_unit(context, text)
    if shown.version is None:
        raise Refused("unit.not_in_force", unit=shown.hsa_id)
    return shown, unit_text(shown.version.config)
