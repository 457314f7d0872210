"""`booking show`: a booking, its history, and when it was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.booking_life import BookingLife, HistoryEntry, HistoryKind, Interval, begins_at
from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.relation import EVENT_RULES, Event, EventEffect
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import booking, words
from tidbok_cli.render.check_names import check_name, reason_names
from tidbok_cli.render.columns import INSTANT, Column, JsonObject, instant, record
from tidbok_cli.render.lines import print_lines
from tidbok_cli.render.moments import moment
from tidbok_cli.render.relation import related
from tidbok_cli.render.tables import print_facts
from tidbok_cli.render.timeline import TimelineEntry, runs, timeline
from tidbok_cli.render.view import visit_lines
from tidbok_cli.render.why_letter import say

if TYPE_CHECKING:
    from tidbok_cli.domain.why import Diagnosis

_MAY_BE_SHOWN: Final = (Answer.SHOWN, Answer.UNKNOWN)
BOOKING_KEYS = ("id", "unit", "resident", "code", "start", "end", "status")
HappenedValues = Mapping[str, Any]
_ENDING = (
    Column("ended_at", kind=INSTANT),
    Column("replaced_by"),
    Column("imported"),
    Column("imported_from", get="source"),
)
_VISIT = (Column("information"), Column("meeting_link"), Column("digital"))


def life_value(life: BookingLife, *, reveal: bool) -> JsonObject:
    """`tidbok.booking/1`: a booking at a moment, its history and its intervals."""
    case = life.case
    return (
        {"schema": "tidbok.booking/1", "at": instant(case.at)}
        | record(booking.BOOKING, case, reveal=reveal)
        | record(_ENDING, case.booking)
        | record(_VISIT, case.visit)
        | {
            "relation": case.relation_told,
            "relation_since": instant(case.relation.since),
            "history": [{"at": instant(each.at), "what": str(each.what)} | each.details for each in life.history],
            "intervals": [_interval_value(interval) for interval, _ in life.intervals],
        }
    )


def _interval_value(interval: Interval) -> JsonObject:
    return {
        "begins": instant(begins_at(interval)),
        "ends": instant(interval.ends),
        "verdict": str(interval.verdict.answer),
        "reasons": list(interval.verdict.reasons),
        "ended_by": list(interval.ended_by),
    }


def print_life(life: BookingLife, *, reveal: bool, verbose: bool, styled: bool) -> None:
    """Print a booking for people: its facts, then its timeline."""
    print_facts(_head(life, reveal=reveal))
    print()
    asked = next(diagnosis for interval, diagnosis in life.intervals if interval.begins <= life.case.at < interval.ends)
    said = _("the moment asked about: {verdict}").format(verdict=_(words.VERDICTS[asked.verdict.answer]))
    print_lines(timeline(_entries(life, verbose=verbose), life.case.at, said), styled=styled)


def _head(life: BookingLife, *, reveal: bool) -> dict[str, object]:
    value, case = record(booking.BOOKING, life.case, reveal=reveal), life.case
    return {
        _("Booking"): value["id"],
        _("Clinic"): f"{value['unit']} {value['unit_name'] or ''}".rstrip(),
        _("Resident"): value["resident"],
        _("Code"): value["code"],
        _("Label"): value["label"],
        _("Start"): moment(case.booking.starts_at),
        _("End"): moment(case.booking.ends_at),
        _("Status"): _said(words.STATUSES, value["status"]),
        _("Calendar"): value["calendar"],
        _("The visit"): " ".join(visit_lines(case.visit, _("Digital meeting"))),
        _("Relation"): related(case.relation_told, case.relation.since),
        _("Shown"): [_shown(interval) for interval, _ in life.intervals if interval.verdict.answer in _MAY_BE_SHOWN]
        or _("has not been shown, and is not as things are now"),
    }


def _shown(interval: Interval) -> str:
    """From when to when, and why no longer."""
    ended_by = f" ({', '.join(reason_names(interval.ended_by))})" if interval.ended_by else ""
    told = f"{moment(interval.begins)} – {moment(interval.ends)}{ended_by}".rstrip()
    return told if interval.verdict.positive else _("not known: {interval}").format(interval=told)


def _entries(life: BookingLife, *, verbose: bool) -> Iterator[TimelineEntry]:
    """Entries of the timeline: what happened, and the answer where it changed."""
    history = {at: list(each) for at, each in groupby(life.history, lambda happened: happened.at)}
    befores = (None, *(interval for interval, _ in life.intervals))
    pairs = zip(befores, life.intervals, strict=False)
    answers = {interval.begins: (diagnosis, before) for before, (interval, diagnosis) in pairs}
    holds, made_at = False, life.case.booking.created_at
    moments = sorted(history.keys() | answers.keys())
    for run in runs(moments, lambda at: at if at in answers else _alike(history[at], life.case.at)):
        at = run[0]
        told = [_told(life, each, verbose=verbose) for each in history.get(at, ())]
        if len(run) > 1:
            said, last = _said(words.EVENTS, history[at][0].details["event"]), moment(run[-1])
            told = [_("{event}, {count} times, the last {time}").format(event=said, count=len(run), time=last)]
        if at in answers:
            diagnosis, before = answers[at]
            holds = diagnosis.verdict.positive
            if at >= made_at:
                told += _answer(diagnosis, before if at > made_at else None)
        if told:
            yield TimelineEntry(at, tuple(told), holds)


def _alike(happened: list[HistoryEntry], asked_at: int) -> object:
    """Equal for events of the relation that may be told as one, on one side of the moment asked about."""
    first, *others = happened
    if others or first.what is not HistoryKind.RELATION or first.details["effect"] == EventEffect.VOIDED:
        return first
    return first.details["event"], first.details["effect"], first.at <= asked_at


def _told(life: BookingLife, happened: HistoryEntry, *, verbose: bool) -> str:
    """Tell what happened; verbose, with the rule that makes it matter."""
    said = _HAPPENED[happened.what](_named(life, happened))
    rule = _RULES[happened.what](happened.details) if verbose and happened.what in _RULES else ""
    return f"{said} ({rule})" if rule else said


def _named(life: BookingLife, happened: HistoryEntry) -> HappenedValues:
    """Name the calendars in what happened."""
    told: HappenedValues = happened.details
    calendar = told.get("changes", {}).get("calendar")
    if not calendar:
        return told
    moments = zip(calendar, (happened.at - 1, happened.at), strict=True)
    names = [fact if fact in _FACTS else _coupled(life, at) for fact, at in moments]
    return {**told, "changes": {**told["changes"], "calendar": names}}


def _coupled(life: BookingLife, at: int) -> str:
    """The calendar of the clinic's coupling, by the interval of that moment."""
    then = next(diagnosis.case for interval, diagnosis in life.intervals if interval.begins <= at < interval.ends)
    return (then.unit.config.calendar if then.unit else None) or then.calendar or ""


