"""Units' versions in force, and the codes that they show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.case import UnitEnded
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.unit import (
    MAPPING_KEYS,
    SERVICE_KEYS,
    FileOrigin,
    UnitConfig,
    UnitVersionThen,
    mapping_of,
    services_of,
)
from tidbok_cli.store.read.also_calendars import also_of
from tidbok_cli.store.read.find import unit_by_alias
from tidbok_cli.store.read.sql import PAST_END, STATUS_THEN, VERSION_IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tidbok_cli.store.reader import Reader, Row

_SHOWING: Final = """
SELECT v.begins, v.ends, s.code, s.show, s.label
FROM unit_version v JOIN service_version s ON s.version_id = v.id
WHERE v.unit_id = :unit_id AND v.show AND NOT v.removed AND v.begins < v.ends
"""


class ShownLabels:
    """Labels under which codes were shown, each unit read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._of_unit: dict[int, dict[str, list[tuple[int, int, str | None]]]] = {}

    def label_shown(self, unit_id: int, code: str, care_type: str | None, at: int) -> str | None:
        """Return the label that showed code or care type at the moment."""
        mappings = self._mappings(unit_id)
        for mapped in (code, care_type):
            for begins, ends, label in mappings.get(mapped or "", ()):
                if begins <= at < ends:
                    return label
        return None

    def _mappings(self, unit_id: int) -> dict[str, list[tuple[int, int, str | None]]]:
        if unit_id not in self._of_unit:
            found: dict[str, list[tuple[int, int, str | None]]] = {}
            for begins, ends, code, show, label in self._reader.rows(_SHOWING, unit_id=unit_id):
                found.setdefault(code, []).append((begins, ends, label if show else None))
            self._of_unit[unit_id] = found
        return self._of_unit[unit_id]


VERSION: Final = f"""
v.id, v.begins, v.ends, u.hsa_id, v.name, v.alias, v.calendar, v.logical_address, v.also, v.source, v.lines,
v.applied_at, v.actor,
{", ".join(f"v.{key}" for key in SERVICE_KEYS)}
"""

_IN_FORCE: Final = f"""
SELECT {VERSION}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE u.hsa_key = :unit AND {VERSION_IN_FORCE}
"""

_UNTIL: Final = f"""
SELECT v.removed, {VERSION}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE u.hsa_key = :unit AND v.begins <= :at AND v.begins < v.ends ORDER BY v.begins DESC
"""

_AFTER: Final = """
SELECT v.begins FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE u.hsa_key = :unit AND v.begins > :at AND v.begins < v.ends ORDER BY v.begins
"""

_ENDED: Final = """
SELECT v.begins, v.actor FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE u.hsa_key = :unit AND v.begins <= :at AND :at < v.ends AND v.removed
"""

_MAPPINGS: Final = f"""
SELECT line, {", ".join(MAPPING_KEYS)}
FROM service_version WHERE version_id = :version ORDER BY line, code
"""


def version_in_force(reader: Reader, hsa_id: str, at: int) -> UnitVersionThen | None:
    """Return a unit's version in force, the HSA-id in any case."""
    row = reader.row(_IN_FORCE, unit=hsa_key(hsa_id), at=at)
    return read_version(reader, row) if row else None


def versions_until(reader: Reader, hsa_id: str, at: int) -> Iterator[tuple[UnitVersionThen, bool]]:
    """Yield a unit's versions back from the moment, and whether one ended the unit."""
    for removed, *row in list(reader.rows(_UNTIL, unit=hsa_key(hsa_id), at=at)):
        yield read_version(reader, tuple(row)), bool(removed)


def versions_after(reader: Reader, hsa_id: str, at: int) -> list[int]:
    """Return when the unit's versions begin that wait at the moment."""
    return [begins for (begins,) in reader.rows(_AFTER, unit=hsa_key(hsa_id), at=at)]


