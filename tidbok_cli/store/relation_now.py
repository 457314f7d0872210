"""Relations beside the bookings of a pair, sparing sweeps a look-up.

`booking.relation` is what the pair's log comes to, and holds from `relation_since` on; of a pair whose log never gave a
relation it holds at any moment. The transaction that changes a log keeps it; `store check` proves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import FIRST, FOREVER

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Writer

_LAST: Final = """
SELECT p.{column} FROM relation_period p
WHERE p.unit_id = {booking}.unit_id AND p.resident_id = {booking}.resident_id ORDER BY p.begins DESC LIMIT 1
"""
_NEVER: Final = """
CASE WHEN EXISTS (SELECT 1 FROM relation_event e
                  WHERE e.unit_id = {booking}.unit_id AND e.resident_id = {booking}.resident_id
                    AND NOT EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = e.id)) THEN 'never' END
"""


def relation_of(booking: str) -> str:
    """Write SQL for a booking's relation since its last change."""
    return f"COALESCE(({_LAST.format(column='relation', booking=booking)}), {_NEVER.format(booking=booking)})"


def since_of(booking: str) -> str:
    """Write SQL for the moment of that change."""
    return f"COALESCE(({_LAST.format(column='begins', booking=booking)}), {FIRST})"


_PERIOD: Final = f"""
LEFT JOIN relation_period p
ON p.unit_id = {{row}}.unit_id AND p.resident_id = {{row}}.resident_id AND p.ends = {FOREVER}
"""


def relation_joined(writer: Writer, row: str) -> tuple[str, str, str]:
    """Write SQL for both, of many rows: a join with the last period, which has no end, and what that gives.

    A log that never gave a relation has an event without effect: where there is none, no log is looked for.
    """
    some = writer.row("SELECT 1 FROM relation_event WHERE NOT has_effect LIMIT 1")
    never = _NEVER.format(booking=row) if some else "NULL"
    return _PERIOD.format(row=row), f"COALESCE(p.relation, {never})", f"COALESCE(p.begins, {FIRST})"


KEEP: Final = f"UPDATE booking SET relation = {relation_of('booking')}, relation_since = {since_of('booking')} WHERE"

DIFFERENT: Final = f"""
SELECT b.id FROM booking b
WHERE b.relation_since <> {since_of("b")} OR COALESCE(b.relation, '') <> COALESCE({relation_of("b")}, '') ORDER BY b.id
"""


_OF_PAIRS: Final = """
id IN (SELECT b.id FROM concerned_pair c CROSS JOIN booking b
       WHERE b.resident_id = c.resident_id AND b.unit_id = c.unit_id)
"""


def keep_of_new(writer: Writer, last: int) -> None:
    """Set the relation of bookings with numbers past `last`."""
    writer.execute(f"{KEEP} id > :last", last=last)


def keep_of_pairs(writer: Writer) -> None:
    """Set the relation of the bookings of `concerned_pair` (store/write/relation.py)."""
    if writer.row("SELECT 1 FROM booking LIMIT 1"):
        writer.execute(f"{KEEP} {_OF_PAIRS}")
