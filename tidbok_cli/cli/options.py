"""The options and arguments that several commands share, and the classes that speak the chosen language."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from tidbok_cli.cli import complete
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _, marked
from tidbok_cli.render.output import Format

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


class BookingAction(StrEnum):
    """What a resident may want with a booking, or with a published time."""

    SHOW = "show"
    CANCEL = "cancel"
    REBOOK = "rebook"
    BOOK = "book"


class By(StrEnum):
    """Who acts."""

    CLINIC = "clinic"
    RESIDENT = "resident"


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


_ANSWER = _("Output")
_CONTEXT = _("Who, when and why")

At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help=_(
            "The moment asked about, or at which it happened: ISO 8601; without offset, Stockholm's time. Default: now."
        ),
        rich_help_panel=_CONTEXT,
    ),
]
Purpose = Annotated[
    str | None,
    typer.Option(
        "--purpose",
        metavar="TEXT",
        envvar="TIDBOK_PURPOSE",
        help=_("Why you look: a ticket number."),
        rich_help_panel=_CONTEXT,
    ),
]


def _no_text(form: Format) -> Format:
    """Refuses `-o text` where a command has no such form, before the command does anything."""
    if form is Format.TEXT:
        raise BadInput("usage.no_text_form", where=Where(column="--output"))
    return form


Output = Annotated[
    Format,
    typer.Option(
        "-o",
        "--output",
        callback=_no_text,
        metavar="table|json|ndjson|csv",
        envvar="TIDBOK_OUTPUT",
        help=_("The form of the answer."),
        rich_help_panel=_ANSWER,
    ),
]
OutputOrText = Annotated[
    Format,
    typer.Option(
        "-o",
        "--output",
        metavar="table|json|ndjson|csv|text",
        envvar="TIDBOK_OUTPUT",
        help=_("The form of the answer; “text” is for pasting."),
        rich_help_panel=_ANSWER,
    ),
]
Reveal = Annotated[
    bool,
    typer.Option(
        "--reveal",
        help=_("Print person numbers in full. This is recorded."),
        rich_help_panel=_ANSWER,
    ),
]
UnitArgument = Annotated[
    str,
    typer.Argument(metavar="UNIT", help=_("The clinic: its HSA-id, or its alias."), autocompletion=complete.unit),
]
UnitFileArgument = Annotated[
    str,
    typer.Argument(
        metavar="UNIT", help=_("The clinic: its HSA-id, or its alias."), autocompletion=complete.unit_or_file
    ),
]
UnitsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[UNIT]…", help=_("Only these clinics: HSA-ids or aliases."), autocompletion=complete.unit_or_file
    ),
]
UnitOption = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        help=_("Of this clinic: its HSA-id, or its alias."),
        autocompletion=complete.unit,
    ),
]
UnitsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        help=_("Only of this clinic; may be given several times."),
        autocompletion=complete.unit,
    ),
]
ResidentArgument = Annotated[
    str,
    typer.Argument(
        metavar="RESIDENT",
        help=_("The person number, in any accepted form; “-” reads it from standard input."),
        autocompletion=complete.resident,
    ),
]
ResidentOption = Annotated[
    str | None,
    typer.Option(
        "--resident",
        metavar="RESIDENT",
        help=_("Of this resident; “-” reads the number from standard input."),
        autocompletion=complete.resident,
    ),
]
CodeArgument = Annotated[
    str,
    typer.Argument(metavar="CODE", help=_("The care service's or time type's code."), autocompletion=complete.code),
]
BookingArgument = Annotated[
    str, typer.Argument(metavar="BOOKING", help=_("The booking's id."), autocompletion=complete.booking)
]
SlotArgument = Annotated[
    str, typer.Argument(metavar="SLOT", help=_("The published time's id."), autocompletion=complete.slot)
]
BasisArgument = Annotated[
    str, typer.Argument(metavar="BASIS", help=_("The booking basis's id."), autocompletion=complete.basis)
]
StartArgument = Annotated[str, typer.Argument(metavar="START", help=_("When the time begins, ISO 8601."))]
End = Annotated[str | None, typer.Option("--end", metavar="TIME", help=_("When it ends."))]
Minutes = Annotated[
    int | None, typer.Option("--minutes", metavar="N", min=1, max=1440, help=_("How long it is, instead of --end."))
]
NewId = Annotated[str | None, typer.Option("--id", metavar="ID", help=_("Its id; otherwise one is given."))]
Calendar = Annotated[str | None, typer.Option("--calendar", metavar="NAME", help=_("The calendar in which it lies."))]
As = Annotated[
    By,
    typer.Option(
        "--as",
        metavar="resident|clinic",
        help=_("Who does it: the resident may what the rules allow, the clinic whatever the resident may not."),
    ),
]
Local = Annotated[
    bool,
    typer.Option("--local", help=_("Also a booking that came by import: only the copy is changed, not the journal.")),
]
OnlyCode = Annotated[
    str | None,
    typer.Option("--code", metavar="CODE", help=_("Only those for this code."), autocompletion=complete.code),
]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=_("The file; “-” reads standard input."))]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help=_("A CSV file's encoding, where it is not UTF-8: windows-1252.")),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help=_("A workbook's sheet; otherwise the first."))
]
SkipBad = Annotated[
    bool,
    typer.Option(
        "--skip-bad",
        help=_(
            "Take the good rows, and write the bad ones, as they were, to FILE.rejected.csv, which only you can read."
        ),
    ),
]
Rejected = Annotated[
    str | None,
    typer.Option(
        "--rejected", metavar="FILE", help=_("With --skip-bad: another file for the bad rows. Needed with “-” and XML.")
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only say what the import would do; nothing is changed."))]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=_("Only times that start on this date or later."))
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help=_("Only times that start on this date or earlier."))
]
