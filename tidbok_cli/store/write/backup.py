"""Backups of a SQLite store: private files, whole or not there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from glob import escape
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import local
from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BESIDE: Final = ("", "-wal", "-shm", "-journal", ".lock", ".job")
"""Endings of a SQLite file's name and of those beside it; the last is of whoever writes (turn.py)."""

_PAGES_AT_ONCE: Final = 10_000


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
    partial = backup.with_name(f"{backup.name}.partial")
    with _gone_on_error(partial):
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(store, partial)
        if not _is_whole(partial):
            raise BadInput("backup.not_whole", store=str(store))
        _to_disk(partial)
        partial.replace(backup)
        _to_disk(backup.parent)


def remove_files(path: Path) -> None:
    """Remove a SQLite file, and those beside it."""
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _gone_on_error(partial: Path) -> Iterator[None]:
    try:
        remove_files(partial)
        yield
    except OSError as error:
        remove_files(partial)
        raise BadInput("file.not_writable", where=Where(str(partial)), detail=error.strerror or "") from error
    except BaseException:
        remove_files(partial)
        raise


def _copy(store: Path, partial: Path) -> None:
    """Copy page by page, out of one snapshot; an interrupt ends it."""
    with (
        closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as source,
        closing(sqlite3.connect(partial, isolation_level=None)) as target,
    ):
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        source.backup(target, pages=_PAGES_AT_ONCE, progress=lambda *_: None)
        target.execute("PRAGMA journal_mode = DELETE")  # a store's is WAL, which needs files beside it even to be read


def _is_whole(partial: Path) -> bool:
    try:
        with closing(sqlite3.connect(partial)) as backup:
            return [text for (text,) in backup.execute("PRAGMA quick_check")] == ["ok"]
    except sqlite3.DatabaseError:
        return False


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
