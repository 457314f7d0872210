"""`store purge`: what an import made is taken away."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, agreed_to, answer_thing, command, context_of
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.errors import Refused
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _(
        "Take away what an import made and nobody has changed since: bookings, relation events, messages, published "
        "times, booking bases; and give back the bookings that it ended, since its file lacked them. For a file that "
        "was the wrong one. The plan is shown and asked about first. What it changed in bookings that were there "
        "before stays: import the right file."
    ),
    "tidbok store purge --batch 41",
    "tidbok store purge --batch 41 --dry-run -o json",
    "tidbok store purge --batch 41 --yes",
    answer=_(
        "an object, tidbok.purge/1, with done, the batch (as “store info” has it), rows (table, goes, stays), "
        "given_back, changed and later_imports."
    ),
)
@as_job(not_with="dry_run")
def purge(
    ctx: typer.Context,
    batch: Annotated[
        int, typer.Option("--batch", metavar="N", min=1, help=_("The import's number, as “store info” tells it."))
    ],
    yes: options.Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only show the plan; nothing is changed."))] = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.store_purge import PURGE_KEYS, print_purge, print_purged, purge_rows, purge_value
    from tidbok_cli.workflows.store_purge import plan_purge, purge_batch

    context = context_of(ctx, at=at, wait=wait)
    planned = plan_purge(context, batch)
    if output is Format.TABLE:
        print_purge(planned)
    if not dry_run:
        if not (yes or planned.is_empty or agreed_to(1)):
            raise Refused("apply.not_agreed")
        purge_batch(context, planned)
    value = purge_value(planned, done=not dry_run)
    if not answer_thing(value, PURGE_KEYS, output, purge_rows(planned)) and not (dry_run or planned.is_empty):
        print_purged()
    return Exit.DONE
