"""Races for slots, and kills in the middle of operations.

A slot has one booking; an operation is whole or not there.
`make stress` and `make torture` do the same with more slots, races and kills.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, place_of, subprocess_environment, without_waiting
from support.paths import ROOT
from support.people import RESIDENTS
from support.stores import is_sqlite
from support.stores import rows_of as rows

pytestmark = pytest.mark.both


DID = ("book", "rebook", "cancel")
WORKER = """
import io, json, random, sys, time
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from tidbok_cli import app

*place, resident = sys.argv[1:6]
folder = Path(place[1]).parent
numbers = sys.argv[6:]
seed, together, races, number = map(int, numbers)
chance = random.Random(seed)
moving, cancelling = (0.1, 0.1) if together > 1 else (0.6, 0.9)
moments = count(seed * 10_000)

def called(*arguments):
    at = datetime(2026, 11, 1) + timedelta(seconds=next(moments))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = app.run((*place, *arguments, "--at", at.isoformat(), "-o", "json"))
    error = json.loads(err.getvalue().splitlines()[-1])["error"] if status else {}
    codes = [problem["code"] for problem in error.get("problems", ())] or [error.get("code")]
    booking = None if status else json.loads(out.getvalue())["booking"]["id"]
    did = {"did": arguments[1], "of": arguments[2], "status": status, "codes": codes, "booking": booking}
    print(json.dumps(did), flush=True)
    return booking

def wait_for_the_others(race):
    (folder / f"race-{race}-{seed}").touch()
    until = time.monotonic() + 120
    while len(list(folder.glob(f"race-{race}-*"))) < together:
        if time.monotonic() > until:
            sys.exit("not everyone came")
        time.sleep(0.01)

for race in range(races) if together > 1 else (seed,):
    slots = [f"R{race}-{place}" for place in range(number)]
    (chance if race % 2 else random.Random(race)).shuffle(slots)
    wait_for_the_others(race)
    for slot in slots if together > 1 else cycle(slots):
        booking = called("booking", "book", slot, resident)
        if booking and chance.random() < moving:
            by = chance.choice(("resident", "clinic"))
            booking = called("booking", "rebook", booking, chance.choice(slots), "--as", by) or booking
        if booking and chance.random() < cancelling:
            called("booking", "cancel", booking)
"""
"""Calls the command line again and again in one process of its own: books slot after slot, may rebook and cancel.

