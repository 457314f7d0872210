"""CSV files of imports, streamed (contract, section 2, *Import files*)."""

from __future__ import annotations

import codecs
import csv
from io import TextIOWrapper
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.file_stream import ShortLines
from tidbok_cli.exchange.rows import Columns, TableRows

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS: Final = (",", ";", "\t")
_LINES_OF_A_RECORD: Final = 1000
UTF8: Final = "utf-8-sig"


def read_csv(data: BinaryIO, file: str, columns: Columns, encoding: str = UTF8, *, whole: bool = False) -> TableRows:
    """Rows of a CSV file, by the physical line of their start.

    `data` is spent afterwards. Raises BadInput, here or while the rows are read, for a file that is not in the
    encoding, an encoding that is not known, broken quoting, a cell of more than 128 KiB, a line of more than 1 MiB, a
    NUL, a last line without ending where the file is to be `whole`, and what TableRows raises.
    """
    lines = _whole(_lines(data, file, encoding), file) if whole else _lines(data, file, encoding)
    before = _to_header(lines)
    delimiter = _delimiter(before, columns, file)
    table = TableRows(file, columns, _records(chain(before, lines), file, delimiter), full=whole)
    table.delimiter = delimiter
    return table


def _records(lines: Iterator[str], file: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    start = 1

    def followed() -> Iterator[str]:
        """The lines, unless a record has far too many: its quotation never ends."""
        for number, line in enumerate(lines, 1):
            if number - start > _LINES_OF_A_RECORD:
                raise csv.Error
            yield line

    reader = csv.reader(followed(), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            yield start, record
            start = reader.line_num + 1
    except csv.Error:
        raise BadInput("csv.malformed", where=Where(file, start)) from None


def _to_header(lines: Iterator[str]) -> list[str]:
    """Lines up to the header: the first line with text."""
    before = []
    for line in lines:
        before.append(line)
        if line.strip("".join((*DELIMITERS, " \r\n"))):
            break
    return before


def _delimiter(before: list[str], columns: Columns, file: str) -> str:
    """The delimiter by which the header names the most columns."""

    def named(delimiter: str) -> int:
        header = next(csv.reader(before[-1:], delimiter=delimiter), [])
        return sum(name is not None for name in columns.find(header))

    try:
        return max(DELIMITERS, key=named)
    except csv.Error:
        raise BadInput("csv.malformed", where=Where(file, len(before))) from None


def _lines(data: BinaryIO, file: str, encoding: str) -> Iterator[str]:
    """The file's physical lines, their endings kept."""
    count = 0
    text = _decoded(ShortLines(data, file), file, encoding)
    try:
        for count, line in enumerate(text, 1):
            if "\0" in line:
                raise BadInput("file.not_text", where=Where(file, count))
            yield line
    except UnicodeError as error:
        where = Where(file, count + 1 + _newlines_before(error, encoding))
        if text.encoding == UTF8:
            raise BadInput("file.not_utf8", where=where, flag=f"--encoding {_likely(error)}") from None
        raise BadInput("file.other_encoding", where=where, encoding=encoding) from None
    finally:
        if not text.closed:
            text.detach()  # the file is the caller's to close


def _whole(lines: Iterator[str], file: str) -> Iterator[str]:
    """The lines; raises BadInput for one that does not end, as the last of a file cut off."""
    for count, line in enumerate(lines, 1):
        if not line.endswith(("\n", "\r")):
            raise BadInput("csv.cut_off", where=Where(file, count))
        yield line


def _decoded(data: ShortLines, file: str, encoding: str) -> TextIOWrapper:
    try:
        utf8 = codecs.lookup(encoding).name in ("utf-8", UTF8)
        return TextIOWrapper(cast("BinaryIO", data), encoding=UTF8 if utf8 else encoding, newline="")
    except LookupError:
        raise BadInput("encoding.unknown", where=Where(file), encoding=encoding) from None


def _newlines_before(error: UnicodeError, encoding: str) -> int:
    """Count line ends between the last line and the unreadable bytes."""
    if not isinstance(error, UnicodeDecodeError):
        return 0
    text = error.object[: error.start].decode(encoding, "replace")
    return text.count("\n") or text.count("\r")


def _likely(error: UnicodeError) -> str:
    """Guess the encoding of a file that is not UTF-8.

    Excel's *Unicode text* begins with a mark, and its CSV is Windows-1252.
    """
    marked = isinstance(error, UnicodeDecodeError) and error.object[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return "utf-16" if marked else "windows-1252"
