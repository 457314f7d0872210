"""`store purge`: what an import made is taken away, or what is past its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, agreed_to, answer_thing, command, context_of, day
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.errors import BadInput, Refused, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.domain.store_purge import PastPurge, StorePurge

app = typer.Typer()


@command(
    app,
    _(
        "Take away what an import made, or what is past its time. --batch is for a file that was the wrong one: what "
        "it made and nobody has changed since goes, and bookings that it ended, since its file lacked them, are given "
        "back. --before is for what is no longer needed: bookings that were over by that date, with their messages; "
        "open summonses, published times and booking bases from before it; relation events that nothing rests on any "
        "more; and residents whom nothing names then. The plan is shown and asked about first."
    ),
    "tidbok store purge --before 2024-01-01 --dry-run",
    "tidbok store purge --batch 41 --dry-run -o json",
    "tidbok store purge --batch 41 --yes",
    answer=_(
        "an object, tidbok.purge/1, with done and rows (table, goes, stays); of an import also the batch (as “store "
        "info” has it), given_back, changed and later_imports; otherwise before, and audit_before, the date before "
        "which the audit goes."
    ),
)
@as_job(not_with="dry_run")
def purge(
    ctx: typer.Context,
    batch: Annotated[
        int | None,
        typer.Option("--batch", metavar="N", min=1, help=_("The import's number, as “store info” tells it.")),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="DATE", help=_("What is past its time before this date."))
    ] = None,
    yes: options.Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only show the plan; nothing is changed."))] = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.store_purge import PastPurge
    from tidbok_cli.render.store_purge import PURGE_KEYS, print_purge, print_purged, purge_rows, purge_value
    from tidbok_cli.workflows.store_purge import plan_past, plan_purge, purge_batch, purge_past

    context, until = context_of(ctx, at=at, wait=wait), day(before, "--before")
    planned: StorePurge | PastPurge
    if until is not None and batch is None:
        planned = plan_past(context, until)
    elif batch is not None and until is None:
        planned = plan_purge(context, batch)
    else:
        raise BadInput("purge.which", where=Where(column="--before"))
    if output is Format.TABLE:
        print_purge(planned)
    if not dry_run:
        if not (yes or planned.is_empty or agreed_to(1)):
            raise Refused("apply.not_agreed")
        if isinstance(planned, PastPurge):
            purge_past(context, planned)
        else:
            purge_batch(context, planned)
    value = purge_value(planned, done=not dry_run)
    if not answer_thing(value, PURGE_KEYS, output, purge_rows(planned)) and not (dry_run or planned.is_empty):
        print_purged(planned)
    return Exit.DONE
