"""What differs between a journal and what is known beside it, in words."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.identity import parse_hsa_id
from tidbok_cli.domain.journal_booking import JournalFinding
from tidbok_cli.domain.masks import masked
from tidbok_cli.domain.times import HOUR
from tidbok_cli.i18n import _
from tidbok_cli.render import words
from tidbok_cli.render.journal import breach_told
from tidbok_cli.render.journal_finding_texts import FINDINGS
from tidbok_cli.render.lines import visible
from tidbok_cli.render.moments import moment, span

if TYPE_CHECKING:
    from tidbok_cli.domain.case import BookingThen
    from tidbok_cli.domain.journal import JournalSlot
    from tidbok_cli.domain.journal_booking import JournalBooking

_SERVICES = {JournalFinding.CANCEL_DIFFERS: "cancel", JournalFinding.REBOOK_DIFFERS: "rebook"}

_OF_FILES = (JournalFinding.JOURNAL_ONLY, JournalFinding.NOT_MAPPED, *_SERVICES)
"""Findings whose next step is about the unit's file, which has to be there."""


class FindingText(NamedTuple):
    """A finding in words."""

    message: str
    fix: str


def said(booking: JournalBooking, finding: JournalFinding, at: int) -> FindingText:
    """A finding's sentence, and the next thing to do; `at`: when the journal was asked."""
    told = {name: visible(text) for name, text in fields(booking, finding).items()}
    text = FINDINGS[variant(booking, finding, at)]
    return FindingText(_(text.message).format(**told), _(text.fix or "").format(**told))


def variant(booking: JournalBooking, finding: JournalFinding, at: int) -> str:
    """The key of a finding's sentences: its own, or that of what more is known."""
    copy, slot = booking.copy, booking.slot
    if booking.config is None and finding in _OF_FILES:
        return f"{finding}.no_file"
    match finding:
        case JournalFinding.JOURNAL_ONLY if copy:
            return f"{finding}.{'over' if copy.status is BookingStatus.BOOKED else 'ended'}"
        case JournalFinding.COPY_ONLY if not booking.is_set_up:
            return f"{finding}.not_set_up"
        case JournalFinding.BREACH if booking.is_of_another:
            return f"{finding}.another"
        case JournalFinding.CANCEL_DIFFERS | JournalFinding.REBOOK_DIFFERS if getattr(slot, _SERVICES[finding], False):
            return f"{finding}.{_there(booking, _SERVICES[finding], at)}"
    return str(finding)


def _there(booking: JournalBooking, service: str, at: int) -> str:
    """Why the journal alone allows it: the file does not any more, or not at all."""
    in_file = getattr(booking.mapping_there, service, False)
    return "late" if in_file and at >= _deadline(booking) else "there"


def _deadline(booking: JournalBooking) -> int:
    hours = booking.mapping_there.cancel_deadline_hours if booking.mapping_there else 0
    return (booking.starts_at or 0) - hours * HOUR


def fields(booking: JournalBooking, finding: JournalFinding) -> dict[str, str]:
    """Fields that the sentences of render/journal_finding_texts.py may name."""
    copy, slot, mapping, service = booking.copy, booking.slot, booking.mapping_there, _SERVICES.get(finding, "")
    code = (slot.code or slot.care_type or "") if slot else copy.code if copy else ""
    name = (slot.name if slot else None) or ""
    return {
        "unit": (booking.config.alias if booking.config else None) or booking.unit,
        "typed_unit": _typed(booking.unit),
        "booking": quote(booking.booking_id or ""),
        "code": code,
        "typed_code": quote(mapping.code if mapping else code),
        "code_here": copy.code if copy else "",
        "name": name,
        "typed_name": quote(name),
        "label": (mapping.label if mapping else None) or "",
        "service": service,
        "deed": _(words.DEEDS[service]) if service else "",
        "there": _there_told(slot, copy),
        "here": span(copy.starts_at, copy.ends_at) if copy else "",
        "ended": moment(copy.ended_at if copy else None),
        "deadline": moment(_deadline(booking)),
        "breaches": "; ".join(map(breach_told, booking.breaches)),
    }


def _typed(unit: str) -> str:
    """An HSA-id, which may be of the journal's writing, as one types it."""
    found = parse_hsa_id(unit).value
    return quote(found) if found and masked(found) == found else "HSA_ID"


def _there_told(slot: JournalSlot | None, copy: BookingThen | None) -> str:
    """The journal's time; its end alone where it says no start."""
    if slot is None:
        return ""
    starts_at = slot.start if slot.start is not None else copy.starts_at if copy else None
    return span(starts_at, slot.end) if starts_at is not None else moment(slot.end)
