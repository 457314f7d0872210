"""Published times and booking bases through the command line (S4, S5).

Contract, sections 2 and 3.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from support.answers import report
from support.command_line import Run
from support.people import ANNA, BO
from support.region import OGON

NOW = "2026-11-01T12:00"
PUBLISH = ("slot", "publish", "ogon", "UPPF30", "2026-12-01T09:00")
SLOT = {
    "id": "S1",
    "unit": OGON,
    "code": "UPPF30",
    "start": "2026-12-01T09:00:00+01:00",
    "end": "2026-12-01T09:30:00+01:00",
    "calendar": "OGON-TB1",
    "status": "free",
    "published_at": "2026-11-01T12:00:00+01:00",
    "withdrawn_at": None,
    "booking": None,
}
BASIS = {
    "schema": "tidbok.basis/1",
    "id": "U1",
    "unit": OGON,
    "resident": "19121212-****",
    "code": "OP60",
    "valid_from": "2026-11-01",
    "valid_to": "2026-11-30",
    "status": "valid",
    "added_at": "2026-11-01T12:00:00+01:00",
    "withdrawn_at": None,
    "booking": None,
}


def done(run: Run, *arguments: str, at: str = NOW, stdin: str = "") -> Any:
    """What a command that goes well answers."""
    ran = run(*arguments, "--at", at, "-o", "json", stdin=stdin)
    assert (ran.status, ran.err) == (0, "")
    return json.loads(ran.out)


def refusal(run: Run, *arguments: str, at: str = NOW, status: int = 2) -> str:
    """The code of what is refused."""
    ran = run(*arguments, "--at", at, "-o", "json")
    assert (ran.status, ran.out) == (status, "")
    code: str = json.loads(ran.err)["error"]["code"]
    return code


def statuses(run: Run, group: str, at: str) -> dict[str, str]:
    return {each[group]: each["status"] for each in done(run, group, "list", at=at)}


# ------------------------------------------------------------------------------------------------ slots


def test_a_time_is_published_and_withdrawn(bookable: Run) -> None:
    arguments = (*PUBLISH, "--minutes", "30", "--id", "S1", "--calendar", "OGON-TB1")
    answer = done(bookable, *arguments)
    assert answer == {
        "schema": "tidbok.operation/1", "booking": None, "replaces": None, "slot": SLOT, "events": [], "messages": [],
    }  # fmt: skip
    assert done(bookable, *arguments, at="2026-11-02") == answer  # the same again changes nothing
    withdrawn = done(bookable, "slot", "withdraw", "S1", at="2026-11-05")["slot"]
    assert withdrawn == SLOT | {"status": "withdrawn", "withdrawn_at": "2026-11-05T00:00:00+01:00"}
    assert done(bookable, "slot", "withdraw", "S1", at="2026-11-06")["slot"] == withdrawn
    assert refusal(bookable, *arguments, at="2026-11-06", status=1) == "slot.was_withdrawn"


def test_the_past_stays_as_it_was(bookable: Run) -> None:
    done(bookable, *PUBLISH, "--id", "S1")
    done(bookable, "booking", "book", "S1", ANNA, at="2026-11-02")
    done(bookable, "booking", "cancel", "TB-1", at="2026-11-03")
    done(bookable, "slot", "withdraw", "S1", at="2026-11-04")
    told = [statuses(bookable, "slot", f"2026-{day}") for day in ("10-31", "11-01T12:00", "11-02", "11-03", "11-04")]
    assert told == [{}, {"S1": "free"}, {"S1": "booked"}, {"S1": "free"}, {"S1": "withdrawn"}]


def test_each_without_an_id_gets_its_own(bookable: Run) -> None:
    assert len({done(bookable, *PUBLISH)["slot"]["id"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*PUBLISH, "--id", "S1", "--minutes", "31"), "slot.exists"),
        ((*PUBLISH, "--id", "S1", "--calendar", "X"), "slot.exists"),
        ((*PUBLISH, "--end", "2026-12-01T08:00"), "booking.ends_before_start"),
        ((*PUBLISH, "--end", "2026-12-01T09:00"), "slot.no_length"),
        ((*PUBLISH, "--end", "2026-12-02T09:01"), "slot.over_a_day"),
        ((*PUBLISH, "--end", "2026-12-02"), "time.date_alone"),
        ((*PUBLISH[:4], "2026-12-01"), "time.date_alone"),
        ((*PUBLISH, "--end", "2026-12-01T10:00", "--minutes", "9"), "booking.end_or_minutes"),
        ((*PUBLISH, "--id", ""), "argument.not_a_name"),
        (("slot", "publish", "okand", "UPPF30", "2026-12-01T09:00"), "unit.unknown"),
        (("slot", "withdraw", "S9"), "slot.unknown"),
        (("slot", "withdraw", "S2"), "slot.several_units"),
        (("slot", "withdraw", "S1", "--unit", "flogsta"), "slot.unknown"),
        (("slot", "list", "--status", "ledig"), "usage.choice"),
    ],
)
def test_what_is_not_right_for_a_slot(bookable: Run, arguments: tuple[str, ...], code: str) -> None:
    done(bookable, *PUBLISH, "--id", "S1", "--minutes", "30")
    for unit in ("ogon", "flogsta"):
        done(bookable, "slot", "publish", unit, "UPPF30", "2026-12-02T09:00", "--id", "S2")
    assert refusal(bookable, *arguments) == code
    assert refusal(bookable, "slot", "withdraw", "S1", at="2026-10-01") == "slot.not_yet_published"


@pytest.fixture
def week(bookable: Run) -> Run:
    for number, start in enumerate(("11-30T09:00", "11-30T10:00", "12-02T09:00", "12-06T23:30", "12-07T00:00"), 1):
        done(bookable, "slot", "publish", "ogon", "UPPF30", f"2026-{start}", "--id", f"S{number}")
    done(bookable, "slot", "publish", "ogon", "OP60", "2026-12-02T13:00", "--id", "S6")
    done(bookable, "slot", "publish", "flogsta", "PROV10", "2026-12-02T13:00", "--id", "S7")
    done(bookable, "booking", "book", "S1", ANNA)
    done(bookable, "slot", "withdraw", "S3")
    return bookable


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), "S1 S2 S3 S6 S4 S5 S7"),
        (("--unit", "flogsta"), "S7"),
        (("--unit", "flogsta", "--unit", "ogon", "--status", "free"), "S2 S6 S4 S5 S7"),
        (("--status", "booked"), "S1"),
        (("--status", "withdrawn"), "S3"),
        (("--code", "OP60"), "S6"),
        (("--from", "2026-12-02", "--to", "2026-12-02"), "S3 S6 S7"),
        (("--week", "--from", "2026-12-03", "--unit", "ogon"), "S1 S2 S3 S6 S4"),
        (("--week", "--at", "2026-12-07"), "S5"),
    ],
)
def test_slots_are_listed(week: Run, options: tuple[str, ...], expected: str) -> None:
    at = () if "--at" in options else ("--at", NOW)
    rows = json.loads(week("slot", "list", *options, *at, "-o", "json").out)
    assert [each["slot"] for each in rows] == expected.split()


def test_a_week_at_a_glance(week: Run) -> None:
    told = week("slot", "list", "--week", "--from", "2026-12-03", "--unit", "ogon", "--at", NOW)
    assert (
        told.out
        == f"""\
{OGON}, week 49   ○ free 3, ● booked 1, × withdrawn 1
Mon 2026-11-30  UPPF30  ●09:00 ○10:00
Tue 2026-12-01  –
Wed 2026-12-02  OP60    ○13:00
                UPPF30  ×09:00
