"""`unit`: the clinics' files, and what of them is in force."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import (
    Exit,
    Format,
    answer_rows,
    answer_thing,
    command,
    context_of,
    group,
    run_import,
    status,
)
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping


app = group(_("Clinics: their configuration in files, and what is in force."))


@command(
    app,
    _(
        "Write a new clinic's file, or with --from one for each row of a table. They take effect with “tidbok unit "
        "apply”."
    )
    + "\n\n"
    + _(
        "The table is CSV or a workbook with the columns hsa_id, name, alias, calendar, show, cancel, rebook, book, of "
        "which the first two are required; yes and no are written true/false, yes/no, ja/nej, sant/falskt or 1/0. All "
        "files are written or none. A clinic whose file says what its row says is left as it is, and nothing is copied "
        "into it; one whose file says something else, and an alias that is another clinic's, is a bad row."
    ),
    "tidbok unit new SE2321000024-1A2B --name Ögonmottagningen --alias ogon --calendar OGON-TB1 --show",
    "tidbok unit new SE2321000024-4E5F --name 'Ögonmottagningen Enköping' --like ogon",
    "tidbok unit new --from clinics.xlsx --like ogon",
    answer=_(
        "an object, tidbok.file/1, with the file and whether it was changed; with --from an object, tidbok.import/1, "
        "as the imports have it: how many clinics were created, unchanged and rejected."
    ),
)
def new(
    ctx: typer.Context,
    hsa_id: Annotated[
        str | None, typer.Argument(metavar="[HSA_ID]", help=_("The clinic's HSA-id; required without --from."))
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("The clinic's name; required without --from."))
    ] = None,
    alias: Annotated[
        str | None, typer.Option("--alias", metavar="ALIAS", help=_("A short name for commands: a-z, 0-9 and -."))
    ] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="NAME", help=_("The clinic's calendar in the journal (S22)."))
    ] = None,
    show: Annotated[bool, typer.Option("--show", help=_("Offer: show booked times (S1)."))] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help=_("Offer: cancel (S2)."))] = False,
    rebook: Annotated[bool, typer.Option("--rebook", help=_("Offer: rebook (S3)."))] = False,
    book: Annotated[bool, typer.Option("--book", help=_("Offer: book (S4)."))] = False,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="UNIT",
            help=_("Copy this clinic's mappings: from its file, or as they are in force where it has none."),
            autocompletion=candidates.unit_or_file,
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help=_("A table with a clinic a row; “-” reads standard input.")),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.unit import Services, UnitConfig
    from tidbok_cli.render.unit import EDITED_KEYS, edited_value, print_edited
    from tidbok_cli.workflows.unit_new import new_unit, new_units

    context = context_of(ctx, at=at)
    of_one = {"HSA_ID": hsa_id, "--name": name, "--alias": alias, "--calendar": calendar, "--show": show,
              "--cancel": cancel, "--rebook": rebook, "--book": book}  # fmt: skip
    if table is not None:
        _refuse("unit.from_alone", of_one)
        return run_import(
            context, partial(new_units, like=like), table, output, encoding=encoding, sheet=sheet, skip_bad=skip_bad,
            rejected=rejected, dry_run=dry_run,
        )  # fmt: skip
    _refuse("unit.needs_from", {"--encoding": encoding, "--sheet": sheet, "--skip-bad": skip_bad,
                                "--rejected": rejected, "--dry-run": dry_run})  # fmt: skip
    if hsa_id is None or name is None:
        missing = "HSA_ID" if hsa_id is None else "--name"
        raise BadInput("usage.missing", name=missing, command=ctx.command_path)
    unit = UnitConfig(hsa_id, name, alias, Services(show, cancel, rebook, book), calendar)
    edited = new_unit(context, unit, like)
    if not answer_thing(edited_value(edited), EDITED_KEYS, output):
        print_edited(edited)
    return Exit.DONE


def _refuse(code: str, options_of: Mapping[str, object]) -> None:
    """Refuse the call where any of the options was given."""
    given = [name for name, value in options_of.items() if value not in (None, False)]
    if given:
        raise BadInput(code, where=Where(column="--from"), given=", ".join(given))


@command(
    app,
    _(
        "List the clinics, by name: those in force at the moment (state in_force, or file_gone where their file is), "
        "those that come into force later (waiting), and those that have only a file (file_only)."
    ),
    "tidbok unit list",
    "tidbok unit list --at 2026-01-01 -o csv",
    name="list",
    rows="unit:UNITS",
)
def list_units(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.unit import UNITS
    from tidbok_cli.workflows.unit import list_units as job

    answer_rows(UNITS, job(context_of(ctx, at=at)), output)
    return Exit.DONE


@command(
    app,
    _("Show a clinic as it is in force at the moment, with all its mappings."),
    "tidbok unit show ogon",
    "tidbok unit show SE2321000024-1A2B --at 2026-01-01 -o json",
    answer=_(
        "an object, tidbok.unit/1: the clinic as “unit list” has it, logical_address, also, until, file and its "
        "care_services; where it is not configured, only that in_force is false."
    ),
)
def show(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.unit import UNITS, print_unit, unit_value
    from tidbok_cli.workflows.unit import show_unit

    shown = show_unit(context_of(ctx, at=at), unit)
    if not answer_thing(unit_value(shown), UNITS.keys, output):
        print_unit(shown)
    return status(good=shown.version is not None)


@command(
    app,
    _("Check tidbok.toml and all clinics' files, or those named, and report every mistake with file and line."),
    "tidbok unit validate",
    "tidbok unit validate ogon",
    rows="unit:PROBLEMS",
)
def validate(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit import PROBLEMS, print_validation
    from tidbok_cli.workflows.unit_choice import validate as job

    found = job(context_of(ctx, at=at), units or [])
    if output is Format.TABLE:
        print_validation(found.units, found.problems)
    else:
        answer_rows(PROBLEMS, found.problems, output)
    return status(good=found.valid)
