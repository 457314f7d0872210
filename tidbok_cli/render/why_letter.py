"""`why` for people, like a good doctor's letter.

The verdict first; what failed, with evidence, who can mend it and how; then what passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.case import BookingThen, Case
from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.evidence import NO_RIVTA
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.unit import BookMode
from tidbok_cli.domain.unit_now import FileState
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.i18n import _
from tidbok_cli.render import check_texts, check_variants, words
from tidbok_cli.render.check_names import can_act, check_name, reason_name
from tidbok_cli.render.check_places import first, place
from tidbok_cli.render.lines import Line, Span, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.why_beside import noted_beside, shown_by
from tidbok_cli.render.why_fields import fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.why import Diagnosis, ExplainedFinding


class FindingText(NamedTuple):
    """A finding in words."""

    message: str
    fix: str | None


def say(diagnosis: Diagnosis, explained: ExplainedFinding) -> FindingText:
    """A finding's sentence, and the next thing to do."""
    finding = explained.finding
    told = fields(diagnosis, explained.evidence)
    if finding.assumed:
        return FindingText(_(check_texts.ASSUMED), None)
    if finding.result is Result.PASS:
        return FindingText(" ".join(_passed(diagnosis, finding.check.name)).format_map(told), None)
    text = check_variants.text(check_variants.variant(diagnosis.case, f"{finding.check.name}.{finding.reason}"))
    alone = finding.check.name == "relation" and diagnosis.case.relation.removed_at is not None
    message = check_texts.APPROVAL_ALONE if alone else text.message
    steps = [_(each).format_map(told) for each in (first(explained.evidence, text.fix), text.fix) if each]
    return FindingText(_(message).format_map(told), " ".join(steps) or None)


def untranslated_fix(diagnosis: Diagnosis, explained: ExplainedFinding) -> str | None:
    """The next thing to do as the sources have it, for the commands in it."""
    finding = explained.finding
    text = check_variants.text(check_variants.variant(diagnosis.case, f"{finding.check.name}.{finding.reason}"))
    is_gone = explained.evidence.get("file_now") == FileState.GONE
    steps = (first(explained.evidence, text.fix) if is_gone else None, text.fix)
    return " ".join(each.format_map(fields(diagnosis, explained.evidence)) for each in steps if each) or None


def _passed(diagnosis: Diagnosis, check: str) -> Iterator[str]:
    """The sentences of a check that passed, with their fields open."""
    yield _passed_in_short(diagnosis, check)
    if check == "relation" and diagnosis.case.relation_required and diagnosis.case.relation.rests_on_approval:
        yield _(words.RESTS_ON_APPROVAL)
    if check == "journal" and diagnosis.case.journal and diagnosis.case.journal.starts_elsewhere_at is not None:
        yield _(check_texts.STARTS_ELSEWHERE)


def _passed_in_short(diagnosis: Diagnosis, check: str) -> str:
    case = diagnosis.case
    to_do_so = check_texts.PASSED_TO.get(diagnosis.action, {})
    if check in to_do_so:
        return _(to_do_so[check])
    if check == "basis" and case.mapping and case.mapping.book is BookMode.BASIS:
        return _(check_texts.VALID_BASIS)
    if check == "relation" and not case.relation_required:
        return _(check_texts.RELATION_NOT_REQUIRED)
    if check == "service" and case.mapping and case.mapping.code != case.time.code:
        return _(check_texts.MAPPED_BY_CARE_TYPE)
    if check == "coupling" and case.coupling:
        return _(check_texts.ROUTED)
    return _(check_texts.CHECKS[check][1])


# ------------------------------------------------------------------------------------------- the letter

STYLES: Final = {
    Answer.SHOWN: "bold green",
    Answer.ALLOWED: "bold green",
    Answer.HIDDEN: "bold red",
    Answer.DENIED: "bold red",
    Answer.UNKNOWN: "bold yellow",
}
_MARKS: Final = {Result.PASS: Span("✓", "dim"), Result.FAIL: Span("✗", "red"), Result.UNKNOWN: Span("?", "yellow")}


def letter(diagnosis: Diagnosis, contacts: Mapping[str, str], *, reveal: bool, verbose: bool = False) -> Iterator[Line]:
    """The lines of the letter; verbose, with rules and places of facts."""
    answer = diagnosis.verdict.answer
    heading = Span("  " + _heading(diagnosis.case, reveal=reveal))
    yield (
        Span(verdict_told(diagnosis), STYLES[answer]),
        Span(_cause(diagnosis)),
        heading,
        Span(_doubt(diagnosis), "yellow"),
    )
    yield (Span(_circumstances(diagnosis), "dim"),)
    if diagnosis.case.booked and diagnosis.case.slot:
        yield (Span(_("To the published time {slot}, {slot_start}.").format_map(fields(diagnosis, {})), "dim"),)
    if said := _what_shows(diagnosis):
        yield (Span(said),)
    for explained in diagnosis.checks:
        if explained.finding.result is not Result.PASS:
            yield ()
            yield from _open(diagnosis, explained, contacts, verbose=verbose)
    yield ()
    for explained in diagnosis.checks:
        if explained.finding.result is Result.PASS:
            message = say(diagnosis, explained).message
            proof = _proof(explained) if verbose else ""
            yield _MARKS[Result.PASS], Span(f" {check_name(explained.finding.check.name)}: {message}{proof}", "dim")
    for _note, said in noted(diagnosis):
        yield (Span(f"· {said}", "dim"),)


