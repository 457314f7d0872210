"""Purge of what an import made and nobody has changed since (`store purge --batch`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store_purge import PurgeCount, StorePurge
from tidbok_cli.store.audit import residents_named
from tidbok_cli.store.write.purge_index import indexed
from tidbok_cli.store.write.relation import derive

if TYPE_CHECKING:
    from tidbok_cli.domain.store import RecordedRun
    from tidbok_cli.store.reader import Writer

_TABLES: Final = {
    "purged_booking": "id INTEGER PRIMARY KEY, resident_id INTEGER NOT NULL",
    "purged_event": "id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL, resident_id INTEGER NOT NULL",
    "purged_resident": "id INTEGER PRIMARY KEY",
}
# A booking that a later row, a whole file, an operation or a summons told something else of is somebody's by now.
_BOOKINGS: Final = """
INSERT INTO purged_booking SELECT b.id, b.resident_id FROM booking b
WHERE b.batch_id = :batch AND b.changed_in IS NULL AND b.absent_from IS NULL AND b.ended_by IS NULL
  AND NOT EXISTS (SELECT 1 FROM booking_revival v WHERE v.booking_id = b.id)
  AND NOT EXISTS (SELECT 1 FROM booking r WHERE r.replaces = b.id)
  AND NOT EXISTS (SELECT 1 FROM message m WHERE m.booking_id = b.id AND m.sent_at <> b.created_at)
"""
_EVENTS: Final = """
INSERT INTO purged_event SELECT e.id, e.unit_id, e.resident_id FROM relation_event e
WHERE e.batch_id = :batch
  AND NOT EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM booking b
                  WHERE b.unit_id = e.unit_id AND b.resident_id = e.resident_id AND b.batch_id = :batch
                    AND NOT EXISTS (SELECT 1 FROM purged_booking p WHERE p.id = b.id))
"""
_SLOTS: Final = """
FROM slot WHERE batch_id = :batch AND changed_in IS NULL AND withdrawn_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.slot_id = slot.id)
"""
_BASES: Final = """
FROM booking_basis WHERE batch_id = :batch AND changed_in IS NULL AND withdrawn_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.basis_id = booking_basis.id)
"""
_RESIDENTS: Final = f"""
INSERT INTO purged_resident
SELECT resident_id FROM purged_booking UNION SELECT resident_id FROM purged_event
UNION SELECT resident_id FROM summons WHERE batch_id = :batch UNION SELECT resident_id {_BASES}
"""
_PAIRS: Final = "SELECT DISTINCT unit_id, resident_id FROM purged_event"

_MADE: Final = {
    "message": "FROM message WHERE booking_id IN (SELECT id FROM purged_booking)",
    "booking": "FROM booking WHERE id IN (SELECT id FROM purged_booking)",
    "summons": "FROM summons WHERE batch_id = :batch",
    "slot": _SLOTS,
    "booking_basis": _BASES,
    "relation_event": "FROM relation_event WHERE id IN (SELECT id FROM purged_event)",
}
"""Rows of each table that go, those first that refer to others."""

_OF_BATCH: Final = ("booking", "relation_event", "summons", "slot", "booking_basis")

_GIVE_BACK: Final = """
UPDATE booking SET ended_at = NULL, ended_as = NULL, absent_from = NULL
WHERE absent_from = :batch AND ended_by IS NULL AND (changed_in IS NULL OR changed_in <= :batch)
"""
_NAMING: Final = {
    "resident": ("booking", "relation_event", "booking_basis", "summons", "message", "audit"),
    "unit": (
        "unit_version", "booking", "relation_event", "slot", "booking_basis", "summons", "message", "saved_sweep_unit",
        "import_batch_unit",
    ),
}  # fmt: skip
"""Tables that name a resident, or a unit."""

_LATER: Final = """
SELECT count(DISTINCT i.id) FROM import_batch_unit b JOIN import_batch_unit l ON l.unit_id = b.unit_id
JOIN import_batch i ON i.id = l.batch_id
WHERE b.batch_id = :batch AND i.id > :batch AND i.kind = :kind AND i.outcome = 'done' AND i.purged_at IS NULL
"""


def purge(writer: Writer, run: RecordedRun, purged_at: int, purged_by: str) -> StorePurge:
    """Take away what an import made and nobody has changed since, and give back what it ended.

    Residents and units go that nothing else names.
    """
    batch = {"batch": run.id}
    for name, columns in _TABLES.items():
        writer.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
    for sql in (_BOOKINGS, _EVENTS, _RESIDENTS):
        writer.execute(sql, **batch)
    _keep_audited(writer)
    made = {
        table: writer.value(f"SELECT count(*) FROM {table} WHERE batch_id = :batch", **batch) for table in _OF_BATCH
    }
    changed = writer.value("SELECT count(*) FROM booking WHERE changed_in = :batch", **batch)
    later = writer.value(_LATER, kind=run.kind, **batch)
    given_back = writer.execute(_GIVE_BACK, **batch)
    with indexed(writer, summons="resident_id", relation_event="unit_id", message="unit_id"):
        gone = {table: writer.execute(f"DELETE {rows}", **batch) for table, rows in _MADE.items()}
        derive(writer, _PAIRS)
        gone["resident"] = writer.execute(_unnamed("resident", "SELECT id FROM purged_resident"))
        gone["unit"] = _forget_units(writer, run.id)
    writer.execute(
        "UPDATE import_batch SET purged_at = :at, purged_by = :by WHERE id = :batch",
        at=purged_at,
        by=purged_by,
        **batch,
    )
    rows = {table: PurgeCount(count, made.get(table, count) - count) for table, count in gone.items()}
    return StorePurge(run, rows, given_back, changed, later)


def _keep_audited(writer: Writer) -> None:
    """Keep the residents whom a list of the audit names: another might get their number in the store."""
    named = residents_named(writer)
    for (number,) in list(writer.rows("SELECT id FROM purged_resident")):
        if number in named:
            writer.execute("DELETE FROM purged_resident WHERE id = :number", number=number)


def _forget_units(writer: Writer, batch: int) -> int:
    """Forget the import's units that nothing else names."""
    writer.execute("CREATE TEMPORARY TABLE purged_unit (id INTEGER PRIMARY KEY)")
    writer.execute("INSERT INTO purged_unit SELECT unit_id FROM import_batch_unit WHERE batch_id = :batch", batch=batch)
    writer.execute("DELETE FROM import_batch_unit WHERE batch_id = :batch", batch=batch)
    return writer.execute(_unnamed("unit", "SELECT id FROM purged_unit"))


def _unnamed(table: str, among: str) -> str:
    named = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{table}_id = {table}.id)" for other in _NAMING[table]
    )
    return f"DELETE FROM {table} WHERE id IN ({among}) {named}"
