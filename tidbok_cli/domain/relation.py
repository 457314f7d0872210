"""Relations: what seven kinds of event make of them (S10 … S19)."""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from collections.abc import Iterable, Iterator
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple


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


class LoggedEvent(NamedTuple):
    """An event of the log, in the order of its `id`.

    `occurred_at` in seconds UTC. A `voided` one was recorded wrongly: it stays in the log and is passed over.
    """

    id: int
    event: Event
    occurred_at: int
    voided: bool = False


IN_ORDER: Final = attrgetter("occurred_at", "id")


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


def steps(log: Iterable[LoggedEvent]) -> Iterator[RelationStep]:
    """Walk one pair's log in order of occurrence, then of recording."""
    state = RelationState()
    for logged in sorted(log, key=IN_ORDER):
        before, state = state, state if logged.voided else after(state, logged.event)
        yield RelationStep(logged, before, state)


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


class EventRow(NamedTuple):
    """An event of one relation's log; `source` and `line` where imported.

    `voided_…`: when, by whom and why it was declared wrong; None where it stands.
    """

    id: int
    event: Event
    occurred_at: int
    has_effect: bool
    recorded_at: int
    actor: str
    source: str | None
    line: int | None
    voided_at: int | None = None
    voided_by: str | None = None
    voided_for: str | None = None

    @property
    def logged(self) -> LoggedEvent:
        return LoggedEvent(self.id, self.event, self.occurred_at, self.voided_at is not None)
