"""`store purge --before`: what is past its time goes, and what is left answers as before."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from support.answers import error
from support.command_line import Run
from support.people import ANNA, BO, CILLA, RESIDENTS
from support.region import FLOGSTA, OGON
from support.stores import altered, everything, is_sqlite, rows_of

from tidbok_cli.store.tables import Unit

NOW, BEFORE, LATER = "2026-11-01", "2026-06-01", "2027-02-01"
EVENTS = (
    "clinic_added", "communication_approved", "summons_received", "clinic_removed", "clinic_removed",
    "approval_withdrawn",
)  # fmt: skip
BOOKINGS = "booking_id,unit,code,resident,start,created_at,status,ended_at,origin\n"


def purged(run: Run, *options: str, before: str = BEFORE) -> dict[str, Any]:
    ran = run("store", "purge", "--before", before, "--yes", "-o", "json", *options)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def went(told: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {each["table"]: (each["goes"], each["stays"]) for each in told["rows"] if each["goes"] or each["stays"]}


def related(run: Run, *events: str, unit: str = "ogon") -> None:
    given = "resident,unit,event,occurred_at\n" + "".join(
        f"{resident},{unit},{event},{at}\n" for resident, event, at in (each.split() for each in events)
    )
    assert run("relation", "import", "-", "--at", NOW, stdin=given).status == 0


def booked(run: Run, *rows: str, at: str = NOW) -> None:
    assert run("booking", "import", "-", "--at", at, stdin=BOOKINGS + "\n".join(rows)).status == 0


def answers(run: Run, at: str) -> dict[str, Any]:
    """What `why` says of every booking, and each pair's relation."""
    found: dict[str, Any] = {}
    for resident in RESIDENTS[:4]:
        ran = run("why", "--resident", "-", "--all", "--at", at, "-o", "json", stdin=resident)
        found |= {each["booking"]["id"]: each for each in (json.loads(ran.out) if ran.out else ())}
    return found


def drawn(seed: int) -> tuple[str, str]:
    """Two files, of bookings and of events of four residents at two clinics, in two years."""
    chance = random.Random(seed)

    def moment(first: int = 0, last: int = 23) -> str:
        month = chance.randint(first, last)
        return f"{2025 + month // 12}-{month % 12 + 1:02}-{chance.randint(1, 28):02}T{chance.randint(8, 17):02}:00"

    bookings, events = BOOKINGS, "resident,unit,event,occurred_at\n"
    for number in range(24):
        made, start = moment(0, 21), moment(0, 24)
        status, ended = chance.choice((("booked", ""), ("booked", ""), ("cancelled", moment(0, 21))))
        ended = max(made, ended) if ended else ""
        who, unit = chance.choice(RESIDENTS[:4]), chance.choice((OGON, FLOGSTA))
        origin = chance.choice(("clinic", "resident", ""))
        bookings += f"B{number},{unit},UPPF30,{who},{start},{made},{status},{ended},{origin}\n"
    for _ in range(24):
        who, unit = chance.choice(RESIDENTS[:4]), chance.choice((OGON, FLOGSTA))
        events += f"{who},{unit},{chance.choice(EVENTS)},{moment(0, 21)}\n"
    return bookings, events


@pytest.mark.files
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_left_answers_as_before(eye_clinic: Run, tmp_path: Path, seed: int) -> None:
    """At any moment since the date all of the answer; earlier, the checks. A relation that holds, holds on."""
    bookings, events = drawn(seed)
    assert eye_clinic("relation", "import", "-", "--at", NOW, stdin=events).status == 0
    assert eye_clinic("booking", "import", "-", "--at", NOW, stdin=bookings).status == 0
    moments = (BEFORE, NOW, LATER, "2026-03-01")
    before = {at: answers(eye_clinic, at) for at in moments}
    held = eye_clinic("relation", "list", "--at", LATER, "-o", "json").out
    told = purged(eye_clinic)
    assert went(told)["booking"][0] > 0 and went(told)["relation_event"][0] > 0
    assert eye_clinic("store", "check").status == 0
    left = {name for (name,) in rows_of(tmp_path, "SELECT booking_id FROM booking")}
    for at in moments[:3]:
        after = answers(eye_clinic, at)
        assert after == {name: each for name, each in before[at].items() if name in left}
        assert left >= {name for name, each in before[at].items() if each["verdict"] == "shown"}
    early = answers(eye_clinic, moments[3])
    assert [each["checks"] for each in early.values()] == [before[moments[3]][name]["checks"] for name in early]
    assert eye_clinic("relation", "list", "--at", LATER, "-o", "json").out == held
    assert went(purged(eye_clinic)).get("booking", (0, 0))[0] == 0


@pytest.mark.both
def test_events_go_but_for_those_on_which_the_relation_rests(eye_clinic: Run, tmp_path: Path) -> None:
    """Anna's holds since 2021, by approval; Bo's has ended; Cilla's ends after the date, and so needs its beginning."""
    related(
        eye_clinic, f"{ANNA} clinic_added 2019-01-01", f"{ANNA} clinic_removed 2020-01-01",
        f"{ANNA} communication_approved 2021-01-01", f"{ANNA} clinic_removed 2022-01-01",
        f"{BO} clinic_added 2019-01-01", f"{BO} clinic_removed 2020-01-01",
        f"{CILLA} clinic_added 2019-01-01", f"{CILLA} clinic_removed 2026-07-01",
    )  # fmt: skip
    before = eye_clinic("relation", "show", "-", "ogon", "--at", NOW, stdin=ANNA)
    told = purged(eye_clinic)
    assert went(told) == {"relation_event": (4, 3), "resident": (1, 0)}
    after = eye_clinic("relation", "show", "-", "ogon", "--at", NOW, stdin=ANNA)
    assert after.out.splitlines()[0] == before.out.splitlines()[0]
    kept = rows_of(tmp_path, "SELECT event, has_effect FROM relation_event ORDER BY id")
    assert kept == [
        ("communication_approved", True), ("clinic_removed", True), ("clinic_added", True), ("clinic_removed", True),
    ]  # fmt: skip
    assert eye_clinic("store", "check").status == 0


