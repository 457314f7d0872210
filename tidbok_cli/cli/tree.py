"""The command tree, and the options that stand before every command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidbok_cli import __version__
from tidbok_cli.cli import booking, diagnose, lazy, options, relation, service, setup, store, unit
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

_GLOBAL = _("Where and in which language")


def _print_version(asked: bool) -> None:
    if asked:
        print(f"tidbok {__version__}")
        raise typer.Exit(Exit.DONE)


def build() -> Any:
    """The whole program as a command of Typer's; the chosen language must be active."""
    app = typer.Typer(
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
    app.callback()(_take_global_options)
    root = typer.main.get_command(app)
    groups = (("unit", unit), ("service", service), ("relation", relation), ("booking", booking), ("store", store))
    makers = lazy.makers(setup.app) | lazy.makers(diagnose.app)
    makers |= {name: partial(lazy.group, name, module.app) for name, module in groups}
    root.commands = lazy.Commands(makers)  # type: ignore[attr-defined]
    return root


def walk(command: Any, words: str = "tidbok") -> Iterator[tuple[str, Any]]:
    """The command and all that are below it, each with the words that call it, in the order of help."""
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, f"{words} {name}")


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
    ctx.obj = ctx.obj(config or None, store or None)
