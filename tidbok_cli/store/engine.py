"""The write side's connection: one transaction a change, one writer at a time, waiting ten seconds for the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from tidbok_cli.errors import BadInput
from tidbok_cli.store.address import Address
from tidbok_cli.store.reading import BUSY_SECONDS, Reader, expect_schema, raise_told, translator

_WRITERS_LOCK = 1177_0001
"""PostgreSQL's advisory lock that lets one writer in at a time, as SQLite does of itself."""


def engine_for(address: Address) -> Engine:
    """An engine that neither shows parameters in errors nor lets two writers meet."""
    options: dict[str, Any] = {"hide_parameters": True}
    if address.path is not None:
        options["connect_args"] = {"timeout": BUSY_SECONDS}
    engine = create_engine(address.url, **options)
    if address.path is not None:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "begin", _wait_for_writers)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin_immediate` does
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_for_writers(connection: Any) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"))


@contextmanager
def writing(address: Address, *, dry_run: bool = False) -> Iterator[Session]:
    """One transaction: all of what is done in it, or nothing; nothing also where it was a dry run.

    Raises BadInput where there is no store of this version; Busy where another writer does not end.
    """
    if address.path is not None and not address.path.is_file():
        raise BadInput("store.missing", store=str(address))
    engine = engine_for(address)
    try:
        with Session(engine) as session, session.begin() as transaction:
            expect_schema(reader_of(session, address), address)
            yield session
            if dry_run:
                transaction.rollback()
    except DBAPIError as error:
        raise_told(error, address, error.orig)
    except sqlite3.Error as error:
        raise_told(error, address)
    finally:
        engine.dispose()


def reader_of(session: Session, address: Address) -> Reader:
    """The read side inside the session's own transaction."""
    return Reader(session.connection().connection.driver_connection, translator(address))
