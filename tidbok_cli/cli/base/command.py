"""Declaring a command, reading its shared options, printing its answer."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import typer

from tidbok_cli.cli.base import typer_language
from tidbok_cli.cli.base.typer_language import group
from tidbok_cli.errors import BadInput, Exit, Where
from tidbok_cli.i18n import _
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from tidbok_cli.domain.operation import OperationDone
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.render.columns import Listing
    from tidbok_cli.workflows.context import Context

    Function = TypeVar("Function", bound=Callable[..., Exit])

# Exit, Format and group come with this module, since every command needs them; Typer evaluates annotations.
__all__ = [
    "OPERATION",
    "Exit",
    "Format",
    "agreed_to",
    "answer_outcome",
    "answer_rows",
    "answer_thing",
    "begun",
    "choice",
    "command",
    "context_of",
    "day",
    "end_of",
    "expect_apart",
    "group",
    "status",
]  # fmt: skip

T = TypeVar("T")

OPERATION: Final = _(
    "an object, tidbok.operation/1, with the booking, the one that it replaces, the published time, slot, the "
    "relation events that followed, and the messages sent."
)


# ------------------------------------------------------------------------------------------- declaring one


class _Answering(typer_language.Command):
    """A command whose help ends with its answer in JSON.

    A list's keys are looked up when the help is asked for: their modules would slow completion.
    """

    def __init__(self, *args: Any, help: str, rows: str, answer: str, **more: Any) -> None:  # noqa: A002 -- Typer's
        self._text, self._rows = help, rows
        super().__init__(*args, help=_in_json(help, answer or _("an array; “--help” lists its keys.")), **more)

    def invoke(self, ctx: Any) -> Any:
        """Run it with its texts as they are kept."""
        from tidbok_cli.cli.base.argument import received

        for each in self.params:
            if each.name in ctx.params:
                ctx.params[each.name] = received(each.metavar, typer_language.name_of(each), ctx.params[each.name])
        return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        if self._rows:
            self.help = _in_json(self._text, _("an array; {rows}.").format(rows=_described(self._rows)))
        super().format_help(ctx, formatter)


def _in_json(text: str, answer: str) -> str:
    return "\n\n".join((text, _("With -o json: {answer}").format(answer=answer)))


def _described(rows: str) -> str:
    return "; ".join(listing.described() for room in rows.split(";") for listing in _listings(room))


def _listings(rows: str) -> list[Listing]:
    module, _colon, names = rows.partition(":")
    room = import_module(f"tidbok_cli.render.{module}")
    return [getattr(room, name) for name in names.split(",")]


def command(
    app: typer.Typer, help_text: str, *examples: str, name: str | None = None, rows: str = "", answer: str = ""
) -> Callable[[Function], Function]:
    """Declare a command, answering with a list or an object.

    `rows`: the listings, as `module:NAME,NAME` of the room `render`, several with `;`; `answer`: what the object is.
    `name`: where it is not the function's.
    """
    cls = cast("type[typer_language.Command]", partial(_Answering, rows=rows, answer=answer))
    return app.command(name, cls=cls, help=help_text, epilog=typer_language.example(*examples))


# ------------------------------------------------------------------------------------------- reading its options


def context_of(
    ctx: typer.Context,
    *,
    at: str | None = None,
    purpose: str | None = None,
    reveal: bool = False,
    wait: int | None = None,
) -> Context:
    """Complete the program's context by this command's options.

    Raises BadInput for a moment that is none, and for numbers in full without the purpose that the region asks for.
    """
    from tidbok_cli.render.lines import reveal_numbers

    reveal_numbers(asked=reveal)
    context: Context = ctx.obj
    context.at_option, context.purpose, context.command = at, purpose, ctx.command_path.partition(" ")[2]
    context.revealing = reveal
    if wait is not None:
        context.wait = wait
    if at is not None:
        context.at  # noqa: B018 -- it is read, so that a wrong one is found
    if reveal:
        context.expect_purpose()
    return context


def day(text: str | None, name: str) -> date | None:
    """A date that the caller wrote; raises BadInput naming the option."""
    from tidbok_cli.domain.times import parse_date

    return None if text is None else parse_date(text).required(Where(column=name))


def choice(text: str | None, allowed: Sequence[str], name: str) -> str | None:
    """An allowed value, or None; raises BadInput naming the option or argument."""
    if text is not None and text not in allowed:
        raise BadInput("usage.choice", where=Where(column=name), value=text, allowed=", ".join(allowed))
    return text


def expect_apart(some: Mapping[str, object], others: Mapping[str, object]) -> None:
    """Raise BadInput where one of some options stands beside one of others."""
    for option in (name for name, value in some.items() if value):
        for other in (name for name, value in others.items() if value):
            raise BadInput("usage.not_together", where=Where(column=option), option=option, other=other)


def end_of(context: Context, starts_at: int, end: str | None, minutes: int | None) -> int | None:
    """End of a time by --end or --minutes; raises BadInput with both."""
    if end is not None and minutes is not None:
        raise BadInput("booking.end_or_minutes", where=Where(column="--minutes"))
    if minutes is not None:
        return starts_at + 60 * minutes
    return None if end is None else context.start(end, "--end")


def agreed_to(changes: int) -> bool:
    """Ask whether to make so many changes; raises BadInput where nobody can answer."""
    import sys

    from tidbok_cli.render.terminal import agreed

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput("apply.needs_yes")
    return agreed(changes)


# ------------------------------------------------------------------------------------------- answering


def answer_rows(listing: Listing, rows: Iterable[object], form: Format, *, reveal: bool = False) -> None:
    """Print a list."""
    from tidbok_cli.render.output import print_rows

    print_rows(listing, begun(rows), form, reveal=reveal)


def begun(rows: Iterable[T]) -> Iterator[T]:
    """Fetch the first row, so that errors come before anything is printed."""
    coming = iter(rows)
    first = list(islice(coming, 1))
    return chain(first, coming)


def answer_thing(
    value: Mapping[str, Any], keys: Iterable[str], form: Format, rows: Iterable[Mapping[str, Any]] | None = None
) -> bool:
    """Print one thing for programs; return False for people's forms.

    `keys`: those that stand in CSV; `rows`: how it stands there, where that is not the thing itself in one row.
    """
    from tidbok_cli.render.output import dumps, print_object, print_values

    if form is Format.JSON:
        print_object(value)
    elif form is Format.NDJSON:
        print(dumps(value))
    elif form is Format.CSV:
        print_values(keys, [value] if rows is None else rows)
    return form in (Format.JSON, Format.NDJSON, Format.CSV)


def status(*, good: bool) -> Exit:
    """0 for yes and nothing to report, 1 for no and findings."""
    return Exit.DONE if good else Exit.FINDINGS


def answer_outcome(done: OperationDone | Diagnosis, form: Format, *, reveal: bool) -> Exit:
    """Print an operation; raises Refused with the checks that failed."""
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.render.operation import OUTCOME_KEYS, denial, outcome_rows, outcome_value, print_outcome

    if isinstance(done, Diagnosis):
        raise denial(done)
    if not answer_thing(outcome_value(done, reveal=reveal), OUTCOME_KEYS, form, outcome_rows(done, reveal=reveal)):
        print_outcome(done, reveal=reveal)
    return Exit.DONE
