"""Imports of bookings and open summonses (contract, section 2, *Import files*)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.booking import BookingOrigin, beginning, changed_columns, consequence, merge
from tidbok_cli.domain.booking_rows import IncomingBooking, IncomingSummons, booking_row
from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.domain.relation import Event
from tidbok_cli.errors import Problem, Where
from tidbok_cli.store.read.booking import residents_of
from tidbok_cli.store.read.unit import ShownLabels
from tidbok_cli.store.write.booking import BookingChanges, known_bookings, write
from tidbok_cli.store.write.engine import writer_of
from tidbok_cli.store.write.ids import resident_ids, unit_ids
from tidbok_cli.store.write.import_merge import ImportMerge, OriginConsequence
from tidbok_cli.store.write.import_rows import BOOKINGS, StagedRows
from tidbok_cli.store.write.relation import SINCE, add, derive, events_since, last_event
from tidbok_cli.store.write.summons import add_summonses, known_summonses, send
from tidbok_cli.workflows.consequences import Consequences
from tidbok_cli.workflows.import_complete import end_absent
from tidbok_cli.workflows.import_file import ALL_OR_NONE, CompleteFile, Handling, Source
from tidbok_cli.workflows.import_rows import (
    BOOKING_COLUMNS,
    KeysMet,
    RowsRead,
    UnitPlaces,
    good_rows,
    keep_first,
    leave_first,
    opened_rows,
)
from tidbok_cli.workflows.import_run import begin_batch, finished, rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlmodel import Session

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


_AT_ONCE: Final = 5000


def import_bookings(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Imports bookings and open summonses, from a CSV file, a workbook or GetSubjectOfCareScheduleResponse.

    Raises Refused where a whole file would end too many.
    """
    with opened_rows(context, source, handling, BOOKING_COLUMNS) as (read, rows), context.desk() as desk:
        with desk.laying_out() as writer:
            units, keys, incoming = UnitPlaces(context, writer), KeysMet(), StagedRows(writer, BOOKINGS)
            good = good_rows(context, read, rows, booking_row, units)
            incoming.fill(_laid_out_bookings(good, read, units, keys, context.at))
            repeated = leave_first(read, incoming, units, keys)
            repeated += keep_first(read, lambda row: (units[row.unit], row.summons_id))
            _reject_other_residents(writer, read, incoming, units)
        if read.refused():
            return rejected(read)
        with desk.writing(dry_run=handling.dry_run) as session:
            _reject_other_residents(writer_of(session), read, incoming, units)  # the store may have changed since
            if read.refused():
                return rejected(read)
            merging = _BookingImport(context, session, source, read, incoming, units)
            ended = None if handling.whole is None else merging.end_absent(handling.whole)
            report = merging.run()
            report.unchanged += repeated
            report.add_ended(ended)
            return finished(context, read, merging.batch, report)


def _laid_out_bookings(
    rows: Iterable[IncomingBooking | IncomingSummons],
    read: RowsRead[IncomingSummons],
    units: UnitPlaces,
    keys: KeysMet,
    at: int,
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


def _reject_other_residents(
    reader: Reader, read: RowsRead[IncomingSummons], incoming: StagedRows, units: UnitPlaces
) -> None:
    """Rejects the rows whose id the store knows as another resident's."""
    others = incoming.of_other_residents()
    for each in others:
        where = Where(read.source.name, each.line, "resident", each.row_id if read.xml else None)
        read.bad[each.number] = [Problem("booking.other_resident", {}, where)]
        read.named.append((each.unit_key, each.row_id))
    incoming.leave_out(each.number for each in others)
    named = {id(row): (units.key(row.unit), row.summons_id) for row in read.rows}
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
        context: Context,
        session: Session,
        source: Source,
        read: RowsRead[IncomingSummons],
        incoming: StagedRows,
        units: UnitPlaces,
    ) -> None:
        self._place, self._at, self._session, self._read = context, context.at, session, read
        self._progress = context.progress
        self._writer, self._incoming, self._units = writer_of(session), incoming, units
        self.batch, self._recording = begin_batch(context, session, "booking", source)
        self._numbers = unit_ids(session, units.hsa_ids)
        self._merging = ImportMerge(self._writer, self._recording)
        self._merging.know(BOOKINGS)
        self._policy = context.region.policy.clinic_booking_message
        self._following = Consequences(ShownLabels(self._writer), self._policy)
        self._report = ImportReport()

    def end_absent(self, whole: CompleteFile) -> int:
        """Ends what the file no longer has; says how many."""
        assert self.batch.id is not None
        summonses = ((row.unit, row.summons_id) for row in self._read.rows)
        with self._progress.stage("comparing"):
            return end_absent(self._place, self._writer, self._read, summonses, whole, self.batch.id)

    def run(self) -> ImportReport:
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
            self._merging.invite()
        self._report.unchanged += self._incoming.count() - self._report.created - self._report.updated
        self._report.events, self._report.without_effect = events_since(self._session, last)
        return self._report

    def _consequences(self) -> Iterator[OriginConsequence]:
        for origin in BookingOrigin:
            for shown in (False, True):
                yield OriginConsequence(origin, shown, consequence(origin, shown=shown, policy=self._policy))

    def _change(self) -> None:
        """Looks at the bookings that may have changed, so many at a time."""
        rows = self._merging.doubtful(self._read.says)
        while lot := list(islice(rows, _AT_ONCE)):
            self._change_some(lot)

    def _change_some(self, rows: list[IncomingBooking]) -> None:
        residents = resident_ids(self._session, (row.resident for row in rows))
        there = known_bookings(self._session, ((self._numbers[row.unit], row.booking_id) for row in rows))
        changes = BookingChanges()
        for row in rows:
            key = self._numbers[row.unit], row.booking_id
            known = there[key]
            record, revival = merge(known.record, row, self._at)
            if record != known.record:
                changes.changed.append((known, record))
                self._report.fields.update(changed_columns(known.record, record))
            if revival:
                changes.revivals.append((known, revival))
            self._following.made(key, residents[row.resident], known.record, record, row.line)
        self._report.updated += len(changes.changed)
        write(self._session, changes, residents)

    def _receive(self) -> None:
        """Receives the open summonses that are new."""
        rows = self._read.rows
        residents = resident_ids(self._session, (row.resident for row in rows))
        named = [((self._numbers[self._units.key(row.unit)], row.summons_id), row) for row in rows]
        there = known_summonses(self._session, (key for key, _ in named))
        new = {key: residents[row.resident] for key, row in named if key not in there}
        for key, row in named:
            if key in new:
                self._following.happened(key, new[key], Event.SUMMONS_RECEIVED, self._at, row.line)
        self._report.summons = len(new)
        self._report.unchanged += len(rows) - len(new)
        assert self.batch.id is not None
        add_summonses(self._session, new, self._at, self.batch.id)
