"""Names of Typer that its documentation does not promise.

Any upgrade may move them: nothing else reaches inside Typer, and tests/cli/test_typer_private.py holds each by name.
"""

from __future__ import annotations

import sys
from functools import cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import typer.main
from typer._click.core import Command as ClickCommand
from typer._click.exceptions import BadOptionUsage, MissingParameter, NoSuchOption, UsageError
from typer._click.shell_completion import _resolve_context, _resolve_incomplete, split_arg_string
from typer._click.types import IntParamType, IntRange, ParamType
from typer._completion_shared import _get_shell_name
from typer._types import TyperChoice
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info, get_command_name
from typer.utils import get_params_from_function

from tidbok_cli.i18n import language, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = (
    "BadOptionUsage",
    "ClickCommand",
    "IntParamType",
    "IntRange",
    "MissingParameter",
    "NoSuchOption",
    "ParamType",
    "TyperChoice",
    "TyperCommand",
    "TyperGroup",
    "UsageError",
    "split_arg_string",
)

MARKUP: Final = "rich"

WORDS: Final = {
    "DEPRECATED_STRING": marked("(deprecated) "),
    "DEFAULT_STRING": marked("[default: {}]"),
    "ENVVAR_STRING": marked("[env var: {}]"),
    "REQUIRED_LONG_STRING": marked("[required]"),
    "ARGUMENTS_PANEL_TITLE": marked("Arguments"),
    "OPTIONS_PANEL_TITLE": marked("Options"),
    "COMMANDS_PANEL_TITLE": marked("Commands"),
    "ERRORS_PANEL_TITLE": marked("Error"),
    "ABORTED_TEXT": marked("Aborted."),
    "RICH_HELP": marked("Try [blue]'{command_path} {help_option}'[/] for help."),
}
"""Names in `typer.rich_utils` of texts that it looks up in our catalogue."""

UNUSED: Final = {"rich.markdown": "Markdown", "rich.traceback": "Traceback"}
"""Classes that `typer.rich_utils` imports and no help of ours is drawn by: half of what it takes to load."""


@cache
def _parameters(function: Callable[..., Any], _language: str) -> Any:
    """Read a command's parameters; their help is in the language in which they are read."""
    return get_params_from_function(function)


def parameters_of(function: Callable[..., Any]) -> Any:
    """Read a command's parameters once: Typer does it twice, a millisecond or two each time."""
    return _parameters(function, language())


setattr(typer.main, "get_params_from_function", parameters_of)  # noqa: B010 -- a module's name, to mypy


def load_help() -> None:
    """Load what draws help, with empty classes for those that it does not use; they stay to be imported elsewhere."""
    if "typer.rich_utils" in sys.modules:
        return
    left_out = UNUSED.keys() - sys.modules.keys()
    for module in left_out:
        sys.modules[module] = ModuleType(module)
        setattr(sys.modules[module], UNUSED[module], type(UNUSED[module], (), {}))
    import typer.rich_utils  # noqa: F401

    for module in left_out:
        del sys.modules[module]


def registered(app: typer.Typer) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Names of an app's commands with their makers, in order."""
    for info in app.registered_commands:
        name = info.name or get_command_name(getattr(info.callback, "__name__", ""))
        yield name, partial(get_command_from_info, info, pretty_exceptions_short=False, rich_markup_mode=MARKUP)


def help_of(app: typer.Typer) -> str:
    """Help text that an app was made with."""
    return str(app.info.help)


def words_left(ctx: Any) -> list[str]:
    """Words of the line that a group leaves to its command."""
    return [*ctx._protected_args, *ctx.args]


def is_option(parameter: Any) -> bool:
    """Tell an option from an argument."""
    return isinstance(parameter, TyperOption)


def completed_parameter(root: Any, place: Callable[..., object], arguments: list[str], word: str) -> tuple[Any, ...]:
    """Parameter or command that completes `word`, its context, the value begun."""
    ctx = _resolve_context(root, {"obj": place}, "tidbok", arguments)
    parameter, begun = _resolve_incomplete(ctx, arguments, word)
    return parameter, ctx, begun


def calling_shell() -> str | None:
    """Name of the shell that called the program, where known."""
    return _get_shell_name()
