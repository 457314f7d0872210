"""Tables of what was measured, as the handbook's `speed` has them in both its languages."""

import re
from collections.abc import Iterable
from typing import Final

from benchmarks.measured import Job

SWEDISH: Final = {
    "completion of a command": "komplettering av ett kommando",
    "its audit row written": "med sin loggrad",
    "without the row": "utan raden",
    "the row alone": "bara raden",
    "a month ago": "för en månad sedan",
    "empty store": "tom databas",
    "again": "igen",
    "changed": "ändrat",
    "in PostgreSQL": "i PostgreSQL",
    "wall clock": "tid",
    "memory": "minne",
    "processor time": "processortid",
    "at most": "högst",
    "holds": "håller",
    "bookings": "bokningar",
    "job": "jobb",
    "yes": "ja",
    "no": "nej",
}
"""Words of the tables that stand outside code."""

Table = list[tuple[str, ...]]


def taken(jobs: list[Job]) -> Table:
    """What jobs took as a user meets them."""
    parts = {job.without for job in jobs}
    rows = [
        (job.name, f"{job.seconds:.2f} s", f"{job.most_memory:.0f} MB", _there(job))
        for job in jobs
        if job.without is None and job not in parts
    ]
    return [("job", "wall clock", "memory", "in PostgreSQL"), *rows]


def _there(job: Job) -> str:
    there = job.there
    if there is None or not there.taken:
        return "–"
    ratio = there.seconds_ratio
    beside = f" ({ratio:.1f} × {there.floor.name})" if ratio and there.floor else ""
    return f"{there.seconds:.2f} s{beside}"


def ratios(jobs: Iterable[Job]) -> Table:
    """What jobs took beside their floors, and what they may take."""
    rows = [
        (job.name, f"{job.ratio:.1f} × {job.floor.name}", _limits(job), "yes" if job.holds else "no")
        for job in jobs
        if job.floor and job.limit is not None
    ]
    return [("job", "processor time", "at most", "holds"), *rows]


def _limits(job: Job) -> str:
    return f"{job.limit:g}" + (f", {job.memory} MB" if job.memory else "")


def grown(sizes: Iterable[tuple[int, list[Job]]]) -> Table:
    """What jobs took as the store grew."""
    rows = [(f"{size:,}", *(f"{job.seconds:.2f} s, {job.most_memory:.0f} MB" for job in jobs)) for size, jobs in sizes]
    return [("bookings", "`why`", "`sweep --summary --all`", "`sweep --all -o ndjson`", "`booking import`"), *rows]


def written(table: Table) -> str:
    """Write a table in Markdown."""
    head, *rows = table
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)).replace(" --- ", "---")


def in_swedish(text: str) -> str:
    """Translate a written table; code in it stays."""
    return "".join(part if part.startswith("`") else _translated(part) for part in re.split("(`[^`]*`)", text))


def _translated(text: str) -> str:
    text = re.sub(r"(\d),(\d{3})", r"\1 \2", re.sub(r"(\d),(\d{3})", r"\1 \2", text))
    text = re.sub(r"(\d)\.(\d)", r"\1,\2", text)
    words = "|".join(map(re.escape, SWEDISH))
    return re.sub(rf"\b({words})\b", lambda found: SWEDISH[found[1]], text)
