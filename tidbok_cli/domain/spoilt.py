"""Texts that a program has spoilt, known by themselves in every table.

A spreadsheet's error, a formula whose value nobody has calculated, a long number of which only the first digits are
left, and a text that was read in another encoding than it was written in.
"""

from __future__ import annotations

import re
from typing import Final

from tidbok_cli.errors import Problem

UNCALCULATED: Final = "#FORMULA?"
"""How a formula without a value is read, in no spreadsheet's own words."""
ERROR: Final = "#ERROR!"
"""How an error is read that does not say which it is."""
_ERROR: Final = re.compile(r"#(?:N/A|GETTING_DATA|[A-ZÅÄÖ][A-ZÅÄÖ0-9/_]+[!?]|#+)|(?:Err|Fel):[0-9]{3}", re.IGNORECASE)
"""As `#N/A`, `#REF!`, `#SAKNAS!`, LibreOffice's `Err:502`, and `###` of a column that was too narrow."""
_SHORTENED: Final = re.compile(r"-?[0-9](?:[.,][0-9]{1,17})?E\+[0-9]{2,3}", re.IGNORECASE)
_BEFORE_NUMBER: Final = ("r:", "l:", "R:", "L:")
"""How a word for an error ends that has a number; a pattern would look ten times as long."""
LONGEST: Final = 10**15
"""Numbers from here on have digits that a spreadsheet does not keep."""


def may_be_spoilt(text: str) -> bool:
    """Whether a text may hold a spoilt cell: a quick look at a whole row."""
    return "#" in text or "E+" in text or "e+" in text or any(end in text for end in _BEFORE_NUMBER)


def spoilt(text: str) -> Problem | None:
    """The problem of a spoilt cell; None of any other."""
    if text == UNCALCULATED:
        return Problem("cell.not_calculated")
    if _ERROR.fullmatch(text):
        return Problem("cell.error_value", {"value": text})
    return Problem("cell.number_shortened", {"value": text}) if _SHORTENED.fullmatch(text) else None


_STRANGE: Final = re.compile("[\u00c2\u00c3\u00e2\u221a\u251c\u252c\ufffd]")
"""Signs that the first bytes of letters in UTF-8 become, and the one that stands for a letter that is lost."""
_ENCODINGS: Final = ("windows-1252", "latin-1", "mac-roman", "cp850", "cp437")


def may_be_misread(text: str) -> bool:
    """Whether a text has a sign of a wrong encoding: a quick look at many."""
    return not text.isascii() and _STRANGE.search(text) is not None


def misread(text: str) -> Problem | None:
    """The warning of a text that was read in a wrong encoding, with what it was before; None of any other."""
    if not may_be_misread(text):
        return None
    if "\ufffd" in text:
        return Problem("text.lost_letters", {"value": text}, warning=True)
    before = next(filter(None, (_read_again(text, encoding) for encoding in _ENCODINGS)), None)
    return Problem("text.decoded_twice", {"value": text, "before": before}, warning=True) if before else None


def _read_again(text: str, encoding: str) -> str | None:
    try:
        return text.encode(encoding).decode()
    except UnicodeError:
        return None
