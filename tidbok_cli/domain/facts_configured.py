"""Facts had a unit another configuration: of what waits, was before, or is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tidbok_cli.domain.facts import Action, BasisState, CalendarState, Facts, SlotState
from tidbok_cli.domain.times import HOUR
from tidbok_cli.domain.unit import plain

if TYPE_CHECKING:
    from tidbok_cli.domain.facts import Question
    from tidbok_cli.domain.unit import UnitConfig


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


def bookable(unit: UnitConfig | None, codes: BookingCodes, question: Question, *, routed: bool | None) -> Facts:
    """Return the facts of a free time that is asked about by somebody who may book it."""
    facts = Facts(basis=BasisState.VALID, slot=SlotState.FREE, **question.standing._asdict())
    return configured(facts, unit, codes, question.at, routed=routed)


def deadline(unit: UnitConfig | None, codes: BookingCodes) -> int:
    """Return how many seconds before the start a booking can no longer be cancelled or rebooked."""
    mapping = unit.mapping(codes.code, codes.care_type) if unit else None
    return HOUR * mapping.cancel_deadline_hours if mapping else 0


def _calendar(unit: UnitConfig | None, calendar: str | None, at: int) -> CalendarState:
    if unit is None or unit.calendar is None:
        return CalendarState.MISSING
    return CalendarState.FOUND if calendar is None or unit.finds(calendar, at) else CalendarState.OTHER
