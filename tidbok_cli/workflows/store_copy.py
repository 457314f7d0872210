"""`store copy`: all of the store, or nothing, to either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.store import StoreCopied, summed_up
from tidbok_cli.errors import Problem, Refused
from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.audit import everybody
from tidbok_cli.store.read.store_check import damages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def copy_store(context: Context, to: str) -> StoreCopied:
    """Copy the store, as of one moment, into an empty one.

    It is made where missing. Before it is kept, the copy's rows are counted and checked as by `store check`. Raises
    BadInput where the other store is not empty or this one is damaged, Refused where the copy is not whole; then the
    other store is as it was.
    """
    from tidbok_cli.store.write.copy import TABLES, copy, filling, settle

    context.expect_purpose()  # the copy shows everybody
    source, target = context.address, parse_address(to, context.folder)
    with context.reading() as reader:
        context.look(shown=everybody(reader), selection={"to": str(target)})
    with context.reading() as reader, filling(target, context.caller) as writer:
        rows = {table.name: copy(reader, source, writer, table) for table in context.progress.track(TABLES, "copying")}
        settle(writer)
        if problems := _problems(writer, rows, target):
            raise Refused("copy.not_whole", store=str(source), to=str(target), problems=problems)
    context.has_changed = True
    return StoreCopied(str(source), str(target), rows)


def _problems(copy: Reader, rows: Mapping[str, int], target: Address) -> list[Problem]:
    """Problems that keep a copy from being whole."""
    from tidbok_cli.store.write.shape import SHAPES

    lost = [
        Problem("copy.rows", {"table": table, "count": count, "found": found})
        for table, count in rows.items()
        if (found := copy.value(f"SELECT count(*) FROM {table}")) != count
    ]
    damaged = summed_up(damages(copy, target, SHAPES))
    return [*lost, *(Problem("copy.damage", {"check": each.check, "detail": each.detail}) for each in damaged)]
