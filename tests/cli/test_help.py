"""Help of every command: purpose, options, and examples that are right."""

import json
import shlex
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer
from support.commands import COMMANDS, EXAMPLES, ROOT, TREE, Told
from support.paths import GOLDEN

from tidbok_cli.cli.base import tree


def test_the_tree_is_walked() -> None:
    assert {"tidbok", "tidbok unit", "tidbok unit apply", "tidbok why"} <= {told.words for told in TREE}


def test_every_command_that_a_module_registers_is_in_the_tree() -> None:
    """`tree.COMMANDS` names those that are in no group, since their modules are loaded when they are called."""
    modules = dict.fromkeys(tree.COMMANDS.values())
    assert {name for module in modules for name in tree.commands_of(module)} == set(tree.COMMANDS)
    with_commands = {
        path.stem for path in (Path(tree.__file__).parents[1] / "groups").glob("*.py") if "\napp = " in path.read_text()
    }
    assert with_commands == {*modules, *chain(*tree.GROUPS.values())}


@pytest.mark.parametrize("told", TREE, ids=lambda told: told.words)
def test_it_says_what_it_does(told: Told) -> None:
    assert told.command.help.endswith(".")


@pytest.mark.parametrize("told", COMMANDS, ids=lambda told: told.words)
def test_it_has_an_example_of_itself(told: Told) -> None:
    assert told.words in [called(example)[0] for example in told.examples]


LISTING = [told for told in COMMANDS if "With -o json: an array" in told.command.help]


@pytest.mark.parametrize("told", LISTING, ids=lambda told: told.words)
def test_the_help_of_a_list_names_its_keys(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    """… as the answer has them; other help, such as that of its group, does not look them up."""
    context = typer.Context(told.command, info_name=told.words)
    told.command.format_help(context, context.make_formatter())
    said = "".join(capsys.readouterr().out.partition("With -o json: ")[2].split())
    (row,) = json.loads((GOLDEN / f"json/{told.words.removeprefix('tidbok ')}.json").read_text())
    assert all(key in said for key in row)


@pytest.mark.parametrize("told", TREE, ids=lambda told: told.words)
def test_each_option_and_argument_says_what_it_means(told: Told) -> None:
    silent = [parameter.name for parameter in told.command.params if not (parameter.help or "").endswith(".")]
    assert silent == []


@pytest.mark.parametrize("told", COMMANDS, ids=lambda told: told.words)
def test_it_takes_the_moment(told: Told) -> None:
    """`--at` is an option of every command (contract, section 1)."""
    assert "--at" in {name for parameter in told.command.params for name in parameter.opts}


def called(example: str) -> tuple[str, Any]:
    """The command that an example calls, as its words, and the context of the call, parsed but not carried out.

    Raises Typer's usage error where the example is wrong.
    """
    words, arguments, command = "tidbok", shlex.split(example)[1:], ROOT
    context = command.make_context("tidbok", arguments)
    while hasattr(command, "commands"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        words = f"{words} {name}"
        context = command.make_context(name, rest, parent=context)
    return words, context


@pytest.mark.parametrize(("words", "example"), EXAMPLES, ids=[f"{words}: {example}" for words, example in EXAMPLES])
def test_an_example_can_be_typed_as_it_stands(words: str, example: str) -> None:
    assert called(example)[0].startswith(words)


@pytest.mark.parametrize(
    "wrong",
    ["tidbok nonsense", "tidbok unit nonsense", "tidbok why --nonsense", "tidbok unit show", "tidbok why -o xml"],
)
def test_a_wrong_example_would_be_found(wrong: str) -> None:
    with pytest.raises(typer.TyperException):
        called(wrong)
