"""Report of a bug: places in the code, never anybody's data."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from tidbok_cli import __version__
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, each once."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def write_report(error: BaseException) -> str:
    """Write the report for its owner alone; return a sentence about it."""
    frames = traceback.extract_tb(error.__traceback__)
    kinds = [type(each).__name__ for each in _chain(error)]
    lines = [
        f"tidbok {__version__}, Python {platform.python_version()}, {platform.system()}",
        " <- ".join(kinds),
        *(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    handle, path = tempfile.mkstemp(prefix="tidbok-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as report:
        report.write("\n".join(lines) + "\n")
    return _("This is a bug in tidbok. Please send this report, which holds no personal data: {path}").format(path=path)
