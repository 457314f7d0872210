"""`tidbok help`: the handbook."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli import i18n
from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, answer_thing, command, context_of
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _(
        "Show the handbook: the list of its topics, or the guide on one of them. A single command is explained by its "
        "own --help."
    ),
    "tidbok help",
    "tidbok help support",
    "tidbok --lang sv help support",
    name="help",
    answer=_(
        "an array; for each topic topic, title and about; with a topic an object, tidbok.help/1, with these, the "
        "language, and text: the guide as Markdown."
    ),
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
    from tidbok_cli.render.help import GUIDE_KEYS, GUIDES, guide_value, print_guide
    from tidbok_cli.workflows.help import find_guide, list_guides

    context_of(ctx, at=at)
    language = i18n.language()
    if topic is None:
        answer_rows(GUIDES, list_guides(language), output)
        return Exit.DONE
    guide = find_guide(language, topic, getattr(ctx.find_root().command, "commands", ()))
    if not answer_thing(guide_value(guide, language), GUIDE_KEYS, output):
        print_guide(guide)
    return Exit.DONE
