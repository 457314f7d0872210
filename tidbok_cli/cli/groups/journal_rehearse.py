"""`journal rehearse`: a test resident's time booked, seen, moved and cancelled."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group
from tidbok_cli.i18n import _

app = group("")


@command(
    app,
    _(
        "In a test environment, do as a resident does: book a free time for the first test resident, see it, move it, "
        "cancel it, and see it gone. What was booked is cancelled whatever happens; what may be left is told. In "
        "production it is refused."
    ),
    "tidbok journal rehearse ogon",
    "tidbok journal rehearse ogon --code UPPF30 -o json",
    answer=_(
        "an object, tidbok.journal_rehearsal/1, with at, environment, consumer, unit, code, the steps (step, result: "
        "done, found, failed or not_tried, reason, contract, code, actor, message, fix, detail, seconds, "
        "correlation_id) and left: the booking and its start, or null."
    ),
)
def rehearse(
    ctx: typer.Context,
    unit: options.UnitFileArgument,
    code: Annotated[
        str | None,
        typer.Option(
            "--code",
            metavar="CODE",
            autocompletion=candidates.code,
            help=_("The time type to book. Default: the first that residents may book."),
        ),
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.journal_rehearsal import KEYS, print_rehearsal, rehearsal_value
    from tidbok_cli.workflows.journal_rehearse import rehearse as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    done = job(context, unit, code)
    value = rehearsal_value(done)
    if not answer_thing(value, KEYS, output, value["steps"]):
        print_rehearsal(done, context.region.contacts)
    return done.exit_status
