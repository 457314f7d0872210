"""Files of imports, and of their rejected rows (contract, section 2)."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.file_bytes import open_file
from tidbok_cli.exchange.file_stream import FileReader
from tidbok_cli.exchange.toml_file import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.imports import Handling, Source
    from tidbok_cli.exchange.formats import ImportFormat
    from tidbok_cli.workflows.context import Context


@contextmanager
def opened(context: Context, source: Source) -> Iterator[FileReader]:
    """The file's bytes; raises BadInput where it cannot be read."""
    try:
        with nullcontext(context.stdin()) if source.name == "-" else open_file(Path(source.name)) as data:
            yield FileReader(data, source.name)
    except OSError as error:
        problem = unreadable(error, source.name)
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error


def rejected_file(context: Context, source: Source, handling: Handling, form: ImportFormat) -> Path | None:
    """File for the bad rows that are left out, if any are.

    Raises BadInput where the caller must name it, where it is the very file, and where it is named in vain.
    """
    if not handling.skip_bad:
        if handling.rejected is not None:
            raise BadInput("import.rejected_in_vain", where=Where(column="--rejected"))
        return None
    if handling.rejected is None and (source.name == "-" or form.by_id):
        raise BadInput("import.needs_rejected", where=Where(column="--rejected"))
    path = context.folder / (handling.rejected or f"{source.name}.rejected.csv")
    if source.name != "-" and path.exists() and path.samefile(source.name):
        raise BadInput("import.rejected_is_file", where=Where(str(path)))
    return path
