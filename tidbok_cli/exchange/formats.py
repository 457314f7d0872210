"""Formats of import files (contract, section 2, *Import files*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from tidbok_cli.domain.times import parse_instant, parse_rivta
from tidbok_cli.exchange.csv_file import UTF8, read_csv
from tidbok_cli.exchange.excel_file import is_excel, read_excel
from tidbok_cli.exchange.rivta import ScheduleRows, TypeRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.domain.cells import CellParser
    from tidbok_cli.domain.imports import Source
    from tidbok_cli.domain.parsed import Parsed
    from tidbok_cli.exchange.rows import Columns, RowSource

PEEKED: Final = 64
"""Bytes of a file's beginning by which its format is told."""


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
    rows=lambda data, source, _: ScheduleRows(data, source.name),
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
