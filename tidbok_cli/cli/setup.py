"""`init` and `demo`: the first steps."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli import commands, options
from tidbok_cli.cli.answering import answer_thing, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = commands.group("")


@app.command(
    cls=commands.Command,
    help=_("Make the configuration folder and the store, where they are missing. Safe to repeat.") + answers.INIT,
    epilog=commands.example("tidbok init", "tidbok --config /etc/tidbok --store /var/lib/tidbok/tidbok.db init"),
)
def init(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.keeping import INIT, init_value, print_init
    from tidbok_cli.workflows.upkeep import init as job

    made = job(workplace(ctx, at=at))
    if not answer_thing(init_value(made), INIT, output):
        print_init(made)
    return Exit.DONE


@app.command(
    cls=commands.Command,
    help=_("Make up a small region in a folder of its own, and show what the program says of it. Safe to repeat.")
    + answers.DEMO,
    epilog=commands.example("tidbok demo", "tidbok demo --bookings 10000 --seed 7 /tmp/region"),
)
def demo(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help=_("The folder to make."))] = "tidbok-demo",
    bookings: Annotated[
        int, typer.Option("--bookings", metavar="N", min=1, max=10_000_000, help=_("How many bookings to make up."))
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help=_("The same seed makes the same region."))] = 1,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.demonstrating import DEMO, demo_value, print_demo
    from tidbok_cli.workflows.demo import demo as job

    shown = job(workplace(ctx, at=at), folder, bookings, seed)
    if not answer_thing(demo_value(shown), DEMO, output):
        print_demo(shown)
    return Exit.DONE
