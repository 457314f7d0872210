"""What the laid out rows of an import change in the store, in statements on all of them at once, under the write lock.

What a row makes of a booking, and what follows from it, is said by domain/booking.py alone: of bookings that are new,
beforehand (`first_…`, `incoming_follows`); of the others that a row says something new about, one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.booking_rows import IncomingBooking
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.relation import Event
from tidbok_cli.store.relation_now import relation_of, since_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.booking import Consequence
    from tidbok_cli.store.reader import Writer
    from tidbok_cli.store.write.provenance import Provenance

_TABLES: Final = {
    "incoming_new": "number INTEGER PRIMARY KEY, unit_id INTEGER, resident_id INTEGER, label TEXT",
    "incoming_doubtful": "number INTEGER PRIMARY KEY",
    "incoming_follows": "origin TEXT, shown INTEGER, event TEXT, message TEXT",
}
_UNITS: Final = "UPDATE incoming_unit SET unit_id = (SELECT u.id FROM unit u WHERE u.hsa_key = incoming_unit.hsa_key)"
_RESIDENTS: Final = """
INSERT INTO resident (number) SELECT s.resident FROM {table} s
WHERE NOT EXISTS (SELECT 1 FROM resident r WHERE r.number = s.resident) GROUP BY s.resident ORDER BY s.resident
"""


def _label(label: str, unit_id: str, row: str, at: str) -> str:
    """SQL for what the mapping of a row's code, or else of its care type, said at a moment."""
    return f"""
    (SELECT {label} FROM unit_version v JOIN service_version m ON m.version_id = v.id
     WHERE v.unit_id = {unit_id} AND NOT v.removed AND v.begins <= {at} AND {at} < v.ends
       AND m.code = COALESCE((SELECT c.code FROM service_version c WHERE c.version_id = v.id AND c.code = {row}.code),
                             {row}.care_type))
    """


_LABEL_SHOWN: Final = _label("CASE WHEN v.show AND m.show THEN m.label END", "n.unit_id", "s", "s.first_created_at")
_NEW: Final = f"""
INSERT INTO incoming_new
SELECT s.number, n.unit_id, r.id, CASE WHEN s.origin = 'clinic' THEN {_LABEL_SHOWN} END
FROM incoming_booking s CROSS JOIN incoming_unit n CROSS JOIN resident r
WHERE n.place = s.place AND r.number = s.resident
  AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.unit_id = n.unit_id AND b.booking_id = s.booking_id)
ORDER BY s.number
"""

_SAID: Final = {"ends_at": "end", "calendar": "calendar", "care_type": "care_type"}
_SAME_END: Final = """
(s.status IS NULL OR (s.status = COALESCE(b.ended_as, 'booked')
                      AND COALESCE(s.ended_at, b.ended_at, 0) = COALESCE(b.ended_at, 0)))
"""
_DOUBTFUL: Final = f"""
INSERT INTO incoming_doubtful
SELECT s.number FROM incoming_booking s CROSS JOIN incoming_unit n CROSS JOIN booking b
WHERE n.place = s.place AND b.unit_id = n.unit_id AND b.booking_id = s.booking_id
  AND NOT (s.code = b.code AND s.starts_at = b.starts_at AND COALESCE(s.created_at, b.created_at) = b.created_at
           AND COALESCE(s.origin, b.origin, '') = COALESCE(b.origin, '') AND {_SAME_END} {{said}})
ORDER BY s.number
"""
_ROWS: Final = """
SELECT s.line, u.hsa_key, s.booking_id, s.code, s.resident, s.starts_at, s.ends_at, s.status, s.created_at, s.ended_at,
       s.origin, s.calendar, s.care_type, s.invitation, s.number
FROM incoming_doubtful d JOIN incoming_booking s ON s.number = d.number
JOIN incoming_unit n ON n.place = s.place JOIN unit u ON u.id = n.unit_id ORDER BY s.number
"""

