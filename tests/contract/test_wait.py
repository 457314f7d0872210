"""Writers wait for each other, as long as they are told to, and say for whom.

Contract, section 1. Real processes.
"""

import json
import os
import re
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.command_line import Run, done, place_of
from support.commands import COMMANDS
from support.people import ANNA, BO
from support.processes import Process, start
from support.stores import is_sqlite, opened, rows_of

from tidbok_cli.store.caller import Caller

pytestmark = pytest.mark.both

RECORD = ("relation", "record", BO, "ogon", "clinic_added")
HOLDER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 11770001"


@contextmanager
def importing(tmp_path: Path) -> Iterator[Process]:
    """An import that stands still where it has the store to itself, and then goes on."""
    lines = ["booking_id,unit,code,resident,start,created_at,origin"]
    lines += [f"B{row},ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic" for row in range(2000)]
    (tmp_path / "many.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    process = start(*place_of(tmp_path), "booking", "import", str(tmp_path / "many.csv"), "--at", "2026-11-01")
    while not has_the_store(tmp_path):
        assert process.poll() is None
        time.sleep(0.001 if is_sqlite(tmp_path) else 0.02)  # to look into a server is work for it
    process.send_signal(signal.SIGSTOP)
    assert has_the_store(tmp_path), "it was done before it was stopped"
    yield process
    process.send_signal(signal.SIGCONT)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)


def has_the_store(folder: Path) -> bool:
    if not is_sqlite(folder):
        return bool(rows_of(folder, HOLDER))
    lock = folder / "tidbok.db.lock"
    return lock.exists() and lock.stat().st_size > 0


def pid_said(folder: Path, importing: Process) -> int:
    """The process that is to be named: PostgreSQL's views know the server's own."""
    if is_sqlite(folder):
        return importing.pid
    found: int = rows_of(folder, HOLDER)[0][0]
    return found


def test_for_whom_one_waits_and_why_it_was_in_vain(eye_clinic: Run, tmp_path: Path) -> None:
    with importing(tmp_path) as holder:
        process = start(*place_of(tmp_path), *RECORD, "--wait", "2")
        out, err = process.communicate(timeout=60)
        named = f"“booking import”, process {pid_said(tmp_path, holder)}, "
    assert (process.returncode, out) == (75, "")
    waiting, busy = err.splitlines()
    assert re.fullmatch(rf"warning: Waiting for {named}which has been writing since .+\.", waiting)
    assert f": {named}has been writing to it since " in busy and busy.startswith("error: The store at ")
    done(eye_clinic("store", "check"))


def test_an_interrupt_while_one_waits(eye_clinic: Run, tmp_path: Path) -> None:
    with another_program(tmp_path):
        process = start(*place_of(tmp_path), *RECORD, "--wait", "600")
        assert process.stderr
        assert process.stderr.readline().startswith("warning: Waiting for ")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=5)[1] == "Interrupted.\n"
    assert process.returncode == 130


@contextmanager
def another_program(folder: Path) -> Iterator[None]:
    """Somebody who writes with other means."""
    with opened(folder) as connection:
        connection.execute("BEGIN IMMEDIATE" if is_sqlite(folder) else "SELECT pg_advisory_xact_lock(11770001)")
        yield


def test_who_does_not_want_to_wait_does_not(eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with another_program(tmp_path):
        before = time.monotonic()
        assert eye_clinic(*RECORD, "--wait", "0").status == 75
        monkeypatch.setenv("TIDBOK_WAIT", "0")
        ran = eye_clinic(*RECORD)
        assert time.monotonic() - before < 5
    assert ran.status == 75 and ran.err.startswith("error: The store at ") and "--wait" in ran.err
    assert eye_clinic(*RECORD).status == 0


def test_another_program_is_waited_for_and_cannot_always_be_named(eye_clinic: Run, tmp_path: Path) -> None:
    with another_program(tmp_path):
        process = start(*place_of(tmp_path), *RECORD)
        assert process.stderr
        waiting = process.stderr.readline()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    if is_sqlite(tmp_path):
        assert (
            waiting == f"warning: Waiting for another program, which is writing to the store at {tmp_path}/tidbok.db.\n"
        )
    else:
        assert re.match(r"warning: Waiting for “admin”, process \d+, which has been writing since ", waiting)


@pytest.mark.parametrize(("wait", "told"), [("soon", "usage.not_a_number"), ("-1", "usage.out_of_range")])
def test_a_wait_that_is_none(eye_clinic: Run, wait: str, told: str) -> None:
    ran = eye_clinic(*RECORD, "--wait", wait, "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, told)


@pytest.mark.files
def test_ten_seconds_unless_said_otherwise() -> None:
    assert Caller().wait == 10
    told = {each.help for command in COMMANDS for each in command.command.params if "--wait" in each.opts}
    assert len(told) == 1 and told.pop().endswith(" Default: 10.")


@pytest.mark.files
def test_the_lock_beside_the_store(eye_clinic: Run, tmp_path: Path) -> None:
    """… is the owner's alone, stays, and says nothing while nobody writes. Who asks makes none."""
    lock = tmp_path / "tidbok.db.lock"
    lock.unlink(missing_ok=True)
    before = os.umask(0)
    try:
        assert eye_clinic("unit", "list").status == 0
        assert not lock.exists()
        assert eye_clinic(*RECORD).status == 0
    finally:
        os.umask(before)
    assert (stat.S_IMODE(lock.stat().st_mode), lock.read_bytes()) == (0o600, b"")


@pytest.mark.files
def test_a_lock_that_cannot_be_made_or_read_keeps_nobody_out(eye_clinic: Run, tmp_path: Path) -> None:
    lock = tmp_path / "tidbok.db.lock"
    lock.write_bytes(b"\xff what is this")
    assert eye_clinic(*RECORD).status == 0
    lock.unlink()
    lock.mkdir()
    assert eye_clinic("relation", "record", ANNA, "ogon", "clinic_added").status == 0