def verdict_told(diagnosis: Diagnosis) -> str:
    """The verdict, conditional where something is assumed."""
    answer, findings = diagnosis.verdict
    assumed = ", ".join(f"{each.check.name}={each.result}" for each in findings if each.assumed)
    if not assumed:
        return _(words.VERDICTS[answer])
    return _("{verdict}, assuming {assumed}").format(verdict=_(words.WOULD[answer]), assumed=assumed)


def _cause(diagnosis: Diagnosis) -> str:
    """The first cause in a few words: of a negative verdict a failure, whatever is unknown before it."""
    causes = [each for each in diagnosis.verdict.unmet if not each.assumed]
    first_one = min(causes, key=lambda each: each.result is not Result.FAIL, default=None)
    return f" ({reason_name(f'{first_one.check.name}.{first_one.reason}')})" if first_one else ""


def _doubt(diagnosis: Diagnosis) -> str:
    """What makes a verdict doubtful that is not negative already."""
    if NO_RIVTA not in diagnosis.notes or diagnosis.verdict.answer in (Answer.HIDDEN, Answer.DENIED):
        return ""
    return "  " + _("– but 1177 cannot ask about this number (RIV-TA)")


def noted(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """The notes, by their codes, as sentences."""
    for note in diagnosis.notes:
        yield note, _(check_texts.NOTES[note])
    yield from noted_beside(diagnosis, fields(diagnosis, {}))
    if diagnosis.behind:
        from tidbok_cli.render.problems import sentence

        yield diagnosis.behind.code, sentence(diagnosis.behind.code, diagnosis.behind.params)


def _what_shows(diagnosis: Diagnosis) -> str | None:
    """The sentence that answers "why do they see a time that they should not?"."""
    evidence = {each.finding.check.name: each.evidence for each in diagnosis.checks}
    if diagnosis.action is not Action.SHOW:
        return None
    told = fields(diagnosis, evidence["service"])
    told["event_place"] = visible(place(evidence["relation"]))
    return shown_by(diagnosis, told)


def clinic(case: Case) -> str:
    """A clinic's name, if it has one at the moment, and HSA-id."""
    unit = case.time.unit
    return visible(f"{case.unit_name}, {unit}" if case.unit_name else unit)


def _heading(case: Case, *, reveal: bool) -> str:
    time = case.time
    name = time.booking_id if isinstance(time, BookingThen) else time.slot_id
    label = case.mapping.label if case.mapping and case.mapping.label else time.code
    clinic_name = case.unit_name or time.unit
    number = case.resident if reveal else mask(case.resident)
    return visible(f"{name}  {label}, {clinic_name}, {moment(time.starts_at)}, {number}")


def _circumstances(diagnosis: Diagnosis) -> str:
    time, at = diagnosis.case.time, diagnosis.case.at
    told = _("{question} As of {at}. Clinic {unit}, code {code}, {status}.").format(
        question=_(words.ACTIONS[diagnosis.action]),
        at=moment(at),
        unit=time.unit,
        code=time.code,
        status=_status(diagnosis.case),
    )
    return visible(told)


def _status(case: Case) -> str:
    if case.booked is None and case.slot is not None:
        return _(words.SLOT_STATUSES[case.slot.status])
    return _(words.STATUSES[case.status])


def _proof(explained: ExplainedFinding) -> str:
    """The rules of a check, and where its facts stand."""
    stands = [place(explained.evidence)] if explained.evidence.get("file") else []
    return visible(f"  ({', '.join([*explained.finding.rules, *stands])})")


def _open(
    diagnosis: Diagnosis, explained: ExplainedFinding, contacts: Mapping[str, str], *, verbose: bool
) -> Iterator[Line]:
    """An unmet check: why, who can mend it, how."""
    finding, said = explained.finding, say(diagnosis, explained)
    name = Span(f" {check_name(finding.check.name)}: ", _MARKS[finding.result].style)
    yield _MARKS[finding.result], name, Span(said.message, "bold"), Span(_proof(explained) if verbose else "", "dim")
    if finding.assumed:
        return
    since = diagnosis.since.get(finding.check.name)
    if since is not None:
        text = _("Since: {time}, put in force by {who}") if since.by else _("Since: {time}")
        yield (Span("  " + visible(text.format(time=moment(since.at), who=since.by))),)
    yield (Span("  " + can_act(finding.actor if said.fix else None, contacts)),)
    if said.fix:
        yield (Span("  " + _("Next: {fix}").format(fix=said.fix)),)
