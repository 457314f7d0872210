"""Imports: all rows of a file or, where any is bad, none (contract, section 2, *Import files*)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tidbok_cli.domain.bookings import Record, merge
from tidbok_cli.domain.cells import without_numbers
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.incoming import IncomingBooking, IncomingEvent, IncomingSummons
from tidbok_cli.domain.outcomes import Report
from tidbok_cli.domain.relations import Event
from tidbok_cli.errors import Problem
from tidbok_cli.store.listing import residents_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.incoming import Read, Source, keep_first, read_bookings, read_events, resolve_units
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.relations import Recording
    from tidbok_cli.store.tables import ImportBatch


def import_events(place: Workplace, source: Source) -> Report:
    """Imports relation events from a CSV file."""
    read = read_events(place, source)
    with place.reading() as reader:
        hsa_ids = resolve_units(place, reader, read)
    repeated = keep_first(read, lambda row: (hsa_key(hsa_ids[row.unit]), *row[2:]))
    if read.rejected:
        return _rejected(read)
    return _record_events(place, source, read.rows, hsa_ids, repeated)


def _record_events(
    place: Workplace, source: Source, rows: list[IncomingEvent], hsa_ids: Mapping[str, str], repeated: int
) -> Report:
    from tidbok_cli.store.names import resident_ids, unit_ids
    from tidbok_cli.store.relations import NewEvent, record

    with place.writing() as (session, _):
        batch, recording = _batch(place, session, "relation", source)
        units = unit_ids(session, {hsa_key(hsa_id): hsa_id for hsa_id in hsa_ids.values()})
        residents = resident_ids(session, (row.resident for row in rows))
        events = (
            NewEvent(units[hsa_key(hsa_ids[row.unit])], residents[row.resident], row.event, row.occurred_at, row.line)
            for row in rows
        )
        recorded = record(session, events, recording)
        created = len(recorded.ids)
        report = Report(
            created=created,
            unchanged=len(rows) - created + repeated,
            without_effect=recorded.without_effect,
            events=created,
        )
        _close(batch, report)
        return report


def import_bookings(place: Workplace, source: Source) -> Report:
    """Imports bookings and open summonses, from a CSV file or from GetSubjectOfCareScheduleResponse."""
    read = read_bookings(place, source)
    with place.reading() as reader:
        hsa_ids = resolve_units(place, reader, read)
        repeated = keep_first(read, lambda row: (type(row), hsa_key(hsa_ids[row.unit]), row[2]))
        sound = _reject_other_residents(reader, read, hsa_ids)
    if not sound:
        return _rejected(read)
    with place.writing() as (session, reader):
        if not _reject_other_residents(reader, read, hsa_ids):  # the store may have changed since
            return _rejected(read)
        merging = _Merging(place, session, reader, source, read.rows, hsa_ids)
        report = merging.run()
        report.unchanged += repeated
        _close(merging.batch, report)
        return report


def _reject_other_residents(
    reader: Reader, read: Read[IncomingBooking | IncomingSummons], hsa_ids: Mapping[str, str]
) -> bool:
    """Rejects the rows whose id the store knows as another resident's; says whether the file has no bad row at all."""
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
                read.reject(Problem("booking.other_resident", {}, read.where(row, "resident")))
    read.rows = good
    return not read.rejected


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

        self._at, self._session, self._rows = place.at, session, rows
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
        recorded = self._following.write(self._session, self._recording)
        self._report.events, self._report.without_effect = len(recorded.ids), recorded.without_effect
        return self._report

    def _merge(self, rows: list[IncomingBooking]) -> None:
        from tidbok_cli.store.bookings import Changes, known_bookings, write

        there = known_bookings(self._session, ((self._units[row.unit], row.booking_id) for row in rows))
        changes = Changes()
        for row in rows:
            key = self._units[row.unit], row.booking_id
            known = there.get(key)
            before = known.record if known else None
            record, revival = merge(before, row, self._at)
            if known is None:
                changes.new[key] = record
            elif record != known.record:
                changes.changed[key] = known, record
            if known and revival:
                changes.revivals.append((known, revival))
            self._follow(key, row, before, record)
        self._report.created, self._report.updated = len(changes.new), len(changes.changed)
        self._report.unchanged = len(rows) - len(changes.new) - len(changes.changed)
        write(self._session, changes, self._residents, imported=True, batch_id=self.batch.id)

    def _follow(self, key: tuple[int, str], row: IncomingBooking, before: Record | None, told: Record) -> None:
        resident_id = self._residents[row.resident]
        self._following.made(key, resident_id, before, told, row.line)
        if row.invitation:
            self._following.happened(key, resident_id, Event.SUMMONS_RECEIVED, told.created_at, row.line)

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


def _close(batch: "ImportBatch", report: Report) -> None:
    batch.created, batch.updated, batch.unchanged = report.created, report.updated, report.unchanged
    batch.rejected, batch.events = report.rejected, report.events


def _rejected(read: Read[IncomingBooking | IncomingSummons] | Read[IncomingEvent]) -> Report:
    in_order = sorted(read.problems, key=lambda problem: problem.where.line or 0)
    return Report(rejected=read.rejected, problems=tuple(in_order))
