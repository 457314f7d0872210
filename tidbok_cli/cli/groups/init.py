"""`init`: the first step."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group
from tidbok_cli.i18n import _

app = group("")


@command(
    app,
    _(
        "Make the configuration folder and the store, where they are missing. Safe to repeat. They are sought as by "
        "every command, and ./config is made only where no configuration is found. What is there stays as it is; "
        "“tidbok store upgrade” brings an older store up to date."
    ),
    "tidbok init",
    "tidbok --config /etc/tidbok --store /var/lib/tidbok/tidbok.db init",
    answer=_(
        "an object, tidbok.init/1, with config and store, whether each was made, and config_by and store_by: the "
        "option, variable or file that leads there, or home."
    ),
)
def init(
    ctx: typer.Context, at: options.At = None, wait: options.Wait = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.region_start import region_text
    from tidbok_cli.render.store import INIT_KEYS, init_value, print_init
    from tidbok_cli.workflows.store import init as job

    made = job(context_of(ctx, at=at, wait=wait), region_text())
    if not answer_thing(init_value(*made), INIT_KEYS, output):
        print_init(*made)
    return Exit.DONE
