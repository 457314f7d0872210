"""Imports: all rows of a file or, where any is bad, none (contract, section 2, *Import files*)."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.bookings import Origin, beginning, changed_columns, consequence, merge
from tidbok_cli.domain.cells import without_numbers
from tidbok_cli.domain.incoming import IncomingBooking, IncomingEvent, IncomingSummons, booking_row, event_row
from tidbok_cli.domain.outcomes import Report
from tidbok_cli.domain.relations import Event
from tidbok_cli.errors import Problem, Where
from tidbok_cli.store.bookings import Changes, add_batch, add_summonses, known_bookings, known_summonses, send, write
from tidbok_cli.store.configurations import Configurations
from tidbok_cli.store.engine import writer_of
from tidbok_cli.store.incoming import BOOKINGS, EVENTS, Incoming
from tidbok_cli.store.listing import residents_of
from tidbok_cli.store.merging import Follows, Merging
from tidbok_cli.store.names import resident_ids, unit_ids
from tidbok_cli.store.reading import Reader
from tidbok_cli.store.relations import SINCE, Recording, add, derive, events_since, last_event
from tidbok_cli.workflows.files import ALL_OR_NONE, Handling, Source, opened, rows_of
from tidbok_cli.workflows.following import Following
from tidbok_cli.workflows.incoming import (
    BOOKING_COLUMNS,
    EVENT_COLUMNS,
    Keys,
    Read,
    Units,
    good_rows,
    keep_first,
    leave_first,
    opened_rows,
)
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.tables import ImportBatch

_AT_ONCE: Final = 5000


def import_events(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports relation events from a CSV file or a workbook."""
    with opened_rows(place, source, handling, EVENT_COLUMNS) as (read, rows), place.desk() as desk:
        with desk.laying_out() as writer:
            units, keys, incoming = Units(place, writer), Keys(), Incoming(writer, EVENTS)
            incoming.fill(_laid_out_events(good_rows(place, read, rows, event_row, units), units, keys))
            repeated = _settle(read, incoming, units, keys)
        if read.refused():
            return _rejected(read)
        with desk.writing(dry_run=handling.dry_run) as session:
            batch, recording = _batch(place, session, "relation", source)
            with place.progress.stage("writing"):
                created, idle = _record_events(session, units, recording)
            unchanged = incoming.count() - created + repeated
            report = Report(created=created, unchanged=unchanged, without_effect=idle, events=created)
            return _finished(place, read, batch, report)


def _laid_out_events(rows: Iterable[IncomingEvent], units: Units, keys: Keys) -> Iterator[tuple[object, ...]]:
    for line, unit, resident, event, occurred_at, number in rows:
        place = units[unit]
        keys.meet((place, resident, event, occurred_at), number)
        yield number, line, place, resident, str(event), occurred_at


def _settle(read: Read[Any], incoming: Incoming, units: Units, keys: Keys) -> int:
    """Names the units, and leaves of rows with one key the first; says how many were the same again."""
    incoming.name_units(units.hsa_ids)
    return leave_first(read, incoming, keys)


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


