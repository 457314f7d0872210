"""Answers of parsers, kept by text: a million rows have few different texts in most columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_LARGEST: Final = 65536


class _Memo(dict[str, T]):
    """A parser's answers by text; half the cost of `lru_cache`."""

    def __init__(self, parse: Callable[[str], T]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> T:
        if len(self) >= _LARGEST:
            self.clear()
        parsed = self[text] = self._parse(text)
        return parsed


def remembered(parse: Callable[[str], T]) -> Callable[[str], T]:
    """The parser, with its answers kept: of texts that repeat."""
    return _Memo(parse).__getitem__
