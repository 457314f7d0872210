"""Who looked at whom: a chained row of every look and every change (contract, section 6)."""

import csv
import getpass
import io
import json
import os
import threading
from pathlib import Path

import pytest
from support.command_line import Ran, Run, place_of, run
from support.commands import COMMANDS
from support.people import ANNA, BO, CILLA, EVA
from support.region import RegionAt, sample_in_force
from support.stores import address_of, altered, is_sqlite, rows_of

from tidbok_cli.domain.audit import AuditEntry, Residents, unpacked
from tidbok_cli.store.audit import append, head
from tidbok_cli.store.caller import Caller
from tidbok_cli.store.reader import reading
from tidbok_cli.store.recording import recording

BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic
B2,ogon,UPPF30,{BO},2026-12-01T10:00,2026-10-01,
B3,flogsta,PROV10,{CILLA},2026-12-01T09:00,2026-10-01,resident
"""
EVENTS = f"resident,unit,event,occurred_at\n{BO},ogon,clinic_added,2026-10-01\n"
BASES = f"basis_id,resident,unit,code,valid_from\nU1,{BO},ogon,UPPF30,2026-10-01\n"
SLOTS = "slot_id,unit,code,start,end\nS1,ogon,UPPF30,2026-12-02T09:00,2026-12-02T09:30\n"
AT = ("--at", "2026-11-01")
LAST = """SELECT command, number, units, selection, shown, residents, revealed, outcome, asked_at, purpose
          FROM audit a LEFT JOIN resident r ON r.id = a.resident_id ORDER BY a.id DESC LIMIT 1"""


NAMES = (
    "command", "resident", "units", "selection", "shown", "residents", "revealed", "outcome", "asked_at", "purpose"
)  # fmt: skip


@pytest.fixture(scope="module")
def in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region with bookings and relations, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    run = sample_in_force(region_at, folder)
    for kind, text in (("booking", BOOKINGS), ("relation", EVENTS), ("slot", SLOTS), ("basis", BASES)):
        assert run(kind, "import", "-", *AT, stdin=text).status == 0
    return folder


def rows(folder: Path) -> int:
    return int(rows_of(folder, "SELECT count(*) FROM audit")[0][0])


def last(folder: Path) -> dict[str, object]:
    names = [
        "command",
        "resident",
        "units",
        "selection",
        "shown",
        "residents",
        "revealed",
        "outcome",
        "asked_at",
        "purpose",
    ]
    return dict(zip(names, rows_of(folder, LAST)[0], strict=True))


def named(folder: Path, content: object) -> set[str]:
    """The person numbers of a packed set."""
    assert isinstance(content, bytes | memoryview)
    found = unpacked(bytes(content))
    return {number for key, number in rows_of(folder, "SELECT id, number FROM resident") if key in found}


WITH_BOOKINGS = "SELECT DISTINCT r.number FROM booking b JOIN resident r ON r.id = b.resident_id"


@pytest.mark.parametrize("missing", [0, 3], ids=["all numbers there", "some missing"])
def test_a_sweep_of_every_booking_is_about_those_who_have_one(eye_clinic: Run, tmp_path: Path, missing: int) -> None:
    ((most,),) = rows_of(tmp_path, "SELECT max(id) FROM resident")
    altered(tmp_path, f"INSERT INTO resident (id, number) VALUES ({most + 1 + missing}, '199003079808')")
    ran = eye_clinic("sweep", "--all", "--reveal", "-o", "json", *AT)
    expected = {number for (number,) in rows_of(tmp_path, WITH_BOOKINGS)}
    written = last(tmp_path)
    assert {each["resident"] for each in json.loads(ran.out)} == expected == named(tmp_path, written["residents"])
    assert written["shown"] == len(expected)


# ------------------------------------------------------------------------------------------- which commands

CALLS = {
    "why": "why B1",
    "view": "view ANNA",
    "inbox": "inbox ANNA",
    "sweep": "sweep",
    "relation record": "relation record ANNA ogon clinic_added",
    "relation void": "relation void 1",
    "relation show": "relation show ANNA ogon",
    "relation list": "relation list",
    "relation import": "relation import -",
    "booking add": "booking add ogon UPPF30 ANNA 2026-12-03T09:00",
    "booking book": "booking book S1 ANNA --unit ogon",
    "booking cancel": "booking cancel B1 --local",
    "booking rebook": "booking rebook B1 S1 --local",
    "booking show": "booking show B1",
    "booking list": "booking list",
    "booking export": "booking export",
    "booking import": "booking import -",
    "slot list": "slot list",
    "slot withdraw": "slot withdraw S1",
    "slot import": "slot import -",
    "basis add": "basis add ANNA ogon UPPF30",
    "basis withdraw": "basis withdraw U1",
    "basis list": "basis list",
    "basis import": "basis import -",
    "summons send": "summons send ANNA ogon",
    "summons list": "summons list",
    "store copy": "store copy --to {folder}/copy.db",
    "store purge": "store purge --batch 1 --yes",
    "audit list": "audit list",
}
"""A call of each command that shows or changes a resident's data."""
NOBODYS = {
    "init", "demo", "rules", "help", "booking stats", "slot publish", "store info", "store check", "store upgrade",
    "audit verify", "store backup", "store restore",
}  # fmt: skip
"""Commands of nobody's data, besides those of groups that have none."""
GROUPS_OF_NOBODY = {"unit", "service", "coupling", "journal"}
STDIN = {"relation": EVENTS, "booking": BOOKINGS, "basis": BASES, "slot": SLOTS}


