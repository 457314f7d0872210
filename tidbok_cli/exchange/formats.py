"""Formats of import files (contract, section 2, *Import files*)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from tidbok_cli.domain.times import parse_instant, parse_rivta
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.csv_file import UTF8, read_csv
from tidbok_cli.exchange.excel_file import MARKS, is_excel, read_excel
from tidbok_cli.exchange.rivta import ScheduleRows, TypeRows

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from tidbok_cli.domain.cells import CellParser
    from tidbok_cli.domain.imports import Source
    from tidbok_cli.domain.parsed import Parsed
    from tidbok_cli.exchange.rows import Columns, RowSource

PEEKED: Final = 64
"""Bytes of a file's beginning by which its format is told."""


_KINDS: Final = {
    b"%PDF": "file.pdf",
    b"{\\rtf": "file.document",
    b"\x1f\x8b": "file.compressed",
    b"BZh": "file.compressed",
    b"\xfd7zXZ": "file.compressed",
    b"7z\xbc\xaf": "file.compressed",
    b"Rar!": "file.compressed",
    b"\x28\xb5\x2f\xfd": "file.compressed",
    b"\x89PNG": "file.picture",
    b"\xff\xd8\xff": "file.picture",
    b"GIF8": "file.picture",
    b"SQLite format 3": "file.database",
}
"""Beginnings of files that people take for tables."""
_WEB_PAGE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def expect_kind(name: str, beginning: bytes, kinds: Container[ImportFormat] = ()) -> None:
    """Raise BadInput for a file that is none of ours, or of these kinds, as what it is."""
    code = next((code for mark, code in _KINDS.items() if beginning.startswith(mark)), None)
    if _WEB_PAGE.match(beginning):
        code = "file.web_page"
    elif beginning.startswith(MARKS) and EXCEL not in kinds:
        code = "file.workbook"
    elif _is_xml("", beginning) and SCHEDULE not in kinds and TYPES not in kinds:
        code = "file.xml"
    if code:
        raise BadInput(code, where=Where(name, 1 if code == "file.xml" else None))


class ImportFormat(NamedTuple):
    """A format of import files.

    `opens` tells it by a file's name and beginning. `time` parses its times. With `by_id` a bad row is named by its id
    beside its line, and rejected rows need a file that the caller names. `lists_booked`: bookings that it has are
    booked, since otherwise they would not be there.
    """

    opens: Callable[[str, bytes], bool]
    rows: Callable[[BinaryIO, Source, Columns], RowSource]
    time: CellParser[Parsed[int]] = parse_instant
    by_id: bool = False
    lists_booked: bool = False


def _is_xml(name: str, beginning: bytes) -> bool:
    """By name, or beginning: no CSV of ours begins with `<`."""
    return name.lower().endswith(".xml") or beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


SCHEDULE: Final = ImportFormat(
    opens=_is_xml,
    rows=lambda data, source, _: ScheduleRows(data, source.name, whole=source.whole, tells=source.invitation_tells),
    time=parse_rivta,
    by_id=True,
    lists_booked=True,
)
TYPES: Final = ImportFormat(opens=lambda *_: True, rows=lambda data, source, _: TypeRows(data, source.name), by_id=True)
EXCEL: Final = ImportFormat(
    opens=is_excel, rows=lambda data, source, columns: read_excel(data, source.name, columns, source.sheet)
)
CSV: Final = ImportFormat(
    opens=lambda *_: True,
    rows=lambda data, source, columns: read_csv(
        data, source.name, columns, source.encoding or UTF8, whole=source.whole
    ),
)

TABLES: Final = (EXCEL, CSV)
"""Formats of every import's tables; the first that opens a file reads it."""
BOOKING_FORMATS: Final = (SCHEDULE, *TABLES)
"""Formats of booked times."""
