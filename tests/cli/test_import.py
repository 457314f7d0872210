"""Imports that leave bad rows out, and imports on trial.

Contract, section 2.
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from support.answers import error, report
from support.command_line import Run
from support.people import ANNA, BO
from support.region import OGON
from support.stores import everything
from support.workbook import workbook

pytestmark = pytest.mark.both

HEADER = "booking_id,unit,code,resident,start"
GOOD = f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00"
WRONG_NUMBER = f"B2,ogon,UPPF30,{ANNA[:-1]}3,2026-12-01T10:00"
WRONG_TIME = f'"B3 ",ogon,"=1+1; ""å""",{BO},imorgon'
EVENTS = f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_added,2026-11-01\n{BO},okand,clinic_added,2026-11-01\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bookings.csv"


def imported(run: Run, *arguments: str, stdin: str = "", kind: str = "booking") -> dict[str, Any]:
    """`tidbok.import/1` of an import that had bad rows."""
    ran = run(kind, "import", *arguments, "-o", "json", stdin=stdin)
    assert ran.status == 1, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    return told


def rows(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding)), delimiter=delimiter))


def booking_ids(run: Run) -> list[str]:
    return [each["booking"] for each in json.loads(run("booking", "list", "-o", "json").out)]


# ------------------------------------------------------------------------------------------ leaving out


def test_bad_rows_are_left_out_and_kept_as_they_were_for_their_owner_alone(eye_clinic: Run, file: Path) -> None:
    file.write_text(f"{HEADER}\n{WRONG_NUMBER}\n{GOOD}\n{WRONG_TIME}", encoding="utf-8")
    assert imported(eye_clinic, str(file), "--skip-bad") == report(created=1, rejected=2)
    assert booking_ids(eye_clinic) == ["B1"]
    rejected = file.with_name("bookings.csv.rejected.csv")
    assert rejected.stat().st_mode & 0o777 == 0o600
    first, second = rows(rejected)
    assert first.pop("why").startswith("resident: The person number's check digit is wrong.")
    assert second.pop("why").startswith("start: “imorgon” is no time.")
    assert list(first.values()) == WRONG_NUMBER.split(",")
    assert second["booking_id"] == "B3 " and second["code"] == '\'=1+1; "å"'


def test_what_is_said_of_rows_that_are_left_out(eye_clinic: Run, file: Path) -> None:
    file.write_text(f"{HEADER}\n{GOOD}\n{WRONG_NUMBER}", encoding="utf-8")
    ran = eye_clinic("booking", "import", str(file), "--skip-bad")
    assert ran.out == "created: 1, rejected: 1\n"
    assert f"{file}.rejected.csv" in ran.err and "bookings.csv:3, resident" in ran.err
    assert ANNA[:-1] not in ran.err
    told = error(eye_clinic("booking", "import", str(file), "--skip-bad", "-o", "json"))
    assert (told["code"], told["where"]) == ("import.left_out", str(file))
    assert [each["code"] for each in told["problems"]] == ["resident.check_digit"]


def test_a_corrected_file_of_bad_rows_is_imported_and_its_bad_rows_have_one_reason_again(
    eye_clinic: Run, file: Path
) -> None:
    file.write_text(f"{HEADER}\n{WRONG_NUMBER}\n{WRONG_TIME}", encoding="utf-8")
    assert imported(eye_clinic, str(file), "--skip-bad")["rejected"] == 2
    rejected = Path(f"{file}.rejected.csv")
    rejected.write_text(rejected.read_text(encoding="utf-8").replace("imorgon", "2026-12-02 09.30"), encoding="utf-8")
    ran = eye_clinic("booking", "import", str(rejected), "--skip-bad", "-o", "json")
    assert json.loads(ran.out) == report(created=1, rejected=1)
    assert len(ran.err.splitlines()) == 1  # no warning that a column `why` is not used
    again = Path(f"{rejected}.rejected.csv")
    assert again.read_text(encoding="utf-8").splitlines()[0] == f"why,{HEADER}"
    assert [row["booking_id"] for row in rows(again)] == ["B2"]


def test_without_bad_rows_no_file_is_made(eye_clinic: Run, file: Path) -> None:
    file.write_text(f"{HEADER}\n{GOOD}", encoding="utf-8")
    assert eye_clinic("booking", "import", str(file), "--skip-bad").status == 0
    assert not Path(f"{file}.rejected.csv").exists()


