"""Relations as lists, and `relation show`, have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.relation import steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.relation import Event, EventRow, Relation, RelationState, RelationStep
    from tidbok_cli.domain.relation_periods import Period


class RelationRow(NamedTuple):
    """A relation in a list; `since` in seconds UTC, by `event`."""

    unit: str
    resident: str
    relation: Relation
    since: int
    event: Event


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
