"""Upgrade of an older store: a backup first, then one transaction."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tidbok_cli.errors import Busy
from tidbok_cli.store.reader import SCHEMA
from tidbok_cli.store.write.backup import back_up_beside
from tidbok_cli.store.write.engine import changing
from tidbok_cli.store.write.migrate import migrate, version_before

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

_LOCK_SECONDS: Final = 2
"""So long a PostgreSQL table is waited for at a time: whoever wants to read it then waits behind."""

_PAUSE_SECONDS: Final = 0.5
"""So long those who wait to read go first."""

_IN_USE: Final = ("55P03", "40P01")
"""PostgreSQL's codes for a lock that was not had in time, and for two who wait for each other."""


class _InUse(Exception):
    """Somebody reads a table that is to be changed."""


def upgrade_store(address: Address, now: int, caller: Caller) -> Path | None:
    """Bring an older store to this program's version; return its backup.

    A SQLite store is backed up beside itself, while nobody else can write. In PostgreSQL it waits for readers a little
    at a time, so that none are kept waiting. Raises BadInput; Busy where others do not end.
    """
    until = monotonic() + caller.wait
    while True:
        try:
            with changing(address, caller, foreign_keys=False) as connection:
                return _upgrade(connection, address, now)
        except _InUse as error:
            if monotonic() >= until:
                raise Busy("upgrade.in_use", store=str(address), seconds=int(caller.wait)) from error
            sleep(_PAUSE_SECONDS)


def _upgrade(connection: Connection, address: Address, now: int) -> Path | None:
    before, backup = version_before(connection), None
    if before == SCHEMA:  # another process was faster
        return None
    if address.path is not None:
        backup = back_up_beside(address.path, before or "", now)
    else:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
    try:
        migrate(connection, address)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _IN_USE:
            raise _InUse from error
        raise
    return backup
