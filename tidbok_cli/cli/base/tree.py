"""The command tree, and the options that stand before every command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tidbok_cli import __version__
from tidbok_cli.cli.base import typer_language
from tidbok_cli.cli.base.typer_language import Group
from tidbok_cli.cli.base.typer_private import MARKUP, help_of, registered
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable


COMMANDS: Final = {
    "init": "init",
    "demo": "demo",
    "why": "why",
    "view": "view",
    "inbox": "inbox",
    "sweep": "sweep",
    "rules": "rules",
}
"""The commands that are in no group, each with its module, in the order of help."""

GROUPS: Final = {
    "unit": ("unit", "unit_apply"),
    "service": ("service",),
    "relation": ("relation",),
    "booking": ("booking", "booking_list", "booking_import"),
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
    from tidbok_cli.cli.base import completion_scripts

    shell = completion_scripts.current()
    path = completion_scripts.install(shell, Path.home())
    print(
        _("Completion for {shell} is in {path}. It works in terminals that are opened from now on.").format(
            shell=shell, path=path
        )
    )


def _show_completion() -> None:
    from tidbok_cli.cli.base import completion_scripts

    print(completion_scripts.SHELLS[completion_scripts.current()].script, end="")


def build() -> Any:
    """The whole program as a command of Typer's; the chosen language must be active."""
    app = typer.Typer(
        name="tidbok",
        cls=typer_language.Group,
        help=_(
            "1177 tidbok for a health-care region: say why a booked time is not shown and who can mend it, "
            "configure clinics from files, import and sweep."
        ),
        epilog=typer_language.example("tidbok demo", "tidbok why COS-100231", "tidbok sweep --summary"),
        rich_markup_mode=MARKUP,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_take_global_options)
    root = typer.main.get_command(app)
    makers = {name: partial(command, module, name) for name, module in COMMANDS.items()}
    root.commands = Commands(makers | {name: partial(group, modules) for name, modules in GROUPS.items()})  # type: ignore[attr-defined]
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


class Commands(Mapping[str, Any]):
    """The commands of a group by their names, each made by its maker the first time that it is asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        self._makers = makers
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def commands_of(*modules: str) -> Commands:
    """The commands that modules of this room register, in their order."""
    apps: list[typer.Typer] = [import_module(f"tidbok_cli.cli.groups.{module}").app for module in modules]
    return Commands({name: make for app in apps for name, make in registered(app)})


def command(module: str, name: str) -> Any:
    """One of the module's commands."""
    return commands_of(module)[name]


def group(modules: tuple[str, ...]) -> Group:
    """All of the modules' commands, as a group that has the first one's name and help."""
    commands: Any = commands_of(*modules)
    told = help_of(import_module(f"tidbok_cli.cli.groups.{modules[0]}").app)
    return Group(name=modules[0], help=told, commands=commands, rich_markup_mode=MARKUP)
