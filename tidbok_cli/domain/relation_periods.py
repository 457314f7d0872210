"""Relations' periods: what was true when, folded out of the log (S10 … S19)."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.relation import IN_ORDER, Event, LoggedEvent, Relation, RelationState, after, without_effect
from tidbok_cli.domain.times import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


_ENDED_BY: Final = {
    Event.CLINIC_REMOVED: Relation.REMOVED_BY_RESIDENT,
    Event.APPROVAL_WITHDRAWN: Relation.APPROVAL_WITHDRAWN,
}


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


def fold(log: Iterable[LoggedEvent]) -> FoldedLog:
    """Derive a pair's periods from its whole log in any order.

    A period begins where the relation comes to be or ends; before the first one, it never was. Of several changes
    within one second the last one counts, so that periods are never empty.
    """
    state, idle = RelationState(), set[int]()
    periods: list[Period] = []
    for number, event, occurred_at, voided in sorted(log, key=IN_ORDER):
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
