"""One writer at a time: whose turn it is, and for whom one waits.

SQLite lets one write, and tells nobody who it is. So whoever is about to write takes the lock beside the store first,
and says there who it is. Another program, which takes no such lock, is met by SQLite's own.
"""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from tidbok_cli.errors import Busy, Problem
from tidbok_cli.store.fault_told import told
from tidbok_cli.store.postgresql import lock_timeout
from tidbok_cli.store.write.lock import NOTICE_SECONDS, FileLock, Sentences, Writing

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller


class Turn(Protocol):
    """A writer's turn, from the transaction's beginning until its connection is given back."""

    def begin(self, driver: Any, /) -> None: ...

    def end(self, *_: object) -> None: ...


def sentences(address: Address) -> Sentences:
    """What is told of who writes to the store."""
    return Sentences(partial(_notice, address), partial(_busy, address))


def _notice(address: Address, writing: Writing | None) -> Problem:
    if writing is None:
        return Problem("store.waiting", {"store": str(address)}, warning=True)
    return Problem("store.waiting_for", writing._asdict(), warning=True)


def _busy(address: Address, writing: Writing | None) -> Busy:
    if writing is None:
        return Busy("store.busy", store=str(address))
    command, pid, since_at = writing
    return Busy("store.busy_with", store=str(address), command=command, pid=pid, since_at=since_at)


class SqliteTurn:
    """A turn by the lock beside the store, then by SQLite's own."""

    def __init__(self, address: Address, caller: Caller) -> None:
        assert address.path is not None
        self._caller = caller
        self._lock = FileLock(address.path.with_name(f"{address.path.name}.lock"), caller, sentences(address))
        self._until = 0.0

    def begin(self, driver: Any, /) -> None:
        """Begin a transaction that writes; raises Busy where the wait is over."""
        self.take()
        driver.execute("PRAGMA busy_timeout = 0")  # SQLite's own waiting hears no interrupt
        self._lock.persist(partial(_has_begun, driver), self._until, lambda: None)
        driver.execute(f"PRAGMA busy_timeout = {int(self._caller.wait * 1000)}")

    def take(self) -> None:
        """Take the lock alone, for what changes the file itself; raises Busy where the wait is over."""
        if not self._lock.is_held:
            self._until = time.monotonic() + self._caller.wait
            self._lock.take(self._until)

    def end(self, *_: object) -> None:
        """Give the lock back."""
        self._lock.release()


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

_HOLDER: Final = """
SELECT coalesce(nullif(a.application_name, ''), a.usename), a.pid, extract(epoch FROM a.xact_start)::bigint
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
  AND l.classid = 0 AND l.objid = %s::int
"""


class AdvisoryLock:
    """An advisory lock of PostgreSQL's, which lasts as long as the transaction."""

    def __init__(self, key: int, caller: Caller, sentences: Sentences) -> None:
        self._key, self._caller, self._sentences = key, caller, sentences

    def take(self, driver: Any) -> None:
        """Take the lock; raises Busy where the wait is over."""
        if not driver.execute("SELECT pg_try_advisory_xact_lock(%s::int)", (self._key,)).fetchone()[0]:
            self._wait(driver)

    def _wait(self, driver: Any) -> None:
        soon = min(NOTICE_SECONDS, self._caller.wait)
        if self._is_had(driver, soon):
            return
        if self._caller.wait > soon:
            self._caller.warn(self._sentences.notice(self._holder(driver)))
            if self._is_had(driver, self._caller.wait - soon):
                return
        raise self._sentences.busy(self._holder(driver))

    def _is_had(self, driver: Any, seconds: float) -> bool:
        """Wait for the lock, in the queue that PostgreSQL keeps."""
        from psycopg.errors import LockNotAvailable

        try:
            with driver.transaction():  # a savepoint, since an error undoes all that came before
                _limit(driver, seconds)
                driver.execute("SELECT pg_advisory_xact_lock(%s::int)", (self._key,))
        except LockNotAvailable:
            return False
        return True

    def _holder(self, driver: Any) -> Writing | None:
        """Who has the lock; None where the role may not see it."""
        found = driver.execute(_HOLDER, (self._key,)).fetchone()
        if found is None or None in found:
            return None
        name, pid, since = found
        return Writing(name.removeprefix("tidbok "), pid, since)


class PostgresqlTurn:
    """A turn by an advisory lock."""

    def __init__(self, address: Address, caller: Caller) -> None:
        self._address, self._caller = address, caller
        self._lock = AdvisoryLock(_WRITERS_LOCK, caller, sentences(address))

    def begin(self, driver: Any, /) -> None:
        """Take the lock; raises Busy where the wait is over."""
        with told(self._address):
            self._lock.take(driver)
            _limit(driver, self._caller.wait)

    def end(self, *_: object) -> None:
        """Nothing: the lock ends with the transaction."""


def _limit(driver: Any, seconds: float) -> None:
    """Limit how long the transaction waits for a lock."""
    driver.execute(f"SET LOCAL lock_timeout = {lock_timeout(seconds)}")
