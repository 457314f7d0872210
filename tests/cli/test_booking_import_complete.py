"""`booking import --complete`: files that end the bookings they lack.

The cases begin in the sample region, with ten bookings at the eye clinic (`ogon`), O0 … O9 on 1 … 10 December at 12:00,
and two at Flogsta, F0 and F1, imported on 1 November.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.answers import error, report
from support.command_line import Ran, Run
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON, RegionAt
from support.stores import everything
from support.thorough import examples

HEADER = "booking_id,unit,code,resident,start\n"
OGONS = [f"O{day}" for day in range(10)]


def line(booking: str, *, unit: str | None = None, day: int | None = None, resident: str = ANNA) -> str:
    """A row: O… lie at the eye clinic and F… at Flogsta, each on the day of its number."""
    place = unit or {"O": "ogon", "F": "flogsta"}[booking[0]]
    return f"{booking},{place},UPPF30,{resident},2026-12-{(int(booking[1:]) if day is None else day) + 1:02}T12:00\n"


def file(*bookings: str, more: str = "") -> str:
    return HEADER + "".join(map(line, bookings)) + more


@pytest.fixture
def region(eye_clinic: Run) -> Run:
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=file(*OGONS, "F0", "F1")).status == 0
    return eye_clinic


def complete(run: Run, text: str, *options: str, at: str = "2026-11-10") -> Ran:
    return run("booking", "import", "-", "--complete", "--at", at, "-o", "json", *options, stdin=text)


def told(ran: Ran) -> dict[str, Any]:
    assert ran.status in (0, 1), ran.err
    answer: dict[str, Any] = json.loads(ran.out)
    return answer


def ended(**units: int) -> dict[str, Any]:
    """What the report of a whole file has besides, of ten live bookings at each."""
    by_unit = [{"unit": {"ogon": OGON}[name], "live": 10, "ended": count} for name, count in units.items()]
    return {"ended": sum(units.values()), "ended_by_unit": by_unit}


def live(run: Run, at: str = "2026-11-20") -> list[str]:
    listed = json.loads(run("booking", "list", "--status", "booked", "--at", at, "-o", "json").out)
    return [each["booking"] for each in listed]


def without(*gone: str) -> list[str]:
    return [booking for booking in (*OGONS, "F0", "F1") if booking not in gone]


# -------------------------------------------------------------------------------------- what is ended


def test_what_is_absent_is_cancelled_at_the_moment_and_no_longer_shown(region: Run) -> None:
    assert told(complete(region, file(*without("O3", "F0", "F1")))) == report(updated=1, unchanged=9) | ended(ogon=1)
    assert live(region) == without("O3")  # Flogsta is not in the file
    booking = json.loads(region("booking", "show", "O3", "--at", "2026-11-10", "-o", "json").out)
    assert (booking["status"], booking["ended_at"]) == ("cancelled", "2026-11-10T00:00:00+01:00")
    assert region("why", "O3", "--at", "2026-11-10", "-o", "json").status == 1
    assert live(region, "2026-11-09") == without()
    assert region("store", "check").status == 0


def test_the_same_file_twice_changes_nothing(region: Run, tmp_path: Path) -> None:
    text = file(*without("O3", "F0", "F1"), "O10")
    assert told(complete(region, text))["ended"] == 1
    before = everything(tmp_path)
    again = told(complete(region, text, at="2026-11-11"))
    assert again == report(unchanged=10) | ended()
    assert everything(tmp_path) == before


def test_one_that_comes_back_is_live_again_and_may_be_absent_once_more(region: Run) -> None:
    for at, text in (("2026-11-10", without("O3")), ("2026-11-12", without()), ("2026-11-14", without("O3"))):
        assert complete(region, file(*text), at=at).status == 0
    assert [live(region, f"2026-11-{day:02}") == without() for day in (9, 11, 13, 15)] == [True, False, True, False]
    history = json.loads(region("booking", "show", "O3", "-o", "json").out)["history"]
    ends = [(each["at"][:10], each["status"], each["absent_from"]) for each in history if each["what"] == "ended"]
    assert ends == [("2026-11-10", "cancelled", "-"), ("2026-11-14", "cancelled", "-")]
    assert region("store", "check").status == 0


def test_a_life_tells_the_file_that_no_longer_had_it(region: Run, tmp_path: Path) -> None:
    path = tmp_path / "tonight.csv"
    path.write_text(file(*without("O3")), encoding="utf-8")
    assert region("booking", "import", str(path), "--complete", "--at", "2026-11-10").status == 0
    text = region("booking", "show", "O3", "-o", "text").out
    assert f"cancelled: no longer in {path}, imported as complete" in text
    # What a later file says of the end takes its place.
    header = HEADER.replace("\n", ",status,ended_at\n")
    row = line("O3").replace("\n", ",rebooked,2026-11-05\n")
    assert region("booking", "import", "-", "--at", "2026-11-12", stdin=header + row).status == 0
    assert "no longer in" not in region("booking", "show", "O3", "-o", "text").out


def test_what_the_report_says(region: Run) -> None:
    ran = region("booking", "import", "-", "--complete", "--at", "2026-11-10", stdin=file(*without("O3")))
    assert ran.out == (
        f"updated: 1, of which cancelled, being absent: 1 ({OGON}: 1 of 10), unchanged: 11\n"
        "New in the updated rows: ended_at 1, status 1\n"
    )
    ran = region("booking", "import", "-", "--complete", "-o", "csv", stdin=file(*without("O3")))
    assert ran.out.splitlines() == [
        "created,updated,ended,unchanged,rejected,without_effect,summons,events", "0,0,0,11,0,0,0,0",
    ]  # fmt: skip


def test_a_dry_run_says_it_and_ends_nothing(region: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    assert told(complete(region, file(*without("O3")), "--dry-run"))["ended"] == 1
    assert complete(region, file("O3"), "--from", "2026-12-01", "--dry-run").status == 1
    assert everything(tmp_path) == before


def test_made_here_made_later_over_or_moved_is_not_absent(region: Run) -> None:
    """O2 is over, O4 was moved outside the file's dates, HERE was booked here, and O12 is made later than the file."""
    add = ("booking", "add", "ogon", "UPPF30", "-", "2026-12-05T15:00", "--id", "HERE", "--at", "2026-11-01")
    assert region(*add, stdin=ANNA).status == 0
    created = HEADER.replace("\n", ",created_at\n") + line("O12", day=4).replace("\n", ",2026-12-20\n")
    assert region("booking", "import", "-", "--at", "2026-11-02", stdin=created).status == 0
    rows = (line("O4", day=20), line("O5"), line("O6"), line("O7"), line("O8"), line("O9"), line("O3"))
    assert told(complete(region, HEADER + "".join(rows), "--from", "2026-12-01", at="2026-12-03T14:00"))["ended"] == 0
    assert live(region, "2026-12-30") == sorted(["HERE", "O12", *without()], key=_by_start)


