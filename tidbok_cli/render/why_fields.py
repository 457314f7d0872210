"""Fields of `why`'s sentences: what a case says, by the names in render/check_texts.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.coupling import short_name
from tidbok_cli.domain.facts import SHOWN_AFTER_START
from tidbok_cli.domain.times import HOUR, first_day, last_day
from tidbok_cli.i18n import _
from tidbok_cli.render import words
from tidbok_cli.render.check_commands import commands
from tidbok_cli.render.check_places import place
from tidbok_cli.render.lines import visible_as
from tidbok_cli.render.moments import aged, day, moment
from tidbok_cli.render.why_beside import story

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.why import Diagnosis

_OURS: Final = frozenset(
    (
        *("created", "ended", "unit_ended", "start", "shown_until", "deadline", "since", "removed", "knowledge"),
        *("slot_start", "withdrawn", "basis_from", "basis_to", "shown_since", "applied"),
    )
)
"""Fields made of moments alone, in which nothing is foreign."""


class Fields(dict[str, str]):
    """Fields by name, each made safe for a screen when a sentence names it: a sentence names a few of many."""

    def __init__(self, told: Mapping[str, str]) -> None:
        super().__init__()
        self._told = told

    def __missing__(self, name: str) -> str:
        text = self._told[name]
        safe = self[name] = text if name in _OURS else visible_as(name, text)
        return safe

    @property
    def whole(self) -> dict[str, str]:
        """Every field, safe for a screen."""
        return {name: self[name] for name in self._told}


def fields(diagnosis: Diagnosis, evidence: Mapping[str, object]) -> Fields:
    """Fields that the sentences of render/check_texts.py may name."""
    case, action = diagnosis.case, diagnosis.action
    time, mapping, unit = case.time, case.mapping, case.unit
    codes = time.code
    if time.care_type:
        codes = _("{code} (care type {care_type})").format(code=time.code, care_type=time.care_type)
    told = {
        "action": str(action),
        "deed": _(words.DEEDS[action]),
        "Deed": _first_upper(_(words.DEEDS[action])),
        "unit": (unit.config.alias if unit else None) or time.unit,
        "file": str(evidence.get("file") or ""),
        "place": place(evidence),
        "event_place": place(evidence),
        "calendar": _calendar_found(case),
        "booking_calendar": case.calendar or "",
        "code": time.code,
        "codes": codes,
        "mapped_code": mapping.code if mapping else time.code,
        "kind": _(words.THE_KINDS[mapping.kind]) if mapping else "",
        "Kind": _first_upper(_(words.THE_KINDS[mapping.kind])) if mapping else "",
        "label": (mapping.label if mapping else None) or "",
        "created": moment(case.booked.created_at if case.booked else None),
        "ended": moment(case.booked.ended_at if case.booked else None),
        "replaced_by": (case.booked.replaced_by if case.booked else None) or "",
        "unit_name": case.unit_name or "",
        "unit_ended": moment(case.ended.at if case.ended else None),
        "ended_by": case.ended.actor if case.ended else "",
        "start": moment(time.starts_at),
        "shown_until": moment(time.starts_at + SHOWN_AFTER_START),
        "deadline": moment(time.starts_at - case.deadline_hours * HOUR),
        "since": moment(case.relation.since),
        "removed": moment(case.relation.removed_at),
        "address": case.coupling.logical_address if case.coupling else "",
        "missing": ", ".join(map(short_name, case.coupling.missing)) if case.coupling else "",
        "snapshot": aged(case.coupling.snapshot, case.at) if case.coupling else "",
        "knowledge": _knowledge(case),
    }
    told |= _of_slot(case) | commands(case, action) | _of_journal(case)
    told |= story(case, told)
    return Fields(told)


def _calendar_found(case: Case) -> str:
    """The calendar that the coupling leads to: the time's own, where that is one of several (S22)."""
    config = case.unit.config if case.unit else None
    found = config is not None and case.calendar is not None and config.finds(case.calendar, case.at)
    return (case.calendar if found else config.calendar if config else None) or ""


def _knowledge(case: Case) -> str:
    relation = case.relation
    if not relation.events_known:
        return _("No relation events are known at all: none have been imported.")
    if relation.last_imported_at is None:
        return _("No relation events have been imported: those known come from bookings or were recorded by hand.")
    return _("Relation events were last imported {time}.").format(time=moment(relation.last_imported_at))


def _first_upper(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def _of_slot(case: Case) -> dict[str, str]:
    """Fields of a slot and a booking basis, for the sentences."""
    slot, basis, used = case.slot, case.basis, case.used_basis
    last = last_day(basis.valid_until) if basis else None
    return {
        "slot": slot.slot_id if slot else "",
        "slot_booking": (slot.booking if slot else None) or "",
        "slot_unit": slot.unit if slot else "",
        "slot_code": slot.code if slot else "",
        "slot_start": moment(slot.starts_at if slot else None),
        "withdrawn": moment(slot.withdrawn_at if slot else None),
        "basis": basis.basis_id if basis else "",
        "basis_from": day(first_day(basis.valid_from)) if basis else "",
        "basis_to": day(last) if last else _("further notice"),
        "used_by": (basis.booking if basis else None) or "",
        "used_basis": used.basis_id if used else "",
        "used_basis_by": (used.booking if used else None) or "",
    }


def _of_journal(case: Case) -> dict[str, str]:
    """Fields of what the journal said, where it was asked."""
    if case.journal is None:
        return {}
    from tidbok_cli.render.why_journal import heard_fields

    return heard_fields(case.journal)
