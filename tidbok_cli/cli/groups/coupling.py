"""`coupling`: whether 1177 finds the clinics' calendars, by the routes in TAK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group, status
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.errors import Problem
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.domain.coupling_snapshot import SnapshotTaken
    from tidbok_cli.workflows.context import Context

app = group(_("The technical coupling: the routes in TAK that the clinics' services need."))


@command(
    app,
    _(
        "Check that TAK has, in force, a route for each contract that each service of the clinics needs, by the latest "
        "snapshot that has been read."
    ),
    "tidbok coupling check",
    "tidbok coupling check ogon -o json",
    "tidbok coupling check --consumer SE2321000024-T001",
    "tidbok coupling check --missing -o text",
    answer=_(
        "an object, tidbok.coupling/1, with the snapshot (null where none has been read) and the routes: unit, "
        "logical_address, service, contract, routed, producer, profile, since and until, as TAK has them, and "
        "carried_by: the parent's address, or “*”, whose route leads there; a route that is gone ends when the "
        "snapshot without it was read. With --consumer also consumer, and for each route permitted (null where no "
        "snapshot tells), permitted_since, permitted_until, and permitted_by: the parent's address, or “*”, whose "
        "permission holds."
    ),
)
def check(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    missing: Annotated[
        bool,
        typer.Option(
            "--missing", help=_("Only the routes that are missing; with -o text, an order to paste to who adds them.")
        ),
    ] = False,
    consumer: Annotated[
        str | None,
        typer.Option(
            "--consumer",
            metavar="HSA_ID",
            help=_("Who calls: check also its permissions (anropsbehörighet) in TAK. Without them it is told VP007."),
        ),
    ] = None,
    at: options.At = None,
    output: options.OutputOrText = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.coupling import checked_value, print_checked, print_order, route_keys
    from tidbok_cli.workflows.coupling import check as job

    context = context_of(ctx, at=at)
    checked = job(context, units or [], consumer)
    shown = checked.missing if missing else checked
    value = checked_value(shown)
    if missing and (output is Format.TEXT or (output is Format.TABLE and not shown.routes)):
        if shown.snapshot is None and shown.unrouted:
            context.warn(Problem("coupling.order_untold", warning=True))
        print_order(shown)
    elif not answer_thing(value, route_keys(shown), output, value["routes"]):
        print_checked(shown)
    return status(good=checked.complete)


AllowMass = Annotated[
    bool,
    typer.Option(
        "--allow-mass",
        help=_("Take it also where more than a fifth of the routes are gone."),
        rich_help_panel=options.RIGHT_FILE,
    ),
]


@command(
    app,
    _(
        "Read an export of TAK, in its own form or the TAK-API's. It replaces the former snapshot; routes and "
        "permissions that are gone keep when they were seen, so that answers about the past stay."
    ),
    "tidbok coupling import-tak tak-export.json",
    name="import-tak",
    answer=_("an object, tidbok.tak/1, with the snapshot, how many routes it had, and how many are new and gone."),
)
@as_job()
def import_tak(
    ctx: typer.Context,
    file: options.FileArgument,
    allow_mass: AllowMass = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.coupling import import_tak as job

    context = context_of(ctx, at=at, wait=wait)
    return _answer_taken(job(context, file, allow_mass=allow_mass), context, output)


_CONNECTION = _("The connection")


@command(
    app,
    _(
        "Ask the TAK-API for the routes to the clinics' logical addresses, and the permissions there: of those in "
        "force, and of those in the files. They replace those known at the same addresses. The API tells of no "
        "validity, only of today."
    ),
    "tidbok coupling fetch --url https://tak.example/coop/api/v2 --connection-point NTJP/PRODUCTION",
    "tidbok coupling fetch --url https://tak.example/coop/api/v2 --connection-point NTJP/PRODUCTION "
    "--user region --password-file /etc/tidbok/tak-api-password",
    answer=_("an object, tidbok.tak/1, with the snapshot, how many routes it had, and how many are new and gone."),
)
@as_job()
def fetch(
    ctx: typer.Context,
    url: Annotated[str, typer.Option("--url", metavar="URL", help=_("The API's address: https://host/coop/api/v2."))],
    connection_point: Annotated[
        str,
        typer.Option(
            "--connection-point",
            metavar="PLATFORM/ENVIRONMENT",
            help=_("The platform, and which environment of it: NTJP/PRODUCTION."),
        ),
    ],
    user: Annotated[
        str | None,
        typer.Option(
            "--user",
            metavar="NAME",
            help=_(
                "As whom to ask. The password comes from --password-file, or systemd's credential tak-api-password."
            ),
            rich_help_panel=_CONNECTION,
        ),
    ] = None,
    password_file: Annotated[
        str | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help=_("The file whose first line is the password."),
            rich_help_panel=_CONNECTION,
        ),
    ] = None,
    cert: Annotated[
        str | None,
        typer.Option("--cert", metavar="FILE", help=_("Our client certificate, in PEM."), rich_help_panel=_CONNECTION),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help=_("Its key, where that is in a file of its own."),
            rich_help_panel=_CONNECTION,
        ),
    ] = None,
    ca: Annotated[
        str | None,
        typer.Option(
            "--ca",
            metavar="FILE",
            help=_("Whom to believe, besides those that the system does: certificates in PEM."),
            rich_help_panel=_CONNECTION,
        ),
    ] = None,
    timeout: Annotated[
        int,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=1,
            max=600,
            help=_("How long to wait for each answer."),
            rich_help_panel=_CONNECTION,
        ),
    ] = 30,
    allow_mass: AllowMass = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.coupling_fetch import TakApi
    from tidbok_cli.workflows.coupling_fetch import fetch as job

    context = context_of(ctx, at=at, wait=wait)
    asking = TakApi(url, connection_point, user, password_file, cert, key, ca, timeout)
    return _answer_taken(job(context, asking, allow_mass=allow_mass), context, output)


def _answer_taken(taken: SnapshotTaken, context: Context, output: Format) -> Exit:
    from tidbok_cli.render.coupling import TAKEN_KEYS, print_taken, taken_row, taken_value

    if not answer_thing(taken_value(taken), TAKEN_KEYS, output, [taken_row(taken)]):
        print_taken(taken, context.at)
    return Exit.DONE
