"""The read side for lists: units, bookings, relations, and what the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tidbok_cli.domain.booking import BookingExported, BookingRow, BookingTraits
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.plan_effect import BookingCodes
from tidbok_cli.store.read.sql import ENDED_AT_THEN, PAST_END, STATUS_THEN, by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.store.read.facts import BookingSelection
    from tidbok_cli.store.read.sql import NameInUnit
    from tidbok_cli.store.reader import Reader

_BOOKINGS: Final = f"""
SELECT u.hsa_id, b.booking_id, r.number, b.code, b.starts_at, b.ends_at, {STATUS_THEN}, b.created_at, b.origin,
       {ENDED_AT_THEN}, b.calendar, b.care_type
FROM booking b
JOIN unit u ON u.id = b.unit_id
JOIN resident r ON r.id = b.resident_id
{PAST_END}
WHERE {{condition}} AND b.created_at <= :at
ORDER BY u.hsa_key, b.starts_at, b.booking_id
"""

_OF: Final = {
    "code": " AND (b.code = :code OR b.care_type = :code)",
    "origin": " AND b.origin = :origin",
    "status": f" AND {STATUS_THEN} = :status",
}

_RESIDENTS: Final = """
SELECT t.{table}_id, r.number FROM {table} t
JOIN unit u ON u.id = t.unit_id
JOIN resident r ON r.id = t.resident_id
WHERE {{condition}}
"""


def codes_of(reader: Reader, unit_id: int) -> dict[int, BookingCodes]:
    """By what each booking of a unit, by the store's number, finds its mapping and its calendar."""
    sql = "SELECT id, code, care_type, calendar FROM booking WHERE unit_id = :unit_id"
    return {number: BookingCodes(*codes) for number, *codes in reader.rows(sql, unit_id=unit_id)}


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


def residents_of(
    reader: Reader, table: Literal["booking", "summons"], names: Iterable[NameInUnit]
) -> dict[NameInUnit, str]:
    """The person number that each of those has which the store knows."""
    rows = by_name(reader, _RESIDENTS.format(table=table), f"t.{table}_id", names)
    return {(unit, number): resident for unit, (number, resident) in rows}


def bookings(reader: Reader, selection: BookingSelection, at: int, traits: BookingTraits) -> Iterator[BookingExported]:
    """The bookings made by the moment, by unit, start and id, with all that is to be exported of them."""
    wanted = {name: str(value) for name, value in traits._asdict().items() if value is not None}
    sql = _BOOKINGS.format(condition=selection.condition + "".join(_OF[name] for name in wanted))
    for row in reader.rows(sql, at=at, **selection.parameters, **wanted):
        unit, booking, resident, code, start, end, life, created_at, origin, *more = row
        listed = BookingRow(unit, booking, resident, code, start, end, BookingStatus(life), created_at, origin)
        yield BookingExported(listed, *more)


class Kept(NamedTuple):
    """What the store keeps of a booking whatever the moment, by its own numbers: whose it is, what it has taken and
    used, how it ended, and the booking by which it was replaced."""

    id: int
    unit_id: int
    resident_id: int
    slot_id: int | None
    basis_id: int | None
    ended_at: int | None
    ended_as: str | None
    replaced_by: int | None

    def had_ended(self, life: BookingStatus, at: int) -> bool:
        """Whether it had ended as that by the moment."""
        return self.ended_at is not None and self.ended_at <= at and self.ended_as == life


def kept(reader: Reader, booking: int) -> Kept:
    """The booking with this number of the store."""
    row = reader.row(
        """SELECT id, unit_id, resident_id, slot_id, basis_id, ended_at, ended_as,
                  (SELECT n.id FROM booking n WHERE n.replaces = b.id)
           FROM booking b WHERE id = :id""",
        id=booking,
    )
    assert row is not None
    return Kept(*row)


_CHAIN: Final = """
WITH RECURSIVE chain (booking_id, replaces, moves) AS (
    SELECT booking_id, replaces, 0 FROM booking WHERE id = :id
    UNION ALL
    SELECT b.booking_id, b.replaces, chain.moves + 1 FROM chain JOIN booking b ON b.id = chain.replaces
)
SELECT booking_id, moves FROM chain ORDER BY moves DESC
"""


def began_as(reader: Reader, booking: int) -> tuple[str, int]:
    """The id of the first booking of the chain that this one, by the store's number, is the last of; how many moves."""
    found: tuple[str, int] | None = reader.row(_CHAIN, id=booking)
    assert found is not None
    return found
