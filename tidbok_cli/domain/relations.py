"""The relation between a resident and a unit: a fold over seven kinds of event (S10 … S19)."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise, product
from operator import attrgetter
from typing import Final, NamedTuple

from tidbok_cli.domain.times import FOREVER


class Event(StrEnum):
    """What can happen to a relation, by its name in files, commands and JSON."""

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


class State(NamedTuple):
    """Where a relation stands after some events; it exists while either holds (S19)."""

    on_start_page: bool = False
    approved: bool = False

    @property
    def exists(self) -> bool:
        return self.on_start_page or self.approved


def after(state: State, event: Event) -> State:
    """The state after one more event."""
    if event is Event.COMMUNICATION_APPROVED:
        return State(on_start_page=True, approved=True)
    if event is Event.CLINIC_REMOVED:
        return state._replace(on_start_page=False)
    if event is Event.APPROVAL_WITHDRAWN:
        return State() if state.approved else state
    return state._replace(on_start_page=True)


def without_effect(before: State, event: Event) -> bool:
    """Whether an event that should end something finds nothing to end (Readings of S17, S18)."""
    if event is Event.CLINIC_REMOVED:
        return not before.on_start_page
    return event is Event.APPROVAL_WITHDRAWN and not before.approved


class Relation(StrEnum):
    """How it is with a relation at a moment; the ended ones say how it last ended."""

    NEVER = "never"
    HELD = "held"
    REMOVED_BY_RESIDENT = "removed_by_resident"
    APPROVAL_WITHDRAWN = "approval_withdrawn"


_ENDED_BY: Final = {
    Event.CLINIC_REMOVED: Relation.REMOVED_BY_RESIDENT,
    Event.APPROVAL_WITHDRAWN: Relation.APPROVAL_WITHDRAWN,
}


class Logged(NamedTuple):
    """An event as the log has it; `id` is the order of recording, `occurred_at` in seconds UTC.

    A `voided` one was recorded wrongly: it stays in the log, and is passed over.
    """

    id: int
    event: Event
    occurred_at: int
    voided: bool = False


_IN_ORDER: Final = attrgetter("occurred_at", "id")


class Effect(StrEnum):
    """What an event did to a relation."""

    BEGINS = "begins"
    ENDS = "ends"
    KEEPS = "keeps"  # as it was: the relation held before and after
    NONE = "none"  # there was nothing to end (Readings of S17, S18)
    VOIDED = "voided"


class Step(NamedTuple):
    """An event of the log, and where the relation stood before it and after."""

    logged: Logged
    before: State
    after: State

    @property
    def effect(self) -> Effect:
        if self.logged.voided:
            return Effect.VOIDED
        if without_effect(self.before, self.logged.event):
            return Effect.NONE
        if self.before.exists == self.after.exists:
            return Effect.KEEPS
        return Effect.BEGINS if self.after.exists else Effect.ENDS


class Period(NamedTuple):
    """`relation` holds from `begins` until before `ends` (seconds UTC), by the event with this id."""

    begins: int
    ends: int
    relation: Relation
    event_id: int


class Folded(NamedTuple):
    """What the log of one pair comes to: its periods in order, the ids without effect (voided ones among them), and
    where it stands last."""

    periods: tuple[Period, ...]
    without_effect: frozenset[int]
    state: State


def steps(log: Iterable[Logged]) -> Iterator[Step]:
    """The log of one (resident, unit), given in any order, step by step: by when it happened, then as recorded."""
    state = State()
    for logged in sorted(log, key=_IN_ORDER):
        before, state = state, state if logged.voided else after(state, logged.event)
        yield Step(logged, before, state)


class _Move(NamedTuple):
    """What an event makes of a state, worked out once: a region's log has a million events."""

    after: State
    idle: bool
    changed: Relation | None


def _move(before: State, event: Event) -> _Move:
    then = after(before, event)
    relation = Relation.HELD if then.exists else _ENDED_BY.get(event)
    return _Move(then, without_effect(before, event), relation if before.exists != then.exists else None)


_STATES: Final = tuple(State(*flags) for flags in product((False, True), repeat=2))
_MOVES: Final = {(state, event): _move(state, event) for state in _STATES for event in Event}


def fold(log: Iterable[Logged]) -> Folded:
    """The periods of one (resident, unit), from its whole log in any order.

    A period begins where the relation comes to be or ends; before the first one, it never was. Of several changes
    within one second the last one counts, so that periods are never empty.
    """
    state, idle = State(), set[int]()
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
    return Folded(tuple(_closed(periods)), frozenset(idle), state)


def _closed(periods: list[Period]) -> Iterator[Period]:
    for period, following in pairwise(periods):
        yield period._replace(ends=following.begins)
    yield from periods[-1:]
