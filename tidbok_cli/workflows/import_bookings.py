"""Imports of bookings and open summonses (contract, section 2, *Import files*)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.booking_merge import unsaid_beginning, unsaid_beginnings
from tidbok_cli.domain.booking_rows import BOOKING, IncomingBooking, IncomingSummons, booking_lot, booking_row
from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.formats import BOOKING_FORMATS, SCHEDULE
from tidbok_cli.store.audit import numbered
from tidbok_cli.store.write.composed import compose_staged
from tidbok_cli.store.write.import_known import KnownRows
from tidbok_cli.store.write.import_rows import BOOKINGS, StagedRows
from tidbok_cli.workflows.import_booking_merge import merge_bookings
from tidbok_cli.workflows.import_lots import Staging
from tidbok_cli.workflows.import_places import PlacedRows, UnitPlaces
from tidbok_cli.workflows.import_rows import ImportKind, RowsRead, keep_first, leave_first
from tidbok_cli.workflows.import_run import begin_batch, finished, rejected, run_import
from tidbok_cli.workflows.import_summonses import OTHER_RESIDENT, reject_of_other_residents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.domain.cells import CellParsers
    from tidbok_cli.exchange.rows import LotCells
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.import_rows import StagedTuple
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import FileRows

KIND: Final[ImportKind[Any]] = ImportKind(
    "booking", BOOKING, booking_row, BOOKING_FORMATS, as_of=True, parse_lot=booking_lot
)


_LIFE: Final = [
    place for place, column in enumerate(BOOKING.in_row[1:]) if column.name in ("status", "created_at", "ended_at")
]
"""Places of these values among those behind the unit."""


def import_bookings(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Import bookings and open summonses.

    From a CSV file, a workbook or GetSubjectOfCareScheduleResponse. Raises Refused where a whole file would end too
    many.
    """
    context.expect_purpose()  # the report tells whether a resident is known
    return run_import(context, source, handling, KIND, _import)


def _import(context: Context, read: RowsRead[IncomingSummons], rows: FileRows) -> ImportReport:
    if read.source.invitation_tells and read.form is not SCHEDULE:
        raise BadInput("rivta.origin_in_vain", where=Where(column="--origin-from-invitation"))
    with context.desk() as desk:
        with desk.laying_out() as writer:
            units, staged = UnitPlaces(context, writer), StagedRows(writer, BOOKINGS)
            placed: PlacedRows[Any] = PlacedRows(context, read, units)
            one_by_one = partial(_laid_out, read, units, context.at)
            at_once = partial(_lot_laid_out, read, placed.parsed.parsers, context.at)
            staged.fill(Staging(placed, one_by_one, at_once).lots(rows))
            staged.name_units(units.hsa_ids)
            leave_first(read, staged)
            read.doubt_ids(staged.like_others(), context.warn)
            keep_first(read, lambda row: (units[row.unit], row.summons_id))
            known = KnownRows(writer, read.says)
            _reject_other_residents(writer, read, staged, known, units)
            read.known = staged.residents()
            read.known |= numbered(writer, {row.resident for row in read.rows})
        if read.refused():
            return rejected(read)
        with desk.writing(dry_run=read.handling.dry_run, fills=("booking", "relation_event")) as session:
            if compose_staged(session, writer):
                known.forget()
            _reject_other_residents(writer, read, staged, known, units)  # the store may have changed since
            if read.refused():
                return rejected(read)
            numbers = staged.know(session, units.hsa_ids, new=staged.count - known.count())
            batch, recording = begin_batch(context, session, writer, read, numbers)
            report = merge_bookings(context, session, read, staged, known, units, numbers, recording)
            return finished(context, session, read, batch, report)


def _laid_out(
    read: RowsRead[IncomingSummons], units: UnitPlaces, at: int, rows: Iterable[IncomingBooking | IncomingSummons]
) -> Iterator[StagedTuple]:
    """Rows of the staging table; open summonses are kept at hand instead."""
    for row in rows:
        if isinstance(row, IncomingSummons):
            read.rows.append(row)
        else:
            read.says = row.says
            # None, as the rows of a lot have it: the same row may be told both ways.
            invitation = row.invitation or None
            yield row.number, row.line, units[row.unit], *row[2:-3], invitation, *unsaid_beginning(row, at)


def _lot_laid_out(
    read: RowsRead[IncomingSummons], parsers: CellParsers, at: int, cells: LotCells, values: list[Sequence[Any]]
) -> list[Sequence[object]]:
    """Columns of the staging table for a lot of bookings, none of them an invitation."""
    read.says = BOOKING.says(cells, parsers)
    statuses, created, ended = (values[place] for place in _LIFE)
    return [*values, [None] * len(values[0]), *unsaid_beginnings(statuses, created, ended, at)]


def _reject_other_residents(
    reader: Reader, read: RowsRead[IncomingSummons], staged: StagedRows, known: KnownRows, units: UnitPlaces
) -> None:
    """Reject the rows whose id the store knows as another resident's."""
    known.find()
    others = known.of_other_residents()
    for each in others:
        read.reject(each, OTHER_RESIDENT)
        read.named.append((each.unit_key, each.row_id))
    staged.leave_out(each.number for each in others)
    reject_of_other_residents(reader, read, units)
