"""`basis`: booking bases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli import commands, options
from tidbok_cli.cli.answering import answer_rows, answer_thing, choice, day, workplace
from tidbok_cli.cli.importing import add_import
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from tidbok_cli.cli.importing import Job
    from tidbok_cli.domain.outcomes.operations import BasisTold
    from tidbok_cli.workflows.workplace import Workplace

app = commands.group(_("Booking bases: what lets a resident book a restricted time."))


@app.command(
    cls=commands.Command,
    help=_(
        "Add a booking basis: the resident may book one time with the code, while the basis is valid (S5). Its dates "
        "are both included."
    )
    + answers.BASIS,
    epilog=commands.example(
        "tidbok basis add - ogon UPPF30 --to 2027-01-31",
        "tidbok basis add - ogon UPPF30 --from 2026-12-01 --to 2026-12-31 --id TU-4",
    ),
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
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.bases import Grant, add_basis

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    grant = Grant(resident, unit, code, day(first, "--from"), day(last, "--to"), basis_id)
    return _told(place, add_basis(place, grant), output, reveal=reveal)


def _told(place: Workplace, told: BasisTold, output: Format, *, reveal: bool) -> Exit:
    from tidbok_cli.render.granting import BASIS, basis_value, print_basis

    if reveal:
        place.reveal([told.basis.resident])
    if not answer_thing(basis_value(told, reveal=reveal), BASIS, output):
        print_basis(told, reveal=reveal)
    return Exit.DONE


@app.command(
    cls=commands.Command,
    help=_("Take a booking basis back, for good. A booking that has used it stays.") + answers.BASIS,
    epilog=commands.example("tidbok basis withdraw TU-4", "tidbok basis withdraw TU-4 --unit ogon"),
)
def withdraw(
    ctx: typer.Context,
    basis: options.BasisArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.bases import withdraw_basis

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    return _told(place, withdraw_basis(place, basis, unit), output, reveal=reveal)


@app.command(
    "list",
    cls=commands.Command,
    help=_("List the booking bases, by clinic, first date and id, as they are at the moment.") + answers.BASES,
    epilog=commands.example("tidbok basis list --unit ogon --status valid", "tidbok basis list --resident - -o json"),
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
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.bases import STATUSES
    from tidbok_cli.render.granting import BASES, BASIS_TABLE, basis_row
    from tidbok_cli.workflows.bases import BasisFilter
    from tidbok_cli.workflows.bases import list_bases as job

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    status = choice(with_status, STATUSES, "--status")
    if reveal:
        place.reveal([place.resident(resident)] if resident else ())
    found = job(place, BasisFilter(tuple(unit or ()), resident, code, status))
    answer_rows(BASES, (basis_row(each, place.at, reveal=reveal) for each in found), output, BASIS_TABLE)
    return Exit.DONE


def _import() -> Job:
    from tidbok_cli.workflows.import_times import import_bases

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
