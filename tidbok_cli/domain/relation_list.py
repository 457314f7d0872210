"""Relations as lists, and `relation show`, have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.relation import LoggedEvent, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.relation import Event, Period, Relation, RelationState, RelationStep


class RelationRow(NamedTuple):
    """A relation in a list; `since` in seconds UTC, by `event`."""

    unit: str
    resident: str
    relation: Relation
    since: int
    event: Event


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


class RelationShown(NamedTuple):
    """One pair at a moment, its periods and log; `unit_name` where configured.

    `relation` is a `Relation`, or `relation.UNKNOWN`.
    """

    unit: str
    unit_name: str | None
    resident: str
    at: int
    relation: str
    state: RelationState
    period: Period | None
    periods: tuple[Period, ...]
    events: tuple[EventRow, ...]

    @property
    def steps(self) -> Iterator[tuple[RelationStep, EventRow]]:
        """The log, step by step."""
        rows = {event.id: event for event in self.events}
        return ((step, rows[step.logged.id]) for step in steps(event.logged for event in self.events))
