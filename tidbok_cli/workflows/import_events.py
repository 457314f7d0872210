"""Imports of relation events (contract, section 2, *Import files*)."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tidbok_cli.domain.incoming import IncomingEvent, event_row
from tidbok_cli.domain.outcomes.upkeep import Report
from tidbok_cli.store.engine import writer_of
from tidbok_cli.store.incoming import EVENTS, Incoming
from tidbok_cli.store.merging import Merging
from tidbok_cli.store.names import unit_ids
from tidbok_cli.store.relations import SINCE, Recording, derive, events_since, last_event
from tidbok_cli.workflows.files import ALL_OR_NONE, Handling, Source
from tidbok_cli.workflows.incoming import EVENT_COLUMNS, Keys, Units, good_rows, leave_first, opened_rows
from tidbok_cli.workflows.transfer import begin_batch, finished, rejected
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session


def import_events(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports relation events from a CSV file or a workbook."""
    with opened_rows(place, source, handling, EVENT_COLUMNS) as (read, rows), place.desk() as desk:
        with desk.laying_out() as writer:
            units, keys, incoming = Units(place, writer), Keys(), Incoming(writer, EVENTS)
            incoming.fill(_laid_out_events(good_rows(place, read, rows, event_row, units), units, keys))
            repeated = leave_first(read, incoming, units, keys)
        if read.refused():
            return rejected(read)
        with desk.writing(dry_run=handling.dry_run) as session:
            batch, recording = begin_batch(place, session, "relation", source)
            with place.progress.stage("writing"):
                created, idle = _record_events(session, units, recording)
            unchanged = incoming.count() - created + repeated
            report = Report(created=created, unchanged=unchanged, without_effect=idle, events=created)
            return finished(place, read, batch, report)


def _laid_out_events(rows: Iterable[IncomingEvent], units: Units, keys: Keys) -> Iterator[tuple[object, ...]]:
    for line, unit, resident, event, occurred_at, number in rows:
        place = units[unit]
        keys.meet((place, resident, event, occurred_at), number)
        yield number, line, place, resident, str(event), occurred_at


def _record_events(session: "Session", units: Units, recording: Recording) -> tuple[int, int]:
    """How many events are new to the log, and how many of them have no effect."""
    writer = writer_of(session)
    unit_ids(session, units.hsa_ids)
    merging = Merging(writer, recording)
    merging.know(EVENTS)
    last = last_event(session)
    with writer.without_indices("relation_event"):
        merging.record_events()
    derive(writer, SINCE, last=last)
    return events_since(session, last)
