"""Merge of an import's bookings into the store, inside its transaction."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.booking import BookingOrigin, consequence
from tidbok_cli.domain.booking_merge import changed_columns, merge
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.store.read.unit import ShownLabels
from tidbok_cli.store.write.booking import BookingChanges, known_bookings, write
from tidbok_cli.store.write.ids import resident_ids
from tidbok_cli.store.write.import_merge import BookingMerge, OriginConsequence
from tidbok_cli.workflows.consequences import Consequences
from tidbok_cli.workflows.import_complete import end_absent
from tidbok_cli.workflows.import_summonses import receive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.booking_rows import IncomingBooking, IncomingSummons
    from tidbok_cli.domain.region import ClinicBookingMessage
    from tidbok_cli.store.write.import_known import KnownRows
    from tidbok_cli.store.write.import_rows import StagedRows
    from tidbok_cli.store.write.provenance import Provenance
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_places import UnitPlaces
    from tidbok_cli.workflows.import_rows import RowsRead

_AT_ONCE: Final = 5000


def merge_bookings(
    context: Context,
    session: Session,
    read: RowsRead[IncomingSummons],
    staged: StagedRows,
    known: KnownRows,
    units: UnitPlaces,
    numbers: Mapping[str, int],
    recording: Provenance,
) -> ImportReport:
    """Write the rows' changes, and what follows from them.

    `numbers`: the store's, of the units by key. None of the rows is another resident's. Raises Refused where a whole
    file would end too many.
    """
    assert recording.batch_id is not None
    report = ImportReport()
    policy = context.region.policy.clinic_booking_message
    following = Consequences(ShownLabels(staged.writer), policy)
    merging = BookingMerge(session, staged.writer, recording, read.says)
    with context.progress.stage("comparing"):
        absent = end_absent(context, staged.writer, read, recording.batch_id)
        report.created = merging.compare(staged.count, known)
        read.doubt_ids(merging.like_stored(), context.warn)
    with context.progress.stage("writing"):
        merging.follow(_consequences(policy))
        rows = merging.doubtful()
        while lot := list(islice(rows, _AT_ONCE)):
            _change(session, lot, numbers, following, recording.batch_id, context.at, report)
        summonses = {(numbers[units.key(row.unit)], row.summons_id): row for row in read.rows}
        report.summons = receive(session, summonses, following, context.at, recording.batch_id)
        report.events, report.without_effect = merging.finish(following.events, following.messages)
    report.unchanged = staged.count - report.created - report.updated + len(summonses) - report.summons
    report.add_absent(absent)
    return report


def _consequences(policy: ClinicBookingMessage) -> Iterator[OriginConsequence]:
    for origin in BookingOrigin:
        for shown in (False, True):
            yield OriginConsequence(origin, shown, consequence(origin, shown=shown, policy=policy))


def _change(
    session: Session,
    rows: list[IncomingBooking],
    numbers: Mapping[str, int],
    following: Consequences,
    batch_id: int,
    at: int,
    report: ImportReport,
) -> None:
    """Change bookings of which rows, by the unit's key, say something new."""
    residents = resident_ids(session, (row.resident for row in rows))
    there = known_bookings(session, ((numbers[row.unit], row.booking_id) for row in rows))
    changes = BookingChanges(batch_id)
    for row in rows:
        key = numbers[row.unit], row.booking_id
        known = there[key]
        record, revival = merge(known.record, row, at)
        if record != known.record:
            changes.changed.append((known, record))
            report.fields.update(changed_columns(known.record, record))
            report.cancelled[key[0]] += known.record.ended_as is None and record.ended_as is BookingStatus.CANCELLED
        if revival:
            changes.revivals.append((known, revival))
        following.made(key, residents[row.resident], known.record, record, row.line)
    report.updated += len(changes.changed)
    write(session, changes, residents)
