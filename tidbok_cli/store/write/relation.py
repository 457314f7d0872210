"""The log of relations, and periods derived from it (S12 … S19)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Insert, bindparam, exists, func, insert
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from tidbok_cli.domain.relation import Event, LoggedEvent
from tidbok_cli.domain.relation_periods import alone, fold
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.relation_now import keep_of_pairs
from tidbok_cli.store.tables import RelationEvent, RelationVoid
from tidbok_cli.store.write.engine import writer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.store.reader import Writer
    from tidbok_cli.store.write.provenance import Provenance


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be recorded, by the store's numbers.

    `occurred_at` in seconds UTC. `once`: not where the log has the same of the pair at that second; otherwise it
    happened again.
    """

    unit_id: int
    resident_id: int
    event: Event
    occurred_at: int
    line: int | None = None
    once: bool = True


@dataclass(frozen=True, slots=True)
class RecordedEvents:
    """New log entries, by number, and how many have no effect."""

    ids: tuple[int, ...]
    without_effect: int


def record(session: Session, events: Iterable[NewEvent], recording: Provenance) -> RecordedEvents:
    """Log the events, in their order, and derive their pairs' periods."""
    last = last_event(session)
    add(session, events, recording)
    derive(writer_of(session), SINCE, last=last)
    new = writer_of(session).rows("SELECT id FROM relation_event WHERE id > :last ORDER BY id", last=last)
    return RecordedEvents(tuple(number for (number,) in new), events_since(session, last)[1])


def last_event(session: Session) -> int:
    """The number of the last event in the log."""
    return session.connection().scalar(select(func.max(RelationEvent.id))) or 0


def events_since(session: Session, last: int) -> tuple[int, int]:
    """Count the events after one, and those without effect."""
    sql = """SELECT count(*), COALESCE(sum(CASE WHEN has_effect THEN 0 ELSE 1 END), 0)
             FROM relation_event WHERE id > :last"""
    found = writer_of(session).row(sql, last=last)
    assert found is not None
    return int(found[0]), int(found[1])


def add(session: Session, events: Iterable[NewEvent], recording: Provenance) -> None:
    """Add the events to the log, in their order."""
    for once, alike in groupby(events, lambda event: event.once):
        rows = [_row(event, recording) for event in alike]
        session.connection().execute(_insert_once() if once else insert(RelationEvent), rows)


def _insert_once() -> Insert:
    """Insert a row that the log lacks for that second."""
    columns = [column for column in RelationEvent.__table__.columns if column.name != "id"]  # type: ignore[attr-defined]
    given = {column.name: bindparam(column.name, type_=column.type) for column in columns}
    same = exists().where(
        *(
            col(getattr(RelationEvent, name)) == given[name]
            for name in ("unit_id", "resident_id", "occurred_at", "event")
        )
    )
    return insert(RelationEvent).from_select(list(given), sql_select(*given.values()).where(~same))


def _row(event: NewEvent, recording: Provenance) -> dict[str, Any]:
    return {
        "unit_id": event.unit_id,
        "resident_id": event.resident_id,
        "event": str(event.event),
        "occurred_at": event.occurred_at,
        "has_effect": True,
        "recorded_at": recording.recorded_at,
        "actor": recording.actor,
        "batch_id": recording.batch_id,
        "line": event.line,
    }


def void(session: Session, event_id: int, voided_at: int, recording: Provenance, purpose: str | None) -> None:
    """Mark an event as recorded wrongly, and derive its pair's periods."""
    row = {
        "event_id": event_id, "voided_at": voided_at, "recorded_at": recording.recorded_at, "actor": recording.actor,
        "purpose": purpose,
    }  # fmt: skip
    session.connection().execute(insert(RelationVoid), row)
    derive(writer_of(session), "SELECT unit_id, resident_id FROM relation_event WHERE id = :event", event=event_id)


