"""Errors as values: codes, parameters and exit statuses.

Their sentences are in `render/problem_texts.py`; `render/problems.py` masks person numbers in text parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

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


class Where(NamedTuple):
    """Place of a problem: file, line from 1, column or key, row."""

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
    """One thing wrong in the input, or, as a warning, doubtful."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    where: Where = NOWHERE
    warning: bool = False


class TidbokError(Exception):
    """Known ending: `code` names its sentence, `problems` the findings behind it."""

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
    """Bad usage, bad input, or the name of something unknown."""


class Refused(TidbokError):
    """Operation that the rules refuse, or import with bad rows."""

    exit_status = Exit.FINDINGS


class Busy(TidbokError):
    """Store that is busy or out of reach: the call may go through later."""

    exit_status = Exit.TRY_LATER
