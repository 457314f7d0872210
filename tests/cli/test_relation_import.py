"""`relation import`: events, the relations they make, and refusals.

Contract, section 2, *Import files*; domain, *The relation*. Every case begins in the sample region of `config/`.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.answers import report
from support.command_line import Ran, Run
from support.people import ANNA, BO
from support.region import NO_FILE, OGON
from support.stores import altered, rows_of

HEADER = "resident,unit,event,occurred_at\n"


def csv(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def log(*told: str, resident: str = ANNA, unit: str = "ogon") -> str:
    """A file with events of one pair, each `DAY EVENT`, in October 2026."""
    pairs = (line.split() for line in told)
    return csv(*(f"{resident},{unit},{event},2026-10-{day}" for day, event in pairs))


def importing(run: Run, text: str | bytes, *options: str) -> Ran:
    return run("relation", "import", "-", "-o", "json", *options, stdin=text)


def imported(run: Run, text: str | bytes, *options: str) -> dict[str, Any]:
    """The report of an import that goes well."""
    ran = importing(run, text, *options)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def shown(run: Run, resident: str = ANNA, unit: str = "ogon", at: str = "2026-11-01") -> dict[str, Any]:
    """`tidbok.relation/1`."""
    told: dict[str, Any] = json.loads(run("relation", "show", resident, unit, "--at", at, "-o", "json").out)
    return told


def periods(run: Run, resident: str = ANNA, unit: str = "ogon") -> list[str]:
    """Each period as `DAY RELATION`."""
    return [f"{each['begins'][8:10]} {each['relation']}" for each in shown(run, resident, unit)["periods"]]


def idle(run: Run, resident: str = ANNA, unit: str = "ogon") -> list[str]:
    """The events without effect, as `DAY EVENT`."""
    events = shown(run, resident, unit)["events"]
    return [f"{each['occurred_at'][8:10]} {each['event']}" for each in events if not each["has_effect"]]


def bad_rows(ran: Ran) -> list[tuple[str, str]]:
    assert ran.status == 1, ran.err
    told = json.loads(ran.err.splitlines()[-1])["error"]
    assert told["code"] == "import.rejected"
    return [(problem["where"], problem["code"]) for problem in told["problems"]]


def table(tmp_path: Path, name: str) -> list[tuple[Any, ...]]:
    return rows_of(tmp_path, f"SELECT * FROM {name}")


# --------------------------------------------------------------------------------------- what events do


BEGINNING = ("clinic_added", "communication_approved", "summons_received", "booked_by_resident", "booking_link_login")


@pytest.mark.parametrize("event", BEGINNING)
def test_each_event_that_begins_a_relation(eye_clinic: Run, event: str) -> None:
    assert imported(eye_clinic, log(f"01 {event}")) == report(created=1, events=1)
    told = shown(eye_clinic)
    assert (told["relation"], told["on_start_page"], told["approved"], told["since"]) == (
        *("held", True, event == "communication_approved", "2026-10-01T00:00:00+02:00"),
    )
    assert shown(eye_clinic, at="2026-09-30T23:59:59")["relation"] == "never"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(["01 clinic_added", "02 clinic_removed"], ["01 held", "02 removed_by_resident"], id="S17"),
        pytest.param(
            ["01 communication_approved", "02 approval_withdrawn"], ["01 held", "02 approval_withdrawn"], id="S18"
        ),
        pytest.param(["01 communication_approved", "02 clinic_removed"], ["01 held"], id="S19"),
        pytest.param(
            ["01 communication_approved", "02 clinic_removed", "03 approval_withdrawn"],
            ["01 held", "03 approval_withdrawn"],
            id="S19, until staff withdraw it",
        ),
        pytest.param(
            ["01 clinic_added", "02 communication_approved", "03 approval_withdrawn"],
            ["01 held", "03 approval_withdrawn"],
            id="S18 also ends what the resident had added",
        ),
        pytest.param(
            ["01 clinic_added", "02 clinic_removed", "03 booking_link_login"],
            ["01 held", "02 removed_by_resident", "03 held"],
            id="and begins again",
        ),
        pytest.param(
            ["03 clinic_removed", "01 clinic_added"],
            ["01 held", "03 removed_by_resident"],
            id="in the order in which it happened, not of the file",
        ),
    ],
)
def test_what_a_log_comes_to(eye_clinic: Run, told: list[str], expected: list[str]) -> None:
    assert imported(eye_clinic, log(*told)) == report(created=len(told), events=len(told))
    assert (periods(eye_clinic), idle(eye_clinic)) == (expected, [])


@pytest.mark.parametrize(
    ("told", "without"),
    [
        (["01 clinic_removed"], ["01 clinic_removed"]),
        (["01 approval_withdrawn"], ["01 approval_withdrawn"]),
        (["01 clinic_added", "02 approval_withdrawn"], ["02 approval_withdrawn"]),
        (["01 clinic_added", "02 clinic_removed", "03 clinic_removed"], ["03 clinic_removed"]),
        (["01 communication_approved", "02 clinic_removed", "03 clinic_removed"], ["03 clinic_removed"]),
        (
            ["01 clinic_added", "02 communication_approved", "03 approval_withdrawn", "04 clinic_removed"],
            ["04 clinic_removed"],
        ),
    ],
    ids=" ".join,
)
def test_events_without_effect_are_kept_flagged_and_counted(
    eye_clinic: Run, told: list[str], without: list[str]
) -> None:
    counts = report(created=len(told), events=len(told), without_effect=len(without))
    assert imported(eye_clinic, log(*told)) == counts
    assert idle(eye_clinic) == without
    assert len(shown(eye_clinic)["events"]) == len(told)


def test_only_events_without_effect_are_never(eye_clinic: Run) -> None:
    imported(eye_clinic, log("01 clinic_removed"))
    assert (shown(eye_clinic)["relation"], periods(eye_clinic)) == ("never", [])


def test_equal_seconds_are_taken_in_the_order_of_the_file(eye_clinic: Run) -> None:
    imported(eye_clinic, log("01 clinic_added", "01 clinic_removed"))
    imported(eye_clinic, log("01 clinic_removed", "01 clinic_added", resident=BO))
    assert [shown(eye_clinic, resident)["relation"] for resident in (ANNA, BO)] == ["removed_by_resident", "held"]
    assert idle(eye_clinic, BO) == ["01 clinic_removed"]


def test_equal_seconds_are_taken_in_the_order_of_recording(eye_clinic: Run) -> None:
    imported(eye_clinic, log("01 clinic_added"))
    imported(eye_clinic, log("01 clinic_removed"))
    assert shown(eye_clinic, at="2026-10-01")["relation"] == "removed_by_resident"
    assert shown(eye_clinic, at="2026-09-30")["relation"] == "never"


# --------------------------------------------------------------------------------------------- late events


def test_a_late_event_derives_its_own_pair_afresh(eye_clinic: Run) -> None:
    """The removal of the 10th had no effect, until it is told that the clinic was added on the 1st."""
    assert imported(eye_clinic, log("10 clinic_removed")) == report(created=1, events=1, without_effect=1)
    assert imported(eye_clinic, log("01 clinic_added")) == report(created=1, events=1)
    assert periods(eye_clinic) == ["01 held", "10 removed_by_resident"]
    assert idle(eye_clinic) == []


def test_a_late_event_may_take_the_effect_of_a_later_one(eye_clinic: Run) -> None:
    imported(eye_clinic, log("01 clinic_added", "10 clinic_removed"))
    assert imported(eye_clinic, log("05 clinic_removed")) == report(created=1, events=1)
    assert periods(eye_clinic) == ["01 held", "05 removed_by_resident"]
    assert idle(eye_clinic) == ["10 clinic_removed"]


def test_a_late_event_leaves_the_other_pairs_alone(eye_clinic: Run, tmp_path: Path) -> None:
    """Seen by what only a derivation afresh would mend: a period of another pair that does not follow from its log."""
    text = log("01 clinic_added") + "".join(
        log("02 clinic_added", resident=resident, unit=unit).removeprefix(HEADER)
        for resident, unit in ((BO, "ogon"), (ANNA, "flogsta"))
    )
    imported(eye_clinic, text)
    altered(tmp_path, "UPDATE relation_period SET begins = begins + 1 WHERE begins % 2 = 0")
    before = set(table(tmp_path, "relation_period"))
    imported(eye_clinic, log("20 clinic_removed"))
    after = set(table(tmp_path, "relation_period"))
    assert len(before) == 3
    assert len(after) == 4
    assert len(before & after) == 2
    found = {each["detail"] for each in json.loads(eye_clinic("store", "check", "-o", "json").out)}
    assert len(found) == 2


def test_a_late_event_changes_the_answers_about_the_past(eye_clinic: Run) -> None:
    booking = f"booking_id,unit,code,resident,start,created_at\nB1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-09-01\n"
    eye_clinic("booking", "import", "-", stdin=booking)
    asked = ("why", "B1", "--at", "2026-10-15")
    imported(eye_clinic, log("10 clinic_removed"))
    assert eye_clinic(*asked).status == 1
    imported(eye_clinic, log("12 clinic_added"))
    assert eye_clinic(*asked).status == 0


# ------------------------------------------------------------------------------------------- said again


def test_the_same_file_twice_changes_nothing(eye_clinic: Run, tmp_path: Path) -> None:
    text = log("01 clinic_added", "02 clinic_removed", "03 clinic_removed")
    assert imported(eye_clinic, text) == report(created=3, events=3, without_effect=1)
    before = table(tmp_path, "relation_event"), table(tmp_path, "relation_period"), table(tmp_path, "resident")
    again = imported(eye_clinic, text)
    assert (again["created"], again["updated"], again["unchanged"], again["events"]) == (0, 0, 3, 0)
    now = table(tmp_path, "relation_event"), table(tmp_path, "relation_period"), table(tmp_path, "resident")
    assert now == before


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(f"{ANNA},ogon,clinic_added,2026-10-01T12:00", id="letter by letter"),
        pytest.param(f"{ANNA},ogon,clinic_added,2026-10-01T10:00:00Z", id="in UTC"),
        pytest.param("19121212-1212,ogon,clinic_added,2026-10-01T12:00", id="with a hyphen"),
        pytest.param(f"{ANNA},{OGON},clinic_added,2026-10-01T12:00", id="by the HSA-id"),
        pytest.param(f"{ANNA},{OGON.lower()},clinic_added,2026-10-01T12:00", id="by the HSA-id in lower case"),
    ],
)
def test_duplicates_count_once(eye_clinic: Run, again: str) -> None:
    text = csv(f"{ANNA},ogon,clinic_added,2026-10-01T12:00", again)
    assert imported(eye_clinic, text) == report(created=1, unchanged=1, events=1)
    assert imported(eye_clinic, csv(again)) == report(unchanged=1)


def test_other_events_of_the_same_second_are_no_duplicates(eye_clinic: Run) -> None:
    text = log("01 clinic_added", "01 communication_approved", "01 summons_received")
    assert imported(eye_clinic, text) == report(created=3, events=3)


def test_what_a_booking_brought_is_not_recorded_again(eye_clinic: Run) -> None:
    booking = (
        "booking_id,unit,code,resident,start,created_at,origin\n"
        f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic\n"
    )
    eye_clinic("booking", "import", "-", stdin=booking)
    assert imported(eye_clinic, log("01 summons_received")) == report(unchanged=1)


# -------------------------------------------------------------------------------------- all rows or none


def test_every_bad_row_is_named_and_nothing_is_imported(eye_clinic: Run, tmp_path: Path) -> None:
    text = csv(
        f"{ANNA},ogon,clinic_added,2026-10-01",
        ",ogon,clinic_added,2026-10-01",
        f"{ANNA[:-1]}3,ogon,clinic_added,2026-10-01",
        f"{ANNA},,clinic_added,2026-10-01",
        f"{ANNA},SE12,clinic_added,2026-10-01",
        f"{ANNA},okand,clinic_added,2026-10-01",
        f"{ANNA},ogon,,2026-10-01",
        f"{ANNA},ogon,clinic_moved,2026-10-01",
        f"{ANNA},ogon,clinic_added,",
        f"{ANNA},ogon,clinic_added,i går",
        f"{ANNA},ogon,clinic_added,2026-03-29T02:30",
    )
    ran = importing(eye_clinic, text)
    assert json.loads(ran.out) == report(rejected=10)
    assert bad_rows(ran) == [
        ("-:3, resident", "cell.missing"),
        ("-:4, resident", "resident.check_digit"),
        ("-:5, unit", "cell.missing"),
        ("-:6, unit", "cell.not_a_unit"),
        ("-:7, unit", "unit.unknown"),
        ("-:8, event", "cell.missing"),
        ("-:9, event", "cell.unknown_value"),
        ("-:10, occurred_at", "cell.missing"),
        ("-:11, occurred_at", "time.malformed"),
        ("-:12, occurred_at", "time.skipped"),
    ]
    assert table(tmp_path, "relation_event") == table(tmp_path, "resident") == []


def test_the_first_hundred_bad_rows_then_a_count(eye_clinic: Run) -> None:
    text = csv(*(f"{ANNA},ogon,clinic_moved,2026-10-01T00:{number // 60:02}:{number % 60:02}" for number in range(130)))
    told = eye_clinic("relation", "import", "-", stdin=text).err.splitlines()
    named = [line.split(",")[0] for line in told if re.match(r"-:\d+, event: error: ", line)]
    assert named == [f"-:{line}" for line in range(2, 102)]
    assert re.search(r"\b30\b", told[-1])


@pytest.mark.parametrize("missing", HEADER.strip().split(","))
def test_every_column_is_required(eye_clinic: Run, missing: str) -> None:
    header = HEADER.replace(missing, "annat")
    ran = importing(eye_clinic, header + f"{ANNA},ogon,clinic_added,2026-10-01\n")
    assert (ran.status, ran.out) == (2, "")
    assert missing in json.loads(ran.err.splitlines()[-1])["error"]["message"]


# ------------------------------------------------------------------------------------- files and units


def test_a_header_alone_imports_nothing(eye_clinic: Run) -> None:
    assert imported(eye_clinic, HEADER) == report()


def test_columns_in_any_order_with_semicolons_a_bom_and_one_too_many(eye_clinic: Run) -> None:
    text = f"\ufeffevent;källa;occurred_at;unit;resident\nclinic_added;e-tjänsten;2026-10-01T12:00;ogon;{ANNA}\n"
    ran = importing(eye_clinic, text)
    assert (ran.status, json.loads(ran.out)) == (0, report(created=1, events=1))
    assert "källa" in ran.err


def test_windows_1252(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(f"{HEADER.strip()},källa\n{ANNA},ogon,clinic_added,2026-10-01,ö\n".encode("windows-1252"))
    ran = eye_clinic("relation", "import", str(file))
    assert (ran.status, "--encoding windows-1252" in ran.err) == (2, True)
    assert eye_clinic("relation", "import", str(file), "--encoding", "windows-1252").status == 0
    assert shown(eye_clinic)["relation"] == "held"


def test_a_unit_without_a_file_is_kept(eye_clinic: Run) -> None:
    assert imported(eye_clinic, log("01 clinic_added", unit=NO_FILE)) == report(created=1, events=1)
    assert shown(eye_clinic, unit=NO_FILE)["relation"] == "held"


def test_the_log_says_where_it_was_told(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "october.csv"
    file.write_text(log("01 clinic_added", "02 clinic_removed"), encoding="utf-8")
    eye_clinic("relation", "import", str(file))
    assert [(each["source"], each["line"], each["actor"]) for each in shown(eye_clinic)["events"]] == [
        *((str(file), 2, "tester"), (str(file), 3, "tester")),
    ]
