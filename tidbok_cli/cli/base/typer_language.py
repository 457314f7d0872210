"""Commands and groups that speak the chosen language.

Typer says what is wrong with a call in English only, and quotes what it got: a wrong call is told as a BadInput here,
by the type of Typer's error and its attributes.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import typer

from tidbok_cli.cli.base.typer_private import (
    MARKUP,
    BadOptionUsage,
    ClickCommand,
    IntParamType,
    IntRange,
    MissingParameter,
    NoSuchOption,
    ParamType,
    TyperChoice,
    TyperCommand,
    TyperGroup,
    UsageError,
    is_option,
    load_help,
    words_left,
)
from tidbok_cli.domain.regex import regex
from tidbok_cli.errors import BadInput, Exit, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence


def group(help_text: str) -> typer.Typer:
    """An empty group of commands."""
    return typer.Typer(cls=Group, help=help_text, rich_markup_mode=MARKUP, add_completion=False)


def example(*commands: str) -> str:
    """A command's examples, for below its help."""
    return "\n\n".join([_("Examples:"), *(f"[dim]$[/dim] {command}" for command in commands)])


class _Spoken(ClickCommand):
    """Parts that commands and groups share."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        for parameter in self.params:
            parameter.type = _telling(parameter.type)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            raise _bad_input(error, ctx) from error

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        words = {"[OPTIONS]": _("[OPTIONS]"), "COMMAND [ARGS]...": _("COMMAND [ARGS]...")}
        pieces = " ".join(words.get(piece, piece) for piece in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        load_help()
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this help and exit.")
        return option

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 -- Typer's signature
        # The first sentence: a text cut after so many letters would say too little, or the wrong thing.
        return (self.help or "").partition(". ")[0].rstrip(".") + "."


class Command(_Spoken, TyperCommand):
    """A command."""

    allow_extra_args = True  # Typer's own refusal has them in an English sentence only

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        extra = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            raise BadInput("usage.extra_arguments", arguments=" ".join(extra), command=ctx.command_path)
        return extra


class Group(_Spoken, TyperGroup):
    """A group of commands."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- Typer's signature
        return list(self.commands)  # Typer's own asks for the commands too, which makes them

    def invoke(self, ctx: Any) -> Any:
        if not words_left(ctx):
            if ctx.parent is None:
                typer.echo(ctx.get_help())
                raise typer.Exit(Exit.DONE)
            raise BadInput("usage.missing_command", command=ctx.command_path)
        return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.commands and not ctx.resilient_parsing:
            raise self._unknown(ctx, args[0])
        return super().resolve_command(ctx, args)

    def _unknown(self, ctx: Any, name: str) -> BadInput:
        if near := get_close_matches(name, self.commands):
            nearest = ", ".join(near)
            return BadInput("usage.misspelt_command", name=name, nearest=nearest, command=ctx.command_path)
        return BadInput("usage.no_such_command", name=name, command=ctx.command_path)


def _bad_input(error: UsageError, ctx: Any) -> BadInput:
    told = partial(BadInput, command=ctx.command_path)
    match error:
        case NoSuchOption(option_name=option, possibilities=near):
            return _no_option(option, near, ctx)
        case BadOptionUsage(option_name=option) if option in _flags(ctx):
            return told("usage.takes_no_value", option=option)
        case BadOptionUsage(option_name=option):
            return told("usage.needs_value", option=option)
        case MissingParameter(param=parameter):
            return told("usage.missing", name=name_of(parameter))
    return told("usage.other", detail=" ".join(error.format_message().split()))


def _no_option(option: str, near: Sequence[str] | None, ctx: Any) -> BadInput:
    if ctx.parent is not None and option in _options(ctx.find_root()):
        return BadInput("usage.before_command", option=option, words=ctx.command_path.partition(" ")[2])
    if near:
        return BadInput(
            "usage.misspelt_option", option=option, nearest=", ".join(sorted(near)), command=ctx.command_path
        )
    return BadInput("usage.no_such_option", option=option, command=ctx.command_path)


def _options(ctx: Any) -> set[str]:
    """Names of the command's options."""
    return {name for each in ctx.command.get_params(ctx) if is_option(each) for name in each.opts}


def _flags(ctx: Any) -> set[str]:
    """Names of the command's options that take no value."""
    flags = (each for each in ctx.command.get_params(ctx) if is_option(each) and each.is_flag)
    return {name for flag in flags for name in (*flag.opts, *flag.secondary_opts)}


def name_of(parameter: Any) -> str:
    """A parameter's name as the caller writes it."""
    return " / ".join(parameter.opts) if is_option(parameter) else str(parameter.human_readable_name)


# Types whose errors have the value in them: Typer's own have it in an English sentence only.


def _telling(kind: ParamType) -> ParamType:
    match kind:
        case TyperChoice():
            return _Choice(kind.choices, kind.case_sensitive)
        case IntRange():
            return _Range(kind.min, kind.max)
        case IntParamType():
            return _Integer()
    return kind


_WHOLE: Final = regex(r"\s*[+-]?[0-9]+\s*", re.ASCII)


class _Choice(TyperChoice[Any]):
    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return super().convert(value, param, ctx)
        except typer.BadParameter as error:
            raise _bad_value("usage.choice", param, value, allowed=", ".join(self.choices)) from error


class _Integer(IntParamType):
    """Whole numbers of ordinary digits: Python would also take ٣٠ and 1_0. Spaces around, as of `wc -l`, are none."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if isinstance(value, str) and not _WHOLE.fullmatch(value):
            raise _bad_value("usage.not_a_number", param, value)
        try:
            return super().convert(value, param, ctx)
        except typer.BadParameter as error:
            raise _bad_value("usage.not_a_number", param, value) from error


class _Range(IntRange, _Integer):
    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return super().convert(value, param, ctx)  # which has _Integer look whether it is a number
        except typer.BadParameter as error:
            raise _bad_value("usage.out_of_range", param, int(value), range=self._describe_range()) from error


def _bad_value(code: str, parameter: Any, value: object, **params: str) -> BadInput:
    # A text, also where it is a number, since only in texts person numbers are masked.
    return BadInput(code, where=Where(column=name_of(parameter)), problems=(), value=str(value), **params)
