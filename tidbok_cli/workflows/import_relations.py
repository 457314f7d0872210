"""Imports of relation events (contract, section 2, *Import files*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.booking_rows import EVENT, IncomingEvent, event_row
from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.store.write.import_events import record_laid_out
from tidbok_cli.store.write.import_rows import EVENTS, StagedRows
from tidbok_cli.workflows.import_places import UnitPlaces, good_rows
from tidbok_cli.workflows.import_rows import ImportKind, leave_first, opened_rows
from tidbok_cli.workflows.import_run import begin_batch, finished, rejected

if TYPE_CHECKING:
    from tidbok_cli.workflows.context import Context

RELATIONS: Final[ImportKind[IncomingEvent]] = ImportKind("relation", EVENT, event_row)


def import_events(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Import relation events from a CSV file or a workbook."""
    with opened_rows(context, source, handling, RELATIONS) as (read, rows), context.desk() as desk:
        with desk.laying_out() as writer:
            units, staged = UnitPlaces(context, writer), StagedRows(writer, EVENTS)
            good = good_rows(context, read, rows, units)
            staged.fill((row.number, row.line, units[row.unit], *row[2:-1]) for row in good)
            staged.name_units(units.hsa_ids)
            leave_first(read, staged)
        if read.refused():
            return rejected(read)
        with desk.writing(dry_run=handling.dry_run) as session:
            batch, recording = begin_batch(context, session, read)
            with context.progress.stage("writing"):
                staged.know(session, units.hsa_ids)
                created, idle = record_laid_out(session, writer, recording)
            report = ImportReport(
                created=created, unchanged=staged.count() - created, without_effect=idle, events=created
            )
            return finished(context, read, batch, report)
