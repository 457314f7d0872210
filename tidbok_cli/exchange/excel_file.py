"""Excel sheets of imports, with CSV's columns (contract, section 2)."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePath
from posixpath import join, normpath
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from tidbok_cli.domain.text import composed
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.exchange.excel_bounds import LARGEST_SAVED, check_workbook
from tidbok_cli.exchange.excel_parts import Relations, SharedTexts, Sheet, SheetRows, Styles, TooMuch, Workbook
from tidbok_cli.exchange.file_bytes import TooLarge, bytes_of, too_large
from tidbok_cli.exchange.records import Records
from tidbok_cli.exchange.rows import Columns, TableRows

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Names of workbooks; those that are no `.xlsx` inside are refused by that."""
MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a workbook begins: it is a zip archive, or a compound file where it is an `.xls`."""
_BROKEN: Final = (
    BadZipFile, ExpatError, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, LookupError,
    OverflowError,
)  # fmt: skip


def is_excel(name: str, beginning: bytes) -> bool:
    """Whether a file is a workbook, by its name or beginning."""
    return PurePath(name).suffix.lower() in SUFFIXES or beginning.startswith(MARKS)


def read_excel(data: BinaryIO, file: str, columns: Columns, sheet: str | None = None) -> TableRows:
    """Rows of the named sheet, or the first that is seen, by their number there.

    A number is read as the digits that were typed, a date cell as its date. Raises BadInput, here or while the rows are
    read, for a file that is no workbook or would fill the memory, a sheet that is not there, and what TableRows raises.
    """
    try:
        content = BytesIO(bytes_of(data, LARGEST_SAVED))
    except TooLarge:
        raise too_large(file, LARGEST_SAVED) from None
    with _refusing(Where(file)):
        check_workbook(content, file)
        book = _Book(ZipFile(content))
    chosen = book.sheet(file, sheet)
    place = f"{file} ({chosen.name})" if len(book.workbook.sheets) > 1 else file
    table = TableRows(place, columns, Records(book.rows(chosen, Where(place))))
    if sheet is None and chosen is not book.workbook.sheets[0]:
        passed = Problem("excel.first_seen", {"sheet": chosen.name}, Where(file), warning=True)
        table.warnings = (passed, *table.warnings)
    return table


class _Book:
    """A workbook's parts, found by what names them."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        office = (target for kind, target in self._relations("").values() if kind == "officeDocument")
        self._path = next(office, "xl/workbook.xml")
        self.workbook = Workbook()
        self.workbook.read(archive, self._name(self._path))
        self._parts = self._relations(self._path)

    def sheet(self, file: str, name: str | None) -> Sheet:
        """The named sheet, or the first worksheet that is seen; raises BadInput."""
        tables = [sheet for sheet in self.workbook.sheets if self._kind(sheet) in ("worksheet", "")]
        called = composed(name) if name else name
        wanted = [each for each in tables if called == composed(each.name) or (name is None and not each.is_hidden)]
        if wanted:
            return wanted[0]
        if name is None:
            raise BadInput("file.empty", where=Where(file))
        names = ", ".join(each.name for each in tables)
        raise BadInput("excel.no_sheet", where=Where(file), problems=(), sheet=name, sheets=names)

    def rows(self, sheet: Sheet, where: Where) -> Iterator[tuple[int, list[str]]]:
        """Rows of a sheet; raises BadInput where it is broken, or too large."""
        with _refusing(where):
            styles, shared = Styles(), SharedTexts()
            for kind, part in (("styles", styles), ("sharedStrings", shared)):
                target = next((target for of, target in self._parts.values() if of == kind), "")
                if target.lower() in self._names:  # some programs name parts that they leave out
                    part.read(self._archive, self._name(target))
            rows = SheetRows(self.workbook, styles.dates, shared.texts)
            yield from rows.rows(self._archive, self._name(self._parts[sheet.relation][1]))

    def _kind(self, sheet: Sheet) -> str:
        return self._parts.get(sheet.relation, ("", ""))[0]

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Parts that a part names, by id: kind, and path in the archive."""
        folder, _, name = path.rpartition("/")
        found = Relations()
        found.read(self._archive, self._name(join(folder, "_rels", f"{name}.rels")))
        return {
            key: (kind, normpath(join("/", folder, target)).lstrip("/")) for key, (kind, target) in found.found.items()
        }

    def _name(self, path: str) -> str:
        """A part's name as the archive has it; raises LookupError."""
        return self._names[path.lower()]


@contextmanager
def _refusing(where: Where) -> Iterator[None]:
    try:
        yield
    except TooMuch as error:
        place = Where(where.file, column=error.cell)
        raise BadInput("excel.far_out" if error.cell else "excel.too_large", where=place) from None
    except _BROKEN:
        raise BadInput("excel.malformed", where=where) from None
