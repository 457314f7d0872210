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
    "store.unreadable": _("The store at {store} cannot be opened. Check the path, and the right to read and write it."),
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
    "store.not_allowed": _(
        "The server does not let the store’s role do this at {store}. Grant the role its rights, or do it as the owner."
    ),
    "store.busy": _("The store at {store} is busy: another process is writing to it. Try again in a moment."),
    "store.full": _("The disk of the store at {store} is full. Nothing was changed."),
    "backup.not_whole": _(
        "The store at {store} is damaged: its backup would not be whole, and was not kept. Nothing was changed. "
        "“tidbok store check” says what is damaged."
    ),
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