def _by_start(booking: str) -> tuple[bool, str, str]:
    day = {"HERE": "05T15", "O12": "05T12", "O4": "21T12"}.get(
        booking, f"{int(booking[1:] or 0) + 1:02}T12" if booking[1:].isdigit() else ""
    )
    return booking.startswith("F"), day, booking


def test_an_older_file_ends_nothing_that_has_come_back_since(region: Run) -> None:
    for at, text in (("2026-11-10", without("O3")), ("2026-11-12", without())):
        assert complete(region, file(*text), at=at).status == 0
    assert told(complete(region, file(*without("O3")), "--allow-older", at="2026-11-05"))["ended"] == 0
    assert live(region) == without()


def test_open_summonses_are_left_alone(region: Run, tmp_path: Path) -> None:
    """A summons of the file names no time; one whose id is a booking's says that this is not gone."""
    slot = (
        "<timeslotDetail><healthcare_facility>{unit}</healthcare_facility><bookingId>{id}</bookingId>{start}"
        "<subject_of_care>191212121212</subject_of_care><timeTypeID>UPPF30</timeTypeID>"
        "<isInvitation>{open}</isInvitation></timeslotDetail>"
    )
    slots = "".join(
        slot.format(
            unit=OGON, id=f"O{day}", open="true" if day == 3 else "false",
            start="" if day == 3 else f"<startTimeInclusive>202612{day + 1:02}120000</startTimeInclusive>",
        )
        for day in range(9)
    )  # fmt: skip
    path = tmp_path / "schedule.xml"
    path.write_text(f"<GetSubjectOfCareScheduleResponse>{slots}</GetSubjectOfCareScheduleResponse>", encoding="utf-8")
    ran = region("booking", "import", str(path), "--complete", "--at", "2026-11-10", "--to", "2026-12-10", "-o", "json")
    assert told(ran)["ended"] == 1
    assert live(region) == without("O9")
    # Next time the summons is not in the file: it is nothing that could be ended.
    assert told(complete(region, file(*without("O9"))))["ended"] == 0


