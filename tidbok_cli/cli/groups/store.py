"""`store`: the database behind it all."""

from __future__ import annotations

from typing import Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_rows, answer_thing, command, context_of, group, status
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.i18n import _

app = group(_("The store: the database in which everything is kept."))


@command(
    app,
    _(
        "Say where the store is, how much it holds, how the last runs of each import went, by their real time, with "
        "their numbers for “store purge”, and how the last run of each job ended."
    ),
    "tidbok store info",
    "tidbok store info --runs 10 -o json",
    answer=_(
        "an object, tidbok.store/1, with store, schema_version, size, the rows of each table, last_imports, and runs: "
        "batch, kind, started_at, seconds, happened_at, outcome (done, rejected, refused, failed, interrupted), "
        "reason, source, actor, created, updated, unchanged, rejected, events, ended and purged_at of each; jobs: "
        "command, run, started_at, ended_at, seconds, exit_status, error, done_at, actor and pid of each job's last "
        "run, null what is not known of one that has not ended."
    ),
)
def info(
    ctx: typer.Context,
    runs: Annotated[
        int,
        typer.Option(
            "--runs", metavar="N", min=1, help=_("So many of each import's last runs, and the last that was done.")
        ),
    ] = 1,
    at: options.At = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.store import INFO_KEYS, info_value, print_info
    from tidbok_cli.workflows.store import info as job

    found = job(context_of(ctx, at=at), runs)
    if not answer_thing(info_value(found), INFO_KEYS, output):
        print_info(found)
    return Exit.DONE


@command(
    app,
    _(
        "Check that the store is whole: the database's own checks, every value read, all periods derived afresh from "
        "the logs, and ids, codes and names that no import takes any more. A damage ends none of the other checks. "
        "Of each the first hundred damages are told, the others counted."
    ),
    "tidbok store check",
    rows="store:DAMAGES",
)
def check(ctx: typer.Context, at: options.At = None, output: options.Output = Format.TABLE) -> Exit:
    from tidbok_cli.render.store import DAMAGES
    from tidbok_cli.workflows.store import check as job

    found = job(context_of(ctx, at=at))
    if found or output is not Format.TABLE:
        answer_rows(DAMAGES, found, output)
    else:
        print(_("The store is whole."))
    return status(good=not found)


@command(
    app,
    _(
        "Bring the store to this program's version, with all that is in it. A SQLite store is backed up first, beside "
        "itself. It is one transaction: interrupted anywhere, the store is as it was, and the upgrade is run again."
    ),
    "tidbok store upgrade --check",
    "tidbok store upgrade",
    answer=_("an object, tidbok.upgrade/1, with store, from, to, backup, the file, and whether it was upgraded."),
)
@as_job(not_with="check_only")
def upgrade(
    ctx: typer.Context,
    check_only: Annotated[
        bool,
        typer.Option("--check", help=_("Only say whether it is due: exit status 0 for no, 1 for yes.")),
    ] = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.store import UPGRADE_KEYS, print_upgrade, upgrade_value
    from tidbok_cli.workflows.store_upgrade import due
    from tidbok_cli.workflows.store_upgrade import upgrade as job

    found = (due if check_only else job)(context_of(ctx, at=at, wait=wait))
    if not answer_thing(upgrade_value(found), UPGRADE_KEYS, output):
        print_upgrade(found)
    return status(good=not found.is_due)


@command(
    app,
    _(
        "Copy the store, whole, to another place: from SQLite to PostgreSQL, back again, or from server to server. "
        "The other store is made where it is missing, and must be empty; the copy is checked before it is kept."
    ),
    "tidbok store copy --to postgresql+psycopg://tidbok@db.region.example/tidbok",
    "tidbok --store postgresql+psycopg://tidbok@db.region.example/tidbok store copy --to tidbok.db",
    answer=_("an object, tidbok.copy/1, with store, to, and how many rows of each table were copied."),
)
def copy(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help=_("Where to: a URL, or a path to a SQLite file."))],
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.store import COPIED_KEYS, copied_rows, copied_value, print_copied
    from tidbok_cli.workflows.store_copy import copy_store

    done = copy_store(context_of(ctx, at=at, purpose=purpose, wait=wait), to)
    if not answer_thing(copied_value(done), COPIED_KEYS, output, copied_rows(done)):
        print_copied(done)
    return Exit.DONE
