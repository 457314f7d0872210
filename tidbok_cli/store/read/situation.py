"""Situations of bookings: facts, and the case behind them."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.case import BookingThen, Case, EventSeen, RelationThen, UnitThen
from tidbok_cli.domain.facts import BookingStatus, Facts, Question
from tidbok_cli.domain.relation import Relation, removed_at
from tidbok_cli.domain.situation import Situation
from tidbok_cli.store.read.coupling import coupling_then
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import pair_of_booking
from tidbok_cli.store.read.relation_log import events_of
from tidbok_cli.store.read.sql import (
    ABSENT_FROM_THEN,
    ENDED_AT_THEN,
    ENDED_BY,
    PAST_END,
    PERIOD_THEN,
    STATUS_THEN,
    import_source,
)
from tidbok_cli.store.read.unit import unit_ended, version_in_force

if TYPE_CHECKING:
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.store.reader import Reader, Row

_BOOKING: Final = f"""
SELECT b.id, u.hsa_id, b.booking_id, r.number, b.code, b.care_type, b.starts_at, b.ends_at,
       {STATUS_THEN},
       b.created_at,
       {ENDED_AT_THEN},
       (SELECT n.booking_id FROM booking n WHERE n.replaces = b.id AND n.created_at <= :at),
       b.origin, b.calendar, b.imported,
       {import_source("b.batch_id")}, b.information, b.meeting_link,
       CASE WHEN b.ended_at <= :at THEN {ENDED_BY}
            WHEN past.absent_from IS NOT NULL THEN 'import' END,
       {import_source(ABSENT_FROM_THEN)},
       (SELECT i.recorded_at FROM import_batch i WHERE i.id = COALESCE(b.changed_in, b.batch_id))
FROM booking b
JOIN unit u ON u.id = b.unit_id
JOIN resident r ON r.id = b.resident_id
{PAST_END}
WHERE b.id = :id
"""

_PERIOD: Final = f"""
SELECT p.relation, p.begins, e.id, e.event, e.occurred_at, i.source, e.line
FROM relation_period p
JOIN booking b ON b.unit_id = p.unit_id AND b.resident_id = p.resident_id
JOIN relation_event e ON e.id = p.event_id
LEFT JOIN import_batch i ON i.id = e.batch_id
WHERE b.id = :id AND {PERIOD_THEN}
"""

_PAIR_EVENTS: Final = """
SELECT count(*) FROM relation_event e
JOIN booking b ON b.unit_id = e.unit_id AND b.resident_id = e.resident_id
WHERE b.id = :id AND NOT EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = e.id)
"""


def situation_of(reader: Reader, booking: int, question: Question) -> Situation:
    """Return the situation of the booking with this number of the store."""
    return Situation(facts_of_booking(reader, booking, question), case_of(reader, booking, question))


def facts_of_booking(reader: Reader, booking: int, question: Question) -> Facts:
    """Return the facts about the booking with this number of the store."""
    (found,) = facts_of(reader, BookingSelection(number=booking, every=True), question)
    return found.facts


def booking_then(reader: Reader, booking: int, at: int) -> BookingThen:
    """Return the booking with this number of the store, at the moment."""
    row = reader.row(_BOOKING, id=booking, at=at)
    assert row is not None
    then = BookingThen(*row)
    return then._replace(status=BookingStatus(then.status), imported=bool(then.imported))


def case_of(reader: Reader, booking: int, question: Question) -> Case:
    """Return the case of the booking with this number of the store."""
    then = booking_then(reader, booking, question.at)
    return case_at(reader, question, then, then.resident, _relation_then(reader, booking, question.at))


def case_at(
    reader: Reader, question: Question, time: BookingThen | SlotThen, resident: str, relation: RelationThen
) -> Case:
    """Return the case of a booking, or of a slot for a resident (12 characters)."""
    version = version_in_force(reader, time.unit, question.at)
    unit = UnitThen(version.config, version.begins, version.applied_at, version.actor) if version else None
    mapping = version.config.mapping(time.code, time.care_type) if version else None
    required, partial = question.standing.relation_required, question.standing.relation_data_partial
    coupling = coupling_then(reader, version.config, question) if version else None
    booked, slot = (time, None) if isinstance(time, BookingThen) else (None, time)
    ended = None if version else unit_ended(reader, time.unit, question.at)
    return Case(question.at, booked, resident, unit, mapping, relation, required, partial, coupling, slot, ended=ended)


_LAST_RELATIONS: Final = """
SELECT max(happened_at) FROM import_batch WHERE outcome = 'done' AND (kind = 'relation' OR events > 0)
"""

_ANY_RELATIONS: Final = """
SELECT EXISTS (SELECT 1 FROM relation_event)
    OR EXISTS (SELECT 1 FROM import_batch WHERE outcome = 'done' AND events > 0 AND purged_at IS NULL)
"""
"""Whether relations are known of at all; what was imported may be past its time since (`store purge --before`)."""


def _relation_then(reader: Reader, booking: int, at: int) -> RelationThen:
    period = reader.row(_PERIOD, id=booking, at=at)
    of_pair = reader.value(_PAIR_EVENTS, id=booking)
    known = bool(reader.value(_ANY_RELATIONS))
    imported = reader.value(_LAST_RELATIONS)
    if period is None:
        return RelationThen("never" if of_pair else None, None, None, of_pair, known, imported)
    event = EventSeen(*period[2:])
    removed = None if period[0] == Relation.REMOVED_BY_RESIDENT else _removed(reader, booking, period, at)
    return RelationThen(period[0], period[1], event, of_pair, known, imported, removed)


def _removed(reader: Reader, booking: int, period: Row, at: int) -> int | None:
    """When the resident had removed the clinic, while the relation held (S19)."""
    relation, _, event_id, *_ = period
    log = (each.logged for each in events_of(reader, *pair_of_booking(reader, booking)) if each.occurred_at <= at)
    held = log if relation == Relation.HELD else takewhile(lambda logged: logged.id != event_id, log)
    return removed_at(held)
