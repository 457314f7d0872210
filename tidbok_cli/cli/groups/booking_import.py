"""`booking import`: booked times out of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, command, context_of, day
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.cli.base.table import answer_import, tried_out
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.import_complete import MaxEnded

app = typer.Typer()

_WHOLE = _("A whole file")


@command(
    app,
    _(
        "Import bookings from a CSV file, or from GetSubjectOfCareScheduleResponse in a file that ends in .xml: "
        "all rows or none. With --complete the file is the whole truth for the clinics that it names and for the dates "
        "from its first start to its last: imported bookings there that are live and not over are cancelled where it "
        "does not have them. A row that is left out ends nothing that it names. It is refused where more than a fifth "
        "would be ended, or more than half of a clinic's ten or more; where far more would be than by the last whole "
        "files of the same clinics; and where it lacks a clinic that the last one had."
    ),
    "tidbok booking import bookings.csv",
    "tidbok booking import schedule.xml --at 2026-11-23T02:00",
    "tidbok booking import schedule.xml --origin-from-invitation",
    "tidbok booking import bookings.csv --encoding windows-1252",
    "tidbok booking import tonight.csv --complete --from 2026-11-23 --to 2027-05-31",
    "tidbok booking import tonight.csv --complete --expect-rows 297 --max-ended 5% --known-units",
    name="import",
    answer=_(
        "an object, tidbok.import/1, with how many rows were created, updated, unchanged, rejected and without_effect, "
        "and how many summons and events they brought; with --complete also ended, how many of the updated were "
        "cancelled for being absent, and ended_by_unit, an array with unit, live and ended: how many of a clinic's "
        "live bookings those are."
    ),
)
@as_job(not_with="dry_run")
def import_file(
    ctx: typer.Context,
    file: options.FileArgument,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    complete_file: Annotated[
        bool,
        typer.Option(
            "--complete", help=_("The file is whole: what it no longer has was cancelled."), rich_help_panel=_WHOLE
        ),
    ] = False,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit",
            metavar="UNIT",
            help=_(
                "It is whole for this clinic too, also where it has none of its bookings; may be given several times."
            ),
            rich_help_panel=_WHOLE,
            autocompletion=candidates.unit,
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help=_("It is whole from this date of start on. Default: that of its first booking."),
            rich_help_panel=_WHOLE,
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="DATE",
            help=_("It is whole up to this date of start. Default: that of its last booking."),
            rich_help_panel=_WHOLE,
        ),
    ] = None,
    origin_from_invitation: Annotated[
        bool,
        typer.Option(
            "--origin-from-invitation",
            help=_(
                "XML: what is no invitation the resident booked. Right only of contract 1.1: older producers send no "
                "invitations, and every booking would be the resident's."
            ),
        ),
    ] = False,
    max_ended: Annotated[
        str | None,
        typer.Option(
            "--max-ended",
            metavar="LIMIT",
            help=_("It may end so many bookings, 20, or so many in a hundred, 5%, in place of the fifth and the half."),
            rich_help_panel=_WHOLE,
        ),
    ] = None,
    allow_mass: Annotated[
        bool,
        typer.Option(
            "--allow-mass",
            help=_("Also where it ends many at once, or lacks a clinic that the last one had."),
            rich_help_panel=_WHOLE,
        ),
    ] = False,
    expect_rows: options.ExpectRows = None,
    known_units: options.KnownUnits = False,
    allow_older: Annotated[
        bool,
        typer.Option(
            "--allow-older",
            help=_("Also at a moment before the latest import of the same clinics."),
            rich_help_panel=options.RIGHT_FILE,
        ),
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.imports import CompleteFile, Handling, Source
    from tidbok_cli.workflows.import_bookings import import_bookings

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    of_whole = {"--unit": unit, "--from": first, "--to": last, "--max-ended": max_ended, "--allow-mass": allow_mass}
    whole = None
    if complete_file:
        dates = day(first, "--from"), day(last, "--to")
        whole = CompleteFile(tuple(unit or ()), *dates, _limit(max_ended), allow_mass)
    else:
        _refuse_in_vain(of_whole)
    handling = Handling(skip_bad, rejected, dry_run, whole, expect_rows, known_units, allow_older)
    source = Source(file, encoding, sheet, complete_file, origin_from_invitation)
    with tried_out(context, dry_run=dry_run):
        report = import_bookings(context, source, handling)
    return answer_import(report, file, output, dry_run=dry_run)


def _limit(text: str | None) -> MaxEnded | None:
    """The limit of --max-ended; raises BadInput for what is none."""
    from tidbok_cli.domain.import_complete import parse_max_ended

    return None if text is None else parse_max_ended(text).required(Where(column="--max-ended"))


def _refuse_in_vain(given: Mapping[str, object]) -> None:
    """Refuse, with BadInput, options of a whole file without --complete."""
    option = next((name for name, value in given.items() if value not in (None, False, [])), None)
    if option is not None:
        raise BadInput("complete.in_vain", where=Where(column=option), option=option)
