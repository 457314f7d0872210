"""`--log FILE`: a line of JSON for each run of a job."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from tidbok_cli.exchange.appended import appended, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def expect_log(path: Path) -> None:
    """Raise BadInput where no line can be added; make the file where it is missing."""
    with appended(path):
        pass


def append_line(path: Path, line: str) -> None:
    """Add a line that is on the disk when this returns, whole beside those of other processes.

    Raises BadInput where it cannot be written.
    """
    with appended(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"  # of a run that lost its power
        write_whole(file, f"{chr(10) if torn else ''}{line}\n".encode())
