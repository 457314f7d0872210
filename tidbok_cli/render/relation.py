"""Relations: lists, and one with its events."""

from __future__ import annotations

from typing import Any

from tidbok_cli.domain.relation import (
    EVENT_RULES,
    Event,
    EventEffect,
    EventRow,
    RelationRow,
    RelationShown,
    RelationStep,
)
from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import values, words
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.lines import print_lines, visible
from tidbok_cli.render.timeline import TimelineEntry, timeline
from tidbok_cli.render.words import clock, moment, word

RELATIONS = (
    Column("unit", _m("Unit")),
    Column("resident", _m("Resident")),
    Column("relation", _m("Relation")),
    Column("since", _m("Since")),
    Column("event", _m("Event")),
)
RELATION_TABLE = (
    Column("unit", _m("Unit"), Rank.NAME),
    Column("resident", _m("Resident"), Rank.NAME),
    Column("relation", _m("Relation"), told=word("relation", words.RELATIONS_IN_SHORT)),
    Column("since", _m("Since"), told=moment("since"), whole=True),
    Column("event", _m("Event"), Rank.LEAST, word("event", words.EVENTS)),
)
RELATION = (
    Column("unit", _m("Unit")),
    Column("resident", _m("Resident")),
    Column("relation", _m("Relation")),
    Column("on_start_page", _m("On the start page")),
    Column("approved", _m("Approved")),
    Column("since", _m("Since")),
)


def relation_row(row: RelationRow, *, reveal: bool) -> dict[str, Any]:
    """A relation in a list."""
    return {
        "unit": row.unit,
        "resident": values.resident(row.resident, reveal=reveal),
        "relation": str(row.relation),
        "since": iso(row.since),
        "event": str(row.event),
    }


def relation_value(shown: RelationShown, *, reveal: bool) -> dict[str, Any]:
    """`tidbok.relation/1`: one relation at a moment, with its periods and its log."""
    return {
        "schema": "tidbok.relation/1",
        "at": iso(shown.at),
        "unit": shown.unit,
        "unit_name": shown.unit_name,
        "resident": values.resident(shown.resident, reveal=reveal),
        "relation": str(shown.relation),
        "on_start_page": shown.state.on_start_page,
        "approved": shown.state.approved,
        "since": values.instant(shown.period.begins if shown.period else None),
        "periods": [
            {
                "relation": str(period.relation),
                "begins": iso(period.begins),
                "ends": values.instant(period.ends),
                "event_id": period.event_id,
            }
            for period in shown.periods
        ],
        "events": [_event_value(step, event) for step, event in shown.steps],
    }


def _event_value(step: RelationStep, event: EventRow) -> dict[str, Any]:
    return {
        "id": event.id,
        "event": str(event.event),
        "rule": EVENT_RULES[event.event],
        "occurred_at": iso(event.occurred_at),
        "has_effect": event.has_effect,
        "effect": str(step.effect),
        "recorded_at": iso(event.recorded_at),
        "actor": event.actor,
        "source": event.source,
        "line": event.line,
        "voided_at": values.instant(event.voided_at),
        "voided_by": event.voided_by,
        "voided_for": event.voided_for,
    }


def print_relation(shown: RelationShown, *, reveal: bool, styled: bool) -> None:
    """A relation for people: how it is, then a timeline of what happened and what it did."""
    number = values.resident(shown.resident, reveal=reveal)
    name = f"{shown.unit_name} ({shown.unit})" if shown.unit_name else shown.unit
    print(visible(f"{number}, {name}, {clock(shown.at)}: {_how(shown)}"))
    print()
    entries = (_entry(step, event) for step, event in shown.steps)
    print_lines(timeline(entries, shown.at, _("asked about: {relation}").format(relation=_how(shown))), styled=styled)


def _how(shown: RelationShown) -> str:
    since = _(" (from {time})").format(time=clock(shown.period.begins)) if shown.period else ""
    return f"{_(words.RELATIONS[shown.relation])}{since}"


def _entry(step: RelationStep, event: EventRow) -> TimelineEntry:
    told = f"{_(words.EVENTS[event.event])} ({EVENT_RULES[event.event]})"
    signs = {EventEffect.VOIDED: "✗", EventEffect.NONE: "┃" if step.after.exists else "·"}
    return TimelineEntry(event.occurred_at, (told, _did(step, event)), step.after.exists, signs.get(step.effect, ""))


def _did(step: RelationStep, event: EventRow) -> str:
    """What an event did, its number in the log, and where it is known from."""
    kept_by_approval = step.effect is EventEffect.KEEPS and event.event is Event.CLINIC_REMOVED
    did = _(words.STILL_APPROVED if kept_by_approval else words.EFFECTS[step.effect])
    if event.voided_at is not None:
        did = did.format(at=clock(event.voided_at), who=event.voided_by)
        did += f": {event.voided_for}" if event.voided_for else ""
    source = f"{event.source}:{event.line}" if event.source else event.actor
    return _("{did} – event {number}, {source}").format(did=did, number=event.id, source=source)
