"""A SQLite store's room given back: pages of deleted rows still hold what stood in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tidbok_cli.store.fault_told import told
from tidbok_cli.store.write.turn import SqliteTurn

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller


def compact(address: Address, caller: Caller) -> None:
    """Write the store anew, without its free pages, as one writer among others.

    Raises Busy where others do not end, BadInput where the disk has no room for a second one meanwhile.
    """
    turn = SqliteTurn(address, caller)
    turn.take()
    try:
        with (
            told(address),
            closing(sqlite3.connect(address.files[0], timeout=caller.wait, isolation_level=None)) as store,
        ):
            store.execute("VACUUM")
            store.execute("PRAGMA busy_timeout = 0")
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as much as readers let it
    finally:
        turn.end()
