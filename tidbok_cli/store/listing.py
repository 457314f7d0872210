"""The read side for lists: units, bookings, relations, and what the store holds."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from tidbok_cli.domain.bookings import Traits
from tidbok_cli.domain.effect import Codes
from tidbok_cli.domain.facts import Life
from tidbok_cli.domain.outcomes.rows import BookingExported, BookingRow, EventRow, RelationRow, VersionSeen
from tidbok_cli.domain.plan import Change
from tidbok_cli.domain.relations import Event, Period, Relation
from tidbok_cli.domain.units import Version
from tidbok_cli.store.case import VERSION_COLUMNS, read_version
from tidbok_cli.store.facts import Selection
from tidbok_cli.store.reading import Reader

_VERSIONS: Final = f"""
SELECT {VERSION_COLUMNS}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins <= :at AND :at < v.ends AND NOT v.removed ORDER BY u.hsa_key
"""

_HISTORY: Final = f"""
SELECT v.removed, v.applied_at, v.actor, {VERSION_COLUMNS}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.unit_id = :unit_id ORDER BY v.begins, v.id
"""

_LIFE: Final = "CASE WHEN b.ended_at <= :at THEN b.ended_as ELSE COALESCE(past.ended_as, 'booked') END"
_BOOKINGS: Final = f"""
SELECT u.hsa_id, b.booking_id, r.number, b.code, b.starts_at, b.ends_at, {_LIFE}, b.created_at, b.origin,
       CASE WHEN b.ended_at <= :at THEN b.ended_at ELSE past.ended_at END, b.calendar, b.care_type
FROM booking b
JOIN unit u ON u.id = b.unit_id
JOIN resident r ON r.id = b.resident_id
LEFT JOIN booking_revival past
       ON past.booking_id = b.id AND past.ended_at <= :at AND :at < past.revived_at
WHERE {{condition}} AND b.created_at <= :at
ORDER BY u.hsa_key, b.starts_at, b.booking_id
"""
_OF: Final = {
    "code": " AND (b.code = :code OR b.care_type = :code)",
    "origin": " AND b.origin = :origin",
    "status": f" AND {_LIFE} = :status",
}

_RELATIONS: Final = """
SELECT u.hsa_id, r.number, p.relation, p.begins, e.event
FROM relation_period p
JOIN relation_event e ON e.id = p.event_id
JOIN unit u ON u.id = p.unit_id
JOIN resident r ON r.id = p.resident_id
WHERE p.begins <= :at AND :at < p.ends {condition}
ORDER BY u.hsa_key, r.number
"""

_EVENTS: Final = """
SELECT e.id, e.event, e.occurred_at, e.has_effect, e.recorded_at, e.actor, i.source, e.line,
       x.voided_at, x.actor, x.purpose
FROM relation_event e
LEFT JOIN import_batch i ON i.id = e.batch_id
LEFT JOIN relation_void x ON x.event_id = e.id
WHERE e.unit_id = :unit_id AND e.resident_id = :resident_id
ORDER BY e.occurred_at, e.id
"""

_PERIODS: Final = """
SELECT begins, ends, relation, event_id FROM relation_period
WHERE unit_id = :unit_id AND resident_id = :resident_id ORDER BY begins
"""

_RESIDENTS: Final = """
SELECT t.{table}_id, r.number FROM {table} t
JOIN unit u ON u.id = t.unit_id
JOIN resident r ON r.id = t.resident_id
WHERE u.hsa_key = :unit AND t.{table}_id IN ({ids})
"""
_AT_ONCE: Final = 500

COUNTED: Final = (
    "unit", "unit_version", "service_version", "resident", "relation_event", "relation_void",
    "relation_period", "booking", "slot", "booking_basis", "summons", "message", "import_batch",
)  # fmt: skip


def codes_of(reader: Reader, unit_id: int) -> dict[int, Codes]:
    """By what each booking of a unit, by the store's number, finds its mapping and its calendar."""
    sql = "SELECT id, code, care_type, calendar FROM booking WHERE unit_id = :unit_id"
    return {number: Codes(*codes) for number, *codes in reader.rows(sql, unit_id=unit_id)}