# ------------------------------------------------------------------------------- its clinics and dates


def test_a_clinic_that_has_none_left_is_named(region: Run) -> None:
    assert told(complete(region, file(*OGONS), "--unit", "flogsta"))["ended"] == 2
    assert live(region) == OGONS


def test_an_empty_extract_of_one_clinic(region: Run) -> None:
    dates = ("--from", "2026-12-01", "--to", "2026-12-31")
    assert told(complete(region, HEADER, "--unit", "flogsta", *dates, "--allow-mass"))["ended"] == 2
    assert live(region) == OGONS


@pytest.mark.parametrize(
    "options",
    [(), ("--unit", "ogon"), ("--from", "2026-12-01", "--to", "2026-12-31"), ("--unit", "ogon", "--to", "2026-12-31")],
)
def test_an_empty_file_that_does_not_say_what_it_is_whole_for_ends_nothing(
    region: Run, options: tuple[str, ...]
) -> None:
    ran = complete(region, HEADER, *options, "--allow-mass")
    assert (ran.status, told(ran)["ended"]) == (0, 0)
    assert "nothing was ended. Say so with --unit, --from and --to." in ran.err
    assert live(region) == without()


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ((), []),
        (("--from", "2026-12-01"), ["O0"]),
        (("--to", "2026-12-10"), ["O9"]),
        (("--from", "2026-12-01", "--to", "2026-12-10"), ["O0", "O9"]),
        (("--to", "2026-12-09"), []),
        (("--from", "2026-12-10", "--to", "2026-12-01"), []),
    ],
)
def test_dates_from_the_first_start_to_the_last_unless_others_are_said(
    region: Run, options: tuple[str, ...], gone: list[str]
) -> None:
    assert told(complete(region, file(*OGONS[1:9]), *options))["ended"] == len(gone)
    assert live(region) == without(*gone)


def test_dates_are_whole_days_in_stockholm(region: Run) -> None:
    early, late, first, last = (f"O{number},ogon,UPPF30,{ANNA},2026-12-{time}\n" for number, time in (
        (20, "20T00:00"), (21, "21T23:45"), (22, "20T12:00"), (23, "21T08:00")))  # fmt: skip
    assert (
        region("booking", "import", "-", "--at", "2026-11-01", stdin=HEADER + early + late + first + last).status == 0
    )
    assert told(complete(region, HEADER + first + last, "--allow-mass"))["ended"] == 2


# ------------------------------------------------------------------------------------------- the fifth


