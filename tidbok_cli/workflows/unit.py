"""Units in force: reading alone, so that lists come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.unit import CareService, UnitService, UnitShown, UnitVersionThen
from tidbok_cli.domain.unit_plan import UnitHistory
from tidbok_cli.errors import Refused
from tidbok_cli.store.read.unit import version_in_force, versions_in_force
from tidbok_cli.store.read.unit_plan import versions_of
from tidbok_cli.workflows.lookup import unit_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def units_services(context: Context) -> Iterator[UnitService]:
    """List every unit's mappings in force, by unit's name and code."""
    for version in units_in_force(context):
        for mapping in sorted(version.config.care_services, key=lambda each: swedish(each.code)):
            yield UnitService(version.config, mapping)


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


def export_unit(context: Context, text: str, file: str | None = None) -> tuple[UnitShown, str]:
    """Return a unit at the moment, and as a unit file, which may be written.

    Raises BadInput for an unknown unit or a file that cannot be written, Refused for a unit that is not in force; then
    nothing is written.
    """
    from tidbok_cli.exchange.unit_file import unit_text

    shown = show_unit(context, text)
    if shown.version is None:
        raise Refused("unit.not_in_force", unit=shown.hsa_id)
    written = unit_text(shown.version.config)
    if file is not None:
        _write(context, context.folder / file, written)
    return shown, written


def _write(context: Context, path: Path, text: str) -> None:
    """Write a unit's file: among the others as they are, elsewhere its owner's alone."""
    from tidbok_cli.exchange.private_files import private_file
    from tidbok_cli.workflows.unit_files import write_text

    if path.parent.resolve() == (context.config / "units").resolve():
        write_text(path, text)
        return
    with private_file(path) as opened:
        opened.write(text)
