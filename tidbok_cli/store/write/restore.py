"""A backup takes a SQLite store's place, and the old one is kept under another name.

Nobody else has the old one open then, and all of it is in one file: what SQLite kept beside it would be taken for the
new one's. Whoever opened it a moment before and has read nothing yet finds that its file has moved (SQLite looks), and
is told to try again.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, contextmanager, nullcontext, suppress
from itertools import count
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import local
from tidbok_cli.errors import Busy
from tidbok_cli.store.access import looks_like_sqlite
from tidbok_cli.store.write.turn import SqliteTurn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

_PAUSE_SECONDS: Final = 0.1
"""So long those who wait for their turn, and so have the store open, go first."""

_BESIDE: Final = ("-wal", "-journal", "-shm")


@contextmanager
def retired(address: Address, caller: Caller, at: int) -> Iterator[Path | None]:
    """The old store under a second name, while nobody else can use it; None where there is none.

    It is at its place too until another file takes that. Raises Busy where others have it open.
    """
    store = address.files[0]
    kept = _free_name(store, f"{local(at):%Y%m%dT%H%M%S}")
    with _alone(address, caller):
        there = store.exists()
        _keep(store, kept)
        try:
            yield kept if there else None
        except BaseException:
            if there and store.samefile(kept):
                kept.unlink()
            raise


def _free_name(store: Path, moment: str) -> Path:
    names = (store.with_name(f"{store.name}.{moment}{f'-{number}' if number else ''}.replaced") for number in count())
    return next(name for name in names if not os.path.lexists(name))


def become_store(file: Path, old: Path) -> None:
    """Make a file ready to be a store: its journal of a store's kind; owner and group as of the old one, if any."""
    with closing(sqlite3.connect(file, isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode = WAL")
    if old.exists():
        was = old.stat()
        with suppress(PermissionError):
            os.chown(file, was.st_uid, was.st_gid)
            file.chmod(stat.S_IMODE(was.st_mode) & 0o660 | 0o600)


@contextmanager
def _alone(address: Address, caller: Caller) -> Iterator[None]:
    """The writers' turn, and SQLite's own lock, which nobody else has then, not even to read."""
    turn, until = SqliteTurn(address, caller), monotonic() + caller.wait
    try:
        while True:
            turn.take()
            if (lock := _locked(address.files[0])) is not None:
                break
            if monotonic() >= until:
                raise Busy("restore.in_use", store=str(address), seconds=int(caller.wait))
            turn.end()
            sleep(_PAUSE_SECONDS)
        with lock:
            yield
    finally:
        turn.end()


def _locked(store: Path) -> closing[sqlite3.Connection] | nullcontext[None] | None:
    """Lock a store's file, after all that lay beside it has been taken in; None where others have it open.

    One that is missing or damaged has no lock.
    """
    if not looks_like_sqlite(store):  # SQLite would take away what lies beside it
        return nullcontext()
    connection = sqlite3.connect(store, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return None if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else nullcontext()
    return closing(connection)


def _keep(store: Path, kept: Path) -> None:
    """Give a store a second name; what lies beside it, as only beside a damaged one by now, gets its own alone."""
    for ending in ("", *_BESIDE):
        file = store.with_name(f"{store.name}{ending}")
        if file.exists():
            os.link(file, kept.with_name(f"{kept.name}{ending}"))
    for ending in _BESIDE:
        store.with_name(f"{store.name}{ending}").unlink(missing_ok=True)
