"""`store copy`: all of the store, or nothing, to either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.store import StoreCopied
from tidbok_cli.errors import BadInput, Problem, Refused
from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.read.store import damages

if TYPE_CHECKING:
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def copy_store(context: Context, to: str) -> StoreCopied:
    """Copy the store, as of one moment, into an empty one.

    It is made where missing. Before it is kept, the copy's rows are counted and checked as by `store check`. Raises
    BadInput where the other store is not empty, Refused where the copy is not whole.
    """
    from tidbok_cli.store.write.copy import TABLES, copy, is_empty, make_where_missing, settle
    from tidbok_cli.store.write.engine import writer_of, writing

    target = parse_address(to, context.folder)
    with context.reading() as source:
        make_where_missing(target, context.caller)
        with writing(target, context.caller) as session:
            writer = writer_of(session)
            if not is_empty(writer):
                raise BadInput("copy.not_empty", store=str(target))
            rows = {table.name: copy(source, writer, table) for table in context.progress.track(TABLES, "copying")}
            settle(writer)
            _expect_whole(writer, rows, target)
    return StoreCopied(str(context.address), str(target), rows)


def _expect_whole(reader: Reader, rows: dict[str, int], target: Address) -> None:
    """Raise Refused, which takes the copy back, where it is not whole."""
    problems = [
        Problem("copy.rows", {"table": table, "count": count, "found": found})
        for table, count in rows.items()
        if (found := reader.value(f"SELECT count(*) FROM {table}")) != count
    ]
    problems += [
        Problem("copy.damage", {"check": damage.check, "detail": damage.detail})
        for damage in damages(reader, sqlite=reader.is_sqlite)
    ]
    if problems:
        raise Refused("copy.not_whole", store=str(target), problems=problems[:100])
