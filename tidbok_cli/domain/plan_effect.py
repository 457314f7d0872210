"""What a change of configuration does to coming bookings: which become shown, and which hidden."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.facts import CalendarState, Facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.verdict import Verdict


class BookingCodes(NamedTuple):
    """By what a booking finds its mapping and its calendar (S22, S23)."""

    code: str
    care_type: str | None
    calendar: str | None


def configured(facts: Facts, unit: UnitConfig | None, codes: BookingCodes, *, routed: bool | None) -> Facts:
    """The facts about a booking as they are with this configuration of its unit (None: with none at all).

    `routed`: whether TAK routes what the action needs to the unit's logical address.
    """
    if unit is None:
        return facts._replace(
            unit_show=None, unit_cancel=None, unit_rebook=None, unit_book=None, calendar=CalendarState.MISSING,
            mapped_show=None, mapped_cancel=None, mapped_rebook=None, mapped_book=None, routed=None,
        )  # fmt: skip
    mapping = unit.mapping(codes.code, codes.care_type)
    return facts._replace(
        unit_show=unit.services.show,
        unit_cancel=unit.services.cancel,
        unit_rebook=unit.services.rebook,
        unit_book=unit.services.book,
        calendar=_calendar(unit, codes.calendar),
        mapped_show=mapping.show if mapping else None,
        mapped_cancel=mapping.cancel if mapping else None,
        mapped_rebook=mapping.rebook if mapping else None,
        mapped_book=str(mapping.book) if mapping else None,
        routed=routed,
    )


def _calendar(unit: UnitConfig, calendar: str | None) -> CalendarState:
    if unit.calendar is None:
        return CalendarState.MISSING
    return CalendarState.FOUND if calendar in (None, unit.calendar) else CalendarState.OTHER


class VerdictChange(NamedTuple):
    """A coming booking of which the answer changes between shown and not; `start` in seconds UTC."""

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
    """The coming bookings that a plan shows or hides, by unit, start and id."""

    moved: tuple[VerdictChange, ...] = ()

    @property
    def shown(self) -> tuple[VerdictChange, ...]:
        return tuple(each for each in self.moved if each.becomes_shown)

    @property
    def hidden(self) -> tuple[VerdictChange, ...]:
        return tuple(each for each in self.moved if not each.becomes_shown)


def by_reason(moved: Iterable[VerdictChange]) -> list[tuple[tuple[str, ...], int]]:
    """How many bookings move for the same reasons, the largest number first."""
    counts = Counter(each.reasons for each in moved)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
