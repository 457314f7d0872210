"""`--metrics FILE`: the jobs in Prometheus's text format, as node_exporter reads it.

One file tells of all jobs that write it: each replaces what it knows, and leaves the others' as it was.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.job import JobBegun, JobEnded, StoreGauge

Sample = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name and its labels."""

_HELP: Final = {
    "tidbok_job_last_run_timestamp_seconds": "When the job's last run ended, seconds since 1970.",
    "tidbok_job_last_success_timestamp_seconds": "When the job's last run ended that did what it was for.",
    "tidbok_job_exit_status": "Exit status of the job's last run.",
    "tidbok_job_duration_seconds": "How long the job's last run took.",
    "tidbok_job_rows": "Rows of the job's last run, by what became of them.",
    "tidbok_job_ended_bookings": "Bookings that the job's last run cancelled, since a whole file lacked them.",
    "tidbok_bookings": "Bookings of the last sweep that was kept, by verdict.",
    "tidbok_store_bytes": "Size of the store.",
    "tidbok_store_schema": "Version of the store's tables.",
    "tidbok_tak_snapshot_timestamp_seconds": "When the latest snapshot of TAK was taken, seconds since 1970.",
    "tidbok_tak_snapshot_age_seconds": "Age of the latest snapshot of TAK when the last job ended.",
}
_OUTLIVE_A_FAILURE: Final = ("tidbok_job_last_success_timestamp_seconds", "tidbok_bookings")

_LINE: Final = re.compile(r'([a-z_]+)(?:\{([a-z_]+="[A-Za-z0-9_.-]*"(?:,[a-z_]+="[A-Za-z0-9_.-]*")*)\})? (-?[0-9.]+)')
_LABEL: Final = re.compile(r'([a-z_]+)="([^"]*)"')


def samples_of(begun: JobBegun, ended: JobEnded, store: StoreGauge | None) -> dict[Sample, float]:
    """Samples of a job's run, and of the store where it is known."""
    job = ("job", begun.label)
    found: dict[Sample, float] = {
        ("tidbok_job_last_run_timestamp_seconds", (job,)): ended.ended_at,
        ("tidbok_job_exit_status", (job,)): ended.exit_status,
        ("tidbok_job_duration_seconds", (job,)): ended.milliseconds / 1000,
    }
    if ended.is_done:
        found["tidbok_job_last_success_timestamp_seconds", (job,)] = ended.ended_at
    if ended.counts.ended is not None:
        found["tidbok_job_ended_bookings", (job,)] = ended.counts.ended
    found |= {("tidbok_job_rows", (job, ("result", name))): rows for name, rows in ended.counts.rows.items()}
    found |= {("tidbok_bookings", (job, ("verdict", name))): rows for name, rows in ended.counts.verdicts.items()}
    return found | (_of_store(store, ended.ended_at) if store else {})


def _of_store(store: StoreGauge, now: int) -> dict[Sample, float]:
    found: dict[Sample, float] = {
        ("tidbok_store_bytes", ()): store.size,
        ("tidbok_store_schema", ()): int(store.schema),
    }
    if store.tak_taken_at is not None:
        found["tidbok_tak_snapshot_timestamp_seconds", ()] = store.tak_taken_at
        found["tidbok_tak_snapshot_age_seconds", ()] = now - store.tak_taken_at
    return found


def expect_metrics(path: Path) -> None:
    """Raise BadInput where the file cannot be put in place."""
    with _refusing(path):
        with suppress(FileNotFoundError):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise BadInput("file.not_ordinary", where=Where(str(path)))
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        Path(beside).unlink()


def write_metrics(path: Path, begun: JobBegun, ended: JobEnded, store: StoreGauge | None) -> None:
    """Bring the file up to date in one stroke, readable for all.

    Raises BadInput where it cannot be written; then it is as it was.
    """
    expect_metrics(path)
    with _refusing(path), _alone(path.parent):
        new = samples_of(begun, ended, store)
        kept = {sample: value for sample, value in _read(path).items() if _stays(sample, begun, ended)}
        _replace(path, _text(kept | new))


def _stays(sample: Sample, begun: JobBegun, ended: JobEnded) -> bool:
    """Whether what was told before still holds: of other jobs, and of a success before a failure."""
    name, labels = sample
    of_this = ("job", begun.label) in labels
    return name in _HELP and (not of_this or (not ended.is_done and name in _OUTLIVE_A_FAILURE))


def _read(path: Path) -> dict[Sample, float]:
    """The file's samples; lines that are none of ours are left out."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    lines = filter(None, map(_LINE.fullmatch, text.splitlines()))
    return {
        (name, tuple(_LABEL.findall(labels or ""))): float(value) for name, labels, value in map(re.Match.groups, lines)
    }


def _text(samples: Mapping[Sample, float]) -> str:
    return "".join(_lines(samples))


def _lines(samples: Mapping[Sample, float]) -> Iterator[str]:
    for name, said in _HELP.items():
        of_name = sorted((labels, value) for (known, labels), value in samples.items() if known == name)
        if of_name:
            yield f"# HELP {name} {said}\n# TYPE {name} gauge\n"
        for labels, value in of_name:
            listed = ",".join(f'{label}="{text}"' for label, text in labels)
            yield f"{name}{{{listed}}} {value:.15g}\n" if listed else f"{name} {value:.15g}\n"


def _replace(path: Path, text: str) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(handle, 0o644)
            os.fsync(handle)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep out others who read and replace a file in the folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks of this kind
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput("file.not_writable", where=Where(str(path)), detail=error.strerror or "") from error
