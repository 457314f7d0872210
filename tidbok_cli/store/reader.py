"""Reader and Writer: plain SQL on the DBAPI connection, for both databases.

Parameters are written `:name`. One command reads from one snapshot.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import AbstractContextManager, closing, contextmanager
from functools import lru_cache
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tidbok_cli.errors import BadInput, Busy, TidbokError
from tidbok_cli.store.postgresql import code_of, connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tidbok_cli.errors import Problem
    from tidbok_cli.store.address import Address

SCHEMA: Final = "0008"
"""The migration that this program's tables are at."""

BUSY_SECONDS: Final = 10
_GLANCE_SECONDS: Final = 2
_CHUNK: Final = 2000
_AT_ONCE: Final = 5000
_NAMED = re.compile(r"(?<!:):([a-z_][a-z_0-9]*)")

_CURSORS: Final = count(1)

Row = tuple[Any, ...]


@lru_cache(maxsize=256)
def _percent_style(sql: str) -> str:
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


class Reader:
    """A connection of sqlite3, or of psycopg with its parameters' style."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.is_sqlite = isinstance(connection, sqlite3.Connection)
        self._translate = str if self.is_sqlite else _percent_style
        self.behind: Problem | None = None
        """The warning that this is a standby, which is behind."""

    def rows(self, sql: str, **parameters: object) -> Iterator[Row]:
        """Yield the rows one by one, never all in memory."""
        return chain.from_iterable(self.lots(sql, **parameters))

    def lots(self, sql: str, **parameters: object) -> Iterator[list[Row]]:
        """Yield the rows many at a time."""
        with closing(self._walking()) as cursor:
            cursor.execute(self._translate(sql), parameters)
            while lot := cursor.fetchmany(_CHUNK):
                yield lot
                if len(lot) < _CHUNK:
                    break

    def _walking(self) -> Any:
        """Open a cursor that fetches as it goes; psycopg's needs a name."""
        return self._connection.cursor() if self.is_sqlite else self._connection.cursor(f"rows_{next(_CURSORS)}")

    def row(self, sql: str, **parameters: object) -> Row | None:
        """Return the first row, or None."""
        cursor = self._connection.cursor()
        cursor.execute(self._translate(sql), parameters)
        found: Row | None = cursor.fetchone()
        return found

    def value(self, sql: str, **parameters: object) -> Any:
        """Return the first column of the first row, or None."""
        found = self.row(sql, **parameters)
        return found[0] if found else None


_INDICES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"


class Writer(Reader):
    """A connection to write on, many rows at a time."""

    def execute(self, sql: str, **parameters: object) -> int:
        """Execute a statement; return the number of rows it changed."""
        cursor = self._connection.cursor()
        cursor.execute(self._translate(sql), parameters)
        return int(cursor.rowcount)

    def insert(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows of all the table's columns, as they come."""
        coming = iter(rows)
        while lot := list(islice(coming, _AT_ONCE)):
            cursor = self._connection.cursor()
            if self.is_sqlite:
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(lot[0]))})", lot)
            else:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in lot:
                        copy.write_row(row)

    def look_at(self, table: str) -> None:
        """Have PostgreSQL count a table just filled, to plan by that.

        Nobody else does it in time. A table of another role's is left as it is.
        """
        if not self.is_sqlite:
            self.execute(f"ANALYZE {table}")

    @contextmanager
    def without_indices(self, table: str) -> Iterator[None]:
        """Make an empty table's indices after filling, where nobody reads."""
        found: list[tuple[str, str]] = []
        if self.is_sqlite and self.row(f"SELECT 1 FROM {table} LIMIT 1") is None:
            found = list(self.rows(_INDICES, table=table))
        for name, _ in found:
            self.execute(f"DROP INDEX {name}")
        yield
        for _, sql in found:
            self.execute(sql)


