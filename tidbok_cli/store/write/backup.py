"""Backups of a SQLite store: private files, whole or not there."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from glob import escape
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import local
from tidbok_cli.errors import BadInput, Busy, Where
from tidbok_cli.store.address import BESIDE
from tidbok_cli.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_OF_TARGET: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""Errors of the file that is written: the store itself is only read."""


def back_up_beside(store: Path, version: str, at: int) -> Path:
    """Back a store up beside itself; return the file.

    It is named by the store's version and the moment. What killed backups left is taken away: the caller lets nobody
    else write, and so nobody else is at it.
    """
    for left in store.parent.glob(f"{escape(store.name)}.*.backup.partial"):
        remove_files(left)
    backup = store.with_name(f"{store.name}.{version}-{local(at):%Y%m%dT%H%M%S}.backup")
    back_up(store, backup)
    return backup


def back_up(store: Path, backup: Path) -> None:
    """Copy a SQLite store that others may be reading and writing.

    The copy is of one moment and has mode 0600. It gets its name once it has been opened and checked. Raises BadInput
    where it is not whole or cannot be written: then nothing is left of it.
    """
    with made_whole(backup) as partial:
        with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as source:
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
            copy_pages(Reader(source), partial)
        if not _is_whole(partial):
            raise BadInput("backup.not_whole", store=str(store))


@contextmanager
def made_whole(file: Path) -> Iterator[Path]:
    """A private file beside `file`, to be filled, which gets its name where that goes well.

    Otherwise nothing is left of it. Raises BadInput where it cannot be written, Busy where another process is at it.
    """
    partial = file.with_name(f"{file.name}.partial")
    with _told(partial), _claimed(partial):
        try:
            yield partial
            to_disk(partial)
            partial.replace(file)
            to_disk(file.parent)
        except BaseException:
            remove_files(partial)
            raise


def copy_pages(source: Reader, target: Path) -> None:
    """Copy a store into an empty file; it then needs no file beside it, as a store in use does, to be read."""
    with _told(target), closing(sqlite3.connect(target, isolation_level=None)) as copied:
        source.copy_to(copied)
        copied.execute("PRAGMA journal_mode = DELETE")


def remove_left(folder: Path, is_ours: Callable[[str], bool]) -> None:
    """Remove what killed backups left in a folder: of names of ours, those at which nobody is any more."""
    for partial in folder.glob("*.partial"):
        if is_ours(partial.name.removesuffix(".partial")):
            with suppress(Busy, OSError), _claimed(partial):
                remove_files(partial)


def remove_files(path: Path) -> None:
    """Remove a SQLite file, and those beside it."""
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _claimed(partial: Path) -> Iterator[None]:
    """An empty file of mode 0600 that is this process's alone, until it ends."""
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle, partial)
        os.ftruncate(handle, 0)
        os.fchmod(handle, 0o600)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, partial: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        there = partial.exists() and os.path.samestat(os.fstat(handle), partial.lstat())
    except BlockingIOError:
        there = False
    if not there:
        raise Busy("backup.running", file=str(partial))


@contextmanager
def _told(partial: Path) -> Iterator[None]:
    """Tell what keeps the file from being written as its own, and not as the store's."""
    try:
        yield
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(partial)), detail=error.strerror or "") from error
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _OF_TARGET:
            raise
        raise BadInput("file.not_writable", where=Where(str(partial)), detail=str(error)) from error


def _is_whole(partial: Path) -> bool:
    try:
        with closing(sqlite3.connect(partial)) as backup:
            return [text for (text,) in backup.execute("PRAGMA quick_check")] == ["ok"]
    except sqlite3.DatabaseError:
        return False