Several begin each race together, for the same slots, in every other race in the same order. One that is alone goes on
with the slots of its own race for ever.
"""


def start(folder: Path, resident: str, seed: int, slots: int, *, together: int, races: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        (sys.executable, "-c", WORKER, *place_of(folder), resident, *map(str, (seed, together, races, slots))),
        cwd=ROOT, env=subprocess_environment(),
        text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def publish(run: Run, races: Iterable[int], slots: int, code: str) -> None:
    """As many new slots for each race."""
    names = (f"R{race}-{place}" for race in races for place in range(slots))
    rows = (f"{name},ogon,{code},2026-12-01T09:00,2026-12-01T09:30" for name in names)
    text = "\n".join(["slot_id,unit,code,start,end", *rows, ""])
    assert run("slot", "import", "-", "--at", "2026-10-01", stdin=text).status == 0


def grant(run: Run, race: int, bases: int) -> None:
    """As many new bases for a race."""
    rows = (f"U{race}-{place},{RESIDENTS[0]},ogon,OP60,2026-10-01" for place in range(bases))
    text = "\n".join(["basis_id,resident,unit,code,valid_from", *rows, ""])
    assert run("basis", "import", "-", "--at", "2026-10-01", stdin=text).status == 0


SIZES = {"slots": (12, 6), "races": (2, 1), "kills": (4, 1)}
"""Unless the command line says otherwise, on SQLite and on PostgreSQL, where to begin takes each of them longer."""


def size(request: pytest.FixtureRequest, name: str, folder: Path) -> int:
    asked: int | None = request.config.getoption(f"--{name}")
    return asked or SIZES[name][not is_sqlite(folder)]


def whole(run: Run) -> None:
    ran = run("store", "check")
    assert (ran.status, ran.err) == (0, ""), ran.out


def test_eight_processes_after_the_same_slots(bookable: Run, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    slots, races = size(request, "slots", tmp_path), size(request, "races", tmp_path)
    publish(bookable, range(races), slots, "UPPF30")
    together = len(RESIDENTS)
    workers = [
        start(tmp_path, resident, seed, slots, together=together, races=races)
        for seed, resident in enumerate(RESIDENTS)
    ]
    answers: list[dict[str, Any]] = []
    with ThreadPoolExecutor(len(workers)) as readers:
        for worker, (out, err) in zip(workers, readers.map(subprocess.Popen.communicate, workers), strict=True):
            assert (worker.returncode, without_waiting(err)) == (0, "")
            answers += map(json.loads, out.splitlines())

    refused = Counter((each["status"], *each["codes"]) for each in answers if each["status"])
    assert set(refused) <= {(1, "slot.taken"), (75, "store.busy_with")}
    told = {did: {each["booking"] for each in answers if each["did"] == did and not each["status"]} for did in DID}
    kept = rows(tmp_path, "SELECT booking_id, replaces, ended_as, slot_id FROM booking")
    assert {booking for booking, _, _, _ in kept} == told["book"] | told["rebook"]
    assert {booking for booking, replaces, _, _ in kept if replaces} == told["rebook"]
    assert {booking for booking, _, ended, _ in kept if ended == "cancelled"} == told["cancel"]
    live = [slot for _, _, ended, slot in kept if not ended]
    assert len(live) == len(set(live)) > 0
    whole(bookable)


HALF_DONE = {
    "a resident's booking without its event": """
        SELECT b.booking_id FROM booking b WHERE b.origin = 'resident' AND NOT EXISTS
            (SELECT 1 FROM relation_event e WHERE e.resident_id = b.resident_id AND e.occurred_at = b.created_at
             AND e.event = 'booked_by_resident')""",
    "a clinic's booking without its summons": """
        SELECT b.booking_id FROM booking b WHERE b.origin = 'clinic' AND NOT EXISTS
            (SELECT 1 FROM relation_event e JOIN message m ON m.booking_id = b.id
             WHERE e.resident_id = b.resident_id AND e.occurred_at = b.created_at AND e.event = 'summons_received')""",
    "an event without its booking": """
        SELECT e.id FROM relation_event e WHERE NOT EXISTS
            (SELECT 1 FROM booking b WHERE b.resident_id = e.resident_id AND b.created_at = e.occurred_at)""",
    "moved, and not there": """
        SELECT b.booking_id FROM booking b WHERE b.ended_as = 'rebooked' AND NOT EXISTS
            (SELECT 1 FROM booking n WHERE n.replaces = b.id AND n.created_at = b.ended_at)""",
    "there, and not moved": """
        SELECT n.booking_id FROM booking n JOIN booking b ON b.id = n.replaces WHERE b.ended_as <> 'rebooked'""",
    "without a slot or a basis": "SELECT booking_id FROM booking WHERE slot_id IS NULL OR basis_id IS NULL",
}


def test_killed_at_any_moment(bookable: Run, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each time with slots and bases of its own, so that there is always something to do."""
    did: Counter[str] = Counter()
    kills = size(request, "kills", tmp_path)
    for seed in range(kills):
        publish(bookable, [seed], 20, "OP60")
        grant(bookable, seed, 20)
        worker = start(tmp_path, RESIDENTS[0], seed, 20, together=1, races=1)
        assert worker.stdout
        first = worker.stdout.readline()  # it is at work
        time.sleep(random.uniform(0, 0.5))
        worker.kill()
        out, _ = worker.communicate()
        for what, sql in HALF_DONE.items():
            assert rows(tmp_path, sql) == [], what
        answers = [json.loads(line) for line in (first + out).splitlines()]
        did += Counter(each["did"] for each in answers if not each["status"])
        assert lost(tmp_path, answers) == []
        whole(bookable)
    assert set(did) == set(DID) if kills > 5 else did


def lost(folder: Path, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was told as done, and is not so."""
    kept = dict(rows(folder, "SELECT booking_id, coalesce(ended_as, 'booked') FROM booking"))
    replaced = dict(
        rows(folder, "SELECT n.booking_id, b.booking_id FROM booking n JOIN booking b ON b.id = n.replaces")
    )

    def is_so(answer: dict[str, Any]) -> bool:
        if answer["did"] == "cancel":
            return kept.get(answer["booking"]) == "cancelled"
        return answer["booking"] in kept and (answer["did"] == "book" or replaced[answer["booking"]] == answer["of"])

    return [each for each in answers if not each["status"] and not is_so(each)]
