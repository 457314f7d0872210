"""Answering a shell that completes a line (`cli/shells.py` has what it asks with).

Typer's own answers load rich, which is slow, and under zsh are handed to `eval` with names out of the store in them.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from typer._click.shell_completion import CompletionItem, _resolve_context, _resolve_incomplete
from typer._completion_classes import ZshComplete

from tidbok_cli.domain.cells import without_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHOICES: Final = re.compile(r"[a-z_]+(\|[a-z_]+)+")
_LINE: Final = "_TYPER_COMPLETE_ARGS"


def words() -> list[str]:
    """The words of the line so far, roughly: enough to find the language in."""
    return os.environ.get(_LINE, "").split()


def answer(root: Any, asked: str, place: Callable[..., object]) -> str:
    """The candidates for the line in the environment, one a line, as the shell that asks (`complete_bash`) takes them.

    `place` makes the workplace from the options --config and --store.
    """
    form = _FORMS[asked.removeprefix("complete_")]
    line = _Line(root, {"obj": place}, "tidbok", "")
    return "\n".join(form(value, told) for value, told in line.candidates())


class _Line(ZshComplete):
    """The line so far, the cursor at its end."""

    def candidates(self) -> Iterator[tuple[str, str]]:
        """What the word at the cursor may become, as a whole, and what tells it apart; each once.

        What looks like a person number is left out, and so is what no shell could take on one line.
        """
        arguments, begun = self.get_completion_args()
        option = begun[: begun.index("=") + 1] if begun.startswith("--") and "=" in begun else ""
        offered = {item.value: item.help for item in reversed(self.get_completions(arguments, begun))}
        for value, told in reversed(offered.items()):
            if value.isprintable() and without_numbers(value) == value:
                yield option + value, _one_line(told or "")

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        context = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        asked, incomplete = _resolve_incomplete(context, args, incomplete)
        metavar = getattr(asked, "metavar", None) or ""
        if _CHOICES.fullmatch(metavar):  # the choices are said there, once
            return [CompletionItem(each) for each in metavar.split("|") if each.startswith(incomplete)]
        return asked.shell_complete(context, incomplete)


def _one_line(told: str) -> str:
    """What is told beside a candidate, without anything that a terminal would obey."""
    return "".join(filter(str.isprintable, " ".join(str(without_numbers(told)).split())))


def _bash(value: str, told: str) -> str:
    """bash puts in what it is given: quoted, unless the caller has begun a quotation, which bash then ends."""
    begun = words()[-1:] or [""]
    return value if begun[0].startswith(("'", '"')) else shlex.quote(value)


def _zsh(value: str, told: str) -> str:
    r"""`value:told`, the form of _describe."""
    escaped = value.replace("\\", "\\\\").replace(":", "\\:")
    return f"{escaped}:{told}" if told else escaped


def _fish(value: str, told: str) -> str:
    return f"{value}\t{told}" if told else value


_FORMS: Final = {"bash": _bash, "zsh": _zsh, "fish": _fish}
