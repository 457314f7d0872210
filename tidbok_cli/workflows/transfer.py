"""Imports: all rows of a file or, where any is bad, none (contract, section 2, *Import files*)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.bookings import Record, changed_columns, merge
from tidbok_cli.domain.cells import without_numbers
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.incoming import IncomingBooking, IncomingEvent, IncomingSummons
from tidbok_cli.domain.outcomes import Report
from tidbok_cli.domain.relations import Event
from tidbok_cli.errors import Problem
from tidbok_cli.store.listing import residents_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.files import ALL_OR_NONE, Handling, Source, opened, rows_of
from tidbok_cli.workflows.incoming import Read, keep_first, read_bookings, read_events, resolve_units
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.relations import Recorded, Recording
    from tidbok_cli.store.tables import ImportBatch


def import_events(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports relation events from a CSV file or a workbook."""
    read = read_events(place, source, handling)
    with place.reading() as reader:
        hsa_ids = resolve_units(place, reader, read)
    repeated = keep_first(read, lambda row: (hsa_key(hsa_ids[row.unit]), *row[2:-1]))
    if read.refused():
        return _rejected(read)
    with place.writing(dry_run=handling.dry_run) as (session, _):
        batch, recording = _batch(place, session, "relation", source)
        with place.progress.stage("writing"):
            recorded = _record_events(session, read.rows, hsa_ids, recording)
        created = len(recorded.ids)
        report = Report(
            created=created,
            unchanged=len(read.rows) - created + repeated,
            without_effect=recorded.without_effect,
            events=created,
        )
        return _finished(place, read, batch, report)


def _record_events(
    session: "Session", rows: list[IncomingEvent], hsa_ids: Mapping[str, str], recording: "Recording"
) -> "Recorded":
    from tidbok_cli.store.names import resident_ids, unit_ids
    from tidbok_cli.store.relations import NewEvent, record

    units = unit_ids(session, {hsa_key(hsa_id): hsa_id for hsa_id in hsa_ids.values()})
    residents = resident_ids(session, (row.resident for row in rows))
    events = (
        NewEvent(units[hsa_key(hsa_ids[row.unit])], residents[row.resident], row.event, row.occurred_at, row.line)
        for row in rows
    )
    return record(session, events, recording)


