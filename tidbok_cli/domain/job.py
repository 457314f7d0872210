"""Jobs: what runs while nobody watches, and what is known of each run (contract, section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class JobCounts:
    """A job's own numbers: rows by result, bookings ended, bookings by verdict.

    `is_done`: whether it did what it was for; a job without findings did.
    """

    rows: dict[str, int] = field(default_factory=dict)
    ended: int | None = None
    verdicts: dict[str, int] = field(default_factory=dict)
    is_done: bool = True

    def value(self) -> dict[str, Any]:
        """The numbers that there are, for JSON."""
        found = {"rows": self.rows, "ended": self.ended, "verdicts": self.verdicts}
        return {name: numbers for name, numbers in found.items() if numbers not in ({}, None)}


class JobBegun(NamedTuple):
    """A job that began: `started_at` in seconds UTC; `arguments` by option, without person numbers."""

    run_id: str
    command: str
    arguments: Mapping[str, Any]
    actor: str
    pid: int
    started_at: int

    @property
    def label(self) -> str:
        """The command as a metric's label: `booking_import`."""
        return self.command.replace(" ", "_").replace("-", "_")


class JobEnded(NamedTuple):
    """How a job ended; `error` is the code of what ended it before its time."""

    ended_at: int
    milliseconds: int
    exit_status: int
    error: str | None
    is_done: bool
    counts: JobCounts


class JobTraces(NamedTuple):
    """Files that a job writes besides its row: `--log` (`-` is standard error) and `--metrics`."""

    log: str | None = None
    metrics: str | None = None
    only_reads: bool = False
    """Its row is made at its end, and only where nobody is writing."""


class RecordedJob(NamedTuple):
    """The last run of a job; what is None of one that has not ended, or was killed.

    `done_at`: when the last one that did what it was for ended.
    """

    command: str
    run_id: str
    started_at: int
    ended_at: int | None
    milliseconds: int | None
    exit_status: int | None
    error: str | None
    actor: str
    pid: int
    done_at: int | None


class StoreGauge(NamedTuple):
    """The store in numbers, for those who watch it: bytes, version, and when TAK's snapshot was taken."""

    size: int
    schema: str
    tak_taken_at: int | None
