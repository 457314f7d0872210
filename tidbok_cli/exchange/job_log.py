"""`--log FILE`: a line of JSON for each run of a job."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOW: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def expect_log(path: Path) -> None:
    """Raise BadInput where no line can be added; make the file where it is missing."""
    with _opened(path):
        pass


def append_line(path: Path, line: str) -> None:
    """Add a line that is on the disk when this returns, whole beside those of other processes.

    Raises BadInput where it cannot be written.
    """
    with _opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"  # of a run that lost its power
        left = f"{chr(10) if torn else ''}{line}\n".encode()
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file, its owner's alone."""
    file = None
    try:
        file = os.open(path, _HOW, 0o600)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise BadInput("job.not_a_file", where=Where(str(path)))
        if os.fstat(file).st_mode & 0o077:
            os.fchmod(file, 0o600)
        yield file
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(path)), detail=error.strerror or "") from error
    finally:
        if file is not None:
            os.close(file)
