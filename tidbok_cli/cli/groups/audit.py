"""The commands `tidbok audit …`."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, command, context_of, day, group, status
from tidbok_cli.i18n import _

app = group(_("The audit: who has looked at whom, or changed what, when and why."))


@command(
    app,
    _(
        "List what was recorded, in order: looks and changes, also lists that showed the resident and imports that "
        "made or changed what is theirs. With --resident and -o csv it is the extract for the patient: it holds "
        "nobody else's number. That somebody lists it is recorded too."
    ),
    "tidbok audit list --resident - -o csv",
    "tidbok audit list --actor anna.andersson --from 2026-11-01",
    name="list",
    rows="audit:AUDIT",
)
def list_rows(
    ctx: typer.Context,
    resident: options.ResidentOption = None,
    actor: Annotated[
        str | None,
        typer.Option("--actor", metavar="NAME", help=_("Only by this actor, or user of the operating system.")),
    ] = None,
    unit: options.UnitOption = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("Only what happened on this date or later."))
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=_("Only what happened on this date or earlier."))
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.audit import AUDIT
    from tidbok_cli.workflows.audit import AuditFilter
    from tidbok_cli.workflows.audit import list_rows as job

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    wanted = AuditFilter(resident, actor, unit, day(first, "--from"), day(last, "--to"))
    answer_rows(AUDIT, job(context, wanted), output, reveal=reveal)
    return Exit.DONE


@command(
    app,
    _(
        "Say whether any row of the audit was changed, removed or inserted: each is chained to the one before. That "
        "the last ones were cut off shows beside a log kept elsewhere, which names them. Exit status 1: something was."
    ),
    "tidbok audit verify",
    "tidbok audit verify --log night.log",
    rows="audit:FAULTS",
)
def verify(
    ctx: typer.Context,
    log: Annotated[
        str | None,
        typer.Option("--log", metavar="FILE", help=_("A log of JSON lines whose “audit_head” must be there.")),
    ] = None,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.audit import FAULTS
    from tidbok_cli.workflows.audit import verify as job

    found = job(context_of(ctx, at=at), log)
    if found.faults or output is not Format.TABLE:
        answer_rows(FAULTS, found.faults, output)
    else:
        print(_("The audit is whole: {rows} rows.").format(rows=found.rows))
    return status(good=not found.faults)
