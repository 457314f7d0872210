"""Jobs: alone on a store, recorded however they end, with a line in a log and metrics (contract, section 6)."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.answers import error
from support.command_line import Run, place_of
from support.commands import COMMANDS
from support.people import ANNA, BO
from support.processes import Process, start
from support.stores import is_sqlite, rows_of

HEADER = "booking_id,unit,code,resident,start,created_at,origin\n"
ROW = f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic\n"
IMPORT = ("booking", "import", "-", "--at", "2026-11-01")
RECORDED = "SELECT command, exit_status, error, is_done FROM job_run ORDER BY id"
HELD = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 11770003"

SAMPLE = re.compile(r'(tidbok_[a-z_]+)(?:\{((?:[a-z_]+="[^"\\]*",?)*)\})? ([-0-9.]+)')


def metrics(file: Path) -> dict[str, float]:
    """The samples of a file in Prometheus's text format; each metric's come together, after its help and type."""
    found: dict[str, float] = {}
    told: list[str] = []
    for line in file.read_text(encoding="ascii").splitlines():
        if line.startswith("# HELP "):
            name = line.split()[2]
            assert name not in told
            told.append(name)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {told[-1]} gauge"
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample and sample[1] == told[-1], line
            key = f"{sample[1]}{{{sample[2]}}}" if sample[2] else sample[1]
            assert key not in found
            found[key] = float(sample[3])
    return found


def log(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def recorded(folder: Path) -> list[tuple[Any, ...]]:
    return [(*row[:3], bool(row[3])) for row in rows_of(folder, RECORDED)]


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Process]:
    """A job that waits for its input, and so has the store's jobs to itself."""
    process = start(*place_of(folder), *IMPORT, *options)
    while not rows_of(folder, "SELECT 1 FROM job_run WHERE ended_at IS NULL AND error IS NULL"):
        assert process.poll() is None
        time.sleep(0.05)
    yield process
    process.kill()
    process.communicate()


# --------------------------------------------------------------------------------------- what is left of a run


