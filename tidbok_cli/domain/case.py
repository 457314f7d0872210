"""A case: one booking, or a slot that somebody wants, at one moment with all that was in force around it, and the
evidence for each check.

The verdict rests on `Facts` alone; a case holds what a reader wants to see beside it: which file and line, which
event and when. Instants are seconds UTC; they are the values of evidence keys that end in `_at`, `since` or `until`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tidbok_cli.domain.bases import BasisThen, first_day, last_day
from tidbok_cli.domain.checks import Finding
from tidbok_cli.domain.coupling import SnapshotRead
from tidbok_cli.domain.facts import SHOWN_AFTER_START, Life
from tidbok_cli.domain.identity import passes_rivta
from tidbok_cli.domain.slots import SlotThen
from tidbok_cli.domain.times import HOUR
from tidbok_cli.domain.units import BookMode, CareService, UnitConfig

Evidence = dict[str, object]


@dataclass(frozen=True, slots=True)
class BookingThen:
    """A booking as it was at the moment; `life` is its status then, `ended_at` the end that `life` comes from."""

    id: int
    unit: str
    booking_id: str
    resident: str
    code: str
    care_type: str | None
    starts_at: int
    ends_at: int | None
    life: Life
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
        """The calendar in which it lies: the booking's, or that of the clinic's slot to which it is to be moved, where
        that is the one to which the coupling does not lead (S22)."""
        coupled = self.unit.config.calendar if self.unit else None
        theirs = (time.calendar for time in (self.booked, self.slot) if time and time.unit == self.time.unit)
        return next((calendar for calendar in theirs if calendar not in (None, coupled)), self.time.calendar)

    @property
    def deadline_hours(self) -> int:
        """So many hours before its start a time can be changed; a slot can be booked until its start."""
        return self.mapping.cancel_deadline_hours if self.mapping and self.booked else 0


def _file_evidence(case: Case, path: str) -> Evidence:
    assert case.unit is not None
    where = case.unit.config.origin.at(path)
    return {"file": where.file, "line": where.line, "in_force_since": case.unit.since}


def _booking(case: Case) -> Evidence:
    booking = case.booking
    evidence: Evidence = {"created_at": booking.created_at, "ended_at": booking.ended_at}
    if booking.replaced_by:
        evidence["replaced_by"] = booking.replaced_by
    return evidence | {"imported_from": booking.source}


def _window(case: Case) -> Evidence:
    return {"starts_at": case.booking.starts_at, "shown_until": case.booking.starts_at + SHOWN_AFTER_START}


def _unit(case: Case) -> Evidence:
    if case.unit is None:
        return {"unit": case.time.unit}
    return _file_evidence(case, "services.show") | {"show": case.unit.config.services.show}


def _coupling(case: Case) -> Evidence:
    if case.unit is None:
        return {"unit": case.time.unit}
    calendars = {"calendar": case.unit.config.calendar, "booking_calendar": case.calendar}
    return _file_evidence(case, "coupling.calendar") | calendars | _routes(case.coupling)


def _routes(coupling: CouplingThen | None) -> Evidence:
    if coupling is None:
        return {}
    return {
        "logical_address": coupling.logical_address,
        "missing_contracts": list(coupling.missing),
        "snapshot_taken_at": coupling.snapshot.taken_at,
        "snapshot_read_at": coupling.snapshot.read_at,
        "snapshot_source": coupling.snapshot.source,
    }


def _service(case: Case) -> Evidence:
    codes: Evidence = {"code": case.time.code, "care_type": case.time.care_type}
    if case.unit is None:
        return codes
    if case.mapping is None:
        return _file_evidence(case, "") | codes
    found = {"mapped_code": case.mapping.code, "label": case.mapping.label, "show": case.mapping.show}
    return _file_evidence(case, f"care_service.{case.mapping_index}.show") | codes | found


def _relation(case: Case) -> Evidence:
    relation = case.relation
    evidence: Evidence = {"required": case.relation_required, "relation": relation.relation or "never"}
    if relation.event:
        event = relation.event
        evidence |= {"event": event.event, "event_id": event.id, "occurred_at": event.occurred_at}
        if event.source:
            evidence |= {"file": event.source, "line": event.line}
        return evidence
    return evidence | {
        "events_of_pair": relation.events_of_pair,
        "events_known": relation.events_known,
        "last_imported_at": relation.last_imported_at,
    }


def _offer(case: Case) -> Evidence:
    return _file_evidence(case, "services") if case.unit else {"unit": case.time.unit}


def _permission(case: Case) -> Evidence:
    if case.mapping is None:
        return {"code": case.time.code, "care_type": case.time.care_type}
    path = f"care_service.{case.mapping_index}"
    return _file_evidence(case, path) | {"mapped_code": case.mapping.code}


def _deadline(case: Case) -> Evidence:
    hours, starts_at = case.deadline_hours, case.time.starts_at
    return {"starts_at": starts_at, "deadline_hours": hours, "deadline_at": starts_at - hours * HOUR}


def _basis(case: Case) -> Evidence:
    asked: Evidence = {"required": bool(case.mapping and case.mapping.book is BookMode.BASIS)}
    basis = case.basis
    if basis is None:
        return asked
    last = last_day(basis.valid_until)
    validity = {"valid_from": first_day(basis.valid_from).isoformat(), "valid_to": last.isoformat() if last else None}
    return asked | {"basis": basis.basis_id} | validity | {"used_by": basis.booking}


def _slot(case: Case) -> Evidence:
    slot = case.slot
    assert slot is not None
    evidence: Evidence = {"slot": slot.slot_id, "slot_unit": slot.unit, "slot_code": slot.code}
    moments = {"starts_at": slot.starts_at, "published_at": slot.published_at, "withdrawn_at": slot.withdrawn_at}
    return evidence | moments | {"taken_by": slot.booking, "imported_from": slot.source}


_EVIDENCE: Final[Mapping[str, Callable[[Case], Evidence]]] = {
    "booking": _booking,
    "window": _window,
    "unit": _unit,
    "coupling": _coupling,
    "service": _service,
    "relation": _relation,
    "offer": _offer,
    "permission": _permission,
    "deadline": _deadline,
    "basis": _basis,
    "slot": _slot,
}


def evidence(case: Case, finding: Finding) -> Evidence:
    """What a finding rests on, by name; instants as seconds UTC under names that end in `_at`, `since` or `until`."""
    found = _EVIDENCE[finding.check.name](case)
    return {"assumed": True} | found if finding.assumed else found


def notes(case: Case, *, trusted: bool) -> tuple[str, ...]:
    """What does not decide but matters, by its code (contract, section 4); `trusted`: the coupling was not verified
    and passes nevertheless."""
    told = []
    if not passes_rivta(case.resident):
        told.append("number_cannot_pass_rivta")
    if trusted:
        told.append("coupling_on_trust")
    if case.coupling and case.coupling.snapshot.is_old(case.at):
        told.append("snapshot_is_old")
    if case.booked and case.booked.imported:
        told.append("booking_is_a_copy")
    return tuple(told)
