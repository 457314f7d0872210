"""SQLite's errors by their codes, and which disk it was that had no room."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidbok_cli.store.access import expect_readable
from tidbok_cli.store.fault import fault

if TYPE_CHECKING:
    from tidbok_cli.errors import TidbokError
    from tidbok_cli.store.address import Address

_CODES: Final = {
    sqlite3.SQLITE_BUSY: "store.locked",
    sqlite3.SQLITE_LOCKED: "store.locked",
    sqlite3.SQLITE_PROTOCOL: "store.locked",  # many opened it at the same moment
    sqlite3.SQLITE_FULL: "store.full",
    sqlite3.SQLITE_IOERR: "store.disk_error",
    sqlite3.SQLITE_CANTOPEN: "store.unreadable",
    sqlite3.SQLITE_PERM: "store.unreadable",
    sqlite3.SQLITE_READONLY: "store.unreadable",
    sqlite3.SQLITE_NOTADB: "store.not_a_store",
    sqlite3.SQLITE_CORRUPT: "store.not_a_store",
}
_NOT_THERE: Final = ("no such table", "no such column", "has no column named")
"""Words of SQLite, which has no code for it: the program asks for none that its own stores lack."""
_NOT_UTF8: Final = "Could not decode to UTF-8"
"""Words of Python's driver on a text that is damaged."""

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)
_ENOUGH: Final = 1 << 20
"""More bytes than SQLite asks for at a time."""


def fault_of_sqlite(error: sqlite3.Error, address: Address) -> TidbokError | None:
    """The program's error for one of sqlite3's; None for what users do not meet."""
    words, number = str(error), getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    code = "store.replaced" if number == sqlite3.SQLITE_READONLY_DBMOVED else _CODES.get(number & 0xFF)
    if code is None and (words.startswith(_NOT_UTF8) or any(each in words for each in _NOT_THERE)):
        code = "store.not_a_store"
    if code in ("store.full", "store.disk_error", "store.unreadable"):
        return _fault_of_disk(code, error, address)
    return fault(code, address) if code else None


def _fault_of_disk(code: str, error: sqlite3.Error, address: Address) -> TidbokError:
    """Tell a disk without room from one that is broken, and the store's from the one for temporary files.

    SQLite says nothing of either, and calls a full disk an input or output error as often as not.
    """
    assert address.path is not None
    store, temporary = address.path.parent, _temporary_folder()
    if _lacks_room(store):
        return fault("store.full", address)
    if code == "store.unreadable":
        expect_readable(address)
        return fault(code, address)
    if temporary is None or _lacks_room(temporary) or (code == "store.full" and not _share_a_disk(store, temporary)):
        return fault("store.temporary_full", address, folder=str(temporary or "/tmp"))
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit != resource.RLIM_INFINITY:
        return fault("store.file_limit", address, limit=str(limit))
    return fault(code, address, reason=getattr(error, "sqlite_errorname", ""))


def _temporary_folder() -> Path | None:
    """The folder in which SQLite makes its temporary files: the first that it may write to."""
    asked = (os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR"), "/var/tmp", "/usr/tmp", "/tmp", ".")
    found = (Path(each) for each in asked if each)
    return next((each for each in found if each.is_dir() and os.access(each, os.W_OK | os.X_OK)), None)


def _share_a_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _lacks_room(folder: Path) -> bool:
    """Whether a little more can be written there; not where the folder itself is closed to us."""
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(dir=folder, buffering=0) as file:
            for _ in range(_ENOUGH >> 16):
                file.write(bytes(1 << 16))
    except OSError as error:
        return error.errno in _NO_ROOM
    return False
