"""Booking bases: what lets a resident book a restricted time (S5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tidbok_cli.domain.bases import BasisRecord, BasisThen
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes.operations import BasisTold
from tidbok_cli.domain.times import days, local
from tidbok_cli.errors import BadInput, Refused, Where
from tidbok_cli.store.published import BasisSelection, bases, basis_then, free_name, known_bases, named
from tidbok_cli.workflows.lookup import basis_in_store, expect_names, resident_in_store, units_in_store, written_hsa_id
from tidbok_cli.workflows.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Grant:
    """A basis to be added, as the caller wrote it; without a first date it is valid from that of the moment."""

    resident: str
    unit: str
    code: str
    first: date | None = None
    last: date | None = None
    basis_id: str | None = None


def add_basis(place: Workplace, grant: Grant) -> BasisTold:
    """Adds a booking basis; saying again what an id stands for changes nothing.

    Raises BadInput where the id stands for something else, Refused where its basis was withdrawn, and stays so.
    """
    from tidbok_cli.store.names import resident_ids, unit_ids
    from tidbok_cli.store.publishing import write_bases

    place.expect_purpose()
    record = _record(place, grant)
    with place.writing() as (session, reader):
        hsa_id = written_hsa_id(place, reader, grant.unit)
        key = hsa_key(hsa_id)
        unit_id = unit_ids(session, {key: hsa_id})[key]
        basis_id = grant.basis_id or free_name(reader, "booking_basis", unit_id)
        known = known_bases(reader, [(key, basis_id)], place.at).get((key, basis_id))
        if known and known.record != record:
            raise BadInput("basis.exists", where=Where(column="--id"), basis=basis_id)
        if known and known.withdrawn_at is not None:
            raise Refused("basis.was_withdrawn", where=Where(column="--id"), basis=basis_id)
        if not known:
            residents = resident_ids(session, [record.resident])
            write_bases(session, {(unit_id, basis_id): record}, {}, residents, place.at)
        number = named(reader, "booking_basis", basis_id, unit_id)[0][0]
        return BasisTold(not known, basis_then(reader, number, place.at), place.at)


def _record(place: Workplace, grant: Grant) -> BasisRecord:
    expect_names({"CODE": grant.code, "--id": grant.basis_id})
    first = grant.first or local(place.at).date()
    if grant.last is not None and grant.last < first:
        raise BadInput("basis.ends_before_it_begins", where=Where(column="--to"))
    return BasisRecord(place.resident(grant.resident), grant.code, *days(first, grant.last))


def withdraw_basis(place: Workplace, basis: str, unit: str | None) -> BasisTold:
    """Takes a basis back, for good; a booking that used it stays. Withdrawing it again changes nothing."""
    from tidbok_cli.store.publishing import withdraw
    from tidbok_cli.store.tables import BookingBasis

    place.expect_purpose()
    with place.writing() as (session, reader):
        there = basis_in_store(place, reader, basis, unit)
        if there.withdrawn_at is not None:
            return BasisTold(False, there, place.at)
        withdraw(session, BookingBasis, there.id, place.at)
        return BasisTold(True, basis_then(reader, there.id, place.at), place.at)


@dataclass(frozen=True, slots=True)
class BasisFilter:
    """Which bases to list: of these units (none named: all), of a resident, for a code, with a status then."""

    units: tuple[str, ...] = ()
    resident: str | None = None
    code: str | None = None
    status: str | None = None


def list_bases(place: Workplace, wanted: BasisFilter) -> Iterator[BasisThen]:
    """The bases known by the moment, by unit, first date and id, as they are then."""
    place.expect_purpose()
    with place.reading() as reader:
        units = units_in_store(place, reader, list(wanted.units))
        resident_id = resident_in_store(place, reader, wanted.resident) if wanted.resident else None
        if wanted.resident and resident_id is None:
            return
        for basis in bases(reader, BasisSelection(units, resident_id, wanted.code), place.at):
            if wanted.status in (None, basis.status(place.at)):
                yield basis
