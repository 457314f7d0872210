"""`booking`: times booked, moved and cancelled."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import OPERATION, Exit, Format, answer_outcome, command, context_of, end_of, group
from tidbok_cli.i18n import _

app = group(_("Bookings: times booked for residents."))


@command(
    app,
    _(
        "Book a time for a resident, as the clinic does it. Where clinic and code are shown, the resident gets an "
        "inbox message and, by the region's policy, a summons, which gives the relation (S26). With --slot the booking "
        "takes a published time."
    ),
    "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --minutes 30",
    "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --end 2026-12-01T09:30 --id COS-100231",
    "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --slot TS-17",
    "tidbok booking add ogon UPPF30 - 2026-12-01T09:00 --meeting-link https://video.example.org/m/7",
    answer=OPERATION,
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
            "--slot", metavar="SLOT", help=_("The published time that it takes."), autocompletion=candidates.slot
        ),
    ] = None,
    information: options.Information = None,
    meeting_link: Annotated[
        str | None,
        typer.Option(
            "--meeting-link", metavar="URL", help=_("The resident's link to the digital meeting; https, and no other.")
        ),
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.booking import NewBooking, add_booking

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    starts_at = context.start(start, "START")
    ends_at = end_of(context, starts_at, end, minutes)
    asked = NewBooking(unit, code, resident, starts_at, ends_at, booking_id, calendar, slot, information, meeting_link)
    return answer_outcome(add_booking(context, asked), output, reveal=reveal)


@command(
    app,
    _(
        "Book a published time, as the resident does it: whatever the rules allow. It uses up a booking basis where "
        "the code asks for one, and gives the relation (S15)."
    ),
    "tidbok booking book TS-17 -",
    "tidbok booking book TS-17 - --unit ogon -o json",
    answer=OPERATION,
)
def book(
    ctx: typer.Context,
    slot: options.SlotArgument,
    resident: options.ResidentArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.workflows.booking import book as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    return answer_outcome(job(context, slot, resident, unit), output, reveal=reveal)


@command(
    app,
    _(
        "Cancel a booking. Its published time is free again, and its booking basis, while that is valid. The clinic "
        "may cancel whatever the resident may not."
    ),
    "tidbok booking cancel TB-100231",
    "tidbok booking cancel TB-100231 --as resident",
    "tidbok booking cancel COS-100231 --unit ogon --local",
    answer=OPERATION,
)
def cancel(
    ctx: typer.Context,
    booking: options.BookingArgument,
    unit: options.UnitOption = None,
    by: options.As = options.ActingAs.CLINIC,
    local: options.Local = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.booking import BookingOrigin
    from tidbok_cli.workflows.booking import BookingChange
    from tidbok_cli.workflows.booking import cancel as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    return answer_outcome(job(context, BookingChange(booking, unit, BookingOrigin(by), local)), output, reveal=reveal)


@command(
    app,
    _(
        "Move a booking to a published time of the same clinic and code. The booking ends as rebooked, and a new one "
        "names it; a booking basis goes with it, and the visit's information. When the clinic moves it, the resident "
        "gets the message (S26)."
    ),
    "tidbok booking rebook TB-100231 TS-18",
    "tidbok booking rebook TB-100231 TS-18 --as resident",
    answer=OPERATION,
)
def rebook(
    ctx: typer.Context,
    booking: options.BookingArgument,
    slot: options.SlotArgument,
    unit: options.UnitOption = None,
    by: options.As = options.ActingAs.CLINIC,
    local: options.Local = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.domain.booking import BookingOrigin
    from tidbok_cli.workflows.booking import BookingChange
    from tidbok_cli.workflows.booking import rebook as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    return answer_outcome(
        job(context, BookingChange(booking, unit, BookingOrigin(by), local), slot), output, reveal=reveal
    )
