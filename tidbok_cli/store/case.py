"""The read side for `why` and `booking show`: all that surrounds one booking, or slot, at one moment."""

import json
from dataclasses import replace
from typing import Final

from tidbok_cli.domain.bases import BasisThen
from tidbok_cli.domain.case import BookingThen, Case, CouplingThen, EventSeen, RelationThen, UnitThen
from tidbok_cli.domain.facts import Life, Question
from tidbok_cli.domain.slots import SlotThen
from tidbok_cli.domain.units import BookMode, CareService, Kind, Origin, Services, UnitConfig, Version
from tidbok_cli.store.coupling import route_to, snapshot_at
from tidbok_cli.store.reading import Reader, Row

_BOOKING: Final = """
SELECT b.id, u.hsa_id, b.booking_id, r.number, b.code, b.care_type, b.starts_at, b.ends_at,
       CASE WHEN b.ended_at <= :at THEN b.ended_as ELSE COALESCE(past.ended_as, 'booked') END,
       b.created_at,
       CASE WHEN b.ended_at <= :at THEN b.ended_at ELSE past.ended_at END,
       (SELECT n.booking_id FROM booking n WHERE n.replaces = b.id AND n.created_at <= :at),
       b.origin, b.calendar, b.imported,
       (SELECT i.source FROM import_batch i WHERE i.id = b.batch_id)
FROM booking b
JOIN unit u ON u.id = b.unit_id
JOIN resident r ON r.id = b.resident_id
LEFT JOIN booking_revival past
       ON past.booking_id = b.id AND past.ended_at <= :at AND :at < past.revived_at
WHERE b.id = :id
"""

VERSION_COLUMNS: Final = """
v.id, v.begins, v.ends, u.hsa_id, v.name, v.alias, v.show, v.cancel, v.rebook, v.book,
v.calendar, v.logical_address, v.source, v.lines
"""

_IN_FORCE: Final = f"""
SELECT {VERSION_COLUMNS}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE u.hsa_key = :unit AND v.begins <= :at AND :at < v.ends AND NOT v.removed
"""

_SERVICES: Final = """
SELECT code, kind, journal_name, label, show, cancel, rebook, book, cancel_deadline_hours, line
FROM service_version WHERE version_id = :version ORDER BY line, code
"""

_PERIOD: Final = """
SELECT p.relation, p.begins, e.id, e.event, e.occurred_at, i.source, e.line
FROM relation_period p
JOIN booking b ON b.unit_id = p.unit_id AND b.resident_id = p.resident_id
JOIN relation_event e ON e.id = p.event_id
LEFT JOIN import_batch i ON i.id = e.batch_id
WHERE b.id = :id AND p.begins <= :at AND :at < p.ends
"""

_PAIR_EVENTS: Final = """
SELECT count(*) FROM relation_event e
JOIN booking b ON b.unit_id = e.unit_id AND b.resident_id = e.resident_id
WHERE b.id = :id AND NOT EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = e.id)
"""


_NO_RELATION: Final = RelationThen(None, None, None, 0, False, None)


def version_in_force(reader: Reader, unit_key: str, at: int) -> Version | None:
    """The unit's version in force at the moment; `unit_key` as `identity.hsa_key` gives it."""
    row = reader.row(_IN_FORCE, unit=unit_key, at=at)
    return read_version(reader, row) if row else None


def read_version(reader: Reader, row: Row) -> Version:
    """A row of VERSION_COLUMNS, with its mappings in the file's order."""
    (number, begins, ends, hsa_id, name, alias, show, cancel, rebook, book, calendar, address, source, lines) = row
    services, mapping_lines = [], {}
    for index, cells in enumerate(reader.rows(_SERVICES, version=number)):
        services.append(_care_service(*cells[:-1]))
        mapping_lines[f"care_service.{index}"] = cells[-1]
    config = UnitConfig(
        hsa_id, name, alias, Services(bool(show), bool(cancel), bool(rebook), bool(book)), calendar, address,
        tuple(services), Origin(source, json.loads(lines) | mapping_lines),
    )  # fmt: skip
    return Version(number, begins, ends, config)


def _care_service(
    code: str, kind: str, journal_name: str | None, label: str | None,
    show: int, cancel: int, rebook: int, book: str, hours: int,
) -> CareService:  # fmt: skip
    return CareService(
        code, Kind(kind), journal_name, label, bool(show), bool(cancel), bool(rebook), BookMode(book), hours
    )


def booking_then(reader: Reader, booking: int, at: int) -> BookingThen:
    """The booking with this number of the store, as it was at the moment."""
    row = reader.row(_BOOKING, id=booking, at=at)
    assert row is not None
    *told, life, created_at, ended_at, replaced_by, origin, calendar, imported, source = row
    number, unit, booking_id, resident, code, care_type, starts_at, ends_at = told
    return BookingThen(
        number, unit, booking_id, resident, code, care_type, starts_at, ends_at, Life(life), created_at, ended_at,
        replaced_by, origin, calendar, bool(imported), source,
    )  # fmt: skip


def case_of(reader: Reader, booking: int, question: Question) -> Case:
    """All that is to be told about a booking at the moment."""
    then = booking_then(reader, booking, question.at)
    return _case(reader, question, then, then.resident, _relation_then(reader, booking, question.at))


def case_of_slot(reader: Reader, slot: SlotThen, resident: str, basis: BasisThen | None, question: Question) -> Case:
    """All that is to be told about a slot that a resident wants to book; no relation is asked for."""
    return replace(_case(reader, question, slot, resident, _NO_RELATION), basis=basis)


def _case(
    reader: Reader, question: Question, time: BookingThen | SlotThen, resident: str, relation: RelationThen
) -> Case:
    version = version_in_force(reader, time.unit.upper(), question.at)
    unit = UnitThen(version.config, version.begins) if version else None
    mapping = version.config.mapping(time.code, time.care_type) if version else None
    index = version.config.care_services.index(mapping) if version and mapping else None
    required = question.standing.relation_required
    coupling = _coupling_then(reader, version.config, question) if version else None
    booked, slot = (time, None) if isinstance(time, BookingThen) else (None, time)
    return Case(question.at, booked, resident, unit, mapping, index, relation, required, coupling, slot)


def _coupling_then(reader: Reader, unit: UnitConfig, question: Question) -> CouplingThen | None:
    snapshot = snapshot_at(reader, question.at, unit.address)
    if snapshot is None:
        return None
    routes = {contract: route_to(reader, unit.address, contract, question.at) for contract in question.contracts}
    missing = (contract for contract, route in routes.items() if route is None or not route.in_force)
    return CouplingThen(snapshot, unit.address, tuple(missing))


def pair_of_booking(reader: Reader, booking: int) -> tuple[int, int]:
    """The store's numbers of a booking's unit and resident."""
    found: tuple[int, int] | None = reader.row("SELECT unit_id, resident_id FROM booking WHERE id = :id", id=booking)
    assert found is not None
    return found


def _relation_then(reader: Reader, booking: int, at: int) -> RelationThen:
    period = reader.row(_PERIOD, id=booking, at=at)
    of_pair = reader.value(_PAIR_EVENTS, id=booking)
    known = bool(reader.value("SELECT EXISTS (SELECT 1 FROM relation_event)"))
    imported = reader.value("SELECT max(happened_at) FROM import_batch WHERE kind = 'relation' OR events > 0")
    if period is None:
        return RelationThen("never" if of_pair else None, None, None, of_pair, known, imported)
    return RelationThen(period[0], period[1], EventSeen(*period[2:]), of_pair, known, imported)
