"""Backups of the store, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import _
from tidbok_cli.render.lines import visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.problems import sentence

if TYPE_CHECKING:
    from tidbok_cli.domain.store_backup import Backup, Restored
    from tidbok_cli.render.columns import JsonObject

BACKUP_KEYS: Final = ("file", "store", "schema_version", "taken_at", "size", "sha256")


def backup_value(backup: Backup) -> JsonObject:
    """`tidbok.backup/1`: the backup, what its manifest says, and what is not so."""
    manifest = backup.manifest
    return {
        "schema": "tidbok.backup/1",
        "file": backup.file,
        "store": manifest.store,
        "database": manifest.database,
        "schema_version": manifest.version,
        "program": manifest.program,
        "taken_at": iso(manifest.taken_at),
        "size": manifest.size,
        "sha256": manifest.sha256,
        "rows": dict(manifest.rows),
        "removed": list(backup.removed),
        "problems": [{"code": each.code, "message": sentence(each.code, each.params)} for each in backup.problems],
    }


def print_backup(backup: Backup) -> None:
    """Print a backup that was made, and those that were removed."""
    print(
        _told(
            _("Backup: {file}, {size} bytes, {rows} rows, version {version}. It has been opened and checked."), backup
        )
    )
    for each in backup.removed:
        print(_("Removed: {file}").format(file=visible(each)))


def print_verified(backup: Backup) -> None:
    """Print how a backup compares with its manifest."""
    if not backup.problems:
        print(_told(_("{file} is whole, and as it was made {time}: {rows} rows, version {version}."), backup))
        return
    print(_told(_("{file} is not as it was made {time}:"), backup))
    for each in backup.problems:
        print(f"  {sentence(each.code, each.params)}")


RESTORE_KEYS: Final = ("file", "store", "schema_version", "kept", "upgrade_is_due")


def restored_value(restored: Restored) -> JsonObject:
    """`tidbok.restore/1`: what is the store now, and where the old one is."""
    return {
        "schema": "tidbok.restore/1",
        "file": restored.file,
        "store": restored.store,
        "schema_version": restored.version,
        "rows": dict(restored.rows),
        "kept": restored.kept,
        "upgrade_is_due": restored.is_due,
    }


def print_restored(restored: Restored) -> None:
    """Print what was restored, where the old store is, and the next step."""
    said = _("{store} is restored from {file}: {rows} rows, version {version}. It has been opened and checked.")
    store, file, rows = visible(restored.store), visible(restored.file), sum(restored.rows.values())
    print(said.format(store=store, file=file, rows=rows, version=restored.version))
    if restored.kept:
        print(_("The old store is kept: {file}").format(file=visible(restored.kept)))
    if restored.is_due:
        print(_("It is of an older version. Next: “tidbok store upgrade”."))


def _told(text: str, backup: Backup) -> str:
    manifest = backup.manifest
    return text.format(
        file=visible(backup.file), size=manifest.size, rows=sum(manifest.rows.values()),
        version=visible(manifest.version), time=moment(manifest.taken_at),
    )  # fmt: skip
