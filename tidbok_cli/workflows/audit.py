"""`audit`: who has looked at whom, and whether that record is whole."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tidbok_cli.domain.audit import unpacked
from tidbok_cli.domain.audit_chain import AuditFault, chain_faults, head_faults
from tidbok_cli.domain.audit_list import AuditListed
from tidbok_cli.domain.times import days
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.audit_file import heads_in, rows_in
from tidbok_cli.exchange.toml_file import unreadable
from tidbok_cli.store import audit
from tidbok_cli.store.read.find import find_resident
from tidbok_cli.workflows.lookup import dates, unit_in_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from tidbok_cli.domain.audit import AuditEntry, AuditHead, AuditRow
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Rows about a resident, by an actor, of a unit, between dates, both included."""

    resident: str | None = None
    actor: str | None = None
    unit: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class AuditVerified:
    """What was wrong with the rows, and how many there are."""

    rows: int
    faults: tuple[AuditFault, ...]


def list_rows(context: Context, wanted: AuditFilter) -> Iterator[AuditListed]:
    """List what was recorded, in order; that somebody lists it is recorded too."""
    context.expect_purpose()
    number = context.resident(wanted.resident) if wanted.resident else None
    with context.reading() as reader:
        unit = unit_in_store(context, reader, wanted.unit).hsa_id if wanted.unit else None

        def listed() -> Iterator[AuditListed]:
            found = _found(context, reader, wanted, number)
            return (row for row in found if _is_wanted(row, wanted.actor, unit))

        people = {row.entry.resident for row in listed() if row.entry.resident}
        chosen = {"actor": wanted.actor, **dates(wanted.first, wanted.last)}
        context.look(shown=audit.numbered(reader, people), selection=chosen)
        yield from listed()


def _found(context: Context, reader: Reader, wanted: AuditFilter, number: str | None) -> Iterator[AuditListed]:
    """Yield rows of the store and of the file beside it, in order of time."""
    begins, ends = days(wanted.first, wanted.last)
    resident = find_resident(reader, number) if number else None
    in_store: Iterable[AuditRow] = ()
    if number is None or resident is not None:
        in_store = audit.rows_between(reader, begins, ends, resident)
    path = context.audit_file
    beside = (
        row
        for row in (rows_in(path) if path else ())
        if begins <= row.entry.recorded_at < ends and (number is None or _names(row.entry, number, resident))
    )
    yield from heapq.merge(
        (AuditListed("store", row.id, row.entry) for row in in_store),
        (AuditListed(str(path), row.id, row.entry) for row in beside),
        key=lambda row: row.entry.recorded_at,
    )


def _names(entry: AuditEntry, number: str, resident: int | None) -> bool:
    shown = entry.residents is not None and resident is not None and resident in unpacked(entry.residents)
    return shown or entry.resident == number


def _is_wanted(row: AuditListed, actor: str | None, unit: str | None) -> bool:
    """Tell whether a row is by the actor and of the unit: a list of all clinics is of each."""
    entry = row.entry
    if actor is not None and actor not in (entry.actor, entry.os_user):
        return False
    if unit is None:
        return True
    return entry.shown is not None if entry.units is None else unit in json.loads(entry.units)


def verify(context: Context, log: str | None) -> AuditVerified:
    """Find rows that were changed, removed, inserted or cut off, in the store and in the file beside it.

    `log`: a file of JSON lines that name heads of the chain.
    """
    heads = list(_heads(context, log)) if log else []
    with context.reading() as reader:
        count, faults = _verified(reader, heads)
    path = context.audit_file
    beside = list(chain_faults(rows_in(path))) if path else []
    return AuditVerified(count, (*faults, *(fault._replace(place=str(path)) for fault in beside)))


def _verified(reader: Reader, heads: list[AuditHead]) -> tuple[int, list[AuditFault]]:
    named = {head.id for head in heads}
    hashes: dict[int, str] = {}
    count = 0

    def counted() -> Iterator[AuditRow]:
        nonlocal count
        for row in audit.chain(reader):
            count += 1
            if count == 1 or row.id in named:
                hashes[row.id] = row.hash
            yield row

    faults = list(chain_faults(counted(), audit.purged(reader)))
    last = audit.head(reader)
    return count, list(chain(faults, head_faults(heads, hashes | {last.id: last.hash})))


def _heads(context: Context, log: str) -> Iterator[AuditHead]:
    try:
        with (context.folder / Path(log)).open("rb") as lines:
            yield from heads_in(lines)
    except OSError as error:
        problem = unreadable(error, log)
        raise BadInput(problem.code, where=Where(log), problems=(), **problem.params) from error
