"""What can go wrong, as values: codes, parameters and exit statuses, no sentences.

The sentences for the codes are in `render/problems.py`. No parameter ever holds a person number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Exit(IntEnum):
    """Exit statuses (contract, section 1)."""

    DONE = 0
    FINDINGS = 1
    TROUBLE = 2
    BUG = 70
    TRY_LATER = 75
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem: a file, its line (from 1) and the column's or key's name, as far as known."""

    file: str | None = None
    line: int | None = None
    column: str | None = None
    row_id: str | None = None

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else str(self.line)
        return ", ".join(part for part in (place, self.column, self.row_id) if part)


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong (or, as a warning, doubtful) in what was given to the program."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    where: Where = NOWHERE
    warning: bool = False


class TidbokError(Exception):
    """A known ending: `code` names its sentence; `problems` are the single findings behind it."""

    exit_status = Exit.TROUBLE

    def __init__(
        self,
        code: str,
        /,
        *,
        where: Where = NOWHERE,
        problems: Sequence[Problem] = (),
        **params: str | int,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
        self.where = where
        self.problems = tuple(problems)


class BadInput(TidbokError):
    """Bad usage, bad input, or the name of something that is not known."""


class Refused(TidbokError):
    """The rules refuse the operation, or rows of an import were bad."""

    exit_status = Exit.FINDINGS


class Busy(TidbokError):
    """Another process holds the store: the same call may go through later."""

    exit_status = Exit.TRY_LATER
