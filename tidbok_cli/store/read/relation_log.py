"""One pair's log of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.relation import Event, EventRow

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader


_EVENTS: Final = """
SELECT e.id, e.event, e.occurred_at, e.has_effect, e.recorded_at, e.actor, i.source, e.line,
       x.voided_at, x.actor, x.purpose
FROM relation_event e
LEFT JOIN import_batch i ON i.id = e.batch_id
LEFT JOIN relation_void x ON x.event_id = e.id
WHERE e.unit_id = :unit_id AND e.resident_id = :resident_id
ORDER BY e.occurred_at, e.id
"""


def events_of(reader: Reader, unit_id: int, resident_id: int) -> tuple[EventRow, ...]:
    """Return one pair's whole log, in order of occurrence."""
    rows = reader.rows(_EVENTS, unit_id=unit_id, resident_id=resident_id)
    return tuple(EventRow(row[0], Event(row[1]), row[2], bool(row[3]), *row[4:]) for row in rows)
