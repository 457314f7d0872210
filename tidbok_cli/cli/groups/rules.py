"""`tidbok rules`: the table of checks."""

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
    help=_("List every check, the reasons why it may fail, the rules behind it and who can act.") + answers.RULES,
    epilog=typer_language.example("tidbok rules", "tidbok rules -o json"),
)
def rules(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.rules import RULE_TABLE, RULES, rule_values

    workplace(ctx, at=at)
    answer_rows(RULES, rule_values(), output, RULE_TABLE)
    return Exit.DONE
