"""Report of a bug: places in the code, never anybody's data."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidbok_cli import __version__
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from traceback import FrameSummary

_PACKAGE: Final = Path(__file__).parents[1]


def report(error: BaseException, command: str) -> str:
    """Write the report for its owner alone; return a sentence about the bug and the report.

    `command`: the words of the one that was called, without its arguments.
    """
    frames = traceback.extract_tb(error.__traceback__)
    told = {"kind": _kind(error, *_chain(error)), "place": _place(frames), "command": f"tidbok {command}".strip()}
    lines = (
        f"tidbok {__version__}, Python {platform.python_version()}, {platform.system()}",
        told["command"],
        " <- ".join(map(_kind, _chain(error))),
        *(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    )
    try:
        path = _written("\n".join(lines) + "\n")
    except OSError as refused:
        return _(
            "This is a bug in tidbok: {kind} in {place}, at “{command}”. A report of it could not be written "
            "({detail}): name a folder with room in the variable TMPDIR, do it again, and send the report."
        ).format(**told, detail=refused.strerror or type(refused).__name__)
    return _(
        "This is a bug in tidbok: {kind} in {place}, at “{command}”. Please send this report, which holds no personal "
        "data: {path}"
    ).format(**told, path=path)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, each once."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _kind(error: BaseException, *chain: BaseException) -> str:
    """The error's type, with the code that a database gave: its own, or the first in the chain."""
    code = next(filter(None, map(_code, chain or (error,))), None)
    return f"{type(error).__name__} ({code})" if code else type(error).__name__


def _code(error: BaseException) -> str | None:
    """SQLite's name of an error, or PostgreSQL's SQLSTATE."""
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return code if isinstance(code, str) else None


def _place(frames: list[FrameSummary]) -> str:
    """The innermost place in the program's own code, as `room/module.py:line`."""
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            return f"{path.relative_to(_PACKAGE)}:{frame.lineno}"
    return "?"


def _written(text: str) -> str:
    """The path of a new file with the text, of mode 0600; raises OSError, and leaves nothing half written."""
    handle, path = tempfile.mkstemp(prefix="tidbok-bug-", suffix=".txt")
    try:
        os.fchmod(handle, 0o600)  # whatever the umask
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
    return path
