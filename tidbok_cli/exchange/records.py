"""Records of a file, each with its line: one by one, or many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from tidbok_cli.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Numbered = tuple[int, Sequence[str]]
"""A record with its line."""

LOT: Final = 256
"""So many records are read at a time."""


class RowLot(NamedTuple):
    """Some of a file's records with text, in order, with their lines."""

    lines: Sequence[int]
    records: Sequence[Sequence[str]]

    @property
    def halves(self) -> tuple[RowLot, RowLot]:
        half = len(self.lines) // 2
        return RowLot(self.lines[:half], self.records[:half]), RowLot(self.lines[half:], self.records[half:])


def in_lots(items: Iterator[T]) -> Iterator[list[T]]:
    """Some items at a time; those before an error are given first."""
    failed: Exception | None = None
    while failed is None:
        lot: list[T] = []
        try:
            lot.extend(islice(items, LOT))
        except (BadInput, UnicodeError) as error:
            failed = error
        if lot:
            yield lot
        if failed is None and len(lot) < LOT:
            return
    raise failed


def pairs_in_lots(pairs: Iterator[Numbered]) -> Iterator[RowLot]:
    """Records, each with its line, some at a time."""
    return (RowLot(*zip(*lot, strict=True)) for lot in in_lots(pairs))


class Records:
    """A file's records, each with its line, given once: one by one, or the rest of them in lots."""

    def __init__(self, pairs: Iterator[Numbered]) -> None:
        self._pairs = pairs

    def __iter__(self) -> Iterator[Numbered]:
        return self

    def __next__(self) -> Numbered:
        return next(self._pairs)

    def lots(self) -> Iterator[RowLot]:
        """The records to come."""
        return pairs_in_lots(self._pairs)
