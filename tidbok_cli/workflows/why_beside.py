"""What `why` tells beside the verdict: no summons, what waits, and others alike."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.beside import BACKDATED, LOOKED_AT, NO_SUMMONSES, NoSummons, OthersAlike, Waiting, others_alike
from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.facts import Action, Facts
from tidbok_cli.domain.facts_configured import BookingCodes, configured
from tidbok_cli.domain.relation import Event, Relation
from tidbok_cli.domain.verdict import Verdict, judge
from tidbok_cli.store.read.facts import standing_of_unit
from tidbok_cli.store.read.unit import versions_after, versions_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.situation import Situation
    from tidbok_cli.domain.unit import UnitVersionThen
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

_SHOWN_BY: Final = ("unit", "service")
"""Checks that decide, when a clinic books, whether a message goes out (S26)."""


def no_summons(context: Context, reader: Reader, situation: Situation) -> NoSummons | None:
    """Return why a clinic's booking brought no relation (S26); None where that is not it, or not known."""
    case = situation.case
    if case.booked is None or case.relation_told != Relation.NEVER or case.at < case.booked.created_at:
        return None
    from tidbok_cli.domain.booking import BookingOrigin, consequence

    if case.booked.origin != BookingOrigin.CLINIC:
        return None
    policy = context.region.policy.clinic_booking_message
    if consequence(case.booked.origin, shown=True, policy=policy).event is not Event.SUMMONS_RECEIVED:
        return NoSummons(NO_SUMMONSES)
    return _by_configuration(case, list(_unshown(reader, situation)))


def _unshown(reader: Reader, situation: Situation) -> Iterator[tuple[UnitVersionThen, str | None]]:
    """Yield the unit's versions back from the moment, with what of each did not show the booking."""
    case = situation.case
    codes = BookingCodes(case.time.code, case.time.care_type, case.calendar)
    for version, ended in versions_until(reader, case.time.unit, case.at):
        facts = configured(situation.facts, None if ended else version.config, codes, case.at, routed=None)
        failing = (each for each in judge(facts, Action.SHOW).findings if each.check.name in _SHOWN_BY)
        yield version, next((f"{each.check.name}.{each.reason}" for each in failing if each.reason), None)


def _by_configuration(case: Case, versions: list[tuple[UnitVersionThen, str | None]]) -> NoSummons | None:
    """Find what did not show the booking when it was made; `versions` from the last one back."""
    made_at, shown_since, shows = case.booking.created_at, None, True
    for version, unshown in versions:
        if version.begins <= made_at:
            return _then(case, version, unshown, shown_since)
        shows = shows and unshown is None
        shown_since = version.begins if shows else shown_since
    return NoSummons("unit.not_configured", shown_since)


def _then(case: Case, version: UnitVersionThen, unshown: str | None, shown_since: int | None) -> NoSummons | None:
    recorded_at = case.booking.recorded_at
    if unshown:
        return NoSummons(unshown, shown_since)
    if recorded_at is not None and recorded_at < version.applied_at:
        return NoSummons(BACKDATED, version.begins, version.applied_at)
    return None


def waiting(
    reader: Reader, diagnosis: Diagnosis, assumptions: Mapping[str, Result], later: Callable[[int], Situation]
) -> Waiting | None:
    """Return the first configuration that waits and will change the answer.

    `later`: the situation as it will be at a moment, by what is known.
    """
    for begins in versions_after(reader, diagnosis.case.time.unit, diagnosis.case.at):
        before, after = (judge(later(at).facts, diagnosis.action, assumptions).answer for at in (begins - 1, begins))
        if after is not before:
            return Waiting(begins, after)
    return None


class Others:
    """The standing bookings of the units asked about, each unit read once."""

    def __init__(self, context: Context, reader: Reader) -> None:
        question, self._at = context.question(Action.SHOW), context.at if context.at_option else None
        self._of_unit = cache(lambda unit: list(standing_of_unit(reader, unit, question, _reasons, LOOKED_AT)))

    def alike(self, diagnosis: Diagnosis) -> tuple[OthersAlike, ...]:
        """Count the unit's others that fail for what this booking fails for."""
        case, reasons = diagnosis.case, _failing(diagnosis.verdict)
        own = case.booked.id if case.booked else None
        found = self._of_unit(case.time.unit) if reasons else ()
        return others_alike(
            reasons, ((resident, theirs) for number, resident, theirs in found if number != own), self._at
        )


def _reasons(facts: Facts) -> tuple[str, ...]:
    return _failing(judge(facts, Action.SHOW))


def _failing(verdict: Verdict) -> tuple[str, ...]:
    return tuple(
        f"{each.check.name}.{each.reason}"
        for each in verdict.findings
        if each.result is Result.FAIL and not each.assumed
    )
