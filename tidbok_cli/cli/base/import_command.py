"""`import`, as the groups have it whose files say all that there is to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tidbok_cli.cli.base import options, typer_language
from tidbok_cli.cli.base.answer import answer_import, workplace
from tidbok_cli.errors import Exit
from tidbok_cli.render import answers
from tidbok_cli.render.output import Format

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.domain.imports import Handling, ImportReport, Source
    from tidbok_cli.workflows.context import Context

    Job = Callable[[Context, Source, Handling], ImportReport]


def add_import(app: typer.Typer, job: Callable[[], Job], help_text: str, *examples: str) -> None:
    """Gives a group the command; `job` loads what does it when it is called."""

    @app.command(
        "import", cls=typer_language.Command, help=help_text + answers.IMPORT, epilog=typer_language.example(*examples)
    )
    def import_file(
        ctx: typer.Context,
        file: options.FileArgument,
        encoding: options.Encoding = None,
        sheet: options.Sheet = None,
        skip_bad: options.SkipBad = False,
        rejected: options.Rejected = None,
        dry_run: options.DryRun = False,
        at: options.At = None,
        purpose: options.Purpose = None,
        output: options.Output = Format.TABLE,
    ) -> Exit:
        from tidbok_cli.domain.imports import Handling, Source

        context = workplace(ctx, at=at, purpose=purpose)
        report = job()(context, Source(file, encoding, sheet), Handling(skip_bad, rejected, dry_run))
        return answer_import(report, file, output, dry_run=dry_run)
