"""What commands and groups are made of: they speak the chosen language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _, marked

MARKUP: Final = "rich"

# Typer looks these up in our catalogue by itself (typer/rich_utils.py); named here so that they stay in it.
TYPER_WORDS: Final = (
    marked("(deprecated) "),
    marked("[default: {}]"),
    marked("[env var: {}]"),
    marked("[required]"),
    marked("Arguments"),
    marked("Options"),
    marked("Commands"),
    marked("Error"),
    marked("Aborted."),
    marked("Try [blue]'{command_path} {help_option}'[/] for help."),
)


class ClosedPipe(Exception):
    """The reader of standard output has gone away (`| head`): not an error."""


class Command(TyperCommand):
    """A command whose usage line and help option are in the chosen language."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _blaming(ctx):
            return super().parse_args(ctx, args)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_language(super().get_help_option(ctx))

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 -- Typer's signature
        return _first_sentence(self.help)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ClosedPipe from error


class Group(TyperGroup):
    """The same for a group of commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _blaming(ctx):
            return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- Typer's signature
        return list(self.commands)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _in_language(super().get_help_option(ctx))

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 -- Typer's signature
        return _first_sentence(self.help)


@contextmanager
def _blaming(ctx: Any) -> Iterator[None]:
    """Typer does not say of which command an option lacks its value."""
    try:
        yield
    except typer.TyperException as error:
        if getattr(error, "ctx", ctx) is None:
            error.ctx = ctx  # type: ignore[attr-defined]
        raise


def _write_usage(command: Any, ctx: Any, formatter: Any) -> None:
    words = {"[OPTIONS]": _("[OPTIONS]"), "COMMAND [ARGS]...": _("COMMAND [ARGS]...")}
    pieces = " ".join(words.get(piece, piece) for piece in command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")


def _in_language(option: Any) -> Any:
    if option is not None:
        option.help = _("Show this help and exit.")
    return option


def _first_sentence(text: str | None) -> str:
    """What a command does in short: a text cut after so many letters would say too little, or the wrong thing."""
    return (text or "").partition(". ")[0].rstrip(".") + "."


def group(help_text: str) -> typer.Typer:
    """An empty group of commands."""
    return typer.Typer(cls=Group, help=help_text, rich_markup_mode=MARKUP, add_completion=False)


def example(*commands: str) -> str:
    """A command's examples, as they stand below its help."""
    return "\n\n".join([_("Examples:"), *(f"[dim]$[/dim] {command}" for command in commands)])


_WHERE: Final = r"Invalid value for (?P<where>'.+?')(?: \(env var: '.+?'\))?: "

_PATTERNS: Final = (
    ("usage.missing", r"Missing (?:argument|option|parameter) (?:'(?P<name>.+?)')\."),
    ("usage.misspelt_option", r"No such option: (?P<option>\S+) \(Possible options: (?P<nearest>.+)\)"),
    ("usage.no_such_option", r"No such option: (?P<option>\S+)"),
    ("usage.misspelt_command", r"No such command '(?P<name>.*)'\. Did you mean (?P<nearest>.+)\?"),
    ("usage.no_such_command", r"No such command '(?P<name>.*)'\."),
    ("usage.missing_command", r"Missing command\."),
    ("usage.extra_arguments", r"Got unexpected extra arguments?(?:\(s\))? \((?P<arguments>.*)\)"),
    ("usage.needs_value", r"Option '(?P<option>.+?)' requires (?:an argument|\d+ arguments)\."),
    ("usage.takes_no_value", r"Option '(?P<option>.+?)' does not take a value\."),
    ("usage.choice", _WHERE + r"'(?P<value>.*)' is not one of (?P<allowed>.*)\."),
    (
        "usage.not_a_number",
        _WHERE + r"'(?P<value>.*)' is not a valid int(?:eger)?(?: range)?\.",
    ),
    ("usage.out_of_range", _WHERE + r"(?P<value>.+) is not in the range (?P<range>.+)\."),
)


def told(error: Any) -> BadInput:
    """Typer's usage error as a BadInput."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return BadInput("usage.missing_command", command=error.ctx.command_path)
    command = error.ctx.command_path if getattr(error, "ctx", None) else "tidbok"
    message = " ".join(error.format_message().split())
    for code, pattern in _PATTERNS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            params = {name: value.replace("'", "") for name, value in found.groupdict().items()}
            where = Where(column=params.pop("where", None))
            if where.column is None:
                params["command"] = command
            return BadInput(code, where=where, problems=(), **params)
    return BadInput("usage.other", detail=message, command=command)
