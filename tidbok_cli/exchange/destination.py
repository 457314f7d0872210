"""Places that files are written to: where links lead, and what is no file."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path
from typing import Final

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.file_bytes import INHERITED

_STANDARD: Final = (Path("/dev/stdout"), Path("/dev/stderr"))
_PATIENCE: Final = 5
"""So many seconds a pipe may be without anybody who reads it."""
_ROOT: Final = 0


def is_stream(path: Path) -> bool:
    """Whether a path leads to a device or a pipe, or to what the shell has opened; raises OSError."""
    if path.parent in INHERITED or path in _STANDARD:
        return True
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or stat.S_ISBLK(mode)


def open_stream(path: Path) -> int:
    """Open a device or a pipe; raises OSError, also for a pipe that nobody reads."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            if error.errno != errno.ENXIO or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            os.set_blocking(handle, True)
            return handle


def destination(path: Path) -> Path:
    """The file that is replaced, or made, behind any links.

    Raises BadInput for a folder or anything else that is no file, and for what somebody else owns; OSError.
    """
    target = path.resolve()
    if path.is_symlink():
        _expect_own(path, path.lstat())
    try:
        found = target.lstat()
    except FileNotFoundError:
        return target
    if stat.S_ISDIR(found.st_mode):
        raise BadInput("file.folder_not_replaced", where=Where(str(path)))
    if not stat.S_ISREG(found.st_mode):
        raise BadInput("file.not_replaced", where=Where(str(path)))
    _expect_own(path, found)
    return target


def _expect_own(path: Path, found: os.stat_result) -> None:
    if found.st_uid not in (os.geteuid(), *([_ROOT] if stat.S_ISLNK(found.st_mode) else [])):
        raise BadInput("file.not_own", where=Where(str(path)))
