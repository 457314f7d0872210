"""One job at a time: the lock that a job holds from its beginning to its end.

Others may write to the store meanwhile: for that there are turns.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import Busy, Problem
from tidbok_cli.store.fault_told import told
from tidbok_cli.store.postgresql import connect
from tidbok_cli.store.write.lock import FileLock, Sentences, Writing
from tidbok_cli.store.write.turn import AdvisoryLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

_JOBS_LOCK: Final = 1177_0003
"""PostgreSQL's advisory lock that lets one job run at a time."""


def _notice(running: Writing | None) -> Problem:
    if running is None:
        return Problem("job.waiting", warning=True)
    return Problem("job.waiting_for", running._asdict(), warning=True)


def _busy(running: Writing | None) -> Busy:
    if running is None:
        return Busy("job.running")
    command, pid, since_at = running
    return Busy("job.running_is", command=command, pid=pid, since_at=since_at)


_SENTENCES: Final = Sentences(_notice, _busy)


@contextmanager
def job_lock(address: Address, caller: Caller) -> Iterator[None]:
    """Keep other jobs out; raises Busy where one runs that does not end while the caller waits."""
    with _in_file(address.path, caller) if address.path else _in_postgresql(address, caller):
        yield


@contextmanager
def _in_file(path: Path, caller: Caller) -> Iterator[None]:
    lock = FileLock(path.with_name(f"{path.name}.job"), caller, _SENTENCES)
    lock.take(time.monotonic() + caller.wait)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _in_postgresql(address: Address, caller: Caller) -> Iterator[None]:
    """Hold the lock in a transaction that does nothing else: a pooler gives a session's own lock to somebody else."""
    with told(address):
        connection = connect(address, caller)
    try:
        with told(address):
            AdvisoryLock(_JOBS_LOCK, caller, _SENTENCES).take(connection)
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
    finally:
        with suppress(Exception):  # it may be gone already, and the lock with it
            connection.close()
