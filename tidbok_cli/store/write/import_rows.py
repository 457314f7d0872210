"""Rows of an import, laid out in temporary tables (design, section 1.4).

Before the write lock is taken. There may be a million: they are compared with each other and with the store where they
lie, and never all in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.booking_rows import BOOKING, EVENT
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.import_doubts import NamedRow
from tidbok_cli.domain.unit import code_key
from tidbok_cli.store.write.ids import unit_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.import_columns import ImportColumns
    from tidbok_cli.store.reader import Writer


StagedTuple = tuple[Any, ...]
"""A row of a staging table."""
StagedColumns = Sequence[Sequence[Any]]
"""Some rows of one, by columns."""


class StagingTable(NamedTuple):
    """A temporary table of rows: place, unit's place, columns, and more."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    has_ids: bool = False

    @property
    def names(self) -> list[str]:
        return [column.partition(" ")[0] for column in self.columns]


def _columns(columns: ImportColumns, *more: str) -> tuple[str, ...]:
    own = (f"{column.field} {column.kind.sql}" for column in columns.in_row[1:])
    return ("number INTEGER PRIMARY KEY", "line INTEGER", "place INTEGER", *own, *more)


# `first_…`: moments of a booking that the store does not know, where the row does not say them: the answers of
# domain/booking_merge.py's `unsaid_beginning`.
BOOKINGS: Final = StagingTable(
    "incoming_booking",
    _columns(BOOKING, "invitation BOOLEAN", "first_created_at BIGINT", "first_ended_at BIGINT"),
    ("place", "booking_id"),
    has_ids=True,
)
EVENTS: Final = StagingTable("incoming_event", _columns(EVENT), ("resident", "place", "occurred_at", "event"))

_TABLES: Final = (
    StagingTable("incoming_unit", ("place INTEGER PRIMARY KEY", "hsa_key TEXT NOT NULL", "unit_id INTEGER")),
    StagingTable("incoming_again", ("number INTEGER PRIMARY KEY",)),
)
FIRST_CREATED: Final = "COALESCE(s.first_created_at, s.created_at)"
"""SQL for when such a booking was made."""
FIRST_ENDED: Final = f"CASE WHEN s.status <> '{BookingStatus.BOOKED}' THEN COALESCE(s.first_ended_at, s.ended_at) END"
FIRST_ENDED_AS: Final = f"NULLIF(s.status, '{BookingStatus.BOOKED}')"

_UNITS: Final = "UPDATE incoming_unit SET unit_id = (SELECT u.id FROM unit u WHERE u.hsa_key = incoming_unit.hsa_key)"
_KNOWN_RESIDENTS: Final = """
SELECT r.id FROM (SELECT resident FROM {table} GROUP BY resident) s CROSS JOIN resident r WHERE r.number = s.resident
"""
"""Sorted first, for half the time: SQLite would make its DISTINCT out of order, and look up each row."""
_NEW_RESIDENTS: Final = """
INSERT INTO resident (number) SELECT s.resident FROM {table} s
WHERE NOT EXISTS (SELECT 1 FROM resident r WHERE r.number = s.resident) GROUP BY s.resident ORDER BY s.resident
"""


def _nearly(row_ids: Sequence[str]) -> Iterable[str]:
    """Ids nearly as `code_key` has them, so that those that look alike are met again too."""
    if " " not in "".join(row_ids):
        return map(str.lower, row_ids)
    return (code_key(row_id) if " " in row_id else row_id.lower() for row_id in row_ids)


class StagedRow(NamedTuple):
    """A laid out row; `said` is all but which unit."""

    number: int
    line: int
    row_id: str
    said: list[object]


class StagedPlace(NamedTuple):
    """A laid out row's place in its file, unit and id."""

    number: int
    line: int
    unit_key: str
    row_id: str