def test_more_than_a_fifth_is_refused_and_changes_nothing(region: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    text = file("O0", *OGONS[4:], "O10")
    ran = complete(region, text)
    assert (ran.status, ran.out, error(ran)["code"], error(ran)["where"]) == (1, "", "complete.too_many", "-")
    assert "3 of the 10 live bookings" in error(ran)["message"] and "--allow-mass" in error(ran)["message"]
    assert everything(tmp_path) == before
    assert told(complete(region, text, "--allow-mass")) == report(created=1, updated=3, unchanged=7) | ended(ogon=3)


def test_a_fifth_is_not_more_than_a_fifth(region: Run) -> None:
    assert told(complete(region, file(*OGONS[1:9]), "--from", "2026-12-01", "--to", "2026-12-10"))["ended"] == 2


def test_most_of_one_clinic_is_refused_also_where_it_is_little_of_the_region(region: Run) -> None:
    many = "".join(line(f"F{day}") for day in range(2, 30))
    crowd = "".join(f"X{n},flogsta,UPPF30,{BO},2026-12-02T13:00\n" for n in range(40))
    assert region("booking", "import", "-", "--at", "2026-11-02", stdin=HEADER + many + crowd).status == 0
    flogstas = "".join(map(line, ("F0", "F1"))) + many + crowd
    ran = complete(region, HEADER + flogstas + "".join(map(line, OGONS[6:])))
    assert (ran.status, error(ran)["code"]) == (1, "complete.too_many_of_unit")
    assert f"6 of the 10 live bookings of {OGON}" in error(ran)["message"]
    assert told(complete(region, HEADER + flogstas + "".join(map(line, OGONS[5:]))))["ended"] == 5


@pytest.mark.parametrize(
    ("limit", "gone", "status"),
    [("1", 1, 0), ("1", 2, 1), ("0", 1, 1), ("0", 0, 0), ("60%", 6, 0), ("59%", 6, 1), ("100%", 9, 0)],
)
def test_a_limit_takes_the_place_of_the_fifth_and_the_half(region: Run, limit: str, gone: int, status: int) -> None:
    dates = ("--from", "2026-12-01", "--to", "2026-12-10", "--max-ended", limit)
    ran = complete(region, file(*OGONS[gone:]), *dates)
    assert ran.status == status, ran.err
    if status:
        assert error(ran)["code"] == "complete.beyond_limit"
        assert f"{gone} of the 10 live bookings" in error(ran)["message"] and f"more than {limit}." in ran.err
        assert complete(region, file(*OGONS[gone:]), *dates, "--dry-run").status == 1
        assert told(complete(region, file(*OGONS[gone:]), *dates, "--allow-mass"))["ended"] == gone


@pytest.mark.parametrize("limit", ["", "-1", "5 %", "five", "1.5", "%"])
def test_a_limit_that_is_none(region: Run, limit: str) -> None:
    ran = complete(region, file(*OGONS), f"--max-ended={limit}")
    assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, "complete.no_limit", "--max-ended")


# ------------------------------------------------------------------------------------- half-written files


@pytest.mark.parametrize(
    ("text", "code", "line_of_it"),
    [
        (file(*OGONS[:8], more=line("O8").rstrip()), "csv.cut_off", 10),
        (file(*OGONS[:8], more="O8,ogon,UPPF30"), "csv.cut_off", 10),
        (file(*OGONS[:8], more="O8,ogon,UPPF30\n"), "row.too_few_cells", 10),
        (file("O0", more="O1,ogon\n" + line("O2")), "row.too_few_cells", 3),
        (HEADER.rstrip(), "csv.cut_off", 1),
        (file(*OGONS[:8], more='"O8,ogon\n'), "csv.malformed", 10),
        (file(*OGONS[:8], more='"O8\nogon'), "csv.cut_off", 11),
    ],
    ids=[
        "no line ending",
        "cut in a row",
        "cut before the ending",
        "a short row",
        "only headings",
        "in quotation marks",
        "cut in quotation marks",
    ],
)
def test_a_file_that_was_cut_off_is_no_whole_file(
    region: Run, tmp_path: Path, text: str, code: str, line_of_it: int
) -> None:
    path, before = tmp_path / "tonight.csv", everything(tmp_path)
    path.write_text(text, encoding="utf-8")
    for place, stdin in ((str(path), ""), ("-", text)):
        asked = ("booking", "import", place, "--complete", "--allow-mass", "--at", "2026-11-10", "-o", "json")
        for options in ((), ("--skip-bad", "--rejected", str(tmp_path / "bad.csv")), ("--dry-run",)):
            ran = region(*asked, *options, stdin=stdin)
            assert (ran.status, ran.out, error(ran)["code"]) == (2, "", code)
            assert error(ran)["where"] == f"{place}:{line_of_it}"
    assert everything(tmp_path) == before and not (tmp_path / "bad.csv").exists()


