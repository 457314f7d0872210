"""A plan's effect: coming bookings shown or hidden, and what residents may do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.facts import Action, BasisState, CalendarState, Facts, SlotState
from tidbok_cli.domain.times import HOUR
from tidbok_cli.domain.unit import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.facts import Question
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.verdict import Verdict


class BookingCodes(NamedTuple):
    """Keys that select a booking's mapping and calendar (S22, S23)."""

    code: str
    care_type: str | None
    calendar: str | None


def configured(facts: Facts, unit: UnitConfig | None, codes: BookingCodes, at: int, *, routed: bool | None) -> Facts:
    """Return the facts had the booking's unit this configuration at the moment, or none.

    `routed`: whether TAK routes what the action needs to the unit's logical address.
    """
    services = plain(unit.services) if unit else {}
    mapping = unit.mapping(codes.code, codes.care_type) if unit else None
    mapped = plain(mapping) if mapping else {}
    offered: dict[str, Any] = {f"unit_{action}": services.get(action) for action in Action}
    allowed: dict[str, Any] = {f"mapped_{action}": mapped.get(action) for action in Action}
    routed = routed if unit else None
    return facts._replace(calendar=_calendar(unit, codes.calendar, at), routed=routed, **offered, **allowed)


def deadline(unit: UnitConfig | None, codes: BookingCodes) -> int:
    """Return how many seconds before the start a booking can no longer be cancelled or rebooked."""
    mapping = unit.mapping(codes.code, codes.care_type) if unit else None
    return HOUR * mapping.cancel_deadline_hours if mapping else 0


def _calendar(unit: UnitConfig | None, calendar: str | None, at: int) -> CalendarState:
    if unit is None or unit.calendar is None:
        return CalendarState.MISSING
    return CalendarState.FOUND if calendar is None or unit.finds(calendar, at) else CalendarState.OTHER


class VerdictChange(NamedTuple):
    """A coming booking that becomes shown or hidden; `start` in seconds UTC."""

    unit: str
    booking: str
    code: str
    start: int
    before: Verdict
    after: Verdict

    @property
    def becomes_shown(self) -> bool:
        return self.after.positive

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is hidden: until now, or from then on."""
        return self.before.reasons if self.becomes_shown else self.after.reasons


class ServiceChange(NamedTuple):
    """Coming bookings, or published times, that may from now on be cancelled, rebooked or booked, or no longer.

    `reasons`: why not, until now or from then on.
    """

    service: Action
    unit: str
    allowed: bool
    reasons: tuple[str, ...]


class LostRelations(NamedTuple):
    """Residents with coming times at a clinic that goes, without a relation to the one that comes."""

    unit: str
    successor: str
    residents: int


class CalendarLeft(NamedTuple):
    """Bookings that lie in a calendar from `until` on (seconds UTC), when it is no longer looked in (S22)."""

    unit: str
    calendar: str
    until: int
    bookings: int


class PlanEffect(NamedTuple):
    """A plan's effect: coming bookings that it moves, in order, and what residents may do, counted."""

    moved: tuple[VerdictChange, ...] = ()
    services: tuple[tuple[ServiceChange, int], ...] = ()
    lost_relations: tuple[LostRelations, ...] = ()
    calendars_left: tuple[CalendarLeft, ...] = ()

    @property
    def shown(self) -> tuple[VerdictChange, ...]:
        return tuple(each for each in self.moved if each.becomes_shown)

    @property
    def hidden(self) -> tuple[VerdictChange, ...]:
        return tuple(each for each in self.moved if not each.becomes_shown)

    def of_service(self, service: Action, *, allowed: bool) -> list[tuple[tuple[str, ...], int]]:
        """Count what may be done from then on, or no longer, per reasons, most first."""
        counts: Counter[tuple[str, ...]] = Counter()
        for change, count in self.services:
            if change.service is service and change.allowed is allowed:
                counts[change.reasons] += count
        return _most_first(counts)


def service_change(service: Action, unit: str, before: Verdict, after: Verdict) -> ServiceChange | None:
    """Tell what becomes of a booking or a published time; None where nothing does."""
    if before.positive == after.positive:
        return None
    return ServiceChange(service, unit, after.positive, (before if after.positive else after).reasons)


def bookable(unit: UnitConfig | None, codes: BookingCodes, question: Question, *, routed: bool | None) -> Facts:
    """Return the facts of a free time that is asked about by somebody who may book it."""
    facts = Facts(basis=BasisState.VALID, slot=SlotState.FREE, **question.standing._asdict())
    return configured(facts, unit, codes, question.at, routed=routed)


MOST_HIDDEN: Final = 20
"""So many coming bookings may always be hidden at once."""


def most_hidden(shown: int) -> int:
    """How many an apply may hide of those shown: a fifth, and at least 20."""
    return max(MOST_HIDDEN, shown // 5)


def by_reason(moved: Iterable[VerdictChange]) -> list[tuple[tuple[str, ...], int]]:
    """Count moved bookings per reasons, largest first."""
    return _most_first(Counter(each.reasons for each in moved))


def _most_first(counts: Counter[tuple[str, ...]]) -> list[tuple[tuple[str, ...], int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
