"""Relations: a fold over seven kinds of event (S10 … S19)."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise, product
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.times import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Event(StrEnum):
    """Events of a relation, by their names in files, commands and JSON."""

    CLINIC_ADDED = "clinic_added"  # S12
    COMMUNICATION_APPROVED = "communication_approved"  # S13
    SUMMONS_RECEIVED = "summons_received"  # S14
    BOOKED_BY_RESIDENT = "booked_by_resident"  # S15
    BOOKING_LINK_LOGIN = "booking_link_login"  # S16
    CLINIC_REMOVED = "clinic_removed"  # S17
    APPROVAL_WITHDRAWN = "approval_withdrawn"  # S18


EVENT_RULES: Final = {
    Event.CLINIC_ADDED: "S12",
    Event.COMMUNICATION_APPROVED: "S13",
    Event.SUMMONS_RECEIVED: "S14",
    Event.BOOKED_BY_RESIDENT: "S15",
    Event.BOOKING_LINK_LOGIN: "S16",
    Event.CLINIC_REMOVED: "S17",
    Event.APPROVAL_WITHDRAWN: "S18",
}


class RelationState(NamedTuple):
    """A relation after some events; it exists while either holds (S19)."""

    on_start_page: bool = False
    approved: bool = False

    @property
    def exists(self) -> bool:
        return self.on_start_page or self.approved

    @property
    def rests_on_approval(self) -> bool:
        """The resident removed the clinic, and the approval alone keeps the relation (S19)."""
        return self.approved and not self.on_start_page


def after(state: RelationState, event: Event) -> RelationState:
    """The state after one more event."""
    if event is Event.COMMUNICATION_APPROVED:
        return RelationState(on_start_page=True, approved=True)
    if event is Event.CLINIC_REMOVED:
        return state._replace(on_start_page=False)
    if event is Event.APPROVAL_WITHDRAWN:
        return RelationState() if state.approved else state
    return state._replace(on_start_page=True)


def without_effect(before: RelationState, event: Event) -> bool:
    """Tell whether nothing is there to end (Readings of S17, S18)."""
    if event is Event.CLINIC_REMOVED:
        return not before.on_start_page
    return event is Event.APPROVAL_WITHDRAWN and not before.approved


class Relation(StrEnum):
    """A relation at a moment, or how it last ended."""

    NEVER = "never"
    HELD = "held"
    REMOVED_BY_RESIDENT = "removed_by_resident"
    APPROVAL_WITHDRAWN = "approval_withdrawn"


UNKNOWN: Final = "unknown"
"""Word told in place of `never` where nothing is known and the region's data are partial."""


def relation_told(relation: str | None, *, partial: bool) -> str:
    """Name a relation; None is that no event of the pair is known."""
    return relation or (UNKNOWN if partial else Relation.NEVER)


_ENDED_BY: Final = {
    Event.CLINIC_REMOVED: Relation.REMOVED_BY_RESIDENT,
    Event.APPROVAL_WITHDRAWN: Relation.APPROVAL_WITHDRAWN,
}


class LoggedEvent(NamedTuple):
    """An event of the log, in the order of its `id`.

    `occurred_at` in seconds UTC. A `voided` one was recorded wrongly: it stays in the log and is passed over.
    """

    id: int
    event: Event
    occurred_at: int
    voided: bool = False


_IN_ORDER: Final = attrgetter("occurred_at", "id")


class EventEffect(StrEnum):
    """Effects of an event on a relation."""

    BEGINS = "begins"
    ENDS = "ends"
    KEEPS = "keeps"  # as it was: the relation held before and after
    NONE = "none"  # there was nothing to end (Readings of S17, S18)
    VOIDED = "voided"


class RelationStep(NamedTuple):
    """An event of the log, with the relation before and after it."""

    logged: LoggedEvent
    before: RelationState
    after: RelationState

    @property
    def effect(self) -> EventEffect:
        if self.logged.voided:
            return EventEffect.VOIDED
        if without_effect(self.before, self.logged.event):
            return EventEffect.NONE
        if self.before.exists == self.after.exists:
            return EventEffect.KEEPS
        return EventEffect.BEGINS if self.after.exists else EventEffect.ENDS


class Period(NamedTuple):
    """A time of one `relation`, from `begins` until before `ends`, seconds UTC."""

    begins: int
    ends: int
    relation: Relation
    event_id: int


class FoldedLog(NamedTuple):
    """A pair's periods, its last state, and the ids without effect.

    Voided ones are among those ids.
    """

    periods: tuple[Period, ...]
    without_effect: frozenset[int]
    state: RelationState


def steps(log: Iterable[LoggedEvent]) -> Iterator[RelationStep]:
    """Walk one pair's log in order of occurrence, then of recording."""
    state = RelationState()
    for logged in sorted(log, key=_IN_ORDER):
        before, state = state, state if logged.voided else after(state, logged.event)
        yield RelationStep(logged, before, state)


class _Move(NamedTuple):
    """An event's effect on a state, worked out once."""

    after: RelationState
    idle: bool
    changed: Relation | None


def _move(before: RelationState, event: Event) -> _Move:
    then = after(before, event)
    relation = Relation.HELD if then.exists else _ENDED_BY.get(event)
    return _Move(then, without_effect(before, event), relation if before.exists != then.exists else None)


_STATES: Final = tuple(RelationState(*flags) for flags in product((False, True), repeat=2))

_MOVES: Final = {(state, event): _move(state, event) for state in _STATES for event in Event}


def removed_at(log: Iterable[LoggedEvent]) -> int | None:
    """Return when the resident removed the clinic, by a log that ends then.

    Seconds UTC; None where it is on the start page, or never was.
    """
    removed = None
    for step in steps(log):
        if step.before.on_start_page and not step.after.on_start_page:
            removed = step.logged.occurred_at
        elif step.after.on_start_page:
            removed = None
    return removed


def fold(log: Iterable[LoggedEvent]) -> FoldedLog:
    """Derive a pair's periods from its whole log in any order.

    A period begins where the relation comes to be or ends; before the first one, it never was. Of several changes
    within one second the last one counts, so that periods are never empty.
    """
    state, idle = RelationState(), set[int]()
    periods: list[Period] = []
    for number, event, occurred_at, voided in sorted(log, key=_IN_ORDER):
        if voided:
            idle.add(number)
            continue
        state, is_idle, changed = _MOVES[state, event]
        if is_idle:
            idle.add(number)
        if changed is not None:
            if periods and periods[-1].begins == occurred_at:
                periods.pop()
            periods.append(Period(occurred_at, FOREVER, changed, number))
    return FoldedLog(tuple(_closed(periods)), frozenset(idle), state)


def alone() -> Iterator[tuple[Event, Relation]]:
    """Events that begin a relation, or end it, as the only one of a pair's log; with the relation from then on."""
    for event in Event:
        for period in fold([LoggedEvent(0, event, 0)]).periods:
            yield event, period.relation


def _closed(periods: list[Period]) -> Iterator[Period]:
    for period, following in pairwise(periods):
        yield period._replace(ends=following.begins)
    yield from periods[-1:]
