"""Imports of files: requests and reports (contract, section 2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tidbok_cli.errors import Problem


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, `-` for standard input.

    `encoding` is of a CSV that is not UTF-8, `sheet` of a workbook.
    """

    name: str
    encoding: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteFile:
    """Extent of a whole file: its own units and these, by start.

    From its first date, or this one, to its last, or this one. `allow_mass`: also where that ends many bookings at
    once.
    """

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    allow_mass: bool = False


@dataclass(frozen=True, slots=True)
class Handling:
    """How an import treats its rows.

    `skip_bad`: bad rows are left out, written to `rejected` (where it is None, beside the file), and good ones taken.
    `dry_run`: it only says what it would do. `whole`: what the file is the whole truth for, if it is.
    """

    skip_bad: bool = False
    rejected: str | None = None
    dry_run: bool = False
    whole: CompleteFile | None = None


ALL_OR_NONE: Final = Handling()


@dataclass(slots=True)
class ImportReport:
    """Counts of an import, in rows.

    `events` are relation events, `without_effect` those of them that change nothing. `problems` says why rows are bad,
    `rejected_file` where those are that were left out. `fields` counts which columns were new in the rows that were
    updated. `ended`: how many of them were cancelled, since a whole file does not have them; None where it was not
    whole. Of what is kept in files, `named` has the names by what was done: `created`, `updated`.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    without_effect: int = 0
    summons: int = 0
    events: int = 0
    problems: tuple[Problem, ...] = ()
    rejected_file: str | None = None
    fields: Counter[str] = field(default_factory=Counter)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ended: int | None = None

    def add_ended(self, ended: int | None) -> None:
        """Count bookings ended for absence; None of a file not whole."""
        self.ended = ended
        if ended:
            self.updated += ended
            self.fields.update(dict.fromkeys(("ended_at", "status"), ended))
