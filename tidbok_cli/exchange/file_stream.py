"""A file's bytes as they are read: hashed, counted, and not changed meanwhile."""

from __future__ import annotations

import hashlib
import os
from io import BufferedIOBase, BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.imports import FileStamp
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.file_bytes import LARGEST, too_large

if TYPE_CHECKING:
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

_AT_ONCE: Final = 128 * 1024
_LINE_LONGEST: Final = 1 << 20
_MARK_LONGEST: Final = 4
"""Bytes of a byte order mark."""


class FileStream(RawIOBase):
    """A file read once, from its beginning.

    Raises BadInput at its end where somebody wrote to it meanwhile: it may be half of what it is to be; and for one
    that goes on and on.
    """

    def __init__(self, data: BinaryIO, name: str) -> None:
        super().__init__()
        self._data, self._name = data, name
        self._hash, self.position, self._ended = hashlib.sha256(), 0, False
        self._before = _state(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read more bytes; none are the end."""
        view = memoryview(buffer)
        count: int = self._data.readinto1(view)  # type: ignore[attr-defined]  # a pipe is not waited for until it is full
        self._hash.update(view[:count])
        self.position += count
        self._ended = not count
        if self.position > LARGEST << 20:
            raise too_large(self._name, LARGEST)
        if (self._ended or self._beyond) and self._before != _state(self._data):
            raise BadInput("file.changed", where=Where(self._name))
        return count

    @property
    def _beyond(self) -> bool:
        """Whether more was read than the file had, as of one that grows without end."""
        return self._before is not None and self.position > self._before[0]

    @property
    def size(self) -> int | None:
        """Bytes of the whole file, where it is one."""
        return self._before[0] if self._before else None

    @property
    def stamp(self) -> FileStamp:
        """The file as far as it has been read."""
        file_at = self._before[1] // 10**9 if self._before else None
        return FileStamp(self._hash.hexdigest() if self._ended else None, self.position, file_at)


class FileReader(BufferedReader):
    """A file's bytes, and what is known of it by its `stream`."""

    def __init__(self, data: BinaryIO, name: str) -> None:
        self.stream = FileStream(data, name)
        super().__init__(self.stream, _AT_ONCE)


class ShortLines(BufferedIOBase):
    """Bytes of a text; raises BadInput for a line that goes on and on, before it fills the memory."""

    def __init__(self, data: BinaryIO, name: str) -> None:
        super().__init__()
        self._data, self._name, self._lines, self._length = data, name, 1, 0
        self._held = b""

    def readable(self) -> bool:
        return True

    def beginning(self) -> bytes:
        """The first bytes, which are read again."""
        self._held = self._data.read(_MARK_LONGEST)
        return self._held

    def read1(self, size: int = -1, /) -> bytes:
        """Read some bytes; none are the end."""
        piece: bytes = self._held or self._data.read1(size)  # type: ignore[attr-defined]
        self._held = b""
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self._lines += piece.count(b"\n")
        self._length = len(piece) + (self._length if end < 0 else -end - 1)
        if self._length > _LINE_LONGEST:
            raise BadInput("line.too_long", where=Where(self._name, self._lines), problems=(), most=1)
        return piece


def _state(data: BinaryIO) -> tuple[int, int] | None:
    """Size and time (nanoseconds) of a regular file; None of a pipe or text at hand."""
    try:
        found = os.fstat(data.fileno())
    except (OSError, AttributeError):
        return None
    return (found.st_size, found.st_mtime_ns) if data.seekable() else None
