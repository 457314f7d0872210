"""Bytes of files that others wrote: never waited for, never more than is expected."""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from typing import BinaryIO

LARGEST: Final = 1024
"""Megabytes that are read of a file as it streams by."""
LARGEST_KEPT: Final = 256
"""Megabytes that are read of a file into memory."""
INHERITED: Final = (Path("/dev/fd"), Path("/proc/self/fd"))
"""Folders of what the shell has opened for us, as by `<(…)` or `>(…)`."""


class NotRegular(OSError):
    """Pipe, socket or device where a file was expected."""


class TooLarge(OSError):
    """File of more than `most` megabytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


def open_file(path: Path) -> BinaryIO:
    """Open a regular file, or what the shell has opened for us, as by `<(…)`.

    Raises OSError; NotRegular for what may never begin, or never end.
    """
    if path.parent in INHERITED or path == Path("/dev/stdin"):
        return path.open("rb")
    data = open(path, "rb", opener=_not_waiting)  # noqa: SIM115 - Path.open takes no opener
    if not stat.S_ISREG(os.fstat(data.fileno()).st_mode):
        data.close()
        raise NotRegular
    return data


def _not_waiting(path: str, flags: int) -> int:
    """Open a file without waiting for whoever writes to it, where it is a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def text_of(content: bytes) -> str:
    """Text in UTF-8, with or without a byte order mark; raises UnicodeError.

    Python's own codec for both is one more module to load, for every question.
    """
    return content.removeprefix(BOM_UTF8).decode()


def file_bytes(path: Path, most: int) -> bytes:
    """Content of a file of at most so many megabytes; raises OSError."""
    with open_file(path) as data:
        return bytes_of(data, most)


def bytes_of(data: BinaryIO, most: int) -> bytes:
    """All bytes, at most so many megabytes; raises TooLarge."""
    content = data.read((most << 20) + 1)
    if len(content) > most << 20:
        raise TooLarge(most)
    return content


def too_large(name: str, most: int) -> BadInput:
    """Error of a file of more than so many megabytes."""
    return BadInput("file.too_large", where=Where(name), most=most)
