"""Relations: lists, and one with its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.relation import EVENT_RULES, Event, EventEffect, RelationStep
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
from tidbok_cli.render.lines import print_lines, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.timeline import TimelineEntry, timeline

if TYPE_CHECKING:
    from tidbok_cli.domain.relation_list import EventRow, RelationShown

RELATIONS = Listing(
    _m("for each relation"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.NAME),
        Column("resident", _m("Resident"), kind=RESIDENT, rank=Rank.NAME),
        Column("relation", _m("Relation"), kind=coded(words.RELATIONS_IN_SHORT)),
        Column("since", _m("Since"), kind=INSTANT),
        Column("event", _m("Event"), kind=coded(words.EVENTS), rank=Rank.LEAST),
    ),
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
    print(visible(f"{number}, {name}, {moment(shown.at)}: {_how(shown)}"))
    print()
    entries = (_entry(step, event, verbose=verbose) for step, event in shown.steps)
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


def _entry(step: RelationStep, event: EventRow, *, verbose: bool) -> TimelineEntry:
    told = _(words.EVENTS[event.event]) + (f" ({EVENT_RULES[event.event]})" if verbose else "")
    signs = {EventEffect.VOIDED: "✗", EventEffect.NONE: "┃" if step.after.exists else "·"}
    return TimelineEntry(event.occurred_at, (told, _did(step, event)), step.after.exists, signs.get(step.effect, ""))


def _did(step: RelationStep, event: EventRow) -> str:
    """An event's effect, its number in the log, and its source."""
    kept_by_approval = step.effect is EventEffect.KEEPS and event.event is Event.CLINIC_REMOVED
    did = _(words.STILL_APPROVED if kept_by_approval else words.EFFECTS[step.effect])
    if event.voided_at is not None:
        did = did.format(at=moment(event.voided_at), who=event.voided_by)
        did += f": {event.voided_for}" if event.voided_for else ""
    source = f"{event.source}:{event.line}" if event.source else event.actor
    return _("{did} – event {number}, {source}").format(did=did, number=event.id, source=source)
