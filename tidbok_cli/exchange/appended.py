"""Files that only ever grow by whole lines: their owner's alone, and never a device or somebody's link."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOW: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@contextmanager
def appended(path: Path) -> Iterator[int]:
    """Open a file to be appended to, made with mode 0600 or given it.

    Raises BadInput where it cannot be written to, or is no ordinary file.
    """
    file = None
    try:
        file = os.open(path, _HOW, 0o600)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise BadInput("file.not_ordinary", where=Where(str(path)))
        if os.fstat(file).st_mode & 0o077:
            os.fchmod(file, 0o600)
        yield file
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(path)), detail=error.strerror or "") from error
    finally:
        if file is not None:
            os.close(file)


def add_line(file: int, line: str) -> None:
    """Add a line, below one that somebody was killed in, and flush it to the disk."""
    size = os.fstat(file).st_size
    torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
    left = f"{chr(10) if torn else ''}{line}\n".encode()
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)
