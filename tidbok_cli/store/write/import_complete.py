"""Bookings that a whole file lacks, found and ended all at once.

The file's rows are laid out already (store/write/import_rows.py), and their units known to the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.import_complete import LAST_FILES, AbsentCount, FilesBefore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tidbok_cli.store.reader import Reader, Writer

_TABLES: Final = {
    # What rows name that were not taken; an empty text is what could not be read of it.
    "incoming_named": "hsa_key TEXT NOT NULL, booking_id TEXT NOT NULL",
    "incoming_extent": "unit_id INTEGER PRIMARY KEY, hsa_key TEXT NOT NULL, place INTEGER",
    "incoming_absent": "id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL",
}
_INDICES: Final = (
    "CREATE INDEX incoming_named_id ON incoming_named (booking_id, hsa_key)",
    "CREATE INDEX IF NOT EXISTS incoming_key ON incoming_booking (place, booking_id)",
)
_UNITS_OF_THE_FILE: Final = """
INSERT INTO incoming_extent SELECT n.unit_id, n.hsa_key, n.place FROM incoming_unit n
WHERE EXISTS (SELECT 1 FROM incoming_booking s WHERE s.place = n.place)
"""
_UNIT_BESIDES: Final = """
INSERT INTO incoming_extent SELECT u.id, u.hsa_key, NULL FROM unit u
WHERE u.id = :unit AND NOT EXISTS (SELECT 1 FROM incoming_extent x WHERE x.unit_id = u.id)
"""
_UNREAD_UNITS: Final = """
SELECT u.hsa_id FROM incoming_extent x JOIN unit u ON u.id = x.unit_id
WHERE EXISTS (SELECT 1 FROM incoming_named p WHERE p.booking_id = '' AND p.hsa_key = x.hsa_key) ORDER BY u.hsa_key
"""
_LEAVE_OUT_UNREAD: Final = """
DELETE FROM incoming_extent
WHERE hsa_key IN (SELECT p.hsa_key FROM incoming_named p WHERE p.booking_id = '')
"""

# One that is known to have come back after the moment is not ended by what was seen before.
_LIVE: Final = """
FROM incoming_extent x CROSS JOIN booking b
WHERE b.unit_id = x.unit_id AND b.starts_at >= :begins AND b.starts_at < :ends
  AND b.ended_at IS NULL AND b.imported AND b.created_at <= :at
  AND NOT EXISTS (SELECT 1 FROM booking_revival v WHERE v.booking_id = b.id AND v.revived_at > :at)
"""
_FIND: Final = f"""
INSERT INTO incoming_absent SELECT b.id, b.unit_id {_LIVE}
  AND NOT EXISTS (SELECT 1 FROM incoming_booking s WHERE s.place = x.place AND s.booking_id = b.booking_id)
  AND NOT EXISTS (SELECT 1 FROM incoming_named p WHERE p.booking_id = b.booking_id AND p.hsa_key IN ('', x.hsa_key))
"""
_COUNT: Final = f"""
SELECT u.hsa_id, l.live, (SELECT count(*) FROM incoming_absent a WHERE a.unit_id = u.id)
FROM (SELECT b.unit_id, count(*) AS live {_LIVE} GROUP BY b.unit_id) l JOIN unit u ON u.id = l.unit_id
ORDER BY u.hsa_key
"""
_END: Final = f"""
UPDATE booking SET ended_at = :at, ended_as = '{BookingStatus.CANCELLED}', absent_from = :batch
WHERE id IN (SELECT id FROM incoming_absent)
"""
_END_BY_UNIT: Final = """
UPDATE import_batch_unit
SET ended = (SELECT count(*) FROM incoming_absent a WHERE a.unit_id = import_batch_unit.unit_id)
WHERE batch_id = :batch
"""

_UNITS_BESIDES: Final = """
INSERT INTO import_batch_unit (batch_id, unit_id, ended, cancelled)
SELECT :batch, x.unit_id, 0, 0 FROM incoming_extent x
WHERE NOT EXISTS (SELECT 1 FROM import_batch_unit b WHERE b.batch_id = :batch AND b.unit_id = x.unit_id)
"""
_BEFORE: Final = """
SELECT i.id, sum(b.ended) FROM import_batch i JOIN import_batch_unit b ON b.batch_id = i.id
JOIN import_batch_unit t ON t.batch_id = :batch AND t.unit_id = b.unit_id
WHERE i.kind = 'booking' AND i.whole AND i.outcome = 'done' AND i.purged_at IS NULL AND i.id <> :batch
GROUP BY i.id ORDER BY i.id DESC LIMIT :last
"""
# A clinic without any coming booking has none that could be shown for ever.
_MISSING: Final = """
SELECT u.hsa_id FROM import_batch_unit b JOIN unit u ON u.id = b.unit_id
WHERE b.batch_id = :before
  AND NOT EXISTS (SELECT 1 FROM import_batch_unit t WHERE t.batch_id = :batch AND t.unit_id = b.unit_id)
  AND EXISTS (SELECT 1 FROM booking k WHERE k.unit_id = b.unit_id AND k.starts_at >= :begins AND k.starts_at < :ends
              AND k.ended_at IS NULL AND k.imported AND k.created_at <= :at)
