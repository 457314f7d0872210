"""The command tree, and the options that stand before every command."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tidbok_cli import __version__
from tidbok_cli.cli import commands, lazy
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMANDS: Final = {
    "init": "setup",
    "demo": "setup",
    "why": "diagnose",
    "view": "resident",
    "inbox": "resident",
    "sweep": "sweep",
    "rules": "diagnose",
    "help": "help",
}
"""The commands that are in no group, each with its module, in the order of help."""

GROUPS: Final = {
    "unit": ("unit", "unit_plan"),
    "service": ("service",),
    "relation": ("relation",),
    "booking": ("booking", "booking_lists", "booking_import"),
    "slot": ("slot",),
    "basis": ("basis",),
    "summons": ("summons",),
    "coupling": ("coupling",),
    "store": ("store",),
}
"""The groups, each with the modules of its commands, in the order of help; the first is called as the group is."""

_GLOBAL = _("Where and in which language")


def _instead(action: Callable[[], None]) -> Callable[[typer.Context, bool], None]:
    """What an option does instead of a command; nothing while a shell completes the line that it stands on."""

    def act(ctx: typer.Context, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            action()
            raise typer.Exit(Exit.DONE)

    return act


def _print_version() -> None:
    print(f"tidbok {__version__}")


def _install_completion() -> None:
    from tidbok_cli.cli import shells

    shell = shells.current()
    path = shells.install(shell, Path.home())
    print(
        _("Completion for {shell} is in {path}. It works in terminals that are opened from now on.").format(
            shell=shell, path=path
        )
    )


def _show_completion() -> None:
    from tidbok_cli.cli import shells

    print(shells.SHELLS[shells.current()].script, end="")


def build() -> Any:
    """The whole program as a command of Typer's; the chosen language must be active."""
    app = typer.Typer(
        name="tidbok",
        cls=commands.Group,
        help=_(
            "1177 tidbok for a health-care region: say why a booked time is not shown and who can mend it, "
            "configure clinics from files, import and sweep."
        ),
        epilog=commands.example("tidbok demo", "tidbok why COS-100231", "tidbok sweep --summary", "tidbok help"),
        rich_markup_mode=commands.MARKUP,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_take_global_options)
    root = typer.main.get_command(app)
    makers = {name: partial(lazy.command, module, name) for name, module in COMMANDS.items()}
    root.commands = lazy.Commands(makers | {name: partial(lazy.group, modules) for name, modules in GROUPS.items()})  # type: ignore[attr-defined]
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
        typer.Option(
            "--version", is_eager=True, callback=_instead(_print_version), help=_("Print the version and end.")
        ),
    ] = False,
    install_completion: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            is_eager=True,
            callback=_instead(_install_completion),
            help=_("Have this shell complete commands, clinics and bookings with the Tab key."),
        ),
    ] = False,
    show_completion: Annotated[
        bool,
        typer.Option(
            "--show-completion",
            is_eager=True,
            callback=_instead(_show_completion),
            help=_("Print what this shell loads for that, to be kept elsewhere."),
        ),
    ] = False,
) -> None:
    ctx.obj = ctx.obj(config or None, store or None)
