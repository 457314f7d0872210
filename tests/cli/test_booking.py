"""`booking add`, `show` and `list` through the command line (contract, section 3)."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run
from support.people import ANNA, BO, DAG
from support.region import FLOGSTA, NO_FILE, OGON
from support.stores import everything

ADD = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--at", "2026-10-01T12:00")


def done(run: Run, *arguments: str, stdin: str = "") -> dict[str, Any]:
    """`tidbok.operation/1` of a command that goes well."""
    ran = run(*arguments, "-o", "json", stdin=stdin)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def refusal(run: Run, *arguments: str) -> str:
    """The code of what is refused as bad input."""
    ran = run(*arguments, "-o", "json")
    assert (ran.status, ran.out) == (2, "")
    told: str = json.loads(ran.err.splitlines()[-1])["error"]["code"]
    return told


# ------------------------------------------------------------------------------------------------- add


def test_a_booking_what_it_is_and_what_followed(eye_clinic: Run) -> None:
    assert done(eye_clinic, *ADD, "--id", "B1", "--minutes", "30", "--calendar", "OGON-TB1") == {
        "schema": "tidbok.operation/1",
        "booking": {
            "id": "B1",
            "unit": OGON,
            "unit_name": "Ögonmottagningen",
            "resident": "19121212-****",
            "code": "UPPF30",
            "care_type": None,
            "kind": "care_service",
            "label": "Besök",
            "start": "2026-12-01T09:00:00+01:00",
            "end": "2026-12-01T09:30:00+01:00",
            "status": "booked",
            "created_at": "2026-10-01T12:00:00+02:00",
            "origin": "clinic",
            "calendar": "OGON-TB1",
        },
        "replaces": None,
        "slot": None,
        "events": [
            {
                "id": 1,
                "resident": "19121212-****",
                "unit": OGON,
                "event": "summons_received",
                "occurred_at": "2026-10-01T12:00:00+02:00",
                "voided_at": None,
            }
        ],
        "messages": [
            {
                "kind": "summons",
                "resident": "19121212-****",
                "unit": OGON,
                "label": "Besök",
                "sent_at": "2026-10-01T12:00:00+02:00",
            }
        ],
    }
    assert eye_clinic("why", "B1", "--at", "2026-10-01T12:00").status == 0


def test_what_is_not_shown_gets_no_message(eye_clinic: Run) -> None:
    told = done(eye_clinic, "booking", "add", "ogon", "SYNF60", ANNA, "2026-12-01T09:00")
    assert (told["events"], told["messages"], told["booking"]["label"]) == ([], [], None)


def test_a_unit_without_a_file(eye_clinic: Run) -> None:
    told = done(eye_clinic, "booking", "add", NO_FILE, "HUDB", ANNA, "2026-12-01T09:00", "--id", "H1")
    assert (told["booking"]["unit"], told["booking"]["unit_name"], told["events"]) == (NO_FILE, None, [])


@pytest.mark.parametrize(
    ("policy", "events", "messages"), [("summons", 1, ["summons"]), ("notice", 0, ["notice"]), ("none", 0, [])]
)
def test_what_the_regions_journal_sends(
    eye_clinic: Run, tmp_path: Path, policy: str, events: int, messages: list[str]
) -> None:
    file = tmp_path / "config" / "tidbok.toml"
    text = file.read_text(encoding="utf-8").replace('message = "summons"', f'message = "{policy}"')
    file.write_text(text, encoding="utf-8")
    told = done(eye_clinic, *ADD)
    assert (len(told["events"]), [each["kind"] for each in told["messages"]]) == (events, messages)


def test_each_booking_without_an_id_gets_its_own(eye_clinic: Run) -> None:
    ids = [done(eye_clinic, *ADD)["booking"]["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(eye_clinic("booking", "show", each).status == 0 for each in ids)


@pytest.mark.parametrize(
    ("options", "end"),
    [
        ((), None),
        (("--minutes", "45"), "2026-12-01T09:45:00+01:00"),
        (("--end", "2026-12-01T10:15"), "2026-12-01T10:15:00+01:00"),
        (("--end", "2026-12-01T09:00"), "2026-12-01T09:00:00+01:00"),
        (("--end", "2026-12-01T09:00:00Z"), "2026-12-01T10:00:00+01:00"),
    ],
)
def test_how_long_it_is(eye_clinic: Run, options: tuple[str, ...], end: str | None) -> None:
    assert done(eye_clinic, *ADD, *options)["booking"]["end"] == end


def test_minutes_are_elapsed_ones(eye_clinic: Run) -> None:
    """The clocks are put forward at 02:00, and back at 03:00."""
    spring = ("booking", "add", "ogon", "UPPF30", ANNA, "2027-03-28T01:30", "--minutes", "60")
    autumn = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-10-25T02:30+02:00", "--minutes", "60")
    assert done(eye_clinic, *spring)["booking"]["end"] == "2027-03-28T03:30:00+02:00"
    assert done(eye_clinic, *autumn)["booking"]["end"] == "2026-10-25T02:30:00+01:00"


def test_an_hour_that_exists_twice_is_the_first_with_a_warning(eye_clinic: Run) -> None:
    ran = eye_clinic("booking", "add", "ogon", "UPPF30", ANNA, "2026-10-25T02:30", "-o", "json")
    assert json.loads(ran.out)["booking"]["start"] == "2026-10-25T02:30:00+02:00"
    assert "warning" in ran.err


def test_an_identical_one_is_unchanged(eye_clinic: Run, tmp_path: Path) -> None:
    first = done(eye_clinic, *ADD, "--id", "B1", "--minutes", "30")
    dump = everything(tmp_path)
    again = done(eye_clinic, *ADD, "--id", "B1", "--end", "2026-12-01T09:30")
    assert again == first | {"events": [], "messages": []}
    later = done(eye_clinic, *ADD[:-1], "2026-10-02", "--id", "B1", "--minutes", "30")
    assert later["booking"]["created_at"] == "2026-10-01T12:00:00+02:00"
    assert everything(tmp_path) == dump


@pytest.mark.parametrize(
    "other",
    [
        ("ogon", "SYNF60", ANNA, "2026-12-01T09:00", "--minutes", "30"),
        ("ogon", "UPPF30", BO, "2026-12-01T09:00", "--minutes", "30"),
        ("ogon", "UPPF30", ANNA, "2026-12-01T09:01", "--minutes", "29"),
        ("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--minutes", "31"),
        ("ogon", "UPPF30", ANNA, "2026-12-01T09:00"),
        ("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--minutes", "30", "--calendar", "X"),
    ],
    ids=["code", "resident", "start", "minutes", "no end", "calendar"],
)
def test_a_known_id_with_other_content_is_refused(eye_clinic: Run, tmp_path: Path, other: tuple[str, ...]) -> None:
    done(eye_clinic, *ADD, "--id", "B1", "--minutes", "30")
    dump = everything(tmp_path)
    assert refusal(eye_clinic, "booking", "add", *other, "--id", "B1", "--at", "2026-10-01T12:00") == "booking.exists"
    assert everything(tmp_path) == dump


def test_the_same_id_at_another_unit(eye_clinic: Run) -> None:
    done(eye_clinic, *ADD, "--id", "B1")
    told = done(eye_clinic, "booking", "add", "flogsta", "PROV10", BO, "2026-12-01T09:00", "--id", "B1")
    assert told["booking"]["unit"] == FLOGSTA


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("okand", "UPPF30", ANNA, "2026-12-01T09:00"), "unit.unknown"),
        (("ogon", "UPPF30", "191212121213", "2026-12-01T09:00"), "resident.check_digit"),
        (("ogon", "UPPF30", ANNA, "20261201T9"), "time.malformed"),
        (("ogon", "UPPF30", ANNA, "2026-12-01"), "time.date_alone"),
        (("ogon", "UPPF30", ANNA, "2026-12-01 09:30-10:00"), "time.interval"),
        (("ogon", "UPPF30", ANNA, "2026-12-01 09:30", "--end", "2026-12-02"), "time.date_alone"),
        (("ogon", "UPPF30", ANNA, "2027-03-28T02:30"), "time.skipped"),
        (("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--end", "2026-12-01T08:59"), "booking.ends_before_start"),
        (
            ("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--end", "2026-12-02T09:00", "--minutes", "9"),
            "booking.end_or_minutes",
        ),
        (("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--minutes", "0"), "usage.out_of_range"),
        (("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--minutes", "en"), "usage.not_a_number"),
        (("ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", ""), "argument.not_a_name"),
        (("ogon", "", ANNA, "2026-12-01T09:00"), "argument.not_a_name"),
        (("ogon", "UPPF30", ANNA), "usage.missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_usage(eye_clinic: Run, tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    dump = everything(tmp_path)
    assert refusal(eye_clinic, "booking", "add", *arguments) == code
    assert everything(tmp_path) == dump


def test_the_resident_from_standard_input(eye_clinic: Run) -> None:
    told = done(eye_clinic, "booking", "add", "ogon", "UPPF30", "-", "2026-12-01T09:00", stdin="861106-2384\n")
    assert told["booking"]["resident"] == "19861106-****"


# ------------------------------------------------------------------------------------------------ show


def test_a_booking_and_the_relation_around_it(eye_clinic: Run) -> None:
    done(eye_clinic, *ADD, "--id", "B1", "--minutes", "30")
    told = done(eye_clinic, "booking", "show", "B1", "--at", "2026-11-01")
    told["intervals"] = [each for each in told["intervals"] if "booking.not_yet_made" not in each["reasons"]]
    assert told == {
        "schema": "tidbok.booking/1",
        "at": "2026-11-01T00:00:00+01:00",
        "id": "B1",
        "unit": OGON,
        "unit_name": "Ögonmottagningen",
        "resident": "19121212-****",
        "code": "UPPF30",
        "care_type": None,
        "kind": "care_service",
        "label": "Besök",
        "start": "2026-12-01T09:00:00+01:00",
        "end": "2026-12-01T09:30:00+01:00",
        "status": "booked",
        "created_at": "2026-10-01T12:00:00+02:00",
        "origin": "clinic",
        "calendar": None,
        "ended_at": None,
        "replaced_by": None,
        "imported": False,
        "imported_from": None,
        "information": None,
        "meeting_link": None,
        "digital": False,
        "relation": "held",
        "relation_since": "2026-10-01T12:00:00+02:00",
        "history": [
            {"at": "2026-10-01T12:00:00+02:00", "what": "made", "origin": "clinic", "replaces": None},
            {"at": "2026-10-01T12:00:00+02:00", "what": "message", "kind": "summons", "label": "Besök"},
            {
                "at": "2026-10-01T12:00:00+02:00",
                "what": "relation",
                "event": "summons_received",
                "event_id": 1,
                "effect": "begins",
            },
            {"at": "2026-12-01T11:00:00+01:00", "what": "over"},
        ],
        "intervals": [
            {
                "begins": "2026-10-01T12:00:00+02:00",
                "ends": "2026-12-01T11:00:00+01:00",
                "verdict": "shown",
                "reasons": [],
                "ended_by": ["window.over"],
            },
            {
                "begins": "2026-12-01T11:00:00+01:00",
                "ends": None,
                "verdict": "hidden",
                "reasons": ["window.over"],
                "ended_by": [],
            },
        ],
    }


@pytest.mark.parametrize("form", ["table", "text"])
def test_a_booking_for_people(eye_clinic: Run, form: str) -> None:
    done(eye_clinic, *ADD, "--id", "B1", "--minutes", "30")
    ran = eye_clinic("booking", "show", "B1", "-o", form)
    assert ran.status == 0
    for words in ("B1", OGON, "Ögonmottagningen", "19121212-****", "UPPF30", "Besök", "Tue 1 Dec 2026 09:00"):
        assert words in ran.out
    assert "\x1b" not in ran.out and "─" not in ran.out and "│" not in ran.out


def test_an_id_that_several_units_have(eye_clinic: Run) -> None:
    done(eye_clinic, *ADD, "--id", "B1")
    done(eye_clinic, "booking", "add", "flogsta", "PROV10", BO, "2026-12-01T09:00", "--id", "B1")
    ran = eye_clinic("booking", "show", "B1", "-o", "json")
    assert (ran.status, ran.out) == (2, "")
    message = json.loads(ran.err)["error"]["message"]
    assert OGON in message and FLOGSTA in message
    for unit in (FLOGSTA, FLOGSTA.lower(), "flogsta"):
        assert done(eye_clinic, "booking", "show", "B1", "--unit", unit)["unit"] == FLOGSTA


def test_an_unknown_booking(eye_clinic: Run) -> None:
    done(eye_clinic, *ADD, "--id", "B1")
    assert refusal(eye_clinic, "booking", "show", "B2") == "booking.unknown"
    assert refusal(eye_clinic, "booking", "show", "b1") == "booking.unknown"
    assert refusal(eye_clinic, "booking", "show", "B1", "--unit", "flogsta") == "booking.unknown"
    assert refusal(eye_clinic, "booking", "show", "B1", "--unit", "okand") == "unit.unknown"


# ------------------------------------------------------------------------------------------------ list

BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,status,created_at,ended_at,origin
B2,ogon,UPPF30,{BO},2026-12-01T23:30,,,2026-10-01,,
B1,ogon,UPPF30,{ANNA},2026-12-01T23:30,2026-12-02T00:00,,2026-10-01,,clinic
B10,ogon,SYNF60,{ANNA},2026-12-02T00:15,,cancelled,2026-10-01,2026-10-05,
B0,ogon,UPPF30,{ANNA},2026-12-03T00:00,,rebooked,2026-10-01,2026-10-06,resident
B5,flogsta,PROV10,{ANNA},2026-11-30T08:00,,,2026-10-07,,
"""


