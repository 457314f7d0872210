"""`coupling`: whether 1177 finds the clinics' calendars, by the routes in TAK."""

from __future__ import annotations

import typer

from tidbok_cli.cli import options
from tidbok_cli.cli.answering import answer_thing, status, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

app = options.group(_("The technical coupling: the routes in TAK that the clinics' services need."))


@app.command(
    cls=options.Command,
    help=_(
        "Check that TAK has, in force, a route for each contract that each service of the clinics needs, by the latest "
        "snapshot that has been read."
    )
    + answers.COUPLING,
    epilog=options.example("tidbok coupling check", "tidbok coupling check ogon -o json"),
)
def check(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.coupling import ROUTES, checked_value, print_checked
    from tidbok_cli.workflows.couple import check as job

    checked = job(workplace(ctx, at=at), units or [])
    value = checked_value(checked)
    if not answer_thing(value, ROUTES, output, value["routes"]):
        print_checked(checked)
    return status(good=checked.complete)


@app.command(
    "import-tak",
    cls=options.Command,
    help=_(
        "Read an export of TAK, in its own form or the TAK-API's. It replaces the former snapshot; routes that are "
        "gone keep when they were seen, so that answers about the past stay."
    )
    + answers.TAK,
    epilog=options.example("tidbok coupling import-tak tak-export.json"),
)
def import_tak(
    ctx: typer.Context,
    file: options.FileArgument,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.coupling import TAKEN, print_taken, taken_row, taken_value
    from tidbok_cli.workflows.couple import import_tak as job

    place = workplace(ctx, at=at)
    taken = job(place, file)
    if not answer_thing(taken_value(taken), TAKEN, output, [taken_row(taken)]):
        print_taken(taken, place.at)
    return Exit.DONE
