"""`service`: codes from tables, and from the journal's answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import candidates, options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, status
from tidbok_cli.cli.base.table import IMPORT, run_import
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.workflows.context import Context

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
        "GetAllCareTypesResponse (XML), or with --live out of what the journal answers now. They show nothing until "
        "“tidbok service map” or “import” labels and shows them."
    ),
    "tidbok service discover ogon timetypes.xml",
    "tidbok service discover ogon caretypes.xml --dry-run",
    "tidbok service discover ogon --live --dry-run",
    answer=IMPORT,
)
def discover(
    ctx: typer.Context,
    unit: options.UnitFileArgument,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help=_("The file; “-” reads standard input. None with --live."))
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help=_("Ask the clinic's journal, about the first test resident: see “tidbok help journal”.")
        ),
    ] = False,
    skip_bad: options.SkipBad = False,
    rejected: options.Rejected = None,
    dry_run: options.DryRun = False,
    at: options.At = None,
    purpose: options.Purpose = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.workflows.service_discover import discover as job

    context = context_of(ctx, at=at, purpose=purpose)
    if live:
        for option, given in {"FILE": file, "--skip-bad": skip_bad, "--rejected": rejected}.items():
            if given:
                raise BadInput("service.live_in_vain", where=Where(column=option), option=option)
        return _discover_live(context, unit, output, dry_run=dry_run)
    if file is None:
        raise BadInput("usage.missing", name="FILE", command=ctx.command_path)
    return run_import(
        context, lambda context, *of_file: job(context, unit, *of_file), file, output, skip_bad=skip_bad,
        rejected=rejected, dry_run=dry_run,
    )  # fmt: skip


def _discover_live(context: Context, unit: str, output: Format, *, dry_run: bool) -> Exit:
    """Print the report, and warn of each question that was not answered well and each code that is left out."""
    from tidbok_cli.render.import_report import print_report, report_keys, report_value
    from tidbok_cli.render.journal import fix, message
    from tidbok_cli.workflows.service_discover import discover_live

    report, answers = discover_live(context, unit, dry_run=dry_run)
    findings = [each for each in answers if each.is_finding]
    for each in findings:
        params = {"contract": each.answer.question.contract, "message": message(each), "fix": fix(each) or ""}
        context.warn(Problem("journal.not_well", params, Where(each.answer.question.address), warning=True))
    for problem in report.problems:
        context.warn(replace(problem, warning=True))
    if not answer_thing(report_value(report), report_keys(report), output):
        print_report(report, dry_run=dry_run)
    return status(good=not report.rejected and not findings)
