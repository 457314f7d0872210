"""How errors end a command: as which one they are told, with which exit status."""

from __future__ import annotations

import errno
import os
import signal
from typing import Final

from tidbok_cli.errors import BadInput, Exit, TidbokError, Where

_NOT_WRITTEN: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
"""Errors of a disk, or of its limits, that the answer is written to."""


def told_as(error: BaseException, *, has_changed: bool = False) -> BaseException:
    """The error that is told: the interrupt that it came of, or the known one that it is.

    `has_changed`: the command had done something before.
    """
    interrupt = _interrupt_behind(error)
    if interrupt is not None:
        return interrupt
    if isinstance(error, OSError) and error.errno in _NOT_WRITTEN:
        code = "output.not_written_but_done" if has_changed else "output.not_written"
        return BadInput(code, detail=error.strerror or "")
    if isinstance(error, OSError) and isinstance(error.filename, str | bytes):  # a name too long, for one
        return BadInput("file.unreadable", where=Where(os.fsdecode(error.filename)), detail=error.strerror or "")
    if isinstance(error, MemoryError | RecursionError):
        return BadInput("memory.none_left" if isinstance(error, MemoryError) else "input.too_deep")
    return error


def _interrupt_behind(error: BaseException | None) -> KeyboardInterrupt | None:
    """The interrupt that was under way when the error arose, as of a connection that is closed already."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error


def ending_of(error: BaseException) -> tuple[int, str]:
    """The exit status, and the code, of what ends a command; an interrupt has its signal's number."""
    told = told_as(error)
    if isinstance(told, KeyboardInterrupt):
        return 128 + next(iter(told.args), signal.SIGINT), "interrupted"
    if isinstance(told, BrokenPipeError):
        return Exit.DONE, "output.closed"
    return (told.exit_status, told.code) if isinstance(told, TidbokError) else (Exit.BUG, "bug")
