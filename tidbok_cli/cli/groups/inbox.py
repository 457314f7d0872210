"""`tidbok inbox`: a resident's messages."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, command, context_of
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _("List the messages in the resident's inbox at the moment, as the resident reads them, the newest first."),
    "tidbok inbox -",
    "tidbok inbox - --at 2026-11-17T08:00 -o json",
    rows="summons:INBOX",
)
def inbox(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.summons import INBOX
    from tidbok_cli.workflows.summons import inbox_of

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    answer_rows(INBOX, inbox_of(context, resident), output)
    return Exit.DONE
