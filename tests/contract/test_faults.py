"""Whatever happens to a store in a file: a sentence, and the exit status that says whether to try again.

Contract, section 1. Real processes and disks.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from support.command_line import Ran, Run, done, place_of, subprocess_environment
from support.people import ANNA
from support.processes import start
from support.stores import altered

from tidbok_cli.store.reader import SCHEMA

pytestmark = pytest.mark.files

HEADER = "booking_id,unit,code,resident,start,created_at,origin\n"


def rows(number: int) -> str:
    return "".join(f"N{each},ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic\n" for each in range(number))


@pytest.fixture
def filled(eye_clinic: Run, tmp_path: Path) -> Run:
    """The sample region with one booking."""
    arguments = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", "B1", "--at", "2026-10-01")
    done(eye_clinic(*arguments))
    return eye_clinic


CALLS = (
    "why B1 --at 2026-11-01",
    "sweep --at 2026-11-01 --save night",
    "booking import - --at 2026-11-01",
    "relation record 191212121212 ogon clinic_added --at 2026-11-01",
    "booking list --reveal",
    "unit list",
    "store info",
    "store check",
    "init",
)


def called(run: Run, call: str) -> Ran:
    ran = run(*call.split(), stdin=HEADER + rows(1))
    assert "Traceback" not in ran.err and "sqlite3" not in ran.err, ran.err
    return ran


# ------------------------------------------------------------------------------------------- no room


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk; return the file that takes it."""
    filling = disk / "filling"
    with suppress(OSError), filling.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filling


def test_a_full_disk(filled: Run, small_disk: Path, tmp_path: Path) -> None:
    """Also for those who only ask: SQLite makes two files beside the store while it is read."""
    store = small_disk / "tidbok.db"
    store.write_bytes((tmp_path / "tidbok.db").read_bytes())

    def there(*arguments: str, stdin: str | bytes = "") -> Ran:
        return filled("--store", str(store), *arguments, stdin=stdin)

    ran = there("booking", "import", "-", "--at", "2026-11-01", stdin=HEADER + rows(3000))
    assert ran.status == 2 and f"The disk of the store at {store} is full. Nothing was changed." in ran.err
    filling = fill(small_disk)
    for call in CALLS:
        ran = called(there, call)
        assert ran.status == 2 and f"The disk of the store at {store} is full." in ran.err, call
    filling.unlink()
    done(there("store", "check"))
    done(there("why", "B1", "--at", "2026-11-01"))


def test_a_full_disk_for_temporary_files(filled: Run, small_disk: Path, tmp_path: Path) -> None:
    fill(small_disk)
    process = start(*place_of(tmp_path), "booking", "import", "-", "--at", "2026-11-01", TMPDIR=str(small_disk))
    long = "x" * 5000
    wide = HEADER.replace("\n", ",information\n") + rows(600).replace("\n", f",{long}\n")  # more than it has in memory
    _, err = process.communicate(wide, timeout=60)
    assert process.returncode == 2
    assert f"There is no room for temporary files in {small_disk};" in err
    done(filled("store", "check"))


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """No file may become larger, as by `ulimit -f`."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_limit_on_files(filled: Run) -> None:
    for call in CALLS:
        with file_limit(16_384):
            ran = called(filled, call)
        assert ran.status == 2 and "no file may be larger than 16384 bytes here" in ran.err, call
    done(filled("why", "B1", "--at", "2026-11-01"))


def in_python(folder: Path, code: str, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """The program after something that was done to its process."""
    return subprocess.run(
        [sys.executable, "-c", code, *place_of(folder), *arguments],
        input=stdin, env=subprocess_environment(), capture_output=True, encoding="utf-8",
    )  # fmt: skip


def test_too_little_memory(filled: Run, tmp_path: Path) -> None:
    limit = "import sqlite3; sqlite3.connect(':memory:').execute('PRAGMA hard_heap_limit = 150000')"
    code = f"{limit}\nfrom tidbok_cli import app; app.main()"
    ran = in_python(tmp_path, code, "sweep", "--at", "2026-11-01")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: There is too little memory.")


# --------------------------------------------------------------------------------- not this program's


def test_a_file_of_another_program(filled: Run, tmp_path: Path) -> None:
    """… which happens to have a table of bookings, and then versions of its own, of the same name as this one's."""
    other = tmp_path / "other"
    other.mkdir()

    def there(*arguments: str, stdin: str | bytes = "") -> Ran:
        return filled("--store", str(other / "tidbok.db"), *arguments, stdin=stdin)

    altered(other, "CREATE TABLE booking (room)", "CREATE TABLE unit (size)")
    before = (other / "tidbok.db").read_bytes()
    for call in CALLS:
        ran = called(there, call)
        assert ran.status == 2 and "belongs to another program" in ran.err, call
    assert (other / "tidbok.db").read_bytes()[100:] == before[100:]
    altered(other, "CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('a1b2c3d4')")
    for call in CALLS:
        ran = called(there, call)
        assert ran.status == 2 and "belongs to another program" in ran.err, call
    altered(other, f"UPDATE alembic_version SET version_num = (SELECT '{SCHEMA}')")
    for call in CALLS:
        ran = called(there, call)
        assert ran.status == 2 and ("another program" in ran.err or "is no store of this program" in ran.err), call


# ------------------------------------------------------------------------------------------ the ending


def test_an_interrupt_while_rows_are_fetched(filled: Run, tmp_path: Path) -> None:
    done(filled("booking", "import", "-", "--at", "2026-10-02", stdin=HEADER + rows(700)))
    process = start(*place_of(tmp_path), "sweep", "--at", "2026-11-01", "-o", "ndjson")
    assert process.stdout
    assert process.stdout.readline()  # and the rest stays in the pipe, which is full
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "Interrupted.\n")


def test_where_nothing_can_be_said_the_status_says_it(filled: Run, tmp_path: Path) -> None:
    place = subprocess.list2cmdline((sys.executable, "-m", "tidbok_cli", *place_of(tmp_path)))
    for call, status in (("why B9 2>/dev/full", 2), ("why B9 2>&-", 2), ("unit list >/dev/full 2>&1", 2)):
        ran = subprocess.run(f"{place} {call}", shell=True, capture_output=True, env=subprocess_environment())
        assert (ran.returncode, ran.stdout) == (status, b""), call
