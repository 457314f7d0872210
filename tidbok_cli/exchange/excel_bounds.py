"""Bounds of a workbook, looked at before it is read: a few letters can ask for all memory.

An `.xlsx` is a zip archive of XML. A sheet is read as a full rectangle up to its last cell, and each cell as a copy of
the text that it shares with others.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile, ZipInfo

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_SAVED: Final = 64
"""Megabytes of a workbook's file."""
_UNPACKED: Final = 256 << 20
_RATIO: Final = 100
"""Unpacked bytes for each packed one, where they are more than _RATIO_FROM."""
_RATIO_FROM: Final = 16 << 20
_PARTS: Final = 10_000
_RECTANGLE: Final = 1_000_000
"""Places of a sheet that may be empty: more must have something in one of _SPARSE."""
_SPARSE: Final = 10
_PLACES: Final = 5_000_000
_TEXT: Final = 128 << 20
"""Letters of all cells, each with its own copy of a shared text."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
_AT_ONCE: Final = 1 << 16
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
"""How an `.xls` begins, and an `.xlsx` with a password, which holds this:"""
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = {"content.xml", "xl/workbook.bin"}
"""Parts that an `.ods` and an `.xlsb` have."""
_XML: Final = (".xml", ".rels")


def check_workbook(data: BinaryIO, file: str) -> None:
    """Raise BadInput for a file that is no `.xlsx`, or that is larger inside than any table of ours."""
    where = Where(file)
    if data.read(len(_COMPOUND)) == _COMPOUND:
        raise BadInput("excel.locked" if _LOCKED in data.read() else "excel.other_kind", where=where)
    try:
        with ZipFile(data) as archive:
            _check(archive, where)
    except (BadZipFile, ExpatError, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, LookupError):
        raise BadInput("excel.malformed", where=where) from None
    data.seek(0)


def _check(archive: ZipFile, where: Where) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if names & _OTHERS:
        raise BadInput("excel.other_kind", where=where)
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > _PARTS or unpacked > _UNPACKED or unpacked > max(_RATIO_FROM, _RATIO * packed):
        raise BadInput("excel.too_large", where=where)
    texts: list[int] = []
    for part in sorted(parts, key=lambda part: "sharedstrings" not in part.filename.lower()):
        if part.filename.lower().endswith(_XML) and not _Part(texts).read(archive, part):
            raise BadInput("excel.too_large", where=where)


class _Part:
    """One part of the archive, measured in one pass; `texts` are the lengths of the shared ones."""

    def __init__(self, texts: list[int]) -> None:
        self._texts = texts
        self._row = self._column = self._rows = self._columns = self._cells = self._letters = 0
        self._shares = self._is_shared = False
        self._value: list[str] = []
        parser = self._parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.CharacterDataHandler = self._value.append

    def read(self, archive: ZipFile, part: ZipInfo) -> bool:
        """Whether the part stays within the bounds; raises ExpatError and zipfile's errors."""
        with archive.open(part) as content:
            while piece := content.read(_AT_ONCE):
                self._parser.Parse(piece, False)
                if self._letters > _TEXT:
                    return False
            self._parser.Parse(b"", True)
        places = self._rows * self._columns
        return places <= min(max(_RECTANGLE, _SPARSE * self._cells), _PLACES)

    def _doctype(self, *_: Any) -> None:
        raise ValueError("no part has a DOCTYPE")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "c":
            self._cell(attributes)
        elif name == "Relationship" and not attributes.get("Target", "").lower().endswith(_XML):
            self._reference(attributes.get("Type", ""))
        del self._value[:]

    def _reference(self, kind: str) -> None:
        """Raise ValueError for a sheet or texts in a part that is not looked at."""
        if kind.endswith(("/worksheet", "/sharedStrings")):
            raise ValueError("a part of another name")

    def _cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        if reference := attributes.get("r"):
            found = _REFERENCE.fullmatch(reference)
            if not found:
                raise ValueError("no reference")
            self._row, self._column = int(found[2]), _number(found[1])
        self._cells += 1
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        self._shares = attributes.get("t") == "s"

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self._texts.append(self._letters)
            self._letters = 0
        elif name == "t":
            self._letters += sum(map(len, self._value))
        elif name == "v":
            value = "".join(self._value)
            self._letters += self._texts[int(value)] if self._shares else len(value)
        del self._value[:]


def _number(letters: str) -> int:
    """A column's number, from 1, by its letters."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number
