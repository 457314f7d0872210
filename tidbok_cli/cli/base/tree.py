"""The command tree, and the options that stand before every command.

A module is loaded and its commands are made when they are asked for: all together take 110 ms, more than Typer itself.
A new command of a module that stands here needs no entry: the module registers it.
"""

# Unlike elsewhere, annotations are no texts here: Typer reads them, and would compile each.

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from tidbok_cli import __version__
from tidbok_cli.cli.base.typer_language import Group, example
from tidbok_cli.cli.base.typer_private import MARKUP, calling_shell, help_of, registered
from tidbok_cli.errors import Exit
from tidbok_cli.i18n import _

COMMANDS: Final = ("init", "demo", "why", "view", "inbox", "sweep", "rules", "help")
"""Commands in no group, in modules of their names, in help's order."""

GROUPS: Final = {
    "unit": ("unit_edit", "unit", "unit_apply", "unit_checklist"),
    "service": ("service", "service_import"),
    "relation": ("relation",),
    "booking": ("booking", "booking_list", "booking_import"),
    "slot": ("slot",),
    "basis": ("basis",),
    "summons": ("summons",),
    "coupling": ("coupling",),
    "journal": ("journal", "journal_show", "journal_rehearse"),
    "store": ("store", "store_backup", "store_purge"),
    "audit": ("audit",),
}
"""Groups with their modules, in help's order; the first has its help."""


def build() -> Any:
    """Make the whole program as a command, in the active language."""
    app = typer.Typer(
        name="tidbok",
        cls=Group,
        context_settings={"help_option_names": ["--help", "-h"]},
        help=_(
            "1177 tidbok for a health-care region: say why a booked time is not shown and who can mend it, "
            "configure clinics from files, import and sweep."
        ),
        epilog=example("tidbok demo", "tidbok why COS-100231", "tidbok sweep --summary", "tidbok help"),
        rich_markup_mode=MARKUP,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_take_global_options)
    root: Any = typer.main.get_command(app)
    root.commands = Commands(
        {name: partial(_command, name) for name in COMMANDS} | {name: partial(_group, name) for name in GROUPS}
    )
    return root


def walk(command: Any, words: str = "tidbok") -> Iterator[tuple[str, Any]]:
    """Yield a command and all below, with the words that call them."""
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, f"{words} {name}")


class Commands(Mapping[str, Any]):
    """Commands by name, each made by its maker when first asked for."""

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
    """Commands that modules of `cli/groups` register, in their order."""
    return Commands({name: make for module in modules for name, make in registered(_app(module))})


def _command(name: str) -> Any:
    return commands_of(name)[name]


def _group(name: str) -> Group:
    modules = GROUPS[name]
    commands: Any = commands_of(*modules)
    return Group(name=name, help=help_of(_app(modules[0])), commands=commands, rich_markup_mode=MARKUP)


def _app(module: str) -> typer.Typer:
    app: typer.Typer = import_module(f"tidbok_cli.cli.groups.{module}").app
    return app


# --- The options before every command


def _instead(action: Callable[[], None]) -> Callable[[typer.Context, bool], None]:
    """Callback of an option that acts and ends; nothing during completion."""

    def act(ctx: typer.Context, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            action()
            raise typer.Exit(Exit.DONE)

    return act


def _print_version() -> None:
    print(f"tidbok {__version__}")


def _install_completion() -> None:
    from tidbok_cli.cli.base import completion_scripts

    shell = completion_scripts.known_shell(calling_shell())
    path = completion_scripts.install(shell, completion_scripts.home())
    print(
        _("Completion for {shell} is in {path}. It works in terminals that are opened from now on.").format(
            shell=shell, path=path
        )
    )


def _show_completion() -> None:
    from tidbok_cli.cli.base import completion_scripts

    print(completion_scripts.SHELLS[completion_scripts.known_shell(calling_shell())].script, end="")


_GLOBAL: Final = _("Where and in which language")


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
    unsafe_permissions: Annotated[
        bool,
        typer.Option(
            "--unsafe-permissions",
            help=_("Go on though others may change the configuration or the store."),
            rich_help_panel=_GLOBAL,
        ),
    ] = False,
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
    ctx.obj = ctx.obj(config or None, store or None, unsafe=unsafe_permissions)
