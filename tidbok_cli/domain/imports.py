"""Imports of files: requests and reports (contract, section 2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.job import JobCounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tidbok_cli.domain.import_complete import AbsentCount, MaxEnded
    from tidbok_cli.domain.unit_edit import FileEdited
    from tidbok_cli.errors import Problem


class ImportOutcome(StrEnum):
    """Ending of an import's run: only `DONE` changed anything."""

    DONE = "done"
    REJECTED = "rejected"  # bad rows
    REFUSED = "refused"  # a guard: too many ended, an older moment
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, `-` for standard input.

    `encoding` is of a CSV that is not UTF-8, `sheet` of a workbook. In a `whole` one all rows must be full, and the
    last line end. `invitation_tells`: a booking of a RIV-TA schedule is the resident's unless it is an invitation.
    """

    name: str
    encoding: str | None = None
    sheet: str | None = None
    whole: bool = False
    invitation_tells: bool = False


class FileStamp(NamedTuple):
    """A file that was read: SHA-256 (None of one not read to its end), bytes, its own time.

    `file_at` in seconds UTC; None of a pipe.
    """

    sha256: str | None
    size: int
    file_at: int | None


@dataclass(frozen=True, slots=True)
class CompleteFile:
    """Extent of a whole file: its own units and these, by start.

    From its first date, or this one, to its last, or this one. `max_ended`: its limit, where the usual ones are not to
    hold. `allow_mass`: none is.
    """

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    max_ended: MaxEnded | None = None
    allow_mass: bool = False


@dataclass(frozen=True, slots=True)
class Handling:
    """How an import treats its rows.

    `skip_bad`: bad rows are left out, written to `rejected` (where it is None, beside the file), and good ones taken.
    `dry_run`: it only says what it would do. `whole`: what the file is the whole truth for, if it is. `expect_rows`:
    it must have so many. `known_units`: rows of units without a file are bad. `allow_older`: also at a moment before
    the units' latest import.
    """

    skip_bad: bool = False
    rejected: str | None = None
    dry_run: bool = False
    whole: CompleteFile | None = None
    expect_rows: int | None = None
    known_units: bool = False
    allow_older: bool = False


ALL_OR_NONE: Final = Handling()


@dataclass(slots=True)
class ImportReport:
    """Counts of an import, in rows.

    `events` are relation events, `without_effect` those of them that change nothing. `problems` says why rows are bad,
    `rejected_file` where those are that were left out. `fields` counts which columns were new in the rows that were
    updated. `absent`: by unit, the live bookings and how many of them were cancelled, since a whole file does not have
    them; None where it was not whole. `cancelled`: by unit's number, those that rows say are. Of what is kept in files,
    `named` has the names by what was done: `created`, `updated`, and `edited` the files. `batch_id`: its number,
    where it was carried out.
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
    edited: Sequence[FileEdited] = ()
    absent: Sequence[AbsentCount] | None = None
    cancelled: Counter[int] = field(default_factory=Counter)
    batch_id: int | None = None

    @property
    def ended(self) -> int | None:
        """Bookings ended for absence; None of a file not whole."""
        return None if self.absent is None else sum(each.absent for each in self.absent)

    @property
    def counts(self) -> JobCounts:
        """The numbers of the job; none is done that took nothing."""
        rows = {name: getattr(self, name) for name in ("created", "updated", "unchanged", "rejected")}
        return JobCounts(rows, self.ended, is_done=self.batch_id is not None)

    def add_absent(self, absent: Sequence[AbsentCount] | None) -> None:
        """Count bookings ended for absence; None of a file not whole."""
        self.absent = absent
        if self.ended:
            self.updated += self.ended
            self.fields.update(dict.fromkeys(("ended_at", "status"), self.ended))
