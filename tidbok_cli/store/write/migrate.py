"""Making the store's tables, and bringing them to another version (alembic)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import inspect, text

from tidbok_cli.errors import BadInput
from tidbok_cli.store.access import expect_writable, make_private_folder, new_private_file
from tidbok_cli.store.caller import NOBODY, Caller
from tidbok_cli.store.reader import SCHEMA, is_version, reading
from tidbok_cli.store.tables import Unit
from tidbok_cli.store.write.engine import changing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tidbok_cli.store.address import Address

_MIGRATIONS = Path(__file__).parents[1] / "migrations"


def is_missing(address: Address, caller: Caller) -> bool:
    """Tell whether a store is still to be made.

    Raises BadInput where there is one of another version, or something else.
    """
    try:
        with reading(address, caller) as reader:
            reader.row("SELECT 1 FROM relation_period")  # another program's version may be written as ours
            return False
    except BadInput as error:
        if error.code not in ("store.missing", "store.empty"):
            raise
        return True


def make_store(address: Address, version: str = SCHEMA, *, caller: Caller = NOBODY) -> bool:
    """Make the store, or bring it to a version, in one transaction.

    Returns whether anything was done. Raises BadInput or Busy.
    """
    if address.path is not None:
        expect_writable(address)
        make_private_file(address.path)
    with changing(address, caller, foreign_keys=False) as connection:
        return migrate(connection, address, version) != version


def make_private_file(path: Path) -> bool:
    """Make an empty file, its owner's alone, where there is none.

    Returns whether it was made. Mode 0600, folders that are made for it 0700. Raises BadInput.
    """
    try:
        make_private_folder(path.parent)
        new_private_file(path)
    except OSError as error:
        if path.is_file():
            return False
        raise BadInput("store.unreadable", store=str(path)) from error
    return True


def migrate(connection: Connection, address: Address, version: str = SCHEMA) -> str | None:
    """Bring the tables to a version; return the one before.

    None where there were no tables. In the connection's transaction. Raises BadInput where no way leads there.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    before = version_before(connection)
    _expect_own(connection, address, before)
    if address.path is None:
        _expect_unicode(connection, address)
    elif before is None:
        _expect_nothing_lost(connection, address)
    try:
        command.upgrade(config, version)
    except CommandError as error:
        raise BadInput("store.newer_schema", store=str(address), found=before or "", expected=SCHEMA) from error
    if address.path is None:
        _order_by_bytes(connection)
    return before


def version_before(connection: Connection) -> str | None:
    """Return the version of the tables that are there."""
    return MigrationContext.configure(connection).get_current_revision()


def _expect_own(connection: Connection, address: Address, version: str | None) -> None:
    """Raise BadInput where another program has tables of our names, or versions of its own."""
    ours, found = Unit.metadata.tables.keys(), inspect(connection).get_table_names()
    if version is None:
        own = ours.isdisjoint(found)
    else:
        own = is_version(version) and (version != SCHEMA or ours <= set(found))
    if not own:
        raise BadInput("store.foreign", store=str(address))


def _expect_unicode(connection: Connection, address: Address) -> None:
    found = connection.scalar(text("SHOW server_encoding"))
    if found != "UTF8":
        raise BadInput("store.encoding", store=str(address), found=str(found))


def _expect_nothing_lost(connection: Connection, address: Address) -> None:
    """Raise BadInput for a damaged file whose tables cannot be seen.

    New ones would be written over them.
    """
    if connection.scalars(text("PRAGMA quick_check")).all() != ["ok"]:
        raise BadInput("store.not_a_store", store=str(address))


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
