"""Who opens the store: which command, how patient, and whom it warns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.errors import Problem

WAIT_SECONDS: Final = 10
"""So long a command waits for a store that is busy, unless --wait says otherwise."""


def _unheard(_: Problem) -> None:
    pass


class Caller(NamedTuple):
    """A command by its words, `booking import`; it waits at most `wait` seconds."""

    command: str = ""
    wait: float = WAIT_SECONDS
    warn: Callable[[Problem], None] = _unheard


NOBODY: Final = Caller()
"""A caller of no command, with the usual patience."""