Thu 2026-12-03  –
Fri 2026-12-04  –
Sat 2026-12-05  –
Sun 2026-12-06  UPPF30  ○23:30
"""
    )
    for more in (("--at", NOW), ("--from", "0001-01-01"), ("--from", "9999-12-31")):
        assert week("slot", "list", "--week", *more).out == "No times are published in that week.\n"
    done(week, "slot", "publish", "ogon", "UPPF30", "9999-12-30T00:00")
    assert week("slot", "list", "--week", "--from", "9999-12-31").out.splitlines()[-1] == "Fri 9999-12-31  –"


SLOTS = """\
slot_id,unit,code,start,end,calendar
S1,ogon,UPPF30,2026-12-01T09:00,2026-12-01T09:30,OGON-TB1
S2,ogon,UPPF30,2026-12-01T10:00,2026-12-01T10:30,
"""


def test_published_times_are_imported(bookable: Run) -> None:
    assert done(bookable, "slot", "import", "-", stdin=SLOTS + SLOTS.splitlines()[1]) == report(created=2, unchanged=1)
    assert done(bookable, "slot", "import", "-", stdin=SLOTS, at="2026-11-02") == report(unchanged=2)
    assert done(bookable, "slot", "list")[0] == {"unit": OGON, "slot": "S1"} | {
        name: value for name, value in SLOT.items() if name not in ("unit", "id")
    }
    moved = SLOTS.replace("T10:", "T11:").replace(",calendar", "").replace(",OGON-TB1", "").replace(":30,\n", ":30\n")
    assert done(bookable, "slot", "import", "-", stdin=moved) == report(updated=1, unchanged=1)
    assert [each["calendar"] for each in done(bookable, "slot", "list")] == ["OGON-TB1", None]
    done(bookable, "slot", "withdraw", "S1")
    assert done(bookable, "slot", "import", "-", stdin=SLOTS.replace("T10:", "T11:")) == report(unchanged=2)
    assert statuses(bookable, "slot", NOW) == {"S1": "withdrawn", "S2": "free"}


def test_a_time_on_which_somebody_is_booked_cannot_be_moved(bookable: Run, tmp_path: Path) -> None:
    done(bookable, "slot", "import", "-", stdin=SLOTS)
    done(bookable, "booking", "book", "S1", ANNA)
    file = tmp_path / "slots.csv"
    file.write_text(SLOTS.replace("T09:00", "T09:05").replace("T10:", "T11:"), encoding="utf-8")
    ran = bookable("slot", "import", str(file), "-o", "json")
    assert (ran.status, json.loads(ran.out)) == (1, report(rejected=1))
    assert json.loads(ran.err)["error"]["problems"][0]["code"] == "slot.is_booked"
    ran = bookable("slot", "import", str(file), "--skip-bad", "-o", "json")
    assert json.loads(ran.out) == report(updated=1, rejected=1)
    assert (tmp_path / "slots.csv.rejected.csv").read_text(encoding="utf-8").count("\n") == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("S1,ogon,,2026-12-01T09:00,2026-12-01T09:30", "cell.missing"),
        ("S1,ogon,UPPF30,2026-12-01T09:00,", "cell.missing"),
        ("S1,ogon,UPPF30,2026-12-01T09:00,2026-12-01T08:30", "booking.ends_before_start"),
        ("S1,ogon,UPPF30,2026-12-01T09:00,2026-12-01T09:00", "slot.no_length"),
        ("S1,ogon,UPPF30,2026-12-01T09:00,2026-12-02T09:01", "slot.over_a_day"),
        ("S1,ogon,UPPF30,2026-12-01,2026-12-02", "time.date_alone"),
        ("S1,okand,UPPF30,2026-12-01T09:00,2026-12-01T09:30", "unit.unknown"),
        ("S0,ogon,UPPF30,2026-12-01T09:00,2026-12-01T09:31", "row.contradicts"),
    ],
)
def test_bad_rows_of_slots(bookable: Run, row: str, code: str) -> None:
    text = f"slot_id,unit,code,start,end\nS0,ogon,UPPF30,2026-12-01T09:00,2026-12-01T09:30\n{row}\n"
    ran = bookable("slot", "import", "-", "-o", "json", stdin=text)
    assert (ran.status, json.loads(ran.out)) == (1, report(rejected=1))
    assert json.loads(ran.err)["error"]["problems"][0]["code"] == code
    assert done(bookable, "slot", "list") == []


# ------------------------------------------------------------------------------------------------ bases


def test_a_basis_is_added_and_withdrawn(bookable: Run) -> None:
    arguments = ("basis", "add", ANNA, "ogon", "OP60", "--from", "2026-11-01", "--to", "2026-11-30", "--id", "U1")
    assert done(bookable, *arguments) == BASIS
    assert done(bookable, *arguments) == BASIS
    assert done(bookable, "basis", "list") == [
        {"unit": OGON, "basis": "U1"} | {name: BASIS[name] for name in list(BASIS)[3:]}
    ]
    told = done(bookable, "basis", "withdraw", "U1", at="2026-11-02")
    assert told == BASIS | {"status": "withdrawn", "withdrawn_at": "2026-11-02T00:00:00+01:00"}
    assert done(bookable, "basis", "withdraw", "U1", at="2026-11-03") == told
    assert refusal(bookable, *arguments, at="2026-11-03", status=1) == "basis.was_withdrawn"


def test_its_dates_are_stockholms_and_both_included(bookable: Run) -> None:
    done(bookable, "basis", "add", ANNA, "ogon", "OP60", "--from", "2026-11-03", "--to", "2026-11-04", "--id", "U1")
    moments = ("2026-11-02T23:59:59", "2026-11-03T00:00", "2026-11-04T23:59:59", "2026-11-05T00:00")
    told = [statuses(bookable, "basis", at)["U1"] for at in moments]
    assert told == ["not_yet_valid", "valid", "valid", "expired"]
    assert statuses(bookable, "basis", "2026-10-31") == {}


def test_a_basis_begins_today_and_has_no_end_unless_it_is_told(bookable: Run) -> None:
    told = done(bookable, "basis", "add", ANNA, "ogon", "OP60", at="2026-11-01T00:30")
    assert (told["valid_from"], told["valid_to"]) == ("2026-11-01", None)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", BO, "ogon", "OP60", "--id", "U1"), "basis.exists"),
        (("add", ANNA, "ogon", "OP60", "--id", "U1", "--to", "2026-12-01"), "basis.exists"),
        (("add", ANNA, "ogon", "OP60", "--from", "2026-12-02", "--to", "2026-12-01"), "basis.ends_before_it_begins"),
        (("add", ANNA, "ogon", "OP60", "--from", "1.12.2026"), "date.malformed"),
        (("add", "1", "ogon", "OP60"), "resident.malformed"),
        (("withdraw", "U9"), "basis.unknown"),
        (("list", "--status", "giltigt"), "usage.choice"),
    ],
)
def test_what_is_not_right_for_a_basis(bookable: Run, arguments: tuple[str, ...], code: str) -> None:
    done(bookable, "basis", "add", ANNA, "ogon", "OP60", "--id", "U1")
    assert refusal(bookable, "basis", *arguments) == code
    assert refusal(bookable, "basis", "withdraw", "U1", at="2026-10-01") == "basis.not_yet_added"


BASES = f"""\
basis_id,resident,unit,code,valid_from,valid_to
U1,{ANNA},ogon,OP60,2026-11-01,2026-11-30
U2,{BO},{OGON.lower()},OP60,2026-11-01,
"""


def test_booking_bases_are_imported(bookable: Run) -> None:
    assert done(bookable, "basis", "import", "-", stdin=BASES) == report(created=2)
    assert done(bookable, "basis", "import", "-", stdin=BASES + "\n") == report(unchanged=2)
    until = BASES.replace("11-30", "12-31")
    assert done(bookable, "basis", "import", "-", stdin=until) == report(updated=1, unchanged=1)
    assert [each["valid_to"] for each in done(bookable, "basis", "list")] == ["2026-12-31", None]
    ran = bookable("basis", "import", "-", "-o", "json", stdin=BASES.replace(ANNA, BO))
    assert json.loads(ran.err)["error"]["problems"][0]["code"] == "basis.other_resident"
    of_bo = done(bookable, "basis", "list", "--resident", BO, "--code", "OP60", "--status", "valid", "--unit", "ogon")
    assert [each["basis"] for each in of_bo] == ["U2"]
    assert bookable("basis", "list").out.splitlines()[1].split()[:4] == [OGON, "U1", "19121212-****", "OP60"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"U1,{ANNA},ogon,OP60,,", "cell.missing"),
        (f"U1,{ANNA},ogon,OP60,2026-11-31,", "date.malformed"),
        (f"U1,{ANNA},ogon,OP60,1066-10-14,", "time.out_of_range"),
        (f"U1,{ANNA},ogon,OP60,2026-11-30,2026-11-29", "basis.ends_before_it_begins"),
        ("U1,1,ogon,OP60,2026-11-30,", "resident.malformed"),
    ],
)
def test_bad_rows_of_bases(bookable: Run, row: str, code: str) -> None:
    text = f"basis_id,resident,unit,code,valid_from,valid_to\n{row}\n"
    ran = bookable("basis", "import", "-", "-o", "json", stdin=text)
    assert (ran.status, json.loads(ran.out)) == (1, report(rejected=1))
    assert json.loads(ran.err)["error"]["problems"][0]["code"] == code
