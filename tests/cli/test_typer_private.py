"""Names of Typer that its documentation does not promise, each with the shape that the program relies on.

An upgrade that moves one of them fails here, by that name.
"""

import ast
import inspect
from enum import Enum
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated, Any, Final

import pytest
import typer
from support.paths import ROOT

from tidbok_cli.cli.base import typer_private

CALLED: Final = {
    "typer._click.core:Command.parse_args": "self ctx args",
    "typer._click.core:Command.make_context": "self info_name args parent extra",
    "typer._click.core:Command.invoke": "self ctx",
    "typer._click.core:Command.get_params": "self ctx",
    "typer._click.core:Command.get_help_option": "self ctx",
    "typer._click.core:Command.get_short_help_str": "self limit",
    "typer._click.core:Command.format_usage": "self ctx formatter",
    "typer._click.core:Command.collect_usage_pieces": "self ctx",
    "typer._click.core:Parameter.shell_complete": "self ctx incomplete",
    "typer._click.formatting:HelpFormatter.write_usage": "self prog args prefix",
    "typer._click.exceptions:BadOptionUsage": "option_name message ctx",
    "typer._click.exceptions:MissingParameter": "message ctx param param_hint param_type",
    "typer._click.exceptions:NoSuchOption": "option_name message possibilities ctx",
    "typer._click.shell_completion:_resolve_context": "cli ctx_args prog_name args",
    "typer._click.shell_completion:_resolve_incomplete": "ctx args incomplete",
    "typer._click.shell_completion:split_arg_string": "string",
    "typer._click.types:IntParamType.convert": "self value param ctx",
    "typer._click.types:IntRange": "min max min_open max_open clamp",
    "typer._click.types:IntRange._describe_range": "self",
    "typer._completion_shared:_get_shell_name": "",
    "typer._types:TyperChoice": "choices case_sensitive",
    "typer._types:TyperChoice.convert": "self value param ctx",
    "typer.core:TyperGroup.list_commands": "self ctx",
    "typer.core:TyperGroup.invoke": "self ctx",
    "typer.core:TyperGroup.resolve_command": "self ctx args",
    "typer.main:get_command": "typer_instance",
    "typer.main:get_command_from_info": "command_info pretty_exceptions_short rich_markup_mode",
    "typer.main:get_command_name": "name",
    "typer.utils:get_params_from_function": "func",
}
"""What is called, overridden or matched on, with its parameters."""

KINDS: Final = [
    ("typer._click.exceptions:UsageError", "typer:TyperException"),
    ("typer._click.exceptions:NoSuchOption", "typer._click.exceptions:UsageError"),
    ("typer._click.exceptions:BadOptionUsage", "typer._click.exceptions:UsageError"),
    ("typer._click.exceptions:MissingParameter", "typer._click.exceptions:UsageError"),
    ("typer:BadParameter", "typer._click.exceptions:UsageError"),
    ("typer._click.types:IntRange", "typer._click.types:IntParamType"),
    ("typer._types:TyperChoice", "typer._click.types:ParamType"),
    ("typer.core:TyperCommand", "typer._click.core:Command"),
    ("typer.core:TyperGroup", "typer._click.core:Command"),
]

PARAMETER: Final = ("name", "opts", "secondary_opts", "metavar", "type", "required", "default", "envvar", "help")
"""What is read of an option or argument."""


class Colour(Enum):
    """A choice."""

    RED = "red"


@pytest.fixture
def app() -> typer.Typer:
    """A group of one command, as the command modules make them."""
    app = typer.Typer(help="A group.")

    @app.callback()
    def group() -> None:
        pass

    @app.command()
    def do_it(
        colour: Annotated[Colour, typer.Argument()],
        count: Annotated[int, typer.Option(min=1)] = 1,
        size: int = 1,
        flag: Annotated[bool, typer.Option("--flag", rich_help_panel="Panel")] = False,
    ) -> None:
        pass

    return app


@pytest.fixture
def command(app: typer.Typer) -> Any:
    (made,) = dict(typer_private.registered(app)).values()
    return made()


@pytest.mark.parametrize("name", CALLED)
def test_a_name_with_its_parameters(name: str) -> None:
    assert " ".join(inspect.signature(resolve_name(name)).parameters) == CALLED[name]


@pytest.mark.parametrize(("name", "above"), KINDS)
def test_a_kind_and_the_one_above_it(name: str, above: str) -> None:
    assert issubclass(resolve_name(name), resolve_name(above))