@pytest.mark.both
def test_chains_and_bases_go_or_stay_whole(bookable: Run, tmp_path: Path) -> None:
    """A was moved to a time to come; C used up a basis without end, which goes with it, or it would be free again."""
    slots = "slot_id,unit,code,start,end\n" + "".join(
        f"S{n},ogon,{code},{day}T09:00,{day}T10:00\n"
        for n, (code, day) in enumerate(
            (("UPPF30", "2026-03-01"), ("UPPF30", "2026-12-01"), ("OP60", "2026-03-02"), ("UPPF30", "2026-03-03"))
        )
    )
    bases = f"basis_id,resident,unit,code,valid_from\nU1,{ANNA},ogon,OP60,2026-01-01\nU2,{BO},ogon,OP60,2026-01-01\n"
    assert bookable("slot", "import", "-", "--at", "2026-01-02", stdin=slots).status == 0
    assert bookable("basis", "import", "-", "--at", "2026-01-02", stdin=bases).status == 0
    for slot in ("S0", "S2"):
        assert bookable("booking", "book", slot, "-", "--at", "2026-01-03", stdin=ANNA).status == 0
    (first, _) = (name for (name,) in rows_of(tmp_path, "SELECT booking_id FROM booking ORDER BY id"))
    assert bookable("booking", "rebook", first, "S1", "--at", "2026-01-04").status == 0
    shown = bookable("booking", "show", first, "--at", NOW, "-o", "json").out
    assert went(purged(bookable)) == {
        "booking": (1, 1), "relation_event": (0, 3), "booking_basis": (1, 0), "message": (0, 1),
        "slot": (2, 1),
    }  # fmt: skip
    assert bookable("booking", "show", first, "--at", NOW, "-o", "json").out == shown
    assert rows_of(tmp_path, "SELECT basis_id FROM booking_basis") == [("U2",)]
    assert bookable("store", "check").status == 0


@pytest.mark.files
def test_the_audit_stays_so_long_as_the_region_says_and_with_it_whom_it_names(eye_clinic: Run, tmp_path: Path) -> None:
    booked(eye_clinic, f"B1,ogon,UPPF30,{ANNA},2026-02-01T09:00,2026-01-02,booked,,", at="2026-01-02")
    assert eye_clinic("why", "B1", "--reveal").status == 1
    assert went(purged(eye_clinic)) == {"booking": (1, 0), "resident": (0, 1)}
    assert rows_of(tmp_path, "SELECT number FROM resident") == [(ANNA,)]
    altered(tmp_path, "UPDATE audit SET recorded_at = recorded_at - 3 * 366 * 86400")
    assert went(purged(eye_clinic)) == {"audit": (0, 3), "resident": (0, 1)}
    config = tmp_path / "config/tidbok.toml"
    config.write_text(config.read_text(encoding="utf-8") + "[audit]\nkeep_years = 2\n", encoding="utf-8")
    assert went(purged(eye_clinic)) == {"audit": (3, 0), "resident": (1, 0)}
    assert ANNA.encode() not in (tmp_path / "tidbok.db").read_bytes()


@pytest.mark.both
def test_the_plan_is_shown_and_what_cannot_be_is_told(eye_clinic: Run, tmp_path: Path) -> None:
    booked(eye_clinic, f"B1,ogon,UPPF30,{ANNA},2026-02-01T09:00,2026-01-02,booked,,", at="2026-01-02")
    before = everything(tmp_path)
    planned = purged(eye_clinic, "--dry-run")
    assert (planned["done"], went(planned)) == (False, {"booking": (1, 0), "resident": (1, 0)})
    ran = eye_clinic("store", "purge", "--before", BEFORE)
    assert ran.status == 2 and "--yes" in ran.err and "What is past its time before Mon 1 Jun 2026" in ran.out
    for options, code in (
        ((), "purge.which"), (("--before", BEFORE, "--batch", "1"), "purge.which"),
        (("--before", "2999-01-01"), "purge.to_come"), (("--before", "1/2"), "date.malformed"),
    ):  # fmt: skip
        ran = eye_clinic("store", "purge", *options, "--yes", "-o", "json")
        assert (ran.status, error(ran)["code"]) == (2, code)
    assert everything(tmp_path) == before
    ran = eye_clinic("store", "purge", "--before", BEFORE, "--yes")
    assert ran.status == 0 and ("VACUUM" in ran.err) is not is_sqlite(tmp_path)
    assert rows_of(tmp_path, "SELECT count(*) FROM booking") == [(0,)]
    indices = "SELECT name FROM sqlite_master" if is_sqlite(tmp_path) else "SELECT indexname FROM pg_indexes"
    assert not [name for (name,) in rows_of(tmp_path, indices) if name.startswith("ix_purge")]


def test_every_table_is_thought_of() -> None:
    """A new table that holds what is past its time has a place in the purge."""
    from tidbok_cli.store.write.purge_past import _GOING, _NAMING

    staying = {
        "unit", "unit_version", "service_version", "tak_snapshot", "tak_address", "coupling_route",
        "coupling_permission", "import_batch", "import_batch_unit", "store_policy", "job_run",
    }  # fmt: skip
    assert {*_GOING, "resident"} | staying >= {name for name, _ in _NAMING}
    assert {*_GOING, "resident"} | staying == set(Unit.metadata.tables)