SINCE: Final = "SELECT DISTINCT unit_id, resident_id FROM relation_event WHERE id > :last"
"""The pairs, (unit, resident), of the events after one."""

_TABLES: Final = {
    "concerned_pair": "unit_id INTEGER, resident_id INTEGER, PRIMARY KEY (resident_id, unit_id)",
    "event_alone": "event TEXT PRIMARY KEY, relation TEXT",
    "event_otherwise": "id INTEGER PRIMARY KEY",
}

_LOGS: Final = """
SELECT c.unit_id, c.resident_id, e.id, e.event, e.occurred_at, x.event_id, e.has_effect
FROM concerned_pair c CROSS JOIN relation_event e LEFT JOIN relation_void x ON x.event_id = e.id
WHERE e.unit_id = c.unit_id AND e.resident_id = c.resident_id
  AND NOT EXISTS (SELECT 1 FROM relation_period p WHERE p.unit_id = c.unit_id AND p.resident_id = c.resident_id)
ORDER BY c.resident_id, c.unit_id
"""

# Most pairs have one event, of which the domain says beforehand what it comes to.
_ALONE: Final = f"""
INSERT INTO relation_period (unit_id, resident_id, begins, ends, relation, event_id)
SELECT o.unit_id, o.resident_id, o.occurred_at, {FOREVER}, a.relation, o.id
FROM (SELECT c.unit_id, c.resident_id, min(e.occurred_at) AS occurred_at, min(e.id) AS id, min(e.event) AS event
      FROM concerned_pair c CROSS JOIN relation_event e
      WHERE e.unit_id = c.unit_id AND e.resident_id = c.resident_id
      GROUP BY c.resident_id, c.unit_id HAVING count(*) = 1) o
CROSS JOIN event_alone a
WHERE a.event = o.event AND NOT EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = o.id)
ORDER BY o.unit_id, o.resident_id
"""

_OTHERWISE: Final = """
UPDATE relation_event SET has_effect = NOT has_effect WHERE id IN (SELECT id FROM event_otherwise)
"""

_FORGET: Final = """
DELETE FROM relation_period WHERE EXISTS (
    SELECT 1 FROM concerned_pair c
    WHERE c.unit_id = relation_period.unit_id AND c.resident_id = relation_period.resident_id)
"""


def derive(writer: Writer, concerned: str, **parameters: object) -> None:
    """Derive the periods of these pairs, (unit, resident), alone.

    The logs of more than one event are read as a stream.
    """
    for name, columns in _TABLES.items():
        writer.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns})")
        writer.execute(f"DELETE FROM {name}")
    writer.execute(f"INSERT INTO concerned_pair {concerned} ORDER BY 2, 1", **parameters)
    writer.insert("event_alone", ((str(event), str(relation)) for event, relation in alone()))
    writer.look_at("concerned_pair")
    if writer.row("SELECT 1 FROM relation_period LIMIT 1"):
        writer.execute(_FORGET)
    writer.execute(_ALONE)
    otherwise: list[int] = []
    writer.insert("relation_period", _periods(writer, otherwise))
    writer.insert("event_otherwise", ((number,) for number in otherwise))
    writer.execute(_OTHERWISE)
    keep_of_pairs(writer)


def _periods(writer: Writer, otherwise: list[int]) -> Iterator[tuple[object, ...]]:
    """Rows of `relation_period`; `otherwise` gathers the events whose effect is another than the log says."""
    for (unit_id, resident_id), log in groupby(writer.rows(_LOGS), itemgetter(0, 1)):
        rows = list(log)
        folded = fold(LoggedEvent(number, event, at, voided is not None) for _, _, number, event, at, voided, _ in rows)
        for begins, ends, relation, number in folded.periods:
            yield unit_id, resident_id, begins, ends, str(relation), number
        for _, _, number, _, _, _, has_effect in rows:
            if bool(has_effect) == (number in folded.without_effect):
                otherwise.append(number)
