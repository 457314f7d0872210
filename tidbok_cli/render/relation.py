"""Relations: lists, and one with its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.relation import EVENT_RULES, Event, EventEffect, RelationStep, removed_at
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import (
    INSTANT,
    RESIDENT,
    SAID,
    Column,
    JsonObject,
    Listing,
    Rank,
    coded,
    instant,
    record,
    resident,
)
from tidbok_cli.render.lines import print_lines, tell, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.timeline import TimelineEntry, runs, timeline

if TYPE_CHECKING:
    from tidbok_cli.domain.relation import EventRow
    from tidbok_cli.domain.relation_list import RelationShown

    Told = tuple[RelationStep, EventRow]

RELATIONS = Listing(
    _m("for each relation"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.NAME),
        Column("resident", _m("Resident"), kind=RESIDENT, rank=Rank.NAME),
        Column("relation", _m("Relation"), kind=coded(words.RELATIONS_IN_SHORT)),
        Column("since", _m("Since"), kind=INSTANT),
        Column("event", _m("Event"), kind=coded(words.EVENTS), rank=Rank.LEAST),
    ),
    none=_m("There are no such relations."),
)
RELATION_KEYS = ("unit", "resident", "relation", "on_start_page", "approved", "since")
_PERIOD = (
    Column("relation"),
    Column("begins", kind=INSTANT),
    Column("ends", kind=INSTANT),
    Column("event_id"),
)
_EVENT = (
    Column("id"),
    Column("event"),
    Column("rule", get=lambda event: EVENT_RULES[event.event]),
    Column("occurred_at", kind=INSTANT),
    Column("has_effect"),
)
_LOGGED = (
    Column("recorded_at", kind=INSTANT),
    Column("actor", kind=SAID),
    Column("source"),
    Column("line"),
    Column("voided_at", kind=INSTANT),
    Column("voided_by", kind=SAID),
    Column("voided_for", kind=SAID),
)


def relation_value(shown: RelationShown, *, reveal: bool) -> JsonObject:
    """`tidbok.relation/1`: one relation at a moment, with its periods and its log."""
    return {
        "schema": "tidbok.relation/1",
        "at": instant(shown.at),
        "unit": shown.unit,
        "unit_name": shown.unit_name,
        "resident": resident(shown.resident, reveal=reveal),
        "relation": shown.relation,
        "on_start_page": shown.state.on_start_page,
        "approved": shown.state.approved,
        "since": instant(shown.period.begins if shown.period else None),
        "periods": [record(_PERIOD, period) for period in shown.periods],
        "events": [
            record(_EVENT, event) | {"effect": step.effect} | record(_LOGGED, event) for step, event in shown.steps
        ],
    }


def print_relation(shown: RelationShown, *, reveal: bool, verbose: bool, styled: bool) -> None:
    """Print a relation for people: its state, then a timeline of events."""
    number = resident(shown.resident, reveal=reveal)
    name = f"{shown.unit_name} ({shown.unit})" if shown.unit_name else shown.unit
    tell(visible(f"{number}, {name}, {moment(shown.at)}: {_how(shown)}"))
    if shown.state.rests_on_approval:
        removed = removed_at(each.logged for each in shown.events if each.occurred_at <= shown.at)
        tell(_(words.RESTS_ON_APPROVAL).format(removed=moment(removed)))
    print()
    entries = (
        _folded(alike, verbose=verbose) if len(alike) > 1 else _entry(*alike[0], verbose=verbose)
        for alike in runs(shown.steps, lambda told: _alike(shown.at, *told))
    )
    print_lines(
        timeline(entries, shown.at, _("the moment asked about: {relation}").format(relation=_how(shown))), styled=styled
    )


def _how(shown: RelationShown) -> str:
    return related(shown.relation, shown.period.begins if shown.period else None)


def related(relation: str, since: int | None) -> str:
    """How a relation is, and since when."""
    if since is None or relation not in words.RELATIONS_SINCE:
        return _(words.RELATIONS[relation])
    return _(words.RELATIONS_SINCE[relation]).format(since=moment(since))


def _alike(at: int, step: RelationStep, event: EventRow) -> tuple[object, ...]:
    """Equal for events that may be told as one: before the moment asked about, or after it."""
    own = event.id if step.effect is EventEffect.VOIDED else None
    return event.event, step.effect, step.after.exists, event.occurred_at <= at, own


def _folded(alike: list[Told], *, verbose: bool) -> TimelineEntry:
    """Many events alike, by the first and the last of them."""
    (step, first), (_step, last) = alike[0], alike[-1]
    told = _("{event}, {count} times, the last {time}").format(
        event=_event(first, verbose=verbose), count=len(alike), time=moment(last.occurred_at)
    )
    numbers = ", ".join(str(event.id) for _step, event in alike)
    did = _("{did} – events {numbers}").format(did=_effect(step, first), numbers=numbers)
    return TimelineEntry(first.occurred_at, (told, did), step.after.exists, _sign(step))


def _entry(step: RelationStep, event: EventRow, *, verbose: bool) -> TimelineEntry:
    told = _event(event, verbose=verbose), _did(step, event)
    return TimelineEntry(event.occurred_at, told, step.after.exists, _sign(step))


def _event(event: EventRow, *, verbose: bool) -> str:
    return _(words.EVENTS[event.event]) + (f" ({EVENT_RULES[event.event]})" if verbose else "")


def _sign(step: RelationStep) -> str:
    signs = {EventEffect.VOIDED: "✗", EventEffect.NONE: "┃" if step.after.exists else "·"}
    return signs.get(step.effect, "")


def _effect(step: RelationStep, event: EventRow) -> str:
    kept_by_approval = step.effect is EventEffect.KEEPS and event.event is Event.CLINIC_REMOVED
    return _(words.STILL_APPROVED if kept_by_approval else words.EFFECTS[step.effect])


def _did(step: RelationStep, event: EventRow) -> str:
    """An event's effect, its number in the log, and its source."""
    did = _effect(step, event)
    if event.voided_at is not None:
        did = did.format(at=moment(event.voided_at), who=event.voided_by)
        did += f": {event.voided_for}" if event.voided_for else ""
    source = f"{event.source}:{event.line}" if event.source else event.actor
    return _("{did} – event {number}, {source}").format(did=did, number=event.id, source=source)
