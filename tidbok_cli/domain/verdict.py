"""From facts to a verdict, by the table of checks."""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from tidbok_cli.domain.checks import CHECKS, Actor, Check, Result
from tidbok_cli.domain.facts import Action, Facts

ASSUMED: Final = "assumed"

ASKED_OF_A_UNIT: Final = ("booking", "window", "slot")
"""Checks that bind a unit too, which else changes bookings freely."""


class Answer(StrEnum):
    """Verdicts: shown or hidden to show, allowed or denied for the rest."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Finding(NamedTuple):
    """A check's result; `reason` is None where it passed, or `assumed`."""

    check: Check
    result: Result
    reason: str | None = None
    rules: tuple[str, ...] = ()
    actor: Actor | None = None
    assumed: bool = False


class Verdict(NamedTuple):
    answer: Answer
    findings: tuple[Finding, ...]

    @property
    def positive(self) -> bool:
        return self.answer in (Answer.SHOWN, Answer.ALLOWED)

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """The failed and unknown checks, in order."""
        return tuple(each for each in self.findings if each.result is not Result.PASS)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The failed and unknown checks as `check.reason`, in order."""
        return tuple(f"{each.check.name}.{each.reason}" for each in self.unmet)


def checks_of(action: Action, *, with_slot: bool = False, with_journal: bool = False) -> tuple[Check, ...]:
    """Return the checks of an action, `slot` only with one chosen, `journal` only where it was asked."""
    asked_for = {"slot": with_slot or action is Action.BOOK, "journal": with_journal}
    return tuple(check for check in CHECKS if action in check.actions and asked_for.get(check.name, True))


def reasons_of(action: Action) -> Iterator[str]:
    """List each check of an action, and each `check.reason` for which it may be refused."""
    for check in checks_of(action):
        yield check.name
        yield from (f"{check.name}.{reason.code}" for reason in check.reasons if action in reason.actions)


def judge(
    facts: Facts, action: Action, assumptions: Mapping[str, Result] | None = None, *, by_unit: bool = False
) -> Verdict:
    """Judge the facts; `assumptions` replace checks' results, to ask "what if".

    `by_unit`: the unit wants to act, not the resident.
    """
    findings = tuple(
        _assumed(check, assumptions[check.name])
        if assumptions and check.name in assumptions
        else _evaluated(check, facts, action)
        for check in checks_of(action, with_slot=facts.slot is not None, with_journal=facts.journal is not None)
        if not by_unit or check.name in ASKED_OF_A_UNIT
    )
    return Verdict(_answer(findings, action), findings)


def _evaluated(check: Check, facts: Facts, action: Action) -> Finding:
    for reason in check.reasons:
        if action in reason.actions and reason.holds(facts, action):
            return Finding(check, reason.result, reason.code, reason.rules, reason.actor)
    return Finding(check, Result.PASS, None, check.rules)


def _assumed(check: Check, result: Result) -> Finding:
    return Finding(check, result, None if result is Result.PASS else ASSUMED, check.rules, assumed=True)


def _answer(findings: tuple[Finding, ...], action: Action) -> Answer:
    results = {finding.result for finding in findings}
    if Result.FAIL in results:
        return Answer.HIDDEN if action is Action.SHOW else Answer.DENIED
    if Result.UNKNOWN in results:
        return Answer.UNKNOWN
    return Answer.SHOWN if action is Action.SHOW else Answer.ALLOWED


class Judge:
    """`judge` for one action, remembered: facts repeat, so a sweep looks up."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self._known: dict[Facts, Verdict] = {}

    def __call__(self, facts: Facts) -> Verdict:
        verdict = self._known.get(facts)
        if verdict is None:
            verdict = self._known[facts] = judge(facts, self._action)
        return verdict