_FOLLOWED: Final = """
FROM incoming_new w JOIN incoming_booking s ON s.number = w.number
JOIN incoming_follows f ON f.origin = s.origin AND f.shown = CASE WHEN w.label IS NULL THEN 0 ELSE 1 END
"""
_EVENT: Final = (
    "relation_event (unit_id, resident_id, event, occurred_at, has_effect, recorded_at, actor, batch_id, line)"
)
_RECORDED: Final = "TRUE, :recorded_at, :actor, :batch_id"
_EVENTS_THAT_FOLLOW: Final = f"""
INSERT INTO {_EVENT} SELECT w.unit_id, w.resident_id, f.event, s.first_created_at, {_RECORDED}, s.line
{_FOLLOWED} WHERE f.event IS NOT NULL ORDER BY w.number
"""
_NOT_IN_THE_LOG: Final = """
NOT EXISTS (SELECT 1 FROM relation_event e
            WHERE e.unit_id = {row}.unit_id AND e.resident_id = {row}.resident_id
              AND e.occurred_at = {row}.occurred_at AND e.event = {event})
"""
_INVITATIONS: Final = f"""
INSERT INTO {_EVENT} SELECT i.unit_id, i.resident_id, CAST(:event AS TEXT), i.occurred_at, {_RECORDED}, s.line
FROM (SELECT n.unit_id, r.id AS resident_id, COALESCE(s.created_at, b.created_at, s.first_created_at) AS occurred_at,
             min(s.number) AS number
      FROM incoming_booking s JOIN incoming_unit n ON n.place = s.place JOIN resident r ON r.number = s.resident
      LEFT JOIN booking b ON b.unit_id = n.unit_id AND b.booking_id = s.booking_id
      WHERE s.invitation = 1 GROUP BY 1, 2, 3) i
JOIN incoming_booking s ON s.number = i.number
WHERE {_NOT_IN_THE_LOG.format(row="i", event="CAST(:event AS TEXT)")} ORDER BY s.number
"""
_LOGGED: Final = f"""
INSERT INTO {_EVENT} SELECT i.unit_id, i.resident_id, i.event, i.occurred_at, {_RECORDED}, i.line
FROM (SELECT n.unit_id, r.id AS resident_id, s.event, s.occurred_at, s.line, s.number
      FROM incoming_event s CROSS JOIN incoming_unit n CROSS JOIN resident r
      WHERE n.place = s.place AND r.number = s.resident) i {{unless}}
ORDER BY i.number
"""

_BOOKINGS: Final = f"""
INSERT INTO booking (id, unit_id, booking_id, resident_id, code, care_type, starts_at, ends_at, created_at, ended_at,
                     ended_as, origin, calendar, imported, batch_id, relation, relation_since)
SELECT :after + w.number, w.unit_id, s.booking_id, w.resident_id, s.code, s.care_type, s.starts_at, s.ends_at,
       s.first_created_at, s.first_ended_at, s.first_ended_as, s.origin, s.calendar, TRUE, :batch_id,
       {relation_of("w")}, {since_of("w")}
FROM incoming_new w JOIN incoming_booking s ON s.number = w.number ORDER BY w.number
"""
_MESSAGES: Final = f"""
INSERT INTO message (unit_id, resident_id, booking_id, kind, label, sent_at)
SELECT w.unit_id, w.resident_id, :after + w.number, f.message, w.label, s.first_created_at
{_FOLLOWED} WHERE f.message IS NOT NULL AND w.label IS NOT NULL ORDER BY w.number
"""
_INVITED: Final = f"""
INSERT INTO message (unit_id, resident_id, booking_id, kind, label, sent_at)
SELECT b.unit_id, b.resident_id, b.id, 'summons', {_label("m.label", "b.unit_id", "b", "b.created_at")}, b.created_at
FROM incoming_booking s JOIN incoming_unit n ON n.place = s.place
JOIN booking b ON b.unit_id = n.unit_id AND b.booking_id = s.booking_id
WHERE s.invitation = 1
  AND NOT EXISTS (SELECT 1 FROM message e
                  WHERE e.booking_id = b.id AND e.kind = 'summons' AND e.sent_at = b.created_at)
ORDER BY s.number
"""
_NEXT_ID: Final = "SELECT setval(pg_get_serial_sequence('booking', 'id'), (SELECT max(id) FROM booking))"