def import_bookings(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports bookings and open summonses, from a CSV file, a workbook or GetSubjectOfCareScheduleResponse."""
    with opened_rows(place, source, handling, BOOKING_COLUMNS) as (read, rows), place.desk() as desk:
        with desk.laying_out() as writer:
            units, keys, incoming = Units(place, writer), Keys(), Incoming(writer, BOOKINGS)
            good = good_rows(place, read, rows, booking_row, units)
            incoming.fill(_laid_out_bookings(good, read, units, keys, place.at))
            repeated = _settle(read, incoming, units, keys)
            repeated += keep_first(read, lambda row: (units[row.unit], row.summons_id))
            _reject_other_residents(writer, read, incoming, units)
        if read.refused():
            return _rejected(read)
        with desk.writing(dry_run=handling.dry_run) as session:
            _reject_other_residents(writer_of(session), read, incoming, units)  # the store may have changed since
            if read.refused():
                return _rejected(read)
            merging = _BookingImport(place, session, source, read, incoming, units)
            report = merging.run()
            report.unchanged += repeated
            return _finished(place, read, merging.batch, report)


def _laid_out_bookings(
    rows: Iterable[IncomingBooking | IncomingSummons], read: Read[IncomingSummons], units: Units, keys: Keys, at: int
) -> Iterator[tuple[object, ...]]:
    """Open summonses, which are few, are kept at hand instead."""
    for row in rows:
        if isinstance(row, IncomingSummons):
            read.rows.append(row)
            continue
        place = units[row.unit]
        keys.meet((place, row.booking_id), row.number)
        read.says = row.says
        created_at, ended_at, ended_as = beginning(row, at)
        status = str(row.status) if row.status else None
        yield (
            row.number, row.line, place, row.booking_id, row.code, row.resident, row.starts_at, row.ends_at, status,
            row.created_at, row.ended_at, row.origin, row.calendar, row.care_type, int(row.invitation), created_at,
            ended_at, ended_as and str(ended_as),
        )  # fmt: skip


def _reject_other_residents(reader: Reader, read: Read[IncomingSummons], incoming: Incoming, units: Units) -> None:
    """Rejects the rows whose id the store knows as another resident's."""
    others = incoming.of_other_residents()
    for each in others:
        where = Where(read.source.name, each.line, "resident", each.row_id if read.xml else None)
        read.bad[each.number] = [Problem("booking.other_resident", {}, where)]
    incoming.leave_out(each.number for each in others)
    keys = list(units.hsa_ids)
    named = {id(row): (keys[units[row.unit] or 0], row.summons_id) for row in read.rows}
    there = residents_of(reader, "summons", named.values())
    good = []
    for row in read.rows:
        if there.get(named[id(row)], row.resident) == row.resident:
            good.append(row)
        else:
            read.reject(row, Problem("booking.other_resident", {}, read.where(row, "resident")))
    read.rows = good


class _BookingImport:
    """One import of bookings, inside its transaction; none of the rows is another resident's."""

    def __init__(
        self,
        place: Workplace,
        session: "Session",
        source: Source,
        read: Read[IncomingSummons],
        incoming: Incoming,
        units: Units,
    ) -> None:

        self._at, self._session, self._read, self._progress = place.at, session, read, place.progress
        self._writer, self._incoming, self._units = writer_of(session), incoming, units
        self.batch, self._recording = _batch(place, session, "booking", source)
        self._numbers = unit_ids(session, units.hsa_ids)
        self._merging = Merging(self._writer, self._recording)
        self._merging.know(BOOKINGS)
        self._policy = place.region.policy.clinic_booking_message
        self._following = Following(Configurations(self._writer), self._policy)
        self._report = Report()

    def run(self) -> Report:
        """Writes what the rows change, and what follows from it."""
        with self._progress.stage("comparing"):
            self._report.created = self._merging.compare(self._read.says)
        last = last_event(self._session)
        with self._progress.stage("writing"):
            with self._writer.without_indices("relation_event"):
                self._merging.follow(self._consequences())
            self._change()
            self._receive()
            add(self._session, self._following.events, self._recording)
            derive(self._writer, SINCE, last=last)
            self._merging.write()
            send(self._session, self._following.messages)
        self._report.unchanged += self._incoming.count() - self._report.created - self._report.updated
        self._report.events, self._report.without_effect = events_since(self._session, last)
        return self._report

    def _consequences(self) -> Iterator[Follows]:
        for origin in Origin:
            for shown in (False, True):
                yield Follows(origin, shown, consequence(origin, shown=shown, policy=self._policy))

    def _change(self) -> None:
        """Looks at the bookings that may have changed, so many at a time."""
        rows = self._merging.doubtful(self._read.says)
        while lot := list(islice(rows, _AT_ONCE)):
            self._change_some(lot)

    def _change_some(self, rows: list[IncomingBooking]) -> None:

        residents = resident_ids(self._session, (row.resident for row in rows))
        there = known_bookings(self._session, ((self._numbers[row.unit], row.booking_id) for row in rows))
        changes = Changes()
        for row in rows:
            key = self._numbers[row.unit], row.booking_id
            known = there[key]
            record, revival = merge(known.record, row, self._at)
            if record != known.record:
                changes.changed[key] = known, record
                self._report.fields.update(changed_columns(known.record, record))
            if revival:
                changes.revivals.append((known, revival))
            self._following.made(key, residents[row.resident], known.record, record, row.line)
        self._report.updated += len(changes.changed)
        write(self._session, changes, residents, imported=True, batch_id=self.batch.id)

    def _receive(self) -> None:
        """Receives the open summonses that are new."""

        rows, keys = self._read.rows, list(self._units.hsa_ids)
        residents = resident_ids(self._session, (row.resident for row in rows))
        named = [((self._numbers[keys[self._units[row.unit] or 0]], row.summons_id), row) for row in rows]
        there = known_summonses(self._session, (key for key, _ in named))
        new = {key: residents[row.resident] for key, row in named if key not in there}
        for key, row in named:
            if key in new:
                self._following.happened(key, new[key], Event.SUMMONS_RECEIVED, self._at, row.line)
        self._report.summons = len(new)
        self._report.unchanged += len(rows) - len(new)
        assert self.batch.id is not None
        add_summonses(self._session, new, self._at, self.batch.id)


def _batch(place: Workplace, session: "Session", kind: str, source: Source) -> "tuple[ImportBatch, Recording]":
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
