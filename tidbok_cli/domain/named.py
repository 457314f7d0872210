"""Rows of a list with the names that people know them by."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Named(NamedTuple, Generic[T]):
    """A row about a booking; its clinic's name and its code's label, as in force."""

    row: T
    clinic: str
    label: str | None