ORDER BY u.hsa_key
"""

_SILENT: Final = """
SELECT DISTINCT u.hsa_key, u.id FROM unit u
LEFT JOIN unit_version v ON v.unit_id = u.id AND v.begins <= :at AND :at < v.ends AND NOT v.removed
WHERE u.hsa_key = :key OR upper(v.logical_address) = upper(:address) ORDER BY u.hsa_key
"""


class SilentUnits(NamedTuple):
    """Units by key that addresses without an answer stand for; addresses that stand for none that is known."""

    units: Mapping[str, int]
    unknown: Sequence[str]


def silent_units(reader: Reader, addresses: Iterable[str], at: int) -> SilentUnits:
    """Find the units of addresses: their own, or those that their parents are asked at."""
    found: dict[str, dict[str, int]] = {}
    for address in addresses:
        found[address] = dict(reader.rows(_SILENT, key=hsa_key(address), address=address, at=at))
    units = {key: number for each in found.values() for key, number in each.items()}
    return SilentUnits(units, [address for address, each in found.items() if not each])


class AbsentBookings:
    """The bookings that a whole file ends, inside its transaction."""

    def __init__(self, writer: Writer, named: Iterable[tuple[str, str]], batch: int) -> None:
        """Lay out `named`: unit keys and booking ids of rows not taken.

        Either is empty where it could not be read.
        """
        self._writer, self._batch = writer, batch
        for name, columns in _TABLES.items():
            writer.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
        writer.insert("incoming_named", named)
        for sql in _INDICES:
            writer.execute(sql)

    def starts(self) -> tuple[int, int] | None:
        """The first and the last start in the file, if any."""
        first, last = self._writer.row("SELECT min(starts_at), max(starts_at) FROM incoming_booking") or (None, None)
        return None if first is None else (first, last)

    def cover(self, unit_ids: Iterable[int]) -> list[str]:
        """Take the file's units, and these, into the extent.

        Returns those left out after all, since a row that names them does not say which booking.
        """
        self._writer.execute(_UNITS_OF_THE_FILE)
        for unit in unit_ids:
            self._writer.execute(_UNIT_BESIDES, unit=unit)
        self._writer.execute(_UNITS_BESIDES, batch=self._batch)
        left_out = [hsa_id for (hsa_id,) in self._writer.rows(_UNREAD_UNITS)]
        self._writer.execute(_LEAVE_OUT_UNREAD)
        return left_out

    def covers_nothing(self) -> bool:
        """Whether no unit is in the extent."""
        return self._writer.row("SELECT 1 FROM incoming_extent LIMIT 1") is None

    def find(self, begins: int, ends: int, at: int) -> list[AbsentCount]:
        """Count by unit the live bookings that the file lacks.

        Those that start from `begins` until before `ends` and are live at the moment.
        """
        within = {"begins": begins, "ends": ends, "at": at}
        self._writer.execute(_FIND, **within)
        return [AbsentCount(*row) for row in self._writer.rows(_COUNT, **within)]

    def files_before(self, begins: int, ends: int, at: int) -> FilesBefore:
        """The last whole files of some of the clinics."""
        found = list(self._writer.rows(_BEFORE, batch=self._batch, last=LAST_FILES))
        within = {"batch": self._batch, "begins": begins, "ends": ends, "at": at}
        missing = self._writer.rows(_MISSING, before=found[0][0], **within) if found else ()
        return FilesBefore([int(ended) for _, ended in found], [unit for (unit,) in missing])

    def end(self, at: int) -> None:
        """End the bookings that were found."""
        self._writer.execute(_END, at=at, batch=self._batch)
        self._writer.execute(_END_BY_UNIT, batch=self._batch)
