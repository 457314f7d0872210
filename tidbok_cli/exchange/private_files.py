"""Files with residents' data: their owner's alone, and whole or absent."""

from __future__ import annotations

import csv
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from tidbok_cli.domain.formula import guarded, unguarded
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.destination import destination, is_stream, open_stream
from tidbok_cli.exchange.rows import WHY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@contextmanager
def private_file(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A file of mode 0600, put in place in one stroke; a device or a pipe is written to instead.

    Line ends stay as they are written. Raises BadInput where the file cannot be written, or is no file or somebody
    else's; then nothing is left behind.
    """
    beside = None
    try:
        if is_stream(path):
            with os.fdopen(open_stream(path), "w", encoding=encoding, newline="") as stream:
                yield stream
            return
        target = destination(path)
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.fchmod(handle, 0o600)  # whatever the umask
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
        Path(beside).replace(target)
    except BaseException as error:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        if isinstance(error, OSError):
            where = Where(str(path))
            raise BadInput("file.not_writable", where=where, detail=error.strerror or "") from error
        raise


class RejectedRow(NamedTuple):
    """A row as the file had it, and why it is bad."""

    why: str
    record: Sequence[str]


def write_rejected(
    path: Path, header: Sequence[str], rows: Iterable[RejectedRow], delimiter: str, encoding: str = "utf-8"
) -> None:
    """Write bad rows under their header after a column `why`, guarded as a list in CSV is.

    In one stroke, with mode 0600; a `why` of an earlier rejection is left out, and has `?` for letters that the
    encoding has not. Raises BadInput where the file cannot be written.
    """
    kept = [place for place, name in enumerate(header) if name.strip().casefold() != WHY]
    with private_file(path, encoding) as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow([WHY, *(header[place] for place in kept)])
        for why, record in rows:
            cells = (*(record[place] for place in kept if place < len(record)), *record[len(header) :])
            writer.writerow([guarded(_within(why, encoding)), *(guarded(unguarded(cell)) for cell in cells)])


def _within(text: str, encoding: str) -> str:
    """The text with `?` for letters that the encoding has not."""
    return text.encode(encoding, "replace").decode(encoding)