def _answer(diagnosis: Diagnosis, before: Interval | None) -> Iterator[str]:
    """The verdict where it changed, and the reasons that are new."""
    answer = diagnosis.verdict.answer
    changed = before is None or before.verdict.answer is not answer
    if changed:
        yield f"→ {_(words.VERDICTS[answer])}"
    told = () if before is None or (changed and answer is Answer.UNKNOWN) else before.verdict.reasons
    for explained in diagnosis.checks:
        reason = f"{explained.finding.check.name}.{explained.finding.reason}"
        if explained.finding.result is not Result.PASS and reason not in told:
            yield f"  {check_name(explained.finding.check.name)}: {say(diagnosis, explained).message}"


_MADE: Final = {
    "clinic": _m("made by the clinic"),
    "resident": _m("made by the resident"),
    None: _m("made"),
}
_SENT: Final = {"summons": _m("sent to the inbox as a summons: {label}"), "notice": _m("sent to the inbox: {label}")}
_CHANGED: Final = {
    "unit_show": _m("the clinic shows booked times: {before} → {after}"),
    "calendar": _m("the coupling's calendar: {before} → {after}"),
    "mapped_show": _m("the code is shown: {before} → {after}"),
}
_ROUTED: Final[Mapping[object, str]] = {
    True: _m("TAK routes the clinic's contracts"),
    False: _m("TAK has no routes for the clinic's contracts"),
    None: _m("no TAK snapshot tells of the clinic"),
}
_REQUIRED: Final = {
    True: _m("from then on the region requires a relation"),
    False: _m("from then on the region requires no relation"),
}
_FACTS: Final[Mapping[object, str]] = {
    None: _m("not configured"),
    True: _m("yes"),
    False: _m("no"),
    "missing": _m("none"),
}


_ENDED_BY: Final = {"clinic": _m("{said} by the clinic"), "resident": _m("{said} by the resident")}


def _made(told: HappenedValues) -> str:
    said = _said(_MADE, told["origin"])
    return _("{said}, in place of {id}").format(said=said, id=told["replaces"]) if told["replaces"] else said


def _related(told: HappenedValues) -> str:
    said = _said(words.EVENTS, told["event"])
    did = _("voided") if told["effect"] == EventEffect.VOIDED else _said(words.EFFECTS, told["effect"])
    return _("{said}: {did} – event {number}").format(said=said, did=did, number=told["event_id"])


def _configured(told: HappenedValues) -> str:
    return "; ".join(
        _(_CHANGED[name]).format(before=_(_FACTS.get(before, before)), after=_(_FACTS.get(after, after)))
        for name, (before, after) in told["changes"].items()
    )


def _ended(told: HappenedValues) -> str:
    said = _said(words.STATUSES, told["status"])
    if told["ended_by"] in _ENDED_BY:
        said = _said(_ENDED_BY, told["ended_by"]).format(said=said)
    if told["absent_from"]:
        return _("{said}: no longer in {source}, imported as complete").format(said=said, source=told["absent_from"])
    return _("{said}: {id} instead").format(said=said, id=told["replaced_by"]) if told["replaced_by"] else said


def _said(sentences: Mapping[Any, str], code: object) -> str:
    return _(sentences[code])


_HAPPENED: Final[Mapping[HistoryKind, Callable[[HappenedValues], str]]] = {
    HistoryKind.MADE: _made,
    HistoryKind.IMPORTED: lambda told: _("imported from {source}").format(source=told["source"]),
    HistoryKind.MESSAGE: lambda told: _said(_SENT, told["kind"]).format(label=told["label"] or _("without a label")),
    HistoryKind.RELATION: _related,
    HistoryKind.CONFIGURATION: _configured,
    HistoryKind.COUPLING: lambda told: _said(_ROUTED, told["routed"]),
    HistoryKind.POLICY: lambda told: _said(_REQUIRED, told["relation_required"]),
    HistoryKind.ENDED: _ended,
    HistoryKind.CAME_BACK: lambda _told: _("came back as booked"),
    HistoryKind.OVER: lambda _told: _("two hours since the start"),
}
_RULES: Final[Mapping[HistoryKind, Callable[[HappenedValues], str]]] = {
    HistoryKind.RELATION: lambda told: EVENT_RULES[Event(told["event"])],
    HistoryKind.POLICY: lambda _told: "S11",
    HistoryKind.OVER: lambda _told: "S20",
}
