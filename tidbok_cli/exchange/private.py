"""Files with residents' data in them: only their owner can read them, and they are there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tidbok_cli.errors import BadInput, Where


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """A file of UTF-8 with mode 0600, which takes the path's place in one stroke when all has been written to it.

    Line ends stay as they are written. Raises BadInput where the file cannot be written; then nothing is left behind.
    """
    beside = None
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(beside).replace(path)
    except BaseException as error:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        if isinstance(error, OSError):
            where = Where(str(path))
            raise BadInput("file.not_writable", where=where, detail=error.strerror or "") from error
        raise
