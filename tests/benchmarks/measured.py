"""Processes measured beside floors of the same rounds."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tidbok-bench"


class Measured(NamedTuple):
    """What one process took: seconds of wall clock, seconds of processor, and the most memory in MB."""

    seconds: float
    processor: float
    memory: float


def measure(command: tuple[str, ...], *, finds: bool = False, **environment: str) -> Measured:
    """Run a command to its end, which must be good; what it prints goes to a file, as in a nightly job.

    Of a command that `finds` something, 1 is an answer.
    """
    began = time.monotonic()
    with (CACHE / "output").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment})
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0, 1) if finds else (0,)):
        sys.exit(f"{' '.join(command)}\n{(CACHE / 'output').read_text(errors='replace')[-2000:]}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@dataclass(eq=False)
class Job:
    """Something to measure, how many times its floor it may take and how many MB, where that is promised.

    `finds`: its exit code 1 is an answer. `without`: a job whose time is taken away, so that what it leaves out is
    measured. `there`: itself in PostgreSQL, whose floor is held against wall clock, since the server works in processes
    of its own.
    """

    name: str
    command: tuple[str, ...]
    floor: "Job | None" = None
    limit: float | None = None
    memory: int | None = None
    finds: bool = False
    before: Callable[[], object] = lambda: None
    environment: dict[str, str] = field(default_factory=dict)
    without: "Job | None" = None
    there: "Job | None" = None
    taken: list[Measured] = field(default_factory=list)

    def run(self) -> None:
        self.before()
        self.taken.append(measure(self.command, finds=self.finds, **self.environment))

    @property
    def ratio(self) -> float:
        """Times the floor's processor time, the median of the rounds."""
        assert self.floor
        left_out = [each.processor for each in self.without.taken] if self.without else [0.0] * len(self.taken)
        rounds = zip(self.taken, left_out, self.floor.taken, strict=True)
        return median((each.processor - less) / floor.processor for each, less, floor in rounds)

    @property
    def seconds(self) -> float:
        return median(each.seconds for each in self.taken)

    @property
    def seconds_ratio(self) -> float | None:
        """Times the floor's wall clock, the median of the rounds."""
        if self.floor is None:
            return None
        rounds = zip(self.taken, self.floor.taken, strict=True)
        return median(each.seconds / floor.seconds for each, floor in rounds)

    @property
    def most_memory(self) -> float:
        return max(each.memory for each in self.taken)

    @property
    def holds(self) -> bool | None:
        """Whether the limits hold; None where nothing is promised."""
        if self.limit is None:
            return None
        return round(self.ratio, 1) <= self.limit and (self.memory is None or self.most_memory < self.memory)


def run(jobs: list[Job], rounds: int, rounds_there: int = 0) -> None:
    """Measure jobs and their floors in turn, round by round; in PostgreSQL in fewer rounds."""
    there = [job.there for job in jobs if job.there]
    for number in range(rounds):
        print(f"Round {number + 1} of {rounds}: {len(jobs)} jobs …", file=sys.stderr)
        for job in (*_floors(jobs), *(job for job in jobs if job.without is None)):
            job.run()
        for job in (*_floors(there), *there) if number < rounds_there else ():
            job.run()


def _floors(jobs: Iterable[Job]) -> list[Job]:
    """The floors, each once, in order."""
    return list(dict.fromkeys(job.floor for job in jobs if job.floor))
