"""Copy of a store into another, of either database.

Streamed, table by table, in one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput
from tidbok_cli.store.reader import Reader, Writer, reading
from tidbok_cli.store.tables import Unit
from tidbok_cli.store.write.migrate import make_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

TABLES: Final[tuple[Table, ...]] = tuple(Unit.metadata.sorted_tables)
"""Every table, those first that others refer to."""


def make_where_missing(address: Address, caller: Caller) -> None:
    """Make the store's tables where there are none.

    Never changes those of another version. Raises BadInput where there is something else, or a store of another
    version.
    """
    try:
        with reading(address, caller):
            pass
    except BadInput as error:
        if error.code not in ("store.missing", "store.empty"):
            raise
        make_store(address, caller=caller)


def is_empty(reader: Reader) -> bool:
    return all(reader.row(f"SELECT 1 FROM {table.name} LIMIT 1") is None for table in TABLES)


def copy(source: Reader, target: Writer, table: Table) -> int:
    """Copy a table's rows into an empty table; return how many."""
    columns = ", ".join(column.name for column in table.columns)
    order = ", ".join(column.name for column in table.primary_key)
    lots = source.lots(f"SELECT {columns} FROM {table.name} ORDER BY {order}")
    count = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for lot in lots:
            count += len(lot)
            yield from lot

    target.insert(f"{table.name} ({columns})", rows())
    return count


def settle(target: Writer) -> None:
    """Let PostgreSQL count on from the copied rows, and analyse them."""
    if target.is_sqlite:
        return
    for table in TABLES:
        if "id" in table.columns:
            target.value(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), COALESCE(max(id), 0) + 1, false)"
                f" FROM {table.name}"
            )
        target.execute(f"ANALYZE {table.name}")
