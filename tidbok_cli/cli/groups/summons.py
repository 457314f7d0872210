"""`summons`: invitations to a time, or to book one."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import OPERATION, Exit, Format, answer_rows, answer_thing, command, context_of, group
from tidbok_cli.i18n import _

app = group(_("Summonses: invitations in the inbox, to a booked time or to book one."))


@command(
    app,
    _(
        "Send a resident a summons: to a booked time with --booking, otherwise to book one. It comes into the inbox "
        "and gives the relation, whatever is configured (S14)."
    ),
    "tidbok summons send - ogon --code UPPF30",
    "tidbok summons send - ogon --booking COS-100231 --at 2026-11-20T09:15",
    answer=OPERATION,
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
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.operation import OUTCOME_KEYS, outcome_rows, outcome_value
    from tidbok_cli.render.summons import print_summoned
    from tidbok_cli.workflows.summons import SummonsAsked, send_summons

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    outcome = send_summons(context, SummonsAsked(resident, unit, booking, code))
    if not answer_thing(
        outcome_value(outcome, reveal=reveal), OUTCOME_KEYS, output, outcome_rows(outcome, reveal=reveal)
    ):
        print_summoned(outcome)
    return Exit.DONE


@command(
    app,
    _("List the summonses sent by the moment, open and timed, imported ones too, the newest first."),
    "tidbok summons list --unit ogon",
    "tidbok summons list --resident - -o json",
    name="list",
    rows="summons:SUMMONSES",
)
def list_summonses(
    ctx: typer.Context,
    unit: options.UnitOption = None,
    resident: options.ResidentOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.summons import SUMMONSES
    from tidbok_cli.workflows.summons import summonses

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    answer_rows(SUMMONSES, summonses(context, unit, resident), output, reveal=reveal)
    return Exit.DONE
