"""Cells of many rows, read a column at a time: what programs write.

Each parser takes texts that are kept as they are (domain/text.py), none of them empty, and raises LookupError for any
that domain/cells.py refuses or doubts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tidbok_cli.domain.identity import plain_sum_of_date, plain_sum_of_rest
from tidbok_cli.domain.memo import remembered
from tidbok_cli.domain.spoilt import may_be_spoilt
from tidbok_cli.domain.times import plain_instant, plain_instants

if TYPE_CHECKING:
    from datetime import date

T = TypeVar("T")
LotParser = Callable[[Sequence[str]], Sequence[Any]]

_RIGHT: Final = frozenset(range(0, 100, 10))
"""Sums of ten digits that end in the right check digit."""
_DATE, _REST = itemgetter(slice(8)), itemgetter(slice(8, None))


def each(parse: Callable[[str], T]) -> LotParser:
    """A column's parser, by that of its cells."""
    return lambda texts: list(map(parse, texts))


def as_they_are(texts: Sequence[str]) -> Sequence[str]:
    """Texts of any length, none of which a program may have spoilt."""
    if may_be_spoilt("".join(texts)):
        raise LookupError
    return texts


def shorter_than(longest: int) -> LotParser:
    """Parser of such texts of at most so many characters."""

    def parse(texts: Sequence[str]) -> Sequence[str]:
        different = set(texts)
        if max(map(len, different), default=0) > longest or may_be_spoilt("".join(different)):
            raise LookupError
        return texts

    return parse


def residents(parse: Callable[[str], str], today: date) -> LotParser:
    """Parser of person numbers, by sums remembered of their dates and the rests; `parse` reads other forms."""
    last = f"{today:%Y%m%d}"
    of_date = remembered(lambda eight: _expected(plain_sum_of_date(eight, last)))
    of_rest = remembered(lambda four: _expected(plain_sum_of_rest(four)))

    def read(texts: Sequence[str]) -> Sequence[str]:
        try:
            if _RIGHT.issuperset(map(add, map(of_date, map(_DATE, texts)), map(of_rest, map(_REST, texts)))):
                return texts
        except LookupError:
            pass
        return list(map(parse, texts))

    return read


def moments(parse: Callable[[str], int]) -> LotParser:
    """Parser of instants that few rows share; `parse` reads what programs write otherwise."""

    def one(text: str) -> int:
        found = plain_instant(text)
        return parse(text) if found is None else found

    def read(texts: Sequence[str]) -> Sequence[int]:
        return plain_instants(texts) or list(map(one, texts))

    return read


def _expected(found: T | None) -> T:
    if found is None:
        raise LookupError
    return found
