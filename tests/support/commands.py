"""Every command and group of the program, with the examples in its help."""

import shlex
from typing import Any, NamedTuple

from tidbok_cli import i18n
from tidbok_cli.cli.base import tree
from tidbok_cli.cli.base.typer_private import words_left


class Told(NamedTuple):
    """A command or group, by the words that call it."""

    words: str
    command: Any

    @property
    def examples(self) -> list[str]:
        """The command lines in its epilog, without the prompt."""
        lines = (self.command.epilog or "").replace("[dim]$[/dim] ", "$ ").splitlines()
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


i18n.activate("en")
ROOT = tree.build()
TREE = [Told(*each) for each in tree.walk(ROOT)]
COMMANDS = [told for told in TREE if not hasattr(told.command, "commands")]
EXAMPLES = [(told.words, example) for told in TREE for example in told.examples]


def called(example: str) -> tuple[str, Any]:
    """The command that an example calls, as its words, and the context of the call, parsed but not carried out.

    Raises BadInput where the example is wrong.
    """
    words, arguments, command = "tidbok", shlex.split(example)[1:], ROOT
    context = command.make_context("tidbok", arguments)
    while hasattr(command, "commands"):
        name, command, rest = command.resolve_command(context, words_left(context))
        words = f"{words} {name}"
        context = command.make_context(name, rest, parent=context)
    return words, context
