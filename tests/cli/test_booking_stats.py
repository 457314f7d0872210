"""`booking stats`: bookings, cancellations and rebookings by clinic and month (S30)."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import ESCAPE, Run, Terminal, ended
from support.people import ANNA
from support.region import NO_FILE, OGON, OGON_FILE, put_in_force
from support.stores import altered

pytestmark = pytest.mark.both

BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin,status,ended_at
B1,{OGON},UPPF30,{ANNA},2026-12-01T09:00,2026-09-30T23:59:59,resident,,
B2,{OGON},UPPF30,{ANNA},2026-12-01T09:00,2026-10-01T00:00,resident,cancelled,2026-11-01
B3,{OGON},UPPF30,{ANNA},2026-12-01T09:00,2026-10-02T12:00,clinic,cancelled,2026-11-02
B4,{OGON},UPPF30,{ANNA},2026-12-01T09:00,2026-10-03T12:00,,rebooked,2026-11-30T23:59:59
B5,{NO_FILE},UPPF30,{ANNA},2026-12-01T09:00,2026-10-31T23:59,clinic,,
"""
AT = ("--at", "2027-01-01")


@pytest.fixture
def clinic(region: Run, tmp_path: Path) -> Run:
    put_in_force(region, tmp_path, OGON_FILE)
    assert region("booking", "import", "-", "--at", "2026-12-01", stdin=BOOKINGS).status == 0
    return region


def rows(run: Run, *more: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(run("booking", "stats", *(more or AT), "-o", "json").out)
    return told


def counted(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Each month, with what is not nothing in it."""
    return [
        (row["unit"], row["month"], {key: row[key] for key in list(row)[3:] if row[key]})
        for row in rows
    ]  # fmt: skip


def test_per_clinic_and_month_in_stockholm(clinic: Run) -> None:
    assert counted(rows(clinic)) == [
        (NO_FILE, "2026-10", {"booked_by_clinic": 1}),
        (OGON, "2026-09", {"booked_by_resident": 1}),
        (OGON, "2026-10", {"booked_by_resident": 1, "booked_by_clinic": 1, "booked_by_unknown": 1}),
        (OGON, "2026-11", {"cancelled_by_unknown": 2, "rebooked_by_unknown": 1}),
    ]
    assert [row["unit_name"] for row in rows(clinic)] == [None, *["Ögonmottagningen"] * 3]


def test_who_ended_a_booking_is_told_where_it_is_known(clinic: Run, tmp_path: Path) -> None:
    """… and the booking that a rebooking makes is not counted as booked besides."""
    altered(
        tmp_path,
        "UPDATE booking SET ended_by = 'resident' WHERE booking_id IN ('B2', 'B4')",
        "UPDATE booking SET ended_by = 'clinic' WHERE booking_id = 'B3'",
        "UPDATE booking SET replaces = (SELECT id FROM booking WHERE booking_id = 'B4') WHERE booking_id = 'B5'",
    )
    assert counted(rows(clinic))[-1][2] == {
        "cancelled_by_resident": 1, "cancelled_by_clinic": 1, "rebooked_by_resident": 1,
    }  # fmt: skip
    assert NO_FILE not in {row["unit"] for row in rows(clinic)}


def test_the_dates_are_those_on_which_it_happened(clinic: Run) -> None:
    told = rows(clinic, *AT, "--unit", "ogon", "--from", "2026-10-01", "--to", "2026-11-01")
    assert counted(told) == [
        (OGON, "2026-10", {"booked_by_resident": 1, "booked_by_clinic": 1, "booked_by_unknown": 1}),
        (OGON, "2026-11", {"cancelled_by_unknown": 1}),
    ]


def test_each_moment_has_its_own_counts(clinic: Run) -> None:
    """What came back had been cancelled until it did."""
    back = f"booking_id,unit,code,resident,start,status\nB2,{OGON},UPPF30,{ANNA},2026-12-01T09:00,booked\n"
    assert clinic("booking", "import", "-", "--at", "2026-12-10", stdin=back).status == 0
    for at, cancelled in (("2026-11-01T12:00", 1), ("2026-12-09", 2), ("2026-12-10", 1)):
        told = {row["month"]: row for row in rows(clinic, "--at", at) if row["unit"] == OGON}
        assert told["2026-11"]["cancelled_by_unknown"] == cancelled, at
    assert "2026-11" not in {row["month"] for row in rows(clinic, "--at", "2026-10-31")}


def test_in_a_pipe_there_are_plain_numbers(clinic: Run) -> None:
    lines = clinic("booking", "stats", *AT).out.splitlines()
    assert len(lines) == 5
    assert lines[-1].split() == [OGON, "Ögonmottagningen", "2026-11", *"000002001"]
    csv = clinic("booking", "stats", *AT, "-o", "csv").out.splitlines()
    assert csv[0].startswith("unit,unit_name,month,booked_by_resident,booked_by_clinic,booked_by_unknown,cancelled_by_")
    assert csv[-1] == f"{OGON},Ögonmottagningen,2026-11,0,0,0,0,0,2,0,0,1"


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_the_bars_fit_the_terminal(clinic: Run, terminal: Terminal, columns: int) -> None:
    screen, status = ended(terminal("booking", "stats", *AT, columns=columns))
    lines = [line.rstrip() for line in ESCAPE.sub("", screen).splitlines()]
    assert status == 0
    assert max(map(len, lines)) <= columns
    assert f"Ögonmottagningen {OGON}" in lines
    (october,) = (line for line in lines if line.startswith("  2026-10  booked") and "= 1 + 1 + 1" in line)
    (first,) = (line for line in lines if line.startswith("  2026-09  booked"))
    bars = {line: [line.count(sign) for sign in "█▒░"] for line in (october, first)}
    if columns == 40:
        assert bars[october] == [0, 0, 0] or sum(bars[october]) >= 8
    else:
        assert 0 < max(bars[october]) - min(bars[october]) + 1 <= 2
        assert abs(sum(bars[first]) * 3 - sum(bars[october])) <= 3
    assert [word for word in ("residents", "clinics", "not known") if word not in lines[-1]] == []


def test_where_nothing_happened_it_says_so(clinic: Run, terminal: Terminal) -> None:
    screen, status = ended(terminal("booking", "stats", "--at", "2020-01-01"))
    assert (status, "Nothing has happened" in screen) == (0, True)
    assert rows(clinic, "--at", "2020-01-01") == []
