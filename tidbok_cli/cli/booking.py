"""`booking`: booked times."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli import complete, options
from tidbok_cli.cli.answering import (
    answer_import,
    answer_outcome,
    answer_rows,
    answer_thing,
    choice,
    day,
    end_of,
    workplace,
)
from tidbok_cli.errors import BadInput, Exit, Where
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.workflows.book import BookingFilter

app = options.group(_("Bookings: times booked for residents."))

_WHOLE = _("A file that is the whole truth")

WithCode = Annotated[
    str | None,
    typer.Option(
        "--code",
        metavar="CODE",
        help=_("Only bookings with this code or care type."),
        autocompletion=complete.code,
    ),
]
MadeBy = Annotated[
    str | None,
    typer.Option(
        "--origin", metavar="clinic|resident", help=_("Only bookings made by the clinic, or by the resident.")
    ),
]
WithStatus = Annotated[
    str | None,
    typer.Option("--status", metavar="booked|cancelled|rebooked", help=_("Only bookings with this status then.")),
]


@app.command(
    cls=options.Command,
    help=_(
        "Book a time for a resident, as the clinic does it. Where clinic and code are shown, the resident gets an "
        "inbox message and, by the region's policy, a summons, which gives the relation (S26). With --slot the booking "
        "takes a published time."
    )
    + answers.OPERATION,
    epilog=options.example(
        "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --minutes 30",
        "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --end 2026-12-01T09:30 --id COS-100231",
        "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --slot TS-17",
    ),
)
def add(
    ctx: typer.Context,
    unit: options.UnitArgument,
    code: options.CodeArgument,
    resident: options.ResidentArgument,
    start: options.StartArgument,
    end: options.End = None,
    minutes: options.Minutes = None,
    booking_id: options.NewId = None,
    calendar: options.Calendar = None,
    slot: Annotated[
        str | None,
        typer.Option(
            "--slot", metavar="SLOT", help=_("The published time that it takes."), autocompletion=complete.slot
        ),
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.book import Order, add_booking

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    starts_at = place.instant(start, "START")
    ends_at = end_of(place, starts_at, end, minutes)
    outcome = add_booking(place, Order(unit, code, resident, starts_at, ends_at, booking_id, calendar, slot))
    return answer_outcome(place, outcome, output, reveal=reveal)


@app.command(
    cls=options.Command,
    help=_(
        "Book a published time, as the resident does it: whatever the rules allow. It uses up a booking basis where "
        "the code asks for one, and gives the relation (S15)."
    )
    + answers.OPERATION,
    epilog=options.example("tidbok booking book TS-17 -", "tidbok booking book TS-17 - --unit ogon -o json"),
)
def book(
    ctx: typer.Context,
    slot: options.SlotArgument,
    resident: options.ResidentArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.operate import book as job

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    return answer_outcome(place, job(place, slot, resident, unit), output, reveal=reveal)


@app.command(
    cls=options.Command,
    help=_(
        "Cancel a booking. Its published time is free again, and its booking basis, while that is valid. The clinic "
        "may cancel whatever the resident may not."
    )
    + answers.OPERATION,
    epilog=options.example(
        "tidbok booking cancel TB-100231",
        "tidbok booking cancel TB-100231 --as resident",
        "tidbok booking cancel COS-100231 --unit ogon --local",
    ),
)
def cancel(
    ctx: typer.Context,
    booking: options.BookingArgument,
    unit: options.UnitOption = None,
    by: options.As = options.By.CLINIC,
    local: options.Local = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.bookings import Origin
    from tidbok_cli.workflows.operate import Change
    from tidbok_cli.workflows.operate import cancel as job

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    return answer_outcome(place, job(place, Change(booking, unit, Origin(by), local)), output, reveal=reveal)


@app.command(
    cls=options.Command,
    help=_(
        "Move a booking to a published time of the same clinic and code. The booking ends as rebooked, and a new one "
        "names it; a booking basis goes with it. When the clinic moves it, the resident gets the message (S26)."
    )
    + answers.OPERATION,
    epilog=options.example(
        "tidbok booking rebook TB-100231 TS-18", "tidbok booking rebook TB-100231 TS-18 --as resident"
    ),
)
def rebook(
    ctx: typer.Context,
    booking: options.BookingArgument,
    slot: options.SlotArgument,
    unit: options.UnitOption = None,
    by: options.As = options.By.CLINIC,
    local: options.Local = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.bookings import Origin
    from tidbok_cli.workflows.operate import Change
    from tidbok_cli.workflows.operate import rebook as job

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    return answer_outcome(place, job(place, Change(booking, unit, Origin(by), local), slot), output, reveal=reveal)


@app.command(
    cls=options.Command,
    help=_(
        "Show a booking as it was at the moment, and its whole life: when it was made, imported and ended, the "
        "messages, the relation and the configuration around it, and from when to when it was shown and why no longer."
    )
    + answers.BOOKING,
    epilog=options.example("tidbok booking show COS-100231", "tidbok booking show COS-100231 -o json"),
)
def show(
    ctx: typer.Context,
    booking: options.BookingArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.OutputOrText = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.living import BOOKING, life_value, print_life
    from tidbok_cli.workflows.life import life_of

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    life = life_of(place, booking, unit)
    if reveal:
        place.reveal([life.case.booking.resident])
    if not answer_thing(life_value(life, reveal=reveal), BOOKING, output):
        print_life(life, reveal=reveal, styled=output is Format.TABLE)
    return Exit.DONE


@app.command(
    "list",
    cls=options.Command,
    help=_("List the bookings made by the moment, by clinic, start and id, with their status then.") + answers.BOOKINGS,
    epilog=options.example(
        "tidbok booking list --unit ogon --from 2026-12-01",
        "tidbok booking list --unit ogon --unit flogsta --code UPPF30 --origin resident --status cancelled",
        "tidbok booking list --resident - -o json",
    ),
)
def list_bookings(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    resident: options.ResidentOption = None,
    first: options.From = None,
    last: options.To = None,
    code: WithCode = None,
    origin: MadeBy = None,
    with_status: WithStatus = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.operating import BOOKING_TABLE, BOOKINGS, booking_row
    from tidbok_cli.workflows.book import list_bookings as job

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    wanted = _wanted(unit, resident, (first, last), code, origin, with_status)
    if reveal:
        place.reveal([place.resident(resident)] if resident else ())
    answer_rows(BOOKINGS, (booking_row(row, reveal=reveal) for row in job(place, wanted)), output, BOOKING_TABLE)
    return Exit.DONE


def _wanted(
    units: list[str] | None,
    resident: str | None,
    dates: tuple[str | None, str | None],
    code: str | None,
    origin: str | None,
    status: str | None,
) -> BookingFilter:
    """Which bookings the options ask for; raises BadInput naming the option that is wrong."""
    from tidbok_cli.domain.bookings import Origin, Traits
    from tidbok_cli.domain.facts import Life
    from tidbok_cli.workflows.book import BookingFilter

    made_by = choice(origin, tuple(Origin), "--origin")
    then = choice(status, (Life.BOOKED, Life.CANCELLED, Life.REBOOKED), "--status")
    traits = Traits(code, Origin(made_by) if made_by else None, Life(then) if then else None)
    return BookingFilter(tuple(units or ()), resident, day(dates[0], "--from"), day(dates[1], "--to"), traits)


@app.command(
    cls=options.Command,
    help=_(
        "Count the times booked, cancelled and rebooked, by residents and by clinics, per clinic and month in which it "
        "happened (S30). Who ended a booking that came by import is not known."
    )
    + answers.STATS,
    epilog=options.example(
        "tidbok booking stats", "tidbok booking stats --unit ogon --from 2026-01-01 --to 2026-12-31 -o csv"
    ),
)
def stats(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("Only what happened on this date or later."))
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=_("Only what happened on this date or earlier."))
    ] = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.counting import TALLIES, print_bars, tally_row
    from tidbok_cli.workflows.counting import Span, count_bookings

    place = workplace(ctx, at=at)
    tallies = count_bookings(place, Span(tuple(unit or ()), day(first, "--from"), day(last, "--to")))
    if output is Format.TABLE and sys.stdout.isatty():
        print_bars(tallies)
    else:
        answer_rows(TALLIES, map(tally_row, tallies), output)
    return Exit.DONE


@app.command(
    cls=options.Command,
    help=_(
        "Export the bookings made by the moment, by the columns of “booking import”. With --reveal, what is exported "
        "can be imported again."
    )
    + answers.EXPORTED_BOOKINGS,
    epilog=options.example(
        "tidbok booking export --unit ogon --from 2026-12-01", "tidbok booking export --reveal -o ndjson"
    ),
)
def export(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    resident: options.ResidentOption = None,
    first: options.From = None,
    last: options.To = None,
    code: WithCode = None,
    origin: MadeBy = None,
    with_status: WithStatus = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.CSV,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.operating import EXPORTED, exported_row
    from tidbok_cli.workflows.book import export_bookings

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    wanted = _wanted(unit, resident, (first, last), code, origin, with_status)
    if reveal:
        place.reveal([place.resident(resident)] if resident else ())
    rows = (exported_row(each, reveal=reveal) for each in export_bookings(place, wanted))
    answer_rows(EXPORTED, rows, output)
    return Exit.DONE


@app.command(
    "import",
    cls=options.Command,
    help=_(
        "Import bookings from a CSV file, or from GetSubjectOfCareScheduleResponse in a file that ends in .xml: "
        "all rows or none. With --complete the file is the whole truth for the clinics that it names and for the dates "
        "from its first start to its last: imported bookings there that are live and not over are cancelled where it "
        "does not have them. A row that is left out ends nothing that it names. It is refused where more than a fifth "
        "would be ended, or more than half of a clinic's ten or more."
    )
    + answers.BOOKING_IMPORT,
    epilog=options.example(
        "tidbok booking import bookings.csv",
        "tidbok booking import schedule.xml --at 2026-11-23T02:00",
        "tidbok booking import bookings.csv --encoding windows-1252",
        "tidbok booking import tonight.csv --complete --from 2026-11-23 --to 2027-05-31",
    ),
)
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
            autocompletion=complete.unit,
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
    allow_mass: Annotated[
        bool,
        typer.Option("--allow-mass", help=_("Also where it ends many at once."), rich_help_panel=_WHOLE),
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.files import Handling, Source, Whole
    from tidbok_cli.workflows.import_bookings import import_bookings

    place = workplace(ctx, at=at, purpose=purpose)
    if not complete_file:
        _refuse_in_vain({"--unit": unit, "--from": first, "--to": last, "--allow-mass": allow_mass})
    whole = Whole(tuple(unit or ()), day(first, "--from"), day(last, "--to"), allow_mass) if complete_file else None
    report = import_bookings(place, Source(file, encoding, sheet), Handling(skip_bad, rejected, dry_run, whole))
    return answer_import(report, file, output, dry_run=dry_run)


def _refuse_in_vain(given: Mapping[str, object]) -> None:
    """Raises BadInput for an option that says what a file is whole for, of one that is not."""
    option = next((name for name, value in given.items() if value), None)
    if option is not None:
        raise BadInput("complete.in_vain", where=Where(column=option), option=option)
