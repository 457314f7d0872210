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
from tidbok_cli.exchange.file_bytes import replace_file
from tidbok_cli.exchange.rows import WHY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """A UTF-8 file of mode 0600, put in place in one stroke.

    Line ends stay as they are written. Raises BadInput where the file cannot be written, or is none; then nothing
    is left behind.
    """
    beside = None
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.fchmod(handle, 0o600)  # whatever the umask
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        replace_file(path, Path(beside))
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


def write_rejected(path: Path, header: Sequence[str], rows: Iterable[RejectedRow], delimiter: str) -> None:
    """Write bad rows under their header after a column `why`, guarded as a list in CSV is.

    In one stroke, as UTF-8, with mode 0600; a `why` of an earlier rejection is left out. Raises BadInput where the file
    cannot be written.
    """
    kept = [place for place, name in enumerate(header) if name.strip().casefold() != WHY]
    with private_file(path) as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow([WHY, *(header[place] for place in kept)])
        for why, record in rows:
            cells = (*(record[place] for place in kept if place < len(record)), *record[len(header) :])
            writer.writerow([guarded(why), *(guarded(unguarded(cell)) for cell in cells)])