class StagedRows:
    """The rows of one import, of bookings or of relation events; `count`: so many are laid out."""

    def __init__(self, writer: Writer, table: StagingTable) -> None:
        self.writer, self._table, self.count = writer, table, 0
        self._again: list[int] = []
        self._doubtful: set[tuple[int, str]] = set()
        self._met: set[int] = set()
        for each in (table, *_TABLES):
            writer.execute(f"CREATE TEMPORARY TABLE {each.name} ({', '.join(each.columns)})")

    def fill(self, lots: Iterable[StagedColumns]) -> None:
        """Lay out lots of rows, as they come."""
        self.writer.insert_columns(self._table.name, self._table.names, map(self._met_first, lots))
        self._met.clear()
        self.writer.look_at(self._table.name)

    def _met_first(self, columns: StagedColumns) -> StagedColumns:
        """The rows, noting those whose key's hash was met before.

        Keys would fill the memory; the rows are compared where they are laid out.
        """
        key: list[Iterable[Any]] = [columns[self._table.names.index(name)] for name in self._table.key]
        if self._table.has_ids:
            key[-1] = _nearly(columns[self._table.names.index(self._table.key[-1])])
        hashes = list(map(hash, zip(*key, strict=True)))
        new = set(hashes)
        if len(new) < len(hashes) or not self._met.isdisjoint(new):
            for number, hashed in zip(columns[0], hashes, strict=True):
                if hashed in self._met:
                    self._again.append(number)
                self._met.add(hashed)
        self._met |= new
        self.count += len(hashes)
        return columns

    def name_units(self, keys: Iterable[str]) -> None:
        """Name the rows' units, by their places in this order."""
        self.writer.insert("incoming_unit", ((place, key, None) for place, key in enumerate(keys)))
        self.writer.look_at("incoming_unit")

    def alike(self) -> Iterator[list[StagedRow]]:
        """Rows that share their key with another, together, in the file's order."""
        if not self._again:
            return
        self.writer.insert("incoming_again", ((number,) for number in self._again))
        table, names, again = self._table.name, self._table.key, set(self._again)
        keys = ", ".join(names)
        self.writer.execute(f"CREATE INDEX incoming_key ON {table} ({keys})")
        asked = f"SELECT DISTINCT {keys} FROM {table} s JOIN incoming_again a ON a.number = s.number"
        same = " AND ".join(f"{name} = :{name}" for name in names)
        for key in list(self.writer.rows(asked)):
            found = self.writer.rows(
                f"SELECT * FROM {table} WHERE {same} ORDER BY number", **dict(zip(names, key, strict=True))
            )
            same_key = [StagedRow(number, line, said[0], said) for number, line, _, *said in found]
            if self._table.has_ids and same_key[0].number in again:
                self._doubtful.add((key[0], code_key(key[1])))
            yield same_key

    def like_others(self) -> Iterator[NamedRow]:
        """Rows whose id differs from another's only in case or kinds of space, once `alike` has been read."""
        if self._doubtful:
            sql = f"SELECT place, booking_id, line FROM {self._table.name} ORDER BY number"
            rows = (NamedRow(*row) for row in self.writer.rows(sql))
            yield from (row for row in rows if (row.unit, code_key(row.row_id)) in self._doubtful)

    def leave_out(self, numbers: Iterable[int]) -> None:
        """Take rows away again."""
        for number in numbers:
            sql = f"DELETE FROM {self._table.name} WHERE number = :number"
            self.count -= self.writer.execute(sql, number=number)

    def residents(self) -> Residents:
        """Return the rows' residents whom the store knows."""
        if self.writer.row("SELECT 1 FROM resident LIMIT 1") is None:
            return Residents()
        return Residents(number for (number,) in self.writer.rows(_KNOWN_RESIDENTS.format(table=self._table.name)))

    def know(self, session: Session, hsa_ids: Mapping[str, str], *, new: int | None = None) -> dict[str, int]:
        """Find the store's numbers of units, by key, and of residents.

        Inside the import's transaction; those that are new are added. `new`: so many rows may name one; None: any.
        """
        units = unit_ids(session, hsa_ids)
        self.writer.execute(_UNITS)
        self.writer.look_at("incoming_unit")
        if new != 0:
            self.writer.execute(_NEW_RESIDENTS.format(table=self._table.name))
        return units
