"""`booking import`: effects on the store, and refusals.

Contract, section 2, *Import files*. Every case begins in the sample region of `config/`: the eye clinic (`ogon`)
shows UPPF30, as “Besök”, and has SYNF60 that is not shown.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.answers import report
from support.command_line import Ran, Run
from support.paths import CONFIG, reference
from support.people import ANNA, BO
from support.region import FLOGSTA, NO_FILE, OGON, RegionAt
from support.stores import everything, rows_of

APPLIED = "2026-01-01"
HEADER = "booking_id,unit,code,resident,start,end,status,created_at,ended_at,origin,calendar,care_type"
HEADER += ",information,meeting_link\n"
REQUIRED = "booking_id,unit,code,resident,start\n"


@pytest.fixture
def plain(region_at: RegionAt, tmp_path: Path) -> Run:
    """The sample region's files; nothing is in force."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return region_at(tmp_path)


def importing(run: Run, text: str | bytes, *options: str) -> Ran:
    return run("booking", "import", "-", "-o", "json", *options, stdin=text)


def imported(run: Run, text: str | bytes, *options: str) -> dict[str, Any]:
    """The report of an import that goes well."""
    ran = importing(run, text, *options)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def csv(*rows: str, header: str = HEADER) -> str:
    return header + "".join(f"{row}\n" for row in rows)


def row(**cells: str) -> str:
    """A row under HEADER: a booking of Anna's at the eye clinic, but for these cells."""
    told = {"booking_id": "B1", "unit": "ogon", "code": "UPPF30", "resident": ANNA, "start": "2026-12-01T09:00"}
    return ",".join((told | cells).get(name, "") for name in HEADER.strip().split(","))


