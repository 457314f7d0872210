"""Ids that look alike: in one file of any format, told once, and taken as they are written."""

import json
from pathlib import Path

import pytest
from support.command_line import Ran, Run
from support.people import ANNA
from support.region import OGON
from support.workbook import workbook

HEADINGS = {
    "booking": "booking_id,unit,code,resident,start",
    "slot": "slot_id,unit,code,start,end",
    "basis": "basis_id,unit,code,resident,valid_from",
}
REST = {
    "booking": f"UPPF30,{ANNA},2027-12-01T09:00",
    "slot": "UPPF30,2027-12-01T09:00,2027-12-01T09:30",
    "basis": f"UPPF30,{ANNA},2027-12-01",
}
ANSWER = """<GetSubjectOfCareScheduleResponse xmlns="urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1">
{}</GetSubjectOfCareScheduleResponse>"""
SLOT = f"""<timeslotDetail><bookingId>{{}}</bookingId><healthcare_facility>{OGON}</healthcare_facility>
<timeTypeID>UPPF30</timeTypeID><subject_of_care>{ANNA}</subject_of_care>
<startTimeInclusive>20271201090000</startTimeInclusive></timeslotDetail>"""


def imported(run: Run, folder: Path, noun: str, form: str, ids: list[str], *, units: tuple[str, ...] = (OGON,)) -> Ran:
    """An import of rows with these ids, of the units in turn."""
    table = [[each, units[place % len(units)], *REST[noun].split(",")] for place, each in enumerate(ids)]
    head = HEADINGS[noun].split(",")
    file = folder / f"rows.{form}"
    if form == "xlsx":
        workbook(file, {"Blad1": [head, *table]})
    elif form == "csv":
        file.write_text("\n".join(map(",".join, (head, *table))), encoding="utf-8")
    else:
        file.write_text(ANSWER.format("".join(map(SLOT.format, ids))), encoding="utf-8")
    return run(noun, "import", str(file), "-o", "json")


@pytest.mark.parametrize(
    ("noun", "form"),
    [("booking", "csv"), ("booking", "xlsx"), ("booking", "xml"), ("slot", "csv"), ("slot", "xlsx"), ("basis", "csv")],
)
@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["B-1", "b-1"], ["“b-1” differs only in case or kinds of space from “B-1”"]),
        (["x", "Å 1", "y", "å  1", "Å 1"], ["“å  1” differs only in case or kinds of space from “Å 1”"]),
        (["B1", "b1", "b1"], ["“b1” differs only in case or kinds of space from “B1”"]),
        (["B1", "B2", "B 1", "B1"], []),
    ],
)
def test_of_one_unit_are_warned_of(
    eye_clinic: Run, tmp_path: Path, noun: str, form: str, ids: list[str], told: list[str]
) -> None:
    ran = imported(eye_clinic, tmp_path, noun, form, ids)
    assert (ran.status, json.loads(ran.out)["created"]) == (0, len(set(ids)))
    said = [line for line in ran.err.splitlines() if "kinds of space" in line]
    assert [expected in line for expected, line in zip(told, said, strict=True)] == [True] * len(told)
    assert all(f"rows.{form}" in line and f"{noun}_id" in line for line in said)


@pytest.mark.parametrize("noun", ["booking", "slot", "basis"])
def test_of_the_store_are_warned_of(eye_clinic: Run, tmp_path: Path, noun: str) -> None:
    assert imported(eye_clinic, tmp_path, noun, "csv", ["B-1", "b-2", "B3"]).err == ""
    ran = imported(eye_clinic, tmp_path, noun, "csv", ["b-1", "B-2", "B3", "4"])
    assert [f"“{one}” differs only" in ran.err for one in ("b-1", "B-2", "B3", "4")] == [True, True, False, False]


def test_of_two_units_are_not(eye_clinic: Run, tmp_path: Path) -> None:
    ran = imported(eye_clinic, tmp_path, "booking", "csv", ["B1", "b1"], units=(OGON, "SE2321000024-1A2C"))
    assert (ran.status, "kinds of space" in ran.err) == (0, False)


def test_many_are_counted(eye_clinic: Run, tmp_path: Path) -> None:
    ids = [name for number in range(13) for name in (f"B{number}", f"b{number}")]
    ran = imported(eye_clinic, tmp_path, "booking", "csv", ids)
    assert ran.err.count("differs only in case") == 10 and "3 more ids" in ran.err
