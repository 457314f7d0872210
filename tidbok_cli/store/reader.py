"""Reader and Writer: plain SQL on the DBAPI connection, for both databases.

Parameters are written `:name`. One command reads from one snapshot.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from functools import lru_cache
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.regex import regex
from tidbok_cli.errors import BadInput
from tidbok_cli.store.caller import NOBODY, Caller
from tidbok_cli.store.fault_told import told
from tidbok_cli.store.postgresql import ask, connect

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from tidbok_cli.errors import Problem
    from tidbok_cli.store.address import Address

SCHEMA: Final = "0018"
"""The migration that this program's tables are at."""

_A_GLANCE: Final = Caller(wait=2)
_CHUNK: Final = 200
"""Rows at a time, so few that they stay in the processor's cache."""
_CHUNK_FROM_SERVER: Final = 2000
_AT_ONCE: Final = 5000
_LOTS_AT_ONCE: Final = 20
"""Lots of an import in one COPY, which is slow to begin."""
_PAGES_AT_ONCE: Final = 10_000
_NAMED = regex(r"(?<!:):([a-z_][a-z_0-9]*)")

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
        self._chunk = _CHUNK if self.is_sqlite else _CHUNK_FROM_SERVER
        self.behind: Problem | None = None
        """The warning that this is a standby, which is behind."""

    def rows(self, sql: str, **parameters: object) -> Iterator[Row]:
        """Yield the rows one by one, never all in memory."""
        return chain.from_iterable(self.lots(sql, **parameters))

    def lots(self, sql: str, **parameters: object) -> Generator[list[Row]]:
        """Yield the rows many at a time."""
        cursor = self._walking()
        try:
            cursor.execute(self._translate(sql), parameters)
            while lot := cursor.fetchmany(self._chunk):
                yield lot
                if len(lot) < self._chunk:
                    break
        finally:
            with suppress(Exception):  # the connection may be gone already, as after an interrupt
                cursor.close()

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

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Copy a SQLite store's pages, out of this one snapshot, beside writers; an interrupt ends it."""
        self._connection.backup(target, pages=_PAGES_AT_ONCE, progress=lambda *_: None)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part of the transaction that may fail alone.

        In PostgreSQL nothing more can be asked after an error, but from a savepoint on.
        """
        with nullcontext() if self.is_sqlite else self._connection.transaction():
            yield


_INDICES: Final = """
SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL AND instr(sql, ' WHERE ') = 0
"""
"""Of all rows: an index of a few is kept sooner than the table is read again."""


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
            self._insert(table, len(lot[0]), lot)

    def insert_columns(self, table: str, names: Sequence[str], lots: Iterable[Sequence[Sequence[object]]]) -> None:
        """Insert lots of rows, given as columns, as they come; empty columns, as most are, are passed over."""
        coming = iter(lots)
        while some := list(islice(coming, 1 if self.is_sqlite else _LOTS_AT_ONCE)):
            said = [
                place for place, _ in enumerate(names) if any(lot[place].count(None) < len(lot[place]) for lot in some)
            ]
            rows = chain.from_iterable(zip(*(lot[place] for place in said), strict=True) for lot in some)
            self._insert(f"{table} ({', '.join(names[place] for place in said)})", len(said), rows)

    def _insert(self, into: str, width: int, rows: Iterable[Sequence[object]]) -> None:
        cursor = self._connection.cursor()
        if self.is_sqlite:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * width)})", rows)
        else:
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def state(self) -> int | None:
        """A number that is another where somebody else has changed the store; None where that is not known."""
        return int(self.value("PRAGMA data_version")) if self.is_sqlite else None

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
def reading(address: Address, caller: Caller = NOBODY) -> Iterator[Reader]:
    """A reader on one snapshot of the store.

    Raises BadInput where there is no store, or one of another version of the program; Busy where it stays locked.
    """
    with reading_any(address, caller) as reader:
        expect_schema(reader, address)
        yield reader


@contextmanager
def reading_any(address: Address, caller: Caller = NOBODY) -> Iterator[Reader]:
    """A reader on a store of any version, or of none.

    Raises as `reading` does, save for the version.
    """
    with told(address), _opened(address, caller) as connection, told(address):
        reader = Reader(connection)
        if not reader.is_sqlite:
            from tidbok_cli.store.standby import doubt_about

            reader.behind = doubt_about(connection)
        yield reader


@contextmanager
def glancing(address: Address) -> Iterator[Reader]:
    """Open a reader for completion, without waiting, locks or files.

    Raises as `reading` does, and whatever else the driver raises.
    """
    connection = _glance_at(address) if address.path else _open_postgresql(address, _A_GLANCE)
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


def _opened(address: Address, caller: Caller) -> AbstractContextManager[Any]:
    if address.path is None:
        return closing(_open_postgresql(address, caller))
    expect_file(address)
    if address.may_be_written:
        return closing(_open_sqlite(address.path, caller))
    from tidbok_cli.store.access import open_unwritable

    return open_unwritable(address, caller.wait)


def expect_file(address: Address) -> None:
    """Raise BadInput where a SQLite store has no file, or none that this user can see."""
    try:
        there = address.path is not None and address.path.is_file()
    except PermissionError:
        from tidbok_cli.store.access import expect_readable

        there = True
        expect_readable(address)
    if not there:
        raise BadInput("store.missing", store=str(address))


def _open_sqlite(path: Path, caller: Caller) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=caller.wait, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    connection.execute("BEGIN")
    return connection


def _open_postgresql(address: Address, caller: Caller) -> Any:
    connection = connect(address, caller)
    from psycopg import IsolationLevel

    connection.read_only = True
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    return connection


_OURS: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('unit', 'booking')"


def expect_schema(reader: Reader, address: Address) -> None:
    """Raise BadInput where the store has no tables, or another version's, or another program's."""
    found = version_of(reader, address)
    if found != SCHEMA:
        code = "store.older_schema" if found < SCHEMA else "store.newer_schema"
        raise BadInput(code, store=str(address), found=found, expected=SCHEMA)


def version_of(reader: Reader, address: Address) -> str:
    """Return the migration that the store's tables are at, four digits.

    Raises BadInput where it has no tables, or is another program's.
    """
    try:
        found = reader.value("SELECT version_num FROM alembic_version")
    except Exception as error:
        if "no such table" not in str(error) and getattr(error, "sqlstate", None) != "42P01":
            raise
        raise BadInput(_code_without_version(reader, address), store=str(address)) from error
    if found is None:
        raise BadInput("store.not_a_store", store=str(address))
    if not is_version(str(found)):
        raise BadInput("store.foreign", store=str(address))
    return str(found)


def is_version(found: str) -> bool:
    """Whether a version is written as this program writes its own."""
    return found.isdecimal() and len(found) == len(SCHEMA)


def _code_without_version(reader: Reader, address: Address) -> str:
    """Tell another program's tables of our names from none; PostgreSQL answers nothing more in this transaction."""
    theirs = reader.value(_OURS) if reader.is_sqlite else ask(address, "SELECT to_regclass('booking')::text")
    return "store.foreign" if theirs else "store.empty"
