"""A lock in a file beside the store, in which its holder says who it is."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tidbok_cli.errors import Busy, Problem
    from tidbok_cli.store.caller import Caller

NOTICE_SECONDS: Final = 1
"""Who waits longer is told for whom."""

_OPENED: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""A lock's file is written to: never where somebody's link leads."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.02


class Writing(NamedTuple):
    """Who holds a lock: its command, its process, since when (seconds UTC)."""

    command: str
    pid: int
    since_at: int


class Sentences(NamedTuple):
    """What is told of who holds a lock, None where that is unknown: to somebody who waits, and who waited in vain."""

    notice: Callable[[Writing | None], Problem]
    busy: Callable[[Writing | None], Busy]


class FileLock:
    """A lock for one process at a time, given back when it ends, however it does."""

    def __init__(self, path: Path, caller: Caller, sentences: Sentences) -> None:
        self._path, self._caller, self._sentences = path, caller, sentences
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        return self._file is not None

    def take(self, until: float) -> None:
        """Take the lock; raises Busy where the wait is over.

        One that cannot be made keeps nobody out: the store itself says what is wrong.
        """
        try:
            self._file = os.open(self._path, _OPENED, 0o600)
        except OSError:
            return
        with suppress(OSError):
            os.fchmod(self._file, 0o600)  # whatever the umask, and for one that was there
        try:
            self.persist(partial(_is_locked, self._file), until, partial(_named_in, self._file))
        except BaseException:
            self._close()
            raise
        with suppress(OSError):
            own = Writing(self._caller.command or "tidbok", os.getpid(), int(time.time()))
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, json.dumps(own._asdict()).encode(), 0)

    def persist(self, attempt: Callable[[], bool], until: float, holder: Callable[[], Writing | None]) -> None:
        """Try again until it succeeds; past a second say, once, for whom one waits.

        Raises Busy where the wait is over.
        """
        began, pause, said = time.monotonic(), _FIRST_PAUSE, False
        while not attempt():
            now = time.monotonic()
            if now >= until:
                raise self._sentences.busy(holder())
            if not said and now - began >= NOTICE_SECONDS:
                self._caller.warn(self._sentences.notice(holder()))
                said = True
            time.sleep(min(pause, until - now))
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def release(self) -> None:
        """Give the lock back; nobody is said to hold it any more."""
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


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
