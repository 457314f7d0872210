"""Runs of jobs, recorded as they begin and as they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import update
from sqlmodel import col

from tidbok_cli.store.tables import JobRun

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.domain.job import JobBegun, JobEnded
    from tidbok_cli.store.reader import Reader

KILLED: Final = "job.killed"
"""The error of a run that did not come to its end."""

_UNFINISHED: Final = "SELECT command, pid, started_at FROM job_run WHERE ended_at IS NULL AND error IS NULL ORDER BY id"


def mark_unfinished(session: Session, reader: Reader) -> list[tuple[str, int, int]]:
    """Mark runs that were killed, while no other job can run; return command, process and beginning of each."""
    found = [(command, pid, started_at) for command, pid, started_at in reader.rows(_UNFINISHED)]
    if found:
        killed = update(JobRun).where(col(JobRun.ended_at).is_(None), col(JobRun.error).is_(None))
        session.connection().execute(killed.values(error=KILLED))
    return found


def add_run(session: Session, begun: JobBegun) -> int:
    """Record that a job has begun; return its number."""
    run = _row(begun)
    session.add(run)
    session.flush()
    assert run.id is not None
    return run.id


def end_run(session: Session, number: int | None, begun: JobBegun, ended: JobEnded) -> None:
    """Record how a job ended; one whose beginning could not be recorded is added whole."""
    values = _ending(ended)
    if number is None:
        session.add(_row(begun, **values))
    else:
        session.connection().execute(update(JobRun).where(col(JobRun.id) == number).values(**values))


def _row(begun: JobBegun, **more: Any) -> JobRun:
    arguments = json.dumps(begun.arguments, ensure_ascii=False)
    return JobRun(**begun._replace(arguments={})._asdict() | {"arguments": arguments} | more)


def _ending(ended: JobEnded) -> dict[str, Any]:
    return ended._asdict() | {"counts": json.dumps(ended.counts.value(), ensure_ascii=False)}
