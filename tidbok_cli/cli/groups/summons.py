"""`summons`: invitations to a time, or to book one."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options, typer_language
from tidbok_cli.cli.base.answer import answer_rows, answer_thing, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = typer_language.group(_("Summonses: invitations in the inbox, to a booked time or to book one."))


@app.command(
    cls=typer_language.Command,
    help=_(
        "Send a resident a summons: to a booked time with --booking, otherwise to book one. It comes into the inbox "
        "and gives the relation, whatever is configured (S14)."
    )
    + answers.OPERATION,
    epilog=typer_language.example(
        "tidbok summons send - ogon --code UPPF30",
        "tidbok summons send - ogon --booking COS-100231 --at 2026-11-20T09:15",
    ),
)
def send(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    unit: options.UnitArgument,
    booking: Annotated[
        str | None,
        typer.Option(
            "--booking",
            metavar="BOOKING",
            help=_("The booking that it is a summons to."),
            autocompletion=candidates.booking,
        ),
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(
            "--code",
            metavar="CODE",
            help=_("What an open summons is for; its label is what the resident reads."),
            autocompletion=candidates.code,
        ),
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.operation import OUTCOME, outcome_rows, outcome_value
    from tidbok_cli.render.summons import print_summoned
    from tidbok_cli.workflows.summons import SummonsAsked, send_summons

    context = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    outcome = send_summons(context, SummonsAsked(resident, unit, booking, code))
    if reveal:
        context.reveal([context.resident(resident)])
    if not answer_thing(outcome_value(outcome, reveal=reveal), OUTCOME, output, outcome_rows(outcome, reveal=reveal)):
        print_summoned(outcome)
    return Exit.DONE


@app.command(
    "list",
    cls=typer_language.Command,
    help=_("List the summonses sent by the moment, open and timed, imported ones too, the newest first.")
    + answers.SUMMONSES,
    epilog=typer_language.example("tidbok summons list --unit ogon", "tidbok summons list --resident - -o json"),
)
def list_summonses(
    ctx: typer.Context,
    unit: options.UnitOption = None,
    resident: options.ResidentOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.summons import SUMMONS_TABLE, SUMMONSES, summons_row
    from tidbok_cli.workflows.summons import summonses

    context = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    if reveal:
        context.reveal([context.resident(resident)] if resident else ())
    rows = (summons_row(each, reveal=reveal) for each in summonses(context, unit, resident))
    answer_rows(SUMMONSES, rows, output, SUMMONS_TABLE)
    return Exit.DONE
