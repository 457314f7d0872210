"""The run of an import: all rows or none (contract, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.cells import without_numbers
from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.exchange.private_files import RejectedRow, write_rejected
from tidbok_cli.workflows.import_file import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.tables import ImportBatch
    from tidbok_cli.store.write.provenance import Provenance
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import RowsRead


def begin_batch(context: Context, session: Session, read: RowsRead[Any]) -> tuple[ImportBatch, Provenance]:
    """Note that an import is under way, and whence its events come."""
    from tidbok_cli.store.write.provenance import Provenance, add_batch

    source = str(without_numbers(read.source.name))
    batch = add_batch(session, read.kind.name, source, context.at, Provenance(context.now, context.actor))
    return batch, Provenance(context.now, context.actor, batch.id)


def finished(context: Context, read: RowsRead[Any], batch: ImportBatch, report: ImportReport) -> ImportReport:
    """The report of an import that is done, inside its transaction.

    Repeated rows are unchanged.
    """
    report.unchanged += read.repeated
    report.rejected, report.problems = len(read.bad), read.problems
    batch.created, batch.updated, batch.unchanged = report.created, report.updated, report.unchanged
    batch.rejected, batch.events = report.rejected, report.events
    write_bad_rows(context, read, report)
    return report


def write_bad_rows(context: Context, read: RowsRead[Any], report: ImportReport) -> None:
    """Write the bad rows that are left out, as they were.

    The file is read again.
    """
    path = read.rejected_file
    if path is None or not read.bad or read.handling.dry_run:
        return
    with opened(context, read.source) as data:
        rows = read.rows_in(data)
        bad = (
            RejectedRow("; ".join(map(context.tell, read.bad[number])), rows.record)
            for number, _ in enumerate(rows)
            if number in read.bad
        )
        write_rejected(path, rows.header, bad, rows.delimiter)
    report.rejected_file = str(path)


def rejected(read: RowsRead[Any]) -> ImportReport:
    """The report of bad rows alone, where nothing was taken."""
    return ImportReport(rejected=len(read.bad), problems=read.problems)


def carry_out(
    context: Context,
    read: RowsRead[Any],
    examine: Callable[[Reader], None],
    write: Callable[[Session, Reader, int], ImportReport],
) -> ImportReport:
    """Import rows that bring no relation events, in one transaction.

    `examine` rejects those that the store speaks against, before it is locked and again when it is; `write` gets the
    number of the import's batch.
    """
    with context.reading() as reader:
        examine(reader)
    if read.refused():
        return rejected(read)
    with context.writing(dry_run=read.handling.dry_run) as (session, reader):
        examine(reader)
        if read.refused():
            return rejected(read)
        batch, _ = begin_batch(context, session, read)
        assert batch.id is not None
        with context.progress.stage("writing"):
            report = write(session, reader, batch.id)
        return finished(context, read, batch, report)
