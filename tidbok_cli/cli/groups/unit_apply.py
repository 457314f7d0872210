"""`unit`: changes that the files would make, and what is in force."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, agreed_to, answer_thing, command, context_of, status
from tidbok_cli.errors import Refused
from tidbok_cli.i18n import _

app = typer.Typer()

_Remove = Annotated[bool, typer.Option("--remove", help=_("End clinics that are in force and have no file any more."))]


@command(
    app,
    _(
        "Say what “unit apply” would do: what is added, changed field by field and ended, and which coming bookings "
        "would become shown or hidden, and why. Nothing is changed."
    ),
    "tidbok unit plan",
    "tidbok unit plan ogon -o json",
    "tidbok unit plan --at 2027-01-01",
    answer=_(
        "an object, tidbok.plan/1, with the moment, at, the actions (change, unit, name, fields, mappings and "
        "replaces_waiting of each), kept_without_file, and the effect: how many coming bookings become shown and "
        "hidden, and which."
    ),
)
def plan(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    remove: _Remove = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit_plan import ACTION_KEYS, plan_value, print_plan, warnings_of
    from tidbok_cli.workflows.unit_apply import prepare

    context = context_of(ctx, at=at)
    prepared = prepare(context, units or [], remove=remove)
    for problem in warnings_of(prepared.plan):
        context.warn(problem)
    value = plan_value("tidbok.plan/1", prepared.plan, prepared.effect)
    if not answer_thing(value, ACTION_KEYS, output, value["actions"]):
        print_plan(prepared.plan, prepared.effect)
    return status(good=not prepared.plan.actions)


@command(
    app,
    _(
        "Put the clinics' files in force from the moment on: all of them or none. "
        "Every version is kept, so that any past date can be asked about."
    ),
    "tidbok unit apply",
    "tidbok unit apply ogon --yes",
    "tidbok unit apply --at 2027-01-01 --yes --remove",
    answer=_("an object, tidbok.apply/1, as “unit plan” has it, of what was done."),
)
def apply(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    yes: options.Yes = False,
    remove: _Remove = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit_plan import ACTION_KEYS, plan_value, print_applied, print_plan, warnings_of
    from tidbok_cli.workflows.unit_apply import apply as job
    from tidbok_cli.workflows.unit_apply import prepare

    context = context_of(ctx, at=at, wait=wait)
    prepared = prepare(context, units or [], remove=remove)
    planned = prepared.plan
    for problem in warnings_of(planned):
        context.warn(problem)
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
    _(
        "Tell of every version of a clinic: from when to when it is in force, who put it there and when, and what it "
        "changed. The one in force at the moment is marked."
    ),
    "tidbok unit history ogon",
    "tidbok unit history ogon --at 2026-01-01 -o json",
    answer=_(
        "an object, tidbok.history/1, with the versions: begins, ends, in_force, replaced, change, name, applied_at, "
        "actor, file, fields and mappings."
    ),
)
def history(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.unit_plan import VERSION_KEYS, history_value, print_history
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
