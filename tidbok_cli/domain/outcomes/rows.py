"""What lists and `show` tell: bookings, relations, units."""

from collections.abc import Iterator
from dataclasses import dataclass

from tidbok_cli.domain.facts import Life
from tidbok_cli.domain.plan import Change
from tidbok_cli.domain.relations import Event, Logged, Period, Relation, State, Step, steps
from tidbok_cli.domain.units import UnitConfig, Version


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking in a list; `status` as of the moment asked about, instants in seconds UTC."""

    unit: str
    booking: str
    resident: str
    code: str
    start: int
    end: int | None
    status: Life
    created_at: int
    origin: str | None


@dataclass(frozen=True, slots=True)
class BookingExported:
    """A booking with all that an import of bookings has columns for; `ended_at` in seconds UTC."""

    row: BookingRow
    ended_at: int | None
    calendar: str | None
    care_type: str | None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A relation in a list: how it is at the moment asked about, since when, and by which event."""

    unit: str
    resident: str
    relation: Relation
    since: int
    event: Event


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of one relation's log; `source` and `line` where an import told of it.

    `voided_…`: when, by whom and why it was said to have been recorded wrongly; None where it stands.
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
    def logged(self) -> Logged:
        return Logged(self.id, self.event, self.occurred_at, self.voided_at is not None)


@dataclass(frozen=True, slots=True)
class RelationShown:
    """One pair at a moment: how the relation is, its periods and its log; `unit_name` where the unit is in force."""

    unit: str
    unit_name: str | None
    resident: str
    at: int
    relation: Relation
    state: State
    period: Period | None
    periods: tuple[Period, ...]
    events: tuple[EventRow, ...]

    @property
    def steps(self) -> Iterator[tuple[Step, EventRow]]:
        """The log, step by step."""
        rows = {event.id: event for event in self.events}
        return ((step, rows[step.logged.id]) for step in steps(event.logged for event in self.events))


@dataclass(frozen=True, slots=True)
class UnitShown:
    """A unit as it is at a moment: its version in force, or none (then its name is not known)."""

    hsa_id: str
    version: Version | None


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """A version of a unit, and the one that was in force before it; `applied_at` is when it was put in the store.

    One that was replaced before it was in force has `begins == ends`. Instants in seconds UTC.
    """

    begins: int
    ends: int
    change: Change
    name: str
    before: UnitConfig | None
    after: UnitConfig | None
    applied_at: int
    actor: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """Every version of a unit, in the order of its beginning, as seen at a moment."""

    hsa_id: str
    at: int
    versions: tuple[VersionSeen, ...]
