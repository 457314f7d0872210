"""Units' files as they are now, for what cites them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.unit_now import UnitFileNow
from tidbok_cli.domain.why import explain
from tidbok_cli.exchange.unit_content import unit_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.checks import Result
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.situation import Situation
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.workflows.context import Context


class FilesNow:
    """What units' files say now, each read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._of_unit: dict[tuple[str, str], UnitFileNow] = {}

    def explained(
        self,
        situation: Situation,
        action: Action,
        assumptions: Mapping[str, Result] | None = None,
        *,
        by_unit: bool = False,
    ) -> Diagnosis:
        """Explain a situation, citing the unit's file as it is now; parameters as `judge` takes them."""
        case = situation.case
        if case.unit:
            file = self.of(case.unit.config)
            situation = situation._replace(case=case._replace(unit=case.unit._replace(file=file)))
        return explain(situation, action, assumptions, by_unit=by_unit)

    def of(self, in_force: UnitConfig) -> UnitFileNow:
        """Return the unit's file, whatever it is called now."""
        key = (in_force.key, in_force.origin.file)
        if key not in self._of_unit:
            self._of_unit[key] = self._found(*key)
        return self._of_unit[key]

    def _found(self, key: str, applied: str) -> UnitFileNow:
        """Look where it was applied from, then among the files that name its HSA-id."""
        there, is_there = unit_at_once(self._context.config / applied, applied)
        if there and there.key == key:
            return self._now(applied, there)
        from tidbok_cli.exchange.unit_heads import files_with_heads

        heads = files_with_heads(self._context.config, naming=key)
        for name in (name for name, head in heads if head and hsa_key(str(head.get("hsa_id"))) == key):
            return self._now(name, unit_at_once(self._context.config / name, name).unit)
        return self._now(applied, None, is_there=is_there and there is None)

    def _now(self, name: str, config: UnitConfig | None, *, is_there: bool = True) -> UnitFileNow:
        path, folder = self._context.config / name, self._context.folder
        shown = path.relative_to(folder) if path.is_relative_to(folder) else path
        return UnitFileNow(name, str(shown), is_there, config)
