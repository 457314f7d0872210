"""`store`: the database behind it all."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options, typer_language
from tidbok_cli.cli.base.answer import answer_rows, answer_thing, status, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = typer_language.group(_("The store: the database in which everything is kept."))


@app.command(
    cls=typer_language.Command,
    help=_("Say where the store is, how much it holds and what was last imported.") + answers.STORE,
    epilog=typer_language.example("tidbok store info", "tidbok store info -o json"),
)
def info(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.store import INFO, info_value, print_info
    from tidbok_cli.workflows.store import info as job

    found = job(workplace(ctx, at=at))
    if not answer_thing(info_value(found), INFO, output):
        print_info(found)
    return Exit.DONE


@app.command(
    cls=typer_language.Command,
    help=_("Check that the store is whole: the database's own checks, and all periods derived afresh from the logs.")
    + answers.DAMAGES,
    epilog=typer_language.example("tidbok store check"),
)
def check(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.store import DAMAGES, damage_value
    from tidbok_cli.workflows.store import check as job

    found = job(workplace(ctx, at=at))
    if found or output is not Format.TABLE:
        answer_rows(DAMAGES, map(damage_value, found), output)
    else:
        print(_("The store is whole."))
    return status(good=not found)


@app.command(
    cls=typer_language.Command,
    help=_(
        "Copy the store, whole, to another place: from SQLite to PostgreSQL, back again, or from server to server. "
        "The other store is made where it is missing, and must be empty; the copy is checked before it is kept."
    )
    + answers.COPY,
    epilog=typer_language.example(
        "tidbok store copy --to postgresql+psycopg://tidbok@db.region.example/tidbok",
        "tidbok --store postgresql+psycopg://tidbok@db.region.example/tidbok store copy --to tidbok.db",
    ),
)
def copy(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help=_("Where to: a URL, or a path to a SQLite file."))],
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.store import COPIED, copied_rows, copied_value, print_copied
    from tidbok_cli.workflows.store_copy import copy_store

    done = copy_store(workplace(ctx, at=at), to)
    if not answer_thing(copied_value(done), COPIED, output, copied_rows(done)):
        print_copied(done)
    return Exit.DONE
