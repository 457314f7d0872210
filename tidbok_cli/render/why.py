"""`why` in all its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.booking import BOOKING
from tidbok_cli.render.columns import INSTANT, Column, JsonObject, Listing, evidence, instant, record
from tidbok_cli.render.output import Format, dumps, print_object, print_objects, print_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.why import Diagnosis, ExplainedFinding

_SUMMARY = Listing(
    _m("for each booking"),
    (
        Column("unit", get="case.time.unit"),
        Column("booking", get=lambda diagnosis: diagnosis.case.booked.booking_id if diagnosis.case.booked else None),
        Column("start", get="case.time.starts_at", kind=INSTANT),
        Column("action"),
        Column("verdict", get="verdict.answer"),
        Column("reasons", get="verdict.reasons"),
    ),
)
_SLOT = Column("slot", get="case.slot.slot_id")
_SUMMARY_OF_SLOT = _SUMMARY._replace(columns=(*_SUMMARY.columns[:2], _SLOT, *_SUMMARY.columns[2:]))


def _slot(case: Case) -> JsonObject:
    """The published time, where one is asked about."""
    if case.slot is None:
        return {}
    from tidbok_cli.render.slot import SLOT

    return {"slot": record(SLOT, case.slot)}


def value(diagnosis: Diagnosis, *, reveal: bool) -> JsonObject:
    """`tidbok.why/1` (contract, section 4); `slot` is there where one is asked about."""
    from tidbok_cli.render.why_letter import noted

    case = diagnosis.case
    return {
        "schema": "tidbok.why/1",
        "at": instant(case.at),
        "action": str(diagnosis.action),
        "verdict": str(diagnosis.verdict.answer),
        "booking": record(BOOKING, case, reveal=reveal) if case.booked else None,
        **_slot(case),
        "checks": [_check(diagnosis, each) for each in diagnosis.checks],
        "notes": [{"note": note, "message": said} for note, said in noted(diagnosis)],
    }


def _check(diagnosis: Diagnosis, explained: ExplainedFinding) -> JsonObject:
    from tidbok_cli.render.why_letter import say

    finding, said = explained.finding, say(diagnosis, explained)
    return {
        "check": finding.check.name,
        "result": str(finding.result),
        "reason": finding.reason,
        "rules": list(finding.rules),
        "actor": str(finding.actor) if finding.actor else None,
        "message": said.message,
        "fix": said.fix,
        "evidence": evidence(explained.evidence),
    }


def print_one(diagnosis: Diagnosis, form: Format, contacts: Mapping[str, str], *, reveal: bool, verbose: bool) -> None:
    """Print the answer about one booking."""
    match form:
        case Format.JSON:
            print_object(value(diagnosis, reveal=reveal))
        case Format.NDJSON:
            print(dumps(value(diagnosis, reveal=reveal)))
        case Format.CSV:
            print_rows(_SUMMARY_OF_SLOT if diagnosis.case.slot else _SUMMARY, [diagnosis], form)
        case Format.TABLE | Format.TEXT:
            _print_letters([diagnosis], form, contacts, reveal=reveal, verbose=verbose)
        case _:
            assert_never(form)


def print_many(
    diagnoses: Sequence[Diagnosis], form: Format, contacts: Mapping[str, str], *, reveal: bool, verbose: bool
) -> None:
    """Print the answers about a resident's bookings; for people by clinic."""
    if form in (Format.TABLE, Format.TEXT):
        _print_by_clinic(diagnoses, form, contacts, reveal=reveal, verbose=verbose)
    elif form is Format.CSV:
        print_rows(_SUMMARY, diagnoses, form)
    else:
        print_objects((dumps(value(each, reveal=reveal)) for each in diagnoses), form)


def _print_by_clinic(
    diagnoses: Sequence[Diagnosis], form: Format, contacts: Mapping[str, str], *, reveal: bool, verbose: bool
) -> None:
    """Print a line for each booking; for each clinic, by name, its letters; last, how much is to be mended."""
    from tidbok_cli.domain.sorting import swedish
    from tidbok_cli.render.lines import Span, print_lines
    from tidbok_cli.render.why_letter import clinic
    from tidbok_cli.render.why_overview import obstacles_told, overview

    if diagnoses:
        print_lines([*overview(diagnoses), ()], styled=form is Format.TABLE)
    by_clinic: dict[str, list[Diagnosis]] = {}
    for diagnosis in diagnoses:
        by_clinic.setdefault(clinic(diagnosis.case), []).append(diagnosis)
    for number, name in enumerate(sorted(by_clinic, key=swedish)):
        if number:
            print()
        print_lines([(Span(f"== {name} ==", "bold"),), ()], styled=form is Format.TABLE)
        _print_letters(by_clinic[name], form, contacts, reveal=reveal, verbose=verbose)
    if said := obstacles_told(diagnoses):
        print_lines([(), (Span(said, "bold"),)], styled=form is Format.TABLE)


def _print_letters(
    diagnoses: Sequence[Diagnosis], form: Format, contacts: Mapping[str, str], *, reveal: bool, verbose: bool
) -> None:
    from tidbok_cli.render.lines import print_lines
    from tidbok_cli.render.why_letter import letter

    for number, diagnosis in enumerate(diagnoses):
        if number:
            print()
        print_lines(letter(diagnosis, contacts, reveal=reveal, verbose=verbose), styled=form is Format.TABLE)
