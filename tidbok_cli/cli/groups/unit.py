"""`unit`: the clinics as they are in force, and mistakes in their files."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, answer_thing, command, context_of, status
from tidbok_cli.i18n import _

app = typer.Typer()


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
        "an object, tidbok.unit/1: the clinic as “unit list” has it, logical_address, also, until, file "
        "(today's), file_now (whether that says what is in force: same, differs, gone or unreadable) and its "
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