@pytest.fixture
def five(eye_clinic: Run) -> Run:
    assert eye_clinic("booking", "import", "-", stdin=BOOKINGS).status == 0
    return eye_clinic


def listed(run: Run, *options: str, stdin: str = "") -> list[str]:
    ran = run("booking", "list", "-o", "json", *options, stdin=stdin)
    assert ran.status == 0, ran.err
    return [each["booking"] for each in json.loads(ran.out)]


def test_by_unit_start_and_id(five: Run) -> None:
    assert listed(five) == ["B1", "B2", "B10", "B0", "B5"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--unit", "flogsta"), ["B5"]),
        (("--unit", OGON.lower()), ["B1", "B2", "B10", "B0"]),
        (("--status", "booked"), ["B1", "B2", "B5"]),
        (("--status", "cancelled"), ["B10"]),
        (("--status", "rebooked"), ["B0"]),
        (("--status", "booked", "--at", "2026-10-04"), ["B1", "B2", "B10", "B0"]),
        (("--status", "cancelled", "--at", "2026-10-04T23:59:59"), []),
        (("--status", "cancelled", "--at", "2026-10-05"), ["B10"]),
        (("--from", "2026-12-02"), ["B10", "B0"]),
        (("--to", "2026-12-01"), ["B1", "B2", "B5"]),
        (("--from", "2026-12-02", "--to", "2026-12-02"), ["B10"]),
        (("--at", "2026-09-30"), []),
        (("--at", "2026-10-01"), ["B1", "B2", "B10", "B0"]),
        (("--unit", "flogsta", "--unit", "ogon"), ["B1", "B2", "B10", "B0", "B5"]),
        (("--code", "UPPF30"), ["B1", "B2", "B0"]),
        (("--code", "uppf30"), []),
        (("--origin", "clinic"), ["B1"]),
        (("--origin", "resident"), ["B0"]),
        (("--origin", "resident", "--status", "booked"), []),
        (("--origin", "resident", "--status", "booked", "--at", "2026-10-05"), ["B0"]),
        (("--time", "23:30"), ["B1", "B2"]),
        (("--time", "00:00-00:15"), ["B10", "B0"]),
        (("--time", "23:00-00:10"), ["B1", "B2", "B0"]),
        (("--time", "08:01-23:29"), []),
        (("--code", "UPPF30", "--origin", "clinic", "--status", "booked", "--unit", "ogon"), ["B1"]),
        (("--unit", "ogon", "--from", "2026-12-01", "--to", "2026-12-01", "--status", "booked"), ["B1", "B2"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_some_of_them(five: Run, options: tuple[str, ...], expected: list[str]) -> None:
    assert listed(five, *options) == expected


def test_of_a_code_or_care_type(five: Run) -> None:
    text = f"""\
booking_id,unit,code,resident,start,care_type
B6,ogon,TID7,{ANNA},2026-12-04T08:00,SYNF60
B7,ogon,TID8,{ANNA},2026-12-05T08:00,UPPF30
"""
    assert five("booking", "import", "-", stdin=text).status == 0
    assert listed(five, "--code", "SYNF60") == ["B10", "B6"]
    assert listed(five, "--code", "TID7") == ["B6"]
    assert "TID8  Besök" in five("booking", "list", "--from", "2026-12-05").out


def test_people_read_names_beside_the_codes(five: Run) -> None:
    """As in force at the moment; a clinic that is not has its HSA-id alone."""
    heading, *rows = five("booking", "list").out.splitlines()
    assert heading.split()[:3] == ["HSA-id", "Clinic", "Booking"]
    assert [row.count("Ögonmottagningen") for row in rows] == [1, 1, 1, 1, 0]
    assert [row.count("Besök") for row in rows] == [1, 1, 0, 1, 0]
    assert "Flogsta vårdcentral" in rows[4]


def test_a_time_of_day_that_is_none(five: Run) -> None:
    for text in ("9", "25:00", "09:00-", "09:00-11:60"):
        assert refusal(five, "booking", "list", "--time", text) == "time.no_clock"


def test_of_a_resident(five: Run) -> None:
    assert listed(five, "--resident", BO) == ["B2"]
    assert listed(five, "--resident", "-", stdin="19861106-2384\n") == ["B2"]
    assert listed(five, "--resident", DAG) == []
    assert listed(five, "--resident", ANNA, "--unit", "flogsta") == ["B5"]


def test_a_list_of_objects_in_every_form(five: Run) -> None:
    rows = json.loads(five("booking", "list", "-o", "json").out)
    assert rows[0] == {
        "unit": OGON,
        "booking": "B1",
        "resident": "19121212-****",
        "code": "UPPF30",
        "start": "2026-12-01T23:30:00+01:00",
        "end": "2026-12-02T00:00:00+01:00",
        "status": "booked",
        "created_at": "2026-10-01T00:00:00+02:00",
        "origin": "clinic",
    }
    lines = five("booking", "list", "-o", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    written = [{name: value or "" for name, value in each.items()} for each in rows]
    assert list(csv.DictReader(io.StringIO(five("booking", "list", "-o", "csv").out))) == written
    for form in ("json", "ndjson", "csv"):
        told = [five("--lang", language, "booking", "list", "-o", form).out for language in ("sv", "en")]
        assert told[0] == told[1]


def test_nothing_to_list(eye_clinic: Run) -> None:
    assert (eye_clinic("booking", "list", "-o", "json").out, eye_clinic("booking", "list", "-o", "ndjson").out) == (
        *("[]\n", ""),
    )


def test_cells_that_a_spreadsheet_would_take_for_a_formula(eye_clinic: Run) -> None:
    for booking in ("=1+1", "+1", "-1", "@x"):
        eye_clinic("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", f"--id={booking}")
    rows = list(csv.DictReader(io.StringIO(eye_clinic("booking", "list", "-o", "csv").out)))
    assert [each["booking"] for each in rows] == ["'+1", "'-1", "'=1+1", "'@x"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--status", "avbokad"), "usage.choice"),
        (("--status", "not_yet_made"), "usage.choice"),
        (("--origin", "invånaren"), "usage.choice"),
        (("--unit", "ogon", "--unit", "okand"), "unit.unknown"),
        (("--from", "i går"), "date.malformed"),
        (("--to", "2026-13-01"), "date.malformed"),
        (("--unit", "okand"), "unit.unknown"),
        (("--resident", "1212121212"), "resident.no_century"),
    ],
    ids=["status", "unmade", "origin", "units", "from", "to", "unit", "resident"],
)
def test_bad_filters(five: Run, options: tuple[str, ...], code: str) -> None:
    assert refusal(five, "booking", "list", *options) == code


def test_a_form_that_is_none(five: Run) -> None:
    assert five("booking", "list", "-o", "yaml").status == 2
    assert five("booking", "list", "-o", "text").status == 2
