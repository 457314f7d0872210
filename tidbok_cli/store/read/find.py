"""Look-ups by name, and free names."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.text import decomposed
from tidbok_cli.store.read.sql import LAST, VERSION_IN_FORCE, bound

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader

_UNIT: Final = "SELECT id, hsa_id FROM unit WHERE hsa_key = :key"

_CALLED: Final = f"""
SELECT u.id, u.hsa_id FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.alias = :alias AND {VERSION_IN_FORCE}
"""

_CALLED_ONCE: Final = """
SELECT u.id, u.hsa_id FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.alias = :alias AND v.begins < v.ends
ORDER BY CASE WHEN v.begins <= :at THEN 0 ELSE 1 END, abs(:at - v.begins), v.id
"""

_PAIR: Final = """
SELECT u.id, u.hsa_id, r.id, r.number FROM relation_event e
JOIN unit u ON u.id = e.unit_id
JOIN resident r ON r.id = e.resident_id
WHERE e.id = :event
"""


class UnitFound(NamedTuple):
    """A unit in the store, configured or not."""

    id: int
    hsa_id: str


def find_unit(reader: Reader, hsa_id: str) -> UnitFound | None:
    """Find a unit by HSA-id in any case."""
    row = reader.row(_UNIT, key=hsa_key(hsa_id))
    return UnitFound(*row) if row else None


def unit_by_alias(reader: Reader, alias: str, at: int) -> UnitFound | None:
    """Find the unit whose alias it is at the moment."""
    row = reader.row(_CALLED, alias=alias, at=at)
    return UnitFound(*row) if row else None


def unit_by_alias_once(reader: Reader, alias: str, at: int) -> UnitFound | None:
    """Find the unit whose alias it was last before the moment, else will be first."""
    row = reader.row(_CALLED_ONCE, alias=alias, at=at)
    return UnitFound(*row) if row else None


def units_with_coming(reader: Reader, at: int) -> list[UnitFound]:
    """List the units with a version that begins after the moment."""
    sql = """SELECT DISTINCT u.id, u.hsa_id FROM unit_version v JOIN unit u ON u.id = v.unit_id
             WHERE v.begins > :at AND v.begins < v.ends ORDER BY u.hsa_id"""
    return [UnitFound(*row) for row in reader.rows(sql, at=at)]


def find_resident(reader: Reader, number: str) -> int | None:
    """Return the store's number of a resident, by the 12 characters."""
    found: int | None = reader.value("SELECT id FROM resident WHERE number = :number", number=number)
    return found


def bookings_named(reader: Reader, booking: str, unit_id: int | None = None) -> list[tuple[int, str]]:
    """List the bookings with this id: the store's number, the unit's HSA-id."""
    return named(reader, "booking", booking, unit_id)


def pair_of(reader: Reader, event_id: int) -> tuple[int, str, int, str] | None:
    """Return an event's unit and resident, by number and name."""
    found: tuple[int, str, int, str] | None = reader.row(_PAIR, event=event_id)
    return found


def pair_of_booking(reader: Reader, booking: int) -> tuple[int, int]:
    """Return the store's numbers of a booking's unit and resident."""
    found: tuple[int, int] | None = reader.row("SELECT unit_id, resident_id FROM booking WHERE id = :id", id=booking)
    assert found is not None
    return found


def named(reader: Reader, table: str, name: str, unit_id: int | None = None) -> list[tuple[int, str]]:
    """List bookings, slots or bases by id, else by how older stores write it: the number, the unit's HSA-id."""
    column = id_column(table)
    of_unit = "" if unit_id is None else "AND t.unit_id = :unit_id"
    sql = f"""SELECT t.id, u.hsa_id FROM {table} t JOIN unit u ON u.id = t.unit_id
              WHERE t.{column} = :name {of_unit} ORDER BY u.hsa_key"""
    found = list(reader.rows(sql, name=name, unit_id=unit_id))
    before = decomposed(name)
    return list(reader.rows(sql, name=before, unit_id=unit_id)) if not found and before != name else found


def id_column(table: str) -> str:
    """Return the column of a table's ids."""
    return _NAMES[table].column


def names_near(reader: Reader, table: str, name: str, unit_id: int | None = None) -> list[str]:
    """List a few ids that are this one written otherwise, or that it begins.

    Each is looked up in the index of ids.
    """
    from tidbok_cli.domain.near import AT_MOST, spellings

    listed, ways = bound("way", spellings(name))
    column = id_column(table)
    of_unit = "" if unit_id is None else "AND unit_id = :unit_id"
    sql = f"SELECT DISTINCT {column} FROM {table} WHERE {{}} {of_unit} ORDER BY {column} LIMIT {AT_MOST}"
    found = [each for (each,) in reader.rows(sql.format(f"{column} IN ({listed})"), unit_id=unit_id, **ways)]
    if found or len(name) < _LEAST_BEGINNING:
        return found
    begun = sql.format(f"{column} >= :name AND {column} < :behind")
    return [each for (each,) in reader.rows(begun, name=name, behind=name + LAST, unit_id=unit_id)]


_LEAST_BEGINNING: Final = 4
"""Fewer characters begin too many ids."""


class _Naming(NamedTuple):
    """A table's column of ids, and the prefix of ids given here."""

    column: str
    prefix: str


_NAMES: Final = {
    "booking": _Naming("booking_id", "TB"),
    "slot": _Naming("slot_id", "TS"),
    "booking_basis": _Naming("basis_id", "TU"),
}


def free_name(reader: Reader, table: str, unit_id: int) -> str:
    """Return an id for a booking, slot or basis, free there."""
    column, prefix = _NAMES[table]
    last = reader.value(f"SELECT max(id) FROM {table}") or 0
    taken = f"SELECT 1 FROM {table} WHERE unit_id = :unit_id AND {column} = :name"
    candidates = (f"{prefix}-{number}" for number in count(last + 1))
    return next(name for name in candidates if reader.row(taken, unit_id=unit_id, name=name) is None)
