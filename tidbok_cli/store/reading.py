"""The read side: plain SQL over the DBAPI connection, without SQLModel, in SQL that both databases run.

Parameters are written `:name`. One command reads from one snapshot.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, NoReturn

from tidbok_cli.errors import BadInput, Busy
from tidbok_cli.store.address import Address

SCHEMA: Final = "0007"
"""The migration that this program's tables are at."""

BUSY_SECONDS: Final = 10
_GLANCE_SECONDS: Final = 2
_CHUNK: Final = 2000
_NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")

Row = tuple[Any, ...]


@lru_cache(maxsize=256)
def _percent_style(sql: str) -> str:
    return _NAMED.sub(r"%(\1)s", sql)


class Reader:
    """A DBAPI connection to ask; `translate` puts the SQL into the driver's parameter style."""

    def __init__(self, connection: Any, translate: Callable[[str], str] = str) -> None:
        self._connection = connection
        self._translate = translate

    def rows(self, sql: str, **parameters: object) -> Iterator[Row]:
        """The rows, one by one, never all in memory."""
        return chain.from_iterable(self.lots(sql, **parameters))

    def lots(self, sql: str, **parameters: object) -> Iterator[list[Row]]:
        """The rows, many at a time."""
        cursor = self._connection.cursor()
        cursor.arraysize = _CHUNK
        cursor.execute(self._translate(sql), parameters)
        while lot := cursor.fetchmany():
            yield lot

    def row(self, sql: str, **parameters: object) -> Row | None:
        """The first row, or none."""
        cursor = self._connection.cursor()
        cursor.execute(self._translate(sql), parameters)
        found: Row | None = cursor.fetchone()
        return found

    def value(self, sql: str, **parameters: object) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, **parameters)
        return found[0] if found else None


def translator(address: Address) -> Callable[[str], str]:
    """How the store's driver wants its parameters written."""
    return str if address.path is not None else _percent_style


@contextmanager
def reading(address: Address) -> Iterator[Reader]:
    """A reader on one snapshot of the store.

    Raises BadInput where there is no store, or one of another version of the program; Busy where it stays locked.
    """
    connection = _open_sqlite(address) if address.path is not None else _open_postgresql(address)
    reader = Reader(connection, translator(address))
    try:
        expect_schema(reader, address)
        yield reader
    except sqlite3.Error as error:
        raise_told(error, address)
    finally:
        connection.close()


@contextmanager
def glancing(address: Address) -> Iterator[Reader]:
    """A reader for a shell that completes a line: it waits for nobody, and leaves neither a lock nor a file behind.

    Raises as `reading` does, and whatever else the driver raises.
    """
    connection = _glance_at(address.path) if address.path else _open_postgresql(address, _GLANCE_SECONDS)
    try:
        reader = Reader(connection, translator(address))
        expect_schema(reader, address)
        yield reader
    finally:
        connection.close()


def _glance_at(path: Path) -> sqlite3.Connection:
    """Beside a store that is in use lie two files that SQLite reads with it; it would make them where they are not."""
    in_use = all(path.with_name(path.name + part).exists() for part in ("-wal", "-shm"))
    how = "" if in_use else "&immutable=1"
    return sqlite3.connect(f"{path.as_uri()}?mode=ro{how}", uri=True, timeout=0, isolation_level=None)


def _open_sqlite(address: Address) -> Any:
    if address.path is None or not address.path.is_file():
        raise BadInput("store.missing", store=str(address))
    try:
        connection = sqlite3.connect(address.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
    except sqlite3.Error as error:
        raise_told(error, address)
    return connection


def _open_postgresql(address: Address, seconds: int = BUSY_SECONDS) -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise BadInput("extra.missing", extra="pg") from error
    try:
        connection = psycopg.connect(address.dsn, connect_timeout=seconds)
    except psycopg.OperationalError as error:
        raise BadInput("store.unreachable", store=str(address)) from error
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def expect_schema(reader: Reader, address: Address) -> None:
    """Raises BadInput where the store has no tables, or those of another version of the program."""
    try:
        found = reader.value("SELECT version_num FROM alembic_version")
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise BadInput("store.empty", store=str(address)) from error
        raise
    if found is None:
        raise BadInput("store.not_a_store", store=str(address))
    if found != SCHEMA:
        code = "store.older_schema" if found < SCHEMA else "store.newer_schema"
        raise BadInput(code, store=str(address), found=str(found), expected=SCHEMA)


_TOLD: Final = {
    "locked": "store.busy",
    "lock timeout": "store.busy",
    "unable to open": "store.unreadable",
    "readonly": "store.unreadable",
    "disk is full": "store.full",
    "not a database": "store.not_a_store",
    "malformed": "store.not_a_store",
}


def raise_told(error: Exception, address: Address, cause: object = None) -> NoReturn:
    """Raises the driver's error as one of the program's own, where it is one that users meet; else as it is."""
    text = str(cause or error)
    code = next((code for words, code in _TOLD.items() if words in text), None)
    if code is None:
        raise error
    raise (Busy if code == "store.busy" else BadInput)(code, store=str(address)) from error
