"""Every command and group of the program, with the examples in its help."""

import re
import shlex
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tidbok_cli import i18n
from tidbok_cli.cli.base import tree
from tidbok_cli.cli.base.typer_private import words_left

REDIRECTION: Final = re.compile(r"[0-9]?>(>|&[0-9])?")
BEFORE_A_COMMAND: Final = {"sudo", "exec", "do", "then", "else", "!"}


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


def called_in(text: str) -> Iterator[str]:
    """The calls of tidbok in a piece of shell, each as a command line of its own."""
    words = shlex.shlex(REDIRECTION.sub(" > ", text.replace("\\\n", " ")), posix=True, punctuation_chars=True)
    words.whitespace_split = True
    call: list[str] = []
    before = ";"
    for word in [*words, ";"]:
        separates = not word.strip("();<>|&")
        if call and separates:
            yield shlex.join(call)
            call = []
        elif call or (word == "tidbok" and (before in BEFORE_A_COMMAND or not before.strip("();<>|&"))):
            call.append(word)
        before = word
