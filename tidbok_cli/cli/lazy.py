"""Commands that are loaded and made when they are asked for: all of them together take longer than loading Typer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

from tidbok_cli.cli.commands import MARKUP, Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.models import CommandInfo


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
    apps: list[typer.Typer] = [import_module(f"tidbok_cli.cli.{module}").app for module in modules]
    make = partial(typer.main.get_command_from_info, pretty_exceptions_short=False, rich_markup_mode=MARKUP)
    return Commands({_name(info): partial(make, info) for app in apps for info in app.registered_commands})


def _name(info: CommandInfo) -> str:
    return info.name or typer.main.get_command_name(getattr(info.callback, "__name__", ""))


def command(module: str, name: str) -> Any:
    """One of the module's commands."""
    return commands_of(module)[name]


def group(modules: tuple[str, ...]) -> Group:
    """All of the modules' commands, as a group that has the first one's name and help."""
    commands: Any = commands_of(*modules)
    told = str(import_module(f"tidbok_cli.cli.{modules[0]}").app.info.help)
    return Group(name=modules[0], help=told, commands=commands, rich_markup_mode=MARKUP)
