"""Imports of relation events (contract, section 2, *Import files*)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.booking_rows import IncomingEvent, event_row
from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.store.write.engine import writer_of
from tidbok_cli.store.write.ids import unit_ids
from tidbok_cli.store.write.import_merge import ImportMerge
from tidbok_cli.store.write.import_rows import EVENTS, StagedRows
from tidbok_cli.store.write.relation import SINCE, derive, events_since, last_event
from tidbok_cli.workflows.import_file import ALL_OR_NONE, Handling, Source
from tidbok_cli.workflows.import_rows import EVENT_COLUMNS, KeysMet, UnitPlaces, good_rows, leave_first, opened_rows
from tidbok_cli.workflows.import_run import begin_batch, finished, rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlmodel import Session

    from tidbok_cli.store.write.provenance import Provenance
    from tidbok_cli.workflows.context import Context


def import_events(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Imports relation events from a CSV file or a workbook."""
    with opened_rows(context, source, handling, EVENT_COLUMNS) as (read, rows), context.desk() as desk:
        with desk.laying_out() as writer:
            units, keys, incoming = UnitPlaces(context, writer), KeysMet(), StagedRows(writer, EVENTS)
            incoming.fill(_laid_out_events(good_rows(context, read, rows, event_row, units), units, keys))
            repeated = leave_first(read, incoming, units, keys)
        if read.refused():
            return rejected(read)
        with desk.writing(dry_run=handling.dry_run) as session:
            batch, recording = begin_batch(context, session, "relation", source)
            with context.progress.stage("writing"):
                created, idle = _record_events(session, units, recording)
            unchanged = incoming.count() - created + repeated
            report = ImportReport(created=created, unchanged=unchanged, without_effect=idle, events=created)
            return finished(context, read, batch, report)


def _laid_out_events(rows: Iterable[IncomingEvent], units: UnitPlaces, keys: KeysMet) -> Iterator[tuple[object, ...]]:
    for line, unit, resident, event, occurred_at, number in rows:
        place = units[unit]
        keys.meet((place, resident, event, occurred_at), number)
        yield number, line, place, resident, str(event), occurred_at


def _record_events(session: Session, units: UnitPlaces, recording: Provenance) -> tuple[int, int]:
    """How many events are new to the log, and how many of them have no effect."""
    writer = writer_of(session)
    unit_ids(session, units.hsa_ids)
    merging = ImportMerge(writer, recording)
    merging.know(EVENTS)
    last = last_event(session)
    with writer.without_indices("relation_event"):
        merging.record_events()
    derive(writer, SINCE, last=last)
    return events_since(session, last)
