"""`init` and `demo`: the first steps."""

from __future__ import annotations

import typer

from tidbok_cli.cli.base import options, typer_language
from tidbok_cli.cli.base.answer import answer_thing, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = typer_language.group("")


@app.command(
    cls=typer_language.Command,
    help=_("Make the configuration folder and the store, where they are missing. Safe to repeat.") + answers.INIT,
    epilog=typer_language.example("tidbok init", "tidbok --config /etc/tidbok --store /var/lib/tidbok/tidbok.db init"),
)
def init(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.store import INIT, init_value, print_init
    from tidbok_cli.workflows.store import init as job

    made = job(workplace(ctx, at=at))
    if not answer_thing(init_value(made), INIT, output):
        print_init(made)
    return Exit.DONE
