"""Making the store, and bringing it up to date (alembic), for `init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tidbok_cli.errors import BadInput
from tidbok_cli.store.access import expect_writable
from tidbok_cli.store.reader import SCHEMA, raise_told
from tidbok_cli.store.tables import Unit
from tidbok_cli.store.write.engine import engine_for

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def make_store(address: Address, version: str = SCHEMA) -> bool:
    """Make the store, or bring it up to date, in one transaction.

    Returns whether anything was done. `version` is that of the tables to be made. A SQLite file is private to its owner
    (mode 0600, a folder that is made for it 0700). Raises BadInput or Busy.
    """
    if address.path is not None:
        expect_writable(address)
        _make_private_file(address.path)
    engine = engine_for(address)
    before = None
    try:
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS))
            config.attributes["connection"] = connection
            before = _version(connection)
            if address.path is None:
                _expect_unicode(connection, address)
            command.upgrade(config, version)
            if address.path is None:
                _order_by_bytes(connection)
            return before != _version(connection)
    except DBAPIError as error:
        raise_told(error, address, error.orig)
    except CommandError as error:  # it knows no way from there to here
        raise BadInput("store.newer_schema", store=str(address), found=before or "", expected=SCHEMA) from error
    finally:
        engine.dispose()


def _make_private_file(path: Path) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        path.touch(mode=PRIVATE_FILE)
    except OSError as error:
        raise BadInput("store.unreadable", store=str(path)) from error


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _expect_unicode(connection: Connection, address: Address) -> None:
    found = connection.scalar(text("SHOW server_encoding"))
    if found != "UTF8":
        raise BadInput("store.encoding", store=str(address), found=str(found))


_IN_OTHER_ORDER = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation o ON o.oid = a.attcollation
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND o.collname <> 'C'
"""


def _order_by_bytes(connection: Connection) -> None:
    """Order texts as SQLite does, so that answers agree everywhere.

    A table that has just been made is empty; in an older store only what is new to it is changed.
    """
    for table, column, kind in connection.execute(text(_IN_OTHER_ORDER)).all():
        if table in Unit.metadata.tables:
            connection.execute(text(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "C"'))