def test_every_command_is_said_to_record_or_to_be_about_nobody() -> None:
    """A new command must be told of here: it leaves a row, or shows nobody's data."""
    own = {told.words.removeprefix("tidbok ") for told in COMMANDS}
    assert own - NOBODYS - {each for each in own if each.partition(" ")[0] in GROUPS_OF_NOBODY} == set(CALLS)


def test_every_command_that_shows_or_changes_leaves_a_row(eye_clinic: Run, tmp_path: Path) -> None:
    booked = ("booking", "add", "ogon", "UPPF30", BO, "2026-12-02T09:00", "--slot", "S1", "--id", "B9", *AT)
    done = []
    for words, call in CALLS.items():
        if words in ("slot list", "slot withdraw"):  # where somebody has it
            eye_clinic(*booked)
        before = rows(tmp_path)
        arguments = [each.format(folder=tmp_path).replace("ANNA", ANNA) for each in call.split()]
        at = () if words.startswith("store") or words == "audit list" else AT
        why = () if words.startswith("store") else ("--purpose", "INC-1")
        ran = eye_clinic(*arguments, *at, *why, stdin=STDIN.get(words.split()[0], ""))
        assert ran.status in (0, 1), (words, ran.err)
        done.append((words, rows(tmp_path) - before, str(last(tmp_path)["command"])))
    assert done == [(words, 1, words) for words in CALLS]
    assert eye_clinic("audit", "verify").status == 0


def test_nobodys_data_leave_none(eye_clinic: Run, tmp_path: Path) -> None:
    before = rows(tmp_path)
    for call in ("sweep --summary", "sweep --by unit", "booking stats", "unit list", "slot list", "store check"):
        assert eye_clinic(*call.split()).status in (0, 1), call
    assert rows(tmp_path) == before


# ------------------------------------------------------------------------------------------- what a row says


def test_a_row_says_who_whom_where_when_and_why(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "chefen")
    monkeypatch.setenv("TIDBOK_ACTOR", "anna.andersson")
    assert eye_clinic("why", "B1", *AT, "--purpose", "INC-1").status == 0
    row = last(tmp_path)
    assert (row["command"], row["resident"], row["outcome"], row["purpose"]) == ("why", ANNA, "shown", "INC-1")
    assert json.loads(str(row["units"])) == ["SE2321000024-1A2B"] and row["asked_at"] and not row["revealed"]
    ((actor, user, uid, host),) = rows_of(
        tmp_path, "SELECT actor, os_user, uid, host FROM audit ORDER BY id DESC LIMIT 1"
    )
    assert (actor, user) == ("anna.andersson", "tester")
    assert (uid, host) == (os.getuid(), os.uname().nodename)
    monkeypatch.delenv("TIDBOK_ACTOR")
    assert getpass.getuser() == "chefen"
    eye_clinic("view", EVA, "--reveal")
    assert rows_of(tmp_path, "SELECT actor FROM audit ORDER BY id DESC LIMIT 1") == [(user,)]
    assert last(tmp_path)["revealed"]


SHOWN = {
    "sweep": {ANNA, BO, CILLA},
    "sweep --reason relation": set(),
    "sweep --unit flogsta --all": {CILLA},
    "booking list --unit ogon": {ANNA, BO},
    "booking list --time 10:00-11:00": {BO},
    "booking export --to 2026-11-30": set(),
    "relation list": {ANNA, BO, CILLA},
    "basis list --status valid": {BO},
    "summons list": {ANNA},
}


@pytest.mark.both
def test_a_list_names_those_whom_it_showed(eye_clinic: Run, tmp_path: Path) -> None:
    for call, shown in SHOWN.items():
        ran = eye_clinic(*call.split(), *AT, "-o", "json", "--reveal")
        assert ran.status in (0, 1), ran.err
        assert {each["resident"] for each in json.loads(ran.out)} == shown, call
        row = last(tmp_path)
        assert row["resident"] is None and row["shown"] == len(shown), call
        assert (named(tmp_path, row["residents"]) if shown else set()) == shown, call


