"""Opening the file of an import, whatever its format (contract, section 2, *Import files*)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.toml_file import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from tidbok_cli.exchange.rows import Columns, FileRow
    from tidbok_cli.workflows.context import Context

_PEEKED: Final = 64


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, `-` for standard input; `encoding` is of a CSV that is not UTF-8, `sheet` of a workbook."""

    name: str
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteFile:
    """What a file is the whole truth for: its own units and these besides, from its first date of start, or this one,
    to its last, or this one. `allow_mass`: also where that ends many bookings at once."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    allow_mass: bool = False


@dataclass(frozen=True, slots=True)
class Handling:
    """How an import goes about it: whether bad rows are left out and the good ones taken, the bad ones being written
    to `rejected` (where it is None, beside the file), and whether it only says what it would do. `whole`: what the file
    is the whole truth for, if it is."""

    skip_bad: bool = False
    rejected: str | None = None
    dry_run: bool = False
    whole: CompleteFile | None = None


ALL_OR_NONE: Final = Handling()


class RowSource(Protocol):
    """The rows of a file, given once and one at a time: `exchange.rows.Table` says more."""

    header: Sequence[str]
    record: Sequence[str]
    delimiter: str
    warnings: tuple[Problem, ...]

    def __iter__(self) -> Iterator[FileRow | Problem]: ...


@contextmanager
def opened(context: Context, source: Source) -> Iterator[BufferedReader]:
    """The file's bytes; raises BadInput where it cannot be opened."""
    if source.name == "-":
        yield BufferedReader(cast("RawIOBase", context.stdin()))
        return
    try:
        with Path(source.name).open("rb") as data:
            yield data
    except OSError as error:
        problem = unreadable(error, source.name)
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error


def is_xml(data: BufferedReader, source: Source) -> bool:
    """By its name, or, as on standard input, by how it begins: no CSV of ours begins with `<`."""
    beginning = data.peek(_PEEKED).lstrip(b"\xef\xbb\xbf \t\r\n")
    return source.name.lower().endswith(".xml") or beginning.startswith(b"<")


def rows_of(data: BufferedReader, source: Source, columns: Columns, *, xml: bool) -> RowSource:
    """The rows of a CSV file or a workbook, or the time slots of an XML file."""
    if xml:
        from tidbok_cli.exchange.rivta import ScheduleRows

        return ScheduleRows(data, source.name)
    from tidbok_cli.exchange.csv_file import read_csv
    from tidbok_cli.exchange.excel_file import is_excel, read_excel

    if is_excel(source.name, data.peek(_PEEKED)):
        return read_excel(data, source.name, columns, source.sheet)
    return read_csv(data, source.name, columns, *([source.encoding] if source.encoding else []))


def rejected_file(context: Context, source: Source, handling: Handling, *, xml: bool) -> Path | None:
    """Where the bad rows go that are left out, if they are; raises BadInput where the caller must name it, where that
    is the very file, and where it is named in vain."""
    if not handling.skip_bad:
        if handling.rejected is not None:
            raise BadInput("import.rejected_in_vain", where=Where(column="--rejected"))
        return None
    if handling.rejected is None and (source.name == "-" or xml):
        raise BadInput("import.needs_rejected", where=Where(column="--rejected"))
    path = context.folder / (handling.rejected or f"{source.name}.rejected.csv")
    if source.name != "-" and path.exists() and path.samefile(source.name):
        raise BadInput("import.rejected_is_file", where=Where(str(path)))
    return path
