"""`init`: the first step."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group
from tidbok_cli.i18n import _

app = group("")


@command(
    app,
    _(
        "Make the configuration folder and the store, where they are missing. Safe to repeat. They are sought as by "
        "every command, and ./config is made only where no configuration is found. A new configuration gets a store "
        "of its own beside its tidbok.toml, unless an option or a variable names another. What is there stays as it "
        "is; “tidbok store upgrade” brings an older store up to date."
    ),
    "tidbok init",
    "tidbok --config /etc/tidbok --store /var/lib/tidbok/tidbok.db init",
    answer=_(
        "an object, tidbok.init/1, with config and store, whether each was made, and config_by and store_by: the "
        "option, variable or file that leads there, or home."
    ),
)
def init(
    ctx: typer.Context,
    lift_purpose: Annotated[
        bool,
        typer.Option(
            "--lift-purpose",
            help=_(
                "Also have the store show residents' data without a purpose again: once tidbok.toml has asked for one, "
                "the store does, whatever another configuration says. Needs --purpose, which is kept."
            ),
        ),
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.region_start import region_text
    from tidbok_cli.render.store import INIT_KEYS, init_value, print_init
    from tidbok_cli.workflows import store

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    made = store.init(context, region_text(own_store=False), region_text(own_store=True))
    if lift_purpose:
        store.lift_purpose(context)
    if not answer_thing(init_value(*made), INIT_KEYS, output):
        print_init(*made)
    return Exit.DONE