GUESSES = {
    "booking list --resident EVA": "none",
    "why --resident EVA": "none",
    "relation record EVA ogon clinic_removed": "relation.clinic_removed_without_effect",
    "summons send EVA ogon --booking B1": "summons.other_resident",
    "booking add ogon UPPF30 EVA 2026-12-01T09:00 --id B1": "booking.exists",
    "booking book S1 EVA --unit ogon": "denied",
}


def test_a_guess_leaves_a_row(eye_clinic: Run, tmp_path: Path) -> None:
    """Who tries numbers until one fits is seen, though nobody is found."""
    for call, outcome in GUESSES.items():
        eye_clinic(*call.replace("EVA", EVA).split(), *AT)
        assert (last(tmp_path)["resident"], last(tmp_path)["outcome"]) == (EVA, outcome), call


def test_a_dry_run_is_a_look(eye_clinic: Run, tmp_path: Path) -> None:
    assert eye_clinic("relation", "import", "-", "--dry-run", stdin=EVENTS).status == 0
    row = last(tmp_path)
    assert (row["command"], row["outcome"]) == ("relation import", "dry_run")
    assert named(tmp_path, row["residents"]) == {BO}


def test_news_name_those_whom_they_showed(eye_clinic: Run, tmp_path: Path) -> None:
    assert eye_clinic("sweep", "--save", "night", *AT).status == 0
    eye_clinic("relation", "record", BO, "ogon", "clinic_removed", *AT)
    assert eye_clinic("sweep", "--since", "night", *AT).status == 1
    assert named(tmp_path, last(tmp_path)["residents"]) == {BO}


# ------------------------------------------------------------------------------------------- who has seen this person


def extract(ran: Ran) -> list[dict[str, str]]:
    assert ran.status == 0, ran.err
    return list(csv.DictReader(io.StringIO(ran.out)))


