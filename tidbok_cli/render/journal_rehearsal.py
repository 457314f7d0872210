"""`journal rehearse`: steps in words, why one failed, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.journal_rehearsal import StepResult
from tidbok_cli.domain.masks import masked
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import JsonObject, instant
from tidbok_cli.render.journal import answer_value, breach_told, fix, head_told, head_value, message, who_can
from tidbok_cli.render.lines import Line, Span, print_lines, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.journal_rehearsal import Rehearsal, StepPlayed

STEPS: Final[Mapping[str, str]] = {
    "types": _m("Ask which time types there are"),
    "dates": _m("Ask on which days there are free times"),
    "times": _m("Ask which times are free"),
    "before": _m("Ask what is booked already"),
    "book": _m("Book a free time"),
    "see": _m("See it among the booked times"),
    "details": _m("See it by its id"),
    "move": _m("Move it to another free time"),
    "moved": _m("See it moved"),
    "cancel": _m("Cancel it"),
    "gone": _m("See it gone"),
}

REASONS: Final[Mapping[str, str]] = {
    "no_type": _m("The journal has no such time type that may be booked."),
    "no_times": _m("The journal has no free times of it in the next ninety days. Have the clinic publish two."),
    "error": _m("The journal did not do it."),
    "not_found": _m("Whether it was booked is not known: it is not among the booked times."),
    "not_shown": _m("The journal says that it is booked, but does not show it."),
    "other_time": _m("The journal has another time for it."),
    "not_moved": _m("It is not among the booked times at its new time."),
    "still_there": _m("The journal still shows it."),
}

_FOUND: Final = _m("The answer was lost, but a look shows that it was done.")

_MARKS: Final = {
    StepResult.DONE: Span("✓", "green"),
    StepResult.FOUND: Span("✓", "yellow"),
    StepResult.FAILED: Span("✗", "red"),
    StepResult.NOT_TRIED: Span("–", "dim"),
}

KEYS: Final = (
    "step", "result", "reason", "contract", "code", "actor", "message", "fix", "detail", "seconds", "correlation_id",
)  # fmt: skip
_ANSWERS: Final = KEYS[3:]


def rehearsal_value(rehearsal: Rehearsal) -> JsonObject:
    """`tidbok.journal_rehearsal/1`: each step, and what is left in the journal's book."""
    left = rehearsal.left
    return head_value("tidbok.journal_rehearsal/1", rehearsal.head) | {
        "unit": rehearsal.unit,
        "code": rehearsal.code,
        "steps": [_step(each) for each in rehearsal.steps],
        "left": {"booking": masked(left.booking or "") or None, "start": instant(left.start)} if left else None,
    }


def _step(played: StepPlayed) -> JsonObject:
    answer = answer_value(played.told) if played.told else {}
    told = {key: answer.get(key) for key in _ANSWERS} | {"actor": played.actor and str(played.actor)}
    if played.reason:
        told["message"] = reason(played)
    return {"step": str(played.step), "result": str(played.result), "reason": played.reason} | told


def reason(played: StepPlayed) -> str:
    """Why a step failed: its reason, and the journal's own text, else what came instead of an answer."""
    if played.told is None:
        return ""
    own = visible(played.told.answer.outcome_text)
    said = [_(REASONS[played.reason])] if played.reason else []
    if played.told.is_finding or not said:
        said.append(message(played.told))
    elif own:
        said.append(own)
    return " ".join(said)


def print_rehearsal(rehearsal: Rehearsal, contacts: Mapping[str, str]) -> None:
    """Print whether all went well, and the steps."""
    failed = sum(each.result is StepResult.FAILED for each in rehearsal.steps)
    print(_("The rehearsal went well.") if not failed and not rehearsal.left else _("The rehearsal did not go well."))
    print(
        visible(f"{rehearsal.name} {rehearsal.unit}".strip())
        + (f", {visible(rehearsal.code)}" if rehearsal.code else "")
    )
    print(head_told(rehearsal.head))
    print()
    print_lines((line for each in rehearsal.steps for line in _lines(each, contacts)), styled=True)


def _lines(played: StepPlayed, contacts: Mapping[str, str]) -> Iterator[Line]:
    yield _MARKS[played.result], Span(f" {_(STEPS[played.step])}", "bold" if played.result is StepResult.FAILED else "")
    if played.told is None:
        return
    if played.result is StepResult.FOUND:
        yield (Span("  " + _(_FOUND)),)
    if played.result is StepResult.FAILED:
        yield (Span("  " + reason(played)),)
        if played.told.answer.detail:
            yield (Span("  " + _("It said: {detail}").format(detail=visible(played.told.answer.detail))),)
    elif played.told.answer.outcome_text:
        yield (Span("  " + visible(played.told.answer.outcome_text)),)
    for breach in played.told.answer.breaches:
        yield (Span("  " + breach_told(breach)),)
    if played.result is StepResult.FAILED:
        yield (Span("  " + who_can(played.actor, contacts)),)
        if then := fix(played.told):
            yield (Span("  " + _("Next: {fix}").format(fix=then)),)
