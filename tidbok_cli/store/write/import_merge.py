"""Changes that an import's laid out bookings make, all at once.

Under the write lock. What a row makes of a booking, domain/booking_merge.py says alone, and domain/booking.py what
follows: of new ones, beforehand (`first_…`, `incoming_follows`); of the others that a row says something new about, one
by one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.booking_rows import BOOKING, IncomingBooking
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.import_columns import Merge
from tidbok_cli.domain.import_doubts import NamedRow
from tidbok_cli.domain.relation import Event
from tidbok_cli.store.relation_now import relation_joined
from tidbok_cli.store.write.import_events import NEW_EVENT, NOT_IN_THE_LOG, RECORDED, recorded
from tidbok_cli.store.write.import_rows import FIRST_CREATED, FIRST_ENDED, FIRST_ENDED_AS
from tidbok_cli.store.write.relation import SINCE, NewEvent, add, derive, events_since, last_event
from tidbok_cli.store.write.summons import NewMessage, send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlmodel import Session

    from tidbok_cli.domain.booking import Consequence
    from tidbok_cli.store.reader import Writer
    from tidbok_cli.store.write.import_known import KnownRows
    from tidbok_cli.store.write.provenance import Provenance

_TABLES: Final = {
    "incoming_new": "number INTEGER PRIMARY KEY, unit_id INTEGER, resident_id INTEGER, label TEXT",
    "incoming_doubtful": "number INTEGER PRIMARY KEY",
    "incoming_follows": "origin TEXT, shown INTEGER, event TEXT, message TEXT",
}
_AS_SAID: Final = tuple(column.field for column in BOOKING.merged(Merge.SETS, Merge.CLEARS, Merge.KEEPS))
"""Fields of a new booking that are as its row says."""


def _label(label: str, unit_id: str, row: str, at: str) -> str:
    """SQL for a mapping's value at a moment.

    The mapping of a row's code, or else of its care type.
    """
    return f"""
    (SELECT {label} FROM unit_version v JOIN service_version m ON m.version_id = v.id
     WHERE v.unit_id = {unit_id} AND NOT v.removed AND v.begins <= {at} AND {at} < v.ends
       AND m.code = COALESCE((SELECT c.code FROM service_version c WHERE c.version_id = v.id AND c.code = {row}.code),
                             {row}.care_type))
    """


_LABEL_SHOWN: Final = _label("CASE WHEN v.show AND m.show THEN m.label END", "n.unit_id", "s", FIRST_CREATED)
_NEW: Final = f"""
INSERT INTO incoming_new
SELECT s.number, n.unit_id, r.id, CASE WHEN s.origin = 'clinic' THEN {_LABEL_SHOWN} END
FROM incoming_booking s CROSS JOIN incoming_unit n CROSS JOIN resident r
WHERE n.place = s.place AND r.number = s.resident
  AND NOT EXISTS (SELECT 1 FROM incoming_known k WHERE k.number = s.number)
ORDER BY s.number
"""

_DOUBTFUL: Final = """
INSERT INTO incoming_doubtful SELECT number FROM incoming_known WHERE NOT same AND NOT other ORDER BY number
"""
_ROWS: Final = f"""
SELECT s.line, u.hsa_key, {", ".join(f"s.{column.field}" for column in BOOKING.in_row[1:])}, s.invitation, s.number
FROM incoming_doubtful d JOIN incoming_booking s ON s.number = d.number
JOIN incoming_unit n ON n.place = s.place JOIN unit u ON u.id = n.unit_id ORDER BY s.number
"""

_MET: Final = """
SELECT n.unit_id FROM incoming_unit n
WHERE n.unit_id IS NOT NULL AND EXISTS (SELECT 1 FROM booking b WHERE b.unit_id = n.unit_id)
"""
_LIKE_STORED: Final = """
SELECT w.unit_id, b.booking_id, s.booking_id, s.line
FROM incoming_new w CROSS JOIN incoming_booking s CROSS JOIN booking b
WHERE s.number = w.number AND lower(s.booking_id) <> upper(s.booking_id) AND w.unit_id IN ({units})
  AND b.unit_id = w.unit_id AND b.booking_id IN (lower(s.booking_id), upper(s.booking_id)) ORDER BY s.number
"""

_FOLLOWED: Final = """
FROM incoming_new w JOIN incoming_booking s ON s.number = w.number
JOIN incoming_follows f ON f.origin = s.origin AND f.shown = CASE WHEN w.label IS NULL THEN 0 ELSE 1 END
"""
_EVENTS_THAT_FOLLOW: Final = f"""
INSERT INTO {NEW_EVENT} SELECT w.unit_id, w.resident_id, f.event, {FIRST_CREATED}, {RECORDED}, s.line
{_FOLLOWED} WHERE f.event IS NOT NULL ORDER BY w.number
"""
_INVITATIONS: Final = f"""
INSERT INTO {NEW_EVENT} SELECT i.unit_id, i.resident_id, CAST(:event AS TEXT), i.occurred_at, {RECORDED}, s.line
FROM (SELECT n.unit_id, r.id AS resident_id, COALESCE(s.created_at, b.created_at, s.first_created_at) AS occurred_at,
             min(s.number) AS number
      FROM incoming_booking s JOIN incoming_unit n ON n.place = s.place JOIN resident r ON r.number = s.resident
      LEFT JOIN booking b ON b.unit_id = n.unit_id AND b.booking_id = s.booking_id
      WHERE s.invitation GROUP BY 1, 2, 3) i
