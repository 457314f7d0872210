"""Evidence for each check of a case, and the notes beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import SHOWN_AFTER_START, BookingStatus
from tidbok_cli.domain.identity import passes_rivta
from tidbok_cli.domain.times import HOUR, first_day, last_day
from tidbok_cli.domain.unit import BookMode
from tidbok_cli.domain.unit_now import calendar_key, mapped_by, mapping_key, service_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidbok_cli.domain.case import Case, CouplingThen
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.domain.unit_now import KeySaid
    from tidbok_cli.domain.verdict import Finding

Evidence = dict[str, object]

NO_RIVTA: Final = "number_cannot_pass_rivta"
"""The note that 1177 cannot ask about the resident over the national platform."""


def _file_evidence(case: Case, key: Callable[[UnitConfig], KeySaid]) -> Evidence:
    """Tell where a key of the unit's file stands: now, else as applied."""
    unit = case.unit
    assert unit is not None
    place: Evidence
    if unit.file:
        now = unit.file.place(unit.config, key)
        place = {"file": now.file, "line": now.line, "file_now": now.state}
    else:
        where = unit.config.origin.at(key(unit.config).path or "")
        place = {"file": where.file, "line": where.line}
    return place | {"in_force_since": unit.since, "applied_at": unit.applied_at, "applied_by": unit.applied_by}


def _booking(case: Case, _: Action) -> Evidence:
    booking = case.booking
    evidence: Evidence = {"created_at": booking.created_at, "ended_at": booking.ended_at}
    if booking.ended_at is not None:
        evidence |= {"ended_by": booking.ended_by, "absent_from": booking.absent_from}
    if booking.status is BookingStatus.REBOOKED:
        evidence["replaced_by"] = booking.replaced_by
    return evidence | {"imported_from": booking.source}


def _window(case: Case, _: Action) -> Evidence:
    return {"starts_at": case.booking.starts_at, "shown_until": case.booking.starts_at + SHOWN_AFTER_START}


def _unit(case: Case, _: Action) -> Evidence:
    if case.ended:
        ended = case.ended
        return {"unit": case.time.unit, "name": ended.config.name, "ended_at": ended.at, "ended_by": ended.actor}
    if case.unit is None:
        return {"unit": case.time.unit}
    return _file_evidence(case, service_key("show")) | {"show": case.unit.config.services.show}


def _coupling(case: Case, _: Action) -> Evidence:
    if case.unit is None:
        return {"unit": case.time.unit}
    calendars = {"calendar": case.unit.config.calendar, "booking_calendar": case.calendar}
    return _file_evidence(case, calendar_key) | calendars | _routes(case.coupling)


def _routes(coupling: CouplingThen | None) -> Evidence:
    if coupling is None:
        return {}
    carried: Evidence = {"carried_by": list(coupling.carried_by)} if coupling.carried_by else {}
    return carried | {
        "logical_address": coupling.logical_address,
        "missing_contracts": list(coupling.missing),
        "snapshot_taken_at": coupling.snapshot.taken_at,
        "snapshot_read_at": coupling.snapshot.read_at,
        "snapshot_source": coupling.snapshot.source,
    }


def _service(case: Case, _: Action) -> Evidence:
    codes: Evidence = {"code": case.time.code, "care_type": case.time.care_type}
    if case.unit is None:
        return codes
    if case.mapping is None:
        return _file_evidence(case, mapped_by(case.time.code, case.time.care_type)) | codes
    found = {"mapped_code": case.mapping.code, "label": case.mapping.label, "show": case.mapping.show}
    return _file_evidence(case, mapping_key(case.mapping.code, "show")) | codes | found


def _relation(case: Case, _: Action) -> Evidence:
    relation = case.relation
    evidence: Evidence = {"required": case.relation_required, "relation": case.relation_told}
    if relation.event:
        event = relation.event
        evidence |= {"event": event.event, "event_id": event.id, "occurred_at": event.occurred_at}
        if event.source:
            evidence |= {"file": event.source, "line": event.line}
        if relation.removed_at is not None:
            evidence |= {"removed_at": relation.removed_at, "rests_on_approval": relation.rests_on_approval}
        return evidence
    return (
        evidence
        | {
            "events_of_pair": relation.events_of_pair,
            "events_known": relation.events_known,
            "last_imported_at": relation.last_imported_at,
        }
        | _no_summons(case)
    )


def _no_summons(case: Case) -> Evidence:
    story = case.no_summons
    if story is None:
        return {}
    told: Evidence = {"booked_at": case.booking.created_at, "no_summons_because": story.because}
    return told | {"shown_since": story.shown_since, "configuration_applied_at": story.applied_at}


def _offer(case: Case, action: Action) -> Evidence:
    return _file_evidence(case, service_key(action)) if case.unit else {"unit": case.time.unit}


def _permission(case: Case, action: Action) -> Evidence:
    if case.mapping is None:
        return {"code": case.time.code, "care_type": case.time.care_type}
    return _file_evidence(case, mapping_key(case.mapping.code, action)) | {"mapped_code": case.mapping.code}


def _deadline(case: Case, _: Action) -> Evidence:
    hours, starts_at = case.deadline_hours, case.time.starts_at
    return {"starts_at": starts_at, "deadline_hours": hours, "deadline_at": starts_at - hours * HOUR}


def _basis(case: Case, _: Action) -> Evidence:
    asked: Evidence = {"required": bool(case.mapping and case.mapping.book is BookMode.BASIS)}
    basis = case.basis
    if basis is None:
        return asked
    last = last_day(basis.valid_until)
    validity = {"valid_from": first_day(basis.valid_from).isoformat(), "valid_to": last.isoformat() if last else None}
    used: Evidence = {"used_by": basis.booking}
    if case.used_basis:
        used |= {"used_basis": case.used_basis.basis_id, "used_basis_by": case.used_basis.booking}
    return asked | {"basis": basis.basis_id} | validity | used


def _slot(case: Case, _: Action) -> Evidence:
    slot = case.slot
    assert slot is not None
    evidence: Evidence = {"slot": slot.slot_id, "slot_unit": slot.unit, "slot_code": slot.code}
    moments = {"starts_at": slot.starts_at, "published_at": slot.published_at, "withdrawn_at": slot.withdrawn_at}
    return evidence | moments | {"taken_by": slot.booking, "is_own": case.slot_is_own, "imported_from": slot.source}


def _journal(case: Case, _: Action) -> Evidence:
    return case.journal.evidence if case.journal else {}


_EVIDENCE: Final[Mapping[str, Callable[[Case, Action], Evidence]]] = {
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
    "journal": _journal,
}


def evidence(case: Case, action: Action, finding: Finding) -> Evidence:
    """Return a finding's evidence; names of instants end in `_at`, `since`, `until`."""
    found = _EVIDENCE[finding.check.name](case, action)
    return {"assumed": True} | found if finding.assumed else found


def notes(case: Case, *, trusted: bool) -> tuple[str, ...]:
    """Return the codes of what matters without deciding (contract, section 4).

    `trusted`: the coupling passes without having been verified.
    """
    codes = []
    if not passes_rivta(case.resident):
        codes.append(NO_RIVTA)
    if trusted:
        codes.append("coupling_on_trust")
    if case.coupling and case.coupling.carried_by:
        codes.append("coupling_carried")
    if case.coupling and case.coupling.twice:
        codes.append("two_routes")
    if case.coupling and case.coupling.snapshot.is_old(case.at):
        codes.append("snapshot_is_old")
    if case.booked and case.booked.imported:
        codes.append("booking_is_a_copy")
    return tuple(codes)
