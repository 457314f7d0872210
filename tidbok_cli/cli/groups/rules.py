"""`tidbok rules`: the table of checks."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, command, context_of
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _("List every check, the reasons why it may fail, the rules behind it and who can act."),
    "tidbok rules",
    "tidbok rules -o json",
    rows="rules:RULES",
)
def rules(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.rules import RULES, reasons

    context_of(ctx, at=at)
    answer_rows(RULES, reasons(), output)
    return Exit.DONE
