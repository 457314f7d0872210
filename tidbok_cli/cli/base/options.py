"""Options and arguments that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _
from tidbok_cli.render.output import Format


class BookingAction(StrEnum):
    """Wish of a resident about a booking or a published time."""

    SHOW = "show"
    CANCEL = "cancel"
    REBOOK = "rebook"
    BOOK = "book"


class FormatOrXml(StrEnum):
    """Values of `-o` where what journals sent can be had too."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    XML = "xml"


class ActingAs(StrEnum):
    """Party that acts."""

    CLINIC = "clinic"
    RESIDENT = "resident"


_ANSWER = _("Output")
RIGHT_FILE = _("Whether it is the right file")
_CONTEXT = _("Who, when and why")
_WATCHED = _("For whoever watches the job")

At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help=_(
            "The moment asked about, or at which it happened: ISO 8601, HH:MM today, or “yesterday HH:MM”; without "
            "offset, Stockholm's time. Default: now."
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
Wait = Annotated[
    int | None,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        envvar="TIDBOK_WAIT",
        min=0,
        max=86400,
        help=_("How long to wait where others write to the store; 0: not at all. Default: 10."),
        rich_help_panel=_CONTEXT,
    ),
]

Log = Annotated[
    str | None,
    typer.Option(
        "--log",
        metavar="FILE",
        help=_("Add a line of JSON about this run, however it ends; “-” is standard error."),
        rich_help_panel=_WATCHED,
    ),
]
Metrics = Annotated[
    str | None,
    typer.Option(
        "--metrics",
        metavar="FILE",
        help=_("Bring a file up to date that Prometheus's node_exporter reads: one for all jobs, “….prom”."),
        rich_help_panel=_WATCHED,
    ),
]


def _no_text(form: Format) -> Format:
    """Refuse `-o text` before a command without that form does anything."""
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
OutputOrXml = Annotated[
    FormatOrXml,
    typer.Option(
        "-o",
        "--output",
        metavar="table|json|ndjson|csv|xml",
        envvar="TIDBOK_OUTPUT",
        help=_("The form of the answer; “xml” is what the journals sent, for “booking import”: with --reveal."),
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
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        help=_("For people: also the rules' numbers, and each fact's file and line."),
        rich_help_panel=_ANSWER,
    ),
]
UnitArgument = Annotated[
    str,
    typer.Argument(
        metavar="UNIT", help=_("The clinic: its HSA-id, its alias, or its name."), autocompletion=candidates.unit
    ),
]
UnitFileArgument = Annotated[
    str,
    typer.Argument(
        metavar="UNIT",
        help=_("The clinic: its HSA-id, its alias, or its name."),
        autocompletion=candidates.unit_or_file,
    ),
]
UnitsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[UNIT]…",
        help=_("Only these clinics: HSA-ids, aliases or names."),
        autocompletion=candidates.unit_or_file,
    ),
]

UnitOption = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        help=_("Of this clinic: its HSA-id, its alias, or its name."),
        autocompletion=candidates.unit,
    ),
]
UnitsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        help=_("Only of this clinic, by HSA-id, alias or name; may be given several times."),
        autocompletion=candidates.unit,
    ),
]
ResidentArgument = Annotated[
    str,
    typer.Argument(
        metavar="RESIDENT",
        help=_("The person number, in any accepted form; “-” reads it from standard input."),
        autocompletion=candidates.resident,
    ),
]
ResidentOption = Annotated[
    str | None,
    typer.Option(
        "--resident",
        metavar="RESIDENT",
        help=_("Of this resident; “-” reads the number from standard input."),
        autocompletion=candidates.resident,
    ),
]
CodeArgument = Annotated[
    str,
    typer.Argument(metavar="CODE", help=_("The care service's or time type's code."), autocompletion=candidates.code),
]
BookingArgument = Annotated[
    str, typer.Argument(metavar="BOOKING", help=_("The booking's id."), autocompletion=candidates.booking)
]
SlotArgument = Annotated[
    str, typer.Argument(metavar="SLOT", help=_("The published time's id."), autocompletion=candidates.slot)
]
BasisArgument = Annotated[
    str, typer.Argument(metavar="BASIS", help=_("The booking basis's id."), autocompletion=candidates.basis)
]
StartArgument = Annotated[str, typer.Argument(metavar="START", help=_("When the time begins, ISO 8601."))]
End = Annotated[str | None, typer.Option("--end", metavar="TIME", help=_("When it ends."))]
Minutes = Annotated[
    int | None, typer.Option("--minutes", metavar="N", min=1, max=1440, help=_("How long it is, instead of --end."))
]
NewId = Annotated[str | None, typer.Option("--id", metavar="ID", help=_("Its id; otherwise one is given."))]
Calendar = Annotated[str | None, typer.Option("--calendar", metavar="NAME", help=_("The calendar in which it lies."))]
Information = Annotated[
    str | None,
    typer.Option("--information", metavar="TEXT", help=_("What the resident reads about the visit, until it is over.")),
]
As = Annotated[
    ActingAs,
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
    typer.Option("--code", metavar="CODE", help=_("Only those for this code."), autocompletion=candidates.code),
]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=_("The file; “-” reads standard input."))]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help=_("A CSV file's encoding, where it is not UTF-8: windows-1252.")),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="SHEET", help=_("A workbook's sheet; otherwise the first."))
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
Yes = Annotated[bool, typer.Option("--yes", help=_("Do not ask first."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only show what the import would do; nothing is changed."))]
ExpectRows = Annotated[
    int | None,
    typer.Option(
        "--expect-rows",
        metavar="N",
        min=0,
        help=_("The file must have so many rows, no more and no fewer: what the extract says of itself."),
        rich_help_panel=RIGHT_FILE,
    ),
]
KnownUnits = Annotated[
    bool,
    typer.Option(
        "--known-units",
        help=_("Rows of clinics that have no file here, and are not in force, are bad."),
        rich_help_panel=RIGHT_FILE,
    ),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=_("Only times that start on this date or later."))
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help=_("Only times that start on this date or earlier."))
]