def import_bookings(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports bookings and open summonses, from a CSV file, a workbook or GetSubjectOfCareScheduleResponse."""
    read = read_bookings(place, source, handling)
    with place.reading() as reader:
        hsa_ids = resolve_units(place, reader, read)
        repeated = keep_first(read, lambda row: (type(row), hsa_key(hsa_ids[row.unit]), row[2]))
        _reject_other_residents(reader, read, hsa_ids)
    if read.refused():
        return _rejected(read)
    with place.writing(dry_run=handling.dry_run) as (session, reader):
        _reject_other_residents(reader, read, hsa_ids)  # the store may have changed since
        if read.refused():
            return _rejected(read)
        merging = _Merging(place, session, reader, source, read.rows, hsa_ids)
        report = merging.run()
        report.unchanged += repeated
        return _finished(place, read, merging.batch, report)


def _reject_other_residents(
    reader: Reader, read: Read[IncomingBooking | IncomingSummons], hsa_ids: Mapping[str, str]
) -> None:
    """Rejects the rows whose id the store knows as another resident's."""
    good = []
    for kind in (IncomingBooking, IncomingSummons):
        rows = [row for row in read.rows if isinstance(row, kind)]
        there = residents_of(
            reader,
            "booking" if kind is IncomingBooking else "summons",
            ((hsa_key(hsa_ids[row.unit]), row[2]) for row in rows),
        )
        for row in rows:
            if there.get((hsa_key(hsa_ids[row.unit]), row[2]), row.resident) == row.resident:
                good.append(row)
            else:
                read.reject(row, Problem("booking.other_resident", {}, read.where(row, "resident")))
    read.rows = good


class _Merging:
    """One import of bookings, inside its transaction; none of the rows is another resident's."""

    def __init__(
        self,
        place: Workplace,
        session: "Session",
        reader: Reader,
        source: Source,
        rows: list[IncomingBooking | IncomingSummons],
        hsa_ids: Mapping[str, str],
    ) -> None:
        from tidbok_cli.store.configurations import Configurations
        from tidbok_cli.store.names import resident_ids, unit_ids
        from tidbok_cli.workflows.following import Following

        self._at, self._session, self._rows, self._progress = place.at, session, rows, place.progress
        self.batch, self._recording = _batch(place, session, "booking", source)
        keys = {text: hsa_key(hsa_id) for text, hsa_id in hsa_ids.items()}
        numbers = unit_ids(session, {keys[text]: hsa_id for text, hsa_id in hsa_ids.items()})
        self._units = {text: numbers[key] for text, key in keys.items()}
        self._residents = resident_ids(session, (row.resident for row in rows))
        self._following = Following(Configurations(reader), place.region.policy.clinic_booking_message)
        self._report = Report()

    def run(self) -> Report:
        """Writes what the rows change, and what follows from it."""
        self._merge([row for row in self._rows if isinstance(row, IncomingBooking)])
        self._receive([row for row in self._rows if isinstance(row, IncomingSummons)])
        with self._progress.stage("writing"):
            recorded = self._following.write(self._session, self._recording)
        self._report.events, self._report.without_effect = len(recorded.ids), recorded.without_effect
        return self._report

    def _merge(self, rows: list[IncomingBooking]) -> None:
        from tidbok_cli.store.bookings import Changes, known_bookings, write

        there = known_bookings(self._session, ((self._units[row.unit], row.booking_id) for row in rows))
        changes = Changes()
        for row in self._progress.track(rows, "comparing", len(rows)):
            key = self._units[row.unit], row.booking_id
            known = there.get(key)
            before = known.record if known else None
            record, revival = merge(before, row, self._at)
            if known is None:
                changes.new[key] = record
            elif record != known.record:
                changes.changed[key] = known, record
                self._report.fields.update(changed_columns(known.record, record))
            if known and revival:
                changes.revivals.append((known, revival))
            self._follow(key, row, before, record)
        self._report.created, self._report.updated = len(changes.new), len(changes.changed)
        self._report.unchanged = len(rows) - len(changes.new) - len(changes.changed)
        with self._progress.stage("writing"):
            write(self._session, changes, self._residents, imported=True, batch_id=self.batch.id)

    def _follow(self, key: tuple[int, str], row: IncomingBooking, before: Record | None, told: Record) -> None:
        resident_id = self._residents[row.resident]
        self._following.made(key, resident_id, before, told, row.line)
        if row.invitation:
            self._following.invited(key, resident_id, told, row.line)

    def _receive(self, rows: list[IncomingSummons]) -> None:
        from tidbok_cli.store.bookings import add_summonses, known_summonses

        there = known_summonses(self._session, ((self._units[row.unit], row.summons_id) for row in rows))
        new = {}
        for row in rows:
            key = self._units[row.unit], row.summons_id
            if key not in there:
                new[key] = self._residents[row.resident]
                self._following.happened(key, new[key], Event.SUMMONS_RECEIVED, self._at, row.line)
        self._report.summons = len(new)
        self._report.unchanged += len(rows) - len(new)
        assert self.batch.id is not None
        add_summonses(self._session, new, self._at, self.batch.id)


def _batch(place: Workplace, session: "Session", kind: str, source: Source) -> "tuple[ImportBatch, Recording]":
    from tidbok_cli.store.bookings import add_batch
    from tidbok_cli.store.relations import Recording

    batch = add_batch(session, kind, str(without_numbers(source.name)), place.at, place.now, place.actor)
    return batch, Recording(place.now, place.actor, batch.id)


def _finished(place: Workplace, read: Read[Any], batch: "ImportBatch", report: Report) -> Report:
    """The report of an import that is done, inside its transaction: with its bad rows, which were left out."""
    report.rejected, report.problems = len(read.bad), read.problems
    batch.created, batch.updated, batch.unchanged = report.created, report.updated, report.unchanged
    batch.rejected, batch.events = report.rejected, report.events
    if read.bad and read.rejected_file and not read.handling.dry_run:
        _write_bad_rows(place, read, read.rejected_file)
        report.rejected_file = str(read.rejected_file)
    return report


def _write_bad_rows(place: Workplace, read: Read[Any], path: Path) -> None:
    """Reads the file again, and writes those of its rows that were found to be bad, as they were."""
    from tidbok_cli.exchange.rejected import Rejected, write_rejected

    with opened(place, read.source) as data:
        rows = rows_of(data, read.source, read.columns, xml=read.xml)
        bad = (
            Rejected("; ".join(map(place.tell, read.bad[number])), rows.record)
            for number, _ in enumerate(rows)
            if number in read.bad
        )
        write_rejected(path, rows.header, bad, rows.delimiter)


def _rejected(read: Read[Any]) -> Report:
    return Report(rejected=len(read.bad), problems=read.problems)


def carry_out(
    place: Workplace,
    read: Read[Any],
    kind: str,
    examine: Callable[[Reader], None],
    write: Callable[["Session", Reader, int], Report],
) -> Report:
    """One import of rows that bring no relation events, in one transaction.

    `examine` rejects those that the store speaks against, before it is locked and again when it is; `write` gets the
    number of the import's batch.
    """
    with place.reading() as reader:
        examine(reader)
    if read.refused():
        return _rejected(read)
    with place.writing(dry_run=read.handling.dry_run) as (session, reader):
        examine(reader)
        if read.refused():
            return _rejected(read)
        batch, _ = _batch(place, session, kind, read.source)
        assert batch.id is not None
        with place.progress.stage("writing"):
            report = write(session, reader, batch.id)
        return _finished(place, read, batch, report)
