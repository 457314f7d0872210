"""Since when the checks of an answer fail, where the store knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.beside import FailingSince
from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.facts_configured import BookingCodes, configured
from tidbok_cli.domain.verdict import judge
from tidbok_cli.store.read.coupling import lost_at
from tidbok_cli.store.read.unit import versions_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.facts import Action, Facts
    from tidbok_cli.domain.situation import Situation
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.store.reader import Reader

_BY_CONFIGURATION: Final = frozenset({"unit", "coupling", "service", "offer", "permission"})
"""Checks that a unit's version decides; the sentences of the others name their moments."""


def failing_since(reader: Reader, situation: Situation, diagnosis: Diagnosis) -> dict[str, FailingSince]:
    """Return since when checks fail, by their names."""
    case = situation.case
    failing = {each.check.name: each.reason for each in diagnosis.verdict.findings if each.result is Result.FAIL}
    routes_lost = failing.get("coupling") == "not_routed" and case.coupling
    names = set(failing) & _BY_CONFIGURATION - ({"coupling"} if routes_lost else set())
    since = dict(_by_versions(reader, situation, diagnosis.action, names)) if names else {}
    lost = lost_at(reader, routes_lost, case.at) if routes_lost else None
    return since if lost is None else since | {"coupling": FailingSince(lost)}


def _by_versions(
    reader: Reader, situation: Situation, action: Action, names: set[str]
) -> Iterator[tuple[str, FailingSince]]:
    """Yield each check with the earliest version, going back, by which it failed."""
    case, failing = situation.case, set(names)
    codes = BookingCodes(case.time.code, case.time.care_type, case.calendar)
    for version, ended in versions_until(reader, case.time.unit, case.at):
        config = None if ended else version.config
        failing &= _failed(configured(situation.facts, config, codes, case.at, routed=None), action)
        if not failing:
            return
        since = FailingSince(version.begins, None if ended else version.actor)
        for name in failing:
            over = _no_longer_also(case, config) if name == "coupling" else None
            yield name, FailingSince(over) if over and over > version.begins else since


def _no_longer_also(case: Case, config: UnitConfig | None) -> int | None:
    """Return when the calendar was no longer one that the coupling leads to besides its own (S22)."""
    return next((each.until for each in (config.also if config else ()) if each.calendar == case.calendar), None)


def _failed(facts: Facts, action: Action) -> set[str]:
    return {each.check.name for each in judge(facts, action).findings if each.result is Result.FAIL}
