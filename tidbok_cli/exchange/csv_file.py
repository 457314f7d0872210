"""CSV files of imports, streamed (contract, section 2, *Import files*)."""

from __future__ import annotations

import codecs
import csv
import re
from io import TextIOWrapper
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.file_stream import ShortLines
from tidbok_cli.exchange.records import Records, RowLot, in_lots, pairs_in_lots
from tidbok_cli.exchange.rows import HEADED_WITHIN, Columns, TableRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELIMITERS: Final = (",", ";", "\t")
_LINES_OF_A_RECORD: Final = 1000
UTF8: Final = "utf-8-sig"
_MARKS: Final = {
    codecs.BOM_UTF8: UTF8,
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks, with the encodings that obey them."""
_NO_TEXT: Final = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7")
"""Codecs that Python has for other things than the text of a file."""
_SEP: Final = re.compile(r"\ufeff?\"?sep=([^\"'\w\s]|\t)\"?[\s;,]*", re.IGNORECASE)
"""Excel's own first line."""


def read_csv(data: BinaryIO, file: str, columns: Columns, encoding: str = UTF8, *, whole: bool = False) -> TableRows:
    """Rows of a CSV file, by the physical line of their start.

    A byte order mark goes before `encoding`, and a first line `sep=;` says what divides cells. `data` is spent
    afterwards. Raises BadInput, here or while the rows are read, for a file that is not in the encoding, an encoding
    that is not known, broken quoting, a cell of more than 128 KiB, a line of more than 1 MiB, a NUL, a last line
    without ending where the file is to be `whole`, and what TableRows raises.
    """
    content = ShortLines(data, file)
    marked = _marked(content.beginning(), encoding)
    lines = chain.from_iterable(_lines(content, file, marked or encoding, whole=whole))
    before = _first(lines)
    said = _SEP.fullmatch(before[0]) if before else None
    delimiter = said[1] if said else _delimiter(before, columns)
    records = _CsvRecords(chain(before, lines), file, delimiter)
    if said:
        next(records)
    table = TableRows(file, columns, records, full=whole)
    table.delimiter, table.encoding = delimiter, marked or encoding
    if marked:
        params = {"encoding": marked.removesuffix("-sig"), "asked": encoding}
        table.warnings = (Problem("encoding.marked", params, Where(file), warning=True), *table.warnings)
    return table


def _first(lines: Iterator[str]) -> list[str]:
    """Lines up to the last that may be the header: blank ones before the table do not count."""
    first: list[str] = []
    for line in lines:
        first.append(line)
        if line.strip("".join((*DELIMITERS, " \r\n"))):
            break
    return [*first, *islice(lines, HEADED_WITHIN - 1)]


def _marked(beginning: bytes, encoding: str) -> str | None:
    """The encoding that the file's mark says, where another was asked for."""
    for mark, named in _MARKS.items():
        if beginning.startswith(mark):
            return None if _name(encoding) in (_name(named), UTF8, "utf-8") else named
    return None


def _name(encoding: str) -> str:
    """An encoding's name in Python, if it has one."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


class _CsvRecords(Records):
    """Records among physical lines; in lots only where each of them is one line."""

    def __init__(self, lines: Iterator[str], file: str, delimiter: str) -> None:
        self._lines, self._file, self._delimiter = lines, file, delimiter
        self._taken, self._start = 0, 1
        super().__init__(self._one_by_one())

    def _one_by_one(self) -> Iterator[tuple[int, Sequence[str]]]:
        reader = csv.reader(self._followed(), delimiter=self._delimiter, strict=True)
        try:
            for record in reader:
                start, self._start = self._start, self._taken + 1
                yield start, record
        except csv.Error:
            raise BadInput("csv.malformed", where=Where(self._file, self._start)) from None

    def _followed(self) -> Iterator[str]:
        """The lines, unless a record has far too many: its quotation never ends."""
        for line in self._lines:
            self._taken += 1
            if self._taken - self._start > _LINES_OF_A_RECORD:
                raise csv.Error
            yield line

    def lots(self) -> Iterator[RowLot]:
        """The records to come; from the first on that has several lines, or is malformed, they are read one by one."""
        lots = in_lots(self._lines)
        for lines in lots:
            records = self._plainly(lines)
            if records is None:
                self._lines = chain(lines, chain.from_iterable(lots))
                yield from pairs_in_lots(self._one_by_one())
            else:
                yield RowLot(range(self._start, self._start + len(lines)), records)
                self._taken += len(lines)
                self._start = self._taken + 1

    def _plainly(self, lines: list[str]) -> list[list[str]] | None:
        """A record of each line, if so."""
        try:
            records = list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        return records if len(records) == len(lines) else None


def _delimiter(before: list[str], columns: Columns) -> str:
    """The delimiter by which one of the first lines fits best as the header."""

    def fit(delimiter: str) -> tuple[bool, int]:
        return max((columns.fit(_cells(line, delimiter)) for line in before), default=(False, 0))

    return max(DELIMITERS, key=fit)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _lines(data: ShortLines, file: str, encoding: str, *, whole: bool) -> Iterator[list[str]]:
    """The file's physical lines, their endings kept, many at a time."""
    count = 0
    text = _decoded(data, file, encoding)
    try:
        for lines in in_lots(text):
            ends = len(lines)
            if "\0" in "".join(lines):
                ends = next(place for place, line in enumerate(lines) if "\0" in line)
            elif whole and not lines[-1].endswith(("\n", "\r")):
                ends -= 1
            count += ends
            yield lines[:ends]
            if ends < len(lines):
                code = "file.not_text" if "\0" in lines[ends] else "csv.cut_off"
                raise BadInput(code, where=Where(file, count + 1))
    except UnicodeError as error:
        where = Where(file, count + 1 + _newlines_before(error, encoding))
        if text.encoding == UTF8:
            raise BadInput("file.not_utf8", where=where, flag=f"--encoding {_likely(error)}") from None
        raise BadInput("file.other_encoding", where=where, encoding=encoding) from None
    finally:
        if not text.closed:
            text.detach()  # the file is the caller's to close


def _decoded(data: ShortLines, file: str, encoding: str) -> TextIOWrapper:
    try:
        name = codecs.lookup(encoding).name
        if name in _NO_TEXT:
            raise LookupError
        return TextIOWrapper(cast("BinaryIO", data), encoding=UTF8 if name in ("utf-8", UTF8) else encoding, newline="")
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
