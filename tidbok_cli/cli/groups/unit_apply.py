"""`unit`: changes that the files would make, and what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, agreed_to, answer_rows, answer_thing, command, context_of, status
from tidbok_cli.errors import BadInput, Refused
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.unit_apply import PreparedPlan

app = typer.Typer()

_Remove = Annotated[bool, typer.Option("--remove", help=_("End clinics that are in force and have no file any more."))]
_ReplaceWaiting = Annotated[
    bool,
    typer.Option(
        "--replace-waiting",
        help=_("Also where a version that waits is lost; of a clinic that is named, have what waits begin now."),
    ),
]


@command(
    app,
    _(
        "Say what “unit apply” would do: what is added, changed field by field and ended, and which coming bookings "
        "would become shown or hidden, and why; also which bookings and published times residents may cancel, rebook "
        "and book from then on, or no longer. Nothing is changed. A file that equals a version that waits is nothing "
        "to do; a clinic in force whose file is gone is a difference. Of clinics that are named, only the files must "
        "be right; otherwise those that are not are passed over, and the exit status is 2."
    ),
    "tidbok unit plan",
    "tidbok unit plan ogon -o json",
    "tidbok unit plan --at 2027-01-01",
    answer=_(
        "an object, tidbok.plan/1, with the moment, at, the actions (change, unit, name, fields, mappings, "
        "replaces_waiting and what it loses of each), kept_without_file, what is waiting, and the effect: how many "
        "coming bookings become shown and hidden, and which; how many may be cancelled and rebooked, and published "
        "times booked, from then on or no longer; and lost_relations, of clinics that get another HSA-id."
    ),
)
def plan(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    remove: _Remove = False,
    replace_waiting: _ReplaceWaiting = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit_plan import ACTION_KEYS, plan_value, print_plan
    from tidbok_cli.workflows.unit_apply import prepare

    context = context_of(ctx, at=at)
    prepared = prepare(context, units or [], remove=remove, replace_waiting=replace_waiting)
    _warn(context, prepared)
    value = plan_value("tidbok.plan/1", prepared.plan, prepared.effect)
    if not answer_thing(value, ACTION_KEYS, output, value["actions"]):
        print_plan(prepared.plan, prepared.effect, whole=prepared.files.valid)
    if not prepared.files.valid:
        raise BadInput("units.passed_over", problems=prepared.files.problems)
    return status(good=not prepared.plan.differs)


def _warn(context: Context, prepared: PreparedPlan) -> None:
    from tidbok_cli.render.unit_plan import warnings_of

    for problem in (*warnings_of(prepared.plan), *prepared.taken, *prepared.doubts):
        context.warn(problem)


@command(
    app,
    _(
        "Put the clinics' files in force from the moment on: all of them or none. "
        "Every version is kept, so that any past date can be asked about. Refused, unless told otherwise, where a "
        "version that waits would be lost, or more coming bookings hidden than a fifth of those that are shown (at "
        "least 20)."
    ),
    "tidbok unit apply",
    "tidbok unit apply ogon --yes --purpose REK-17",
    "tidbok unit apply --at 2027-01-01 --yes --remove",
    "tidbok unit apply ogon --yes --replace-waiting",
    answer=_("an object, tidbok.apply/1, as “unit plan” has it, of what was done."),
)
def apply(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    yes: options.Yes = False,
    remove: _Remove = False,
    replace_waiting: _ReplaceWaiting = False,
    max_hidden: Annotated[
        int | None,
        typer.Option(
            "--max-hidden",
            metavar="N",
            min=0,
            help=_("Hide at most so many coming bookings. Default: a fifth of those shown, and at least 20."),
        ),
    ] = None,
    allow_mass: Annotated[
        bool, typer.Option("--allow-mass", help=_("Hide however many coming bookings it is."))
    ] = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit_plan import ACTION_KEYS, losses_of, plan_value, print_applied, print_plan
    from tidbok_cli.workflows.unit_apply import apply as job
    from tidbok_cli.workflows.unit_apply import expect_allowed, prepare

    context = context_of(ctx, at=at, purpose=purpose, wait=wait)
    prepared = prepare(context, units or [], remove=remove, replace_waiting=replace_waiting)
    planned = prepared.plan
    losses = () if replace_waiting else tuple(losses_of(planned))
    expect_allowed(context, prepared, losses, most=max_hidden, allow_mass=allow_mass)
    _warn(context, prepared)
    asks = bool(planned.actions) and not yes
    if asks and output is Format.TABLE:
        print_plan(planned, prepared.effect)
    if asks and not agreed_to(len(planned.actions)):
        raise Refused("apply.not_agreed")
    if planned.actions:
        job(context, prepared)  # before anything is printed that nobody may read (`| head`)
    if output is Format.TABLE:
        if not asks:
            print_plan(planned, prepared.effect)
        if planned.actions:
            print_applied(planned)
    value = plan_value("tidbok.apply/1", planned, prepared.effect)
    answer_thing(value, ACTION_KEYS, output, value["actions"])
    return Exit.DONE


@command(
    app,
    _("List the versions that wait: from when, who put them there and why, and what they change."),
    "tidbok unit waiting",
    "tidbok unit waiting ogon -o json",
    rows="unit_history:WAITING",
)
def waiting(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit_history import WAITING, print_waiting
    from tidbok_cli.workflows.unit import units_waiting

    found = units_waiting(context_of(ctx, at=at), units or [])
    if output is Format.TABLE:
        print_waiting(found)
    else:
        answer_rows(WAITING, found, output)
    return Exit.DONE


@command(
    app,
    _(
        "Tell of every version of a clinic: from when to when it is in force, who put it there and when, and what it "
        "changed. The one in force at the moment is marked."
    ),
    "tidbok unit history ogon",
    "tidbok unit history ogon --at 2026-01-01 -o json",
    answer=_(
        "an object, tidbok.history/1, with the versions: begins, ends, in_force, replaced, change, name, applied_at, "
        "actor, purpose, file, fields and mappings."
    ),
)
def history(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.unit_history import VERSION_KEYS, history_value, print_history
    from tidbok_cli.workflows.unit import unit_history

    told = unit_history(context_of(ctx, at=at), unit)
    value = history_value(told)
    if not answer_thing(value, VERSION_KEYS, output, value["versions"]):
        print_history(told)
    return Exit.DONE


@command(
    app,
    _(
        "Print what is in force of a clinic as a file that “unit validate” accepts and “unit plan” finds equal, or "
        "write it to a file: that stays as it was where the clinic is not in force."
    ),
    "tidbok unit export ogon",
    "tidbok unit export ogon -O config/units/ogon.toml",
    "tidbok unit export ogon --at 2026-01-01",
    answer=_("an object, tidbok.unit/1, as “unit show” has it."),
)
def export(
    ctx: typer.Context,
    unit: options.UnitArgument,
    to: Annotated[
        str | None,
        typer.Option("-O", "--output-file", metavar="FILE", help=_("Write it there, in one stroke; “-” prints it.")),
    ] = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit import UNITS, print_exported, unit_value
    from tidbok_cli.workflows.unit import export_unit

    to = None if to == "-" else to
    shown, text = export_unit(context_of(ctx, at=at), unit, to)
    if not answer_thing(unit_value(shown), UNITS.keys, output):
        print_exported(text, to)
    return Exit.DONE
