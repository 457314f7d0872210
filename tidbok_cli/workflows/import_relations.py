"""Imports of relation events (contract, section 2, *Import files*)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.booking_rows import EVENT, IncomingEvent, event_row
from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.store.write.import_events import record_laid_out
from tidbok_cli.store.write.import_rows import EVENTS, StagedRows
from tidbok_cli.workflows.import_lots import Staging
from tidbok_cli.workflows.import_places import PlacedRows, UnitPlaces
from tidbok_cli.workflows.import_rows import ImportKind, RowsRead, leave_first
from tidbok_cli.workflows.import_run import begin_batch, finished, rejected, run_import

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.store.write.import_rows import StagedTuple
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import FileRows

RELATIONS: Final[ImportKind[IncomingEvent]] = ImportKind("relation", EVENT, event_row, parse_lot=EVENT.read_lot)


def import_events(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Import relation events from a CSV file or a workbook."""
    context.expect_purpose()  # the report tells whether a resident is known
    return run_import(context, source, handling, RELATIONS, _import)


def _import(context: Context, read: RowsRead[IncomingEvent], rows: FileRows) -> ImportReport:
    with context.desk() as desk:
        with desk.laying_out() as writer:
            units, staged = UnitPlaces(context, writer), StagedRows(writer, EVENTS)
            placed = PlacedRows(context, read, units)
            staged.fill(Staging(placed, partial(_laid_out, units), lambda _, values: values).lots(rows))
            staged.name_units(units.hsa_ids)
            leave_first(read, staged)
            read.known = staged.residents()
        if read.refused():
            return rejected(read)
        with desk.writing(dry_run=read.handling.dry_run, fills=("relation_event",)) as session:
            numbers = staged.know(session, units.hsa_ids)
            batch, recording = begin_batch(context, session, writer, read, numbers)
            with context.progress.stage("writing"):
                created, idle = record_laid_out(session, writer, recording)
            report = ImportReport(
                created=created, unchanged=staged.count - created, without_effect=idle, events=created
            )
            return finished(context, session, read, batch, report)


def _laid_out(units: UnitPlaces, rows: Iterable[IncomingEvent]) -> Iterator[StagedTuple]:
    """Rows of the staging table."""
    return ((row.number, row.line, units[row.unit], *row[2:-1]) for row in rows)