def test_a_file_that_is_not_to_be_whole_may_lack_its_last_ending(region: Run) -> None:
    assert region("booking", "import", "-", stdin=file(*OGONS).rstrip() + "\nO8,ogon").status == 1
    assert region("booking", "import", "-", stdin=file(*OGONS).rstrip()).status == 0


def test_other_line_endings_and_empty_cells_after_the_headings_are_whole(region: Run) -> None:
    text = file(*without("O3", "F0", "F1")).replace("\n", "\r\n").replace("start\r", "start,,\r")
    assert told(complete(region, text))["ended"] == 1


def test_as_many_rows_as_were_expected(region: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    for count in (0, 9, 11):
        ran = complete(region, file(*OGONS), "--expect-rows", str(count))
        assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, "import.other_count", "-")
        assert f"10 rows, and {count} were" in ran.err
    assert everything(tmp_path) == before
    assert complete(region, file(*OGONS), "--expect-rows", "10").status == 0
    for kind, headings in (
        ("relation", "resident,unit,event,occurred_at\n"),
        ("slot", "slot_id,unit,code,start,end\n"),
    ):
        asked = (kind, "import", "-", "--expect-rows", "1", "-o", "json")
        assert error(region(*asked, stdin=headings))["code"] == "import.other_count"


# ------------------------------------------------------------------------------------------ the files before

CROWD = 150


def crowd(*, gone: int = 0, flogsta: bool = True) -> str:
    """So many of the eye clinic's bookings, the first of them gone; and Flogsta's two."""
    rows = (f"X{n},ogon,UPPF30,{BO},2026-12-{n % 28 + 1:02}T13:00\n" for n in range(gone, CROWD))
    return HEADER + "".join(rows) + ("".join(map(line, ("F0", "F1"))) if flogsta else "")


def night(run: Run, gone: int, day: int, *options: str) -> Ran:
    text = crowd(gone=gone)
    return complete(run, text, "--from", "2026-12-01", "--to", "2026-12-31", *options, at=f"2026-11-{day:02}")


@pytest.fixture
def two_nights(eye_clinic: Run) -> Run:
    """Two whole files have been imported: the second ended six bookings."""
    assert eye_clinic("booking", "import", "-", "--at", "2026-11-01", stdin=crowd()).status == 0
    assert [told(night(eye_clinic, gone, day))["ended"] for gone, day in ((0, 2), (6, 3))] == [0, 6]
    return eye_clinic


