"""`init`: the first step."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group
from tidbok_cli.i18n import _

app = group("")


@command(
    app,
    _("Make the configuration folder and the store, where they are missing. Safe to repeat."),
    "tidbok init",
    "tidbok --config /etc/tidbok --store /var/lib/tidbok/tidbok.db init",
    answer=_("an object, tidbok.init/1, with config and store, and whether each was made."),
)
def init(
    ctx: typer.Context, at: options.At = None, wait: options.Wait = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.store import INIT_KEYS, init_value, print_init
    from tidbok_cli.workflows.store import init as job

    made = job(context_of(ctx, at=at, wait=wait))
    if not answer_thing(init_value(made), INIT_KEYS, output):
        print_init(made)
    return Exit.DONE
