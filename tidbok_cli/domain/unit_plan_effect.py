"""A plan's effect on coming bookings: shown from now, or hidden."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from tidbok_cli.domain.facts import Action, CalendarState, Facts
from tidbok_cli.domain.unit import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.verdict import Verdict


class BookingCodes(NamedTuple):
    """Keys that select a booking's mapping and calendar (S22, S23)."""

    code: str
    care_type: str | None
    calendar: str | None


def configured(facts: Facts, unit: UnitConfig | None, codes: BookingCodes, *, routed: bool | None) -> Facts:
    """Return the facts had the booking's unit this configuration, or none.

    `routed`: whether TAK routes what the action needs to the unit's logical address.
    """
    services = plain(unit.services) if unit else {}
    mapping = unit.mapping(codes.code, codes.care_type) if unit else None
    mapped = plain(mapping) if mapping else {}
    offered: dict[str, Any] = {f"unit_{action}": services.get(action) for action in Action}
    allowed: dict[str, Any] = {f"mapped_{action}": mapped.get(action) for action in Action}
    routed = routed if unit else None
    return facts._replace(calendar=_calendar(unit, codes.calendar), routed=routed, **offered, **allowed)


def _calendar(unit: UnitConfig | None, calendar: str | None) -> CalendarState:
    if unit is None or unit.calendar is None:
        return CalendarState.MISSING
    return CalendarState.FOUND if calendar in (None, unit.calendar) else CalendarState.OTHER


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


class PlanEffect(NamedTuple):
    """The coming bookings that a plan shows or hides, in order."""

    moved: tuple[VerdictChange, ...] = ()

    @property
    def shown(self) -> tuple[VerdictChange, ...]:
        return tuple(each for each in self.moved if each.becomes_shown)

    @property
    def hidden(self) -> tuple[VerdictChange, ...]:
        return tuple(each for each in self.moved if not each.becomes_shown)


def by_reason(moved: Iterable[VerdictChange]) -> list[tuple[tuple[str, ...], int]]:
    """Count moved bookings per reasons, largest first."""
    counts = Counter(each.reasons for each in moved)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
