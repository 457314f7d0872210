"""Runs of imports: recorded however they end, told of by `store info`, taken away by `store purge`."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.answers import error, report
from support.command_line import Run, place_of, subprocess_environment
from support.people import ANNA, BO
from support.region import NO_FILE, OGON
from support.stores import everything, rows_of

pytestmark = pytest.mark.both

HEADER = "booking_id,unit,code,resident,start,created_at,origin,status\n"
MOMENT = "2026-11-01T00:00:00+01:00"


def row(name: str, resident: str = ANNA, *, unit: str = "ogon", day: int = 1, status: str = "booked") -> str:
    return f"{name},{unit},UPPF30,{resident},2026-12-{day:02}T09:00,2026-10-01,clinic,{status}\n"


def imported(run: Run, text: str, *options: str, at: str = "2026-11-01") -> dict[str, Any]:
    ran = run("booking", "import", "-", "--at", at, "-o", "json", *options, stdin=HEADER + text)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def runs(run: Run, *options: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(run("store", "info", "-o", "json", *options).out)["runs"]
    return told


# --------------------------------------------------------------------------------------- what is recorded


def test_a_run_is_recorded_with_its_file(eye_clinic: Run, tmp_path: Path) -> None:
    path = tmp_path / "tonight.csv"
    path.write_text(HEADER + row("B1") + row("B2"), encoding="utf-8")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    assert eye_clinic("booking", "import", str(path), "--at", "2026-11-01").status == 0
    (kept,) = rows_of(tmp_path, "SELECT sha256, size, file_at, outcome, created, whole FROM import_batch")
    content = path.read_bytes()
    assert kept == (hashlib.sha256(content).hexdigest(), len(content), 1_790_000_000, "done", 2, False)
    (told,) = runs(eye_clinic)
    assert (told["batch"], told["kind"], told["happened_at"]) == (1, "booking", MOMENT)
    assert (told["outcome"], told["created"], told["source"]) == ("done", 2, str(path))
    assert 0 <= told["seconds"] < 60 and told["started_at"] > "2026-11"


@pytest.mark.files
@pytest.mark.parametrize(
    ("text", "options", "outcome", "reason", "status"),
    [
        (HEADER + row("B2").replace("T09", "T25"), (), "rejected", None, 1),
        (HEADER, ("--complete", "--unit", "ogon", "--from", "2026-12-01", "--to", "2026-12-31"), "refused",
         "complete.too_many", 1),
        (HEADER + row("B1"), ("--at", "2026-10-31"), "refused", "import.older", 1),
        ("booking_id\n", (), "failed", "columns.missing", 2),
        (None, (), "failed", "file.missing", 2),
    ],
    ids=["bad rows", "too many ended", "older", "no columns", "no file"],
)  # fmt: skip
def test_a_run_that_came_to_nothing_is_recorded_too(
    eye_clinic: Run,
    tmp_path: Path,
    text: str | None,
    options: tuple[str, ...],
    outcome: str,
    reason: str | None,
    status: int,
) -> None:
    imported(eye_clinic, row("B1"))
    path = tmp_path / "tonight.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    before = everything(tmp_path)
    asked = ("booking", "import", str(path), *options)
    assert eye_clinic(*asked, "--dry-run").status == status
    assert len(runs(eye_clinic, "--runs", "5")) == 1  # a dry run is none
    assert eye_clinic(*asked).status == status
    latest, done = runs(eye_clinic)
    assert (latest["outcome"], latest["reason"], latest["created"]) == (outcome, reason, 0)
    assert (done["batch"], done["outcome"]) == (1, "done")
    assert everything(tmp_path) == before
    assert "Last" not in eye_clinic("why", "--resident", "-", stdin=BO).err
    table = eye_clinic("store", "info").out
    assert {"rejected": "bad rows"}.get(outcome, outcome) in table


@pytest.mark.files
def test_an_interrupted_run_is_recorded(eye_clinic: Run, tmp_path: Path) -> None:
    """The import waits for more of standard input when the interrupt comes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tidbok_cli", *place_of(tmp_path), "booking", "import", "-"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=subprocess_environment(), text=True,
    )  # fmt: skip
    assert process.stdin and process.stderr
    process.stdin.write(HEADER + row("B1") * 20_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    process.stdin.close()
    process.stderr.close()
    assert [each["outcome"] for each in runs(eye_clinic)] == ["interrupted"]


def test_the_same_file_again_says_so(eye_clinic: Run, tmp_path: Path) -> None:
    for name in ("monday.csv", "tuesday.csv"):
        (tmp_path / name).write_text(HEADER + row("B1"), encoding="utf-8")
    first = eye_clinic("booking", "import", str(tmp_path / "monday.csv"), "--at", "2026-11-01")
    assert (first.status, first.err) == (0, "")
    for options in (("--dry-run",), ()):
        again = eye_clinic("booking", "import", str(tmp_path / "tuesday.csv"), *options)
        assert again.status == 0
        assert "the same file as batch 1 of " in again.err and "monday.csv" in again.err
    for each in runs(eye_clinic, "--runs", "2"):
        assert eye_clinic("store", "purge", "--batch", str(each["batch"]), "--yes").status == 0
    assert eye_clinic("booking", "import", str(tmp_path / "tuesday.csv")).err == ""


@pytest.mark.files
def test_a_file_that_grows_while_it_is_read_is_not_imported(eye_clinic: Run, tmp_path: Path) -> None:
    path = tmp_path / "tonight.csv"
    path.write_text(HEADER, encoding="utf-8")
    grown = "import sys, tidbok_cli.exchange.file_stream as s, tidbok_cli.app as a\n"
    grown += "read = s.FileStream.readinto\n"
    grown += f"def readinto(self, b):\n    open({str(path)!r}, 'a').write({row('B1')!r})\n    return read(self, b)\n"
    grown += "s.FileStream.readinto = readinto\nsys.exit(a.run(sys.argv[1:]))\n"
    ran = subprocess.run(
        [sys.executable, "-c", grown, *place_of(tmp_path), "booking", "import", str(path), "-o", "json"],
        env=subprocess_environment(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ran.returncode, json.loads(ran.stderr.splitlines()[-1])["error"]["code"]) == (2, "file.changed")


# ------------------------------------------------------------------------------------ older and foreign files


def test_a_moment_before_the_clinics_latest_import_is_refused(eye_clinic: Run) -> None:
    imported(eye_clinic, row("B1"), at="2026-11-05")
    ran = eye_clinic("booking", "import", "-", "--at", "2026-11-04", "-o", "json", stdin=HEADER + row("B2"))
    assert (ran.status, error(ran)["code"]) == (1, "import.older")
    assert OGON in error(ran)["message"] and "Thu 5 Nov 2026 00:00" in error(ran)["message"]
    imported(eye_clinic, row("B3", unit=NO_FILE), at="2026-11-04")  # another clinic
    imported(eye_clinic, row("B4"), at="2026-11-05")
    imported(eye_clinic, row("B2"), "--allow-older", at="2026-11-04")


@pytest.mark.files
def test_rows_of_clinics_without_a_file(eye_clinic: Run, tmp_path: Path) -> None:
    text = row("B1") + row("B2", unit=NO_FILE)
    ran = eye_clinic("booking", "import", "-", "--known-units", "-o", "json", stdin=HEADER + text)
    assert ran.status == 1
    (problem,) = json.loads(ran.err)["error"]["problems"]
    assert (problem["code"], problem["where"]) == ("import.unit_without_file", "-:3, unit")
    ran = eye_clinic(
        "booking", "import", "-", "--known-units", "--skip-bad", "--rejected", str(tmp_path / "bad.csv"), "-o", "json",
        stdin=HEADER + text,
    )  # fmt: skip
    assert json.loads(ran.out) == report(created=1, rejected=1, events=1)
    events = f"resident,unit,event,occurred_at\n{ANNA},{NO_FILE},clinic_added,2026-10-01\n"
    assert eye_clinic("relation", "import", "-", "--known-units", stdin=events).status == 1


@pytest.mark.files
def test_a_file_of_which_no_clinic_is_known_is_warned_of(eye_clinic: Run) -> None:
    ran = eye_clinic("booking", "import", "-", stdin=HEADER + row("B1", unit=NO_FILE))
    assert (ran.status, "None of the file's clinics" in ran.err) == (0, True)
    assert eye_clinic("booking", "import", "-", stdin=HEADER + row("B2", unit=NO_FILE) + row("B3")).err == ""
    assert eye_clinic("booking", "import", "-", stdin=HEADER).err == ""


# --------------------------------------------------------------------------------------------------- purge


def purged(run: Run, batch: int, *options: str) -> dict[str, Any]:
    ran = run("store", "purge", "--batch", str(batch), "--yes", "-o", "json", *options)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def went(told: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {each["table"]: (each["goes"], each["stays"]) for each in told["rows"] if each["goes"] or each["stays"]}


def test_what_a_wrong_file_made_is_taken_away_whole(eye_clinic: Run, tmp_path: Path) -> None:
    imported(eye_clinic, row("B1"))
    before = everything(tmp_path)
    imported(eye_clinic, row("B2", BO) + row("B3", BO, unit=NO_FILE) + row("B4"), at="2026-11-02")
    planned = purged(eye_clinic, 2, "--dry-run")
    assert not planned["done"] and everything(tmp_path) != before
    told = purged(eye_clinic, 2)
    assert told["done"] and told["rows"] == planned["rows"]
    assert went(told) == {
        "booking": (3, 0), "message": (2, 0), "relation_event": (2, 0), "resident": (1, 0), "unit": (1, 0),
    }  # fmt: skip
    assert everything(tmp_path) == before
    assert eye_clinic("store", "check").status == 0
    (latest, *_) = runs(eye_clinic)
    assert latest["batch"] == 2 and latest["purged_at"] is not None


def test_what_a_whole_file_ended_is_given_back(eye_clinic: Run, tmp_path: Path) -> None:
    imported(eye_clinic, "".join(row(f"B{day}", day=day) for day in range(1, 11)))
    before = everything(tmp_path)
    imported(eye_clinic, row("B1") + row("B10", day=10), "--complete", "--allow-mass", at="2026-11-02")
    assert everything(tmp_path) != before
    told = purged(eye_clinic, 2)
    assert (told["given_back"], went(told)) == (8, {})
    assert everything(tmp_path) == before
    assert eye_clinic("store", "check").status == 0


def test_what_somebody_has_changed_since_stays(eye_clinic: Run) -> None:
    """B1 was moved by a later file, B2 is absent from one, B3 cancelled here, B4 summoned to, B5 untouched."""
    names = ("B1", "B2", "B3", "B4", "B5")
    imported(eye_clinic, "".join(row(name, day=place + 1) for place, name in enumerate(names)))
    later = row("B1", day=2) + "".join(row(name, day=place + 3) for place, name in enumerate(names[2:]))
    imported(eye_clinic, later, "--complete", "--allow-mass", "--from", "2026-12-01", at="2026-11-02")
    assert eye_clinic("booking", "cancel", "B3", "--local", "--at", "2026-11-03").status == 0
    assert eye_clinic("summons", "send", "-", "ogon", "--booking", "B4", "--at", "2026-11-03", stdin=ANNA).status == 0
    told = purged(eye_clinic, 1)
    assert went(told) == {"booking": (1, 4), "message": (1, 0), "relation_event": (0, 5)}
    assert told["later_imports"] == 1
    left = json.loads(eye_clinic("booking", "list", "-o", "json").out)
    assert sorted(each["booking"] for each in left) == ["B1", "B2", "B3", "B4"]
    told = purged(eye_clinic, 2)
    assert (told["changed"], told["given_back"], went(told)) == (1, 1, {})
    assert eye_clinic("store", "check").status == 0


def test_published_times_and_bases_that_are_taken_stay(bookable: Run) -> None:
    slots = "slot_id,unit,code,start,end\n" + "".join(
        f"S{n},ogon,OP60,2026-12-01T{9 + n:02}:00,2026-12-01T{9 + n:02}:30\n" for n in range(3)
    )
    bases = f"basis_id,resident,unit,code,valid_from\nU1,{ANNA},ogon,OP60,2026-10-01\nU2,{BO},ogon,OP60,2026-10-01\n"
    assert bookable("slot", "import", "-", "--at", "2026-10-02", stdin=slots).status == 0
    assert bookable("basis", "import", "-", "--at", "2026-10-02", stdin=bases).status == 0
    assert bookable("booking", "book", "S0", "-", "--at", "2026-10-03", stdin=ANNA).status == 0
    assert bookable("slot", "withdraw", "S1", "--at", "2026-10-03").status == 0
    assert went(purged(bookable, 1)) == {"slot": (1, 2)}
    assert went(purged(bookable, 2)) == {"booking_basis": (1, 1), "resident": (1, 0)}
    assert bookable("store", "check").status == 0


def test_relation_events_go_and_the_periods_are_derived_afresh(eye_clinic: Run, tmp_path: Path) -> None:
    imported(eye_clinic, row("B1"))
    before = everything(tmp_path)
    events = (
        f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_removed,2026-10-05\n{BO},ogon,clinic_added,2026-10-05\n"
    )
    assert eye_clinic("relation", "import", "-", stdin=events).status == 0
    assert eye_clinic("why", "B1", "--at", "2026-11-01").status == 1
    assert went(purged(eye_clinic, 2)) == {"relation_event": (2, 0), "resident": (1, 0)}
    assert everything(tmp_path) == before
    assert eye_clinic("why", "B1", "--at", "2026-11-01").status == 0


@pytest.mark.files
def test_a_voided_event_stays(eye_clinic: Run) -> None:
    events = f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_added,2026-10-05\n"
    assert eye_clinic("relation", "import", "-", stdin=events).status == 0
    assert eye_clinic("relation", "void", "1").status == 0
    assert went(purged(eye_clinic, 1)) == {"relation_event": (0, 1)}


@pytest.mark.files
def test_the_plan_is_asked_about(eye_clinic: Run, tmp_path: Path) -> None:
    imported(eye_clinic, row("B1"))
    before = everything(tmp_path)
    ran = eye_clinic("store", "purge", "--batch", "1")
    assert ran.status == 2 and "--yes" in ran.err and "Batch 1, bookings" in ran.out
    assert everything(tmp_path) == before


@pytest.mark.files
@pytest.mark.parametrize(("batch", "code"), [("9", "purge.no_batch"), ("2", "purge.not_done"), ("1", "purge.already")])
def test_imports_that_cannot_be_purged(eye_clinic: Run, batch: str, code: str) -> None:
    imported(eye_clinic, row("B1"))
    assert eye_clinic("booking", "import", "-", stdin="booking_id\n").status == 2
    purged(eye_clinic, 1)
    ran = eye_clinic("store", "purge", "--batch", batch, "--yes", "-o", "json")
    assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, code, "--batch")
