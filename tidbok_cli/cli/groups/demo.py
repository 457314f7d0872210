"""`tidbok demo`: a made-up region."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _("Make up a small region in a folder of its own, and show what the program says of it. Safe to repeat."),
    "tidbok demo",
    "tidbok demo --bookings 10000 --seed 7 /tmp/region",
    answer=_(
        "an object, tidbok.demo/1, with the folder, the summary as “sweep --summary” has it, and hidden: "
        "some bookings that are not shown."
    ),
)
def demo(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help=_("The folder to make."))] = "tidbok-demo",
    bookings: Annotated[
        int, typer.Option("--bookings", metavar="N", min=1, max=10_000_000, help=_("How many bookings to make up."))
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help=_("The same seed makes the same region."))] = 1,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.demo import DEMO_KEYS, demo_value, print_demo
    from tidbok_cli.render.region_start import demo_text
    from tidbok_cli.workflows.demo import demo as job

    shown = job(context_of(ctx, at=at, wait=wait), folder, bookings, seed, demo_text())
    if not answer_thing(demo_value(shown), DEMO_KEYS, output):
        print_demo(shown)
    return Exit.DONE