class OriginConsequence(NamedTuple):
    """What follows from a new booking of this origin, `shown` or not when it was made (S15, S26)."""

    origin: str
    shown: bool
    consequence: Consequence


class ImportMerge:
    """One import, inside its transaction; none of its rows is another resident's."""

    def __init__(self, writer: Writer, recording: Provenance) -> None:
        self._writer = writer
        self._recorded = {
            "recorded_at": recording.recorded_at, "actor": recording.actor, "batch_id": recording.batch_id,
        }  # fmt: skip

    def know(self, table: str) -> None:
        """Finds the store's numbers of the units and residents; the units are there already."""
        self._writer.execute(_UNITS)
        self._writer.execute(_RESIDENTS.format(table=table))

    def record_events(self) -> None:
        """Adds the relation events to the log, but for those that it has."""
        unless = ""
        if self._writer.row("SELECT 1 FROM relation_event LIMIT 1"):
            unless = f"WHERE {_NOT_IN_THE_LOG.format(row='i', event='i.event')}"
        self._writer.execute(_LOGGED.format(unless=unless), **self._recorded)

    def compare(self, says: Iterable[str]) -> int:
        """Tells the bookings that are new, how many is the answer, and those that may have changed, from the others.

        `says`: which of the columns whose absence says nothing the file has.
        """
        for name, columns in _TABLES.items():
            self._writer.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
        for table in ("unit_version", "service_version"):
            self._writer.look_at(table)
        new = self._writer.execute(_NEW)
        self._writer.look_at("incoming_new")
        said = "".join(
            f" AND COALESCE(CAST(s.{name} AS TEXT), '') = COALESCE(CAST(b.{name} AS TEXT), '')"
            for name, column in _SAID.items()
            if column in says
        )
        self._writer.execute(_DOUBTFUL.format(said=said))
        self._writer.look_at("incoming_doubtful")
        return new

    def doubtful(self, says: frozenset[str]) -> Iterator[IncomingBooking]:
        """The rows that may say something new of a booking that the store has; `unit` is the unit's key."""
        for row in self._writer.rows(_ROWS):
            *told, status, created_at, ended_at, origin, calendar, care_type, invitation, number = row
            life = BookingStatus(status) if status else None
            rest = (life, created_at, ended_at, origin, calendar, care_type, bool(invitation), says, number)
            yield IncomingBooking._make((*told, *rest))

    def follow(self, follows: Iterable[OriginConsequence]) -> None:
        """Adds to the log the events that follow from new bookings, and the summonses that the rows tell of."""
        rows = ((each.origin, int(each.shown), *_texts(each.consequence)) for each in follows)
        self._writer.insert("incoming_follows", rows)
        self._writer.execute(_EVENTS_THAT_FOLLOW, **self._recorded)
        if self._invites():
            self._writer.execute(_INVITATIONS, event=str(Event.SUMMONS_RECEIVED), **self._recorded)

    def _invites(self) -> bool:
        return self._writer.row("SELECT 1 FROM incoming_booking WHERE invitation = 1 LIMIT 1") is not None

    def write(self) -> None:
        """Adds the new bookings, with the relation that their pairs have by now, and sends their messages."""
        after = 1 + (self._writer.value("SELECT max(id) FROM booking") or 0)
        with self._writer.without_indices("booking"):
            self._writer.execute(_BOOKINGS, after=after, batch_id=self._recorded["batch_id"])
        if not self._writer.is_sqlite:
            self._writer.value(_NEXT_ID)
        with self._writer.without_indices("message"):
            self._writer.execute(_MESSAGES, after=after)

    def invite(self) -> None:
        """Puts the summonses to booked times that the rows tell of into the inbox, each once (S14)."""
        if self._invites():
            self._writer.execute(_INVITED)


def _texts(consequence: Consequence) -> tuple[str | None, str | None]:
    event, message = consequence
    return str(event) if event else None, str(message) if message else None
