"""The rows of an import, laid out in temporary tables before the write lock is taken (design, section 1.4).

There may be a million: they are compared with each other and with the store where they lie, and never all in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.store.reader import Row, Writer

BOOKINGS: Final = "incoming_booking"
EVENTS: Final = "incoming_event"

_TABLES: Final = {
    "incoming_unit": "place INTEGER PRIMARY KEY, hsa_key TEXT NOT NULL, unit_id INTEGER",
    # `first_…`: how a booking that the store does not know begins, which domain/booking.py says.
    BOOKINGS: """number INTEGER PRIMARY KEY, line INTEGER, place INTEGER, booking_id TEXT, code TEXT, resident TEXT,
        starts_at BIGINT, ends_at BIGINT, status TEXT, created_at BIGINT, ended_at BIGINT, origin TEXT, calendar TEXT,
        care_type TEXT, invitation INTEGER, first_created_at BIGINT, first_ended_at BIGINT, first_ended_as TEXT""",
    EVENTS: """number INTEGER PRIMARY KEY, line INTEGER, place INTEGER, resident TEXT, event TEXT,
        occurred_at BIGINT""",
    "incoming_again": "number INTEGER PRIMARY KEY",
}
_KEYS: Final = {BOOKINGS: "place, booking_id", EVENTS: "resident, place, occurred_at, event"}

_KNOWN: Final = """
FROM incoming_booking s
CROSS JOIN incoming_unit n
CROSS JOIN unit u
CROSS JOIN booking b
CROSS JOIN resident r
WHERE n.place = s.place AND u.hsa_key = n.hsa_key AND b.unit_id = u.id AND b.booking_id = s.booking_id
  AND r.id = b.resident_id
"""
_OTHER_RESIDENT: Final = (
    f"SELECT s.number, s.line, n.hsa_key, s.booking_id {_KNOWN} AND r.number <> s.resident ORDER BY s.number"
)


class RowPlace(NamedTuple):
    """Where a row stands in its file, and what it names."""

    number: int
    line: int
    unit_key: str
    row_id: str


class StagedRows:
    """The rows of one import, of bookings or of relation events."""

    def __init__(self, writer: Writer, table: str) -> None:
        self._writer, self.table = writer, table
        for name, columns in _TABLES.items():
            writer.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")

    def fill(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Lays out rows of all the table's columns, as they come."""
        self._writer.insert(self.table, rows)
        self._writer.look_at(self.table)

    def name_units(self, keys: Iterable[str]) -> None:
        """The units that the rows name by their places in this order."""
        self._writer.insert("incoming_unit", ((place, key, None) for place, key in enumerate(keys)))
        self._writer.look_at("incoming_unit")

    def alike(self, numbers: Iterable[int]) -> Iterator[list[Row]]:
        """The rows that share their key with one of these, together, in the file's order."""
        self._writer.insert("incoming_again", ((number,) for number in numbers))
        if self._writer.row("SELECT 1 FROM incoming_again LIMIT 1") is None:
            return
        keys = _KEYS[self.table]
        self._writer.execute(f"CREATE INDEX incoming_key ON {self.table} ({keys})")
        asked = f"""
        SELECT DISTINCT {keys} FROM {self.table} s JOIN incoming_again a ON a.number = s.number
        """
        names = keys.split(", ")
        same = " AND ".join(f"{name} = :{name}" for name in names)
        for key in list(self._writer.rows(asked)):
            found = self._writer.rows(
                f"SELECT * FROM {self.table} WHERE {same} ORDER BY number", **dict(zip(names, key, strict=True))
            )
            yield list(found)

    def leave_out(self, numbers: Iterable[int]) -> None:
        """Takes rows away again."""
        for number in numbers:
            self._writer.execute(f"DELETE FROM {self.table} WHERE number = :number", number=number)

    def of_other_residents(self) -> list[RowPlace]:
        """The rows whose id the store knows as another resident's."""
        return [RowPlace(*row) for row in self._writer.rows(_OTHER_RESIDENT)]

    def count(self) -> int:
        """How many rows there are."""
        return int(self._writer.value(f"SELECT count(*) FROM {self.table}"))
