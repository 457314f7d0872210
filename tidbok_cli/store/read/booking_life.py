"""A booking's history, and the moments at which its facts may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.booking_life import HistoryEntry, HistoryKind
from tidbok_cli.domain.facts import SHOWN_AFTER_START
from tidbok_cli.domain.relation import steps
from tidbok_cli.domain.times import FIRST, FOREVER
from tidbok_cli.store.read.also_calendars import also_of
from tidbok_cli.store.read.coupling import CARRIERS
from tidbok_cli.store.read.find import pair_of_booking
from tidbok_cli.store.read.relation_log import events_of
from tidbok_cli.store.read.sql import ENDED_BY, import_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader

_OF_A_ROUTE: Final = ("valid_from", "valid_until", "seen_from", "seen_until")
_ROUTES_OF_THE_UNIT: Final = f"""
      FROM booking b JOIN unit u ON u.id = b.unit_id JOIN unit_version v ON v.unit_id = u.id
      JOIN coupling_route r ON r.address_key IN {CARRIERS} WHERE b.id = :id
"""
_BOUNDARIES: Final = f"""
SELECT created_at FROM booking WHERE id = :id
UNION SELECT ended_at FROM booking WHERE id = :id AND ended_at IS NOT NULL
UNION SELECT starts_at + {SHOWN_AFTER_START} FROM booking WHERE id = :id
UNION SELECT ended_at FROM booking_revival WHERE booking_id = :id
UNION SELECT revived_at FROM booking_revival WHERE booking_id = :id
UNION SELECT v.begins FROM unit_version v JOIN booking b ON b.unit_id = v.unit_id WHERE b.id = :id AND v.begins < v.ends
UNION SELECT p.begins FROM relation_period p
      JOIN booking b ON b.unit_id = p.unit_id AND b.resident_id = p.resident_id WHERE b.id = :id
UNION SELECT read_at FROM tak_snapshot
{"".join(f"UNION SELECT r.{moment} {_ROUTES_OF_THE_UNIT}" for moment in _OF_A_ROUTE)}
"""

_ALSO: Final = """
SELECT v.also FROM unit_version v JOIN booking b ON b.unit_id = v.unit_id
WHERE b.id = :id AND v.also IS NOT NULL AND v.begins < v.ends
"""

_LIFE: Final = f"""
SELECT b.created_at, b.origin, b.starts_at, b.ended_at, b.ended_as, i.happened_at, i.source,
       {import_source("b.absent_from")}, {ENDED_BY},
       (SELECT n.booking_id FROM booking n WHERE n.replaces = b.id),
       (SELECT o.booking_id FROM booking o WHERE o.id = b.replaces)
FROM booking b LEFT JOIN import_batch i ON i.id = b.batch_id
WHERE b.id = :id
"""
_REVIVALS: Final = f"""
SELECT v.ended_at, v.ended_as, v.revived_at, {import_source("v.absent_from")}
FROM booking_revival v WHERE v.booking_id = :id ORDER BY v.ended_at
"""
_MESSAGES: Final = "SELECT sent_at, kind, label FROM message WHERE booking_id = :id ORDER BY sent_at, id"


def boundaries(reader: Reader, booking: int) -> set[int]:
    """Return the moments at which the verdict may change, FIRST too."""
    also = {each.until for (text,) in reader.rows(_ALSO, id=booking) for each in also_of(text)}
    return {FIRST, *also, *(moment for (moment,) in reader.rows(_BOUNDARIES, id=booking) if moment < FOREVER)}


def happenings(reader: Reader, booking: int) -> Iterator[HistoryEntry]:
    """Find a booking's making, import, messages, relation events, ends and returns."""
    row = reader.row(_LIFE, id=booking)
    assert row is not None
    created_at, origin, starts_at, ended_at, ended_as, imported_at, source, absent_from, by, replaced_by, replaces = row
    yield HistoryEntry(created_at, HistoryKind.MADE, {"origin": origin, "replaces": replaces})
    if imported_at is not None:
        yield HistoryEntry(imported_at, HistoryKind.IMPORTED, {"source": source})
    for sent_at, kind, label in reader.rows(_MESSAGES, id=booking):
        yield HistoryEntry(sent_at, HistoryKind.MESSAGE, {"kind": kind, "label": label})
    yield from _relation_events(reader, booking)
    for past_end, past_ended_as, revived_at, past_file in reader.rows(_REVIVALS, id=booking):
        yield HistoryEntry(
            past_end, HistoryKind.ENDED, _ended(past_ended_as, None, past_file, "import" if past_file else None)
        )
        yield HistoryEntry(revived_at, HistoryKind.CAME_BACK, {})
    if ended_at is not None:
        yield HistoryEntry(ended_at, HistoryKind.ENDED, _ended(ended_as, replaced_by, absent_from, by))
    yield HistoryEntry(starts_at + SHOWN_AFTER_START, HistoryKind.OVER, {})


def _relation_events(reader: Reader, booking: int) -> Iterator[HistoryEntry]:
    log = events_of(reader, *pair_of_booking(reader, booking))
    for step in steps(event.logged for event in log):
        effect = {"event": str(step.logged.event), "event_id": step.logged.id, "effect": str(step.effect)}
        yield HistoryEntry(step.logged.occurred_at, HistoryKind.RELATION, effect)


def _ended(status: str, replaced_by: str | None, absent_from: str | None, by: str | None) -> dict[str, object]:
    """Describe an end; `absent_from`: the whole file without the booking."""
    return {"status": status, "replaced_by": replaced_by, "absent_from": absent_from, "ended_by": by}
