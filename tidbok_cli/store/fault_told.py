"""The drivers' errors, told as the program's own."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from tidbok_cli.errors import TidbokError
from tidbok_cli.store.fault import fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.address import Address


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Have errors of the store's driver, SQLAlchemy's wrapping them too, told as the program's own.

    Entered where the connection is still open, since closing it gives back the room of which there was too little.
    """
    try:
        yield
    except TidbokError:
        raise
    except Exception as error:  # noqa: BLE001 -- those that no driver raised go on as they are
        raise_told(error, address)


def raise_told(error: Exception, address: Address, code: str | None = None) -> NoReturn:
    """Raise an error as the program's own, where known; `code` is told of a lost connection."""
    known = _known(getattr(error, "orig", None) or error, address)
    if known is None:
        raise error
    if code is not None and known.code == "store.lost":
        known = fault(code, address)
    raise known from error


def _known(error: object, address: Address) -> TidbokError | None:
    if isinstance(error, sqlite3.Error) and address.path is not None:
        from tidbok_cli.store.fault_sqlite import fault_of_sqlite

        return fault_of_sqlite(error, address)
    if address.path is None and hasattr(error, "sqlstate"):
        from tidbok_cli.store.fault_postgresql import fault_of_postgresql

        return fault_of_postgresql(error, address)
    return None
