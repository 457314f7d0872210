"""`why`: a verdict with its reasons."""

# Unlike elsewhere, annotations are no texts here: Typer reads them, and would compile each.

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, command, context_of, group, status
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.domain.checks import Result
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.why import Diagnosis
    from tidbok_cli.workflows.context import Context


app = group("")


@command(
    app,
    _(
        "Say why a booking is shown to the resident or not, or may be cancelled or rebooked or not; or why a resident "
        "may book a published time or not. With a booking and --slot: whether it may be moved there."
    ),
    "tidbok why COS-100231",
    "tidbok why COS-100231 --action cancel --at 2026-11-30T12:00",
    "tidbok why --resident - --all -o json",
    "tidbok why COS-100231 --assume relation=pass",
    "tidbok why --slot TS-17 --resident -",
    "tidbok why COS-100231 --action rebook --slot TS-17",
    "tidbok why COS-100231 --live",
    answer=_(
        "an object, tidbok.why/1, with the verdict, the booking, each check with its evidence, and notes; "
        "with --resident an array of such; with --slot the published time, slot, beside the booking or in its stead. "
        "Where evidence is in a clinic's file, file and line are those of today, and file_now says whether the file "
        "still says it: same, differs, gone or unreadable."
    ),
)
def why(
    ctx: typer.Context,
    booking: Annotated[
        str | None, typer.Argument(metavar="[BOOKING]", help=_("The booking's id."), autocompletion=candidates.booking)
    ] = None,
    resident: options.ResidentOption = None,
    slot: Annotated[
        str | None,
        typer.Option(
            "--slot",
            metavar="SLOT",
            help=_("A published time: may the resident book it, or, with a booking, may that be moved there."),
            autocompletion=candidates.slot,
        ),
    ] = None,
    unit: options.UnitOption = None,
    action: Annotated[
        options.BookingAction | None,
        typer.Option(
            "--action",
            metavar="show|cancel|rebook|book",
            help=_("What the resident wants to do. Default: show; with --slot, book, or, with a booking, rebook."),
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("With --resident: also bookings that have been ended or are over."))
    ] = False,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            "--assume",
            metavar="CHECK=pass|fail",
            help=_("Answer as if a check came out so."),
            autocompletion=candidates.assumption,
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help=_("Ask the clinic's journal first what it offers 1177 now: one more check, last.")),
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.OutputOrText = Format.TABLE,
    reveal: options.Reveal = False,
    verbose: options.Verbose = False,
) -> Exit:
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.workflows.why import parse_assumptions

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    if (booking is None) == (resident is None):
        raise BadInput("why.one_of")
    asked = _action(action, of_booking=booking is not None, with_slot=slot is not None)
    if live and asked is Action.BOOK:
        raise BadInput("usage.not_together", where=Where(column="--live"), option="--live", other="--slot")
    assumed = parse_assumptions(assume or [], asked, with_slot=slot is not None, with_journal=live)
    if resident is not None and slot is not None:
        return _why_slot(context, slot, unit, resident, assumed, output, reveal=reveal, verbose=verbose)
    if resident is not None:
        return _why_resident(
            context, resident, unit, asked, assumed, output, every=every, live=live, reveal=reveal, verbose=verbose
        )
    if every:
        raise BadInput("why.all_without_resident", where=Where(column="--all"))
    return _why_booking(
        context, booking or "", slot, unit, asked, assumed, output, live=live, reveal=reveal, verbose=verbose
    )


def _action(action: options.BookingAction | None, *, of_booking: bool, with_slot: bool) -> "Action":
    """The action asked about; raises BadInput where it does not fit."""
    from tidbok_cli.domain.facts import Action

    with_a_slot = Action.REBOOK if of_booking else Action.BOOK
    asked = Action(action) if action else with_a_slot if with_slot else Action.SHOW
    if with_slot and asked is not with_a_slot:
        raise BadInput("why.slot_asks_to_book", where=Where(column="--action"))
    if asked is Action.BOOK and not with_slot:
        raise BadInput("why.book_needs_slot", where=Where(column="--action"))
    return asked


def _unit_of(diagnosis: "Diagnosis") -> str:
    case = diagnosis.case
    return case.booked.unit if case.booked else case.slot.unit if case.slot else ""


def _why_slot(
    context: "Context",
    slot: str,
    unit: str | None,
    resident: str,
    assumed: Mapping[str, "Result"],
    output: Format,
    *,
    reveal: bool,
    verbose: bool,
) -> Exit:
    from tidbok_cli.render.why import print_one
    from tidbok_cli.workflows.why import why_slot

    diagnosis = why_slot(context, slot, unit, resident, assumed)
    context.look(diagnosis.verdict.answer, diagnosis.case.resident, units=[_unit_of(diagnosis)])
    print_one(diagnosis, output, context.region.contacts, reveal=reveal, verbose=verbose)
    return status(good=diagnosis.verdict.positive)


def _why_booking(
    context: "Context",
    booking: str,
    slot: str | None,
    unit: str | None,
    action: "Action",
    assumed: Mapping[str, "Result"],
    output: Format,
    *,
    live: bool,
    reveal: bool,
    verbose: bool,
) -> Exit:
    from tidbok_cli.render.why import print_one
    from tidbok_cli.workflows.why import why_booking

    diagnosis = why_booking(context, booking, unit, action, assumed, slot, live=live)
    context.look(diagnosis.verdict.answer, diagnosis.case.resident, units=[_unit_of(diagnosis)])
    print_one(diagnosis, output, context.region.contacts, reveal=reveal, verbose=verbose)
    return status(good=diagnosis.verdict.positive)


def _why_resident(
    context: "Context",
    resident: str,
    unit: str | None,
    action: "Action",
    assumed: Mapping[str, "Result"],
    output: Format,
    *,
    every: bool,
    live: bool,
    reveal: bool,
    verbose: bool,
) -> Exit:
    from tidbok_cli.render.why import print_many
    from tidbok_cli.workflows.why import why_resident

    found = why_resident(context, resident, unit, action, assumed, every=every, live=live)
    verdicts = ";".join(sorted({each.verdict.answer for each in found.answers}))
    context.look(verdicts or "none", units=map(_unit_of, found.answers))
    print_many(found.answers, output, context.region.contacts, reveal=reveal, verbose=verbose)
    if not found.answers:
        if found.behind:
            context.warn(found.behind)
        imported = next((each for each in found.last_imports if each.kind == "booking"), None)
        if imported:
            context.warn(Problem("why.no_bookings", {"imported_at": imported.happened_at}, warning=True))
        else:
            context.warn(Problem("why.no_imports", warning=True))
    return status(good=bool(found.answers) and all(each.verdict.positive for each in found.answers))
