"""Purge of what is past its time (`store purge --before`).

A booking goes that was over before the date, with all that belongs to it. Together go, or stay, the bookings of a chain
of rebookings, and those of one booking basis: what is left must answer as before. Of a resident and a clinic between
which a booking stays, every event stays; otherwise, where the relation held at the date, those from which it holds on,
and none of earlier ones: before them it was as if nothing had been (domain/relation_periods.py, `fold`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.facts import SHOWN_AFTER_START
from tidbok_cli.domain.relation import Relation
from tidbok_cli.domain.store_purge import PurgeCount
from tidbok_cli.store.audit import residents_named
from tidbok_cli.store.tables import Unit
from tidbok_cli.store.write.purge_index import indexed
from tidbok_cli.store.write.relation import derive

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Writer

_TABLES: Final = {
    "past_booking": "id INTEGER PRIMARY KEY",
    "booking_link": "one INTEGER, other INTEGER, PRIMARY KEY (one, other)",
    "past_basis": "id INTEGER PRIMARY KEY",
    "past_event": "id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, resident_id INTEGER NOT NULL",
    "past_resident": "id INTEGER PRIMARY KEY",
    "shown_resident": "id INTEGER PRIMARY KEY",
    "past_pair": "unit_id INTEGER, resident_id INTEGER, PRIMARY KEY (unit_id, resident_id)",
}
_PAST_SLOT: Final = "COALESCE(ends_at, starts_at) <= :before AND published_at < :before"
_PAST_BASIS: Final = "added_at < :before AND (valid_until <= :before OR withdrawn_at < :before)"
_STAYING: Final = "NOT EXISTS (SELECT 1 FROM past_booking g WHERE g.id = b.id)"

_BOOKINGS: Final = f"""
INSERT INTO past_booking SELECT b.id FROM booking b
WHERE b.starts_at + {SHOWN_AFTER_START} <= :before AND COALESCE(b.ends_at, b.starts_at) <= :before
  AND b.created_at < :before AND (b.ended_at IS NULL OR b.ended_at < :before)
  AND NOT EXISTS (SELECT 1 FROM booking_revival v WHERE v.booking_id = b.id AND v.revived_at >= :before)
  AND NOT EXISTS (SELECT 1 FROM message m WHERE m.booking_id = b.id AND m.sent_at >= :before)
  AND (b.slot_id IS NULL OR b.slot_id IN (SELECT id FROM slot WHERE {_PAST_SLOT}))
"""
_LINKS: Final = """
INSERT INTO booking_link
SELECT id, replaces FROM booking WHERE replaces IS NOT NULL
UNION SELECT replaces, id FROM booking WHERE replaces IS NOT NULL
UNION SELECT a.id, b.id FROM booking a JOIN booking b ON b.basis_id = a.basis_id AND b.id <> a.id
      WHERE a.basis_id IS NOT NULL
"""
_LINKED_STAY: Final = """
WITH RECURSIVE stays(id) AS (
    SELECT one FROM booking_link l WHERE NOT EXISTS (SELECT 1 FROM past_booking p WHERE p.id = l.one)
    UNION SELECT l.other FROM stays s JOIN booking_link l ON l.one = s.id)
DELETE FROM past_booking WHERE id IN (SELECT id FROM stays)
"""
_BASES: Final = f"""
INSERT INTO past_basis SELECT d.id FROM booking_basis d
WHERE NOT EXISTS (SELECT 1 FROM booking b WHERE b.basis_id = d.id AND {_STAYING})
  AND (({_PAST_BASIS}) OR EXISTS (SELECT 1 FROM booking b WHERE b.basis_id = d.id AND b.ended_at IS NULL))
"""
"""One without end is past its time once it is used up: unused it would be good for another time."""
_EVENTS: Final = f"""
INSERT INTO past_event SELECT e.id, e.unit_id, e.resident_id FROM relation_event e
LEFT JOIN relation_period p ON p.unit_id = e.unit_id AND p.resident_id = e.resident_id
     AND p.begins < :before AND p.ends >= :before AND p.relation = '{Relation.HELD}'
LEFT JOIN relation_event h ON h.id = p.event_id
WHERE e.occurred_at < :before
  AND (h.id IS NULL OR e.occurred_at < h.occurred_at OR (e.occurred_at = h.occurred_at AND e.id < h.id))
  AND NOT EXISTS (SELECT 1 FROM booking b
                  WHERE b.unit_id = e.unit_id AND b.resident_id = e.resident_id AND {_STAYING})
