"""`unit`: the clinics' files, and what of them is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli import complete, options
from tidbok_cli.cli.answering import answer_import, answer_rows, answer_thing, status, workplace
from tidbok_cli.errors import BadInput, Exit, Refused, Where
from tidbok_cli.i18n import _
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.plan import Plan

app = options.group(_("Clinics: their configuration in files, and what is in force."))


@app.command(
    cls=options.Command,
    help=_(
        "Write a new clinic's file, or with --from one for each row of a table. They take effect with “tidbok unit "
        "apply”."
    )
    + "\n\n"
    + _(
        "The table is CSV or a workbook with the columns hsa_id, name, alias, calendar, show, cancel, rebook, book, of "
        "which the first two are required; yes and no are written true/false, yes/no, ja/nej, sant/falskt or 1/0. All "
        "files are written or none. A clinic whose file says what its row says is left as it is, and nothing is copied "
        "into it; one whose file says something else, and an alias that is another clinic's, is a bad row."
    )
    + answers.UNIT_NEW,
    epilog=options.example(
        "tidbok unit new SE2321000024-1A2B --name Ögonmottagningen --alias ogon --calendar OGON-TB1 --show",
        "tidbok unit new SE2321000024-4E5F --name 'Ögonmottagningen Enköping' --like ogon",
        "tidbok unit new --from clinics.xlsx --like ogon",
    ),
)
def new(
    ctx: typer.Context,
    hsa_id: Annotated[
        str | None, typer.Argument(metavar="[HSA_ID]", help=_("The clinic's HSA-id; required without --from."))
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("The clinic's name; required without --from."))
    ] = None,
    alias: Annotated[
        str | None, typer.Option("--alias", metavar="ALIAS", help=_("A short name for commands: a-z, 0-9 and -."))
    ] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="NAME", help=_("The clinic's calendar in the journal (S22)."))
    ] = None,
    show: Annotated[bool, typer.Option("--show", help=_("Offer: show booked times (S1)."))] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help=_("Offer: cancel (S2)."))] = False,
    rebook: Annotated[bool, typer.Option("--rebook", help=_("Offer: rebook (S3)."))] = False,
    book: Annotated[bool, typer.Option("--book", help=_("Offer: book (S4)."))] = False,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="UNIT",
            help=_("Copy this clinic's mappings: from its file, or as they are in force where it has none."),
            autocompletion=complete.unit_or_file,
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help=_("A table with a clinic a row; “-” reads standard input.")),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.units import Services, UnitConfig
    from tidbok_cli.render.configuring import EDITED, edited_value, print_edited
    from tidbok_cli.workflows.files import Handling, Source
    from tidbok_cli.workflows.new_units import new_unit, new_units

    place = workplace(ctx, at=at)
    of_one = {"HSA_ID": hsa_id, "--name": name, "--alias": alias, "--calendar": calendar, "--show": show,
              "--cancel": cancel, "--rebook": rebook, "--book": book}  # fmt: skip
    if table is not None:
        _refuse("unit.from_alone", of_one)
        report = new_units(place, Source(table, encoding, sheet), Handling(skip_bad, rejected, dry_run), like)
        return answer_import(report, table, output, dry_run=dry_run)
    _refuse("unit.needs_from", {"--encoding": encoding, "--sheet": sheet, "--skip-bad": skip_bad,
                                "--rejected": rejected, "--dry-run": dry_run})  # fmt: skip
    if hsa_id is None or name is None:
        missing = "HSA_ID" if hsa_id is None else "--name"
        raise BadInput("usage.missing", name=missing, command=ctx.command_path)
    unit = UnitConfig(hsa_id, name, alias, Services(show, cancel, rebook, book), calendar)
    edited = new_unit(place, unit, like)
    if not answer_thing(edited_value(edited), EDITED, output):
        print_edited(edited)
    return Exit.DONE


def _refuse(code: str, options_of: Mapping[str, object]) -> None:
    """Refuses the call where any of the options was given."""
    given = [name for name, value in options_of.items() if value not in (None, False)]
    if given:
        raise BadInput(code, where=Where(column="--from"), given=", ".join(given))


@app.command(
    "list",
    cls=options.Command,
    help=_("List the clinics that are in force at the moment, by name.") + answers.UNITS,
    epilog=options.example("tidbok unit list", "tidbok unit list --at 2026-01-01 -o csv"),
)
def list_units(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.configuring import UNIT_TABLE, UNITS, unit_row
    from tidbok_cli.workflows.inspect import units_in_force

    answer_rows(UNITS, map(unit_row, units_in_force(workplace(ctx, at=at))), output, UNIT_TABLE)
    return Exit.DONE


@app.command(
    cls=options.Command,
    help=_("Show a clinic as it is in force at the moment, with all its mappings.") + answers.UNIT,
    epilog=options.example("tidbok unit show ogon", "tidbok unit show SE2321000024-1A2B --at 2026-01-01 -o json"),
)
def show(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.configuring import UNITS, print_unit, unit_value
    from tidbok_cli.workflows.inspect import show_unit

    shown = show_unit(workplace(ctx, at=at), unit)
    if not answer_thing(unit_value(shown), UNITS, output):
        print_unit(shown)
    return status(good=shown.version is not None)


@app.command(
    cls=options.Command,
    help=_("Check tidbok.toml and all clinics' files, and report every mistake with file and line.") + answers.PROBLEMS,
    epilog=options.example("tidbok unit validate"),
)
def validate(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.configuring import PROBLEMS, print_validation, problem_value
    from tidbok_cli.workflows.configure import validate as job

    found = job(workplace(ctx, at=at))
    if output is Format.TABLE:
        print_validation(found.units, found.problems)
    else:
        answer_rows(PROBLEMS, map(problem_value, found.problems), output)
    return status(good=found.valid)


_Remove = Annotated[bool, typer.Option("--remove", help=_("End clinics that are in force and have no file any more."))]


@app.command(
    cls=options.Command,
    help=_(
        "Say what “unit apply” would do: what is added, changed field by field and ended, and which coming bookings "
        "would become shown or hidden, and why. Nothing is changed."
    )
    + answers.PLAN,
    epilog=options.example("tidbok unit plan", "tidbok unit plan ogon -o json", "tidbok unit plan --at 2027-01-01"),
)
def plan(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    remove: _Remove = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.planning import ACTIONS, plan_value, print_plan, warnings_of
    from tidbok_cli.workflows.planning import prepare

    place = workplace(ctx, at=at)
    prepared = prepare(place, units or [], remove=remove)
    for problem in warnings_of(prepared.plan):
        place.warn(problem)
    value = plan_value("tidbok.plan/1", prepared.plan, prepared.effect)
    if not answer_thing(value, ACTIONS, output, value["actions"]):
        print_plan(prepared.plan, prepared.effect)
    return status(good=not prepared.plan.actions)


@app.command(
    cls=options.Command,
    help=_(
        "Put the clinics' files in force from the moment on: all of them or none. "
        "Every version is kept, so that any past date can be asked about."
    )
    + answers.APPLY,
    epilog=options.example(
        "tidbok unit apply", "tidbok unit apply ogon --yes", "tidbok unit apply --at 2027-01-01 --yes --remove"
    ),
)
def apply(
    ctx: typer.Context,
    units: options.UnitsArgument = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask first."))] = False,
    remove: _Remove = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.planning import ACTIONS, plan_value, print_applied, print_plan, warnings_of
    from tidbok_cli.workflows.planning import apply as job
    from tidbok_cli.workflows.planning import prepare

    place = workplace(ctx, at=at)
    prepared = prepare(place, units or [], remove=remove)
    planned = prepared.plan
    for problem in warnings_of(planned):
        place.warn(problem)
    asks = bool(planned.actions) and not yes
    if asks and output is Format.TABLE:
        print_plan(planned, prepared.effect)
    if asks and not _agreed(planned):
        raise Refused("apply.not_agreed")
    if planned.actions:
        job(place, prepared)  # before anything is printed that nobody may read (`| head`)
    if output is Format.TABLE:
        if not asks:
            print_plan(planned, prepared.effect)
        if planned.actions:
            print_applied(planned)
    value = plan_value("tidbok.apply/1", planned, prepared.effect)
    answer_thing(value, ACTIONS, output, value["actions"])
    return Exit.DONE


def _agreed(planned: Plan) -> bool:
    """Asks, in the chosen language, whether to go on; off a terminal nobody can answer."""
    import sys

    from tidbok_cli.render.asking import agreed

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise BadInput("apply.needs_yes")
    return agreed(len(planned.actions))


@app.command(
    cls=options.Command,
    help=_(
        "Tell of every version of a clinic: from when to when it is in force, who put it there and when, and what it "
        "changed. The one in force at the moment is marked."
    )
    + answers.HISTORY,
    epilog=options.example("tidbok unit history ogon", "tidbok unit history ogon --at 2026-01-01 -o json"),
)
def history(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.planning import VERSIONS, history_value, print_history
    from tidbok_cli.workflows.inspect import unit_history

    told = unit_history(workplace(ctx, at=at), unit)
    value = history_value(told)
    if not answer_thing(value, VERSIONS, output, value["versions"]):
        print_history(told)
    return Exit.DONE


@app.command(
    cls=options.Command,
    help=_("Print what is in force of a clinic as a file that “unit validate” accepts and “unit plan” finds equal.")
    + answers.EXPORTED_UNIT,
    epilog=options.example("tidbok unit export ogon", "tidbok unit export ogon --at 2026-01-01"),
)
def export(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.configuring import UNITS, unit_value
    from tidbok_cli.workflows.inspect import export_unit

    shown, text = export_unit(workplace(ctx, at=at), unit)
    if not answer_thing(unit_value(shown), UNITS, output):
        print(text, end="")
    return Exit.DONE


@app.command(
    cls=options.Command,
    help=_(
        "List the steps of introducing a clinic: which are done, which are not or cannot be known, with evidence, who "
        "does it and the next command. With --closing, those of taking it off, and the coming bookings that lose their "
        "display."
    )
    + answers.CHECKLIST,
    epilog=options.example("tidbok unit checklist ogon", "tidbok unit checklist ogon --closing -o json"),
)
def checklist(
    ctx: typer.Context,
    unit: options.UnitArgument,
    closing: Annotated[bool, typer.Option("--closing", help=_("The steps of taking the clinic off."))] = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.checklists import STEPS, checklist_value, print_checklist
    from tidbok_cli.workflows.introduce import unit_checklist

    place = workplace(ctx, at=at)
    told = unit_checklist(place, unit, closing=closing)
    value = checklist_value(told)
    if not answer_thing(value, STEPS, output, value["steps"]):
        print_checklist(told, place.region.contacts)
    return status(good=told.complete)
