"""Relation events of an import, logged at once (S12 … S18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.store.write.relation import SINCE, derive, events_since, last_event

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.reader import Writer
    from tidbok_cli.store.write.provenance import Provenance

NEW_EVENT: Final = (
    "relation_event (unit_id, resident_id, event, occurred_at, has_effect, recorded_at, actor, batch_id, line)"
)
RECORDED: Final = "TRUE, :recorded_at, :actor, :batch_id"
NOT_IN_THE_LOG: Final = """
NOT EXISTS (SELECT 1 FROM relation_event e
            WHERE e.unit_id = {row}.unit_id AND e.resident_id = {row}.resident_id
              AND e.occurred_at = {row}.occurred_at AND e.event = {event})
"""
_LOGGED: Final = f"""
INSERT INTO {NEW_EVENT} SELECT i.unit_id, i.resident_id, i.event, i.occurred_at, {RECORDED}, i.line
FROM (SELECT n.unit_id, r.id AS resident_id, s.event, s.occurred_at, s.line, s.number
      FROM incoming_event s CROSS JOIN incoming_unit n CROSS JOIN resident r
      WHERE n.place = s.place AND r.number = s.resident) i {{unless}}
ORDER BY i.number
"""


def recorded(recording: Provenance) -> dict[str, object]:
    """Values of the parameters in `RECORDED`."""
    return {"recorded_at": recording.recorded_at, "actor": recording.actor, "batch_id": recording.batch_id}


def record_laid_out(session: Session, writer: Writer, recording: Provenance) -> tuple[int, int]:
    """Add the laid out events that are new to the log.

    Derives their pairs' periods; returns how many are new, and how many of them have no effect.
    """
    last = last_event(session)
    with writer.without_indices("relation_event"):
        unless = ""
        if writer.row("SELECT 1 FROM relation_event LIMIT 1"):
            unless = f"WHERE {NOT_IN_THE_LOG.format(row='i', event='i.event')}"
        writer.execute(_LOGGED.format(unless=unless), **recorded(recording))
    derive(writer, SINCE, last=last)
    return events_since(session, last)
