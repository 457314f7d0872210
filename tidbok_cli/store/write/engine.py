"""The write side's connection: one writer at a time.

One transaction a change; it waits for another writer as long as the caller will.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from tidbok_cli.store.access import expect_writable, tighten
from tidbok_cli.store.caller import NOBODY, Caller
from tidbok_cli.store.fault_told import raise_told, told
from tidbok_cli.store.postgresql import connect, expect_driver
from tidbok_cli.store.reader import Reader, Writer, expect_file, expect_schema
from tidbok_cli.store.write.turn import PostgresqlTurn, SqliteTurn, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import SessionTransaction

    from tidbok_cli.store.address import Address

_CACHE_KIB: Final = 32 * 1024
"""So much of a SQLite file is kept in memory while it is written to: an import touches its indices everywhere."""

logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
"""The pool would log a connection that broke off with its traceback, beside the sentence about it."""


def engine_for(address: Address, caller: Caller = NOBODY, *, durable: bool = True, foreign_keys: bool = True) -> Engine:
    """An engine for one writer, whose errors show no parameters.

    `durable`: SQLite's commit waits for the disk, so that what was told as done outlives a loss of power. Without
    `foreign_keys` SQLite lets a table be made anew to which others refer.
    """
    turn: Turn
    if address.path is not None:
        engine, turn = _sqlite_engine(address, caller), SqliteTurn(address, caller)
        pragmas = {"foreign_keys": "ON" if foreign_keys else "OFF", "synchronous": "FULL" if durable else "NORMAL"}
        event.listen(engine, "connect", partial(_prepare_sqlite, pragmas))
    else:
        engine, turn = _postgresql_engine(address, caller), PostgresqlTurn(address, caller)
    event.listen(engine, "begin", lambda connection: turn.begin(connection.connection.driver_connection))
    event.listen(engine, "checkin", turn.end)
    return engine


def _sqlite_engine(address: Address, caller: Caller) -> Engine:
    file = URL.create("sqlite", database=str(address.path))  # not read as a URL: “%41.db” and “a?b.db” are names
    return create_engine(file, hide_parameters=True, connect_args={"timeout": caller.wait})


def _postgresql_engine(address: Address, caller: Caller) -> Engine:
    """An engine whose address libpq reads, as it does for the read side, and not SQLAlchemy."""
    expect_driver()
    return create_engine(
        "postgresql+psycopg://", hide_parameters=True, use_native_hstore=False,
        creator=partial(connect, address, caller),
    )  # fmt: skip


def _prepare_sqlite(pragmas: Mapping[str, str], connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: the turn does
    for name, value in {"journal_mode": "WAL", "cache_size": -_CACHE_KIB, **pragmas}.items():
        connection.execute(f"PRAGMA {name} = {value}")


class Desk:
    """One connection on which an import first lays out its rows.

    In temporary tables, before it takes the write lock.
    """

    def __init__(self, connection: Connection, address: Address) -> None:
        self._connection, self._address = connection, address
        self._driver: Any = connection.connection.driver_connection

    @contextmanager
    def laying_out(self) -> Iterator[Writer]:
        """A transaction on one snapshot that keeps no other writer waiting."""
        writer = Writer(self._driver)
        if writer.is_sqlite:
            writer.execute("BEGIN")
        expect_schema(writer, self._address)
        yield writer
        self._driver.commit()

    @contextmanager
    def writing(self, *, dry_run: bool = False, fills: Sequence[str] = ()) -> Iterator[Session]:
        """A transaction, as of the function `writing`; `fills`: tables into which a million rows may go."""
        checked_last = self._may_be_checked_last(fills)
        with Session(self._connection) as session, session.begin() as transaction:
            expect_schema(reader_of(session), self._address)
            yield session
            if dry_run:
                transaction.rollback()
            else:
                session.flush()  # what fails here has surely not been done
                if checked_last:
                    expect_foreign_keys(reader_of(session))
                self._commit(transaction)

    def _may_be_checked_last(self, fills: Sequence[str]) -> bool:
        """Turn off SQLite's foreign keys, on this connection alone, where all these tables are empty.

        All rows at once are checked in a third of the time.
        """
        writer = Writer(self._driver)
        if not (writer.is_sqlite and fills) or any(writer.row(f"SELECT 1 FROM {name} LIMIT 1") for name in fills):
            return False
        writer.execute("PRAGMA foreign_keys = OFF")
        return True

    def _commit(self, transaction: SessionTransaction) -> None:
        """Commit; a connection that is lost now leaves it unknown whether it was done."""
        try:
            transaction.commit()
        except DBAPIError as error:
            raise_told(error, self._address, "store.lost_at_commit")


_FOREIGN_KEYS: Final = """
SELECT t.name, f."from", f."table", f."to" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f
WHERE t.type = 'table'
"""


def expect_foreign_keys(reader: Reader) -> None:
    """Raise SQLite's own error where a row names another that there is not.

    Each key by the index that has it, where one does: `PRAGMA foreign_key_check` looks up each row's keys in turn, and
    takes twice as long.
    """
    for table, column, parent, named in list(reader.rows(_FOREIGN_KEYS)):
        known = f"SELECT {named} FROM {parent}"
        if reader.row(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN ({known})"):
            raise sqlite3.IntegrityError("FOREIGN KEY constraint failed")


@contextmanager
def desk(address: Address, caller: Caller = NOBODY, *, durable: bool = False) -> Iterator[Desk]:
    """The connection of an import; raises as `writing` does.

    It need not be durable: an import that a loss of power took back can be run again.
    """
    with (
        _engine(address, caller, durable=durable) as engine,
        told(address),
        engine.connect() as connection,
        told(address),
    ):
        yield Desk(connection, address)


@contextmanager
def writing(address: Address, caller: Caller = NOBODY, *, dry_run: bool = False) -> Iterator[Session]:
    """One transaction: all or nothing; a dry run is nothing.

    Raises BadInput where there is no store of this version; Busy where another writer does not end.
    """
    with desk(address, caller, durable=True) as opened, opened.writing(dry_run=dry_run) as session:
        yield session


@contextmanager
def changing(address: Address, caller: Caller = NOBODY, *, foreign_keys: bool = True) -> Iterator[Connection]:
    """One transaction that makes or changes tables, as `engine_for` says; raises as `writing` does."""
    with (
        _engine(address, caller, foreign_keys=foreign_keys) as engine,
        told(address),
        engine.begin() as connection,
        told(address),
    ):
        yield connection


@contextmanager
def _engine(address: Address, caller: Caller, **how: bool) -> Iterator[Engine]:
    if address.path is not None:
        expect_file(address)
        expect_writable(address)
        tighten(address)
    engine = engine_for(address, caller, **how)
    try:
        yield engine
    finally:
        engine.dispose()


def reader_of(session: Session) -> Reader:
    """The read side inside the session's own transaction."""
    return Reader(session.connection().connection.driver_connection)


def writer_of(session: Session) -> Writer:
    """The session's own transaction, for plain SQL."""
    return Writer(session.connection().connection.driver_connection)
