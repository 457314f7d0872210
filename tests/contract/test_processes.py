"""Several processes on one store: nothing lost, half there or stuck.

Contract, section 1.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.command_line import Run, place_of, subprocess_environment, without_waiting
from support.paths import ROOT
from support.people import ANNA, BO, RESIDENTS
from support.stores import Stores, is_sqlite, opened, rows_of

EVENTS = ("clinic_added", "communication_approved", "summons_received", "booked_by_resident", "booking_link_login")


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """A process of the program on the folder's region."""
    return subprocess.Popen(
        (sys.executable, "-m", "tidbok_cli", *place_of(folder), *arguments),
        cwd=ROOT, env=subprocess_environment(), text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Exit status, output, and errors without the lines that say for whom it waited."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out, without_waiting(err)


def count(folder: Path, table: str) -> int:
    found: int = rows_of(folder, f"SELECT count(*) FROM {table}")[0][0]
    return found


def whole(run: Run) -> None:
    ran = run("store", "check")
    assert (ran.status, ran.err) == (0, ""), ran.out


# ------------------------------------------------------------------------------------------ at one time


def test_eight_processes_write_and_nothing_is_lost(eye_clinic: Run, tmp_path: Path) -> None:
    """Five record events of the same pair, three import bookings and events, some of them the same."""
    files = []
    for number in range(3):
        rows = [
            f"B{number}-{row},ogon,UPPF30,{RESIDENTS[row % 7]},2026-12-01T09:00,2026-10-0{number + 1},clinic"
            for row in range(300)
        ]
        same = f"SAME,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic"
        files.append(tmp_path / f"{number}.csv")
        header = "booking_id,unit,code,resident,start,created_at,origin"
        files[-1].write_text("\n".join([header, *rows, same, ""]), encoding="utf-8")
    processes = [start(tmp_path, "booking", "import", str(file), "-o", "json", "--wait", "600") for file in files]
    processes += [
        start(tmp_path, "relation", "record", ANNA, "ogon", event, "--at", "2026-09-01", "-o", "json", "--wait", "600")
        for event in EVENTS
    ]
    answers = [ended(process) for process in processes]
    assert [(status, err) for status, _, err in answers] == [(0, "")] * 8

    reports = [json.loads(out) for _, out, _ in answers[:3]]
    assert sum(each["created"] for each in reports) == count(tmp_path, "booking") == 901
    assert sum(each["unchanged"] for each in reports) == 2
    told = json.loads(eye_clinic("relation", "show", ANNA, "ogon", "-o", "json").out)["events"]
    recorded = [each["event"] for each in told if each["occurred_at"].startswith("2026-09-01")]
    assert sorted(recorded) == sorted(EVENTS)
    assert count(tmp_path, "relation_event") == 5 + 901
    assert len({each["id"] for each in told}) == len(told)
    whole(eye_clinic)


def test_several_processes_say_the_same_and_it_is_there_once(eye_clinic: Run, tmp_path: Path) -> None:
    arguments = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", "B1", "--at", "2026-10-01")
    answers = [ended(process) for process in [start(tmp_path, *arguments, "-o", "json") for _ in range(4)]]
    assert [(status, err) for status, _, err in answers] == [(0, "")] * 4
    assert sorted(len(json.loads(out)["messages"]) for _, out, _ in answers) == [0] * 3 + [1]
    assert (count(tmp_path, "booking"), count(tmp_path, "message"), count(tmp_path, "relation_event")) == (1, 1, 1)
    whole(eye_clinic)


def test_bookings_without_an_id_never_get_the_same(eye_clinic: Run, tmp_path: Path) -> None:
    arguments = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "-o", "json")
    answers = [ended(process) for process in [start(tmp_path, *arguments) for _ in range(4)]]
    assert [(status, err) for status, _, err in answers] == [(0, "")] * 4
    assert len({json.loads(out)["booking"]["id"] for _, out, _ in answers}) == count(tmp_path, "booking") == 4


# ---------------------------------------------------------------------------------------------- killed


