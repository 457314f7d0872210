"""The sentences for what can be wrong with a store, for `problem_texts.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import marked as _

if TYPE_CHECKING:
    from collections.abc import Mapping

STORE_SENTENCES: Final[Mapping[str, str]] = {
    "store.url": _("The program knows no store “{scheme}://”. Give a path, sqlite:///… or postgresql+psycopg://…"),
    "store.missing": _("There is no store at {store}. Make it with “tidbok init”, or name another: --store."),
    "store.empty": _("The store at {store} has no tables. Make them with “tidbok init”."),
    "store.older_schema": _(
        "The store at {store} is of version {found}, and this program needs {expected}. "
        "“tidbok init” brings it up to date and keeps all that is in it."
    ),
    "store.newer_schema": _(
        "The store at {store} is of version {found}, and this program knows {expected}. Bring the program up to date."
    ),
    "store.not_a_store": _("{store} is no store of this program, or is damaged. Name another, or restore a backup."),
    "store.unreadable": _("The store at {store} cannot be opened. Check the path, and the right to read and write it."),
    "store.not_readable": _(
        "You may not read {file}: it belongs to {owner}, and its mode is {mode}. Ask {owner} for the right to read it."
    ),
    "store.folder_closed": _(
        "You may not enter the folder {folder}: it belongs to {owner}, and its mode is {mode}. "
        "Ask {owner} for the right, or name another store: --store."
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
    "store.not_now": _("The store at {store} cannot be reached now: {reason}. Try again in a moment."),
    "store.lost": _("The connection to the store at {store} broke off. Nothing was changed. Try again."),
    "store.malformed": _(
        "The store’s URL cannot be read. Write postgresql+psycopg://role@server:5432/database; characters such as "
        "/ @ : % are written as % with two digits (%40 for @)."
    ),
    "store.encoding": _(
        "The database at {store} keeps its texts as {found}. Make one that keeps them as UTF-8: “createdb -E UTF8”."
    ),
    "store.read_only": _("The store at {store} can only be read: the server is a copy of another. Name that one."),
    "store.behind": _(
        "The answer comes from a standby, a copy of the store, that has taken in no change for {lag} (h:mm:ss), since "
        "{since_at}: what happened later may be missing."
    ),
    "store.not_allowed": _(
        "The server does not let the store’s role do this at {store}. Grant the role its rights, or do it as the owner."
    ),
    "store.busy": _("The store at {store} is busy: another process is writing to it. Try again in a moment."),
    "store.full": _("The disk of the store at {store} is full. Nothing was changed."),
    "copy.not_empty": _(
        "The store at {store} is not empty. Name one that has nothing in it, or that is not there yet."
    ),
    "copy.not_whole": _(
        "The copy at {store} would not be whole, and was not kept. See what “tidbok store check” says of the "
        "store that was to be copied."
    ),
    "copy.rows": _("{table}: {found} rows instead of {count}"),
    "copy.damage": _("{check}: {detail}"),
}
