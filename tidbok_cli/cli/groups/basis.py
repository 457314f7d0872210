"""`basis`: booking bases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, answer_thing, choice, command, context_of, day, group
from tidbok_cli.cli.base.table import add_import
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.cli.base.table import Job
    from tidbok_cli.domain.operation import BasisDone

app = group(_("Booking bases: what lets a resident book a time that asks for one."))

_BASIS = _("an object, tidbok.basis/1: the basis as “basis list” has it, with id in place of basis.")


@command(
    app,
    _(
        "Add a booking basis: the resident may book one time with the code, while the basis is valid (S5). Its dates "
        "are both included."
    ),
    "tidbok basis add - ogon UPPF30 --to 2027-01-31",
    "tidbok basis add - ogon UPPF30 --from 2026-12-01 --to 2026-12-31 --id TU-4",
    answer=_BASIS,
)
def add(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    unit: options.UnitArgument,
    code: options.CodeArgument,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help=_("The first date on which it is valid. Default: today.")),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=_("The last date on which it is valid. Default: none."))
    ] = None,
    basis_id: options.NewId = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.basis import NewBasis, add_basis

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    grant = NewBasis(resident, unit, code, day(first, "--from"), day(last, "--to"), basis_id)
    return _told(add_basis(context, grant), output, reveal=reveal)


def _told(told: BasisDone, output: Format, *, reveal: bool) -> Exit:
    from tidbok_cli.render.basis import BASIS_KEYS, basis_value, print_basis

    if not answer_thing(basis_value(told, reveal=reveal), BASIS_KEYS, output):
        print_basis(told, reveal=reveal)
    return Exit.DONE


@command(
    app,
    _("Take a booking basis back, for good. A booking that has used it stays."),
    "tidbok basis withdraw TU-4",
    "tidbok basis withdraw TU-4 --unit ogon",
    answer=_BASIS,
)
def withdraw(
    ctx: typer.Context,
    basis: options.BasisArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.basis import withdraw_basis

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    return _told(withdraw_basis(context, basis, unit), output, reveal=reveal)


@command(
    app,
    _("List the booking bases, by clinic, first date and id, as they are at the moment."),
    "tidbok basis list --unit ogon --status valid",
    "tidbok basis list --resident - -o json",
    name="list",
    rows="basis:BASES",
)
def list_bases(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    resident: options.ResidentOption = None,
    code: options.OnlyCode = None,
    with_status: Annotated[
        str | None,
        typer.Option(
            "--status",
            metavar="valid|not_yet_valid|expired|used|withdrawn",
            help=_("Only bases with this status then."),
        ),
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.basis import STATUSES
    from tidbok_cli.render.basis import BASES, BasisSeen
    from tidbok_cli.workflows.basis import BasisFilter
    from tidbok_cli.workflows.basis import list_bases as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    status = choice(with_status, STATUSES, "--status")
    found = job(context, BasisFilter(tuple(unit or ()), resident, code, status))
    answer_rows(BASES, (BasisSeen(each, context.at) for each in found), output, reveal=reveal)
    return Exit.DONE


def _import() -> Job:
    from tidbok_cli.workflows.import_slots import import_bases

    return import_bases


add_import(
    app,
    _import,
    _(
        "Import booking bases from a CSV file with the columns basis_id, resident, unit, code, valid_from, and "
        "valid_to where they end: all rows or none."
    ),
    "tidbok basis import bases.csv",
    "tidbok basis import - --encoding windows-1252",
)
