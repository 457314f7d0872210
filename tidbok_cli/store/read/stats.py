"""The read side for `booking stats`: what was done to bookings, by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.stats import StatsActor, StatsCount, StatsKind
from tidbok_cli.domain.times import FIRST, HOUR
from tidbok_cli.store.read.sql import VERSION_IN_FORCE, among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.store.reader import Reader

_WHEN: Final = "{moment} <= :at AND {moment} >= :begins AND {moment} < :ends"
_DONE: Final = f"""
SELECT u.hsa_id, done.hour, done.deed, done.doer, count(*)
FROM (
    SELECT unit_id, (created_at - {FIRST}) / {HOUR} AS hour, 'booked' AS deed, COALESCE(origin, 'unknown') AS doer
    FROM booking WHERE replaces IS NULL AND {_WHEN.format(moment="created_at")}
    UNION ALL
    SELECT unit_id, (ended_at - {FIRST}) / {HOUR}, ended_as, COALESCE(ended_by, 'unknown')
    FROM booking WHERE {_WHEN.format(moment="ended_at")}
    UNION ALL
    SELECT b.unit_id, (past.ended_at - {FIRST}) / {HOUR}, past.ended_as, 'unknown'
    FROM booking_revival past JOIN booking b ON b.id = past.booking_id
    WHERE :at < past.revived_at AND {_WHEN.format(moment="past.ended_at")}
) AS done
JOIN unit u ON u.id = done.unit_id
WHERE {{condition}}
GROUP BY u.hsa_id, done.hour, done.deed, done.doer
"""

_NAMES: Final = f"""
SELECT u.hsa_id, v.name FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE {VERSION_IN_FORCE}
"""


def done(reader: Reader, at: int, begins: int, ends: int, unit_ids: Sequence[int]) -> Iterator[StatsCount]:
    """What was done by the moment, from `begins` until before `ends`, to the bookings of these units, or of all.

    An end that was taken back counts until it was.
    """
    sql = _DONE.format(condition="1 = 1" + among("done.unit_id", unit_ids))
    for unit, hour, deed, doer, bookings in reader.rows(sql, at=at, begins=begins, ends=ends):
        yield StatsCount(unit, FIRST + HOUR * hour, StatsKind(deed), StatsActor(doer), bookings)


def names(reader: Reader, at: int) -> dict[str, str]:
    """What the units that are configured at the moment are called, by HSA-id."""
    return dict(reader.rows(_NAMES, at=at))
