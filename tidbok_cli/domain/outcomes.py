"""What the workflows come to, as values for the renderers: answers, lists, reports. Instants are seconds UTC."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tidbok_cli.domain.bases import BasisThen
from tidbok_cli.domain.case import Case, Evidence
from tidbok_cli.domain.checks import Answer, Finding, Verdict
from tidbok_cli.domain.facts import Action, Life, Told
from tidbok_cli.domain.plan import Change
from tidbok_cli.domain.relations import Event, Logged, Period, Relation, State, Step, steps
from tidbok_cli.domain.slots import SlotThen
from tidbok_cli.domain.units import UnitConfig, Version
from tidbok_cli.errors import Problem


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
class LastImport:
    """The latest import of a kind; `happened_at` in seconds UTC."""

    kind: str
    source: str
    happened_at: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it must be: which check found it, and where (never a person number)."""

    check: str
    detail: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding and what it rests on."""

    finding: Finding
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to `why` for one booking: the case, the verdict, each check explained, and notes by their codes."""

    action: Action
    case: Case
    verdict: Verdict
    checks: tuple[Explained, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """The answers for a resident's bookings, by start, unit and id; and what was last imported."""

    answers: tuple[Diagnosis, ...]
    last_imports: tuple[LastImport, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What bookings with the same facts come to; `reasons` as `check.reason`. The same one for all of them."""

    verdict: Answer
    reasons: tuple[str, ...]


Swept = Told[Judged]
"""One booking's verdict; the person number as it may be shown."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many bookings have the same verdict for the same reasons."""

    verdict: Answer
    reasons: tuple[str, ...]
    bookings: int


@dataclass(frozen=True, slots=True)
class EventTold:
    """A relation event that was recorded, or voided; instants in seconds UTC."""

    id: int
    resident: str
    unit: str
    event: Event
    occurred_at: int
    voided_at: int | None = None


@dataclass(frozen=True, slots=True)
class MessageTold:
    """An inbox message that was sent, with what the resident reads, if anything is configured; `sent_at` in seconds
    UTC."""

    kind: str
    resident: str
    unit: str
    label: str | None
    sent_at: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation did; `changed` is false where everything was so already.

    `replaces` is the booking that was moved; `slot` the published time that was taken, freed, published or withdrawn.
    """

    changed: bool
    booking: Case | None = None
    replaces: Case | None = None
    slot: SlotThen | None = None
    events: tuple[EventTold, ...] = ()
    messages: tuple[MessageTold, ...] = ()


@dataclass(frozen=True, slots=True)
class BasisTold:
    """A booking basis as it is at the moment; `changed` is false where it was so already."""

    changed: bool
    basis: BasisThen
    at: int


@dataclass(slots=True)
class Report:
    """What an import did, in rows; `events` are relation events, `without_effect` those of them that change nothing.

    `problems` says why rows are bad, `rejected_file` where those are that were left out. `fields` counts which columns
    were new in the rows that were updated. `ended`: how many of them were cancelled, since a whole file does not
    have them; None where it was not whole. Of what is kept in files, `named` has the names by what was done: `created`,
    `updated`.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    without_effect: int = 0
    summons: int = 0
    events: int = 0
    problems: tuple[Problem, ...] = ()
    rejected_file: str | None = None
    fields: Counter[str] = field(default_factory=Counter)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ended: int | None = None

    def add_ended(self, ended: int | None) -> None:
        """Counts bookings that were cancelled since the file does not have them; None where it is not whole."""
        self.ended = ended
        if ended:
            self.updated += ended
            self.fields.update(dict.fromkeys(("ended_at", "status"), ended))


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


@dataclass(frozen=True, slots=True)
class Edited:
    """A file that was to be written: where it is, and whether anything in it changed."""

    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `init` found or made."""

    config: Path
    config_made: bool
    store: str
    store_made: bool


@dataclass(frozen=True, slots=True)
class Info:
    """What the store is and holds; `size` in bytes where it is a file."""

    store: str
    schema_version: str
    size: int | None
    rows: Mapping[str, int]
    last_imports: tuple[LastImport, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The made-up region: where it is, what a sweep of it says, and some bookings that are not shown."""

    folder: Path
    counts: tuple[Counted, ...]
    hidden: tuple[str, ...]
