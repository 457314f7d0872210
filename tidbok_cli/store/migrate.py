"""Making the store and bringing it up to this program's tables (alembic); used by `init` alone."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tidbok_cli.errors import BadInput
from tidbok_cli.store.address import Address
from tidbok_cli.store.engine import engine_for
from tidbok_cli.store.reading import SCHEMA, raise_told

_MIGRATIONS = Path(__file__).parent / "migrations"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def make_store(address: Address, version: str = SCHEMA) -> bool:
    """Makes the store, or brings an older one up to date, in one transaction; says whether anything was done.

    `version` is that of the tables to be made.

    A SQLite file is private to its owner (mode 0600, a folder that is made for it 0700). Raises BadInput or Busy.
    """
    if address.path is not None:
        _make_private_file(address.path)
    engine = engine_for(address)
    before = None
    try:
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS))
            config.attributes["connection"] = connection
            before = _version(connection)
            command.upgrade(config, version)
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
