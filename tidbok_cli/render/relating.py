"""Relations: lists, and one with its events."""

from collections.abc import Iterator
from typing import Any

from tidbok_cli.domain.outcomes import EventRow, RelationRow, RelationShown
from tidbok_cli.domain.relations import EVENT_RULES
from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import texts, values
from tidbok_cli.render.output import Column, Rank
from tidbok_cli.render.tables import print_table, visible
from tidbok_cli.render.wording import clock, moment, word

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
    Column("relation", _m("Relation"), told=word("relation", texts.RELATIONS_IN_SHORT)),
    Column("since", _m("Since"), told=moment("since"), whole=True),
    Column("event", _m("Event"), Rank.LEAST, word("event", texts.EVENTS)),
)
RELATION = (
    Column("unit", _m("Unit")),
    Column("resident", _m("Resident")),
    Column("relation", _m("Relation")),
    Column("on_start_page", _m("On the start page")),
    Column("approved", _m("Approved")),
    Column("since", _m("Since")),
)
_EVENTS = (
    Column("id", _m("No."), Rank.NAME),
    Column("occurred_at", _m("When")),
    Column("event", _m("What happened")),
    Column("rule", _m("Rule")),
    Column("effect", _m("Effect")),
    Column("from", _m("Known from"), Rank.LEAST),
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
        "events": [_event_value(event) for event in shown.events],
    }


def _event_value(event: EventRow) -> dict[str, Any]:
    return {
        "id": event.id,
        "event": str(event.event),
        "rule": EVENT_RULES[event.event],
        "occurred_at": iso(event.occurred_at),
        "has_effect": event.has_effect,
        "recorded_at": iso(event.recorded_at),
        "actor": event.actor,
        "source": event.source,
        "line": event.line,
    }


def print_relation(shown: RelationShown, *, reveal: bool) -> None:
    """A relation for people: how it is, then what happened."""
    number = values.resident(shown.resident, reveal=reveal)
    since = _(" (from {time})").format(time=clock(shown.period.begins)) if shown.period else ""
    print(visible(f"{number}, {shown.unit}, {clock(shown.at)}: {_(texts.RELATIONS[shown.relation])}{since}"))
    if shown.events:
        print()
        print_table(_EVENTS, _event_rows(shown), elsewhere="-o json")


def _event_rows(shown: RelationShown) -> Iterator[dict[str, Any]]:
    for event in shown.events:
        yield {
            "id": event.id,
            "occurred_at": clock(event.occurred_at),
            "event": _(texts.EVENTS[event.event]),
            "rule": EVENT_RULES[event.event],
            "effect": "" if event.has_effect else _("without effect"),
            "from": f"{event.source}:{event.line}" if event.source else event.actor,
        }
