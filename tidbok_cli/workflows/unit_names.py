"""Clinics by their names, and errors that say what may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.candidates import UnitName
from tidbok_cli.domain.near import units_called, units_near
from tidbok_cli.errors import BadInput, TidbokError, Where
from tidbok_cli.store.read.candidates import units, units_once
from tidbok_cli.store.read.find import unit_by_alias
from tidbok_cli.workflows.candidates import units_in_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.errors import Problem
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def id_of_name(context: Context, reader: Reader, text: str) -> str | None:
    """Return the HSA-id of the clinic of that name; raises BadInput where several have it.

    Names in force at the moment come before those of the files, and those before names of other moments.
    """
    for known in (units(reader, context.at), units_in_files(context), units_once(reader)):
        if called := units_called(known, text):
            return _only(called, text)
    return None


def unit_called(configs: Iterable[UnitConfig], text: str) -> UnitConfig | None:
    """Return the one unit of that name; raises BadInput where several have it."""
    by_id = {unit.hsa_id: unit for unit in configs}
    called = units_called(_names(by_id.values()), text)
    return by_id[_only(called, text)] if called else None


def still_called(context: Context, text: str) -> str | None:
    """Return the HSA-id of the clinic that has the alias or name in force, or None.

    Its file may have another by now: a new alias can be said twice, before it is in force too.
    """
    try:
        with context.reading() as reader:
            found = unit_by_alias(reader, text, context.at)
            called = [] if found else units_called(units(reader, context.at), text)
    except TidbokError:
        return None  # of the files nothing has that name, which is told
    if found:
        return found.hsa_id
    return called[0].hsa_id if len(called) == 1 else None


def _names(configs: Iterable[UnitConfig]) -> list[UnitName]:
    return [UnitName(unit.hsa_id, unit.alias, unit.name) for unit in configs]


def _only(called: list[UnitName], text: str) -> str:
    if len(called) > 1:
        raise BadInput("unit.several", where=Where(column="UNIT"), unit=text, units=_listed(called))
    return called[0].hsa_id


def _listed(named: Iterable[UnitName]) -> str:
    return ", ".join(f"{each.alias} ({each.hsa_id})" if each.alias else each.hsa_id for each in named)


def unknown_unit(context: Context, reader: Reader, text: str) -> BadInput:
    """An error that names the clinics that may have been meant."""
    near = units_near([*units(reader, context.at), *units_in_files(context)], text)
    return BadInput("unit.unknown", where=Where(column="UNIT"), unit=text, near=_near(near))


def no_file(configs: Iterable[UnitConfig], text: str, problems: tuple[Problem, ...]) -> BadInput:
    """An error that names the files that may have been meant."""
    near = units_near(_names(configs), text)
    return BadInput("unit.no_file", where=Where(column="UNIT"), problems=problems, unit=text, near=_near(near))


def _near(named: Iterable[UnitName]) -> str:
    return ", ".join(f"{each.name or each.hsa_id} ({each.alias or each.hsa_id})" for each in named)
