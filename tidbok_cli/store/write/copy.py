"""Copy of a store into another, of either database.

Streamed, table by table, in one transaction.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.errors import BadInput
from tidbok_cli.store.damage import damage_of, is_refused_value
from tidbok_cli.store.fault_told import raise_told
from tidbok_cli.store.reader import Reader, Writer, expect_schema
from tidbok_cli.store.tables import Unit
from tidbok_cli.store.write.backup import remove_files
from tidbok_cli.store.write.engine import changing
from tidbok_cli.store.write.migrate import make_private_file, migrate
from tidbok_cli.store.write.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Table

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller
    from tidbok_cli.store.reader import Row

TABLES: Final[tuple[Table, ...]] = tuple(Unit.metadata.sorted_tables)
"""Every table, those first that others refer to."""


@contextmanager
def filling(address: Address, caller: Caller) -> Iterator[Writer]:
    """One transaction on an empty store, made in it where missing.

    Whatever ends it early, the store is as it was, or as missing. Raises BadInput where it is not empty, is something
    else, or is of another version.
    """
    kept = nullcontext() if address.path is None else _gone_on_error(address.path)
    with kept, changing(address, caller) as connection:
        driver: Any = connection.connection.driver_connection
        writer = Writer(driver)
        if not _has_tables(writer, address):
            migrate(connection, address)
        if not is_empty(writer):
            raise BadInput("copy.not_empty", store=str(address))
        yield writer


@contextmanager
def _gone_on_error(path: Path) -> Iterator[None]:
    """Take away the file again if it was made."""
    made = make_private_file(path)
    try:
        yield
    except BaseException:
        if made:
            remove_files(path)
        raise


def _has_tables(writer: Writer, address: Address) -> bool:
    try:
        with writer.apart():
            expect_schema(writer, address)
    except BadInput as error:
        if error.code != "store.empty":
            raise
        return False
    return True


def is_empty(reader: Reader) -> bool:
    return all(reader.row(f"SELECT 1 FROM {table.name} LIMIT 1") is None for table in TABLES)


def copy(source: Reader, address: Address, target: Writer, table: Table) -> int:
    """Copy a table's rows into an empty table; return how many.

    Raises BadInput, naming the source's address and the table, where its rows are damaged.
    """
    columns = ", ".join(column.name for column in table.columns)
    order = ", ".join(column.name for column in table.primary_key)
    shape, count = shape_of(table), 0

    def rows() -> Iterator[Row]:
        nonlocal count
        for row in _read(source, address, table.name, f"SELECT {columns} FROM {table.name} ORDER BY {order}"):
            if wrong := shape.misfits(row):
                raise _damaged(address, table.name, ", ".join(wrong))
            count += 1
            yield row

    try:
        target.insert(f"{table.name} ({columns})", rows())
    except Exception as error:
        if not is_refused_value(error):
            raise
        raise _damaged(address, table.name, type(error).__name__) from error
    return count


def _read(source: Reader, address: Address, table: str, sql: str) -> Iterator[Row]:
    """Yield rows; tell errors as the source's.

    They would pass for the target's.
    """
    try:
        yield from source.rows(sql)
    except Exception as error:
        damage = damage_of(error)
        if damage is None:
            raise_told(error, address)
        raise _damaged(address, table, damage) from error


def _damaged(address: Address, table: str, damage: str) -> BadInput:
    return BadInput("copy.source_damaged", store=str(address), table=table, detail=damage)


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
