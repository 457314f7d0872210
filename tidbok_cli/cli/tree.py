"""The command tree, and the options that stand before every command."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli import __version__
from tidbok_cli.cli import booking, coupling, diagnose, options, relation, service, setup, store, unit
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _

_GLOBAL = _("Where and in which language")


def _print_version(asked: bool) -> None:
    if asked:
        print(f"tidbok {__version__}")
        raise typer.Exit(Exit.DONE)


def build() -> typer.Typer:
    """The whole program as Typer has it; the chosen language must be active."""
    root = typer.Typer(
        name="tidbok",
        cls=options.Group,
        help=_(
            "1177 tidbok for a health-care region: say why a booked time is not shown and who can mend it, "
            "configure clinics from files, import and sweep."
        ),
        epilog=options.example("tidbok demo", "tidbok why COS-100231", "tidbok sweep --summary"),
        rich_markup_mode=options.MARKUP,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    root.callback()(_take_global_options)
    root.registered_commands += setup.app.registered_commands + diagnose.app.registered_commands
    for name, module in (
        ("unit", unit),
        ("service", service),
        ("relation", relation),
        ("booking", booking),
        ("coupling", coupling),
        ("store", store),
    ):
        root.add_typer(module.app, name=name)
    return root


def _take_global_options(
    ctx: typer.Context,
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="DIR",
            envvar="TIDBOK_CONFIG",
            help=_("The folder with tidbok.toml and units/. Default: ./config, or the user's own."),
            rich_help_panel=_GLOBAL,
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            envvar="TIDBOK_STORE",
            help=_("The store: a path to a SQLite file, or a database URL. Default: as tidbok.toml says."),
            rich_help_panel=_GLOBAL,
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="sv|en",
            envvar="TIDBOK_LANG",
            help=_("The language of help and messages."),
            rich_help_panel=_GLOBAL,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_print_version, help=_("Print the version and end.")),
    ] = False,
) -> None:
    ctx.obj.config_option = config or None
    ctx.obj.store_option = store or None
