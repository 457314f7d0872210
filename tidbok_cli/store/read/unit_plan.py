"""Units' versions past and waiting, and their bookings' codes, for a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.facts_configured import BookingCodes
from tidbok_cli.domain.unit_plan import Scheduled, VersionSeen, WaitingVersion, change_of
from tidbok_cli.store.read.sql import PERIOD_THEN
from tidbok_cli.store.read.unit import VERSION, read_version, version_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.unit import AlsoCalendar, UnitConfig, UnitVersionThen
    from tidbok_cli.store.reader import Reader

_HISTORY: Final = f"""
SELECT v.removed, v.purpose, {VERSION}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.unit_id = :unit_id ORDER BY v.begins, v.id
"""


class _Applied(NamedTuple):
    """A version as it was applied; `config` is None where it ended the unit."""

    then: UnitVersionThen
    config: UnitConfig | None
    purpose: str | None

    def replaced_by(self, others: Iterable[_Applied], before: _Applied) -> bool:
        """Tell whether others, applied until `before` was, began no later: then this one was no more."""
        numbers = range(self.then.id + 1, before.then.id)
        return any(each.then.id in numbers and each.then.begins <= self.then.begins for each in others)


def versions_of(reader: Reader, unit_id: int) -> Iterator[VersionSeen]:
    """Yield a unit's versions in order, those replaced before they began too.

    Each is compared with the one that was to be in force before it when it was applied.
    """
    rows = list(reader.rows(_HISTORY, unit_id=unit_id))
    applied = [_applied(reader, removed, purpose, row) for removed, purpose, *row in rows]
    for each in applied:
        earlier = (other for other in applied if other.then.id < each.then.id and other.then.begins < each.then.begins)
        standing = [other for other in earlier if not other.replaced_by(applied, each)]
        yield _seen(each, standing[-1].config if standing else None)


def _applied(reader: Reader, removed: bool, purpose: str | None, row: list[Any]) -> _Applied:
    then = read_version(reader, tuple(row))
    return _Applied(then, None if removed else then.config, purpose)


def _seen(applied: _Applied, before: UnitConfig | None) -> VersionSeen:
    then, after, purpose = applied
    return VersionSeen(
        then.begins, then.ends, change_of(before, after), then.config.name, before, after, then.applied_at, then.actor,
        then.config.origin.file, purpose,
    )  # fmt: skip


_SCHEDULE = """
SELECT u.hsa_key, v.begins FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins < v.ends ORDER BY u.hsa_key, v.begins
"""


def scheduled(reader: Reader, at: int, now: int) -> dict[str, Scheduled]:
    """Return units' schedules by key; versions after `now` wait."""
    moments: dict[str, list[int]] = {}
    for key, begins in list(reader.rows(_SCHEDULE)):
        moments.setdefault(key, []).append(begins)
    return {key: _scheduled(reader, key, begins, at, now) for key, begins in moments.items()}


def _scheduled(reader: Reader, key: str, begins: list[int], at: int, now: int) -> Scheduled:
    in_force = before = _config(reader, key, at)
    waiting = []
    for moment in (each for each in begins if each > max(now, at)):
        after = _config(reader, key, moment)
        waiting.append(WaitingVersion(moment, before, after))
        before = after
    latest = max((moment for moment in begins if moment <= now), default=None)
    return Scheduled(in_force, latest, tuple(waiting))


def _config(reader: Reader, key: str, at: int) -> UnitConfig | None:
    version = version_in_force(reader, key, at)
    return version.config if version else None


def codes_of(reader: Reader, unit_id: int) -> dict[int, BookingCodes]:
    """Return each booking's codes in a unit, by the store's number."""
    sql = "SELECT id, code, care_type, calendar FROM booking WHERE unit_id = :unit_id"
    return {number: BookingCodes(*codes) for number, *codes in reader.rows(sql, unit_id=unit_id)}


_LEFT: Final = """
SELECT count(*) FROM booking WHERE unit_id = :unit_id AND calendar = :calendar AND starts_at >= :until
  AND created_at <= :at AND (ended_at IS NULL OR ended_at > :at)
"""


def bookings_left(reader: Reader, unit_id: int, also: AlsoCalendar, at: int) -> int:
    """Count a unit's bookings in a calendar from when it is no longer looked in (S22)."""
    return int(reader.value(_LEFT, unit_id=unit_id, calendar=also.calendar, until=also.until, at=at))


_FREE: Final = """
SELECT s.code, NULL, s.calendar, count(*) FROM slot s
WHERE s.unit_id = :unit_id AND s.starts_at > :at AND s.published_at <= :at
  AND (s.withdrawn_at IS NULL OR s.withdrawn_at > :at)
  AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.slot_id = s.id AND (b.ended_at IS NULL OR b.ended_at > :at))
GROUP BY s.code, s.calendar ORDER BY s.code, s.calendar
"""


def times_offered(reader: Reader, unit_id: int, at: int) -> Iterator[tuple[BookingCodes, int]]:
    """Count a unit's coming free published times by their codes."""
    rows = list(reader.rows(_FREE, unit_id=unit_id, at=at))
    return ((BookingCodes(*codes), count) for *codes, count in rows)


_UNRELATED: Final = f"""
SELECT count(DISTINCT b.resident_id) FROM booking b JOIN unit u ON u.id = b.unit_id
WHERE u.hsa_key IN (:unit, :successor) AND b.starts_at > :at AND b.created_at <= :at
  AND (b.ended_at IS NULL OR b.ended_at > :at)
  AND NOT EXISTS (SELECT 1 FROM relation_period p JOIN unit w ON w.id = p.unit_id
                  WHERE w.hsa_key = :successor AND p.resident_id = b.resident_id AND {PERIOD_THEN}
                    AND p.relation = 'held')
"""


def residents_unrelated(reader: Reader, unit: str, successor: str, at: int) -> int:
    """Count the residents with coming times at either of two units, by key, and no relation to the successor."""
    found: int = reader.value(_UNRELATED, unit=unit, successor=successor, at=at)
    return found


_ALIASES: Final = """
SELECT v.alias, u.hsa_key, u.hsa_id FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins < v.ends AND :at < v.ends AND NOT v.removed AND v.alias IS NOT NULL ORDER BY v.begins, u.hsa_key
"""


def aliases_from(reader: Reader, at: int) -> list[tuple[str, str, str]]:
    """List the aliases that units have from the moment on, with the units' keys and HSA-ids."""
    return list(reader.rows(_ALIASES, at=at))
