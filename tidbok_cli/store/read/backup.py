"""A backup's contents and soundness, whatever its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput
from tidbok_cli.store.read.store_check import damages, file_damages
from tidbok_cli.store.reader import SCHEMA, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.domain.store import StoreDamage, TableShape
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.reader import Reader

_TABLES: Final = {
    True: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    False: """SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
              AND relkind IN ('r', 'p', 'f') ORDER BY relname COLLATE "C" """,
}
"""Tables, in SQLite and not."""


def known_version(reader: Reader, address: Address) -> str:
    """Return the version of a store that this program can judge, its own or an older one.

    Raises BadInput for another.
    """
    version = version_of(reader, address)
    if version > SCHEMA:
        raise BadInput("store.newer_schema", store=str(address), found=version, expected=SCHEMA)
    return version


def rows_of(reader: Reader) -> dict[str, int]:
    """Count the rows of each table that is there."""
    tables = [name for (name,) in reader.rows(_TABLES[reader.is_sqlite])]
    return {table: reader.value(f'SELECT count(*) FROM "{table}"') for table in tables}


def faults(reader: Reader, address: Address, shapes: Sequence[TableShape]) -> Iterator[StoreDamage]:
    """Find what is wrong with a SQLite file: of an older version only what SQLite itself can tell.

    Raises BadInput where it is no store, or of a newer version.
    """
    older = known_version(reader, address) < SCHEMA
    yield from file_damages(reader) if older else damages(reader, address, shapes)
