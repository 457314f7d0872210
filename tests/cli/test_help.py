"""Help of every command: purpose, options, and examples that are right."""

import json
from itertools import chain
from pathlib import Path

import pytest
import typer
from support.commands import COMMANDS, EXAMPLES, TREE, Told, called
from support.paths import GOLDEN

from tidbok_cli.cli.base import tree
from tidbok_cli.errors import BadInput


def test_the_tree_is_walked() -> None:
    assert {"tidbok", "tidbok unit", "tidbok unit apply", "tidbok why"} <= {told.words for told in TREE}


def test_every_command_that_a_module_registers_is_in_the_tree() -> None:
    """`tree` names the modules, since they are loaded when they are called."""
    assert tuple(tree.commands_of(*tree.COMMANDS)) == tree.COMMANDS
    with_commands = {
        path.stem for path in (Path(tree.__file__).parents[1] / "groups").glob("*.py") if "\napp = " in path.read_text()
    }
    assert with_commands == {*tree.COMMANDS, *chain(*tree.GROUPS.values())}


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


@pytest.mark.parametrize(("words", "example"), EXAMPLES, ids=[f"{words}: {example}" for words, example in EXAMPLES])
def test_an_example_can_be_typed_as_it_stands(words: str, example: str) -> None:
    assert called(example)[0].startswith(words)


@pytest.mark.parametrize(
    "wrong",
    ["tidbok nonsense", "tidbok unit nonsense", "tidbok why --nonsense", "tidbok unit show", "tidbok why -o xml"],
)
def test_a_wrong_example_would_be_found(wrong: str) -> None:
    with pytest.raises(BadInput):
        called(wrong)
