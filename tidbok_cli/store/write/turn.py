"""One writer at a time: whose turn it is, and for whom one waits.

SQLite lets one write, and tells nobody who it is. So whoever is about to write takes the lock beside the store first,
and says there who it is. Another program, which takes no such lock, is met by SQLite's own.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from tidbok_cli.errors import Busy, Problem
from tidbok_cli.store.fault_told import told
from tidbok_cli.store.postgresql import lock_timeout

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

NOTICE_SECONDS: Final = 1
"""Who waits longer is told for whom."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.02


class Writing(NamedTuple):
    """A job that holds the store: its command, its process, since when (seconds UTC)."""

    command: str
    pid: int
    since_at: int


class Turn(Protocol):
    """A writer's turn, from the transaction's beginning until its connection is given back."""

    def begin(self, driver: Any, /) -> None: ...

    def end(self, *_: object) -> None: ...


def notice(writing: Writing | None, address: Address) -> Problem:
    """Sentence for somebody who waits."""
    if writing is None:
        return Problem("store.waiting", {"store": str(address)}, warning=True)
    return Problem("store.waiting_for", writing._asdict(), warning=True)


def busy(writing: Writing | None, address: Address) -> Busy:
    """The error of somebody who has waited in vain."""
    if writing is None:
        return Busy("store.busy", store=str(address))
    command, pid, since_at = writing
    return Busy("store.busy_with", store=str(address), command=command, pid=pid, since_at=since_at)


_OPENED: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""A lock's file is written to: never where somebody's link leads."""


class SqliteTurn:
    """A turn by the lock beside the store, then by SQLite's own."""

    def __init__(self, address: Address, caller: Caller) -> None:
        assert address.path is not None
        self._address, self._caller = address, caller
        self._path = address.path.with_name(f"{address.path.name}.lock")
        self._file: int | None = None
        self._until = 0.0

    def begin(self, driver: Any, /) -> None:
        """Begin a transaction that writes; raises Busy where the wait is over."""
        self.take()
        driver.execute("PRAGMA busy_timeout = 0")  # SQLite's own waiting hears no interrupt
        self._persist(partial(_has_begun, driver), lambda: None)
        driver.execute(f"PRAGMA busy_timeout = {int(self._caller.wait * 1000)}")

    def take(self) -> None:
        """Take the lock alone, for what changes the file itself; raises Busy where the wait is over."""
        if self._file is None:
            self._until = time.monotonic() + self._caller.wait
            self._take_lock()

    def end(self, *_: object) -> None:
        """Give the lock back; nobody is said to write any more."""
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take_lock(self) -> None:
        """Take the lock. One that cannot be made keeps nobody out: the store itself says what is wrong."""
        try:
            self._file = os.open(self._path, _OPENED, 0o600)
        except OSError:
            return
        with suppress(OSError):
            os.fchmod(self._file, 0o600)  # whatever the umask, and for one that was there
        try:
            self._persist(partial(_is_locked, self._file), partial(_named_in, self._file))
        except BaseException:
            self._close()
            raise
        with suppress(OSError):
            own = Writing(self._caller.command or "tidbok", os.getpid(), int(time.time()))
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, json.dumps(own._asdict()).encode(), 0)

    def _persist(self, attempt: Callable[[], bool], holder: Callable[[], Writing | None]) -> None:
        """Try again until it succeeds; past a second say, once, for whom one waits.

        Raises Busy where the wait is over.
        """
        began, pause, said = time.monotonic(), _FIRST_PAUSE, False
        while not attempt():
            now = time.monotonic()
            if now >= self._until:
                raise busy(holder(), self._address)
            if not said and now - began >= NOTICE_SECONDS:
                self._caller.warn(notice(holder(), self._address))
                said = True
            time.sleep(min(pause, self._until - now))
            pause = min(pause * 1.5, _LONGEST_PAUSE)


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no locks of this kind
        return True
    return True


def _named_in(file: int) -> Writing | None:
    """Who has the lock; None where it does not say so, as in the very moment of taking."""
    with suppress(OSError, ValueError, TypeError):
        return Writing(**json.loads(os.pread(file, 4096, 0)))
    return None


def _has_begun(driver: sqlite3.Connection) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


# --- PostgreSQL


_WRITERS_LOCK: Final = 1177_0001
"""PostgreSQL's advisory lock that lets one writer in at a time, as SQLite does of itself."""

_HOLDER: Final = f"""
SELECT coalesce(nullif(a.application_name, ''), a.usename), a.pid, extract(epoch FROM a.xact_start)::bigint
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
  AND l.classid = 0 AND l.objid = {_WRITERS_LOCK}
"""


class PostgresqlTurn:
    """A turn by an advisory lock, which lasts as long as the transaction."""

    def __init__(self, address: Address, caller: Caller) -> None:
        self._address, self._caller = address, caller

    def begin(self, driver: Any, /) -> None:
        """Take the lock; raises Busy where the wait is over."""
        with told(self._address):
            if not driver.execute(f"SELECT pg_try_advisory_xact_lock({_WRITERS_LOCK})").fetchone()[0]:
                self._wait(driver)
            _limit(driver, self._caller.wait)

    def end(self, *_: object) -> None:
        """Nothing: the lock ends with the transaction."""

    def _wait(self, driver: Any) -> None:
        soon = min(NOTICE_SECONDS, self._caller.wait)
        if _is_had(driver, soon):
            return
        if self._caller.wait > soon:
            self._caller.warn(notice(_holder(driver), self._address))
            if _is_had(driver, self._caller.wait - soon):
                return
        raise busy(_holder(driver), self._address)


def _is_had(driver: Any, seconds: float) -> bool:
    """Wait for the lock, in the queue that PostgreSQL keeps."""
    from psycopg.errors import LockNotAvailable

    try:
        with driver.transaction():  # a savepoint, since an error undoes all that came before
            _limit(driver, seconds)
            driver.execute(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
    except LockNotAvailable:
        return False
    return True


def _limit(driver: Any, seconds: float) -> None:
    """Limit how long the transaction waits for a lock."""
    driver.execute(f"SET LOCAL lock_timeout = {lock_timeout(seconds)}")


def _holder(driver: Any) -> Writing | None:
    """Who has the lock; None where the role may not see it."""
    found = driver.execute(_HOLDER).fetchone()
    if found is None or None in found:
        return None
    name, pid, since = found
    return Writing(name.removeprefix("tidbok "), pid, since)
