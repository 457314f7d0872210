"""The write side's connection: one writer at a time.

One transaction a change; it waits ten seconds for another writer.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from tidbok_cli.store.access import expect_writable
from tidbok_cli.store.postgresql import connect, expect_driver
from tidbok_cli.store.reader import BUSY_SECONDS, Reader, Writer, driver_errors, expect_file, expect_schema, raise_told

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from tidbok_cli.store.address import Address

_CACHE_KIB: Final = 32 * 1024
"""So much of a SQLite file is kept in memory while it is written to: an import touches its indices everywhere."""

_WRITERS_LOCK = 1177_0001
"""PostgreSQL's advisory lock that lets one writer in at a time, as SQLite does of itself."""


def engine_for(address: Address, *, durable: bool = True) -> Engine:
    """An engine for one writer, whose errors show no parameters.

    `durable`: SQLite's commit waits for the disk, so that what was told as done outlives a loss of power.
    """
    if address.path is not None:
        engine = create_engine(address.url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", partial(_prepare_sqlite, "FULL" if durable else "NORMAL"))
        event.listen(engine, "begin", _begin_immediate)
        return engine
    expect_driver()
    engine = create_engine(  # libpq reads the address, as it does for the read side, and not SQLAlchemy
        "postgresql+psycopg://", hide_parameters=True, use_native_hstore=False,
        creator=lambda: connect(address, BUSY_SECONDS),
    )  # fmt: skip
    event.listen(engine, "begin", _wait_for_writers)
    return engine


def _prepare_sqlite(synchronous: str, connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin_immediate` does
    for name, value in (
        ("journal_mode", "WAL"), ("foreign_keys", "ON"), ("synchronous", synchronous), ("cache_size", -_CACHE_KIB)
    ):  # fmt: skip
        connection.execute(f"PRAGMA {name} = {value}")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_for_writers(connection: Any) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"))


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
    def writing(self, *, dry_run: bool = False) -> Iterator[Session]:
        """A transaction, as of the function `writing`."""
        with Session(self._connection) as session, session.begin() as transaction:
            expect_schema(reader_of(session), self._address)
            yield session
            if dry_run:
                transaction.rollback()


@contextmanager
def desk(address: Address, *, durable: bool = False) -> Iterator[Desk]:
    """The connection of an import; raises as `writing` does.

    It need not be durable: an import that a loss of power took back can be run again.
    """
    with _engine(address, durable=durable) as engine, engine.connect() as connection:
        yield Desk(connection, address)


@contextmanager
def writing(address: Address, *, dry_run: bool = False) -> Iterator[Session]:
    """One transaction: all or nothing; a dry run is nothing.

    Raises BadInput where there is no store of this version; Busy where another writer does not end.
    """
    with desk(address, durable=True) as opened, opened.writing(dry_run=dry_run) as session:
        yield session


@contextmanager
def _engine(address: Address, *, durable: bool) -> Iterator[Engine]:
    if address.path is not None:
        expect_file(address)
        expect_writable(address)
    engine = engine_for(address, durable=durable)
    try:
        yield engine
    except DBAPIError as error:
        raise_told(error, address, error.orig)
    except driver_errors(address) as error:
        raise_told(error, address)
    finally:
        engine.dispose()


def reader_of(session: Session) -> Reader:
    """The read side inside the session's own transaction."""
    return Reader(session.connection().connection.driver_connection)


def writer_of(session: Session) -> Writer:
    """The session's own transaction, for plain SQL."""
    return Writer(session.connection().connection.driver_connection)
