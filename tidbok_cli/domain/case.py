"""A case: a booking, or a wanted slot, and its surroundings then.

The verdict rests on `Facts` alone; a case holds the file and line, the event and moment behind each. Instants are
seconds UTC.
"""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.facts import SHOWN_AFTER_START, BookingStatus
from tidbok_cli.domain.relation import Relation, relation_told

if TYPE_CHECKING:
    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.beside import NoSummons
    from tidbok_cli.domain.coupling import SnapshotRead
    from tidbok_cli.domain.journal_heard import JournalHeard
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.domain.unit import CareService, UnitConfig
    from tidbok_cli.domain.unit_now import UnitFileNow
    from tidbok_cli.domain.visit import Visit


class BookingThen(NamedTuple):
    """A booking at a moment; its `status` comes from `ended_at`.

    `ended_by`: `clinic`, `resident` or `import`; None where it is not ended, or not known. `absent_from`: the whole
    file that no longer had it. `recorded_at`: of a copy, when the latest import that changed it really ran.
    """

    id: int
    unit: str
    booking_id: str
    resident: str
    code: str
    care_type: str | None
    starts_at: int
    ends_at: int | None
    status: BookingStatus
    created_at: int
    ended_at: int | None
    replaced_by: str | None
    origin: str | None
    calendar: str | None
    imported: bool
    source: str | None
    information: str | None
    meeting_link: str | None
    ended_by: str | None = None
    absent_from: str | None = None
    recorded_at: int | None = None


class UnitThen(NamedTuple):
    """The version of the unit that was in force, since when, and by whom.

    `file`: the unit's file now, where it was looked at.
    """

    config: "UnitConfig"
    since: int
    applied_at: int
    applied_by: str
    file: "UnitFileNow | None" = None


class UnitEnded(NamedTuple):
    """A unit that was ended on purpose: its last version, when, by whom."""

    config: "UnitConfig"
    at: int
    actor: str


class EventSeen(NamedTuple):
    """An event of the log, with the file and line behind it."""

    id: int
    event: str
    occurred_at: int
    source: str | None
    line: int | None


class RelationThen(NamedTuple):
    """A relation, its event, and how much is known of relations.

    `removed_at`: where only an approval keeps, or had kept, it, when the resident removed the clinic (S19).
    """

    relation: str | None
    since: int | None
    event: EventSeen | None
    events_of_pair: int
    events_known: bool
    last_imported_at: int | None
    removed_at: int | None = None

    @property
    def rests_on_approval(self) -> bool:
        """The approval alone keeps the relation (S19)."""
        return self.relation == Relation.HELD and self.removed_at is not None


class CouplingThen(NamedTuple):
    """The latest TAK snapshot, and the contracts without route in force.

    `carried_by`: other addresses than the unit's whose routes carry contracts; `twice`: contracts with two routes.
    """

    snapshot: "SnapshotRead"
    logical_address: str
    missing: tuple[str, ...]
    carried_by: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()


class Case(NamedTuple):
    """A booking, or a slot for a resident; of a rebooking, both.

    `coupling` is known where the unit is configured and TAK has been asked; `basis` is the booking basis that counts
    for a slot, `used_basis` one that was used up where that one has expired; `slot_is_own` where the resident has the
    slot; `ended` where the unit was ended; `no_summons` where the clinic booked it, and that is why there is no
    relation; `journal` what it said, where it was asked.
    """

    at: int
    booked: BookingThen | None
    resident: str
    unit: UnitThen | None
    mapping: "CareService | None"
    relation: RelationThen
    relation_required: bool
    relation_data_partial: bool
    coupling: CouplingThen | None = None
    slot: "SlotThen | None" = None
    basis: "BasisThen | None" = None
    used_basis: "BasisThen | None" = None
    slot_is_own: bool = False
    ended: UnitEnded | None = None
    no_summons: "NoSummons | None" = None
    journal: "JournalHeard | None" = None

    @property
    def booking(self) -> BookingThen:
        """The booking, of a case that is about one."""
        assert self.booked is not None
        return self.booked

    @property
    def time(self) -> "BookingThen | SlotThen":
        """The booking, else the slot."""
        if self.booked is not None:
            return self.booked
        assert self.slot is not None
        return self.slot

    @property
    def unit_name(self) -> str | None:
        """The unit's name, that of an ended one too."""
        known = self.unit or self.ended
        return known.config.name if known else None

    @property
    def status(self) -> BookingStatus:
        """The booking's status at the moment, which may be before it was made."""
        return BookingStatus.NOT_YET_MADE if self.at < self.booking.created_at else self.booking.status

    @property
    def relation_told(self) -> str:
        """The relation, `unknown` where `why` knows of none."""
        return relation_told(self.relation.relation, partial=self.relation_data_partial)

    @property
    def calendar(self) -> str | None:
        """The time's calendar; of a move, the one not coupled to (S22)."""
        theirs = (time.calendar for time in (self.booked, self.slot) if time and time.unit == self.time.unit)
        return next((calendar for calendar in theirs if self._misses(calendar)), self.time.calendar)

    @property
    def is_elsewhere(self) -> bool:
        """The time's calendar is not the coupling's (S22)."""
        return self.unit is not None and self._misses(self.calendar)

    def _misses(self, calendar: str | None) -> bool:
        return calendar is not None and not (self.unit and self.unit.config.finds(calendar, self.at))

    @property
    def visit(self) -> "Visit":
        """The visit's information, until two hours after its start (S20)."""
        from tidbok_cli.domain.visit import Visit, visit_of

        booking = self.booking
        if self.at >= booking.starts_at + SHOWN_AFTER_START:
            return Visit()
        return visit_of(booking.information, booking.meeting_link, self.mapping)

    @property
    def deadline_hours(self) -> int:
        """Hours before the start that a change must come; 0 for slots."""
        return self.mapping.cancel_deadline_hours if self.mapping and self.booked else 0
