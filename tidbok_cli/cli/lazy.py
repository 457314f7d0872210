"""Commands that are made when they are asked for: making all of them takes longer than loading Typer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from tidbok_cli.cli.options import MARKUP, Group

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


def makers(app: typer.Typer) -> dict[str, Callable[[], Any]]:
    """How each command that was registered with the group is made, by its name, in their order."""
    make = partial(typer.main.get_command_from_info, pretty_exceptions_short=False, rich_markup_mode=MARKUP)
    return {_name(info): partial(make, info) for info in app.registered_commands}


def _name(info: CommandInfo) -> str:
    return info.name or typer.main.get_command_name(getattr(info.callback, "__name__", ""))


def group(name: str, app: typer.Typer) -> Group:
    """The group with its commands."""
    commands: Any = Commands(makers(app))
    return Group(name=name, help=str(app.info.help), commands=commands, rich_markup_mode=MARKUP)
