"""Indices for the while of a purge: without them each row that goes costs a walk through a whole table."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Writer


@contextmanager
def indexed(writer: Writer, **columns: str) -> Iterator[None]:
    """Index these columns, by table, in which the databases look for what refers to a row that goes.

    Who may not make or drop them in PostgreSQL, or not now, is slower, or leaves them there.
    """
    names = {f"ix_purge_{table}_{column}": f"{table} ({column})" for table, column in columns.items()}
    for name, column in names.items():
        with suppress(Exception), writer.apart():
            writer.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {column}")
    yield
    for name in names:
        with suppress(Exception), writer.apart():
            writer.execute(f"DROP INDEX IF EXISTS {name}")
