"""A short transaction that records a look, without SQLAlchemy: every question waits for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from tidbok_cli.store.access import expect_writable
from tidbok_cli.store.fault_told import told
from tidbok_cli.store.postgresql import connect
from tidbok_cli.store.reader import Writer, expect_file, expect_schema
from tidbok_cli.store.write.turn import SqliteTurn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller


@contextmanager
def recording(address: Address, caller: Caller) -> Iterator[Writer]:
    """One durable transaction; raises BadInput where the store may only be read, Busy where another does not end."""
    with told(address):
        if address.path is None:
            with closing(connect(address, caller)) as server:
                yield from _written(server, address)
            return
        expect_file(address)
        expect_writable(address)
        turn = SqliteTurn(address, caller)
        try:
            with closing(sqlite3.connect(address.path, timeout=caller.wait, isolation_level=None)) as file:
                for name, value in (("foreign_keys", "ON"), ("synchronous", "FULL")):
                    file.execute(f"PRAGMA {name} = {value}")
                turn.begin(file)
                yield from _written(file, address)
        finally:
            turn.end()


def _written(connection: Any, address: Address) -> Iterator[Writer]:
    writer = Writer(connection)
    expect_schema(writer, address)
    yield writer
    connection.commit()