JOIN incoming_booking s ON s.number = i.number
WHERE {NOT_IN_THE_LOG.format(row="i", event="CAST(:event AS TEXT)")} ORDER BY s.number
"""
_BOOKINGS: Final = f"""
INSERT INTO booking (id, unit_id, booking_id, resident_id, {", ".join(_AS_SAID)}, created_at, ended_at, ended_as,
                     imported, batch_id, relation, relation_since)
SELECT :after + w.number, w.unit_id, s.booking_id, w.resident_id, {", ".join(f"s.{field}" for field in _AS_SAID)},
       {FIRST_CREATED}, {FIRST_ENDED}, {FIRST_ENDED_AS}, TRUE, :batch_id, {{relation}}, {{since}}
FROM incoming_new w JOIN incoming_booking s ON s.number = w.number {{period}} ORDER BY w.number
"""
_MESSAGES: Final = f"""
INSERT INTO message (unit_id, resident_id, booking_id, kind, label, sent_at)
SELECT w.unit_id, w.resident_id, :after + w.number, f.message, w.label, {FIRST_CREATED}
{_FOLLOWED} WHERE f.message IS NOT NULL AND w.label IS NOT NULL ORDER BY w.number
"""
_INVITED: Final = f"""
INSERT INTO message (unit_id, resident_id, booking_id, kind, label, sent_at)
SELECT b.unit_id, b.resident_id, b.id, 'summons', {_label("m.label", "b.unit_id", "b", "b.created_at")}, b.created_at
FROM incoming_booking s JOIN incoming_unit n ON n.place = s.place
JOIN booking b ON b.unit_id = n.unit_id AND b.booking_id = s.booking_id
WHERE s.invitation
  AND NOT EXISTS (SELECT 1 FROM message e
                  WHERE e.booking_id = b.id AND e.kind = 'summons' AND e.sent_at = b.created_at)
ORDER BY s.number
"""
_NEXT_ID: Final = "SELECT setval(pg_get_serial_sequence('booking', 'id'), (SELECT max(id) FROM booking))"


class OriginConsequence(NamedTuple):
    """Consequence of a new booking, `shown` or not then (S15, S26)."""

    origin: str
    shown: bool
    consequence: Consequence


class BookingMerge:
    """Merge of one import, inside its transaction.

    None of its rows is another resident's.
    """

    def __init__(self, session: Session, writer: Writer, recording: Provenance, says: frozenset[str]) -> None:
        """Begin; `says`: columns whose absence would keep what is known."""
        self._session, self._writer, self._recording, self._says = session, writer, recording, says
        self._recorded = recorded(recording)
        self._last = last_event(session)

    def compare(self, count: int, known: KnownRows) -> int:
        """Sort so many rows into new and possibly changed; return the new ones' count."""
        for name, columns in _TABLES.items():
            self._writer.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
        for table in ("unit_version", "service_version"):
            self._writer.look_at(table)
        new = 0 if known.count() == count else self._writer.execute(_NEW)
        self._writer.look_at("incoming_new")
        self._writer.execute(_DOUBTFUL)
        self._writer.look_at("incoming_doubtful")
        return new

    def like_stored(self) -> Iterator[NamedRow]:
        """Stored bookings, and after each the new one whose id is another in lower or upper case alone."""
        units = ", ".join(str(unit) for (unit,) in self._writer.rows(_MET))
        for unit, stored, new, line in self._writer.rows(_LIKE_STORED.format(units=units)) if units else ():
            yield from (NamedRow(unit, stored, 0), NamedRow(unit, new, line))

    def doubtful(self) -> Iterator[IncomingBooking]:
        """Rows that may change a known booking; `unit` is the unit's key."""
        for *told, invitation, number in self._writer.rows(_ROWS):
            row = IncomingBooking._make((*told, bool(invitation), self._says, number))
            yield row._replace(status=BookingStatus(row.status)) if row.status else row

    def follow(self, follows: Iterable[OriginConsequence]) -> None:
        """Log the events of new bookings, and the rows' summonses."""
        rows = ((each.origin, int(each.shown), *_texts(each.consequence)) for each in follows)
        self._writer.insert("incoming_follows", rows)
        with self._writer.without_indices("relation_event"):
            self._writer.execute(_EVENTS_THAT_FOLLOW, **self._recorded)
            if self._invites:
                self._writer.execute(_INVITATIONS, event=str(Event.SUMMONS_RECEIVED), **self._recorded)

    @cached_property
    def _invites(self) -> bool:
        return self._writer.row("SELECT 1 FROM incoming_booking WHERE invitation LIMIT 1") is not None

    def finish(self, events: Iterable[NewEvent], messages: Iterable[NewMessage]) -> tuple[int, int]:
        """Write the new bookings, with these events and messages of others.

        Returns how many events the import brought in all, and how many of them have no effect.
        """
        add(self._session, events, self._recording)
        derive(self._writer, SINCE, last=self._last)
        self._write()
        send(self._session, messages)
        if self._invites:
            self._writer.execute(_INVITED)
        return events_since(self._session, self._last)

    def _write(self) -> None:
        """Add new bookings, with their pairs' relation by now, and messages."""
        after = 1 + (self._writer.value("SELECT max(id) FROM booking") or 0)
        period, relation, since = relation_joined(self._writer, "w")
        bookings = _BOOKINGS.format(period=period, relation=relation, since=since)
        with self._writer.without_indices("booking"):
            self._writer.execute(bookings, after=after, batch_id=self._recording.batch_id)
        if not self._writer.is_sqlite:
            self._writer.value(_NEXT_ID)
        with self._writer.without_indices("message"):
            self._writer.execute(_MESSAGES, after=after)


def _texts(consequence: Consequence) -> tuple[str | None, str | None]:
    event, message = consequence
    return str(event) if event else None, str(message) if message else None
