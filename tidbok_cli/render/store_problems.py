"""The sentences for what can be wrong with a store, for `problem_texts.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _

if TYPE_CHECKING:
    from collections.abc import Mapping

STORE_SENTENCES: Final[Mapping[str, str]] = {
    "store.url": _(
        "The kind of database “{scheme}://” is not supported. Give a path, sqlite:///… or postgresql+psycopg://…"
    ),
    "store.missing": _("There is no store at {store}. Make it with “tidbok init”, or name another: --store."),
    "store.empty": _("The store at {store} has no tables. Make them with “tidbok init”."),
    "store.older_schema": _(
        "The store at {store} is of version {found}, and this program needs {expected}. "
        "“tidbok store upgrade” brings it up to date and keeps all that is in it."
    ),
    "store.newer_schema": _(
        "The store at {store} is of version {found}, and this program knows {expected}. Bring the program up to date."
    ),
    "store.not_a_store": _("{store} is no store of this program, or is damaged. Name another, or restore a backup."),
    "store.damaged": _(
        "The store at {store} is damaged. Let nothing write to it, keep it as it is, and restore a backup from before. "
        "“tidbok store copy” is no way out: it refuses what is not whole."
    ),
    "store.texts": _(
        "The store at {store} is whole, but holds texts that an older version took, and that look like others: with "
        "letters in two parts, or characters that nobody sees. Have the rows corrected where they come from, and "
        "import them again: a whole file with --complete, so that nothing stays under an id that was wrong. For "
        "clinics, apply the files again: “tidbok unit apply”."
    ),
    "store.unreadable": _("The store at {store} cannot be opened. Check the path, and the right to read and write it."),
    "store.not_readable": _(
        "You may not read {file}: it belongs to {owner}, and its mode is {mode}. Ask {owner} for the right to read it."
    ),
    "store.folder_closed": _(
        "You may not enter the folder {folder}: it belongs to {owner}, and its mode is {mode}. "
        "Ask {owner} for the right, or name another store: --store."
    ),
    "permissions.others": _(
        "Others may change {file}, and so what the program believes or shows. Mend it with “{mend}”, or go on with "
        "--unsafe-permissions."
    ),
    "permissions.of_another": _(
        "The configuration that lies here belongs to {owner}, and nobody named it. If you trust it, name it: "
        "--config {folder}."
    ),
    "store.mount": _(
        "The store at {store} is on a file system that is mounted read-only: it can be read, not changed. "
        "Do this where it is mounted for writing, or name another store: --store."
    ),
    "store.file_of_another": _(
        "You may not write {file}: it belongs to {owner}, and its mode is {mode}. "
        "Do this as {owner} (“sudo -u {owner} tidbok …”), or ask for the right."
    ),
    "store.file_mode": _(
        "You may not write {file}: it is yours, but its mode is {mode}. Allow it with “chmod u+w {file}”."
    ),
    "store.folder_of_another": _(
        "You may not make files in {folder}, as SQLite does beside a store that it changes: the folder belongs to "
        "{owner}, and its mode is {mode}. Do this as {owner} (“sudo -u {owner} tidbok …”), or ask for the right."
    ),
    "store.folder_mode": _(
        "You may not make files in {folder}, as SQLite does beside a store that it changes: the folder is yours, but "
        "its mode is {mode}. Allow it with “chmod u+wx {folder}”."
    ),
    "store.changes_left": _(
        "The latest changes of the store at {store} are still in {file}, and only who may write there can take them "
        "in. Have the store’s owner run any command, or copy both files to a folder of yours and name that: --store."
    ),
    "store.changed_meanwhile": _(
        "The store at {store} was changed while it was read, and you may not make the lock that would have kept the "
        "two apart: what was printed, if anything, may be wrong. Ask again."
    ),
    "store.unreachable": _(
        "The store at {store} cannot be reached: {reason}. Check that the server runs, its address, "
        "the database’s name, and the role and its password."
    ),
    "store.no_answer": _(
        "Nothing answers at {store}: {reason}. Try again in a moment; where it stays so, check that the server runs, "
        "its address, and what lies between."
    ),
    "store.not_now": _("The server of the store at {store} is starting or stopping: {reason}. Try again in a moment."),
    "store.no_primary": _(
        "No server of the store at {store} takes changes now: another is perhaps about to take over. "
        "Try again in a moment."
    ),
    "store.crowded": _("The server of the store at {store} has too many connections already. Try again in a moment."),
    "store.lost": _("The connection to the store at {store} broke off. Nothing was changed. Try again."),
    "store.lost_at_commit": _(
        "The connection to the store at {store} broke off just when the change was to be kept: it is either there "
        "whole or not at all. See which, before you do it again; an import may be done again in any case."
    ),
    "store.no_sslmode": _(
        "The connection to {store} may go without encryption: the URL has no sslmode. Add ?sslmode=verify-full."
    ),
    "store.malformed": _(
        "The store’s URL cannot be read. Write postgresql+psycopg://role@server:5432/database; characters such as "
        "/ @ : % are written as % with two digits (%40 for @)."
    ),
    "store.encoding": _(
        "The database at {store} keeps its texts as {found}. Make one that keeps them as UTF-8: “createdb -E UTF8”."
    ),
    "store.read_only": _(
        "The store at {store} can only be read now: the server is set so. Try again when it takes changes, or name "
        "another: --store."
    ),
    "store.standby": _(
        "The server of the store at {store} is a copy of another, and takes no changes. Try again in a moment, where "
        "it is about to take over; otherwise name the other: --store."
    ),
    "store.behind": _(
        "The answer comes from a standby, a copy of the store, that has taken in no change for {lag} (h:mm:ss), since "
        "{since_at}: what happened later may be missing."
    ),
    "store.not_allowed": _(
        "The server does not let the store’s role do this at {store}. Grant the role its rights, or do it as the owner."
    ),
    "store.waiting": _("Waiting for another program, which is writing to the store at {store}."),
    "store.waiting_for": _("Waiting for “{command}”, process {pid}, which has been writing since {since_at}."),
    "store.busy": _(
        "The store at {store} is busy: another program is writing to it. Try again in a moment, or wait longer: --wait."
    ),
    "store.busy_with": _(
        "The store at {store} is busy: “{command}”, process {pid}, has been writing to it since {since_at}. "
        "Try again when it has ended, or wait longer: --wait."
    ),
    "store.locked": _(
        "Another program has locked the store at {store}, or a part of it. Nothing was changed. Try again in a moment."
    ),
    "store.overtaken": _(
        "Another change to the store at {store} came between. Nothing was changed by this one. Try again."
    ),
    "store.cancelled": _(
        "Somebody cancelled the work in the server of the store at {store}. Nothing was changed. Try again."
    ),
    "store.recovery_conflict": _(
        "The server of the store at {store} is a copy of another, and a change there took away what was being read. "
        "Try again."
    ),
    "store.limit": _(
        "The server of the store at {store} broke off the work, by its limit {setting}. Nothing was changed. "
        "Try again; where it happens again, have the limit raised for the store’s role."
    ),
    "store.full": _("The disk of the store at {store} is full. Nothing was changed. Make room, and do it again."),
    "store.temporary_full": _(
        "There is no room for temporary files in {folder}; the store at {store} is unchanged. Make room there, or name "
        "another folder in the variable SQLITE_TMPDIR."
    ),
    "store.file_limit": _(
        "The store at {store} could not be written: no file may be larger than {limit} bytes here. "
        "Nothing was changed. Raise the limit (“ulimit -f”), and do it again."
    ),
    "store.disk_error": _(
        "The disk of the store at {store} gives an error: {reason}. Nothing was changed. See the system’s log, and "
        "have a backup at hand."
    ),
    "store.server_memory": _(
        "The server of the store at {store} has too little memory for this. Nothing was changed. "
        "Tell its administrator."
    ),
    "store.server_limit": _(
        "The server of the store at {store} has reached a limit of its own: {reason}. Nothing was changed. "
        "Have it raised for the store’s role (temp_file_limit)."
    ),
    "store.foreign": _(
        "{store} belongs to another program: it has tables that this one did not make. Name another store: --store."
    ),
    "backup.not_whole": _(
        "The store at {store} is damaged: its backup would not be whole, and was not kept. Nothing was changed. "
        "“tidbok store check” says what is damaged."
    ),
    "backup.exists": _(
        "There is a file already, and a backup never replaces one. Name a file that is not there yet, or a folder, "
        "where each backup gets a name of its own."
    ),
    "backup.to_stdout": _("A backup is checked where it lies, and so goes to a file. Name a file or a folder."),
    "backup.running": _("Another process is writing {file} right now. Try again when it has ended."),
    "backup.keep_in_folder": _(
        "Older backups are removed only in a folder, where each has a dated name. Name a folder instead of a file."
    ),
    "backup.verify_alone": _("Name the backup to look at, and give no --keep-… with it."),
    "backup.no_manifest": _(
        "This backup has no manifest, {manifest}, that this program wrote, so there is nothing to hold it against. "
        "“tidbok --store FILE store check” looks at a SQLite file alone."
    ),
    "backup.no_pg_dump": _(
        "A store in PostgreSQL is backed up by pg_dump and pg_restore, which are not installed here (Debian: "
        "postgresql-client). Install them, or do it on the server: {line}"
    ),
    "backup.program": _("{program} failed: {detail}."),
    "backup.size": _("It has {found} bytes instead of {size}."),
    "backup.sha256": _("Its bytes are not those that were written: the SHA-256 differs."),
    "backup.version": _("It is of version {found} instead of {version}."),
    "restore.there": _(
        "There is a store at {store} already. “--replace” puts the backup in its place, and keeps the old one under "
        "another name."
    ),
    "restore.itself": _("This is the store itself, or a file of its own. Name a backup."),
    "restore.dump": _("This is a dump of a store in PostgreSQL. Restore it into an empty database with: {line}"),
    "restore.to_server": _(
        "The store is in PostgreSQL, and this is a SQLite file. Copy it into an empty database with: {line}"
    ),
    "restore.not_whole": _("The backup is not whole. The store was not changed. Restore another."),
    "restore.in_use": _(
        "Others have had the store at {store} open for {seconds} seconds. Nothing was changed. End what uses it, and "
        "try again."
    ),
    "restore.changed": _(
        "The backup is in its place at {store}, but has been written to since, or is not what was put there. "
        "“tidbok store check” says whether it is whole."
    ),
    "store.replaced": _("The store at {store} has just been replaced by a backup. Nothing was changed. Try again."),
    "upgrade.in_use": _(
        "The tables of the store at {store} cannot be changed: others have been using them for {seconds} seconds. "
        "Nothing was changed. Try again when their long answers and imports have ended."
    ),
    "upgrade.dump": _(
        "No backup is made of a store in PostgreSQL: its upgrade is one transaction, all or nothing. "
        "Make one before it with: {line}"
    ),
    "copy.not_empty": _(
        "The store at {store} is not empty. Name one that has nothing in it, or that is not there yet."
    ),
    "copy.not_whole": _(
        "The store at {store} is not whole, and so its copy at {to} was not kept. Nothing was changed there. "
        "“tidbok store check” says what is wrong."
    ),
    "copy.source_damaged": _(
        "The store at {store}, which was to be copied, is damaged: its table {table} could not be read whole "
        "({detail}). Nothing was kept of the copy. “tidbok store check” says what is wrong; restore a backup."
    ),
    "copy.rows": _("{table}: {found} rows instead of {count}"),
    "copy.damage": _("{check}: {detail}"),
}
