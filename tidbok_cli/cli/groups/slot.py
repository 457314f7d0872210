"""`slot`: published times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import (
    OPERATION,
    Exit,
    Format,
    answer_outcome,
    answer_rows,
    choice,
    command,
    context_of,
    day,
    end_of,
    group,
)
from tidbok_cli.cli.base.table import add_import
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.cli.base.table import Job

app = group(_("Published times: what clinics let residents book."))


@command(
    app,
    _("Publish a time for residents to book (S4)."),
    "tidbok slot publish ogon UPPF30 2026-12-01T09:00 --minutes 30",
    "tidbok slot publish ogon UPPF30 2026-12-01T09:00 --end 2026-12-01T09:30 --id TS-17 --calendar OGON-TB1",
    answer=OPERATION,
)
def publish(
    ctx: typer.Context,
    unit: options.UnitArgument,
    code: options.CodeArgument,
    start: options.StartArgument,
    end: options.End = None,
    minutes: options.Minutes = None,
    slot_id: options.NewId = None,
    calendar: options.Calendar = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.slot import SlotRecord
    from tidbok_cli.workflows.slot import NewSlot, publish_slot

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    starts_at = context.start(start, "START")
    record = SlotRecord(code, starts_at, end_of(context, starts_at, end, minutes), calendar)
    return answer_outcome(publish_slot(context, NewSlot(unit, record, slot_id)), output, reveal=False)


@command(
    app,
    _("Take a published time back, for good. A booking that has it stays."),
    "tidbok slot withdraw TS-17",
    "tidbok slot withdraw TS-17 --unit ogon",
    answer=OPERATION,
)
def withdraw(
    ctx: typer.Context,
    slot: options.SlotArgument,
    unit: options.UnitOption = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.slot import withdraw_slot

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    return answer_outcome(withdraw_slot(context, slot, unit), output, reveal=False)


@command(
    app,
    _(
        "List the published times, by clinic, start and id, as they are at the moment. With --week a week at a glance: "
        "what is free, booked and withdrawn."
    ),
    "tidbok slot list --unit ogon --from 2026-12-01 --status free",
    "tidbok slot list --unit ogon --week",
    "tidbok slot list --unit ogon --week --from 2026-12-01",
    name="list",
    rows="slot:SLOTS",
)
def list_slots(
    ctx: typer.Context,
    unit: options.UnitsOption = None,
    first: options.From = None,
    last: options.To = None,
    code: options.OnlyCode = None,
    with_status: Annotated[
        str | None,
        typer.Option("--status", metavar="free|booked|withdrawn", help=_("Only times with this status then.")),
    ] = None,
    week: Annotated[
        bool, typer.Option("--week", help=_("The week of --from, otherwise that of the moment, day by day."))
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.slot import SlotStatus
    from tidbok_cli.render import slot
    from tidbok_cli.workflows import slot as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    status = choice(with_status, tuple(SlotStatus), "--status")
    begins, ends = day(first, "--from"), day(last, "--to")
    if week:
        begins, ends = job.week_of(context, begins)
    wanted = job.SlotFilter(tuple(unit or ()), begins, ends, code, SlotStatus(status) if status else None)
    slots = job.list_slots(context, wanted)
    if week and begins and output is Format.TABLE:
        slot.print_week(slots, begins)
    else:
        answer_rows(slot.SLOTS, slots, output)
    return Exit.DONE


def _import() -> Job:
    from tidbok_cli.workflows.import_slots import import_slots

    return import_slots


add_import(
    app,
    _import,
    _(
        "Import published times from a CSV file with the columns slot_id, unit, code, start, end, and calendar where "
        "it is known: all rows or none. A time on which somebody is booked cannot be moved."
    ),
    "tidbok slot import slots.csv",
    "tidbok slot import slots.csv --dry-run",
)
