"""`service`: the care services and time types of a clinic."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import (
    IMPORT,
    Exit,
    Format,
    answer_rows,
    answer_thing,
    command,
    context_of,
    group,
    run_import,
)
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

app = group(_("Care services and time types: what residents may see and do, and what it is called for them."))

_FILE = _("an object, tidbok.file/1, with the file and whether it was changed.")


@command(
    app,
    _(
        "Configure a code in the clinic's file: what is not named is left as it is. Comments and order are kept. "
        "It takes effect with “tidbok unit apply”."
    ),
    "tidbok service map ogon UPPF30 --journal-name 'Uppföljning 30 min' --label Besök --show",
    "tidbok service map ogon UPPF30 --cancel --rebook --cancel-deadline-hours 24",
    "tidbok service map ogon UPPF30 --information 'Kom tio minuter före.' --no-digital",
    name="map",
    answer=_FILE,
)
def map_code(
    ctx: typer.Context,
    unit: options.UnitFileArgument,
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
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.cells import NAME_LONGEST
    from tidbok_cli.render.unit import EDITED_KEYS, edited_value, print_edited
    from tidbok_cli.workflows.unit_files import map_service

    if not code:
        raise BadInput("argument.not_a_name", where=Where(column="CODE"), most=NAME_LONGEST)
    given = {
        "kind": kind,
        "journal_name": journal_name,
        "label": label,
        "show": show,
        "cancel": cancel,
        "rebook": rebook,
        "book": book,
        "cancel_deadline_hours": cancel_deadline_hours,
        "information": information,
        "digital": digital,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    edited = map_service(context_of(ctx, at=at), unit, code, changes)
    if not answer_thing(edited_value(edited), EDITED_KEYS, output):
        print_edited(edited)
    return Exit.DONE


@command(
    app,
    _("Take a code out of the clinic's file. It takes effect with “tidbok unit apply”."),
    "tidbok service unmap ogon SYNF60",
    answer=_FILE,
)
def unmap(
    ctx: typer.Context,
    unit: options.UnitFileArgument,
    code: options.CodeArgument,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.unit import EDITED_KEYS, edited_value, print_edited
    from tidbok_cli.workflows.unit_files import unmap_service

    edited = unmap_service(context_of(ctx, at=at), unit, code)
    if not answer_thing(edited_value(edited), EDITED_KEYS, output):
        print_edited(edited)
    return Exit.DONE


@command(
    app,
    _(
        "Configure many codes in the clinic's file from a table, all rows or none. Comments and order are kept. "
        "It takes effect with “tidbok unit apply”."
    )
    + "\n\n"
    + _(
        "The table is CSV or a workbook with the columns code, kind (care_service, time_type), journal_name, label, "
        "show, cancel, rebook, book (no, open, basis), cancel_deadline_hours, information (what the resident reads "
        "about the visit), digital, of which the first is required; show, cancel, rebook and digital are written "
        "true/false, yes/no, ja/nej, sant/falskt or 1/0. Codes that are not in the table are left as they are, and so "
        "is what a missing column does not say. An empty cell says that there is none: no label, no name in the "
        "journal, no information, care_service, false, no, 0 hours."
    ),
    "tidbok service import ogon codes.csv",
    "tidbok service import ogon codes.csv --encoding windows-1252 --dry-run",
    name="import",
    answer=IMPORT,
)
def import_file(
    ctx: typer.Context,
    unit: options.UnitFileArgument,
    file: options.FileArgument,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.service import import_services

    context = context_of(ctx, at=at)
    return run_import(
        context, lambda context, *of_file: import_services(context, unit, *of_file), file, output, encoding=encoding,
        sheet=sheet, skip_bad=skip_bad, rejected=rejected, dry_run=dry_run,
    )  # fmt: skip


@command(
    app,
    _(
        "Add the codes that the journal has and the clinic's file has not, out of GetAllTimeTypesResponse and "
        "GetAllCareTypesResponse (XML). They show nothing until “tidbok service map” or “import” labels and shows them."
    ),
    "tidbok service discover ogon timetypes.xml",
    "tidbok service discover ogon caretypes.xml --dry-run",
    answer=IMPORT,
)
def discover(
    ctx: typer.Context,
    unit: options.UnitFileArgument,
    file: options.FileArgument,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.service import discover as job

    context = context_of(ctx, at=at)
    return run_import(
        context, lambda context, *of_file: job(context, unit, *of_file), file, output, skip_bad=skip_bad,
        rejected=rejected, dry_run=dry_run,
    )  # fmt: skip


@command(
    app,
    _("List a clinic's codes as they are in force at the moment, by code."),
    "tidbok service list ogon",
    "tidbok service list ogon -o csv",
    name="list",
    rows="unit:SERVICES",
)
def list_services(
    ctx: typer.Context, unit: options.UnitArgument, at: options.At = None, output: options.Output = Format.TABLE
) -> Exit:
    from tidbok_cli.render.unit import SERVICES
    from tidbok_cli.workflows.unit import services_in_force

    answer_rows(SERVICES, services_in_force(context_of(ctx, at=at), unit), output)
    return Exit.DONE
