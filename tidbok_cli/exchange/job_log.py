"""`--log FILE`: a line of JSON for each run of a job."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

from tidbok_cli.exchange.appended import add_line, appended

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
        add_line(file, line)