def codes_met(reader: Reader, unit_id: int, begins: int, at: int) -> Iterator[tuple[str, str | None, int]]:
    """Each code, with care type, of a unit's bookings made and slots published by the moment that start from `begins`
    on, and how many there are of them; a booking in a slot counts once, a slot that was withdrawn not at all."""
    sql = """SELECT code, care_type, count(*) FROM (
                 SELECT code, care_type FROM booking
                 WHERE unit_id = :unit_id AND starts_at >= :begins AND created_at <= :at
                 UNION ALL
                 SELECT s.code, NULL FROM slot s
                 WHERE s.unit_id = :unit_id AND s.starts_at >= :begins AND s.published_at <= :at
                   AND (s.withdrawn_at IS NULL OR s.withdrawn_at > :at)
                   AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.slot_id = s.id AND b.created_at <= :at)
             ) AS met
             GROUP BY code, care_type ORDER BY code, care_type"""
    yield from reader.rows(sql, unit_id=unit_id, begins=begins, at=at)


Named = tuple[str, str]
"""A booking or summons by its unit's key and its id there."""


def residents_of(reader: Reader, table: Literal["booking", "summons"], names: Iterable[Named]) -> dict[Named, str]:
    """The person number that each of those has which the store knows."""
    by_unit: dict[str, list[str]] = {}
    for unit, number in names:
        by_unit.setdefault(unit, []).append(number)
    found: dict[Named, str] = {}
    for unit, numbers in by_unit.items():
        for start in range(0, len(numbers), _AT_ONCE):
            wanted = {f"id{place}": number for place, number in enumerate(numbers[start : start + _AT_ONCE])}
            sql = _RESIDENTS.format(table=table, ids=", ".join(f":{name}" for name in wanted))
            found |= {(unit, number): resident for number, resident in reader.rows(sql, unit=unit, **wanted)}
    return found


def versions_in_force(reader: Reader, at: int) -> tuple[Version, ...]:
    """Every unit's version in force at the moment, by HSA-id."""
    return tuple(read_version(reader, row) for row in list(reader.rows(_VERSIONS, at=at)))


def versions_of(reader: Reader, unit_id: int) -> Iterator[VersionSeen]:
    """Every version of a unit, in the order of its beginning, those too that were replaced before they began."""
    before = None
    for removed, applied_at, actor, *row in list(reader.rows(_HISTORY, unit_id=unit_id)):
        version = read_version(reader, tuple(row))
        config = version.config
        after = None if removed else config
        change = Change.REMOVE if removed else Change.ADD if before is None else Change.CHANGE
        yield VersionSeen(
            version.begins, version.ends, change, config.name, before, after, applied_at, actor, config.origin.file
        )
        if version.begins < version.ends:
            before = after


def bookings(reader: Reader, selection: Selection, at: int, traits: Traits) -> Iterator[BookingExported]:
    """The bookings made by the moment, by unit, start and id, with all that is to be exported of them."""
    wanted = {name: str(value) for name, value in traits._asdict().items() if value is not None}
    sql = _BOOKINGS.format(condition=selection.condition + "".join(_OF[name] for name in wanted))
    for row in reader.rows(sql, at=at, **selection.parameters, **wanted):
        unit, booking, resident, code, start, end, life, created_at, origin, *more = row
        listed = BookingRow(unit, booking, resident, code, start, end, Life(life), created_at, origin)
        yield BookingExported(listed, *more)


def relations(reader: Reader, at: int, unit_id: int | None, resident_id: int | None) -> Iterator[RelationRow]:
    """The relations that had come to be by the moment, held or ended, by unit and resident."""
    conditions = "" if unit_id is None else " AND p.unit_id = :unit_id"
    conditions += "" if resident_id is None else " AND p.resident_id = :resident_id"
    sql = _RELATIONS.format(condition=conditions)
    for unit, resident, relation, since, event in reader.rows(sql, at=at, unit_id=unit_id, resident_id=resident_id):
        yield RelationRow(unit, resident, Relation(relation), since, Event(event))


def events_of(reader: Reader, unit_id: int, resident_id: int) -> tuple[EventRow, ...]:
    """One pair's whole log, in the order in which it happened."""
    rows = reader.rows(_EVENTS, unit_id=unit_id, resident_id=resident_id)
    return tuple(EventRow(row[0], Event(row[1]), row[2], bool(row[3]), *row[4:]) for row in rows)


def periods_of(reader: Reader, unit_id: int, resident_id: int) -> tuple[Period, ...]:
    """One pair's periods as the store has them."""
    rows = reader.rows(_PERIODS, unit_id=unit_id, resident_id=resident_id)
    return tuple(Period(begins, ends, Relation(relation), event) for begins, ends, relation, event in rows)


def counts(reader: Reader) -> dict[str, int]:
    """How many rows each table holds."""
    return {table: reader.value(f"SELECT count(*) FROM {table}") for table in COUNTED}


def size_of(reader: Reader) -> int:
    """How many bytes a database of PostgreSQL takes."""
    return int(reader.value("SELECT pg_database_size(current_database())"))
