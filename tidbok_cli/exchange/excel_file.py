"""Excel sheets of imports, with CSV's columns (contract, section 2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.excel_bounds import LARGEST_SAVED, check_workbook
from tidbok_cli.exchange.file_bytes import TooLarge, bytes_of, too_large
from tidbok_cli.exchange.rows import Columns, TableRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Names of workbooks; those that are no `.xlsx` inside are refused by that."""
_MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a workbook begins: it is a zip archive, or a compound file where it is an `.xls`."""
_HALF_A_SECOND: Final = timedelta(milliseconds=500)


def is_excel(name: str, beginning: bytes) -> bool:
    """Whether a file is a workbook, by its name or beginning."""
    return PurePath(name).suffix.lower() in SUFFIXES or beginning.startswith(_MARKS)


def read_excel(data: BinaryIO, file: str, columns: Columns, sheet: str | None = None) -> TableRows:
    """Rows of the named sheet, or the first, by their number there.

    A number is read as the digits that were typed, a date cell as its date. Raises BadInput for a file that is no
    workbook or would fill the memory, a sheet that is not there, and what TableRows raises.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise BadInput("extra.missing", extra="excel") from error
    try:
        content = BytesIO(bytes_of(data, LARGEST_SAVED))
        check_workbook(content, file)
        workbook = CalamineWorkbook.from_filelike(content)
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise BadInput("excel.no_sheet", where=Where(file), sheet=sheet, sheets=", ".join(names))
        if not names:
            raise BadInput("file.empty", where=Where(file))
        rows = workbook.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except TooLarge:
        raise too_large(file, LARGEST_SAVED) from None
    except BaseException as error:
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":  # of Rust, and no Exception
            raise BadInput("excel.malformed", where=Where(file)) from error
        raise
    return TableRows(file, columns, _records(rows))


def _records(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    return ((line, [_text(cell) for cell in row]) for line, row in enumerate(rows, 1))


def _text(cell: Any) -> str:
    """A cell as typed: 191212121212.0 has its twelve digits again."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):  # a fraction of a day, rounded by whoever saved it
        return (cell + _HALF_A_SECOND).isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