def bookings(run: Run, *options: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(run("booking", "list", "-o", "json", *options).out)
    return told


def shown(run: Run, booking: str = "B1", *options: str) -> dict[str, Any]:
    """`tidbok.booking/1`."""
    ran = run("booking", "show", booking, "-o", "json", *options)
    assert ran.status == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def why(run: Run, booking: str, *options: str) -> list[str]:
    """The verdict and the reasons."""
    ran = run("why", booking, "-o", "json", *options)
    told = json.loads(ran.out)
    failing = [f"{each['check']}.{each['reason']}" for each in told["checks"] if each["result"] != "pass"]
    return [told["verdict"], *failing]


def events(run: Run, resident: str = ANNA, unit: str = OGON) -> list[tuple[str, str]]:
    """The pair's events: what happened, and when."""
    ran = run("relation", "show", resident, unit, "-o", "json", "--at", "2030-01-01")
    return [(each["event"], each["occurred_at"]) for each in json.loads(ran.out)["events"]]


def bad_rows(ran: Ran) -> list[tuple[str, str]]:
    """The place of each bad row and the code of what is wrong, as `-o json` tells them."""
    assert ran.status == 1, ran.err
    told = json.loads(ran.err.splitlines()[-1])["error"]
    assert told["code"] == "import.rejected"
    return [(problem["where"], problem["code"]) for problem in told["problems"]]


def messages(tmp_path: Path) -> list[tuple[Any, ...]]:
    """The kind and label of each inbox message."""
    return rows_of(tmp_path, "SELECT kind, label FROM message ORDER BY id")


# ------------------------------------------------------------------------------------------- the report


@pytest.mark.both
def test_what_is_new_what_is_changed_and_what_is_not(eye_clinic: Run) -> None:
    first = csv(
        row(booking_id="B1", origin="clinic"),
        row(booking_id="B2", origin="resident"),
        row(booking_id="B3"),
    )
    assert imported(eye_clinic, first, "--at", "2026-02-01") == report(created=3, events=2)
    second = csv(
        row(booking_id="B1", origin="clinic", start="2026-12-02T09:00"),
        row(booking_id="B2", origin="resident", status="cancelled"),
        row(booking_id="B3"),
        row(booking_id="B4"),
    )
    assert imported(eye_clinic, second, "--at", "2026-02-02") == report(created=1, updated=2, unchanged=1)
    told = [(each["booking"], each["start"], each["status"]) for each in bookings(eye_clinic)]
    assert told == [
        ("B2", "2026-12-01T09:00:00+01:00", "cancelled"),
        ("B3", "2026-12-01T09:00:00+01:00", "booked"),
        ("B4", "2026-12-01T09:00:00+01:00", "booked"),
        ("B1", "2026-12-02T09:00:00+01:00", "booked"),
    ]


def test_what_an_import_did_is_kept_with_it(eye_clinic: Run, tmp_path: Path) -> None:
    for start in ("2026-12-01T09:00", "2026-12-02T09:00"):
        imported(eye_clinic, csv(row(booking_id="B1", origin="clinic", start=start)))
    kept = rows_of(tmp_path, "SELECT created, updated, unchanged, events FROM import_batch ORDER BY id")
    assert kept == [(1, 0, 0, 1), (0, 1, 0, 0)]


def test_every_column_is_kept(eye_clinic: Run) -> None:
    """
    A cancelled booking with all that a file can say of it.
    """
    text = csv(
        row(
            end="2026-12-01T09:30",
            status="cancelled",
            created_at="2026-10-01T12:00",
            ended_at="2026-11-01T08:00:30+00:00",
            origin="clinic",
            calendar="OGON-TB1",
            care_type="OGA",
            information="Ta med glasögonen.",
            meeting_link="https://video.example.org/m/7",
        )
    )
    assert imported(eye_clinic, text, "--at", "2026-11-20") == report(created=1, events=1)
    told = shown(eye_clinic, "B1", "--at", "2026-11-20")
    assert told.pop("history") and told.pop("intervals")
    assert told == {
        "schema": "tidbok.booking/1",
        "at": "2026-11-20T00:00:00+01:00",
        "id": "B1",
        "unit": OGON,
        "unit_name": "Ögonmottagningen",
        "resident": "19121212-****",
        "code": "UPPF30",
        "care_type": "OGA",
        "kind": "care_service",
        "label": "Besök",
        "start": "2026-12-01T09:00:00+01:00",
        "end": "2026-12-01T09:30:00+01:00",
        "status": "cancelled",
        "created_at": "2026-10-01T12:00:00+02:00",
        "origin": "clinic",
        "calendar": "OGON-TB1",
        "ended_at": "2026-11-01T09:00:30+01:00",
        "replaced_by": None,
        "imported": True,
        "imported_from": "-",
        "information": "Ta med glasögonen.",
        "meeting_link": "https://video.example.org/m/7",
        "digital": False,
        "relation": "held",
        "relation_since": "2026-10-01T12:00:00+02:00",
    }


def test_the_report_on_a_terminal_and_as_csv(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text(csv(row(origin="clinic"), row(booking_id="B2")), encoding="utf-8")
    told = eye_clinic("booking", "import", str(file), "--at", "2026-02-01").out
    assert re.findall(r"\d+", told) == ["2", "1"]
    assert eye_clinic("booking", "import", str(file), "-o", "csv").out.splitlines() == [
        "created,updated,unchanged,rejected,without_effect,summons,events",
        "0,0,2,0,0,0,0",
    ]


def test_a_header_alone_imports_nothing(eye_clinic: Run) -> None:
    assert imported(eye_clinic, HEADER) == report()


# -------------------------------------------------------------------------------------- all rows or none


BAD_ROWS = csv(
    row(booking_id="GOOD"),
    row(booking_id=""),
    row(booking_id="B3", unit="SE12"),
    row(booking_id="B4", unit="okand"),
    row(booking_id="B5", code=""),
    row(booking_id="B6", resident="191212121213"),
    row(booking_id="B7", start=""),
    row(booking_id="B8", start="i morgon"),
    row(booking_id="B9", start="2027-03-28T02:30"),
    row(booking_id="B10", end="2026-12-01T08:59"),
    row(booking_id="B11", status="avbokad"),
    row(booking_id="B12", created_at="igår"),
    row(booking_id="B13", status="cancelled", ended_at="igår"),
    row(booking_id="B14", origin="patient"),
    row(booking_id="B15", status="cancelled", created_at="2026-11-02", ended_at="2026-11-01"),
    row(booking_id="B16", status="booked", ended_at="2026-11-01"),
    row(booking_id="B17", ended_at="2026-11-01"),
    row(booking_id="B18", calendar="OGON\x07"),
)


def test_every_bad_row_is_named_and_nothing_is_imported(eye_clinic: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    ran = importing(eye_clinic, BAD_ROWS)
    assert json.loads(ran.out) == report(rejected=17)
    assert bad_rows(ran) == [
        ("-:3, booking_id", "cell.missing"),
        ("-:4, unit", "cell.not_a_unit"),
        ("-:5, unit", "unit.unknown"),
        ("-:6, code", "cell.missing"),
        ("-:7, resident", "resident.check_digit"),
        ("-:8, start", "cell.missing"),
        ("-:9, start", "time.malformed"),
        ("-:10, start", "time.skipped"),
        ("-:11, end", "booking.ends_before_start"),
        ("-:12, status", "cell.unknown_value"),
        ("-:13, created_at", "time.malformed"),
        ("-:14, ended_at", "time.malformed"),
        ("-:15, origin", "cell.unknown_value"),
        ("-:16, ended_at", "booking.ended_before_created"),
        ("-:17, ended_at", "booking.ended_while_booked"),
        ("-:18, ended_at", "booking.ended_while_booked"),
        ("-:19, calendar", "cell.control_characters"),
    ]
    assert everything(tmp_path) == before


def test_bad_rows_for_people_have_file_line_column_and_why(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text(csv(row(), row(booking_id="B2", status="avbokad")), encoding="utf-8")
    ran = eye_clinic("booking", "import", str(file))
    assert (ran.status, re.findall(r"\d+", ran.out)) == (1, ["1"])
    (told,) = (line for line in ran.err.splitlines() if line.startswith(f"{file}:3, status: error: "))
    assert all(word in told for word in ("avbokad", "booked", "cancelled", "rebooked"))


def test_a_row_with_several_mistakes_is_one_bad_row(eye_clinic: Run) -> None:
    ran = importing(eye_clinic, csv(row(code="", start="", status="x")))
    assert json.loads(ran.out) == report(rejected=1)
    assert [where for where, _ in bad_rows(ran)] == ["-:2, code", "-:2, start", "-:2, status"]


def test_the_first_hundred_bad_rows_then_a_count(eye_clinic: Run) -> None:
    text = csv(row(), *(row(booking_id=f"B{number}", code="") for number in range(2, 132)))
    assert json.loads(importing(eye_clinic, text).out) == report(rejected=130)
    told = eye_clinic("booking", "import", "-", stdin=text).err.splitlines()
    named = [line for line in told if re.match(r"-:\d+, code: error: ", line)]
    assert [line.split(",")[0] for line in named] == [f"-:{line}" for line in range(3, 103)]
    assert len(told) <= 102
    assert re.search(r"\b30\b", told[-1])


def test_bad_rows_of_every_kind_are_named_at_once(eye_clinic: Run, tmp_path: Path) -> None:
    """One that is wrong in itself, one that contradicts the store, one that contradicts the file."""
    imported(eye_clinic, csv(row()))
    before = everything(tmp_path)
    text = csv(
        row(booking_id="B2", code=""),
        row(booking_id="B1", resident=BO),
        row(booking_id="B3"),
        row(booking_id="B3", code="SYNF60"),
    )
    ran = importing(eye_clinic, text)
    assert [where.split(",")[0] for where, _ in bad_rows(ran)] == ["-:2", "-:3", "-:5"]
    assert json.loads(ran.out) == report(rejected=3)
    assert everything(tmp_path) == before


def test_another_resident_on_a_known_id(eye_clinic: Run, tmp_path: Path) -> None:
    imported(eye_clinic, csv(row()))
    before = everything(tmp_path)
    ran = importing(eye_clinic, csv(row(booking_id="B2"), row(resident=BO)))
    assert [(where.split(", ")[:2], code) for where, code in bad_rows(ran)] == [
        (["-:3", "resident"], "booking.other_resident")
    ]
    assert json.loads(ran.out) == report(rejected=1)
    assert everything(tmp_path) == before


def test_another_resident_on_an_id_within_the_file(eye_clinic: Run) -> None:
    ran = importing(eye_clinic, csv(row(), row(resident=BO)))
    assert [where.split(",")[0] for where, _ in bad_rows(ran)] == ["-:3"]


# ----------------------------------------------------------------------------------------- said again


@pytest.mark.both
def test_the_same_file_twice_changes_nothing(eye_clinic: Run, tmp_path: Path) -> None:
    text = csv(
        row(booking_id="B1", origin="clinic"),
        row(booking_id="B2", origin="resident", resident=BO),
        row(booking_id="B3", status="cancelled"),
        row(booking_id="B4", status="rebooked", created_at="2026-01-05", ended_at="2026-01-06", care_type="OGA"),
        row(booking_id="B5", unit=NO_FILE, calendar="X", end="2026-12-01T10:00"),
    )
    assert imported(eye_clinic, text, "--at", "2026-02-01") == report(created=5, events=2)
    before = everything(tmp_path)
    assert imported(eye_clinic, text, "--at", "2026-02-02") == report(unchanged=5)
    assert everything(tmp_path) == before


def test_identical_rows_count_once(eye_clinic: Run) -> None:
    same = csv(row(origin="clinic"), row(origin="clinic"), row(booking_id="B2"), row(origin="clinic"))
    assert imported(eye_clinic, same, "--at", "2026-02-01") == report(created=2, unchanged=2, events=1)


@pytest.mark.parametrize(("start", "end"), [("2026-12-01T09:30", "2026-12-01T09:30"), ("2026-12-02T09:00", None)])
def test_a_booking_moved_past_the_end_that_is_kept(eye_clinic: Run, start: str, end: str | None) -> None:
    """The second file has no column `end`, which would keep what is known."""
    imported(eye_clinic, csv(row(end="2026-12-01T09:30")), "--at", "2026-02-01")
    moved = REQUIRED + f"B1,ogon,UPPF30,{ANNA},{start}\n"
    assert imported(eye_clinic, moved, "--at", "2026-02-02") == report(updated=1)
    assert shown(eye_clinic)["end"] == (end and f"{end}:00+01:00")
    assert imported(eye_clinic, moved, "--at", "2026-02-03") == report(unchanged=1)


@pytest.mark.parametrize("first", [0, 11])
def test_identical_rows_count_once_where_rows_between_are_looked_at_closer(eye_clinic: Run, first: int) -> None:
    """Lots of rows are read at once; the few about one that is warned of, one by one."""
    rows = [row(booking_id=f"B{number}", status="booked") for number in range(40)]
    rows[first + 1] = row(booking_id=f"B{first + 1}", status="booked", start="2026-12-01T10:00+03:00")
    for same in (csv(*rows, rows[first]), csv(rows[30], *rows)):
        assert imported(eye_clinic, same, "--dry-run", "--at", "2026-02-01") == report(created=40, unchanged=1)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param({"start": "2026-12-01T08:00Z"}, id="the start in UTC"),
        pytest.param({"resident": "19121212-1212"}, id="the number with its hyphen"),
        pytest.param({"unit": OGON}, id="the unit by its HSA-id"),
        pytest.param({"unit": OGON.lower()}, id="the unit by its HSA-id in lower case"),
        pytest.param({"status": "booked"}, id="the status spelt out"),
    ],
)
def test_the_same_values_written_otherwise_are_the_same(eye_clinic: Run, again: dict[str, str]) -> None:
    assert imported(eye_clinic, csv(row(), row(**again))) == report(created=1, unchanged=1)
    assert imported(eye_clinic, csv(row(**again))) == report(unchanged=1)


@pytest.mark.parametrize("column", ["code", "resident", "start", "end", "status", "created_at", "origin", "calendar"])
def test_the_same_id_with_other_values_in_one_file(eye_clinic: Run, tmp_path: Path, column: str) -> None:
    other = {
        "code": "SYNF60",
        "resident": BO,
        "start": "2026-12-01T09:01",
        "end": "2026-12-01T09:30",
        "status": "cancelled",
        "created_at": "2026-10-01",
        "origin": "resident",
        "calendar": "X",
    }
    before = everything(tmp_path)
    ran = importing(eye_clinic, csv(row(), row(**{column: other[column]})))
    assert [(where.split(",")[0], code) for where, code in bad_rows(ran)] == [("-:3", "row.contradicts")]
    assert json.loads(ran.out) == report(rejected=1)
    assert everything(tmp_path) == before


def test_ids_are_unique_per_unit(eye_clinic: Run) -> None:
    text = csv(row(unit="ogon"), row(unit="flogsta", code="PROV10", resident=BO))
    assert imported(eye_clinic, text) == report(created=2)
    assert [(each["unit"], each["booking"]) for each in bookings(eye_clinic)] == [(OGON, "B1"), (FLOGSTA, "B1")]
    assert shown(eye_clinic, "B1", "--unit", "flogsta")["code"] == "PROV10"
    ran = eye_clinic("why", "B1")
    assert ran.status == 2
    assert OGON in ran.err and FLOGSTA in ran.err


# --------------------------------------------------------------------------- what the file does not say


def test_a_booking_is_made_when_it_is_first_seen(eye_clinic: Run) -> None:
    """… and that is kept, until a file says otherwise."""
    imported(eye_clinic, csv(row()), "--at", "2026-10-01T12:00")
    imported(eye_clinic, csv(row(code="SYNF60")), "--at", "2026-10-02T12:00")
    assert shown(eye_clinic)["created_at"] == "2026-10-01T12:00:00+02:00"
    assert why(eye_clinic, "B1", "--at", "2026-10-01T11:59:59")[:2] == ["hidden", "booking.not_yet_made"]
    assert imported(eye_clinic, csv(row(code="SYNF60", created_at="2026-09-01"))) == report(updated=1)
    assert shown(eye_clinic)["created_at"] == "2026-09-01T00:00:00+02:00"
    assert imported(eye_clinic, csv(row(code="SYNF60"))) == report(unchanged=1)
    assert shown(eye_clinic)["created_at"] == "2026-09-01T00:00:00+02:00"


def test_a_file_without_the_column_is_as_one_with_empty_cells(eye_clinic: Run) -> None:
    text = csv(f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00", header=REQUIRED)
    assert imported(eye_clinic, text, "--at", "2026-10-01T12:00") == report(created=1)
    booking = shown(eye_clinic)
    assert (booking["created_at"], booking["status"]) == ("2026-10-01T12:00:00+02:00", "booked")
    assert [booking[name] for name in ("end", "origin", "calendar", "care_type")] == [None] * 4


def test_an_end_without_a_moment_is_the_moment_first_seen(eye_clinic: Run) -> None:
    imported(eye_clinic, csv(row()), "--at", "2026-10-01")
    ended = csv(row(status="cancelled"))
    assert imported(eye_clinic, ended, "--at", "2026-10-02T08:00") == report(updated=1)
    assert imported(eye_clinic, ended, "--at", "2026-10-03T08:00") == report(unchanged=1)
    assert shown(eye_clinic)["ended_at"] == "2026-10-02T08:00:00+02:00"
    assert why(eye_clinic, "B1", "--at", "2026-10-02T07:59:59") == ["hidden", "relation.never"]
    assert why(eye_clinic, "B1", "--at", "2026-10-02T08:00") == ["hidden", "booking.cancelled", "relation.never"]


def test_a_booking_first_seen_ended_ended_then(eye_clinic: Run) -> None:
    imported(eye_clinic, csv(row(status="rebooked")), "--at", "2026-10-02T08:00")
    booking = shown(eye_clinic)
    assert (booking["created_at"], booking["ended_at"]) == ("2026-10-02T08:00:00+02:00",) * 2
    assert why(eye_clinic, "B1", "--at", "2026-10-02T08:00") == ["hidden", "booking.rebooked", "relation.never"]


def test_the_moment_of_the_end_may_be_told_later(eye_clinic: Run) -> None:
    imported(eye_clinic, csv(row(created_at="2026-09-01")), "--at", "2026-10-01")
    imported(eye_clinic, csv(row(status="cancelled")), "--at", "2026-10-02")
    told = csv(row(status="cancelled", ended_at="2026-09-30T15:00"))
    assert imported(eye_clinic, told, "--at", "2026-10-03") == report(updated=1)
    assert imported(eye_clinic, csv(row(status="cancelled")), "--at", "2026-10-04") == report(unchanged=1)
    assert shown(eye_clinic)["ended_at"] == "2026-09-30T15:00:00+02:00"


@pytest.mark.both
def test_a_cancelled_booking_that_comes_back_is_live_again(eye_clinic: Run) -> None:
    """… and at the moments between, it was cancelled; so too the second time."""
    live, ended = csv(row(origin="clinic")), csv(row(origin="clinic", status="cancelled"))
    for day, text in enumerate((live, ended, live, ended, live), 1):
        imported(eye_clinic, text, "--at", f"2026-10-0{day}T12:00")
    then = [
        (moment, shown(eye_clinic, "B1", "--at", moment)["status"])
        for day in range(1, 6)
        for moment in (f"2026-10-0{day}T12:00", f"2026-10-0{day}T23:00")
    ]
    assert [status for _, status in then] == [
        *("booked", "booked", "cancelled", "cancelled", "booked", "booked"),
        *("cancelled", "cancelled", "booked", "booked"),
    ]
    for moment, status in then:
        verdict = ["shown"] if status == "booked" else ["hidden", "booking.cancelled"]
        assert why(eye_clinic, "B1", "--at", moment) == verdict, moment
        assert len(json.loads(eye_clinic("sweep", "-o", "json", "--at", moment).out)) == (status == "booked"), moment
        listed = bookings(eye_clinic, "--status", "cancelled", "--at", moment)
        assert len(listed) == (status == "cancelled"), moment
    assert events(eye_clinic) == [("summons_received", "2026-10-01T12:00:00+02:00")]


def test_a_booking_that_comes_back_with_its_old_end_told(eye_clinic: Run) -> None:
    imported(eye_clinic, csv(row(created_at="2026-10-01")), "--at", "2026-10-02")
    imported(eye_clinic, csv(row(status="cancelled", ended_at="2026-10-03T10:00")), "--at", "2026-10-05")
    assert imported(eye_clinic, csv(row()), "--at", "2026-10-07") == report(updated=1)
    moments = ("2026-10-03T09:59", "2026-10-03T10:00", "2026-10-06T23:59", "2026-10-07")
    told = [shown(eye_clinic, "B1", "--at", moment)["status"] for moment in moments]
    assert told == ["booked", "cancelled", "cancelled", "booked"]


@pytest.mark.parametrize(
    "second_end", ["2026-10-03", "2026-10-05"], ids=["the same end again", "an end before it came back"]
)
def test_a_booking_that_comes_back_twice(eye_clinic: Run, second_end: str) -> None:
    """It is told of once at every moment, and was cancelled when the file of that day said so."""
    live = csv(row(created_at="2026-10-01"))
    imported(eye_clinic, live, "--at", "2026-10-01")
    imported(eye_clinic, csv(row(status="cancelled", ended_at="2026-10-03")), "--at", "2026-10-04")
    imported(eye_clinic, live, "--at", "2026-10-07")
    imported(eye_clinic, csv(row(status="cancelled", ended_at=second_end)), "--at", "2026-10-08")
    imported(eye_clinic, live, "--at", "2026-10-09")
    for moment, status in {
        "2026-10-02": "booked",
        "2026-10-04": "cancelled",
        "2026-10-06": "cancelled",
        "2026-10-08T12:00": "cancelled",
        "2026-10-09": "booked",
    }.items():
        assert shown(eye_clinic, "B1", "--at", moment)["status"] == status, moment
        assert [each["status"] for each in bookings(eye_clinic, "--at", moment)] == [status], moment
        assert len(json.loads(eye_clinic("sweep", "--all", "-o", "json", "--at", moment).out)) == 1, moment
        counted = json.loads(eye_clinic("sweep", "--all", "--summary", "-o", "json", "--at", moment).out)
        assert [each["bookings"] for each in counted] == [1], moment


def test_a_booking_may_be_made_after_its_start(eye_clinic: Run) -> None:
    assert imported(eye_clinic, csv(row(created_at="2026-12-01T10:00", origin="clinic"))) == report(created=1, events=1)
    assert why(eye_clinic, "B1", "--at", "2026-12-01T10:30") == ["shown"]


# -------------------------------------------------------------------------------- who made it (S15, S26)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"created_at": "2026-02-01T12:00"}, True, id="shown then"),
        pytest.param({"created_at": "2026-01-01"}, True, id="shown from that moment on"),
        pytest.param({"created_at": "2025-12-31T23:59:59"}, False, id="not configured yet"),
        pytest.param({"code": "SYNF60"}, False, id="mapped, not shown"),
        pytest.param({"code": "ANNAT"}, False, id="not mapped"),
        pytest.param({"code": "ANNAT", "care_type": "UPPF30"}, True, id="not mapped, its care type is"),
        pytest.param({"code": "SYNF60", "care_type": "UPPF30"}, False, id="the code comes before the care type"),
        pytest.param({"code": "UPPF30", "care_type": "SYNF60"}, True, id="the code comes before the care type again"),
        pytest.param({"calendar": "ANNAN"}, True, id="in another calendar, which S26 does not ask about"),
        pytest.param({"status": "cancelled"}, True, id="cancelled since"),
        pytest.param({"unit": NO_FILE}, False, id="a unit without a file"),
    ],
)
def test_the_clinic_booked_and_the_resident_got_a_summons(
    eye_clinic: Run, tmp_path: Path, cells: dict[str, str], expected: bool
) -> None:
    told = {"created_at": "2026-02-01T12:00", "origin": "clinic"} | cells
    assert imported(eye_clinic, csv(row(**told)), "--at", "2026-03-01") == report(created=1, events=int(expected))
    assert messages(tmp_path) == [("summons", "Besök")] * expected
    happened = events(eye_clinic, unit=told.get("unit", OGON))
    assert [(event, at[:10]) for event, at in happened] == [("summons_received", told["created_at"][:10])] * expected


def test_the_unit_does_not_show(plain: Run, tmp_path: Path) -> None:
    file = tmp_path / "config" / "units" / "ogon.toml"
    text = file.read_text(encoding="utf-8").replace("show   = true\ncancel = true\nrebook = true\nbook   = false", "")
    file.write_text(text, encoding="utf-8")
    assert plain("unit", "apply", "ogon", "--yes", "--at", APPLIED).status == 0
    assert imported(plain, csv(row(origin="clinic")), "--at", "2026-02-01") == report(created=1)
    assert (events(plain), messages(tmp_path)) == ([], [])


@pytest.mark.parametrize(
    ("policy", "happened", "sent"),
    [("summons", 1, ["summons"]), ("notice", 0, ["notice"]), ("none", 0, [])],
)
def test_what_the_regions_journal_sends(
    eye_clinic: Run, tmp_path: Path, policy: str, happened: int, sent: list[str]
) -> None:
    file = tmp_path / "config" / "tidbok.toml"
    text = file.read_text(encoding="utf-8").replace('message = "summons"', f'message = "{policy}"')
    file.write_text(text, encoding="utf-8")
    assert imported(eye_clinic, csv(row(origin="clinic")), "--at", "2026-02-01") == report(created=1, events=happened)
    assert [kind for kind, _ in messages(tmp_path)] == sent
    verdict = ["shown"] if happened else ["hidden", "relation.never"]
    assert why(eye_clinic, "B1", "--at", "2026-02-01") == verdict


@pytest.mark.parametrize("cells", [{}, {"code": "ANNAT"}, {"created_at": "2025-12-31"}, {"unit": NO_FILE}], ids=str)
def test_the_resident_booked_and_the_clinic_was_added(eye_clinic: Run, tmp_path: Path, cells: dict[str, str]) -> None:
    told = {"created_at": "2026-02-01", "origin": "resident"} | cells
    assert imported(eye_clinic, csv(row(**told)), "--at", "2026-03-01") == report(created=1, events=1)
    happened = [("booked_by_resident", f"{told['created_at']}T00:00:00+01:00")]
    assert events(eye_clinic, unit=told.get("unit", OGON)) == happened
    assert messages(tmp_path) == []


def test_nobody_is_said_to_have_made_it(eye_clinic: Run, tmp_path: Path) -> None:
    assert imported(eye_clinic, csv(row()), "--at", "2026-02-01") == report(created=1)
    assert (events(eye_clinic), messages(tmp_path)) == ([], [])


def test_who_made_it_may_be_told_later(eye_clinic: Run) -> None:
    imported(eye_clinic, csv(row()), "--at", "2026-02-01")
    assert imported(eye_clinic, csv(row(origin="clinic")), "--at", "2026-03-01") == report(updated=1, events=1)
    assert events(eye_clinic) == [("summons_received", "2026-02-01T00:00:00+01:00")]


def test_without_a_moment_it_is_the_configuration_of_the_import_that_counts(plain: Run) -> None:
    imported(plain, csv(row(origin="clinic")), "--at", "2025-12-31")
    assert plain("unit", "apply", "--yes", "--at", APPLIED).status == 0
    imported(plain, csv(row(booking_id="B2", origin="clinic")), "--at", "2026-01-01")
    assert events(plain) == [("summons_received", "2026-01-01T00:00:00+01:00")]


def test_configuration_with_an_earlier_date_sends_nothing_afterwards(plain: Run, tmp_path: Path) -> None:
    text = csv(row(origin="clinic", created_at="2026-02-01"))
    assert imported(plain, text, "--at", "2026-02-02") == report(created=1)
    assert plain("unit", "apply", "--yes", "--at", APPLIED).status == 0
    assert imported(plain, text, "--at", "2026-02-03") == report(unchanged=1)
    assert (events(plain), messages(tmp_path)) == ([], [])
    assert why(plain, "B1", "--at", "2026-02-04") == ["hidden", "relation.never"]


# ----------------------------------------------------------------------------------------------- units


def test_a_unit_without_a_file_is_kept(eye_clinic: Run) -> None:
    assert imported(eye_clinic, csv(row(unit=NO_FILE)), "--at", "2026-02-01") == report(created=1)
    assert why(eye_clinic, "B1", "--at", "2026-02-01") == [
        *("hidden", "unit.not_configured", "coupling.missing", "service.not_mapped", "relation.never")
    ]


def test_an_alias_is_known_from_the_files_before_any_is_applied(plain: Run) -> None:
    assert imported(plain, csv(row(unit="ogon"), row(booking_id="B2", unit="flogsta"))) == report(created=2)
    assert [each["unit"] for each in bookings(plain)] == [OGON, FLOGSTA]


def test_an_hsa_id_in_any_case_is_the_same_unit_written_as_its_file_has_it(plain: Run) -> None:
    imported(plain, csv(row(unit=OGON.lower())), "--at", "2026-02-01")
    assert plain("unit", "apply", "--yes", "--at", APPLIED).status == 0
    assert imported(plain, csv(row(unit="se2321000024-1a2B")), "--at", "2026-02-02") == report(unchanged=1)
    assert imported(plain, csv(row(unit="ogon")), "--at", "2026-02-02") == report(unchanged=1)
    assert shown(plain)["unit"] == OGON


def test_a_wrong_check_digit_in_an_hsa_id_is_a_warning(eye_clinic: Run) -> None:
    ran = importing(eye_clinic, csv(row(unit="SE2321000025-1A2B")))
    assert (ran.status, json.loads(ran.out)) == (0, report(created=1))
    assert "SE2321000025-1A2B" in ran.err


# ------------------------------------------------------------------------------------- the form of a CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a BOM"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_delimiters_marks_and_endings(eye_clinic: Run, delimiter: str, mark: str, ending: str) -> None:
    text = mark + csv(row(calendar="OGON-TB1"), row(booking_id="B2")).replace(",", delimiter).replace("\n", ending)
    assert imported(eye_clinic, text.encode()) == report(created=2)
    assert shown(eye_clinic)["calendar"] == "OGON-TB1"


def test_columns_in_any_order_and_quoted_cells(eye_clinic: Run) -> None:
    text = f'start;resident;code;unit;booking_id;calendar\n"2026-12-01T09:00";{ANNA};UPPF30;ogon;B1;"Ö ; ""1"""\n'
    assert imported(eye_clinic, text) == report(created=1)
    assert shown(eye_clinic)["calendar"] == 'Ö ; "1"'


def test_extra_columns_are_passed_over_with_a_warning(eye_clinic: Run) -> None:
    header = "booking_id,unit,Rum,code,resident,start,kommentar\n"
    ran = importing(eye_clinic, csv(f"B1,ogon,7,UPPF30,{ANNA},2026-12-01T09:00,hej", header=header))
    assert (ran.status, json.loads(ran.out)) == (0, report(created=1))
    assert ran.err.startswith("-:1: warning: ") and "Rum, kommentar" in ran.err


def test_missing_columns(eye_clinic: Run) -> None:
    ran = importing(eye_clinic, csv("B1,ogon,2026-12-01T09:00", header="booking_id,unit,start\n"))
    assert (ran.status, ran.out) == (2, "")
    told = json.loads(ran.err)["error"]
    assert (told["code"], told["where"]) == ("columns.missing", "-:1")
    assert "code, resident" in told["message"]


def test_an_empty_file(eye_clinic: Run) -> None:
    assert importing(eye_clinic, "").status == 2


def test_windows_1252_is_refused_with_the_flag_that_reads_it(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    file.write_bytes(csv(row(calendar="Ögon")).replace(",", ";").encode("windows-1252"))
    before = everything(tmp_path)
    ran = eye_clinic("booking", "import", str(file))
    assert (ran.status, ran.out) == (2, "")
    flag = re.search(r"--encoding (\S+)", ran.err)
    assert flag and f"{file}:2" in ran.err
    assert everything(tmp_path) == before
    assert eye_clinic("booking", "import", str(file), "--encoding", flag[1]).status == 0
    assert shown(eye_clinic)["calendar"] == "Ögon"


def test_an_hour_that_exists_twice_is_the_first_with_a_warning(eye_clinic: Run) -> None:
    ran = importing(eye_clinic, csv(row(start="2026-10-25T02:30")), "--at", "2026-02-01")
    assert (ran.status, shown(eye_clinic)["start"]) == (0, "2026-10-25T02:30:00+02:00")
    assert "-:2, start: warning: " in ran.err


def test_a_file_that_is_not_there(eye_clinic: Run, tmp_path: Path) -> None:
    ran = eye_clinic("booking", "import", str(tmp_path / "none.csv"))
    assert (ran.status, ran.out) == (2, "")
    assert "none.csv" in ran.err


# ---------------------------------------------------------------------------------------------- RIV-TA

NAMESPACES = (
    'xmlns:r="urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1" '
    'xmlns:c="urn:riv:crm:scheduling:1" xmlns:x="urn:riv:crm:scheduling:1.1"'
)
SLOT = {
    "startTimeInclusive": "20261201090000",
    "endTimeExclusive": "20261201093000",
    "healthcare_facility": OGON,
    "bookingId": "B1",
    "subject_of_care": ANNA,
    "timeTypeID": "UPPF30",
}


def slot(invitation: str | None = None, **children: str) -> str:
    """A slot of Anna's at the eye clinic, but for these children; an empty one is left out."""
    told = "".join(f"<c:{name}>{text}</c:{name}>" for name, text in (SLOT | children).items() if text)
    invited = f"<x:isInvitation>{invitation}</x:isInvitation>" if invitation is not None else ""
    return f"<r:timeslotDetail>{told}{invited}</r:timeslotDetail>\n"


def response(*slots: str) -> str:
    """The first slot stands in the second line."""
    inside = "".join(slots)
    return f"<r:GetSubjectOfCareScheduleResponse {NAMESPACES}>\n{inside}</r:GetSubjectOfCareScheduleResponse>\n"


@pytest.fixture(scope="session", autouse=True)
def lxml() -> None:
    pytest.importorskip("lxml")


def test_a_response_of_1_0_from_standard_input(eye_clinic: Run) -> None:
    """Without isInvitation, which 1.0 does not have; nobody is said to have made the booking."""
    assert imported(eye_clinic, response(slot()), "--at", "2026-02-01T12:00") == report(created=1)
    booking = shown(eye_clinic)
    names = ("id", "unit", "code", "care_type", "start", "end", "status", "created_at", "origin", "calendar")
    assert [booking[name] for name in names] == [
        *("B1", OGON, "UPPF30", None, "2026-12-01T09:00:00+01:00", "2026-12-01T09:30:00+01:00"),
        *("booked", "2026-02-01T12:00:00+01:00", None, None),
    ]
    assert events(eye_clinic) == []


def test_a_time_type_and_a_care_type(eye_clinic: Run) -> None:
    text = response(
        slot(bookingId="both", careTypeID="OGA"),
        slot(bookingId="care", timeTypeID="", careTypeID="OGA"),
        slot(bookingId="time"),
    )
    imported(eye_clinic, text)
    told = [
        (shown(eye_clinic, booking)["code"], shown(eye_clinic, booking)["care_type"])
        for booking in ("both", "care", "time")
    ]
    assert told == [("UPPF30", "OGA"), ("OGA", None), ("UPPF30", None)]


@pytest.mark.parametrize("code", ["UPPF30", "SYNF60", "ANNAT"])
def test_an_invitation_with_a_start_is_a_booking_and_a_summons(eye_clinic: Run, code: str) -> None:
    """… whatever the configuration."""
    text = response(slot("true", timeTypeID=code))
    assert imported(eye_clinic, text, "--at", "2026-02-01T12:00") == report(created=1, events=1)
    assert events(eye_clinic) == [("summons_received", "2026-02-01T12:00:00+01:00")]
    assert imported(eye_clinic, text, "--at", "2026-02-02T12:00") == report(unchanged=1)
    assert events(eye_clinic) == [("summons_received", "2026-02-01T12:00:00+01:00")]


def test_the_summons_was_received_when_the_booking_was_made(eye_clinic: Run) -> None:
    imported(eye_clinic, csv(row(created_at="2026-02-01", end="2026-12-01T09:30")), "--at", "2026-02-02")
    assert imported(eye_clinic, response(slot("true")), "--at", "2026-02-03") == report(unchanged=1, events=1)
    assert events(eye_clinic) == [("summons_received", "2026-02-01T00:00:00+01:00")]


def test_an_open_summons_is_counted_and_no_booking(eye_clinic: Run, tmp_path: Path) -> None:
    invited = slot("true", startTimeInclusive="", endTimeExclusive="", timeTypeID="")
    assert imported(eye_clinic, response(invited), "--at", "2026-02-01") == report(summons=1, events=1)
    assert bookings(eye_clinic) == []
    assert events(eye_clinic) == [("summons_received", "2026-02-01T00:00:00+01:00")]
    before = everything(tmp_path)
    again = imported(eye_clinic, response(invited), "--at", "2026-02-02")
    assert (again["summons"], again["events"], again["created"]) == (0, 0, 0)
    assert everything(tmp_path) == before


def test_an_open_summons_that_becomes_a_booking(eye_clinic: Run) -> None:
    invited = slot("true", startTimeInclusive="", endTimeExclusive="")
    imported(eye_clinic, response(invited), "--at", "2026-02-01")
    assert imported(eye_clinic, response(slot()), "--at", "2026-02-05") == report(created=1)
    assert why(eye_clinic, "B1", "--at", "2026-02-05") == ["shown"]
    assert events(eye_clinic) == [("summons_received", "2026-02-01T00:00:00+01:00")]


def test_a_summons_of_another_resident_on_a_known_id(eye_clinic: Run) -> None:
    nothing = {"startTimeInclusive": "", "endTimeExclusive": ""}
    imported(eye_clinic, response(slot("true", **nothing)))
    ran = importing(eye_clinic, response(slot("true", subject_of_care=BO, **nothing)))
    assert [code for _, code in bad_rows(ran)] == ["booking.other_resident"]


BAD_SLOTS = {
    "no start": slot(bookingId="X", startTimeInclusive=""),
    "no start, and no invitation": slot("false", bookingId="X", startTimeInclusive=""),
    "no code": slot(bookingId="X", timeTypeID=""),
    "an invitation with a start and no code": slot("true", bookingId="X", timeTypeID=""),
    "no facility": slot(bookingId="X", healthcare_facility=""),
    "no resident": slot(bookingId="X", subject_of_care=""),
    "an open summons without a resident": slot("true", bookingId="X", startTimeInclusive="", subject_of_care=""),
    "an open summons without a facility": slot("true", bookingId="X", startTimeInclusive="", healthcare_facility=""),
    "a time that does not exist": slot(bookingId="X", startTimeInclusive="20270328023000"),
    "a time in another form": slot(bookingId="X", startTimeInclusive="2026-12-01T09:00:00"),
    "a facility that is none": slot(bookingId="X", healthcare_facility="SE23"),
    "a facility that only looks like an alias": slot(bookingId="X", healthcare_facility="okand"),
    "a wrong number": slot(bookingId="X", subject_of_care="191212121213"),
    "an end before the start": slot(bookingId="X", endTimeExclusive="20261201085900"),
}


@pytest.mark.parametrize("bad", BAD_SLOTS.values(), ids=BAD_SLOTS)
def test_a_bad_slot_is_named_by_line_and_booking_id(eye_clinic: Run, tmp_path: Path, bad: str) -> None:
    file = tmp_path / "schedule.xml"
    file.write_text(response(slot(), bad), encoding="utf-8")
    before = everything(tmp_path)
    ran = eye_clinic("booking", "import", str(file), "-o", "json")
    assert json.loads(ran.out) == report(rejected=1)
    ((where, _),) = bad_rows(ran)
    assert where.startswith(f"{file}:3, ") and where.endswith(", X")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("invitation", [None, "true"])
def test_a_slot_without_a_booking_id(eye_clinic: Run, invitation: str | None) -> None:
    ran = importing(eye_clinic, response(slot(), slot(invitation, bookingId="", startTimeInclusive="")))
    assert {where.split(",")[0] for where, _ in bad_rows(ran)} == {"-:3"}
    assert json.loads(ran.out) == report(rejected=1)


def test_a_slot_that_contradicts_an_earlier_one_is_named_by_line_and_booking_id(eye_clinic: Run) -> None:
    ran = importing(eye_clinic, response(slot(), slot(timeTypeID="SYNF60")))
    ((where, code),) = bad_rows(ran)
    assert (where.split(", ")[0], where.split(", ")[-1], code) == ("-:3", "B1", "row.contradicts")


def test_another_residents_slot_is_named_by_line_and_booking_id(eye_clinic: Run) -> None:
    imported(eye_clinic, response(slot()))
    ((where, code),) = bad_rows(importing(eye_clinic, response(slot(subject_of_care=BO))))
    assert (where.split(", ")[0], where.split(", ")[-1], code) == ("-:2", "B1", "booking.other_resident")


TIMES = {"startTimeInclusive": "202612010900", "endTimeExclusive": "202612010930"}


def test_times_without_seconds_are_taken_with_one_warning(eye_clinic: Run, tmp_path: Path) -> None:
    """They are in use, and a breach of the contract."""
    file = tmp_path / "schedule.xml"
    file.write_text(response(slot(bookingId="B0"), slot(**TIMES), slot(bookingId="B2", **TIMES)), encoding="utf-8")
    ran = eye_clinic("booking", "import", str(file), "-o", "json")
    assert (ran.status, json.loads(ran.out)) == (0, report(created=3))
    assert ran.err.count("warning") == 1 and ran.err.startswith(
        f"{file}:3: warning: Times without seconds (YYYYMMDDhhmm): 4,"
    )
    assert [shown(eye_clinic)[name] for name in ("start", "end")] == [
        "2026-12-01T09:00:00+01:00",
        "2026-12-01T09:30:00+01:00",
    ]
    assert imported(eye_clinic, response(slot())) == report(unchanged=1)


@pytest.mark.parametrize("time", ["20261201090", "2026120109", "202612012460", "202613010900", "2026120109000"])
def test_no_other_time_is_taken(eye_clinic: Run, time: str) -> None:
    ((where, code),) = bad_rows(importing(eye_clinic, response(slot(startTimeInclusive=time))))
    assert (where.split(", ")[1], code) == ("start", "time.malformed_rivta")


def test_a_rejected_time_without_seconds_can_be_imported_again(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    bad = slot(bookingId="B2", subject_of_care="191212121213", **TIMES)
    ran = importing(eye_clinic, response(slot(), bad), "--skip-bad", "--rejected", str(file))
    assert json.loads(ran.out) == report(created=1, rejected=1)
    mended = file.read_text(encoding="utf-8").replace("191212121213", ANNA)
    assert imported(eye_clinic, mended) == report(created=1)
    assert shown(eye_clinic, "B2")["start"] == "2026-12-01T09:00:00+01:00"


ORIGIN = ("--origin-from-invitation", "--at", "2026-02-01T12:00")
WHO_BOOKED: dict[str, tuple[str | None, str, str]] = {
    "absent": (None, "resident", "booked_by_resident"),
    "false": ("false", "resident", "booked_by_resident"),
    "0": ("0", "resident", "booked_by_resident"),
    "blanks": (" false ", "resident", "booked_by_resident"),
    "an invitation": ("true", "clinic", "summons_received"),
    "an invitation by number": ("1", "clinic", "summons_received"),
}


@pytest.mark.parametrize("name", WHO_BOOKED)
def test_an_invitation_tells_who_booked_where_that_is_asked_for(eye_clinic: Run, tmp_path: Path, name: str) -> None:
    """Contract 1.1: what is no invitation the resident made; S15, or one summons and one message."""
    invitation, origin, event = WHO_BOOKED[name]
    text = response(slot(invitation), slot("true", bookingId="B2", healthcare_facility=FLOGSTA))
    assert imported(eye_clinic, text, *ORIGIN)["created"] == 2
    assert shown(eye_clinic)["origin"] == origin
    assert events(eye_clinic) == [(event, "2026-02-01T12:00:00+01:00")]
    assert len(rows_of(tmp_path, "SELECT 1 FROM message m JOIN booking b ON b.id = m.booking_id "
                                 "WHERE b.booking_id = 'B1'")) == int(origin == "clinic")  # fmt: skip
    again = imported(eye_clinic, text, *ORIGIN[:1], "--at", "2026-02-02")
    assert (again["unchanged"], again["events"]) == (2, 0)


def test_who_booked_may_be_learnt_later(eye_clinic: Run) -> None:
    imported(eye_clinic, response(slot()), "--at", "2026-01-31")
    assert (shown(eye_clinic)["origin"], events(eye_clinic)) == (None, [])
    invited = slot("true", bookingId="B2")
    assert imported(eye_clinic, response(slot("false"), invited), *ORIGIN)["updated"] == 1
    assert shown(eye_clinic)["origin"] == "resident"


def test_a_boolean_that_is_none_tells_nothing(eye_clinic: Run) -> None:
    ((_, code),) = bad_rows(importing(eye_clinic, response(slot("maybe")), *ORIGIN))
    assert code == bad_rows(importing(eye_clinic, response(slot("maybe"))))[0][1]


def test_a_producer_that_never_says_it_is_doubted(eye_clinic: Run) -> None:
    ran = eye_clinic("booking", "import", "-", *ORIGIN, stdin=response(slot(), slot(bookingId="B2")))
    assert (ran.status, "None of the 2 slots says isInvitation" in ran.err) == (0, True)
    told = eye_clinic("booking", "import", "-", *ORIGIN, stdin=response(slot("false", bookingId="B3")))
    assert (told.status, told.err) == (0, "")
    empty = eye_clinic("booking", "import", "-", *ORIGIN, stdin=response())
    assert (empty.status, empty.err) == (0, "")


def test_a_table_says_it_by_itself(eye_clinic: Run, tmp_path: Path) -> None:
    ran = importing(eye_clinic, csv(row()), *ORIGIN)
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "rivta.origin_in_vain")
    assert rows_of(tmp_path, "SELECT count(*) FROM booking") == [(0,)]


def test_many_responses_in_a_file(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.xml"
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    file.write_text(declared + response(slot()) + declared + response(slot(bookingId="B2"), slot()), encoding="utf-8")
    assert json.loads(eye_clinic("booking", "import", str(file), "-o", "json").out) == report(created=2, unchanged=1)


def test_what_xml_does_not_say_is_kept(eye_clinic: Run) -> None:
    text = csv(row(origin="resident", calendar="OGON-TB1", created_at="2026-01-05", end="2026-12-01T09:30"))
    imported(eye_clinic, text, "--at", "2026-02-01")
    assert imported(eye_clinic, response(slot()), "--at", "2026-02-02") == report(unchanged=1)
    booking = shown(eye_clinic)
    assert [booking[name] for name in ("origin", "calendar", "created_at")] == [
        *("resident", "OGON-TB1", "2026-01-05T00:00:00+01:00")
    ]


@pytest.mark.parametrize("doctype", ["<!DOCTYPE r>", '<!DOCTYPE r [<!ENTITY b "B1">]>'])
def test_a_doctype_is_refused(eye_clinic: Run, tmp_path: Path, doctype: str) -> None:
    before = everything(tmp_path)
    ran = importing(eye_clinic, doctype + response(slot()))
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "xml.doctype")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("text", ["<a/>", "<a>", "<?xml version='1.0'?>"])
def test_xml_that_is_no_such_message(eye_clinic: Run, text: str) -> None:
    ran = importing(eye_clinic, text)
    assert (ran.status, ran.out) == (2, "")


# ------------------------------------------------------------------------------- the sample of the region

AT = ("--at", "2026-11-23T12:00")
UNCONFIGURED = "unit.not_configured coupling.missing service.not_mapped"


def swept(run: Run) -> list[list[str]]:
    ran = run("sweep", "-o", "json", *AT)
    assert ran.status == 1
    told = json.loads(ran.out)
    assert [list(each) for each in told] == [
        ["unit", "booking", "resident", "code", "start", "verdict", "reasons"] for _ in told
    ]
    return [[*list(each.values())[:-1], " ".join(each["reasons"])] for each in told]


def test_the_sample_before_and_after_its_units_are_configured(plain: Run) -> None:
    """Eight bookings at three units, of which one is an invitation; the third unit has no file."""
    sample = reference("rivta/samples/schedule-uppsala.xml")
    ran = plain("booking", "import", str(sample), "-o", "json", *AT)
    assert (ran.status, ran.err, json.loads(ran.out)) == (0, "", report(created=8, events=1))

    rows = [
        (OGON, "COS-100402", "19861106-****", "UPPF30", "2026-11-24T08:15:00+01:00"),
        (OGON, "COS-100231", "19121212-****", "UPPF30", "2026-12-01T09:00:00+01:00"),
        (OGON, "COS-100377", "19121212-****", "SYNF60", "2026-12-15T13:00:00+01:00"),
        (OGON, "COS-100500", "20000229-****", "UPPF30", "2027-03-28T01:30:00+01:00"),
        (FLOGSTA, "882-41", "19861106-****", "PROV10", "2026-12-03T10:10:00+01:00"),
        (FLOGSTA, "882-42", "19491117-****", "PROV10", "2026-12-03T10:20:00+01:00"),
        (FLOGSTA, "882-77", "19491117-****", "SAMTAL60", "2027-01-15T14:00:00+01:00"),
        (NO_FILE, "H-7", "20000229-****", "HUDB", "2026-11-30T11:00:00+01:00"),
    ]
    never = f"{UNCONFIGURED} relation.never"
    before = [UNCONFIGURED, never, never, never, never, never, never, never]
    assert swept(plain) == [[*cells, "hidden", why] for cells, why in zip(rows, before, strict=True)]
    assert why(plain, "COS-100402", *AT) == ["hidden", *UNCONFIGURED.split()]

    assert plain("unit", "apply", "--yes", "--at", "2026-11-23").status == 0
    after = [
        *("", "relation.never", "service.show_off relation.never", "relation.never"),
        *("relation.never", "relation.never", "relation.never", never),
    ]
    assert swept(plain) == [[*cells, "hidden" if why else "shown", why] for cells, why in zip(rows, after, strict=True)]
    assert why(plain, "COS-100402", *AT) == ["shown"]
    told = json.loads(plain("why", "COS-100402", *AT, "-o", "json").out)
    assert told["booking"] == {
        "id": "COS-100402",
        "unit": OGON,
        "unit_name": "Ögonmottagningen",
        "resident": "19861106-****",
        "code": "UPPF30",
        "care_type": None,
        "kind": "care_service",
        "label": "Besök",
        "start": "2026-11-24T08:15:00+01:00",
        "end": "2026-11-24T08:45:00+01:00",
        "status": "booked",
        "created_at": "2026-11-23T12:00:00+01:00",
        "origin": None,
        "calendar": None,
    }
    assert told["checks"][-1]["evidence"] == {
        "required": True,
        "relation": "held",
        "event": "summons_received",
        "event_id": 1,
        "occurred_at": "2026-11-23T12:00:00+01:00",
        "file": str(sample),
        "line": 36,
    }
    assert why(plain, "COS-100500", "--at", "2027-03-28T04:29:59") == ["hidden", "relation.never"]
    assert why(plain, "COS-100500", "--at", "2027-03-28T04:30") == ["hidden", "window.over", "relation.never"]
    assert json.loads(plain("booking", "import", str(sample), "-o", "json").out) == report(unchanged=8)


def test_a_form_that_there_is_not_is_refused_before_anything_is_imported(eye_clinic: Run) -> None:
    rows = "booking_id,unit,code,resident,start\nB1,ogon,UPPF30,191212121212,2026-12-01T09:00\n"
    assert eye_clinic("booking", "import", "-", "-o", "text", stdin=rows).status == 2
    assert json.loads(eye_clinic("booking", "list", "-o", "json").out) == []
