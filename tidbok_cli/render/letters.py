"""`why` for people: like a good doctor's letter. The verdict first; what failed, with evidence, who can mend it and
how; then what passed."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tidbok_cli.domain.case import Case
from tidbok_cli.domain.checks import Answer, Result
from tidbok_cli.domain.coupling import short_name
from tidbok_cli.domain.facts import SHOWN_AFTER_START, Action, Life
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.outcomes import Diagnosis, Explained
from tidbok_cli.domain.times import HOUR
from tidbok_cli.i18n import _
from tidbok_cli.render import texts
from tidbok_cli.render.tables import Line, Span, visible
from tidbok_cli.render.wording import aged, clock


def _place(evidence: Mapping[str, object]) -> str:
    file, line = evidence.get("file"), evidence.get("line")
    if not file:
        return _("recorded by hand")
    return f"{file}:{line}" if line else str(file)


def _knowledge(case: Case) -> str:
    relation = case.relation
    if not relation.events_known:
        return _("No relation events are known at all: none have been imported.")
    if relation.last_imported_at is None:
        return _("No relation events have been imported: those known come from bookings or were recorded by hand.")
    return _("Relation events were last imported {time}.").format(time=clock(relation.last_imported_at))


def fields(diagnosis: Diagnosis, evidence: Mapping[str, object]) -> dict[str, str]:
    """What the sentences of render/texts.py may name."""
    case, action = diagnosis.case, diagnosis.action
    booking, mapping, unit = case.booking, case.mapping, case.unit
    hours = mapping.cancel_deadline_hours if mapping else 0
    codes = booking.code
    if booking.care_type:
        codes = _("{code} (care type {care_type})").format(code=booking.code, care_type=booking.care_type)
    told = {
        "action": str(action),
        "flag": "--book open" if action is Action.BOOK else f"--{action}",
        "unit": (unit.config.alias if unit else None) or booking.unit,
        "file": str(evidence.get("file") or ""),
        "place": _place(evidence),
        "event_place": _place(evidence),
        "calendar": (unit.config.calendar if unit else None) or "",
        "booking_calendar": booking.calendar or "",
        "code": booking.code,
        "codes": codes,
        "mapped_code": mapping.code if mapping else booking.code,
        "label": (mapping.label if mapping else None) or "",
        "created": clock(booking.created_at),
        "ended": clock(booking.ended_at),
        "shown_until": clock(booking.starts_at + SHOWN_AFTER_START),
        "deadline": clock(booking.starts_at - hours * HOUR),
        "since": clock(case.relation.since),
        "address": case.coupling.logical_address if case.coupling else "",
        "missing": ", ".join(map(short_name, case.coupling.missing)) if case.coupling else "",
        "snapshot": aged(case.coupling.snapshot, case.at) if case.coupling else "",
        "knowledge": _knowledge(case),
    }
    return {name: visible(value) for name, value in told.items()}


class Said(NamedTuple):
    """A finding in words."""

    message: str
    fix: str | None


def say(diagnosis: Diagnosis, explained: Explained) -> Said:
    """What a finding says, and what to do next."""
    finding = explained.finding
    told = fields(diagnosis, explained.evidence)
    if finding.assumed:
        return Said(_(texts.ASSUMED), None)
    if finding.result is Result.PASS:
        return Said(_passed(diagnosis.case, finding.check.name).format(**told), None)
    text = texts.REASONS[f"{finding.check.name}.{finding.reason}"]
    return Said(_(text.message).format(**told), _(text.fix).format(**told) if text.fix else None)


def _passed(case: Case, check: str) -> str:
    if check == "relation" and not case.relation_required:
        return _(texts.RELATION_NOT_REQUIRED)
    if check == "coupling" and case.coupling:
        return _(texts.ROUTED)
    return _(texts.CHECKS[check][1])


# ------------------------------------------------------------------------------------------- the letter

_STYLES: Final = {
    Answer.SHOWN: "bold green",
    Answer.ALLOWED: "bold green",
    Answer.HIDDEN: "bold red",
    Answer.DENIED: "bold red",
    Answer.UNKNOWN: "bold yellow",
}
_MARKS: Final = {Result.PASS: Span("✓", "dim"), Result.FAIL: Span("✗", "red"), Result.UNKNOWN: Span("?", "yellow")}


def letter(diagnosis: Diagnosis, contacts: Mapping[str, str], *, reveal: bool) -> Iterator[Line]:
    """The lines of the letter."""
    answer = diagnosis.verdict.answer
    yield Span(_(texts.VERDICTS[answer]), _STYLES[answer]), Span("  " + _heading(diagnosis.case, reveal=reveal))
    yield (Span(_circumstances(diagnosis), "dim"),)
    for explained in diagnosis.checks:
        if explained.finding.result is not Result.PASS:
            yield ()
            yield from _open(diagnosis, explained, contacts)
    yield ()
    for explained in diagnosis.checks:
        if explained.finding.result is Result.PASS:
            message = say(diagnosis, explained).message
            yield _MARKS[Result.PASS], Span(f" {explained.finding.check.name}: {message}", "dim")
    for note in diagnosis.notes:
        yield (Span(f"· {_(texts.NOTES[note])}", "dim"),)


def clinic(case: Case) -> str:
    """The clinic's name, where it has one at the moment, and its HSA-id."""
    unit = case.booking.unit
    return visible(f"{case.unit.config.name}, {unit}" if case.unit else unit)


def _heading(case: Case, *, reveal: bool) -> str:
    booking = case.booking
    label = case.mapping.label if case.mapping and case.mapping.label else booking.code
    name = case.unit.config.name if case.unit else booking.unit
    number = booking.resident if reveal else mask(booking.resident)
    return visible(f"{booking.booking_id}  {label}, {name}, {clock(booking.starts_at)}, {number}")


def _circumstances(diagnosis: Diagnosis) -> str:
    booking, at = diagnosis.case.booking, diagnosis.case.at
    life = Life.NOT_YET_MADE if at < booking.created_at else booking.life
    told = _("{question} As of {at}. Clinic {unit}, code {code}, {status}.").format(
        question=_(texts.ACTIONS[diagnosis.action]),
        at=clock(at),
        unit=booking.unit,
        code=booking.code,
        status=_(texts.STATUSES[life]),
    )
    return visible(told)


def _open(diagnosis: Diagnosis, explained: Explained, contacts: Mapping[str, str]) -> Iterator[Line]:
    """What fails or is not known: why, by which rules, who can mend it, and how."""
    finding, said = explained.finding, say(diagnosis, explained)
    rules = f"  ({', '.join(finding.rules)})"
    name = Span(f" {finding.check.name}: ", _MARKS[finding.result].style)
    yield _MARKS[finding.result], name, Span(said.message, "bold"), Span(rules, "dim")
    if finding.assumed:
        return
    yield (Span("  " + _("Who can act: {who}").format(who=who(finding.actor, contacts))),)
    if said.fix:
        yield (Span("  " + _("Next: {fix}").format(fix=said.fix)),)


def who(actor: str | None, contacts: Mapping[str, str]) -> str:
    """Who can act, with the address that the region has given."""
    if actor is None:
        return _(texts.NOBODY)
    named = _(texts.ACTORS[actor])
    address = contacts.get(actor)
    return f"{named} ({visible(address)})" if address else named
