"""Booking bases: what lets a resident book a restricted time (S5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.domain.basis import BasisRecord, BasisThen
from tidbok_cli.domain.operation import BasisDone
from tidbok_cli.domain.times import days, local
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.audit import numbered
from tidbok_cli.store.read.basis import BasisSelection, bases, basis_then
from tidbok_cli.workflows.lookup import basis_in_store, expect_names, resident_in_store, units_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class NewBasis:
    """A basis to be added, as the caller wrote it.

    Without a first date it is valid from that of the moment.
    """

    resident: str
    unit: str
    code: str
    first: date | None = None
    last: date | None = None
    basis_id: str | None = None


def add_basis(context: Context, grant: NewBasis) -> BasisDone:
    """Add a booking basis; saying an id again changes nothing.

    Raises BadInput where the id stands for something else, Refused where its basis was withdrawn, and stays so.
    """
    from tidbok_cli.workflows.publish import BASES, publish_one

    context.expect_purpose()
    record = _record(context, grant)
    with context.writing() as (session, reader):
        new, number = publish_one(context, session, reader, BASES, grant.unit, grant.basis_id, record)
        return BasisDone(new, basis_then(reader, number, context.at), context.at)


def _record(context: Context, grant: NewBasis) -> BasisRecord:
    expect_names({"CODE": grant.code, "--id": grant.basis_id})
    first = grant.first or local(context.at).date()
    if grant.last is not None and grant.last < first:
        raise BadInput("basis.ends_before_it_begins", where=Where(column="--to"))
    return BasisRecord(context.resident(grant.resident), grant.code, *days(first, grant.last))


def withdraw_basis(context: Context, basis: str, unit: str | None) -> BasisDone:
    """Take a basis back, for good; a booking that used it stays.

    Withdrawing it again changes nothing.
    """
    from tidbok_cli.workflows.publish import BASES, withdraw_one

    context.expect_purpose()
    with context.writing() as (session, reader):
        there = basis_in_store(context, reader, basis, unit)
        context.about.residents.add(there.resident)
        context.about.units.add(there.unit)
        changed = withdraw_one(context, session, BASES, there)
        return BasisDone(changed, basis_then(reader, there.id, context.at), context.at)


@dataclass(frozen=True, slots=True)
class BasisFilter:
    """Selection of bases: units (none named: all), resident, code, status."""

    units: tuple[str, ...] = ()
    resident: str | None = None
    code: str | None = None
    status: str | None = None


def list_bases(context: Context, wanted: BasisFilter) -> Iterator[BasisThen]:
    """Bases known by the moment, by unit, first date and id."""
    context.expect_purpose()
    with context.reading() as reader:
        units = units_in_store(context, reader, list(wanted.units))
        resident_id = resident_in_store(context, reader, wanted.resident) if wanted.resident else None
        chosen = {"code": wanted.code, "status": wanted.status}
        if wanted.resident and resident_id is None:
            context.look("none", selection=chosen)
            return

        def listed() -> Iterator[BasisThen]:
            found = bases(reader, BasisSelection(units, resident_id, wanted.code), context.at)
            return (each for each in found if wanted.status in (None, each.status(context.at)))

        shown = numbered(reader, {basis.resident for basis in listed()})
        context.look(shown=shown, selection=chosen)
        yield from listed()
