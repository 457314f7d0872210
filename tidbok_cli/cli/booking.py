"""`booking`: booked times."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli import complete, options
from tidbok_cli.cli.answering import answer_import, answer_rows, answer_thing, choice, day, workplace
from tidbok_cli.errors import BadInput, Exit, Where
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from tidbok_cli.workflows.book import BookingFilter
    from tidbok_cli.workflows.workplace import Workplace

app = options.group(_("Bookings: times booked for residents."))

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
        "inbox message and, by the region's policy, a summons, which gives the relation (S26)."
    )
    + answers.OPERATION,
    epilog=options.example(
        "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --minutes 30",
        "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --end 2026-12-01T09:30 --id COS-100231",
    ),
)
def add(
    ctx: typer.Context,
    unit: options.UnitArgument,
    code: options.CodeArgument,
    resident: options.ResidentArgument,
    start: Annotated[str, typer.Argument(metavar="START", help=_("When the time begins, ISO 8601."))],
    end: Annotated[str | None, typer.Option("--end", metavar="TIME", help=_("When it ends."))] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", metavar="N", min=1, max=1440, help=_("How long it is, instead of --end."))
    ] = None,
    booking_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help=_("The booking's id; otherwise one is given."))
    ] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="NAME", help=_("The calendar in which it lies."))
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.operating import OUTCOME, outcome_rows, outcome_value, print_outcome
    from tidbok_cli.workflows.book import Order, add_booking

    place = workplace(ctx, at=at, purpose=purpose, reveal=reveal)
    starts_at = place.instant(start, "START")
    ends_at = _end(place, starts_at, end, minutes)
    outcome = add_booking(place, Order(unit, code, resident, starts_at, ends_at, booking_id, calendar))
    if reveal and outcome.booking:
        place.reveal([outcome.booking.booking.resident])
    if not answer_thing(outcome_value(outcome, reveal=reveal), OUTCOME, output, outcome_rows(outcome, reveal=reveal)):
        print_outcome(outcome, reveal=reveal)
    return Exit.DONE


def _end(place: Workplace, starts_at: int, end: str | None, minutes: int | None) -> int | None:
    if end is not None and minutes is not None:
        raise BadInput("booking.end_or_minutes", where=Where(column="--minutes"))
    if minutes is not None:
        return starts_at + 60 * minutes
    return None if end is None else place.instant(end, "--end")


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
        "all rows or none."
    )
    + answers.IMPORT,
    epilog=options.example(
        "tidbok booking import bookings.csv",
        "tidbok booking import schedule.xml --at 2026-11-23T02:00",
        "tidbok booking import bookings.csv --encoding windows-1252",
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
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.files import Handling, Source
    from tidbok_cli.workflows.transfer import import_bookings

    place = workplace(ctx, at=at, purpose=purpose)
    handling = Handling(skip_bad, rejected, dry_run)
    report = import_bookings(place, Source(file, encoding, sheet), handling)
    return answer_import(report, file, output, dry_run=dry_run)
