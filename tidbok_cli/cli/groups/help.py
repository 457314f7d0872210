"""`help`: the handbook."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli import i18n
from tidbok_cli.cli.base import candidates, options, typer_language
from tidbok_cli.cli.base.answer import answer_rows, answer_thing, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = typer_language.group("")


@app.command(
    "help",
    cls=typer_language.Command,
    help=_(
        "Show the handbook: the list of its topics, or the guide on one of them. A single command is explained by its "
        "own --help."
    )
    + answers.HELP,
    epilog=typer_language.example("tidbok help", "tidbok help support", "tidbok --lang sv help support"),
)
def handbook(
    ctx: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="[TOPIC]", help=_("The topic to read about."), autocompletion=candidates.topic),
    ] = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.help import find_guide, list_guides

    workplace(ctx, at=at)
    language = i18n.language()
    if topic is None:
        from tidbok_cli.render.help import GUIDES, guide_row

        answer_rows(GUIDES, map(guide_row, list_guides(language)), output)
        return Exit.DONE
    from tidbok_cli.render.help import GUIDE, guide_value, print_guide

    guide = find_guide(language, topic, getattr(ctx.find_root().command, "commands", ()))
    if not answer_thing(guide_value(guide, language), GUIDE, output):
        print_guide(guide)
    return Exit.DONE
