"""Columns of a list: key, title and rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple

RowValues = Mapping[str, Any]


class Rank(IntEnum):
    """What happens to a table's column on a narrow terminal."""

    NAME = 0
    """It says which row this is: never left out, and whole."""
    ORDINARY = 1
    """It folds."""
    LEAST = 2
    """It folds, and is the first to be left out."""


class Column(NamedTuple):
    """A column: its key in JSON and CSV, its heading in the table, and how the table tells a row's value.

    `whole`: a value is never folded or broken; of a list, what it holds.
    """

    key: str
    title: str
    rank: Rank = Rank.ORDINARY
    told: Callable[[RowValues], object] | None = None
    whole: bool = False

    def told_of(self, row: RowValues) -> object:
        """What stands in the table."""
        return self.told(row) if self.told else row.get(self.key)
