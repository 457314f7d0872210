"""Texts of a workbook's cells, as they were typed: numbers, dates, errors, formulas."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from tidbok_cli.domain.spoilt import ERROR, LONGEST, UNCALCULATED, spoilt

_DATES: Final = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
"""Formats of dates and times that every workbook has."""
_NO_DATE: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""Parts of a format that are no places of a date: texts, colours, languages."""
_DATE: Final = re.compile(r"[dmyhså]", re.IGNORECASE)
_ZEROS: Final = re.compile("0{2,}")
"""A format of ids: as many digits, with zeros before them."""
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- a cell has no offset
_DAYS_TO_1904: Final = 1462
_LAST_DAY: Final = 2_958_465
_SECONDS: Final = 86400


def cell_text(kind: str, found: str | None, *, has_formula: bool, is_doubted: bool) -> str:
    """A cell's text, save that shared texts and numbers are to be looked up yet.

    `kind`: the cell's type; `found`: its value, if any. `is_doubted`: formulas wait to be calculated, and some programs
    write 0 until they are.
    """
    if kind == "e":
        return found if found and spoilt(found) else ERROR
    if has_formula and (found is None or (not found and kind != "str") or (is_doubted and found == "0")):
        return UNCALCULATED
    if not found:
        return ""
    if kind == "b":
        return "true" if found == "1" else "false"
    if kind in ("inlineStr", "str"):
        return unescaped(found)
    return found.replace("T", " ") if kind == "d" else found


def unescaped(text: str) -> str:
    """A text with its characters in place of `_x000D_` and the like."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class DateStyles:
    """Which styles of cells are dates or ids of so many digits, and the text of numbers in them."""

    def __init__(self) -> None:
        self._formats = set(_DATES)
        self._styles: set[str] = set()
        self._widths: dict[str, int] = {}
        self._filled: dict[str, int] = {}
        self._count = 0

    def define(self, number: str, code: str) -> None:
        """Take a format of the workbook's own."""
        (self._formats.add if _DATE.search(_NO_DATE.sub("", code)) else self._formats.discard)(number)
        if _ZEROS.fullmatch(code):
            self._widths[number] = len(code)

    def add(self, number: str) -> None:
        """Take the next style of cells, by its format."""
        if number in self._formats:
            self._styles.add(str(self._count))
        self._filled[str(self._count)] = self._widths.get(number, 0)
        self._count += 1

    def text(self, value: str, style: str, *, from_1904: bool) -> str:
        """A number as it was typed; raises ValueError for what is none."""
        number = float(value)
        if style in self._styles and 0 <= number <= _LAST_DAY:
            return _moment(number + (_DAYS_TO_1904 if from_1904 else 0), number)
        if not number.is_integer():
            return repr(number) if abs(number) < LONGEST else f"{number:.14E}"
        return str(int(number)).zfill(self._filled.get(style, 0)) if abs(number) < LONGEST else f"{number:.14E}"


def _moment(days: float, number: float) -> str:
    """A date, a time of day, or both: whole seconds, since whoever saved it rounded."""
    moment = _EPOCH + timedelta(seconds=round(days * _SECONDS))
    if number < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(sep=" ")
