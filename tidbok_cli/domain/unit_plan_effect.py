"""A plan's effect: coming bookings shown or hidden, and what residents may do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.verdict import Verdict


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
