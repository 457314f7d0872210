"""`booking`: what is known of booked times."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, answer_thing, choice, command, context_of, day
from tidbok_cli.errors import Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.domain.times import ClockRange
    from tidbok_cli.workflows.booking_list import BookingFilter

app = typer.Typer()

WithCode = Annotated[
    str | None,
    typer.Option(
        "--code",
        metavar="CODE",
        help=_("Only bookings with this code or care type."),
        autocompletion=candidates.code,
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


@command(
    app,
    _(
        "Show a booking as it was at the moment, and its whole life: when it was made, imported and ended, the "
        "messages, the relation and the configuration around it, and from when to when it was shown and why no longer."
    ),
    "tidbok booking show COS-100231",
    "tidbok booking show COS-100231 -o json",
    answer=_(
        "an object, tidbok.booking/1: the booking as it was, its history, and the intervals through which the verdict "
        "stayed the same: begins, ends (both null where open), verdict, reasons and ended_by."
    ),
)
def show(
    ctx: typer.Context,
    booking: options.BookingArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.OutputOrText = Format.TABLE,
    reveal: options.Reveal = False,
    verbose: options.Verbose = False,
) -> Exit:
    from tidbok_cli.render.booking_life import BOOKING_KEYS, life_value, print_life
    from tidbok_cli.workflows.booking_life import life_of

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    life = life_of(context, booking, unit)
    context.look("done", life.case.resident, units=[life.case.booking.unit])
    if not answer_thing(life_value(life, reveal=reveal), BOOKING_KEYS, output):
        print_life(life, reveal=reveal, verbose=verbose, styled=output is Format.TABLE)
    return Exit.DONE


@command(
    app,
    _("List the bookings made by the moment, by clinic, start and id, with their status then."),
    "tidbok booking list --unit ogon --from 2026-12-01",
    "tidbok booking list --unit Ögonmottagningen --time 09:00-11:30",
    "tidbok booking list --unit ogon --unit flogsta --code UPPF30 --origin resident --status cancelled",
    "tidbok booking list --resident - -o json",
    name="list",
    rows="booking:BOOKINGS",
)
def list_bookings(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    resident: options.ResidentOption = None,
    first: options.From = None,
    last: options.To = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time",
            metavar="HH:MM[-HH:MM]",
            help=_("Only times that start then, by Stockholm's clocks; both included."),
        ),
    ] = None,
    code: WithCode = None,
    origin: MadeBy = None,
    with_status: WithStatus = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.booking import BOOKINGS, BOOKINGS_NAMED
    from tidbok_cli.workflows.booking_list import list_bookings as job
    from tidbok_cli.workflows.booking_list import list_named

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    wanted = replace(_wanted(unit, resident, (first, last), code, origin, with_status), clock=_clock(time))
    if output is Format.TABLE:
        answer_rows(BOOKINGS_NAMED, list_named(context, wanted), output, reveal=reveal)
    else:
        answer_rows(BOOKINGS, job(context, wanted), output, reveal=reveal)
    return Exit.DONE


def _clock(text: str | None) -> ClockRange | None:
    from tidbok_cli.domain.times import parse_clock_range

    return None if text is None else parse_clock_range(text).required(Where(column="--time"))


def _wanted(
    units: list[str] | None,
    resident: str | None,
    dates: tuple[str | None, str | None],
    code: str | None,
    origin: str | None,
    status: str | None,
) -> BookingFilter:
    """Bookings that the options ask for; raises BadInput naming a wrong one."""
    from tidbok_cli.domain.booking import BookingOrigin
    from tidbok_cli.domain.booking_list import BookingTraits
    from tidbok_cli.domain.facts import BookingStatus
    from tidbok_cli.workflows.booking_list import BookingFilter

    made_by = choice(origin, tuple(BookingOrigin), "--origin")
    then = choice(status, (BookingStatus.BOOKED, BookingStatus.CANCELLED, BookingStatus.REBOOKED), "--status")
    traits = BookingTraits(code, BookingOrigin(made_by) if made_by else None, BookingStatus(then) if then else None)
    return BookingFilter(tuple(units or ()), resident, day(dates[0], "--from"), day(dates[1], "--to"), traits)


@command(
    app,
    _(
        "Count the times booked, cancelled and rebooked, by residents and by clinics, per clinic and month in which it "
        "happened (S30). Who ended a booking that came by import is not known."
    ),
    "tidbok booking stats",
    "tidbok booking stats --unit ogon --from 2026-01-01 --to 2026-12-31 -o csv",
    rows="stats:TALLIES",
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
    from tidbok_cli.render.stats import TALLIES, print_bars
    from tidbok_cli.workflows.booking_list import StatsFilter, count_bookings

    context = context_of(ctx, at=at)
    tallies = count_bookings(context, StatsFilter(tuple(unit or ()), day(first, "--from"), day(last, "--to")))
    if output is Format.TABLE and sys.stdout.isatty():
        print_bars(tallies)
    else:
        answer_rows(TALLIES, tallies, output)
    return Exit.DONE


@command(
    app,
    _(
        "Export the bookings made by the moment, by the columns of “booking import”. With --reveal, what is exported "
        "can be imported again."
    ),
    "tidbok booking export --unit ogon --from 2026-12-01",
    "tidbok booking export --reveal -o ndjson",
    rows="booking:EXPORTED",
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
    wait: options.Wait = None,
    output: options.Output = Format.CSV,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.booking import EXPORTED
    from tidbok_cli.workflows.booking_list import export_bookings

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    wanted = _wanted(unit, resident, (first, last), code, origin, with_status)
    answer_rows(EXPORTED, export_bookings(context, wanted), output, reveal=reveal)
    return Exit.DONE
