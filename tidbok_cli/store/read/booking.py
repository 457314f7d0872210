"""Bookings in lists, as stored, and counted (S30)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.booking_list import BookingExported, BookingRow, BookingTraits
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.stats import StatsActor, StatsCount, StatsKind
from tidbok_cli.domain.text import composed
from tidbok_cli.domain.times import FIRST, HOUR
from tidbok_cli.store.read.sql import ENDED_AT_THEN, PAST_END, STATUS_THEN, VERSION_IN_FORCE, among, as_kept, by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.domain.times import ClockRange
    from tidbok_cli.store.read.facts import BookingSelection
    from tidbok_cli.store.read.sql import NameInUnit
    from tidbok_cli.store.reader import Reader

_BOOKINGS: Final = f"""
SELECT u.hsa_id, b.booking_id, r.number, b.code, b.starts_at, b.ends_at, {STATUS_THEN}, b.created_at, b.origin,
       {ENDED_AT_THEN}, b.calendar, b.care_type, b.information, b.meeting_link
FROM booking b
JOIN unit u ON u.id = b.unit_id
JOIN resident r ON r.id = b.resident_id
{PAST_END}
WHERE {{condition}} AND b.created_at <= :at
ORDER BY u.hsa_key, b.starts_at, b.booking_id
"""

_BOOKED: Final = f"""
SELECT DISTINCT b.resident_id, {{start}} FROM booking b {PAST_END} WHERE {{condition}} AND b.created_at <= :at
"""

_OF: Final = {
    "code": " AND (b.code IN (:code, :code_before) OR b.care_type IN (:code, :code_before))",
    "origin": " AND b.origin = :origin",
    "status": f" AND {STATUS_THEN} = :status",
}

_RESIDENTS: Final = """
SELECT t.{table}_id, r.number FROM {table} t
JOIN unit u ON u.id = t.unit_id
JOIN resident r ON r.id = t.resident_id
WHERE {{condition}}
"""


def residents_of(
    reader: Reader, table: Literal["booking", "summons"], names: Iterable[NameInUnit]
) -> dict[NameInUnit, str]:
    """Return the person number of each booking or summons that is stored."""
    rows = by_name(reader, _RESIDENTS.format(table=table), f"t.{table}_id", names)
    return {(unit, composed(number)): resident for unit, (number, resident) in rows}


def bookings(reader: Reader, selection: BookingSelection, at: int, traits: BookingTraits) -> Iterator[BookingExported]:
    """List the bookings made by the moment, by unit, start and id."""
    wanted, condition = _wanted(selection, traits)
    sql = _BOOKINGS.format(condition=condition)
    for row in reader.rows(sql, at=at, **selection.parameters, **wanted):
        unit, booking, resident, code, start, end, status, created_at, origin, *more = row
        listed = BookingRow(unit, booking, resident, code, start, end, BookingStatus(status), created_at, origin)
        yield BookingExported(listed, *more)


def _wanted(selection: BookingSelection, traits: BookingTraits) -> tuple[dict[str, object], str]:
    wanted: dict[str, object] = {name: str(value) for name, value in traits._asdict().items() if value is not None}
    condition = selection.condition + "".join(_OF[name] for name in wanted)
    return wanted | as_kept(traits.code), condition


def residents_booked(
    reader: Reader, selection: BookingSelection, at: int, traits: BookingTraits, clock: ClockRange | None
) -> Residents:
    """Return the residents whose bookings `bookings` lists, of times within the `clock`."""
    wanted, condition = _wanted(selection, traits)
    sql = _BOOKED.format(condition=condition, start="b.starts_at" if clock else "0")
    rows = reader.rows(sql, at=at, **selection.parameters, **wanted)
    return Residents(resident for resident, start in rows if clock is None or clock.holds(start))


class StoredBooking(NamedTuple):
    """A booking as stored, whatever the moment, by the store's own numbers."""

    id: int
    unit_id: int
    resident_id: int
    slot_id: int | None
    basis_id: int | None
    ended_at: int | None
    ended_as: str | None
    replaced_by: int | None

    def had_ended(self, status: BookingStatus, at: int) -> bool:
        """Tell whether it had ended with this status by the moment."""
        return self.ended_at is not None and self.ended_at <= at and self.ended_as == status


def stored_booking(reader: Reader, booking: int) -> StoredBooking:
    """Return the booking with this number of the store."""
    row = reader.row(
        """SELECT id, unit_id, resident_id, slot_id, basis_id, ended_at, ended_as,
                  (SELECT n.id FROM booking n WHERE n.replaces = b.id)
           FROM booking b WHERE id = :id""",
        id=booking,
    )
    assert row is not None
    return StoredBooking(*row)


_CHAIN: Final = """
WITH RECURSIVE chain (booking_id, replaces, moves) AS (
    SELECT booking_id, replaces, 0 FROM booking WHERE id = :id
    UNION ALL
    SELECT b.booking_id, b.replaces, chain.moves + 1 FROM chain JOIN booking b ON b.id = chain.replaces
)
SELECT booking_id, moves FROM chain ORDER BY moves DESC
"""


def began_as(reader: Reader, booking: int) -> tuple[str, int]:
    """Return the id it began with, and the number of moves."""
    found: tuple[str, int] | None = reader.row(_CHAIN, id=booking)
    assert found is not None
    return found


_WHEN: Final = "{moment} <= :at AND {moment} >= :begins AND {moment} < :ends"
_COUNTS: Final = f"""
SELECT u.hsa_id, counted.hour, counted.kind, counted.actor, count(*)
FROM (
    SELECT unit_id, (created_at - {FIRST}) / {HOUR} AS hour, 'booked' AS kind, COALESCE(origin, 'unknown') AS actor
    FROM booking WHERE replaces IS NULL AND {_WHEN.format(moment="created_at")}
    UNION ALL
    SELECT unit_id, (ended_at - {FIRST}) / {HOUR}, ended_as, COALESCE(ended_by, 'unknown')
    FROM booking WHERE {_WHEN.format(moment="ended_at")}
    UNION ALL
    SELECT b.unit_id, (past.ended_at - {FIRST}) / {HOUR}, past.ended_as, 'unknown'
    FROM booking_revival past JOIN booking b ON b.id = past.booking_id
    WHERE :at < past.revived_at AND {_WHEN.format(moment="past.ended_at")}
) AS counted
JOIN unit u ON u.id = counted.unit_id
WHERE {{condition}}
GROUP BY u.hsa_id, counted.hour, counted.kind, counted.actor
"""

_NAMES: Final = f"""
SELECT u.hsa_id, v.name FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE {VERSION_IN_FORCE}
"""


def counted_by_hour(reader: Reader, at: int, begins: int, ends: int, unit_ids: Sequence[int]) -> Iterator[StatsCount]:
    """Count operations by the moment on units' bookings (none named: all).

    From `begins` until before `ends`, seconds UTC. An end that was taken back counts until it was.
    """
    sql = _COUNTS.format(condition="1 = 1" + among("counted.unit_id", unit_ids))
    for unit, hour, kind, actor, bookings in reader.rows(sql, at=at, begins=begins, ends=ends):
        yield StatsCount(unit, FIRST + HOUR * hour, StatsKind(kind), StatsActor(actor), bookings)


def unit_names(reader: Reader, at: int) -> dict[str, str]:
    """Return the names of the units configured at the moment, by HSA-id."""
    return dict(reader.rows(_NAMES, at=at))
