"""A SQLite store that this user may not write: who may, and how it is read.

The usual way writes even to read: SQLite makes its two files beside the store (-wal, -shm), or another user's store
gets two files of this user's beside it, which then keep their owner from writing. So, where nothing may be written:

- While the two files are there, SQLite reads with their locks, and makes nothing.
- Otherwise nobody has the store open, and it is read as if it never changed (`immutable`), without locks. A mount that
  is read-only here does not make it so: in a container, or for a user of support, it is read-only while the nightly job
  writes elsewhere. Therefore the file is looked at again after reading. A writer leaves all changes in the -wal file
  until it moves them into this one, which changes its time: what is read from a file that is as it was is one snapshot.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput, Busy
from tidbok_cli.store.address import allowed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.store.address import Address

_MAGIC: Final = b"SQLite format 3\0"

_TICK_SECONDS: Final = 0.02
"""Two changes of a file within so short a time may have one time."""


def open_unwritable(address: Address, seconds: float) -> AbstractContextManager[sqlite3.Connection]:
    """Open a store's file for reading without making, changing or locking out anything.

    Raises BadInput, or sqlite3.Error. On leaving it, raises Busy where the file changed meanwhile.
    """
    expect_readable(address)
    while address.in_use:
        try:
            return closing(_snapshot(address, "mode=ro", seconds))
        except sqlite3.OperationalError:
            if address.in_use:  # otherwise whoever had it open has just closed it
                raise
    return _watched(address, seconds)


def _snapshot(address: Address, how: str, seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{address.files[0].as_uri()}?{how}", uri=True, timeout=seconds, isolation_level=None)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def _watched(address: Address, seconds: float) -> Iterator[sqlite3.Connection]:
    file, *_ = address.files
    before = _settled(file)
    try:
        _expect_nothing_left(address)
        with closing(_snapshot(address, "mode=ro&immutable=1", seconds)) as connection:
            yield connection
    except Exception as error:
        if _looks(file) != before:  # a page of before and one of after look like damage
            raise Busy("store.changed_meanwhile", store=str(address)) from error
        raise
    if _looks(file) != before:
        raise Busy("store.changed_meanwhile", store=str(address))


def _looks(file: Path) -> tuple[int, ...]:
    found = file.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _settled(file: Path) -> tuple[int, ...]:
    """Return how the file looks, once its next change cannot have the time of its last."""
    while abs(time.time() - file.stat().st_mtime) < _TICK_SECONDS:
        time.sleep(_TICK_SECONDS)
    return _looks(file)


def _expect_nothing_left(address: Address) -> None:
    """Raise BadInput for changes beside the file, which only who may write can take in."""
    file, wal, _ = address.files
    for left in (wal, file.with_name(f"{file.name}-journal")):
        if left.exists() and left.stat().st_size:
            raise BadInput("store.changes_left", store=str(address), file=str(left))


def looks_like_sqlite(file: Path) -> bool:
    """Whether a file is there that begins as every SQLite file does."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_MAGIC)) == _MAGIC
    except FileNotFoundError:
        return False


# ------------------------------------------------------------------------------------------- whose it is


def expect_readable(address: Address) -> None:
    """Raise BadInput where this user may not read the store's files."""
    file, *_ = address.files
    for folder in reversed(file.parents):
        if not allowed(folder, os.X_OK):
            raise BadInput("store.folder_closed", folder=str(folder), owner=_owner(folder), mode=_mode(folder))
    for each in address.files:
        if each.exists() and not allowed(each, os.R_OK):
            raise BadInput("store.not_readable", file=str(each), owner=_owner(each), mode=_mode(each))


def expect_writable(address: Address) -> None:
    """Raise BadInput where this user may not write the store's files: mount, owner or mode."""
    folder = next(each for each in address.files[0].parents if each.exists())
    there = [each for each in address.files if each.exists()]
    for place in (*there[:1], folder):
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            raise BadInput("store.mount", store=str(address))
    for file in there:
        if not allowed(file, os.W_OK) and file.exists():  # the two beside it come and go
            code = "store.file_mode" if _is_own(file) else "store.file_of_another"
            raise BadInput(code, file=str(file), owner=_owner(file), mode=_mode(file))
    if not allowed(folder, os.W_OK | os.X_OK):
        code = "store.folder_mode" if _is_own(folder) else "store.folder_of_another"
        raise BadInput(code, folder=str(folder), owner=_owner(folder), mode=_mode(folder))


def _is_own(path: Path) -> bool:
    return path.stat().st_uid == os.geteuid()


def _owner(path: Path) -> str:
    """Return the owner's name, or number where the system knows no name."""
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)


def _mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o7777:04o}"


# ------------------------------------------------------------------------------------------- nobody else's


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above that are missing, with mode 0700 whatever the umask."""
    for each in reversed([folder, *folder.parents]):
        if not each.exists():
            each.mkdir(exist_ok=True)
            each.chmod(0o700)


def new_private_file(path: Path) -> None:
    """Make an empty file with mode 0600 whatever the umask; raises OSError where it is there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def tighten(address: Address) -> None:
    """Take from all others the files of a store that anybody may read.

    Where only a group may, that is somebody's decision, and stays.
    """
    for file in address.files:
        with suppress(OSError):
            mode = file.stat().st_mode & 0o7777
            if mode & 0o007:
                file.chmod(mode & ~0o077)
