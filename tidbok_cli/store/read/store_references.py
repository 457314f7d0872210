"""References between rows that no foreign key may hold, for `store check`.

Tables that are spread over servers keep theirs to their own rows alone (tidbok help postgresql).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store import StoreDamage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader

UNHELD: Final = {"booking_revival": {"booking_id": "booking"}}
"""Columns of tables that name another table's row without a foreign key."""

SPREAD: Final = {
    "booking": {
        "unit_id": "unit", "resident_id": "resident", "batch_id": "import_batch", "changed_in": "import_batch",
        "absent_from": "import_batch", "replaces": "booking", "slot_id": "slot", "basis_id": "booking_basis",
    },
    "slot": {"unit_id": "unit", "batch_id": "import_batch", "changed_in": "import_batch"},
    "booking_basis": {
        "unit_id": "unit", "resident_id": "resident", "batch_id": "import_batch", "changed_in": "import_batch",
    },
    "message": {"unit_id": "unit", "resident_id": "resident", "booking_id": "booking"},
}  # fmt: skip
"""Columns whose foreign keys do not outlast a spreading of their tables."""

_TO_NOBODY: Final = """
SELECT c.{number} FROM {table} c
WHERE c.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {named} n WHERE n.id = c.{column}) ORDER BY c.{number}
"""


def reference_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Find rows that name a row that is not there."""
    for table, columns in (UNHELD if reader.is_sqlite else UNHELD | SPREAD).items():
        number = "booking_id" if table == "booking_revival" else "id"
        for column, named in columns.items():
            sql = _TO_NOBODY.format(table=table, number=number, column=column, named=named)
            for (row,) in reader.rows(sql):
                yield StoreDamage("foreign_keys", f"{table} {row} → {named}")
