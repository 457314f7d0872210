"""`booking export`, in the columns of `booking import`, to be imported again."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from support.answers import report
from support.command_line import Run
from support.people import ANNA, BO
from support.region import OGON, OGON_FILE, RegionAt, put_in_force

pytestmark = pytest.mark.both

BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,status,created_at,ended_at,origin,calendar,care_type,information,meeting_link
B1,SE2321000024-1A2B,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,,2026-10-01T12:00,,clinic,OGON-TB1,SYN,"Kom i tid,
med remissen",https://video.example.org/m/7
B2,SE2321000024-1A2B,UPPF30,{BO},2026-12-02T09:00,,cancelled,2026-10-01T12:00,2026-10-20T08:30:15,resident,,,,
B3,SE2321000024-9X9X,"HUD;B, 'x'",{BO},2026-10-25T02:30:00+01:00,,rebooked,2026-10-01T12:00,2026-10-20T08:30,,,,,
"""
AT = ("--at", "2026-11-01")


@pytest.fixture
def clinic(region: Run, tmp_path: Path) -> Run:
    put_in_force(region, tmp_path, OGON_FILE)
    assert region("booking", "import", "-", "--at", "2026-10-21", stdin=BOOKINGS).status == 0
    return region


def test_the_columns_are_those_of_the_import(clinic: Run) -> None:
    ran = clinic("booking", "export", *AT, "--reveal")
    given = list(csv.DictReader(io.StringIO(BOOKINGS)))
    told = list(csv.DictReader(io.StringIO(ran.out)))
    assert list(told[0]) == list(given[0])
    assert told[1] == {
        "booking_id": "B2", "unit": OGON, "code": "UPPF30", "resident": BO,
        "start": "2026-12-02T09:00:00+01:00", "end": "", "status": "cancelled",
        "created_at": "2026-10-01T12:00:00+02:00", "ended_at": "2026-10-20T08:30:15+02:00", "origin": "resident",
        "calendar": "", "care_type": "", "information": "", "meeting_link": "",
    }  # fmt: skip
    assert (told[0]["calendar"], told[0]["care_type"], told[0]["ended_at"]) == ("OGON-TB1", "SYN", "")


def test_what_is_exported_can_be_imported_again(clinic: Run, region_at: RegionAt, tmp_path: Path) -> None:
    exported = clinic("booking", "export", *AT, "--reveal").out
    shutil.copytree(tmp_path / "config", tmp_path / "other" / "config")
    other = region_at(tmp_path / "other")
    assert other("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    ran = other("booking", "import", "-", "--at", "2026-11-01", "-o", "json", stdin=exported)
    assert json.loads(ran.out)["created"] == 3, ran.err
    for command in (("booking", "list"), ("relation", "list"), ("sweep", "--all"), ("booking", "export")):
        assert other(*command, *AT, "-o", "json").out == clinic(*command, *AT, "-o", "json").out
    again = clinic("booking", "import", "-", "--at", "2026-11-02", "-o", "json", stdin=exported)
    assert json.loads(again.out) == report(unchanged=3)


def test_every_form_says_the_same(clinic: Run) -> None:
    array = json.loads(clinic("booking", "export", *AT, "-o", "json").out)
    lines = clinic("booking", "export", *AT, "-o", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == array
    table = csv.DictReader(io.StringIO(clinic("booking", "export", *AT, "-o", "csv").out))
    assert [{key: value or None for key, value in row.items()} for row in table] == array
    assert [row["resident"] for row in array] == ["19121212-****", *["19861106-****"] * 2]
    assert clinic("booking", "export", *AT).out == clinic("booking", "export", *AT, "-o", "csv").out


def test_it_is_filtered_as_the_list_is(clinic: Run) -> None:
    for filters in (
        ("--unit", "ogon"), ("--resident", BO), ("--status", "rebooked"), ("--origin", "resident"), ("--code", "SYN"),
        ("--from", "2026-12-01", "--to", "2026-12-01"),
    ):  # fmt: skip
        names = [row["booking_id"] for row in json.loads(clinic("booking", "export", *filters, *AT, "-o", "json").out)]
        listed = [row["booking"] for row in json.loads(clinic("booking", "list", *filters, *AT, "-o", "json").out)]
        assert names == listed and 0 < len(names) < 3
    ended = json.loads(clinic("booking", "export", "--at", "2026-10-15", "-o", "json").out)
    assert [(row["status"], row["ended_at"]) for row in ended] == [("booked", None)] * 3
