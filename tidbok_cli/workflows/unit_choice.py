"""Units' files for a plan: all, or those of the units that are named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.region import REGION_FILE
from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.toml_file import has_error
from tidbok_cli.exchange.unit_file import UnitFileRead, read_unit_files
from tidbok_cli.workflows.unit_files import find
from tidbok_cli.workflows.unit_names import no_file, unit_called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.errors import Problem
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class FilesChosen:
    """The units' sound files by key, and what is wrong with those that were asked about.

    `selected`: the keys of the units that were named, None for all. `broken`: the keys of units whose files are not
    right, as far as is known.
    """

    units: Mapping[str, UnitConfig]
    problems: tuple[Problem, ...]
    selected: frozenset[str] | None = None
    broken: frozenset[str] = frozenset()

    @property
    def valid(self) -> bool:
        return not has_error(self.problems)


def choose(context: Context, texts: Iterable[str], reader: Reader | None = None) -> FilesChosen:
    """Choose the files of the units named, else all.

    `reader`: units may be named that only the store knows. Raises BadInput for a unit that nobody knows.
    """
    read = read_unit_files(context.config)
    sources = _sources(context, reader) if reader else {}
    named = [_named(context, text, read, reader) for text in texts]
    keys = {each.name: _keys(each, sources) for each in read}
    selected = frozenset(key for key, _ in named if key) if named else None
    files = {name for _, name in named}
    chosen = [each for each in read if selected is None or each.name in files or keys[each.name] & selected]
    return FilesChosen(
        {each.unit.key: each.unit for each in read if each.unit and each.sound},
        tuple(problem for each in chosen for problem in each.problems),
        selected,
        frozenset(key for each in read if not each.sound for key in keys[each.name]),
    )


def _sources(context: Context, reader: Reader) -> dict[str, str]:
    """Return the keys of the units in force by their files' names."""
    from tidbok_cli.store.read.unit import sources_in_force

    return dict(sources_in_force(reader, context.at))


def _keys(file: UnitFileRead, sources: Mapping[str, str]) -> frozenset[str]:
    """The keys of the units that a file is of, as far as is known."""
    if file.unit and file.unit.hsa_id:
        return frozenset({file.unit.key})
    return frozenset({sources[file.name]} if file.name in sources else ())


def _named(
    context: Context, text: str, read: tuple[UnitFileRead, ...], reader: Reader | None
) -> tuple[str | None, str | None]:
    """Return the key of the unit that is named, or the file that cannot be read; the files' names come first."""
    hsa_id = context.hsa_id(text)
    units = tuple(each.unit for each in read if each.unit and each.unit.hsa_id)
    if unit := find(units, text, hsa_id) or unit_called(units, text):
        return unit.key, None
    unread = next((each.name for each in read if each.unit is None and PurePath(each.name).stem == text), None)
    if unread:
        return None, unread
    if reader is None:
        raise no_file(units, text, ())
    from tidbok_cli.workflows.lookup import unit_in_store

    return hsa_key(unit_in_store(context, reader, text).hsa_id), None


def expect_valid(context: Context, files: FilesChosen) -> None:
    """Raise BadInput where a chosen file is not right, else warn of what is doubtful."""
    if not files.valid:
        raise BadInput("units.invalid", problems=files.problems)
    for problem in files.problems:
        context.warn(problem)


@dataclass(frozen=True, slots=True)
class Validation:
    """Units without errors, and all problems and warnings of the files."""

    units: tuple[UnitConfig, ...]
    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        return not has_error(self.problems)


def validate(context: Context, texts: list[str]) -> Validation:
    """Read tidbok.toml and every unit's file, or those of the units named, with all their problems.

    Raises BadInput for a unit that no file has.
    """
    from tidbok_cli.exchange.region_file import read_region

    _, of_region = read_region(context.region_file, REGION_FILE)
    chosen = choose(context, texts)
    units = (unit for key, unit in chosen.units.items() if chosen.selected is None or key in chosen.selected)
    return Validation(tuple(units), (*of_region, *chosen.problems))
