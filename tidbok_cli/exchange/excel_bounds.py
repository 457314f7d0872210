"""A workbook's file, looked at before it is read: what it is, and that it is not packed to fill all memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final
from zipfile import ZipFile

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

LARGEST_SAVED: Final = 64
"""Megabytes of a workbook's file."""
_UNPACKED: Final = 256 << 20
_RATIO: Final = 100
"""Unpacked bytes for each packed one, where they are more than _RATIO_FROM."""
_RATIO_FROM: Final = 16 << 20
_PARTS: Final = 10_000
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
"""How an `.xls` begins, and an `.xlsx` with a password, which holds one of these:"""
_LOCKED: Final = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
_OTHERS: Final = {"content.xml", "xl/workbook.bin"}
"""Parts that an `.ods` and an `.xlsb` have."""
_OF_A_WORKBOOK: Final = "[content_types].xml"
_DOCUMENTS: Final = ("word/", "ppt/")


def check_workbook(data: BinaryIO, file: str) -> None:
    """Raise BadInput for a file that is no `.xlsx`, or that is larger inside than any table of ours.

    Raises zipfile's errors for a broken one.
    """
    where = Where(file)
    if data.read(len(_COMPOUND)) == _COMPOUND:
        rest = data.read()
        raise BadInput("excel.locked" if any(name in rest for name in _LOCKED) else "excel.other_kind", where=where)
    with ZipFile(data) as archive:
        parts = archive.infolist()
    _expect_workbook({part.filename.replace("\\", "/").lower() for part in parts}, where)
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > _PARTS or unpacked > _UNPACKED or unpacked > max(_RATIO_FROM, _RATIO * packed):
        raise BadInput("excel.too_large", where=where)
    data.seek(0)


def _expect_workbook(names: AbstractSet[str], where: Where) -> None:
    """Raise BadInput for another kind of archive, by the names of its parts."""
    if names & _OTHERS:
        raise BadInput("excel.other_kind", where=where)
    if any(name.startswith(_DOCUMENTS) for name in names):
        raise BadInput("file.document", where=where)
    if _OF_A_WORKBOOK not in names:
        raise BadInput("file.compressed", where=where)