def test_more_than_three_times_the_most_of_the_last_files_is_refused(two_nights: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    ran = night(two_nights, 6 + 20, 4)  # of 144, which is less than a fifth
    assert (ran.status, ran.out, error(ran)["code"]) == (1, "", "complete.unusual")
    assert "would end 20 bookings" in error(ran)["message"] and "last 2 whole files" in error(ran)["message"]
    assert night(two_nights, 6 + 20, 4, "--dry-run").status == 1
    assert night(two_nights, 6 + 20, 4, "--max-ended", "50%").status == 1
    assert everything(tmp_path) == before
    assert told(night(two_nights, 6 + 18, 4))["ended"] == 18
    assert told(night(two_nights, 24 + 25, 5, "--max-ended", "50"))["ended"] == 25  # three times eighteen is more


def test_less_than_twenty_is_never_too_unusual(two_nights: Run) -> None:
    assert told(night(two_nights, 6 + 19, 4))["ended"] == 19


def test_any_number_passes_with_the_flag(two_nights: Run) -> None:
    assert told(night(two_nights, 6 + 20, 4, "--allow-mass"))["ended"] == 20


def test_only_the_last_ten_files_of_the_same_clinics_count(two_nights: Run) -> None:
    """… and those that were purged, refused or dry do not."""
    for day in range(4, 14):
        assert told(night(two_nights, 6, day))["ended"] == 0
        assert night(two_nights, CROWD, day).status == 1
    other = HEADER + f"N0,SE2321000024-9X9X,UPPF30,{BO},2026-12-01T13:00\n"
    assert complete(two_nights, other, at="2026-11-14").status == 0
    ran = night(two_nights, 6 + 20, 15)
    assert (ran.status, error(ran)["code"]) == (1, "complete.unusual")
    assert "one of the last 10 whole files of these clinics ended, 0" in error(ran)["message"]


def test_a_clinic_that_the_last_whole_file_had_is_missed_by_name(two_nights: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    dates = ("--from", "2026-12-01", "--to", "2026-12-31")
    lacking = crowd(gone=6, flogsta=False)
    ran = complete(two_nights, lacking, *dates)
    assert (ran.status, error(ran)["code"]) == (1, "complete.units_missing") and FLOGSTA in error(ran)["message"]
    assert complete(two_nights, lacking, *dates, "--dry-run").status == 1
    assert everything(tmp_path) == before
    assert told(complete(two_nights, lacking, *dates, "--allow-mass"))["ended"] == 0
    assert told(complete(two_nights, lacking, *dates, "--unit", "flogsta"))["ended"] == 2
    # Now it has no live booking left that could be shown for ever.
    assert told(complete(two_nights, lacking, *dates))["ended"] == 0


def test_all_that_speaks_against_a_file_is_told(two_nights: Run) -> None:
    ran = complete(two_nights, crowd(gone=100, flogsta=False), "--from", "2026-12-01", "--to", "2026-12-31")
    codes = [error(ran)["code"], *(each["code"] for each in error(ran)["problems"])]
    assert codes == ["complete.too_many", "complete.unusual", "complete.units_missing"]


# -------------------------------------------------------------------------------------------- bad rows


def test_a_bad_row_is_not_absence_and_without_skip_bad_nothing_is_done(region: Run) -> None:
    bad = line("O3").replace("T12:00", "T25:00")
    text = file(*without("O3", "O4"), more=bad)
    ran = complete(region, text)
    assert (ran.status, error(ran)["code"], live(region)) == (1, "import.rejected", without())


@pytest.mark.parametrize(
    ("bad", "gone", "words"),
    [
        (line("O3").replace("T12:00", "T25:00"), ["O4", "F1"], ""),
        (line("O3", unit="unknown"), ["O4", "F1"], ""),
        (line("O3", unit="19121212-1212"), ["O4", "F1"], ""),
        (line("O3", resident=BO), ["O4", "F1"], ""),
        (line("O3").replace("O3", ""), ["F1"], f"A row of {OGON} could not be read"),
        (line("O3").replace("O3", "").replace("ogon", ""), [], "A row says neither its clinic nor its booking"),
        (line("O3").replace("\n", ",for,many\n"), [], "A row says neither its clinic nor its booking"),
    ],
    ids=["no time", "unknown clinic", "no clinic", "other resident", "no booking", "neither", "too many cells"],
)
def test_a_row_that_is_left_out_ends_nothing_that_it_may_name(
    region: Run, tmp_path: Path, bad: str, gone: list[str], words: str
) -> None:
    path = tmp_path / "tonight.csv"
    path.write_text(file(*without("O3", "O4", "F1"), more=bad), encoding="utf-8")
    asked = ("booking", "import", str(path), "--complete", "--skip-bad", "--at", "2026-11-10", "-o", "json")
    ran = region(*asked, "--allow-mass", "--to", "2026-12-10")
    assert (ran.status, told(ran)["rejected"], told(ran)["ended"]) == (1, 1, len(gone))
    assert words in ran.err and ANNA not in ran.err
    assert live(region) == without(*gone)


def test_a_row_that_contradicts_another_does_not_end_it(region: Run, tmp_path: Path) -> None:
    path = tmp_path / "tonight.csv"
    path.write_text(file(*without("O4"), more=line("O3", day=9)), encoding="utf-8")
    ran = region("booking", "import", str(path), "--complete", "--skip-bad", "--at", "2026-11-10", "-o", "json")
    assert (told(ran)["rejected"], told(ran)["ended"], live(region)) == (1, 1, without("O4"))


# ------------------------------------------------------------------------------------------ bad usage


@pytest.mark.parametrize(
    "option",
    [("--unit", "ogon"), ("--from", "2026-12-01"), ("--to", "2026-12-01"), ("--max-ended", "5%"), ("--allow-mass",)],
    ids=lambda each: each[0],
)
def test_what_a_file_is_whole_for_is_said_only_of_one_that_is(region: Run, option: tuple[str, ...]) -> None:
    ran = region("booking", "import", "-", *option, "-o", "json", stdin=file("O0"))
    assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, "complete.in_vain", option[0])


def test_a_clinic_that_nobody_knows(region: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    ran = complete(region, file(*OGONS), "--unit", "nowhere")
    assert (ran.status, error(ran)["code"]) == (2, "unit.unknown")
    assert everything(tmp_path) == before


# ------------------------------------------------------------------ any store, any file: a plain reading

UNITS = ("SE2321000024-A1", "SE2321000024-B2", "SE2321000024-C3")
FIRST_DAY = datetime(2026, 12, 1, 11, tzinfo=UTC)  # noon in Stockholm
Key = tuple[str, str]


@dataclass(frozen=True)
class Night:
    """A whole file: its rows by key (day of start, status), rows that cannot be read by what they name, and options."""

    rows: dict[Key, tuple[int, str]]
    unread: list[Key]
    units: list[str]
    first: int | None
    last: int | None
    at: int
    allow_mass: bool

    @property
    def text(self) -> str:
        good = [f"{name},{unit},A,{ANNA},{start(day)},{status}" for (unit, name), (day, status) in self.rows.items()]
        bad = [f"{name},{unit},A,{ANNA},never,booked" for unit, name in self.unread]
        return "\n".join(["booking_id,unit,code,resident,start,status", *good, *bad, ""])

    @property
    def options(self) -> list[str]:
        named = [word for unit in self.units for word in ("--unit", unit)]
        dates = [(name, day) for name, day in (("--from", self.first), ("--to", self.last)) if day is not None]
        told = [word for name, day in dates for word in (name, start(day)[:10])]
        return [*named, *told, *(["--allow-mass"] if self.allow_mass else [])]


def start(day: int) -> str:
    return (FIRST_DAY + timedelta(days=day)).isoformat()


days = st.integers(0, 6)
keys = st.tuples(st.sampled_from(UNITS), st.sampled_from([f"B{number}" for number in range(8)]))
nights = st.builds(
    Night,
    rows=st.dictionaries(
        keys, st.tuples(days, st.sampled_from(["booked", "booked", "booked", "cancelled"])), max_size=12
    ),
    unread=st.lists(
        st.tuples(st.sampled_from([*UNITS, *UNITS, ""]), st.sampled_from([*(f"B{n}" for n in range(8)), ""])),
        max_size=2,
    ),
    units=st.lists(st.sampled_from(UNITS), max_size=2),
    first=st.none() | days,
    last=st.none() | days,
    at=st.sampled_from([-20, -20, 2]),
    allow_mass=st.booleans(),
)


def absent(before: dict[Key, int], night: Night) -> list[Key] | None:
    """Which of the live bookings, by their day, end; None where the file is refused."""
    starts = [day for day, _ in night.rows.values()]
    first = night.first if night.first is not None else min(starts, default=None)
    last = night.last if night.last is not None else max(starts, default=None)
    units = ({unit for unit, _ in night.rows} | {*night.units}) - {unit for unit, name in night.unread if not name}
    if first is None or last is None or ("", "") in night.unread:
        return []
    within = [key for key, day in before.items() if key[0] in units and first <= day <= last and day >= night.at]
    gone = [
        key for key in within if key not in night.rows and key not in night.unread and ("", key[1]) not in night.unread
    ]
    of_units = [([k for k in within if k[0] == unit], [k for k in gone if k[0] == unit]) for unit in units]
    mass = 5 * len(gone) > len(within) or any(len(all_) >= 10 and 2 * len(out) > len(all_) for all_, out in of_units)
    return None if mass and not night.allow_mass else gone


@settings(max_examples=examples(12))
@given(stored=st.dictionaries(keys, days, min_size=3), here=st.dictionaries(keys, days, max_size=2), night=nights)
def test_any_file_on_any_store(
    stored: dict[Key, int],
    here: dict[Key, int],
    night: Night,
    region_at: RegionAt,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    run = region_at(tmp_path_factory.mktemp("whole"))
    stored = {key: day for key, day in stored.items() if key not in here}
    made = Night({key: (day, "booked") for key, day in stored.items()}, [], [], None, None, 0, False)
    assert run("booking", "import", "-", "--at", "2026-11-01", stdin=made.text).status == 0
    for (unit, name), day in here.items():
        add = ("booking", "add", unit, "A", "-", start(day), "--id", name, "--at", "2026-11-01")
        if run(*add, stdin=ANNA).status != 0:  # a clinic that no file has named yet is not known
            here = {key: there for key, there in here.items() if key != (unit, name)}
    gone = absent(stored, night)
    moment = (FIRST_DAY + timedelta(days=night.at)).isoformat()
    known = {unit for unit, _ in (*stored, *here, *night.rows)}
    expected = {**stored, **here}
    if gone is not None and known.issuperset(night.units):
        expected = {key: day for key, day in expected.items() if key not in gone}
        expected |= {key: day for key, (day, _) in night.rows.items()}
        expected = {key: day for key, day in expected.items() if night.rows.get(key, (0, ""))[1] != "cancelled"}
    rejected = ["--skip-bad", "--rejected", str(tmp_path_factory.getbasetemp() / "bad.csv")]
    for _ in "twice":
        ran = complete(run, night.text, *night.options, *rejected, at=moment)
        assert ran.status == (2 if not known.issuperset(night.units) else 1 if night.unread or gone is None else 0), (
            ran.err
        )
        listed = json.loads(run("booking", "list", "--status", "booked", "--at", "2027-01-01", "-o", "json").out)
        assert {(each["unit"], each["booking"]) for each in listed} == set(expected)
        if gone is None:
            break
        gone = []
    assert run("store", "check").status == 0


@settings(max_examples=examples(6))
@given(stored=st.dictionaries(keys, days, min_size=3), night=nights)
def test_a_purge_takes_back_any_file_that_changed_no_booking_otherwise(
    stored: dict[Key, int], night: Night, region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("purged")
    run = region_at(folder)
    made = Night({key: (day, "booked") for key, day in stored.items()}, [], [], None, None, 0, False)
    assert run("booking", "import", "-", "--at", "2026-11-01", stdin=made.text).status == 0
    before = sorted(everything(folder))
    whole = Night(night.rows, [], [], night.first, night.last, night.at, True)
    moment = (FIRST_DAY + timedelta(days=night.at)).isoformat()
    assert complete(run, whole.text, *whole.options, at=moment).status == 0
    told = json.loads(run("store", "purge", "--batch", "2", "--yes", "-o", "json").out)
    known = [key for key in night.rows if key in stored]
    assert told["changed"] == sum(night.rows[key] != (stored[key], "booked") for key in known)
    if not told["changed"]:
        assert sorted(everything(folder)) == before
    assert run("store", "check").status == 0