def test_an_import_that_is_killed_is_there_whole_or_not_at_all(
    eye_clinic: Run, in_force: Path, stores: Stores, tmp_path: Path
) -> None:
    rows = 2000
    file = tmp_path / "many.csv"
    lines = ["booking_id,unit,code,resident,start,created_at,origin"]
    for row in range(rows):
        made = f"2026-10-01T12:{row // 60:02}:{row % 60:02}"
        lines.append(f"B{row},ogon,UPPF30,{RESIDENTS[row % 7]},2026-12-01T09:00,{made},clinic")
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")

    def fresh() -> None:
        for left in tmp_path.glob("tidbok.db*"):
            left.unlink()
        stores.copy(in_force, tmp_path)

    before = time.monotonic()
    assert ended(start(tmp_path, "booking", "import", str(file)))[0] == 0
    lasted = time.monotonic() - before
    there = {"booking": rows, "relation_event": rows, "message": rows, "import_batch": 1}
    assert {table: count(tmp_path, table) for table in there} == there

    for part in (0.4, 0.65, 0.8, 0.95):
        fresh()
        process = start(tmp_path, "booking", "import", str(file))
        time.sleep(lasted * (part + random.uniform(-0.05, 0.05)))
        process.kill()
        process.communicate()
        found = {table: count(tmp_path, table) for table in there}
        assert found in (there, dict.fromkeys(there, 0)), part
        whole(eye_clinic)
    assert ended(start(tmp_path, "booking", "import", str(file)))[0] == 0
    assert count(tmp_path, "booking") == rows
    whole(eye_clinic)


# -------------------------------------------------------------------------------------------- a long wait


@contextmanager
def writer(folder: Path) -> Iterator[None]:
    """Somebody else who writes, and does not end."""
    with opened(folder) as connection:
        connection.execute("BEGIN IMMEDIATE" if is_sqlite(folder) else "SELECT pg_advisory_xact_lock(11770001)")
        yield


@pytest.mark.both
def test_a_store_that_stays_busy_is_75_and_questions_are_answered_at_once(eye_clinic: Run, tmp_path: Path) -> None:
    arguments = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", "B1", "--at", "2026-10-01")
    assert eye_clinic(*arguments).status == 0
    with writer(tmp_path):
        before = time.monotonic()
        process = start(tmp_path, "relation", "record", BO, "ogon", "clinic_added", "--wait", "3", "-o", "json")
        # a look is recorded first, for which SQLite has no room beside a writer
        assert eye_clinic("why", "B1", "--at", "2026-11-01", "--wait", "0").status == 75 * is_sqlite(tmp_path)
        assert eye_clinic("sweep", "--summary", "--at", "2026-11-01").status == 0
        asked = time.monotonic() - before
        status, out, err = ended(process)
        lasted = time.monotonic() - before
    assert asked < 5
    assert 3 < lasted < 13
    assert (status, out) == (75, "")
    told = json.loads(err)["error"]
    assert told["code"] == ("store.busy" if is_sqlite(tmp_path) else "store.busy_with")  # PostgreSQL knows who it is
    assert "locked" not in told["message"] and "Traceback" not in err
    assert count(tmp_path, "relation_event") == 1
    whole(eye_clinic)


def test_a_writer_that_ends_in_time_is_waited_for(eye_clinic: Run, tmp_path: Path) -> None:
    with writer(tmp_path):
        process = start(tmp_path, "relation", "record", BO, "ogon", "clinic_added")
        time.sleep(2)
        assert process.poll() is None
    assert ended(process)[0] == 0
    assert count(tmp_path, "relation_event") == 1


def test_a_question_beside_a_running_import_is_answered_out_of_what_was_there_before(
    eye_clinic: Run, tmp_path: Path
) -> None:
    """Rows are read and checked before the lock is taken, and whoever looks at nobody waits for no writer."""
    arguments = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", "ASKED", "--at", "2026-10-01")
    assert eye_clinic(*arguments).status == 0
    lines = ["booking_id,unit,code,resident,start,created_at,origin"]
    lines += [f"B{row},ogon,UPPF30,{RESIDENTS[row % 7]},2026-12-01T09:00,2026-10-01,clinic" for row in range(30_000)]
    (tmp_path / "many.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    process = start(tmp_path, "booking", "import", str(tmp_path / "many.csv"))
    asked = 0
    while process.poll() is None:
        assert eye_clinic("sweep", "--summary", "--at", "2026-11-01").status in (0, 1)
        assert count(tmp_path, "booking") in (1, 30_001)
        asked += 1
    assert ended(process)[0] == 0
    assert asked > 3
    assert count(tmp_path, "booking") == 30_001
    whole(eye_clinic)
