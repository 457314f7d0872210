"""The read side for `view`: the clinics that a resident ever had to do with, and what a booking began as."""

from collections.abc import Iterator
from typing import Final

from tidbok_cli.store.finding import UnitRow
from tidbok_cli.store.reading import Reader

_UNITS: Final = """
SELECT u.id, u.hsa_id FROM unit u
WHERE u.id IN (SELECT e.unit_id FROM relation_event e WHERE e.resident_id = :resident_id) ORDER BY u.hsa_key
"""

_CHAIN: Final = """
WITH RECURSIVE chain (booking_id, replaces, moves) AS (
    SELECT booking_id, replaces, 0 FROM booking WHERE id = :id
    UNION ALL
    SELECT b.booking_id, b.replaces, chain.moves + 1 FROM chain JOIN booking b ON b.id = chain.replaces
)
SELECT booking_id, moves FROM chain ORDER BY moves DESC
"""


def units_of(reader: Reader, resident_id: int) -> Iterator[UnitRow]:
    """The units with which the resident has any relation event."""
    return (UnitRow(*row) for row in reader.rows(_UNITS, resident_id=resident_id))


def began_as(reader: Reader, booking: int) -> tuple[str, int]:
    """The id of the first booking of the chain that this one, by the store's number, is the last of; how many moves."""
    found: tuple[str, int] | None = reader.row(_CHAIN, id=booking)
    assert found is not None
    return found
