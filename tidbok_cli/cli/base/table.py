"""Commands that import a table: declared, run, and their reports printed."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, status
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.domain.imports import Handling, ImportReport, Source
    from tidbok_cli.workflows.context import Context

    Job = Callable[[Context, Source, Handling], ImportReport]

IMPORT: Final = _(
    "an object, tidbok.import/1, with how many rows were created, updated, unchanged, rejected and without_effect, "
    "and how many summons and events they brought."
)


def add_import(app: typer.Typer, job: Callable[[], Job], help_text: str, *examples: str) -> None:
    """Give a group its `import`; `job` loads the workflow when called."""

    @command(app, help_text, *examples, name="import", answer=IMPORT)
    @as_job(not_with="dry_run")
    def import_file(
        ctx: typer.Context,
        file: options.FileArgument,
        encoding: options.Encoding = None,
        sheet: options.Sheet = None,
        skip_bad: options.SkipBad = False,
        rejected: options.Rejected = None,
        dry_run: options.DryRun = False,
        expect_rows: options.ExpectRows = None,
        known_units: options.KnownUnits = False,
        at: options.At = None,
        purpose: options.Purpose = None,
        wait: options.Wait = None,
        output: options.Output = Format.TABLE,
    ) -> Exit:
        return run_import(
            context_of(ctx, at=at, purpose=purpose, wait=wait), job(), file, output, encoding=encoding, sheet=sheet,
            skip_bad=skip_bad, rejected=rejected, dry_run=dry_run, expect_rows=expect_rows, known_units=known_units,
        )  # fmt: skip


def run_import(
    context: Context,
    job: Job,
    file: str,
    output: Format,
    *,
    skip_bad: bool,
    rejected: str | None,
    dry_run: bool,
    encoding: str | None = None,
    sheet: str | None = None,
    expect_rows: int | None = None,
    known_units: bool = False,
) -> Exit:
    """Import a file by its options, and print the report."""
    from tidbok_cli.domain.imports import Handling, Source

    handling = Handling(skip_bad, rejected, dry_run, None, expect_rows, known_units)
    with tried_out(context, dry_run=dry_run):
        report = job(context, Source(file, encoding, sheet), handling)
    return answer_import(report, file, output, dry_run=dry_run)


def tried_out(context: Context, *, dry_run: bool) -> AbstractContextManager[None]:
    """Have a dry run say what it needs of a store that can only be read."""
    return context.told_where_read_only("import.dry_run_writes") if dry_run else nullcontext()


def answer_import(report: ImportReport, file: str, form: Format, *, dry_run: bool) -> Exit:
    """Print an import's report, and its bad rows on stderr."""
    from tidbok_cli.render.import_report import print_bad_rows, print_report, report_keys, report_value

    print_bad_rows(report, file, form, dry_run=dry_run)
    if not answer_thing(report_value(report), report_keys(report), form):
        print_report(report, dry_run=dry_run)
    return status(good=not report.rejected)
