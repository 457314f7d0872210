"""`tidbok unit checklist`: what is left of introducing clinics, or of taking one off."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import (
    Exit,
    Format,
    answer_rows,
    answer_thing,
    command,
    context_of,
    status,
)
from tidbok_cli.cli.base.edit import expect_units
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _(
        "List the steps of introducing a clinic: which are done, which are not or cannot be known, with evidence, who "
        "does it and the next command; with --all a row for each clinic. With --closing, those of taking it off, and "
        "the coming bookings that lose their display; with --successor the clinic is merged into another, or gets "
        "another HSA-id."
    ),
    "tidbok unit checklist ogon",
    "tidbok unit checklist --all",
    "tidbok unit checklist ogon --closing -o json",
    "tidbok unit checklist ogon --closing --successor hud",
    answer=_(
        "an object, tidbok.checklist/1, with the steps (step, status, actor, message, next and evidence of each), and "
        "with --closing the bookings losing their display; with --all an array with, for each clinic, how many steps "
        "are done and open, and the first of these."
    ),
)
def checklist(
    ctx: typer.Context,
    unit: Annotated[
        str | None,
        typer.Argument(
            metavar="[UNIT]", help=_("The clinic: its HSA-id, its alias, or its name."), autocompletion=candidates.unit
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=_("All clinics that have a file or are in force."))] = False,
    closing: Annotated[bool, typer.Option("--closing", help=_("The steps of taking the clinic off."))] = False,
    successor: Annotated[
        str | None,
        typer.Option(
            "--successor",
            metavar="UNIT",
            help=_("The clinic that takes over, with --closing."),
            autocompletion=candidates.unit,
        ),
    ] = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit_checklist import CHECKLISTS, STEP_KEYS, checklist_value, print_checklist
    from tidbok_cli.workflows.unit_checklist import unit_checklist, unit_checklists

    expect_units(ctx, [unit] if unit else None, every=every)
    if successor is not None and (every or not closing):
        raise BadInput("checklist.successor_of_none", where=Where(column="--successor"))
    context = context_of(ctx, at=at)
    if unit is None:
        found = list(unit_checklists(context, closing=closing))
        answer_rows(CHECKLISTS, found, output)
        return status(good=all(each.complete for each in found))
    told = unit_checklist(context, unit, closing=closing, successor=successor)
    value = checklist_value(told)
    if not answer_thing(value, STEP_KEYS, output, value["steps"]):
        print_checklist(told, context.region.contacts)
    return status(good=told.complete)
