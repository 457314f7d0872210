"""Person numbers in foreign texts, however they are written, found and masked.

Two measures. `without_numbers`, for errors, masks what merely looks like one, so that a mistyped number is not
repeated; `masked`, for ids, codes and names that are shown, only what passes the test of date and check digit. Both
mask the region's reserve numbers.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.identity import is_person_number
from tidbok_cli.domain.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Spans = set[tuple[int, int]]

_BETWEEN: Final = r"(?:[-./ ]|%2D)?"
_DATE: Final = rf"[0-9]{{2}}{_BETWEEN}[0-9]{{2}}{_BETWEEN}[0-9]{{2}}"
_SIGN: Final = r"(?: ?(?:[-+_./:]|%2[BD])? ?)"
_NO_OTHER_DATE: Final = r"(?:(?<=[0-9])|(?!(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}))"
"""After a sign no date of its own follows, as in `20261201 2026-12-02`."""

_DIGITS: Final = regex(r"\d(?:\D{0,6}\d){8}")
"""Digits in any script, as many as a number has; most texts have not, and are looked at no further."""

_FEWEST: Final = 9
"""So many digits."""
_NO_DIGITS: Final = bytes(set(range(128)) - set(b"0123456789\n"))

_LONG: Final = regex(
    rf"(?=((?:18|19|20){_DATE}){_SIGN}{_NO_OTHER_DATE}([0-9]{{4}}|[A-Z][0-9]{{3}}(?![0-9])))", re.IGNORECASE
)
"""With a century: also among other digits and letters."""

_SHORT: Final = regex(rf"(?<![0-9])({_DATE}){_SIGN}{_NO_OTHER_DATE}([0-9A-Z][0-9]{{3}})(?![0-9])", re.IGNORECASE)
"""Without one."""

_SECONDS: Final = regex(r"(?<![0-9])(?:19|20)[0-9]{6}(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?![0-9])")
"""A moment in fourteen digits, as RIV-TA and many journals write it."""

_TOKEN: Final = regex(r"[0-9A-Za-z]+(?:[-+][0-9A-Za-z]+)*")
_PIECE: Final = regex(r"[0-9A-Za-z]+")
_SHORTEST: Final = 10
_LONGEST: Final = 13

_reserve = ""


def know_reserve(pattern: str) -> None:
    """Learn how the region's own reserve numbers are written."""
    global _reserve
    _reserve = pattern
    _without.cache_clear()


def without_numbers(value: str | int) -> str | int:
    """The value with all that looks like a person number masked."""
    return _without(value, strict=False) if isinstance(value, str) and _may_have(value) else value


def masked(text: str) -> str:
    """The text with the person numbers in it masked."""
    return _without(text, strict=True) if _may_have(text) else text


def has_number(text: str) -> bool:
    """Whether a person number stands in the text."""
    return masked(text) != text


def _may_have(text: str) -> bool:
    return bool(_reserve) or (len(text) >= _SHORTEST and _DIGITS.search(text) is not None)


def count_with_number(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows, given as columns, in one of whose texts a person number stands."""
    columns = [column for column in rows if _may_some_have(column)]
    return sum(any(map(has_number, row)) for row in zip(*columns, strict=True))


def _may_some_have(texts: Sequence[str]) -> bool:
    different = set(texts)
    joined = "\n".join(different)
    if _reserve or not joined.isascii():
        return any(map(_may_have, different))
    digits = joined.encode().translate(None, _NO_DIGITS)
    return max(map(len, digits.split(b"\n"))) >= _FEWEST


@lru_cache(maxsize=4096)
def _without(text: str, *, strict: bool) -> str:
    plain, places = _plain(text)
    for begins, ends in sorted(_found(plain, strict=strict), reverse=True):
        first, last = (begins, ends) if places is None else (places[begins], places[ends - 1] + 1)
        text = f"{text[:first]}****{text[last:]}"
    return text


def _found(plain: str, *, strict: bool) -> Spans:
    """Places of the last four characters of each person number; not `strict`, of what looks like one too."""
    found: Spans = set()
    moments = [each.span() for each in _SECONDS.finditer(plain)]
    for each in (*_LONG.finditer(plain), *_SHORT.finditer(plain)):
        begins, ends = each.span(2)
        if any(first <= begins and ends <= last for first, last in moments):
            continue
        if is_person_number(_digits(each[1]), each[2].upper()) or (not strict and _is_alike(plain, each)):
            found.add((begins, ends))
    return found | _reserve_numbers(plain) if _reserve else found


def _is_alike(plain: str, found: re.Match[str]) -> bool:
    """Whether it stands by itself, and without a century has the date of a day."""
    date = _digits(found[1])
    if len(date) == 8:
        return not (
            plain[found.start(1) - 1 : found.start(1)].isdigit() or plain[found.end(2) : found.end(2) + 1].isdigit()
        )
    return 1 <= int(date[2:4]) <= 12 and 1 <= int(date[4:]) % 60 <= 31


def _digits(date: str) -> str:
    return "".join(filter(str.isdigit, date.upper().replace("%2D", "")))


def _reserve_numbers(plain: str) -> Spans:
    """Places of the last four characters of each reserve number.

    A pattern is never asked about more than a number's length: one that is badly written would take for ever.
    """
    found = set()
    for token in _TOKEN.finditer(plain):
        pieces = [each.span() for each in _PIECE.finditer(plain, *token.span())]
        for place, (begins, _) in enumerate(pieces):
            for _, ends in pieces[place:]:
                if ends - begins <= _LONGEST and any(map(_is_reserve, _spellings(plain[begins:ends]))):
                    found.add((ends - 4, ends))
    return found


def _spellings(text: str) -> Iterable[str]:
    return (text, text[:-5] + text[-4:]) if text[-5:-4] == "-" else (text,)


def _is_reserve(text: str) -> bool:
    return re.fullmatch(_reserve, text) is not None


def _plain(text: str) -> tuple[str, list[int] | None]:
    """The text with plain digits, dashes and spaces, and the place of each character; None where they are the same."""
    if text.isascii():
        return text, None
    kept = [(place, sign) for place, sign in enumerate(map(_plain_sign, text)) if sign]
    return "".join(sign for _, sign in kept), [place for place, _ in kept]


@lru_cache(maxsize=4096)
def _plain_sign(sign: str) -> str:
    """The sign as ASCII has it; empty for one that nobody sees."""
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind == "Pd" or sign == "\N{MINUS SIGN}":
        return "-"
    if kind in ("Zs", "Cc"):
        return " "
    return "" if kind == "Cf" else unicodedata.normalize("NFKC", sign)[:1] or sign
