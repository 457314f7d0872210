"""Every command and group of the program, with the examples in its help."""

from typing import Any, NamedTuple

from tidbok_cli import i18n
from tidbok_cli.cli.base import tree


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
