"""The read side for look-ups: whom and what a name stands for, and when there was an import last."""

from dataclasses import dataclass
from typing import Final

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes.answers import LastImport
from tidbok_cli.store.reading import Reader

_UNIT: Final = """
SELECT id, hsa_id FROM unit WHERE hsa_key = :key OR alias = :alias
ORDER BY CASE WHEN hsa_key = :key THEN 0 ELSE 1 END
"""

_UNIT_ONCE: Final = """
SELECT u.id, u.hsa_id FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.alias = :alias AND v.begins < v.ends ORDER BY v.begins DESC
"""

_PAIR: Final = """
SELECT u.id, u.hsa_id, r.id, r.number FROM relation_event e
JOIN unit u ON u.id = e.unit_id
JOIN resident r ON r.id = e.resident_id
WHERE e.id = :event
"""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit that the store knows, whether configured or not."""

    id: int
    hsa_id: str


def find_unit(reader: Reader, text: str) -> UnitRow | None:
    """The unit with this HSA-id, in any case, or this alias: the latest given, else one that it once had."""
    row = reader.row(_UNIT, key=hsa_key(text), alias=text) or reader.row(_UNIT_ONCE, alias=text)
    return UnitRow(*row) if row else None


def find_resident(reader: Reader, number: str) -> int | None:
    """The store's own number for somebody, by the 12 characters of the person number."""
    found: int | None = reader.value("SELECT id FROM resident WHERE number = :number", number=number)
    return found


def bookings_named(reader: Reader, booking: str, unit_id: int | None = None) -> list[tuple[int, str]]:
    """The store's own number and the unit's HSA-id of each booking with this id."""
    of_unit = "" if unit_id is None else "AND b.unit_id = :unit_id"
    sql = f"""SELECT b.id, u.hsa_id FROM booking b JOIN unit u ON u.id = b.unit_id
              WHERE b.booking_id = :booking {of_unit} ORDER BY u.hsa_key"""
    return list(reader.rows(sql, booking=booking, unit_id=unit_id))


def pair_of(reader: Reader, event_id: int) -> tuple[int, str, int, str] | None:
    """Whose relation an event of the log is: the unit's number and HSA-id, the resident's number and person number."""
    found: tuple[int, str, int, str] | None = reader.row(_PAIR, event=event_id)
    return found


def last_imports(reader: Reader) -> tuple[LastImport, ...]:
    """The latest import of each kind."""
    sql = """SELECT kind, source, happened_at FROM import_batch i
             WHERE id = (SELECT max(id) FROM import_batch WHERE kind = i.kind) ORDER BY kind"""
    return tuple(LastImport(*row) for row in reader.rows(sql))