@pytest.mark.both
def test_what_a_job_leaves(eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row, a line, metrics: of a job that did what it was for, of one that did not, and of a sweep."""
    monkeypatch.setenv("TIDBOK_RUN_ID", "night-1")
    lines, prom = tmp_path / "job.jsonl", tmp_path / "tidbok.prom"
    traces = ("--log", str(lines), "--metrics", str(prom))
    bad = HEADER + ROW.replace("T09", "T25")
    for text, status in ((HEADER + ROW, 0), (bad, 1), ("booking_id\n", 2)):
        assert eye_clinic(*IMPORT, *traces, "--purpose", f"for {BO}", stdin=text).status == status
    assert eye_clinic("sweep", "--save", "night", "--at", "2026-11-02", *traces).status == 0
    assert recorded(tmp_path) == [
        ("booking import", 0, None, True),
        ("booking import", 1, None, False),
        ("booking import", 2, "columns.missing", False),
        ("sweep", 0, None, True),
    ]
    done, rejected, failed, swept = log(lines)
    assert done["counts"] == {"rows": {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0}}
    assert (done["run"], done["exit_status"], done["error"], done["done"]) == ("night-1", 0, None, True)
    assert done["arguments"]["FILE"] == "-" and BO[-4:] not in lines.read_text()
    assert rejected["counts"]["rows"]["rejected"] == 1 and not rejected["done"]
    assert (failed["error"], failed["exit_status"]) == ("columns.missing", 2)
    assert swept["counts"]["verdicts"]["shown"] == 1
    told = metrics(prom)
    assert told['tidbok_job_exit_status{job="booking_import"}'] == 2
    assert (
        told['tidbok_job_last_success_timestamp_seconds{job="booking_import"}']
        <= told['tidbok_job_last_run_timestamp_seconds{job="booking_import"}']
    )
    assert told['tidbok_bookings{job="sweep",verdict="shown"}'] == 1
    assert told["tidbok_store_bytes"] > 0 and told["tidbok_store_schema"] >= 14
    assert [stat.S_IMODE(file.stat().st_mode) for file in (lines, prom)] == [0o600, 0o644]
    told_of = {job["command"]: job for job in json.loads(eye_clinic("store", "info", "-o", "json").out)["jobs"]}
    assert told_of["booking import"]["exit_status"] == 2 and told_of["booking import"]["done_at"]
    assert re.search(r"^sweep +2\d{3}", eye_clinic("store", "info").out, re.MULTILINE)
    if promtool := shutil.which("promtool"):
        subprocess.run([promtool, "check", "metrics"], stdin=prom.open(), check=True)


def test_counts_of_a_whole_file_and_of_tak(eye_clinic: Run, tmp_path: Path) -> None:
    prom = tmp_path / "tidbok.prom"
    assert eye_clinic(*IMPORT, stdin=HEADER + ROW + ROW.replace("B1", "B2")).status == 0
    whole = ("--complete", "--max-ended", "1", "--metrics", str(prom))
    (tmp_path / "tidbok.prom").write_text(
        'other{job="x"} 1\nnonsense\ntidbok_job_exit_status{job="relation_import"} 0\n'
    )
    assert eye_clinic(*IMPORT[:3], "--at", "2026-11-02", *whole, stdin=HEADER + ROW).status == 0
    told = metrics(prom)
    assert told['tidbok_job_ended_bookings{job="booking_import"}'] == 1
    assert told['tidbok_job_exit_status{job="relation_import"}'] == 0  # another job's, from before
    refused = eye_clinic("coupling", "import-tak", "-", "--metrics", str(prom), "--log", "-", stdin="{}")
    assert json.loads(refused.err.splitlines()[0])["error"] == "tak.refused"
    assert metrics(prom)['tidbok_job_exit_status{job="coupling_import_tak"}'] == 2


def test_traces_that_cannot_be_left(eye_clinic: Run, tmp_path: Path) -> None:
    """… end a job before it does anything; what is no job has none."""
    os.mkfifo(tmp_path / "fifo")
    link = tmp_path / "link.prom"
    link.symlink_to(tmp_path / "else")
    for option, file in (("--log", "fifo"), ("--log", "link.prom"), ("--log", "no/where"), ("--metrics", "fifo"),
                         ("--metrics", "link.prom"), ("--metrics", "no/where.prom")):  # fmt: skip
        ran = eye_clinic(*IMPORT, option, str(tmp_path / file), "-o", "json", stdin=HEADER + ROW)
        assert (ran.status, error(ran)["code"]) in [(2, "file.not_ordinary"), (2, "file.not_writable")], (option, file)
    assert rows_of(tmp_path, "SELECT count(*) FROM booking") == [(0,)]
    assert error(eye_clinic(*IMPORT, "--dry-run", "--log", "-", "-o", "json"))["code"] == "usage.not_together"
    assert error(eye_clinic("sweep", "--log", "-", "-o", "json"))["code"] == "job.in_vain"


def test_what_is_a_job() -> None:
    """Each of them takes both options, and is told how long to wait."""
    jobs = {told.words for told in COMMANDS if any("--metrics" in each.opts for each in told.command.params)}
    assert jobs >= {
        *(f"tidbok {kind} import" for kind in ("booking", "relation", "slot", "basis")),
        "tidbok sweep", "tidbok coupling fetch", "tidbok coupling import-tak", "tidbok store upgrade",
        "tidbok store purge",
    }  # fmt: skip
    for told in COMMANDS:
        options = {option for each in told.command.params for option in each.opts}
        assert told.words not in jobs or {"--log", "--wait"} <= options


# --------------------------------------------------------------------------------------- alone, and ended


@pytest.mark.both
def test_one_job_at_a_time(eye_clinic: Run, tmp_path: Path) -> None:
    """… while anybody may write by hand. The other is refused with 75, which is recorded as well."""
    lines, prom = tmp_path / "job.jsonl", tmp_path / "tidbok.prom"
    with running(tmp_path, "--log", str(lines), "--metrics", str(prom)) as first:
        second = eye_clinic(*IMPORT, "--wait", "0", "--metrics", str(prom), stdin=HEADER + ROW)
        pid = str(first.pid) if is_sqlite(tmp_path) else r"\d+"
        assert second.status == 75
        assert re.search(rf"The job “booking import”, process {pid}, has been running on this store since ", second.err)
        assert metrics(prom)['tidbok_job_exit_status{job="booking_import"}'] == 75
        assert eye_clinic("relation", "record", BO, "ogon", "clinic_added", "--wait", "5").status == 0
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=30)
    assert (first.returncode, said) == (143, "Ended by the signal TERM. Nothing is half done: run it again.\n")
    assert recorded(tmp_path) == [
        ("booking import", 143, "interrupted", False),
        ("booking import", 75, "job.running_is", False),
    ]
    assert [(line["exit_status"], line["error"]) for line in log(lines)] == [(143, "interrupted")]
    assert metrics(prom)['tidbok_job_exit_status{job="booking_import"}'] == 143
    assert eye_clinic(*IMPORT, "--wait", "0", stdin=HEADER + ROW).status == 0


def test_a_job_that_was_killed(eye_clinic: Run, tmp_path: Path) -> None:
    """… is told of by the next one, once."""
    with running(tmp_path) as process:
        assert re.search(r"^booking import .* not ended ", eye_clinic("store", "info").out, re.MULTILINE)
    ran = eye_clinic(*IMPORT, "--wait", "5", stdin=HEADER + ROW)
    assert ran.status == 0 and f"process {process.pid}, did not come to its end" in ran.err
    assert [row[1:3] for row in recorded(tmp_path)] == [(None, "job.killed"), (0, None)]
    assert "did not come" not in eye_clinic(*IMPORT, stdin=HEADER + ROW).err
