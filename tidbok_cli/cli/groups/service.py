"""`service`: the care services and time types of a clinic."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, command, context_of, group
from tidbok_cli.cli.base.edit import FILES, AllUnits, CodeFilesArgument, DryEdit, answer_edited, chosen
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

app = group(_("Care services and time types: what residents may see and do, and what it is called for them."))


@command(
    app,
    _(
        "Configure a code in the files of one, several or all clinics: what is not named is left as it is. Comments "
        "and order are kept. It takes effect with “tidbok unit apply”."
    )
    + "\n\n"
    + _(
        "A clinic that lacks the code gets it, unless --existing is said. An empty text ('') says that there is none. "
        "All files are changed or none."
    ),
    "tidbok service map ogon UPPF30 --journal-name 'Uppföljning 30 min' --label Besök --show",
    "tidbok service map ogon UPPF30 --cancel --rebook --cancel-deadline-hours 24",
    "tidbok service map ogon UPPF30 --information 'Kom tio minuter före.' --no-digital",
    "tidbok service map --all UPPF30 --label Återbesök --existing --dry-run",
    name="map",
    answer=FILES,
)
def map_code(
    ctx: typer.Context,
    units: CodeFilesArgument = None,
    *,
    code: options.CodeArgument,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="care_service|time_type", help=_("What the code stands for in the journal.")),
    ] = None,
    journal_name: Annotated[
        str | None, typer.Option("--journal-name", metavar="NAME", help=_("What the journal calls it."))
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", metavar="TEXT", help=_("What it is called for the resident (S25)."))
    ] = None,
    show: Annotated[bool | None, typer.Option("--show/--no-show", help=_("Show booked times (S23)."))] = None,
    cancel: Annotated[bool | None, typer.Option("--cancel/--no-cancel", help=_("Let residents cancel (S24)."))] = None,
    rebook: Annotated[bool | None, typer.Option("--rebook/--no-rebook", help=_("Let residents rebook (S24)."))] = None,
    book: Annotated[
        str | None, typer.Option("--book", metavar="no|open|basis", help=_("Let residents book (S5)."))
    ] = None,
    cancel_deadline_hours: Annotated[
        int | None,
        typer.Option(
            "--cancel-deadline-hours", metavar="H", help=_("Hours before the start after which it is too late.")
        ),
    ] = None,
    information: options.Information = None,
    digital: Annotated[
        bool | None, typer.Option("--digital/--no-digital", help=_("The visit is a digital meeting."))
    ] = None,
    existing: Annotated[
        bool, typer.Option("--existing", help=_("Only where the clinic has the code already: none is added."))
    ] = False,
    every: AllUnits = False,
    dry_run: DryEdit = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.unit_rows import ServiceRow
    from tidbok_cli.workflows.service_map import map_code as job

    given = {"kind": kind, "journal_name": journal_name, "label": label, "show": show, "cancel": cancel,
             "rebook": rebook, "book": book, "cancel_deadline_hours": cancel_deadline_hours,
             "information": information and information.strip(), "digital": digital}  # fmt: skip
    says = {key: None if value == "" else value for key, value in given.items() if value is not None}
    _expect_code(code)
    context, found = chosen(ctx, units, every=every, at=at)
    edited = job(context, found, ServiceRow(0, code, says), existing=existing, dry_run=dry_run)
    return answer_edited(edited, output, single=len(units or ()) == 1, dry_run=dry_run)


def _expect_code(code: str) -> None:
    from tidbok_cli.domain.cells import NAME_LONGEST

    if not code:
        raise BadInput("argument.not_a_name", where=Where(column="CODE"), most=NAME_LONGEST)


@command(
    app,
    _(
        "Take a code out of the files of one, several or all clinics; where it is not there, nothing is changed. It "
        "takes effect with “tidbok unit apply”."
    ),
    "tidbok service unmap ogon SYNF60",
    "tidbok service unmap --all SYNF60 --dry-run",
    answer=FILES,
)
def unmap(
    ctx: typer.Context,
    units: CodeFilesArgument = None,
    *,
    code: options.CodeArgument,
    every: AllUnits = False,
    dry_run: DryEdit = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.service_map import unmap_code

    context, found = chosen(ctx, units, every=every, at=at)
    edited = unmap_code(context, found, code, dry_run=dry_run)
    return answer_edited(edited, output, single=len(units or ()) == 1, dry_run=dry_run)


@command(
    app,
    _(
        "Give clinics the codes of another, all or those named, as its file has them, or as they are in force where it "
        "has none. What else they have stays. It takes effect with “tidbok unit apply”."
    ),
    "tidbok service copy ogon flogsta hud",
    "tidbok service copy ogon flogsta --code UPPF30 --code SYNF60 --dry-run",
    answer=FILES,
)
def copy(
    ctx: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="FROM",
            help=_("The clinic whose codes are copied: its HSA-id, alias or name."),
            autocompletion=candidates.unit_or_file,
        ),
    ],
    units: Annotated[
        list[str],
        typer.Argument(
            metavar="UNIT…",
            help=_("The clinics that are given them: HSA-ids, aliases or names."),
            autocompletion=candidates.unit_or_file,
        ),
    ],
    codes: Annotated[
        list[str] | None,
        typer.Option(
            "--code",
            metavar="CODE",
            help=_("Only this code; may be given several times."),
            autocompletion=candidates.code,
        ),
    ] = None,
    dry_run: DryEdit = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.service_map import copy_codes

    context, found = chosen(ctx, units, every=False, at=at)
    edited = copy_codes(context, source, found, codes or (), dry_run=dry_run)
    return answer_edited(edited, output, single=len(units) == 1, dry_run=dry_run)


@command(
    app,
    _("List the codes of a clinic, or of all, as they are in force at the moment, by clinic and code."),
    "tidbok service list ogon",
    "tidbok service list -o csv",
    name="list",
    rows="unit:SERVICES,UNITS_SERVICES",
)
def list_services(
    ctx: typer.Context,
    unit: Annotated[
        str | None,
        typer.Argument(
            metavar="[UNIT]",
            help=_("Only this clinic's: its HSA-id, its alias, or its name."),
            autocompletion=candidates.unit,
        ),
    ] = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit import SERVICES, UNITS_SERVICES
    from tidbok_cli.workflows.unit import services_in_force, units_services

    context = context_of(ctx, at=at)
    if unit is None:
        answer_rows(UNITS_SERVICES, units_services(context), output)
    else:
        answer_rows(SERVICES, services_in_force(context, unit), output)
    return Exit.DONE