"""
_PAIRS: Final = "INSERT INTO past_pair SELECT DISTINCT unit_id, resident_id FROM past_event"

_OLD: Final = {
    "booking": f"starts_at + {SHOWN_AFTER_START} <= :before",
    "relation_event": "occurred_at < :before",
    "booking_basis": f"({_PAST_BASIS}) OR id IN (SELECT id FROM past_basis)",
    "summons": "received_at < :before",
    "message": "sent_at < :before",
    "slot": _PAST_SLOT,
    "saved_sweep": "at < :before",
    "audit": "recorded_at < :before",
}
"""Rows from before the date, in the plan's order: they go, or stay since they are needed."""

_GOING: Final = {
    "relation_period": """WHERE EXISTS (SELECT 1 FROM past_pair p WHERE p.unit_id = relation_period.unit_id
                          AND p.resident_id = relation_period.resident_id)""",
    "relation_void": "WHERE event_id IN (SELECT id FROM past_event)",
    "relation_event": "WHERE id IN (SELECT id FROM past_event)",
    "message": """WHERE booking_id IN (SELECT id FROM past_booking)
                  OR (booking_id IS NULL AND sent_at < :before)""",
    "booking_revival": "WHERE booking_id IN (SELECT id FROM past_booking)",
    "booking": "WHERE id IN (SELECT id FROM past_booking)",
    "booking_basis": "WHERE id IN (SELECT id FROM past_basis)",
    "slot": f"WHERE {_PAST_SLOT} AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.slot_id = slot.id)",
    "summons": "WHERE received_at < :before",
    "saved_sweep_unit": "WHERE name IN (SELECT name FROM saved_sweep WHERE at < :before)",
    "saved_sweep": "WHERE at < :before",
    # its beginning alone: no row in the midst of it, whatever the clock said
    "audit": """WHERE id < COALESCE((SELECT min(id) FROM audit WHERE recorded_at >= :audit),
                                    (SELECT max(id) + 1 FROM audit))""",
}
"""Rows that go, those first that refer to others."""

_NAMING: Final = tuple(
    (table.name, column.name)
    for table in Unit.metadata.sorted_tables
    for column in table.columns
    if any(key.column.table.name == "resident" for key in column.foreign_keys)
)
"""Columns that name a resident."""


def purge_past(writer: Writer, before: int, audit_before: int) -> dict[str, PurgeCount]:
    """Take away what is past its time by a moment, and residents that nothing names any more.

    Of the audit what is from before `audit_before`. Returns, by table, how many rows go, and how many stay that are as
    old, since they are needed.
    """
    moments: dict[str, Any] = {"before": before, "audit": min(before, audit_before)}
    for name, columns in _TABLES.items():
        writer.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
    for sql in (_BOOKINGS, _LINKS, _LINKED_STAY, _BASES, _EVENTS, _PAIRS):
        writer.execute(sql, **_asked(sql, moments))
    old = {
        table: writer.value(f"SELECT count(*) FROM {table} WHERE {which}", **_asked(which, moments))
        for table, which in _OLD.items()
    }
    with indexed(writer, summons="resident_id"):
        gone = {
            table: writer.execute(f"DELETE FROM {table} {which}", **_asked(which, moments))
            for table, which in _GOING.items()
        }
        derive(writer, "SELECT unit_id, resident_id FROM past_pair")
        residents = _forget_residents(writer)
    return {table: PurgeCount(gone[table], old[table] - gone[table]) for table in _OLD} | {"resident": residents}


def _asked(sql: str, moments: dict[str, Any]) -> dict[str, Any]:
    return {name: moment for name, moment in moments.items() if f":{name}" in sql}


def _forget_residents(writer: Writer) -> PurgeCount:
    """Forget residents that nothing names; those stay whom the audit alone names, or a list that it keeps."""
    unnamed = _unnamed_but("audit")
    among = writer.value(f"SELECT count(*) FROM ({unnamed}) r")
    shown = residents_named(writer)
    writer.execute(f"INSERT INTO past_resident {_unnamed_but()}")
    unnamed_now = [number for (number,) in writer.rows("SELECT id FROM past_resident")]
    writer.insert("shown_resident", ((number,) for number in unnamed_now if number in shown))
    writer.execute("DELETE FROM past_resident WHERE id IN (SELECT id FROM shown_resident)")
    gone = writer.execute("DELETE FROM resident WHERE id IN (SELECT id FROM past_resident)")
    return PurgeCount(gone, among - gone)


def _unnamed_but(left_out: str = "") -> str:
    named = (f"SELECT {column} FROM {table}" for table, column in _NAMING if not table.startswith(left_out or "-"))
    return " EXCEPT ".join(("SELECT id FROM resident", *named))
