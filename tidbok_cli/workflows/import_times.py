"""Imports of published times and booking bases: all rows of a file or, where any is bad, none.

What was withdrawn here stays so, whatever a file says: the same file twice changes nothing the second time.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tidbok_cli.domain.bases import BasisRecord, BasisThen
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.incoming_times import IncomingBasis, IncomingSlot
from tidbok_cli.domain.outcomes import Report
from tidbok_cli.domain.slots import SlotRecord, SlotThen
from tidbok_cli.errors import Problem
from tidbok_cli.store.published import Name, known_bases, known_slots
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.files import ALL_OR_NONE, Handling, Source
from tidbok_cli.workflows.incoming import Read, keep_first, read_bases, read_slots, resolve_units
from tidbok_cli.workflows.transfer import carry_out
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from sqlmodel import Session


def import_slots(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports published times from a CSV file or a workbook; one that was first seen is published at the moment."""
    read = read_slots(place, source, handling)
    with place.reading() as reader:
        hsa_ids = resolve_units(place, reader, read)
    repeated = keep_first(read, lambda row: _name(row, hsa_ids))

    def examine(reader: Reader) -> None:
        known = known_slots(reader, (_name(row, hsa_ids) for row in read.rows), place.at)
        read.rows = [row for row in read.rows if _may_be_told(read, row, known.get(_name(row, hsa_ids)))]

    def write(session: "Session", reader: Reader, batch_id: int) -> Report:
        from tidbok_cli.store.names import unit_ids
        from tidbok_cli.store.publishing import write_slots

        known = known_slots(reader, (_name(row, hsa_ids) for row in read.rows), place.at)
        told = {_name(row, hsa_ids): _slot(row, known.get(_name(row, hsa_ids))) for row in read.rows}
        changed = {there.id: told[name] for name, there in known.items() if there.record != told[name]}
        units = unit_ids(session, {hsa_key(hsa_id): hsa_id for hsa_id in hsa_ids.values()})
        new = {(units[unit], slot): record for (unit, slot), record in told.items() if (unit, slot) not in known}
        write_slots(session, new, changed, place.at, batch_id)
        return _report(len(told) + repeated, len(new), len(changed))

    return carry_out(place, read, "slot", examine, write)


def import_bases(place: Workplace, source: Source, handling: Handling = ALL_OR_NONE) -> Report:
    """Imports booking bases from a CSV file or a workbook; one that was first seen is known from the moment on."""
    read = read_bases(place, source, handling)
    with place.reading() as reader:
        hsa_ids = resolve_units(place, reader, read)
    repeated = keep_first(read, lambda row: _name(row, hsa_ids))

    def examine(reader: Reader) -> None:
        known = known_bases(reader, (_name(row, hsa_ids) for row in read.rows), place.at)
        read.rows = [row for row in read.rows if _is_theirs(read, row, known.get(_name(row, hsa_ids)))]

    def write(session: "Session", reader: Reader, batch_id: int) -> Report:
        from tidbok_cli.store.names import resident_ids, unit_ids
        from tidbok_cli.store.publishing import write_bases

        known = known_bases(reader, (_name(row, hsa_ids) for row in read.rows), place.at)
        told = {_name(row, hsa_ids): _basis(row, known.get(_name(row, hsa_ids))) for row in read.rows}
        changed = {there.id: told[name] for name, there in known.items() if there.record != told[name]}
        units = unit_ids(session, {hsa_key(hsa_id): hsa_id for hsa_id in hsa_ids.values()})
        new = {(units[unit], basis): record for (unit, basis), record in told.items() if (unit, basis) not in known}
        residents = resident_ids(session, (record.resident for record in told.values()))
        write_bases(session, new, changed, residents, place.at, batch_id)
        return _report(len(told) + repeated, len(new), len(changed))

    return carry_out(place, read, "basis", examine, write)


def _name(row: IncomingSlot | IncomingBasis, hsa_ids: Mapping[str, str]) -> Name:
    return hsa_key(hsa_ids[row.unit]), row[2]


def _report(rows: int, created: int, updated: int) -> Report:
    return Report(created=created, updated=updated, unchanged=rows - created - updated)


def _slot(row: IncomingSlot, known: SlotThen | None) -> SlotRecord:
    """The slot after a row; what the row does not say is kept."""
    calendar = row.calendar if known is None or row.says_calendar else known.calendar
    return SlotRecord(row.code, row.starts_at, row.ends_at, calendar)


def _may_be_told(read: Read[IncomingSlot], row: IncomingSlot, known: SlotThen | None) -> bool:
    """Rejects a row that would move a time on which somebody is booked."""
    if known is None or known.booking is None or _slot(row, known) == known.record:
        return True
    read.reject(row, Problem("slot.is_booked", {"booking": known.booking}, read.where(row)))
    return False


def _basis(row: IncomingBasis, known: BasisThen | None) -> BasisRecord:
    """The basis after a row; what the row does not say is kept."""
    until = row.valid_until if known is None or row.says_end else known.valid_until
    return BasisRecord(row.resident, row.code, row.valid_from, until)


def _is_theirs(read: Read[IncomingBasis], row: IncomingBasis, known: BasisThen | None) -> bool:
    """Rejects a row whose id the store knows as another resident's, and one that would end before it begins."""
    if known is not None and known.resident != row.resident:
        read.reject(row, Problem("basis.other_resident", {}, read.where(row, "resident")))
        return False
    told = _basis(row, known)
    if told.valid_until <= told.valid_from:
        read.reject(row, Problem("basis.ends_before_it_begins", {}, read.where(row, "valid_from")))
        return False
    return True
