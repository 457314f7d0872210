"""A case: one booking, or a slot that somebody wants, at one moment with all that was in force around it, and the
evidence for each check.

The verdict rests on `Facts` alone; a case holds what a reader wants to see beside it: which file and line, which
event and when. Instants are seconds UTC; they are the values of evidence keys that end in `_at`, `since` or `until`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.coupling import SnapshotRead
    from tidbok_cli.domain.facts import BookingStatus
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.domain.unit import CareService, UnitConfig


@dataclass(frozen=True, slots=True)
class BookingThen:
    """A booking as it was at the moment; `ended_at` is the end from which its `status` comes."""

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


@dataclass(frozen=True, slots=True)
class UnitThen:
    """The version of the unit that was in force, and since when."""

    config: UnitConfig
    since: int


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event of the relation's log, with the file and line that told of it, where one did."""

    id: int
    event: str
    occurred_at: int
    source: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class RelationThen:
    """How it was with the relation, the event that made it so, and how much is known about relations at all."""

    relation: str | None
    since: int | None
    event: EventSeen | None
    events_of_pair: int
    events_known: bool
    last_imported_at: int | None


@dataclass(frozen=True, slots=True)
class CouplingThen:
    """What the latest TAK snapshot said: the contracts that had no route in force to the unit's logical address."""

    snapshot: SnapshotRead
    logical_address: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All that is told about one booking at one moment, or about a slot for one resident; of a rebooking, about both.

    `mapping_index` is the mapping's place in the unit's file, `coupling` is known where the unit is configured and TAK
    has been asked, `basis` is the booking basis that counts where a slot is to be booked.
    """

    at: int
    booked: BookingThen | None
    resident: str
    unit: UnitThen | None
    mapping: CareService | None
    mapping_index: int | None
    relation: RelationThen
    relation_required: bool
    coupling: CouplingThen | None = None
    slot: SlotThen | None = None
    basis: BasisThen | None = None

    @property
    def booking(self) -> BookingThen:
        """The booking, of a case that is about one."""
        assert self.booked is not None
        return self.booked

    @property
    def time(self) -> BookingThen | SlotThen:
        """What is asked about: the booking, else the slot."""
        if self.booked is not None:
            return self.booked
        assert self.slot is not None
        return self.slot

    @property
    def calendar(self) -> str | None:
        """The calendar in which the time lies, be it that of the clinic's slot to which it is to be moved (S22).

        Of the two, the one to which the coupling does not lead.
        """
        coupled = self.unit.config.calendar if self.unit else None
        theirs = (time.calendar for time in (self.booked, self.slot) if time and time.unit == self.time.unit)
        return next((calendar for calendar in theirs if calendar not in (None, coupled)), self.time.calendar)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the time lies in another calendar than the unit's coupling names (S22)."""
        return self.unit is not None and self.calendar not in (None, self.unit.config.calendar)

    @property
    def deadline_hours(self) -> int:
        """So many hours before its start a time can be changed; a slot can be booked until its start."""
        return self.mapping.cancel_deadline_hours if self.mapping and self.booked else 0
