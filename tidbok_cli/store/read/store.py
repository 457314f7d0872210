"""The store's soundness, its periods derived afresh (design, section 1.3)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.relation import Event, FoldedLog, LoggedEvent, Period, Relation, fold
from tidbok_cli.domain.store import LastImport, StoreDamage
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.read.store_references import reference_damages
from tidbok_cli.store.relation_now import DIFFERENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader, Row

_LOGS: Final = """
SELECT e.unit_id, e.resident_id, e.id, e.event, e.occurred_at, e.has_effect, x.event_id
FROM relation_event e LEFT JOIN relation_void x ON x.event_id = e.id
ORDER BY e.unit_id, e.resident_id, e.occurred_at, e.id
"""

_PERIODS: Final = """
SELECT unit_id, resident_id, begins, ends, relation, event_id FROM relation_period
ORDER BY unit_id, resident_id, begins
"""

_OVERLAPPING: Final = """
SELECT DISTINCT a.booking_id FROM booking_revival a JOIN booking_revival b
    ON b.booking_id = a.booking_id AND b.ended_at > a.ended_at AND b.ended_at < a.revived_at
"""

_VERSIONS: Final = """
SELECT v.unit_id, u.hsa_id, v.begins, v.ends FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins < v.ends ORDER BY v.unit_id, v.begins
"""

_TAKEN_TWICE: Final = """
SELECT s.slot_id, a.booking_id, b.booking_id FROM booking a
JOIN booking b ON b.slot_id = a.slot_id AND b.id <> a.id AND b.created_at >= a.created_at
     AND (b.created_at > a.created_at OR b.id > a.id)
JOIN slot s ON s.id = a.slot_id
WHERE (a.ended_at IS NULL OR a.ended_at > b.created_at) AND (b.ended_at IS NULL OR b.ended_at > b.created_at)
"""

_OTHERS: Final = {
    "booking_slots": """SELECT b.booking_id FROM booking b JOIN slot s ON s.id = b.slot_id
                        WHERE s.unit_id <> b.unit_id""",
    "booking_bases": """SELECT b.booking_id FROM booking b JOIN booking_basis d ON d.id = b.basis_id
                        WHERE d.unit_id <> b.unit_id OR d.resident_id <> b.resident_id""",
    "rebookings": """SELECT n.booking_id FROM booking n JOIN booking b ON b.id = n.replaces
                     WHERE b.unit_id <> n.unit_id OR b.resident_id <> n.resident_id""",
}


def damages(reader: Reader, *, sqlite: bool) -> Iterator[StoreDamage]:
    """Find all that is wrong with the store."""
    if sqlite:
        yield from (StoreDamage("integrity", text) for (text,) in reader.rows("PRAGMA integrity_check") if text != "ok")
        for table, row, parent, _ in reader.rows("PRAGMA foreign_key_check"):
            yield StoreDamage("foreign_keys", f"{table} {row} → {parent}")
    yield from reference_damages(reader)
    yield from _relation_damages(reader)
    yield from _version_damages(reader)
    yield from _revival_damages(reader)
    yield from _operation_damages(reader)
    yield from (StoreDamage("booking_relations", f"booking {number}") for (number,) in reader.rows(DIFFERENT))


def _pair(row: Row) -> tuple[int, int]:
    return row[0], row[1]


def _relation_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Walk logs and periods side by side, in constant memory."""
    stored_pairs = groupby(reader.rows(_PERIODS), _pair)
    stored_pair, stored_rows = next(stored_pairs, (None, iter(())))
    for pair, log in groupby(reader.rows(_LOGS), _pair):
        folded, flags = _derived(log)
        stored: tuple[Period, ...] = ()
        if stored_pair == pair:
            stored = tuple(Period(row[2], row[3], Relation(row[4]), row[5]) for row in stored_rows)
            stored_pair, stored_rows = next(stored_pairs, (None, iter(())))
        if stored != folded.periods:
            yield StoreDamage("relation_periods", f"unit {pair[0]}, resident {pair[1]}")
        for number, has_effect in flags.items():
            if has_effect == (number in folded.without_effect):
                yield StoreDamage("relation_effects", f"event {number}")
    if stored_pair is not None:
        yield StoreDamage("relation_periods", f"unit {stored_pair[0]}, resident {stored_pair[1]}")


def _derived(log: Iterator[Row]) -> tuple[FoldedLog, dict[int, bool]]:
    rows = list(log)
    folded = fold(LoggedEvent(row[2], Event(row[3]), row[4], voided=row[6] is not None) for row in rows)
    return folded, {row[2]: bool(row[5]) for row in rows}


def _revival_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Find ends of one booking that overlap."""
    for (number,) in reader.rows(_OVERLAPPING):
        yield StoreDamage("booking_revivals", f"booking {number}")


def _operation_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Find slots taken twice, and ties to another unit or resident."""
    for slot, *bookings in reader.rows(_TAKEN_TWICE):
        yield StoreDamage("slots_taken_twice", f"slot {slot}, bookings {', '.join(bookings)}")
    for check, sql in _OTHERS.items():
        for (booking,) in reader.rows(sql):
            yield StoreDamage(check, f"booking {booking}")


def _version_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Find versions that do not last until the next one begins."""
    for _, versions in groupby(reader.rows(_VERSIONS), lambda row: row[0]):
        listed = list(versions)
        for version, following in zip(listed, [*listed[1:], None], strict=True):
            if version[3] != (following[2] if following else FOREVER):
                yield StoreDamage("unit_periods", version[1])


def last_imports(reader: Reader) -> tuple[LastImport, ...]:
    """Return the latest import of each kind that was carried out."""
    sql = """SELECT kind, source, happened_at FROM import_batch i
             WHERE id = (SELECT max(id) FROM import_batch WHERE kind = i.kind AND outcome = 'done') ORDER BY kind"""
    return tuple(LastImport(*row) for row in reader.rows(sql))


COUNTED: Final = (
    "unit", "unit_version", "service_version", "resident", "relation_event", "relation_void",
    "relation_period", "booking", "slot", "booking_basis", "summons", "message", "import_batch",
)  # fmt: skip


def counts(reader: Reader) -> dict[str, int]:
    """Count the rows of each table."""
    return {table: reader.value(f"SELECT count(*) FROM {table}") for table in COUNTED}


def size_of(reader: Reader) -> int:
    """Return the bytes of a PostgreSQL database."""
    return int(reader.value("SELECT pg_database_size(current_database())"))
