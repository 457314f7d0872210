"""Names for completion, by what they begin with; nothing of any resident."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.candidates import BasisName, BookingName, CodeName, EventName, SlotName, UnitName
from tidbok_cli.store.read.sql import LAST, VERSION_IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader, Row

AT_MOST: Final = 50
"""Most bookings or events offered: more than a screen helps nobody."""

_IN_FORCE: Final = f"v.unit_id = u.id AND {VERSION_IN_FORCE}"

_UNITS: Final = f"""
SELECT u.hsa_id, CASE WHEN v.id IS NULL THEN u.alias ELSE v.alias END, v.name
FROM unit u LEFT JOIN unit_version v ON {_IN_FORCE} ORDER BY u.hsa_key
"""

_UNITS_ONCE: Final = """
SELECT u.hsa_id, u.alias, v.name FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins < v.ends AND NOT v.removed ORDER BY u.hsa_key, v.begins
"""

_CODES: Final = """
SELECT s.code, s.label, s.journal_name
FROM unit u JOIN unit_version v ON {in_force} JOIN service_version s ON s.version_id = v.id
WHERE {condition} ORDER BY s.code, u.hsa_key
"""

_BOOKINGS: Final = """
SELECT b.booking_id, b.starts_at, b.code FROM booking b JOIN unit u ON u.id = b.unit_id
WHERE {condition} ORDER BY b.booking_id {order} LIMIT {limit}
"""

_SLOTS: Final = """
SELECT s.slot_id, s.starts_at, s.code FROM slot s JOIN unit u ON u.id = s.unit_id
WHERE s.starts_at > :at AND {condition} ORDER BY s.slot_id {order} LIMIT {limit}
"""

_BASES: Final = """
SELECT d.basis_id, d.code FROM booking_basis d JOIN unit u ON u.id = d.unit_id
WHERE {condition} ORDER BY d.basis_id {order} LIMIT {limit}
"""

_EVENTS: Final = f"""
SELECT id, occurred_at, event FROM relation_event WHERE id BETWEEN :first AND :last ORDER BY id DESC LIMIT {AT_MOST}
"""
_DIGITS: Final = 18
"""More digits than ids have: as many as databases can compare."""

_UNIT: Final = "(u.hsa_key = :unit_key OR u.alias = :unit)"


def units(reader: Reader, at: int) -> Iterator[UnitName]:
    """List every unit of the store, with its name at the moment."""
    return (UnitName(*row) for row in reader.rows(_UNITS, at=at))


def units_once(reader: Reader) -> Iterator[UnitName]:
    """List every name that a unit has had, or will have."""
    return (UnitName(*row) for row in reader.rows(_UNITS_ONCE))


def codes(reader: Reader, at: int, unit: str | None) -> Iterator[CodeName]:
    """List the codes configured at the moment, of a unit or all."""
    sql = _CODES.format(in_force=_IN_FORCE, condition=_UNIT if unit else "1 = 1")
    return (CodeName(*row) for row in reader.rows(sql, at=at, **_named(unit)))


def bookings(reader: Reader, prefix: str, unit: str | None) -> Iterator[BookingName]:
    """List the first bookings whose ids begin so, and the last.

    All begin alike as far as these do, so that a shell that fills in what is common leaves none out.
    """
    return (BookingName(*row) for row in _beginning(reader, _BOOKINGS, "b.booking_id", prefix, unit))


def slots(reader: Reader, prefix: str, unit: str | None, at: int) -> Iterator[SlotName]:
    """List published times to come, as `bookings` does."""
    return (SlotName(*row) for row in _beginning(reader, _SLOTS, "s.slot_id", prefix, unit, at=at))


def bases(reader: Reader, prefix: str, unit: str | None) -> Iterator[BasisName]:
    """List booking bases, as `bookings` does."""
    return (BasisName(*row) for row in _beginning(reader, _BASES, "d.basis_id", prefix, unit))


def _beginning(
    reader: Reader, sql: str, column: str, prefix: str, unit: str | None, **besides: object
) -> Iterator[Row]:
    condition = f"{column} >= :prefix AND {column} < :behind" + (f" AND {_UNIT}" if unit else "")
    parameters = {"prefix": prefix, "behind": prefix + LAST} | _named(unit) | besides
    for order, limit in (("ASC", AT_MOST), ("DESC", 1)):
        yield from reader.rows(sql.format(condition=condition, order=order, limit=limit), **parameters)


def events(reader: Reader, prefix: str) -> Iterator[EventName]:
    """List the latest events whose ids begin so, one digit longer too."""
    begun = int(prefix or "0")
    ranges = [(begun * 10**more, (begun + 1) * 10**more - 1) for more in range(_DIGITS - len(prefix), -1, -1)]
    rows = (row for first, last in ranges for row in reader.rows(_EVENTS, first=first, last=last))
    yield from (EventName(*row) for row in islice(rows, AT_MOST))
    yield from (EventName(*row) for row in reader.rows(_EVENTS, first=10 * begun, last=10 * begun + 9))


def _named(unit: str | None) -> dict[str, object]:
    return {"unit": unit, "unit_key": unit.upper()} if unit else {}
