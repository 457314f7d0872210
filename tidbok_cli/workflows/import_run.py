"""What all imports share: all rows of a file or, where any is bad, none (contract, section 2, *Import files*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.cells import without_numbers
from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.store.write.provenance import Provenance, add_batch
from tidbok_cli.workflows.import_file import Source, opened, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlmodel import Session

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.tables import ImportBatch
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import RowsRead


def begin_batch(context: Context, session: Session, kind: str, source: Source) -> tuple[ImportBatch, Provenance]:
    """Notes that an import is under way, and says what is to be noted of the events that it brings."""
    batch = add_batch(session, kind, str(without_numbers(source.name)), context.at, context.now, context.actor)
    return batch, Provenance(context.now, context.actor, batch.id)


def finished(context: Context, read: RowsRead[Any], batch: ImportBatch, report: ImportReport) -> ImportReport:
    """The report of an import that is done, inside its transaction: with its bad rows, which were left out."""
    report.rejected, report.problems = len(read.bad), read.problems
    batch.created, batch.updated, batch.unchanged = report.created, report.updated, report.unchanged
    batch.rejected, batch.events = report.rejected, report.events
    if read.bad and read.rejected_file and not read.handling.dry_run:
        _write_bad_rows(context, read, read.rejected_file)
        report.rejected_file = str(read.rejected_file)
    return report


def _write_bad_rows(context: Context, read: RowsRead[Any], path: Path) -> None:
    """Reads the file again, and writes those of its rows that were found to be bad, as they were."""
    from tidbok_cli.exchange.private_files import RejectedRow, write_rejected

    with opened(context, read.source) as data:
        rows = rows_of(data, read.source, read.columns, xml=read.xml)
        bad = (
            RejectedRow("; ".join(map(context.tell, read.bad[number])), rows.record)
            for number, _ in enumerate(rows)
            if number in read.bad
        )
        write_rejected(path, rows.header, bad, rows.delimiter)


def rejected(read: RowsRead[Any]) -> ImportReport:
    """The report of an import that took nothing, for its bad rows."""
    return ImportReport(rejected=len(read.bad), problems=read.problems)


def carry_out(
    context: Context,
    read: RowsRead[Any],
    kind: str,
    examine: Callable[[Reader], None],
    write: Callable[[Session, Reader, int], ImportReport],
) -> ImportReport:
    """One import of rows that bring no relation events, in one transaction.

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
        batch, _ = begin_batch(context, session, kind, read.source)
        assert batch.id is not None
        with context.progress.stage("writing"):
            report = write(session, reader, batch.id)
        return finished(context, read, batch, report)
