"""Rows of an import's bookings that the store knows, found once and looked at as often as needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.booking_rows import BOOKING
from tidbok_cli.domain.import_columns import Merge
from tidbok_cli.store.write.import_rows import StagedPlace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Writer

_TABLE: Final = "incoming_known (number INTEGER PRIMARY KEY, other BOOLEAN, same BOOLEAN)"
"""`other`: it is another resident's; `same`: the row says what the store has."""

_SAME: Final = {
    Merge.SETS: "s.{0} = b.{0}",
    Merge.CLEARS: "COALESCE(s.{0} = b.{0}, s.{0} IS NULL AND b.{0} IS NULL)",
    Merge.KEEPS: "COALESCE(s.{0} = b.{0}, s.{0} IS NULL)",
}
_SAME_LIFE: Final = """
COALESCE(s.created_at, b.created_at) = b.created_at
AND (s.status IS NULL OR (s.status = COALESCE(b.ended_as, 'booked')
                          AND COALESCE(s.ended_at, b.ended_at, 0) = COALESCE(b.ended_at, 0)))
"""
_FIND: Final = """
INSERT INTO incoming_known SELECT s.number, r.number <> s.resident, {same}
FROM incoming_booking s
CROSS JOIN incoming_unit n
CROSS JOIN unit u
CROSS JOIN booking b
CROSS JOIN resident r
WHERE n.place = s.place AND u.hsa_key = n.hsa_key AND b.unit_id = u.id AND b.booking_id = s.booking_id
  AND r.id = b.resident_id
ORDER BY s.number
"""
_OTHERS: Final = """
SELECT s.number, s.line, n.hsa_key, s.booking_id FROM incoming_known k
CROSS JOIN incoming_booking s CROSS JOIN incoming_unit n
WHERE k.other AND s.number = k.number AND n.place = s.place ORDER BY s.number
"""


class KnownRows:
    """The laid out rows of bookings that are known; `says`: columns whose absence would keep what is known."""

    def __init__(self, writer: Writer, says: frozenset[str]) -> None:
        self._writer, self._says = writer, says
        self._state: int | None = None
        writer.execute(f"CREATE TEMPORARY TABLE {_TABLE}")

    def find(self) -> None:
        """Find them, again where the store may have changed since."""
        state = self._writer.state()
        if state is not None and state == self._state:
            return
        self._state = state
        self._writer.execute("DELETE FROM incoming_known")
        if self._writer.row("SELECT 1 FROM booking LIMIT 1"):
            self._writer.execute(_FIND.format(same=" AND ".join(self._same())))
        self._writer.look_at("incoming_known")

    def forget(self) -> None:
        """Have them found again, since this connection has changed ids."""
        self._state = None

    def _same(self) -> Iterator[str]:
        """SQL conditions under which a row says only what the store has."""
        for column in BOOKING.merged(*_SAME):
            if column.merge is not Merge.CLEARS or column.name in self._says:
                yield _SAME[column.merge].format(column.field)
        yield _SAME_LIFE

    def of_other_residents(self) -> list[StagedPlace]:
        """Rows whose id the store knows as another resident's."""
        return [StagedPlace(*row) for row in self._writer.rows(_OTHERS)]

    def count(self) -> int:
        """Count the rows of the resident whose the booking is."""
        return int(self._writer.value("SELECT count(*) FROM incoming_known WHERE NOT other"))
