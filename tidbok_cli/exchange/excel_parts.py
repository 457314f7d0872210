"""Parts of a workbook: XML, read a piece at a time.

What is kept of them is bounded: the texts that cells share, and one row of the sheet.
"""

from __future__ import annotations

import re
from sys import getsizeof
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.parsers.expat import ParserCreate

from tidbok_cli.domain.spoilt import UNCALCULATED
from tidbok_cli.exchange.excel_cells import DateStyles, cell_text, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zipfile import ZipFile

_AT_ONCE: Final = 1 << 16
_PIECES: Final = 1000
"""Pieces of one text, of some kilobytes each."""
_KEPT: Final = 96 << 20
"""Bytes of the texts that cells share."""
_TEXT: Final = 64 << 20
"""Letters of all cells, each with its own copy of a shared text."""
_RECTANGLE: Final = 1_000_000
"""Places of a sheet that may be empty: more must have something in one of `_SPARSE`, and so far `_PLACES` at most."""
_SPARSE: Final = 10
_PLACES: Final = 16_000_000
_COLUMNS: Final = 16384
_DEEP: Final = 100
"""Elements within each other: no part of a workbook has nearly so many."""
_NAMED: Final = 100_000
"""Sheets, relations and formats of a workbook: Excel itself keeps no more."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)


class TooMuch(Exception):
    """More than any table of ours holds; `cell`: which one, if it is far out."""

    def __init__(self, cell: str | None = None) -> None:
        super().__init__()
        self.cell = cell


class _Part:
    """A part being read; subclasses take what begins and ends in it, and its `text`."""

    def __init__(self) -> None:
        self._value: list[str] = []
        self._depth = self._named = 0
        parser = self._parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._started, self._ended
        parser.StartDoctypeDeclHandler = self._doctype
        parser.CharacterDataHandler = self._value.append

    def pieces(self, archive: ZipFile, name: str) -> Iterator[None]:
        """Read piece by piece; raises ExpatError, zipfile's errors, ValueError."""
        with archive.open(name) as content:
            while piece := content.read(_AT_ONCE):
                self._parser.Parse(piece, False)
                if len(self._value) > _PIECES:
                    raise TooMuch
                yield
            self._parser.Parse(b"", True)
            yield

    def read(self, archive: ZipFile, name: str) -> None:
        """Read the part to its end."""
        for _ in self.pieces(archive, name):
            pass

    @property
    def text(self) -> str:
        """What stands in the element that ends."""
        return "".join(self._value)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element's beginning, by its local name."""

    def end(self, name: str) -> None:
        """Take an element's end."""

    def count(self) -> None:
        """Count what is kept by name; raises TooMuch."""
        self._named += 1
        if self._named > _NAMED:
            raise TooMuch

    def _started(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEP:
            raise ValueError("no part is so deep")
        self.begin(name.rpartition(":")[2], attributes)
        del self._value[:]

    def _ended(self, name: str) -> None:
        self._depth -= 1
        self.end(name.rpartition(":")[2])
        del self._value[:]

    def _doctype(self, *_: Any) -> None:
        raise ValueError("no part has a DOCTYPE")


class Relations(_Part):
    """Parts that another names: kind and target by id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.count()
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = kind, attributes.get("Target", "")


class Sheet(NamedTuple):
    """A sheet of a workbook, and the id of its part."""

    name: str
    is_hidden: bool
    relation: str


class Workbook(_Part):
    """Sheets in their order, since when dates are counted, and whether formulas wait to be calculated."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self.from_1904 = self.is_uncalculated = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            self.count()
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(Sheet(attributes.get("name", ""), is_hidden, relation))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "calcPr":
            self.is_uncalculated = attributes.get("fullCalcOnLoad") in ("1", "true")


class Styles(_Part):
    """Which styles of cells are dates."""

    def __init__(self) -> None:
        super().__init__()
        self.dates = DateStyles()
        self._is_of_cells = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in ("numFmt", "xf"):
            self.count()
        if name == "numFmt":
            self.dates.define(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._is_of_cells = True
        elif name == "xf" and self._is_of_cells:
            self.dates.add(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_of_cells = False


class _Texts(_Part):
    """Texts in `si` or `is`, without the readings of Asian letters."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[str] = []
        self._is_reading = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 -- of those who read them
        if name == "rPh":
            self._is_reading = True

    def end(self, name: str) -> None:
        if name == "t" and not self._is_reading:
            self._runs.append(self.text)
        elif name == "rPh":
            self._is_reading = False

    def taken(self) -> str:
        """The text so far, which is begun anew."""
        text = "".join(self._runs)
        del self._runs[:]
        return text


class SharedTexts(_Texts):
    """Texts that cells share, by their number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._size = 0

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            text = self.taken()
            self._size += getsizeof(text) + 8
            if self._size > _KEPT:
                raise TooMuch
            self.texts.append(unescaped(text))


class SheetRows(_Texts):
    """Rows of a sheet as they are read: number, and texts up to the last that is there."""

    def __init__(self, workbook: Workbook, dates: DateStyles, shared: list[str]) -> None:
        super().__init__()
        self._workbook, self._dates, self._shared = workbook, dates, shared
        self._rows: list[tuple[int, list[str]]] = []
        self._cells: dict[int, str] = {}
        self._row = self._column = self._count = self._letters = self._last_row = self._last_column = self._places = 0
        self._kind = self._style = ""
        self._found: str | None = None
        self._has_formula = False
        self._reference: str | None = None

    def rows(self, archive: ZipFile, name: str) -> Iterator[tuple[int, list[str]]]:
        """The part's rows; raises TooMuch where they are beyond the bounds."""
        for _ in self.pieces(archive, name):
            if self._letters > _TEXT:
                raise TooMuch
            yield from self._rows
            del self._rows[:]

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        super().begin(name, attributes)
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self._has_formula = True

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        self._reference = attributes.get("r")
        if self._reference:
            found = _REFERENCE.fullmatch(self._reference)
            if not found:
                raise ValueError("no reference")
            self._row, self._column = int(found[2]), _number(found[1])
        if self._column > _COLUMNS:
            raise ValueError("no sheet is so wide")
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._found, self._has_formula = None, False

    def end(self, name: str) -> None:
        super().end(name)
        if name == "v":
            self._found = self.text
        elif name == "is":
            self._found = self.taken()
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()

    def _end_cell(self) -> None:
        doubted = self._workbook.is_uncalculated
        text = cell_text(self._kind, self._found, has_formula=self._has_formula, is_doubted=doubted)
        looked_up = text not in ("", UNCALCULATED)
        if looked_up and self._kind == "s":
            text = self._shared[int(text)]
        elif looked_up and self._kind == "n":
            text = self._dates.text(text, self._style, from_1904=self._workbook.from_1904)
        del self._runs[:]
        if text:
            self._cells[self._column] = text
            self._letters += len(text)
            self._measure()

    def _measure(self) -> None:
        """Raise TooMuch for a cell far from the others."""
        self._count += 1
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
        self._expect_few(self._last_row * self._last_column)

    def _expect_few(self, places: int) -> None:
        if places > min(max(_RECTANGLE, _SPARSE * self._count), _PLACES):
            raise TooMuch(self._reference)

    def _end_row(self) -> None:
        if self._cells:
            width = max(self._cells)
            self._places += width  # more than the rectangle, where rows say that they are the same one
            self._expect_few(self._places)
            self._rows.append((self._row, [self._cells.get(place, "") for place in range(1, width + 1)]))
            self._cells.clear()


def _number(letters: str) -> int:
    """A column's number, from 1, by its letters."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number
