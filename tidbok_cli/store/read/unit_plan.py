"""Units' versions past and waiting, and their bookings' codes, for a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.unit_plan import PlanChange, Scheduled, VersionSeen
from tidbok_cli.domain.unit_plan_effect import BookingCodes
from tidbok_cli.store.read.unit import VERSION, read_version, version_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader

_HISTORY: Final = f"""
SELECT v.removed, v.applied_at, v.actor, {VERSION}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.unit_id = :unit_id ORDER BY v.begins, v.id
"""


def versions_of(reader: Reader, unit_id: int) -> Iterator[VersionSeen]:
    """Yield a unit's versions in order, those replaced before they began too."""
    before = None
    for removed, applied_at, actor, *row in list(reader.rows(_HISTORY, unit_id=unit_id)):
        version = read_version(reader, tuple(row))
        config = version.config
        after = None if removed else config
        change = PlanChange.REMOVE if removed else PlanChange.ADD if before is None else PlanChange.CHANGE
        yield VersionSeen(
            version.begins, version.ends, change, config.name, before, after, applied_at, actor, config.origin.file
        )
        if version.begins < version.ends:
            before = after


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
    waiting = [moment for moment in begins if moment > max(now, at)]
    return Scheduled(
        in_force=_config(reader, key, at),
        latest=max((moment for moment in begins if moment <= now), default=None),
        waits=bool(waiting),
        coming=_config(reader, key, waiting[0]) if waiting else None,
    )


def _config(reader: Reader, key: str, at: int) -> UnitConfig | None:
    version = version_in_force(reader, key, at)
    return version.config if version else None


def codes_of(reader: Reader, unit_id: int) -> dict[int, BookingCodes]:
    """Return each booking's codes in a unit, by the store's number."""
    sql = "SELECT id, code, care_type, calendar FROM booking WHERE unit_id = :unit_id"
    return {number: BookingCodes(*codes) for number, *codes in reader.rows(sql, unit_id=unit_id)}
