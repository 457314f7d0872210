"""Imports of published times and booking bases.

The same file twice changes nothing the second time: what was withdrawn here stays so, whatever a file says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidbok_cli.domain.basis import BasisRecord, BasisThen
from tidbok_cli.domain.import_doubts import NamedRow
from tidbok_cli.domain.imports import ALL_OR_NONE, Handling, ImportReport, Source
from tidbok_cli.domain.slot import SlotRecord, SlotThen
from tidbok_cli.domain.slot_rows import BASIS, SLOT, IncomingBasis, IncomingSlot, basis_row, slot_row
from tidbok_cli.errors import Problem, Where
from tidbok_cli.workflows.import_places import UnitNamed, units_of
from tidbok_cli.workflows.import_rows import FileRows, ImportKind, RowsRead, keep_first
from tidbok_cli.workflows.import_run import carry_out, run_import
from tidbok_cli.workflows.publish import BASES, SLOTS, KnownPublished, PublishedKind, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlmodel import Session

    from tidbok_cli.domain.import_columns import ImportColumns
    from tidbok_cli.store.read.sql import NameInUnit
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

V = TypeVar("V", bound=UnitNamed)
R = TypeVar("R")
K = TypeVar("K", bound=KnownPublished[Any])

_SLOT_FILES: Final = ImportKind("slot", SLOT, slot_row)
_BASIS_FILES: Final = ImportKind("basis", BASIS, basis_row)


def import_slots(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Import published times; a new one is published at the moment."""
    return _import(context, source, handling, _SLOT_FILES, SLOTS, _slot, _against_slot)


def import_bases(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Import booking bases; a new one is known from the moment on."""
    context.expect_purpose()  # the report tells whether a resident is known
    return _import(context, source, handling, _BASIS_FILES, BASES, _basis, _against_basis)


def _import(
    context: Context,
    source: Source,
    handling: Handling,
    files: ImportKind[V],
    kind: PublishedKind[K, R],
    merged: Callable[[V, K | None], R],
    against: Callable[[V, K | None], Iterator[Problem]],
) -> ImportReport:
    """Import rows, by `merged`, a row's record, and `against`, its problems.

    Both are given what the store has.
    """

    def job(context: Context, read: RowsRead[V], rows: FileRows) -> ImportReport:
        units = units_of(context, read, rows)

        def name(row: V) -> NameInUnit:
            return units.key(row.unit), row.row_id or ""

        def known_to(reader: Reader) -> dict[NameInUnit, K]:
            return kind.known(reader, map(name, read.rows), context.at)

        def examine(reader: Reader) -> None:
            known = known_to(reader)
            read.examine(lambda row: against(row, known.get(name(row))))

        def take_in(session: Session, reader: Reader, batch_id: int) -> ImportReport:
            known = known_to(reader)
            records = {name(row): merged(row, known.get(name(row))) for row in read.rows}
            new = {name(row): row.line for row in read.rows if name(row) not in known}
            read.doubt_ids(_beside_stored(kind, reader, new, context.at), context.warn)
            created, updated = publish(kind, session, known, records, units.hsa_ids, context.at, batch_id)
            return ImportReport(created=created, updated=updated, unchanged=len(records) - created - updated)

        keep_first(read, name)
        read.doubt_ids((NamedRow(*name(row), row.line) for row in read.rows), context.warn)
        return carry_out(context, read, units.hsa_ids, examine, take_in)

    return run_import(context, source, handling, files, job)


def _beside_stored(
    kind: PublishedKind[K, R], reader: Reader, new: Mapping[NameInUnit, int], at: int
) -> Iterator[NamedRow]:
    """Stored ids that are new ones in lower or upper case, then the new ones with their lines."""
    ways = {(unit, way) for unit, name in new for way in (name.lower(), name.upper())}
    yield from (NamedRow(*each, 0) for each in kind.known(reader, ways - new.keys(), at))
    yield from (NamedRow(unit, name, line) for (unit, name), line in new.items())


def _slot(row: IncomingSlot, known: SlotThen | None) -> SlotRecord:
    """The slot after a row; unsaid columns are kept."""
    record = SlotRecord(row.code, row.starts_at, row.ends_at, row.calendar)
    return record._replace(**_kept(SLOT, row, known))


def _against_slot(row: IncomingSlot, known: SlotThen | None) -> Iterator[Problem]:
    """A time on which somebody is booked cannot be moved."""
    if known is not None and known.booking is not None and _slot(row, known) != known.record:
        yield Problem("slot.is_booked", {"booking": known.booking})


def _basis(row: IncomingBasis, known: BasisThen | None) -> BasisRecord:
    """The basis after a row; unsaid columns are kept."""
    record = BasisRecord(row.resident, row.code, row.valid_from, row.valid_until)
    return record._replace(**_kept(BASIS, row, known))


def _kept(columns: ImportColumns, row: Any, known: KnownPublished[Any] | None) -> dict[str, Any]:
    return {field: getattr(known, field) for field in columns.unsaid(row)} if known else {}


def _against_basis(row: IncomingBasis, known: BasisThen | None) -> Iterator[Problem]:
    """Problems of another's id, and of a basis that ends early."""
    basis = _basis(row, known)
    if known is not None and known.resident != row.resident:
        yield Problem("basis.other_resident", {}, Where(column="resident"))
    elif basis.valid_until <= basis.valid_from:
        yield Problem("basis.ends_before_it_begins", {}, Where(column="valid_from"))