def unit_ended(reader: Reader, hsa_id: str, at: int) -> UnitEnded | None:
    """Return what is known of a unit that was ended by the moment, without an alias that another has by then."""
    row = reader.row(_ENDED, unit=hsa_key(hsa_id), at=at)
    last = version_in_force(reader, hsa_id, row[0] - 1) if row else None
    if row is None or last is None:
        return None
    holder = unit_by_alias(reader, last.config.alias, at) if last.config.alias else None
    return UnitEnded(last.config._replace(alias=None) if holder else last.config, *row)


def read_version(reader: Reader, row: Row) -> UnitVersionThen:
    """Read a row of VERSION, with its mappings in the file's order."""
    number, begins, ends, hsa_id, name, alias, calendar, address, also, source, lines, applied_at, actor, *services = (
        row
    )
    mappings = list(reader.rows(_MAPPINGS, version=number))
    mapping_lines = {f"care_service.{index}": line for index, (line, *_) in enumerate(mappings)}
    config = UnitConfig(
        hsa_id, name, alias, services_of(dict(zip(SERVICE_KEYS, services, strict=True))), calendar, address,
        tuple(mapping_of(dict(zip(MAPPING_KEYS, values, strict=True))) for _, *values in mappings),
        also_of(also), FileOrigin(source, json.loads(lines) | mapping_lines),
    )  # fmt: skip
    return UnitVersionThen(number, begins, ends, config, applied_at, actor)


_VERSIONS: Final = f"""
SELECT {VERSION}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE {VERSION_IN_FORCE} ORDER BY u.hsa_key
"""


def versions_in_force(reader: Reader, at: int) -> tuple[UnitVersionThen, ...]:
    """Return every unit's version in force at the moment, by HSA-id."""
    return tuple(read_version(reader, row) for row in list(reader.rows(_VERSIONS, at=at)))


_COMING: Final = f"""
SELECT {VERSION}
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins > :at AND v.begins < v.ends AND NOT v.removed ORDER BY u.hsa_key, v.begins DESC
"""


def versions_coming(reader: Reader, at: int, beside: Collection[str]) -> list[UnitVersionThen]:
    """Return the first version to come of each unit, but of those beside which it stands, by HSA-id."""
    versions = (read_version(reader, row) for row in list(reader.rows(_COMING, at=at)))
    first = {each.config.key: each for each in versions if each.config.key not in beside}
    return list(first.values())


def keys_in_force(reader: Reader, at: int) -> Iterator[str]:
    """Yield the keys of the units with a version in force at the moment."""
    sql = f"SELECT u.hsa_key FROM unit_version v JOIN unit u ON u.id = v.unit_id WHERE {VERSION_IN_FORCE}"
    return (key for (key,) in reader.rows(sql, at=at))


def codes_met(reader: Reader, unit_id: int, begins: int, at: int) -> Iterator[tuple[str, str | None, int]]:
    """Count a unit's bookings and free slots by code and care type.

    Those made or published by the moment that start from `begins` on; what was ended or withdrawn does not count.
    """
    sql = f"""SELECT code, care_type, count(*) FROM (
                 SELECT b.code, b.care_type FROM booking b {PAST_END}
                 WHERE b.unit_id = :unit_id AND b.starts_at >= :begins AND b.created_at <= :at
                   AND {STATUS_THEN} = 'booked'
                 UNION ALL
                 SELECT s.code, NULL FROM slot s
                 WHERE s.unit_id = :unit_id AND s.starts_at >= :begins AND s.published_at <= :at
                   AND (s.withdrawn_at IS NULL OR s.withdrawn_at > :at)
                   AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.slot_id = s.id AND b.created_at <= :at)
             ) AS met
             GROUP BY code, care_type ORDER BY code, care_type"""
    yield from reader.rows(sql, unit_id=unit_id, begins=begins, at=at)


def sources_in_force(reader: Reader, at: int) -> Iterator[tuple[str, str]]:
    """Yield the file and the key of each unit in force at the moment."""
    sql = f"SELECT v.source, u.hsa_key FROM unit_version v JOIN unit u ON u.id = v.unit_id WHERE {VERSION_IN_FORCE}"
    yield from reader.rows(sql, at=at)
