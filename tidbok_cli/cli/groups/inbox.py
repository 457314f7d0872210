"""`tidbok inbox`: a resident's messages."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options, typer_language
from tidbok_cli.cli.base.answer import answer_rows, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = typer.Typer()


@app.command(
    cls=typer_language.Command,
    help=_("List the messages in the resident's inbox at the moment, as the resident reads them, the newest first.")
    + answers.INBOX,
    epilog=typer_language.example("tidbok inbox -", "tidbok inbox - --at 2026-11-17T08:00 -o json"),
)
def inbox(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.summons import INBOX, INBOX_TABLE, inbox_row
    from tidbok_cli.workflows.summons import inbox_of

    context = workplace(ctx, at=at, purpose=purpose)
    answer_rows(INBOX, map(inbox_row, inbox_of(context, resident)), output, INBOX_TABLE)
    return Exit.DONE
