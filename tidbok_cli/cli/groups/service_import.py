"""`service`: codes from tables, and from the journal's answers."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, command, context_of
from tidbok_cli.cli.base.table import IMPORT, run_import
from tidbok_cli.errors import BadInput
from tidbok_cli.i18n import _

app = typer.Typer()


@command(
    app,
    _(
        "Configure many codes from a table, in the file of one clinic or of those that the rows name, all rows or "
        "none. Comments and order are kept. It takes effect with “tidbok unit apply”."
    )
    + "\n\n"
    + _(
        "The table is CSV or a workbook with the columns code, kind (care_service, time_type), journal_name, label, "
        "show, cancel, rebook, book (no, open, basis), cancel_deadline_hours, information (what the resident reads "
        "about the visit), digital, of which the first is required; show, cancel, rebook and digital are written "
        "true/false, yes/no, ja/nej, sant/falskt or 1/0. Codes that are not in the table are left as they are, and so "
        "is what a missing column does not say. An empty cell says that there is none: no label, no name in the "
        "journal, no information, care_service, false, no, 0 hours."
    )
    + "\n\n"
    + _(
        "Without UNIT the table has a column unit too: the HSA-id, alias or name of the clinic whose code it is. What "
        "“service list -o csv” writes can be changed and read back."
    ),
    "tidbok service import ogon codes.csv",
    "tidbok service import ogon codes.csv --encoding windows-1252 --dry-run",
    "tidbok service import all-codes.csv",
    name="import",
    answer=IMPORT,
)
def import_file(
    ctx: typer.Context,
    units: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[UNIT]",
            help=_("The clinic: its HSA-id, its alias, or its name; without it, the rows name theirs."),
            autocompletion=candidates.unit_or_file,
        ),
    ] = None,
    *,
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

    unit = units[0] if units else None
    if units and len(units) > 1:
        raise BadInput("usage.extra_arguments", arguments=file, command=ctx.command_path)
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