@contextmanager
def reading(address: Address) -> Iterator[Reader]:
    """A reader on one snapshot of the store.

    Raises BadInput where there is no store, or one of another version of the program; Busy where it stays locked.
    """
    try:
        with _opened(address) as connection:
            reader = Reader(connection)
            if not reader.is_sqlite:
                from tidbok_cli.store.standby import doubt_about

                reader.behind = doubt_about(connection)
            expect_schema(reader, address)
            yield reader
    except TidbokError:  # told already, maybe since there is no driver to ask for its errors
        raise
    except driver_errors(address) as error:
        raise_told(error, address)


@contextmanager
def glancing(address: Address) -> Iterator[Reader]:
    """Open a reader for completion, without waiting, locks or files.

    Raises as `reading` does, and whatever else the driver raises.
    """
    connection = _glance_at(address) if address.path else _open_postgresql(address, _GLANCE_SECONDS)
    try:
        reader = Reader(connection)
        expect_schema(reader, address)
        yield reader
    finally:
        connection.close()


def _glance_at(address: Address) -> sqlite3.Connection:
    """Open a SQLite file without making the two files beside it."""
    how = "mode=ro" if address.in_use else "mode=ro&immutable=1"
    return sqlite3.connect(f"{address.files[0].as_uri()}?{how}", uri=True, timeout=0, isolation_level=None)


def _opened(address: Address) -> AbstractContextManager[Any]:
    if address.path is None:
        return closing(_open_postgresql(address))
    expect_file(address)
    if address.may_be_written:
        return closing(_open_sqlite(address.path))
    from tidbok_cli.store.access import open_unwritable

    return open_unwritable(address, BUSY_SECONDS)


def expect_file(address: Address) -> None:
    """Raise BadInput where a SQLite store has no file, or none that this user can see."""
    try:
        there = address.path is not None and address.path.is_file()
    except PermissionError:
        raise_unreadable(address)
    if not there:
        raise BadInput("store.missing", store=str(address))


def raise_unreadable(address: Address) -> NoReturn:
    """Raise BadInput for a SQLite file that cannot be opened, with the right that is missing."""
    from tidbok_cli.store.access import expect_readable

    expect_readable(address)
    raise BadInput("store.unreadable", store=str(address))


def _open_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("BEGIN")
    return connection


def _open_postgresql(address: Address, seconds: int = BUSY_SECONDS) -> Any:
    connection = connect(address, seconds)
    from psycopg import IsolationLevel

    connection.read_only = True
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    return connection


def driver_errors(address: Address) -> tuple[type[Exception], ...]:
    """Return the errors of the store's driver."""
    if address.path is not None:
        return (sqlite3.Error,)
    from psycopg import Error

    return (Error,)


def expect_schema(reader: Reader, address: Address) -> None:
    """Raise BadInput where the store has no tables, or another version's."""
    try:
        found = reader.value("SELECT version_num FROM alembic_version")
    except driver_errors(address) as error:
        if "no such table" in str(error) or code_of(error) == "store.empty":
            raise BadInput("store.empty", store=str(address)) from error
        raise
    if found is None:
        raise BadInput("store.not_a_store", store=str(address))
    if found != SCHEMA:
        code = "store.older_schema" if found < SCHEMA else "store.newer_schema"
        raise BadInput(code, store=str(address), found=str(found), expected=SCHEMA)


_CODES_BY_WORDS: Final = {
    "locked": "store.busy",
    "unable to open": "store.unreadable",
    "readonly": "store.unreadable",
    "disk is full": "store.full",
    "not a database": "store.not_a_store",
    "malformed": "store.not_a_store",
}


def raise_told(error: Exception, address: Address, cause: object = None) -> NoReturn:
    """Raise the driver's error as the program's own, where known."""
    driver_error = cause or error
    if address.path is not None:
        code = next((code for words, code in _CODES_BY_WORDS.items() if words in str(driver_error)), None)
    else:
        code = code_of(driver_error)
    if code == "store.unreadable":
        raise_unreadable(address)
    if code is None or code == "store.empty":  # a table that is missing beside others is damage
        raise error
    raise (Busy if code == "store.busy" else BadInput)(code, store=str(address)) from error