@pytest.mark.parametrize("name", typer_private.WORDS)
def test_a_text_that_typer_looks_up_in_our_catalogue(name: str) -> None:
    source = ast.parse(inspect.getsource(resolve_name("typer.rich_utils")))
    looked_up = {ast.unparse(each.targets[0]): each.value for each in source.body if isinstance(each, ast.Assign)}
    assert ast.unparse(looked_up[name]) == f"_({typer_private.WORDS[name]!r})"


@pytest.mark.parametrize("module", typer_private.UNUSED)
def test_a_class_that_typer_imports_and_help_does_not_use(module: str) -> None:
    name = typer_private.UNUSED[module]
    assert getattr(resolve_name("typer.rich_utils"), name).__name__ == name
    assert resolve_name(f"{module}:{name}").__module__ == module  # the real one, whatever stood there meanwhile


def test_typer_reads_parameters_by_a_name_that_we_have_taken(command: Any) -> None:
    assert resolve_name("typer.main:get_params_from_function") is typer_private.parameters_of
    callback = command.callback.__wrapped__
    assert typer_private.parameters_of(callback) is typer_private.parameters_of(callback)


def test_an_app_keeps_its_commands_and_its_help(app: typer.Typer) -> None:
    """`Typer.registered_commands`, `CommandInfo.name` and `.callback`, `Typer.info.help`."""
    assert [name for name, _ in typer_private.registered(app)] == ["do-it"]
    assert typer_private.help_of(app) == "A group."


def test_a_group_has_its_commands_by_name_and_a_context_the_words_left_to_them(app: typer.Typer) -> None:
    """`TyperGroup.commands`, `Context._protected_args`, `.args`, `.command_path`, `.find_root` and `.obj`."""
    root: Any = typer.main.get_command(app)
    assert list(root.commands) == ["do-it"]
    ctx = root.make_context("root", ["do-it", "red"], obj="obj")
    assert typer_private.words_left(ctx) == ["do-it", "red"]
    assert typer_private.words_left(root.make_context("root", [])) == []
    below = root.commands["do-it"].make_context("do-it", ["red"], parent=ctx)
    assert (below.command_path, below.find_root(), below.obj) == ("root do-it", ctx, "obj")
    assert (below.command, below.params["size"], below.resilient_parsing) == (root.commands["do-it"], 1, False)


def test_what_is_read_of_options_and_arguments(command: Any) -> None:
    assert [each.name for each in command.params if not typer_private.is_option(each)] == ["colour"]
    for parameter in command.params:
        assert [name for name in (*PARAMETER, "rich_help_panel") if not hasattr(parameter, name)] == []
    flag = command.params[-1]
    assert (flag.is_flag, flag.opts, flag.secondary_opts, flag.rich_help_panel) == (True, ["--flag"], [], "Panel")
    assert command.params[0].human_readable_name == "colour"


def test_the_types_of_parameters(command: Any) -> None:
    colour, count, size, _ = (parameter.type for parameter in command.params)
    assert (type(colour), colour.choices, colour.case_sensitive) == (typer_private.TyperChoice, ("red",), True)
    assert (type(count), count.min, count.max) == (typer_private.IntRange, 1, None)
    assert type(size) is typer_private.IntParamType


def test_leftover_words_are_the_commands_own_affair(command: Any) -> None:
    """`Command.allow_extra_args`."""
    command.allow_extra_args = True
    assert command.make_context("do-it", ["red", "more"]).args == ["more"]


def test_what_completes_a_word(command: Any) -> None:
    parameter, ctx, begun = typer_private.completed_parameter(command, str, [], "r")
    assert (parameter, begun, ctx.resilient_parsing) == (command.params[0], "r", True)
    (item,) = parameter.shell_complete(ctx, begun)
    assert (item.value, item.help) == ("red", None)


def test_nothing_else_reaches_inside_typer() -> None:
    files = [path for room in ("tidbok_cli", "tests") for path in (ROOT / room).rglob("*.py")]
    assert {path.name for path in files if inside_typer(path)} == {"typer_private.py"}


def inside_typer(path: Path) -> list[str]:
    """Modules below `typer` that a file imports from."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    imported = [each.name for node in nodes if isinstance(node, ast.Import) for each in node.names]
    imported += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    return [name for name in imported if name.startswith("typer.")]