def test_rows_that_only_the_others_or_the_store_show_to_be_bad(eye_clinic: Run, file: Path) -> None:
    assert eye_clinic("booking", "import", "-", stdin=f"{HEADER}\n{GOOD.replace('B1', 'B7')}").status == 0
    lines = (
        HEADER + ",",
        GOOD,
        GOOD,
        GOOD.replace("09:00", "11:00"),
        GOOD.replace("ogon", "okand").replace("B1", "B6"),
        f"B7,ogon,UPPF30,{BO},2026-12-01T09:00",
        GOOD.replace("B1", "B8") + ",for,many",
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    assert imported(eye_clinic, str(file), "--skip-bad") == report(created=1, unchanged=1, rejected=4)
    told = rows(Path(f"{file}.rejected.csv"))
    assert [(each["booking_id"], each["why"].split(".")[0]) for each in told] == [
        ("B1", "The same as in line 2, with other values"),
        ("B6", "unit: No clinic “okand” is known"),
        ("B7", "resident: The booking is known, and another resident's"),
        ("B8", "The row has 7 cells and the header 5"),
    ]
    with Path(f"{file}.rejected.csv").open(encoding="utf-8") as written:
        assert list(csv.reader(written))[-1][-2:] == ["for", "many"]


def test_a_file_of_swedish_excel_keeps_its_delimiter(eye_clinic: Run, file: Path) -> None:
    text = "\r\n".join((HEADER, WRONG_TIME.replace("=1+1; ", "Åter"))).replace(",", ";")
    file.write_bytes(text.encode("windows-1252"))
    assert imported(eye_clinic, str(file), "--encoding", "windows-1252", "--skip-bad")["rejected"] == 1
    (row,) = rows(Path(f"{file}.rejected.csv"), ";", "windows-1252")
    assert (row["booking_id"], row["code"], row["start"]) == ("B3 ", 'Åter"å"', "imorgon")


def test_a_workbook(eye_clinic: Run, tmp_path: Path) -> None:
    cells = [HEADER.split(","), GOOD.split(","), WRONG_NUMBER.split(",")]
    file = workbook(tmp_path / "bookings.xlsx", {"Tider": cells})
    assert imported(eye_clinic, file, "--skip-bad") == report(created=1, rejected=1)
    assert [row["booking_id"] for row in rows(Path(f"{file}.rejected.csv"))] == ["B2"]


def test_relation_events(eye_clinic: Run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(EVENTS, encoding="utf-8")
    assert imported(eye_clinic, str(file), "--skip-bad", kind="relation") == report(created=1, events=1, rejected=1)
    assert [row["unit"] for row in rows(Path(f"{file}.rejected.csv"))] == ["okand"]


def test_the_reason_is_in_the_chosen_language(eye_clinic: Run, file: Path) -> None:
    file.write_text(f"{HEADER}\n{WRONG_TIME}", encoding="utf-8")
    assert eye_clinic("--lang", "sv", "booking", "import", str(file), "--skip-bad").status == 1
    assert rows(Path(f"{file}.rejected.csv"))[0]["why"].startswith("start: ”imorgon” är ingen tidpunkt.")


# --------------------------------------------------------------------------- where the bad rows are put

SLOT = (
    "<timeslotDetail><healthcare_facility>SE2321000024-1A2B</healthcare_facility><bookingId>{}</bookingId>"
    "<startTimeInclusive>{}</startTimeInclusive><subject_of_care>191212121212</subject_of_care>"
    "<timeTypeID>UPPF30</timeTypeID></timeslotDetail>"
)
SCHEDULE = (
    "<GetSubjectOfCareScheduleResponse>"
    + "".join(SLOT.format(*slot) for slot in (("B1", ""), ("B2", "20261201090000"), ("B3", ""), ("B3", "i dag")))
    + "</GetSubjectOfCareScheduleResponse>"
)


def test_standard_input_needs_a_name(eye_clinic: Run, tmp_path: Path) -> None:
    text = f"{HEADER}\n{GOOD}\n{WRONG_NUMBER}"
    ran = eye_clinic("booking", "import", "-", "--skip-bad", "-o", "json", stdin=text)
    assert (ran.status, ran.out, error(ran)["code"]) == (2, "", "import.needs_rejected")
    bad = tmp_path / "bad.csv"
    told = imported(eye_clinic, "-", "--skip-bad", "--rejected", str(bad), stdin=text)
    assert told == report(created=1, rejected=1)
    assert [row["booking_id"] for row in rows(bad)] == ["B2"]


def test_slots_of_xml_on_one_line_are_told_apart(eye_clinic: Run, tmp_path: Path) -> None:
    file, bad = tmp_path / "schedule.xml", tmp_path / "bad.csv"
    file.write_text(SCHEDULE, encoding="utf-8")
    ran = eye_clinic("booking", "import", str(file), "--skip-bad", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "import.needs_rejected")
    assert imported(eye_clinic, str(file), "--skip-bad", "--rejected", str(bad)) == report(created=1, rejected=3)
    assert [(row["booking_id"], row["start"], row["unit"], row["resident"]) for row in rows(bad)] == [
        ("B1", "", OGON, ANNA), ("B3", "", OGON, ANNA), ("B3", "i dag", OGON, ANNA),
    ]  # fmt: skip
    assert booking_ids(eye_clinic) == ["B2"]


def test_the_file_itself_is_not_overwritten(eye_clinic: Run, file: Path) -> None:
    text = f"{HEADER}\n{GOOD}\n{WRONG_NUMBER}"
    file.write_text(text, encoding="utf-8")
    ran = eye_clinic("booking", "import", str(file), "--skip-bad", "--rejected", str(file), "-o", "json")
    assert (ran.status, error(ran)["code"], file.read_text(encoding="utf-8")) == (2, "import.rejected_is_file", text)


def test_naming_a_file_in_vain(eye_clinic: Run, file: Path) -> None:
    file.write_text(f"{HEADER}\n{GOOD}", encoding="utf-8")
    ran = eye_clinic("booking", "import", str(file), "--rejected", f"{file}.bad", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "import.rejected_in_vain")


def test_where_the_bad_rows_cannot_be_written_nothing_is_imported(eye_clinic: Run, file: Path, tmp_path: Path) -> None:
    file.write_text(f"{HEADER}\n{GOOD}\n{WRONG_NUMBER}", encoding="utf-8")
    before = everything(tmp_path)
    into = tmp_path / "nowhere" / "bad.csv"
    ran = eye_clinic("booking", "import", str(file), "--skip-bad", "--rejected", str(into), "-o", "json")
    assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, "file.not_writable", str(into))
    assert everything(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir() if "rejected" in path.name or ".bad" in path.name] == []


# -------------------------------------------------------------------------------------------- dry runs


@pytest.mark.parametrize("options", [(), ("--skip-bad",)], ids=["all or none", "leaving out"])
def test_a_dry_run_says_the_same_and_changes_nothing(
    eye_clinic: Run, file: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    header = f"{HEADER},origin"
    file.write_text("\n".join((header, f"{GOOD},clinic", *([WRONG_NUMBER] if options else []))), encoding="utf-8")
    before = everything(tmp_path)
    dry = eye_clinic("booking", "import", str(file), *options, "--at", "2026-11-01", "--dry-run", "-o", "json")
    assert everything(tmp_path) == before
    assert not Path(f"{file}.rejected.csv").exists()
    done = eye_clinic("booking", "import", str(file), *options, "--at", "2026-11-01", "-o", "json")
    assert (dry.status, json.loads(dry.out)) == (done.status, json.loads(done.out))
    assert json.loads(dry.out) == report(created=1, events=1, rejected=len(options))


def test_a_dry_run_of_events_and_what_it_says(eye_clinic: Run, tmp_path: Path) -> None:
    text = EVENTS.replace("okand", "ogon")
    ran = eye_clinic("relation", "import", "-", "--dry-run", stdin=text)
    assert (ran.status, ran.out) == (0, "Dry run, nothing was changed. It would be: created: 2, relation events: 2\n")
    assert json.loads(eye_clinic("relation", "list", "-o", "json").out) == []
    refused = eye_clinic("relation", "import", "-", "--dry-run", "-o", "json", stdin=EVENTS)
    assert (refused.status, error(refused)["code"]) == (1, "import.would_reject")


# ------------------------------------------------------------------------------------------ the report


def test_the_report_says_which_columns_were_new(eye_clinic: Run) -> None:
    header = f"{HEADER},status"
    first = "\n".join((header, f"{GOOD},booked", f"{GOOD.replace('B1', 'B2')},booked"))
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=first).out == "created: 2\n"
    second = first.replace("B2,ogon,UPPF30", "B2,ogon,PROV10").replace("booked", "cancelled")
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-02", stdin=second).out == (
        "updated: 2\nNew in the updated rows: ended_at 2, status 2, code 1\n"
    )
