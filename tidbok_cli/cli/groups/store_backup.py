"""`store backup` and `store restore`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, status
from tidbok_cli.cli.base.job import as_job
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.i18n import _

app = typer.Typer()


def _kept(flag: str, told: str) -> Any:
    """An option for how many older backups stay."""
    return typer.Option(flag, metavar="N", min=1, help=told, rich_help_panel=_("Which older ones stay"))


@command(
    app,
    _(
        "Back the store up, while others read and write it: to a file that is not there yet, or under a dated name in "
        "a folder; otherwise in the folder “backups” beside the store. The copy is of one moment, and is opened and "
        "checked before it gets its name. A manifest beside it (.json) says how many rows it has, and its SHA-256; "
        "--verify holds a backup against it: exit status 1 where it is not as it was made. Of a store in PostgreSQL, "
        "pg_dump makes it."
    ),
    "tidbok store backup",
    "tidbok store backup /srv/backup/ --keep-daily 14 --keep-weekly 8 --keep-monthly 12",
    "tidbok store backup --verify backups/tidbok-20261201T020000+0100.db",
    answer=_(
        "an object, tidbok.backup/1, with file, store, database, schema_version, program, taken_at, size, sha256, rows "
        "of each table, removed (older backups), and problems (code, message) where it is not as it was made."
    ),
)
@as_job(not_with="verify", only_reads=True)
def backup(
    ctx: typer.Context,
    place: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help=_("Where to; a folder is there already, or ends in “/”.")),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help=_("Make nothing; hold this backup against its manifest."))
    ] = False,
    keep_daily: Annotated[int | None, _kept("--keep-daily", _("Of the last N days, the last backup of each."))] = None,
    keep_weekly: Annotated[
        int | None, _kept("--keep-weekly", _("Of the last N weeks, the last backup of each."))
    ] = None,
    keep_monthly: Annotated[
        int | None, _kept("--keep-monthly", _("Of the last N months, the last backup of each."))
    ] = None,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.domain.store_backup import Keep
    from tidbok_cli.render.store_backup import BACKUP_KEYS, backup_value, print_backup, print_verified
    from tidbok_cli.workflows.store_backup import back_up
    from tidbok_cli.workflows.store_backup import verify as hold

    context, keep = context_of(ctx, at=at, wait=wait), Keep(keep_daily, keep_weekly, keep_monthly)
    if verify and (place is None or keep.is_asked):
        raise BadInput("backup.verify_alone", where=Where(column="--verify"))
    found = hold(context, place) if verify and place is not None else back_up(context, place, keep)
    if not answer_thing(backup_value(found), BACKUP_KEYS, output):
        (print_verified if verify else print_backup)(found)
    return status(good=not found.problems)


@command(
    app,
    _(
        "Put a backup in the store's place, checked before and after. Where a store is there, only with --replace; it "
        "is then kept beside, under a name with the moment. Interrupted anywhere, either the old or the new store "
        "opens. A backup of an older version is restored as it is; “store upgrade” brings it up to date."
    ),
    "tidbok store restore backups/tidbok-20261201T020000+0100.db --replace",
    answer=_(
        "an object, tidbok.restore/1, with file, store, schema_version, rows of each table, kept, the old store's "
        "file, and upgrade_is_due."
    ),
)
def restore(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("The backup: a SQLite file."))],
    replace: Annotated[
        bool, typer.Option("--replace", help=_("Also where a store is there; the old one is kept."))
    ] = False,
    at: options.At = None,
    wait: options.Wait = None,
    output: options.Output = Format.TABLE,
) -> Exit:
    from tidbok_cli.render.store_backup import RESTORE_KEYS, print_restored, restored_value
    from tidbok_cli.workflows.store_restore import restore as job

    done = job(context_of(ctx, at=at, wait=wait), file, replace=replace)
    if not answer_thing(restored_value(done), RESTORE_KEYS, output):
        print_restored(done)
    return Exit.DONE
