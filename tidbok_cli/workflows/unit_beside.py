"""Units that are to be written, beside the files and what is in force: whose an alias is, and what has room."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.unit_alias import alias_of
from tidbok_cli.errors import Problem, TidbokError, Where
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.store.read.unit_plan import aliases_from
from tidbok_cli.workflows.unit_files import keys_mistaken, path_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context


class _Holder(NamedTuple):
    """The unit whose an alias is, where that stands, and the code of the problem that another would have it."""

    key: str
    hsa_id: str
    where: Where
    problem: str


def _holder(unit: UnitConfig) -> _Holder:
    where = unit.origin.at("alias") if unit.origin.file else Where(column="alias")
    return _Holder(unit.key, unit.hsa_id, where, "unit.alias_taken")


class FilesBeside:
    """The units' files, `known` by their keys, and units that are to be written beside them, one after the other."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.known = {unit.key: unit for unit in read_units(context.config)[0]}
        self._mistaken = keys_mistaken(context, self.known.values())
        self._made: set[Path] = set()
        self._holders: dict[str, _Holder] = {}

    @cached_property
    def _in_store(self) -> dict[str, _Holder]:
        """Aliases in force or to come of units that have no valid file.

        A store that cannot be read is warned of: “unit apply” looks again.
        """
        try:
            with self._context.reading() as reader:
                found = aliases_from(reader, self._context.at)
        except TidbokError as error:
            if error.code != "store.missing":
                self._context.warn(Problem(error.code, error.params, error.where, warning=True))
            return {}
        aliases = (each for each in found if each[1] not in self.known)
        where = Where(column="alias")
        return {alias: _Holder(key, hsa_id, where, "apply.alias_taken") for alias, key, hsa_id in aliases}

    def named(self, unit: UnitConfig, taken: Collection[str | None]) -> UnitConfig:
        """The unit with an alias: its file's, else after its name one that nobody has, these neither."""
        former = self.known.get(unit.key)
        if former and former.alias:
            return unit._replace(alias=former.alias)
        return unit._replace(alias=alias_of(unit.name, lambda alias: alias not in taken and self._is_free(alias)))

    def _is_free(self, alias: str) -> bool:
        stands = (self._context.config / "units" / f"{alias}.toml").exists()
        return not stands and alias not in self._in_store and all(each.alias != alias for each in self.known.values())

    def hold_aliases(self, become: Mapping[str, UnitConfig]) -> None:
        """Note whose aliases those are that none of these units, by their keys, gives up."""
        kept = (unit for key, unit in self.known.items() if become.get(key, unit).alias == unit.alias)
        self._holders = {unit.alias: _holder(unit) for unit in kept if unit.alias}
        if any(unit.alias not in self._holders for unit in become.values() if unit.alias):
            self._holders = self._in_store | self._holders

    def alias_taken(self, unit: UnitConfig) -> Problem | None:
        """Return the problem of a unit that would have another's alias."""
        holder = self._holders.get(unit.alias or "")
        if holder is None or holder.key == unit.key:
            return None
        params = {"alias": unit.alias or "", "other": holder.hsa_id, "unit": unit.hsa_id}
        return Problem(holder.problem, params, holder.where)

    def in_the_way(self, unit: UnitConfig, *, may_change: bool = False) -> Iterator[Problem]:
        """Yield what is in the way of a unit; `may_change`: its file may say something else so far."""
        former = self.known.get(unit.key)
        if unit.key in self._mistaken:
            yield Problem("unit.file_mistaken", {"unit": unit.hsa_id}, Where(column="hsa_id"))
        elif former and former != unit and not may_change:
            yield Problem("unit.file_exists", {"unit": unit.hsa_id}, former.origin.at("hsa_id"))
        path = path_for(self._context, unit)
        if problem := self.alias_taken(unit):
            yield problem
        elif former is None and (path in self._made or path.exists()):
            yield Problem("unit.file_exists", {"unit": unit.hsa_id}, Where(str(path), column="hsa_id"))

    def add(self, unit: UnitConfig) -> None:
        """Note a unit that is to be written: its alias, and its file's place."""
        if unit.alias:
            self._holders[unit.alias] = _holder(unit)
        if unit.key not in self.known:
            self._made.add(path_for(self._context, unit))