@pytest.mark.both
def test_the_extract_for_the_patient(eye_clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDBOK_ACTOR", "anna")
    for call in ("sweep", "booking list --unit flogsta", f"view {BO}", f"view {ANNA}", "why B2"):
        eye_clinic(*call.split(), "--purpose", f"about {ANNA}")
    found = eye_clinic("audit", "list", "--resident", "-", "-o", "csv", "--reveal", stdin=BO)
    assert ANNA not in found.out and ANNA[2:] not in found.out
    listed = [row["command"] for row in extract(found)]
    assert listed == ["booking import", "relation import", "basis import", "sweep", "view", "why"]
    assert {row["resident"] for row in extract(found)} == {"", BO}
    hers = eye_clinic("audit", "list", "--resident", "-", "--actor", "anna", "--unit", "ogon", "-o", "json", stdin=BO)
    assert [row["command"] for row in json.loads(hers.out)] == ["sweep", "why", "audit list"]
    assert eye_clinic("audit", "list", "--to", "2020-01-01", "-o", "json").out == "[]\n"


# ------------------------------------------------------------------------------------------- the chain

CONTENT = "actor, purpose, command, recorded_at, previous, hash, revealed"


@pytest.mark.parametrize(
    ("statements", "faults"),
    [
        (("UPDATE audit SET purpose = 'other' WHERE id = 3",), [("changed", 3, 3)]),
        (("UPDATE audit SET resident_id = 2 WHERE id = 3",), [("changed", 3, 3)]),
        (("UPDATE audit SET hash = 'x' WHERE id = 3",), [("changed", 3, 3)]),
        (("DELETE FROM audit WHERE id IN (2, 3)",), [("removed", 2, 3)]),
        (("DELETE FROM audit WHERE id = 1",), [("removed", 1, 1)]),
        ((f"INSERT INTO audit (id, {CONTENT}) SELECT 0, {CONTENT} FROM audit WHERE id = 1",),
         [("changed", 0, 0), ("inserted", 0, 0)]),
    ],
)  # fmt: skip
def test_what_was_done_to_the_rows_is_named(
    eye_clinic: Run, tmp_path: Path, statements: tuple[str, ...], faults: list[tuple[str, int, int]]
) -> None:
    for _ in range(2):
        eye_clinic("why", "B1", *AT)
    assert eye_clinic("audit", "verify").out == "The audit is whole: 6 rows.\n"
    altered(tmp_path, *statements)
    ran = eye_clinic("audit", "verify", "-o", "json")
    assert ran.status == 1
    assert [(each["fault"], each["first"], each["last"]) for each in json.loads(ran.out)] == faults
    ran = eye_clinic("store", "check", "-o", "csv")
    assert ran.status == 1 and f"audit,{faults[0][0]}: {faults[0][1]}" in ran.out


@pytest.mark.both
def test_a_cut_off_end_is_found_by_a_log_elsewhere(eye_clinic: Run, tmp_path: Path) -> None:
    eye_clinic("why", "B1", *AT)
    with reading(address_of(tmp_path)) as reader:
        known = head(reader)
    log = tmp_path / "night.log"
    log.write_text(f'no JSON\n{{"status": 0}}\n{json.dumps({"audit_head": known._asdict()})}\n', encoding="utf-8")
    assert eye_clinic("audit", "verify", "--log", str(log)).status == 0
    altered(tmp_path, f"DELETE FROM audit WHERE id = {known.id}")
    assert eye_clinic("audit", "verify").status == 0
    ran = eye_clinic("audit", "verify", "--log", str(log), "-o", "json")
    assert [each["fault"] for each in json.loads(ran.out)] == ["cut_off"] and ran.status == 1
    eye_clinic("view", BO)  # another in its place
    ran = eye_clinic("audit", "verify", "--log", str(log), "-o", "json")
    assert [(each["fault"], each["first"]) for each in json.loads(ran.out)] == [("changed", known.id)]
    assert eye_clinic("audit", "verify", "--log", str(tmp_path / "none")).status == 2


def test_a_beginning_that_a_purge_took_is_no_fault(eye_clinic: Run, tmp_path: Path) -> None:
    (gone,) = rows_of(tmp_path, "SELECT id, hash FROM audit WHERE id = 2")
    said = json.dumps({"audit_before": {"id": gone[0], "hash": gone[1]}})
    eye_clinic("why", "B1")
    altered(tmp_path, "DELETE FROM audit WHERE id <= 2")
    assert eye_clinic("audit", "verify").status == 1
    altered(tmp_path, f"UPDATE audit SET command = 'store purge', selection = '{said}' WHERE id = 5")
    found = json.loads(eye_clinic("audit", "verify", "-o", "json").out)
    assert [each["fault"] for each in found] == ["changed"]  # the row that was altered here, and nothing removed


@pytest.mark.both
def test_two_who_look_at_once_do_not_fork_the_chain(eye_clinic: Run, tmp_path: Path) -> None:
    entry = AuditEntry(1, "a", "a", 1, "h", "why", None, None, None, ANNA, None, None, None, None, False, "shown")

    def look() -> None:
        for _ in range(10):
            with recording(address_of(tmp_path), Caller("why")) as writer:
                append(writer, entry)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert eye_clinic("audit", "verify").out == "The audit is whole: 34 rows.\n"


def test_a_set_of_residents_is_small_and_comes_back() -> None:
    some = {1, 2, 63, 64, 1_500_000}
    packed = Residents(some).packed()
    again = unpacked(packed)
    assert len(packed) < 300
    assert len(again) == 5 and all(each in again for each in some) and 65 not in again
    flags = bytearray(1_500_001)
    for each in some:
        flags[each] = True
    assert Residents.flagged(flags).packed() == packed
    assert len(Residents.flagged(bytearray())) == 0
    assert len(Residents(range(1, 1_000_001)).packed()) < 1000


# ------------------------------------------------------------------------------------------- where it cannot be written


def only_read(folder: Path) -> tuple[str, ...]:
    """The options of a store that may only be read; in PostgreSQL by the server's word for the database."""
    if is_sqlite(folder):
        (folder / "tidbok.db").chmod(0o400)
        return place_of(folder)
    config, where, store, url = place_of(folder)
    return config, where, store, f"{url}{'&' if '?' in url else '?'}options=-cdefault_transaction_read_only%3Don"


@pytest.mark.both
def test_where_the_store_may_only_be_read_a_file_is_written(eye_clinic: Run, tmp_path: Path) -> None:
    if is_sqlite(tmp_path) and os.geteuid() == 0:
        pytest.skip("root may write everything")
    place = only_read(tmp_path)
    ran = run(*place, "why", "B1", "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "audit.not_recorded")
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('\n[audit]\nfallback = "looks.jsonl"\n')
    for _ in range(3):
        assert run(*place, "why", "B1", *AT).status == 0
    assert run(*place, "sweep", *AT).status in (0, 1)
    path = tmp_path / "config/looks.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [line["resident"] for line in lines] == [ANNA] * 3 + [None]
    assert run(*place, "audit", "verify").status == 0
    ran = run(*place, "audit", "list", "--resident", "-", "-o", "json", stdin=ANNA)
    assert [each["place"] for each in json.loads(ran.out)][-4:] == [str(path)] * 4
    path.write_text("\n".join(json.dumps(line) for line in [*lines[:1], *lines[2:]]), encoding="utf-8")
    found = json.loads(run(*place, "audit", "verify", "-o", "json").out)
    assert [(each["fault"], each["first"], each["place"]) for each in found] == [("removed", 2, str(path))]
