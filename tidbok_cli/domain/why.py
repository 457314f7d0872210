"""Answers to `why`: verdicts on situations, each finding with its evidence."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.evidence import Evidence, evidence, notes
from tidbok_cli.domain.verdict import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tidbok_cli.domain.beside import FailingSince, OthersAlike, Waiting
    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.situation import Situation
    from tidbok_cli.domain.store import LastImport
    from tidbok_cli.domain.verdict import Finding, Verdict
    from tidbok_cli.errors import Problem


class ExplainedFinding(NamedTuple):
    """A finding and what it rests on."""

    finding: Finding
    evidence: Evidence


class Diagnosis(NamedTuple):
    """The case, its verdict, each check explained, and notes by codes.

    `behind`: the warning that it was asked of a standby, which is behind. `since`: since when failing checks fail, by
    name, where the store knows. `waiting`: what a configuration that waits would change.
    """

    action: Action
    case: Case
    verdict: Verdict
    checks: tuple[ExplainedFinding, ...]
    notes: tuple[str, ...]
    behind: Problem | None = None
    since: Mapping[str, FailingSince] = MappingProxyType({})
    waiting: Waiting | None = None
    others: tuple[OthersAlike, ...] = ()


def explain(
    situation: Situation, action: Action, assumptions: Mapping[str, Result] | None = None, *, by_unit: bool = False
) -> Diagnosis:
    """Judge a situation and explain the verdict; parameters as `judge` takes them."""
    case, facts = situation.case, situation.facts
    verdict = judge(facts, action, assumptions, by_unit=by_unit)
    checks = tuple(ExplainedFinding(finding, evidence(case, action, finding)) for finding in verdict.findings)
    passes = any(each.check.name == "coupling" and each.result is Result.PASS for each in verdict.findings)
    return Diagnosis(action, case, verdict, checks, notes(case, trusted=passes and facts.routed is None))


class Diagnoses(NamedTuple):
    """Answers about a resident's bookings, in order; the last imports; `behind` as of one."""

    answers: tuple[Diagnosis, ...]
    last_imports: tuple[LastImport, ...]
    behind: Problem | None = None


_OF_UNIT: Final = ("unit", "coupling", "relation", "offer")
_OF_CODE: Final = ("service", "permission")


def obstacles(diagnoses: Iterable[Diagnosis]) -> frozenset[tuple[str, ...]]:
    """Return what stands in the way of one resident's bookings, each obstacle once.

    What a clinic or its mapping of a code lacks is one obstacle for all of its bookings.
    """
    return frozenset(
        _obstacle(diagnosis.case, each)
        for diagnosis in diagnoses
        for each in diagnosis.verdict.unmet
        if each.result is Result.FAIL and each.actor is not None
    )


def _obstacle(case: Case, finding: Finding) -> tuple[str, ...]:
    check = finding.check.name
    code = case.mapping.code if case.mapping else case.time.code
    of = () if check in _OF_UNIT else (code,) if check in _OF_CODE else (case.booking.booking_id,)
    return (case.time.unit, check, finding.reason or "", *of)
