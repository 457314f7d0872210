"""Imports of published times and booking bases: all rows of a file or, where any is bad, none.

What was withdrawn here stays so, whatever a file says: the same file twice changes nothing the second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tidbok_cli.domain.basis import BasisRecord, BasisThen
from tidbok_cli.domain.imports import ImportReport
from tidbok_cli.domain.slot import SlotRecord, SlotThen
from tidbok_cli.domain.slot_rows import IncomingBasis, IncomingSlot, basis_row, slot_row
from tidbok_cli.errors import Problem
from tidbok_cli.store.read.basis import known_bases
from tidbok_cli.store.read.slot import known_slots
from tidbok_cli.workflows.import_file import ALL_OR_NONE, Handling, Source
from tidbok_cli.workflows.import_rows import BASIS_COLUMNS, SLOT_COLUMNS, RowsRead, UnitPlaces, keep_first, read_rows
from tidbok_cli.workflows.import_run import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlmodel import Session

    from tidbok_cli.store.read.sql import NameInUnit
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.booking import BookingKey
    from tidbok_cli.workflows.context import Context

V = TypeVar("V", bound=tuple[Any, ...])
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class KnownPublished(Protocol[R_co]):
    """A slot or a basis that the store has: its number there, and what is kept of it."""

    @property
    def id(self) -> int: ...

    @property
    def record(self) -> R_co: ...


K = TypeVar("K", bound=KnownPublished[Any])


def import_slots(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Imports published times from a CSV file or a workbook; one that is first seen is published at the moment."""
    read, units = read_rows(context, source, handling, SLOT_COLUMNS, slot_row)
    return _import(context, read, units, "slot", known_slots, _slot, _against_slot, _write_slots)


def import_bases(context: Context, source: Source, handling: Handling = ALL_OR_NONE) -> ImportReport:
    """Imports booking bases from a CSV file or a workbook; one that is first seen is known from the moment on."""
    read, units = read_rows(context, source, handling, BASIS_COLUMNS, basis_row)
    return _import(context, read, units, "basis", known_bases, _basis, _against_basis, _write_bases)


def _import(
    context: Context,
    read: RowsRead[V],
    units: UnitPlaces,
    kind: str,
    known_of: Callable[[Reader, Iterable[NameInUnit], int], dict[NameInUnit, K]],
    told_by: Callable[[V, K | None], R],
    against: Callable[[RowsRead[V], V, K | None], Problem | None],
    write: Callable[[Session, Mapping[BookingKey, R], Mapping[int, R], int, int], None],
) -> ImportReport:
    """`told_by` gives what is kept after a row, `against` what speaks against it, both by what the store has."""
    repeated = keep_first(read, lambda row: _name(row, units))

    def examine(reader: Reader) -> None:
        known = known_of(reader, (_name(row, units) for row in read.rows), context.at)
        good = []
        for row in read.rows:
            if problem := against(read, row, known.get(_name(row, units))):
                read.reject(row, problem)
            else:
                good.append(row)
        read.rows = good

    def take_in(session: Session, reader: Reader, batch_id: int) -> ImportReport:
        from tidbok_cli.store.write.ids import unit_ids

        known = known_of(reader, (_name(row, units) for row in read.rows), context.at)
        told = {(name := _name(row, units)): told_by(row, known.get(name)) for row in read.rows}
        unit_of = unit_ids(session, units.hsa_ids)
        new = {(unit_of[unit], name): told[unit, name] for unit, name in told.keys() - known.keys()}
        changed = {there.id: told[name] for name, there in known.items() if there.record != told[name]}
        write(session, new, changed, context.at, batch_id)
        unchanged = len(told) - len(new) - len(changed) + repeated
        return ImportReport(created=len(new), updated=len(changed), unchanged=unchanged)

    return carry_out(context, read, kind, examine, take_in)


def _name(row: tuple[Any, ...], units: UnitPlaces) -> NameInUnit:
    return units.key(row[1]), row[2]


def _slot(row: IncomingSlot, known: SlotThen | None) -> SlotRecord:
    """The slot after a row; what the row does not say is kept."""
    calendar = row.calendar if known is None or row.says_calendar else known.calendar
    return SlotRecord(row.code, row.starts_at, row.ends_at, calendar)


def _against_slot(read: RowsRead[IncomingSlot], row: IncomingSlot, known: SlotThen | None) -> Problem | None:
    """A time on which somebody is booked cannot be moved."""
    if known is None or known.booking is None or _slot(row, known) == known.record:
        return None
    return Problem("slot.is_booked", {"booking": known.booking}, read.where(row))


def _write_slots(
    session: Session,
    new: Mapping[BookingKey, SlotRecord],
    changed: Mapping[int, SlotRecord],
    at: int,
    batch_id: int,
) -> None:
    from tidbok_cli.store.write.slot import write_slots

    write_slots(session, new, changed, at, batch_id)


def _basis(row: IncomingBasis, known: BasisThen | None) -> BasisRecord:
    """The basis after a row; what the row does not say is kept."""
    until = row.valid_until if known is None or row.says_end else known.valid_until
    return BasisRecord(row.resident, row.code, row.valid_from, until)


def _against_basis(read: RowsRead[IncomingBasis], row: IncomingBasis, known: BasisThen | None) -> Problem | None:
    """An id is one resident's, and a basis does not end before it begins."""
    if known is not None and known.resident != row.resident:
        return Problem("basis.other_resident", {}, read.where(row, "resident"))
    told = _basis(row, known)
    if told.valid_until <= told.valid_from:
        return Problem("basis.ends_before_it_begins", {}, read.where(row, "valid_from"))
    return None


def _write_bases(
    session: Session,
    new: Mapping[BookingKey, BasisRecord],
    changed: Mapping[int, BasisRecord],
    at: int,
    batch_id: int,
) -> None:
    from tidbok_cli.store.write.ids import resident_ids
    from tidbok_cli.store.write.slot import write_bases

    residents = resident_ids(session, (record.resident for record in (*new.values(), *changed.values())))
    write_bases(session, new, changed, residents, at, batch_id)
