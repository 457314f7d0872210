"""`relation record`, `show` and `list` through the command line.

Contract, section 3; domain, S12 … S19.
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Ran, Run, done
from support.people import ANNA, BO, DAG
from support.region import NO_FILE, OGON
from support.stores import everything


def record(run: Run, event: str, day: str, resident: str = ANNA, unit: str = "ogon") -> Ran:
    """Records an event of October 2026."""
    return run("relation", "record", resident, unit, event, "--at", f"2026-10-{day}", "-o", "json")


def recorded(run: Run, *told: str, resident: str = ANNA, unit: str = "ogon") -> None:
    """Events of one pair, each `DAY EVENT`."""
    for line in told:
        day, event = line.split()
        ran = record(run, event, day, resident, unit)
        assert ran.status == 0, ran.err


def show(run: Run, at: str = "2026-11-01", resident: str = ANNA, unit: str = "ogon") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("relation", "show", resident, unit, "--at", at, "-o", "json").out)
    return told


# ---------------------------------------------------------------------------------------------- record


@pytest.mark.parametrize(
    "event",
    ["clinic_added", "communication_approved", "summons_received", "booked_by_resident", "booking_link_login"],
)
def test_an_event_that_begins_a_relation(eye_clinic: Run, event: str) -> None:
    ran = record(eye_clinic, event, "01T12:00")
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "schema": "tidbok.operation/1",
        "booking": None,
        "replaces": None,
        "slot": None,
        "events": [
            {
                "id": 1,
                "resident": "19121212-****",
                "unit": OGON,
                "event": event,
                "occurred_at": "2026-10-01T12:00:00+02:00",
                "voided_at": None,
            }
        ],
        "messages": [],
    }
    assert show(eye_clinic)["relation"] == "held"


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        ("01 clinic_added", "clinic_removed", "removed_by_resident"),
        ("01 communication_approved", "approval_withdrawn", "approval_withdrawn"),
        ("01 communication_approved", "clinic_removed", "held"),
    ],
    ids=["S17", "S18", "S19"],
)
def test_an_event_that_ends_one_or_not(eye_clinic: Run, before: str, event: str, after: str) -> None:
    recorded(eye_clinic, before, f"02 {event}")
    assert show(eye_clinic)["relation"] == after


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ([], "02 clinic_removed"),
        ([], "02 approval_withdrawn"),
        (["01 clinic_added"], "02 approval_withdrawn"),
        (["01 clinic_added", "02 clinic_removed"], "03 clinic_removed"),
        (["01 communication_approved", "02 approval_withdrawn"], "03 clinic_removed"),
        (["05 clinic_added"], "04 clinic_removed"),
        (["05 communication_approved"], "04 approval_withdrawn"),
    ],
    ids=str,
)
def test_what_would_end_nothing_is_refused_and_nothing_is_written(
    eye_clinic: Run, tmp_path: Path, before: list[str], refused: str
) -> None:
    recorded(eye_clinic, *before)
    dump = everything(tmp_path)
    day, event = refused.split()
    ran = record(eye_clinic, event, day)
    assert (ran.status, ran.out) == (1, "")
    told = json.loads(ran.err)["error"]
    assert told["code"] == f"relation.{event}_without_effect"
    assert {"clinic_removed": "nothing to remove", "approval_withdrawn": "nothing to withdraw"}[event] in told[
        "message"
    ]
    assert everything(tmp_path) == dump


def test_an_event_in_the_past_may_be_what_a_later_one_needed(eye_clinic: Run) -> None:
    recorded(eye_clinic, "05 clinic_added", "01 clinic_added", "03 clinic_removed")
    assert [(each["begins"][8:10], each["relation"]) for each in show(eye_clinic)["periods"]] == [
        *(("01", "held"), ("03", "removed_by_resident"), ("05", "held")),
    ]


@pytest.mark.parametrize("event", ["clinic_added", "clinic_removed"])
def test_an_identical_event_is_unchanged(eye_clinic: Run, tmp_path: Path, event: str) -> None:
    recorded(eye_clinic, "01 clinic_added", "02 clinic_removed")
    dump = everything(tmp_path)
    day = "01" if event == "clinic_added" else "02"
    ran = record(eye_clinic, event, day)
    assert (ran.status, json.loads(ran.out)["events"]) == (0, [])
    assert everything(tmp_path) == dump


def test_a_unit_without_a_file_by_its_hsa_id(eye_clinic: Run) -> None:
    recorded(eye_clinic, "01 clinic_added", unit=NO_FILE)
    assert (show(eye_clinic, unit=NO_FILE.lower())["relation"], show(eye_clinic, unit=NO_FILE)["unit"]) == (
        *("held", NO_FILE),
    )


def test_a_unit_by_alias_or_hsa_id_in_any_case(eye_clinic: Run) -> None:
    recorded(eye_clinic, "01 clinic_added", unit=OGON.lower())
    recorded(eye_clinic, "02 clinic_removed", unit="ogon")
    assert (show(eye_clinic)["unit"], show(eye_clinic)["relation"]) == (OGON, "removed_by_resident")


def test_without_a_moment_it_happened_now(eye_clinic: Run) -> None:
    ran = eye_clinic("relation", "record", ANNA, "ogon", "clinic_added", "-o", "json")
    (event,) = json.loads(ran.out)["events"]
    told = json.loads(eye_clinic("relation", "show", ANNA, "ogon", "-o", "json").out)
    assert told["relation"] == "held"
    assert told["events"][0]["recorded_at"] == event["occurred_at"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((ANNA, "okand", "clinic_added"), "unit.unknown"),
        ((ANNA, "SE12-", "clinic_added"), "hsa_id.malformed"),
        ((ANNA, "ogon", "clinic_moved"), "usage.choice"),
        ((ANNA, "ogon"), "usage.missing"),
        ((ANNA, "ogon", "clinic_added", "--at", "igår"), "time.malformed"),
        ((ANNA, "ogon", "clinic_added", "--at", "2026-03-29T02:30"), "time.skipped"),
    ],
    ids=["unknown alias", "no HSA-id", "unknown event", "no event", "no time", "a time that does not exist"],
)
def test_bad_usage(eye_clinic: Run, tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    dump = everything(tmp_path)
    ran = eye_clinic("relation", "record", *arguments, "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", code)
    assert everything(tmp_path) == dump


# ------------------------------------------------------------------------------------ the person number


FORMS = {
    "12 characters": ("191212121212", "19121212-****"),
    "a hyphen": ("19121212-1212", "19121212-****"),
    "10 with a plus, turned 100": ("121212+1212", "19121212-****"),
    "10 with a hyphen": ("861106-2384", "19861106-****"),
    "10 with a hyphen, this century": ("000229-2399", "20000229-****"),
    "a coordination number": ("19701063-2391", "19701063-****"),
    "an interim number": ("20000101-T220", "20000101-****"),
}


@pytest.mark.parametrize("way", ["argument", "standard input"])
@pytest.mark.parametrize(("written", "masked"), FORMS.values(), ids=FORMS)
def test_every_accepted_form(eye_clinic: Run, way: str, written: str, masked: str) -> None:
    given, text = ("-", f"{written}\n") if way == "standard input" else (written, "")
    ran = eye_clinic("relation", "record", given, "ogon", "clinic_added", "-o", "json", stdin=text)
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["events"][0]["resident"] == masked
    assert show(eye_clinic, at="2030-01-01", resident=written)["relation"] == "held"


def test_a_number_without_a_line_end_on_standard_input(eye_clinic: Run) -> None:
    for text in (ANNA, f"{ANNA}\r\n", f"{ANNA}\nannat\n"):
        assert eye_clinic("relation", "record", "-", "ogon", "clinic_added", stdin=text).status == 0


REFUSED = {
    "10 without a sign": ("1212121212", "resident.no_century"),
    "a wrong check digit": ("191212121213", "resident.check_digit"),
    "a date that does not exist": ("198613062384", "resident.no_such_date"),
    "too short": ("19121212121", "resident.malformed"),
    "a space": (" 191212121212", "resident.malformed"),
    "a space after": ("191212121212 ", "resident.malformed"),
    "a letter of no interim number": ("20000101A220", "resident.interim_letter"),
    "a lower-case letter": ("20000101t220", "resident.malformed"),
    "Arabic digits": ("١٩١٢١٢١٢١٢١٢", "resident.not_ascii"),
    "nothing": ("", "resident.malformed"),
}


@pytest.mark.parametrize("way", ["argument", "standard input"])
@pytest.mark.parametrize(("written", "code"), REFUSED.values(), ids=REFUSED)
def test_every_other_form_is_refused(eye_clinic: Run, tmp_path: Path, way: str, written: str, code: str) -> None:
    dump = everything(tmp_path)
    given, text = ("-", f"{written}\n") if way == "standard input" else (written, "")
    ran = eye_clinic("relation", "record", given, "ogon", "clinic_added", "-o", "json", stdin=text)
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", code)
    assert everything(tmp_path) == dump


def test_a_reserve_number_of_the_region(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "config" / "tidbok.toml"
    text = file.read_text(encoding="utf-8")
    assert eye_clinic("relation", "record", "99860101RA12", "ogon", "clinic_added").status == 2
    file.write_text(text.replace('pattern = ""', 'pattern = "99[0-9]{6}R[A-Z][0-9]{2}"'), encoding="utf-8")
    assert eye_clinic("relation", "record", "99860101RA12", "ogon", "clinic_added").status == 0


# ------------------------------------------------------------------------------------------------ show


def test_one_relation_with_its_periods_and_its_log(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_removed,2026-09-01\n", encoding="utf-8")
    eye_clinic("relation", "import", str(file))
    recorded(eye_clinic, "01 clinic_added", "02 clinic_removed", "03 communication_approved")
    told = show(eye_clinic)
    for event in told["events"]:
        assert event.pop("recorded_at")
    assert told == {
        "schema": "tidbok.relation/1",
        "at": "2026-11-01T00:00:00+01:00",
        "unit": OGON,
        "unit_name": "Ögonmottagningen",
        "resident": "19121212-****",
        "relation": "held",
        "on_start_page": True,
        "approved": True,
        "since": "2026-10-03T00:00:00+02:00",
        "periods": [
            {
                "relation": "held",
                "begins": "2026-10-01T00:00:00+02:00",
                "ends": "2026-10-02T00:00:00+02:00",
                "event_id": 2,
            },
            {
                "relation": "removed_by_resident",
                "begins": "2026-10-02T00:00:00+02:00",
                "ends": "2026-10-03T00:00:00+02:00",
                "event_id": 3,
            },
            {"relation": "held", "begins": "2026-10-03T00:00:00+02:00", "ends": None, "event_id": 4},
        ],
        "events": [
            {
                "id": number,
                "event": event,
                "rule": rule,
                "occurred_at": occurred_at,
                "has_effect": effect != "none",
                "effect": effect,
                "actor": "tester",
                "source": source,
                "line": line,
                "voided_at": None,
                "voided_by": None,
                "voided_for": None,
            }
            for number, event, rule, occurred_at, effect, source, line in (
                (1, "clinic_removed", "S17", "2026-09-01T00:00:00+02:00", "none", str(file), 2),
                (2, "clinic_added", "S12", "2026-10-01T00:00:00+02:00", "begins", None, None),
                (3, "clinic_removed", "S17", "2026-10-02T00:00:00+02:00", "ends", None, None),
                (4, "communication_approved", "S13", "2026-10-03T00:00:00+02:00", "begins", None, None),
            )
        ],
    }


@pytest.mark.parametrize(
    ("at", "relation", "on_start_page", "approved", "since"),
    [
        ("2026-09-30T23:59:59", "never", False, False, None),
        ("2026-10-01", "held", True, True, "01"),
        ("2026-10-02", "held", False, True, "01"),
        ("2026-10-03", "approval_withdrawn", False, False, "03"),
    ],
)
def test_a_relation_as_it_was(
    eye_clinic: Run, at: str, relation: str, on_start_page: bool, approved: bool, since: str | None
) -> None:
    recorded(eye_clinic, "01 communication_approved", "02 clinic_removed", "03 approval_withdrawn")
    told = show(eye_clinic, at)
    assert (told["relation"], told["on_start_page"], told["approved"]) == (relation, on_start_page, approved)
    assert (told["since"] and told["since"][8:10]) == since


def test_people_read_repeated_events_as_one(eye_clinic: Run) -> None:
    """Three or more alike, on one side of the moment asked about; JSON has each, and so has what is voided."""
    recorded(eye_clinic, *(f"{day:02} summons_received" for day in range(1, 10)), "20 clinic_removed")
    told = [
        " ".join(line.split())
        for line in eye_clinic("relation", "show", ANNA, "ogon", "--at", "2026-10-08").out.splitlines()
    ]
    said = "the resident got a summons"
    assert [line for line in told if said in line] == [
        f"Thu 1 Oct 2026 00:00 ┏ {said}",
        f"Fri 2 Oct 2026 00:00 ┣ {said}, 7 times, the last Thu 8 Oct 2026 00:00",
        f"Fri 9 Oct 2026 00:00 ┣ {said}",
    ]
    assert any(line.endswith("events 2, 3, 4, 5, 6, 7, 8") for line in told)
    assert len(show(eye_clinic)["events"]) == 10
    done(eye_clinic("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", "B7", "--at", "2026-10-25"))
    life = eye_clinic("booking", "show", "B7", "--at", "2026-11-01").out
    assert f"· {said}, 8 times, the last Fri 9 Oct 2026 00:00" in life
    assert eye_clinic("relation", "void", "5", "--purpose", "INC-1", "--at", "2026-10-30").status == 0
    out = eye_clinic("relation", "show", ANNA, "ogon", "--at", "2026-11-01").out
    assert f"{said}, 3 times, the last Sun 4 Oct" in out and f"{said}, 4 times, the last Fri 9 Oct" in out


def test_a_pair_that_nothing_is_known_of(eye_clinic: Run) -> None:
    told = show(eye_clinic)
    assert (told["relation"], told["since"], told["periods"], told["events"]) == ("never", None, [], [])


# ------------------------------------------------------------------------------------------------ list


@pytest.fixture
def three(eye_clinic: Run) -> Run:
    recorded(eye_clinic, "02 clinic_added", resident=BO)
    recorded(eye_clinic, "01 communication_approved")
    recorded(eye_clinic, "01 clinic_added", "05 clinic_removed", unit="flogsta")
    return eye_clinic


def listed(run: Run, *options: str) -> list[str]:
    """Each row as `UNIT RESIDENT RELATION DAY EVENT`."""
    ran = run("relation", "list", "-o", "json", *options)
    assert ran.status == 0, ran.err
    rows = json.loads(ran.out)
    return [
        " ".join([each["unit"][-4:], each["resident"][:8], each["relation"], each["since"][8:10], each["event"]])
        for each in rows
    ]


def test_the_relations_that_hold(three: Run) -> None:
    assert listed(three) == ["1A2B 19121212 held 01 communication_approved", "1A2B 19861106 held 02 clinic_added"]


def test_the_ended_ones_too(three: Run) -> None:
    assert listed(three, "--ended") == [
        "1A2B 19121212 held 01 communication_approved",
        "1A2B 19861106 held 02 clinic_added",
        "2C3D 19121212 removed_by_resident 05 clinic_removed",
    ]


def test_the_relations_that_held_then(three: Run) -> None:
    assert listed(three, "--at", "2026-10-01T12:00") == [
        "1A2B 19121212 held 01 communication_approved",
        "2C3D 19121212 held 01 clinic_added",
    ]
    assert listed(three, "--at", "2026-09-30", "--ended") == []


def test_of_a_unit_or_a_resident(three: Run) -> None:
    assert listed(three, "--unit", "flogsta", "--ended") == ["2C3D 19121212 removed_by_resident 05 clinic_removed"]
    assert listed(three, "--unit", OGON.lower(), "--resident", BO) == ["1A2B 19861106 held 02 clinic_added"]
    assert listed(three, "--resident", DAG) == []
    ran = three("relation", "list", "--resident", "-", "-o", "json", stdin="19121212-1212\n")
    assert [each["resident"] for each in json.loads(ran.out)] == ["19121212-****"]


def test_a_list_of_objects_in_every_form(three: Run) -> None:
    rows = json.loads(three("relation", "list", "-o", "json").out)
    assert rows[0] == {
        "unit": OGON,
        "resident": "19121212-****",
        "relation": "held",
        "since": "2026-10-01T00:00:00+02:00",
        "event": "communication_approved",
    }
    lines = three("relation", "list", "-o", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert list(csv.DictReader(io.StringIO(three("relation", "list", "-o", "csv").out))) == rows


def test_the_forms_do_not_depend_on_the_language(three: Run) -> None:
    for form in ("json", "ndjson", "csv"):
        told = [three("--lang", language, "relation", "list", "-o", form).out for language in ("sv", "en")]
        assert told[0] == told[1]


@pytest.mark.parametrize("command", [("list", "--unit", "okand"), ("show", ANNA, "okand")], ids=["list", "show"])
def test_an_unknown_unit(three: Run, command: tuple[str, ...]) -> None:
    ran = three("relation", *command, "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "unit.unknown")
