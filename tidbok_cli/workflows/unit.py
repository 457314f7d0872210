"""Units in force: reading alone, so that lists come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.region import REGION_FILE
from tidbok_cli.domain.sorting import by_name, swedish
from tidbok_cli.domain.unit_list import UnitListed, UnitService, UnitShown, UnitState
from tidbok_cli.domain.unit_plan import UnitHistory, VersionSeen
from tidbok_cli.errors import Refused
from tidbok_cli.exchange.unit_heads import files_with_heads
from tidbok_cli.store.read.find import units_with_coming
from tidbok_cli.store.read.unit import version_in_force, versions_coming, versions_in_force
from tidbok_cli.store.read.unit_plan import versions_of
from tidbok_cli.workflows.lookup import unit_in_store
from tidbok_cli.workflows.unit_now import FilesNow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tidbok_cli.domain.unit import CareService, UnitConfig
    from tidbok_cli.workflows.context import Context


def list_units(context: Context) -> list[UnitListed]:
    """List the units in force at the moment, that wait, or have only a file, by name and HSA-id."""
    with context.reading() as reader:
        versions = versions_in_force(reader, context.at)
        coming = versions_coming(reader, context.at, {each.config.key for each in versions})
    files = _Files(context)
    in_force = (UnitListed(files.state_of(each.config), each.config, each.begins) for each in versions)
    waiting = [UnitListed(UnitState.WAITING, each.config, each.begins) for each in coming]
    listed = [*in_force, *waiting]
    listed += [UnitListed(UnitState.FILE_ONLY, each) for each in files.beside({each.config.key for each in listed})]
    return sorted(listed, key=lambda each: by_name(each.config))


class _Files:
    """The units' files, told by their heads: lists come at once.

    Without a configuration nothing is said to be gone. A file that is no TOML is taken for the unit's that came of it.
    """

    def __init__(self, context: Context) -> None:
        self._config = context.config
        self._known = (self._config / REGION_FILE).is_file()
        heads = list(files_with_heads(self._config)) if self._known else []
        self.keys = {hsa_key(str(head["hsa_id"])) for _, head in heads if head and "hsa_id" in head}
        self._unread = {name for name, head in heads if head is None}

    def state_of(self, unit: UnitConfig) -> UnitState:
        """The state of a unit that is in force."""
        there = not self._known or unit.key in self.keys or unit.origin.file in self._unread
        return UnitState.IN_FORCE if there else UnitState.FILE_GONE

    def beside(self, keys: Collection[str]) -> list[UnitConfig]:
        """The units of files beside these, also where there are mistakes in them."""
        if self.keys <= set(keys):
            return []
        from tidbok_cli.exchange.unit_file import read_unit_files

        units = (each.unit for each in read_unit_files(self._config))
        return list({unit.key: unit for unit in units if unit and unit.hsa_id and unit.key not in keys}.values())


def units_waiting(context: Context, texts: list[str]) -> list[tuple[str, VersionSeen]]:
    """List the versions that wait at the moment, of the units named or all, by when they begin.

    Each with its unit's HSA-id. Raises BadInput for a unit that is unknown.
    """
    with context.reading() as reader:
        named = [unit_in_store(context, reader, text) for text in texts]
        units = named or units_with_coming(reader, context.at)
        found = [(unit.hsa_id, version) for unit in units for version in versions_of(reader, unit.id)]
    coming = ((hsa_id, each) for hsa_id, each in found if each.begins > context.at and not each.replaced)
    return sorted(coming, key=lambda each: (each[1].begins, each[0]))


def services_in_force(context: Context, text: str) -> list[CareService]:
    """List a unit's mappings in force, by code; raises BadInput as `show_unit`."""
    version = show_unit(context, text).version
    return sorted(version.config.care_services, key=lambda each: swedish(each.code)) if version else []


def units_services(context: Context) -> Iterator[UnitService]:
    """List every unit's mappings in force, by unit's name and code."""
    with context.reading() as reader:
        versions = versions_in_force(reader, context.at)
    for version in sorted(versions, key=lambda each: by_name(each.config)):
        for mapping in sorted(version.config.care_services, key=lambda each: swedish(each.code)):
            yield UnitService(version.config, mapping)


def show_unit(context: Context, text: str) -> UnitShown:
    """Return a unit at the moment; raises BadInput if unknown."""
    with context.reading() as reader:
        unit = unit_in_store(context, reader, text)
        version = version_in_force(reader, unit.hsa_id, context.at)
    if version is None or not (context.config / REGION_FILE).is_file():
        return UnitShown(unit.hsa_id, version)
    return UnitShown(unit.hsa_id, version, FilesNow(context).of(version.config))


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
