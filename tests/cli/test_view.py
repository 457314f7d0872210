"""`view`, the resident's page, in its forms and as a calendar.

S1, S10, S19, S20, S25.
"""

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from support.command_line import Copied, Run
from support.people import ANNA, BO
from support.region import NO_FILE, OGON, OGON_FILE, RegionAt, apply_units, write_unit

pytestmark = pytest.mark.both

AT = ("--at", "2026-11-01T12:00")
EARS = """\
hsa_id = "SE2321000024-3C4D"
name   = "Öronmottagningen; hörsel, balans"
alias  = "oron"
[services]
show = true
cancel = true
[coupling]
calendar = "ORON-TB1"
[[care_service]]
code  = "HORSEL"
journal_name = "Hörselprov 45 min, rum 3"
label = "Hörselprov med audionom, och samtal om hörapparat för dig som har svårt att höra"
show = true
cancel = true
cancel_deadline_hours = 24
"""


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clinics in force since 2026-01-01: the eye clinic, which only shows, and one that also lets cancel."""
    folder = tmp_path_factory.mktemp("filled")
    region = region_at(folder)
    for name, text in (("ogon", OGON_FILE), ("oron", EARS)):
        write_unit(folder, text, name)
    apply_units(region, "2026-01-01")
    return folder


@pytest.fixture
def clinics(filled: Path, copied: Copied) -> Run:
    """The command line of a copy of them."""
    return copied(filled)


def book(run: Run, *rows: str) -> None:
    header = "booking_id,unit,code,resident,start,end,created_at,origin,status,ended_at"
    ran = run("booking", "import", "-", "--at", "2026-10-01", stdin="\n".join((header, *rows)))
    assert ran.status == 0, ran.err


def happened(run: Run, *events: str, resident: str = ANNA) -> None:
    """Each `UNIT,EVENT,WHEN`."""
    rows = "\n".join(",".join((resident, *event.split(","))) for event in events)
    ran = run("relation", "import", "-", stdin=f"resident,unit,event,occurred_at\n{rows}\n")
    assert ran.status == 0, ran.err


def seen(run: Run, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("view", ANNA, *(more or AT), "-o", "json").out)
    return told


def names(told: dict[str, Any]) -> list[str]:
    return [each["name"] or each["unit"] for each in told["clinics"]]


def ids(told: dict[str, Any]) -> list[str]:
    return [each["id"] for each in told["bookings"]]


@pytest.fixture
def two_times(clinics: Run) -> Run:
    """Two booked times, of which the first can be cancelled, and one that was cancelled."""
    book(
        clinics,
        f"B1,ogon,UPPF30,{ANNA},2026-12-02T09:00,,2026-10-01T12:00,clinic,,",
        f"B2,oron,HORSEL,{ANNA},2026-12-01T13:15,2026-12-01T14:00,2026-10-01T12:00,resident,,",
        f"B3,oron,HORSEL,{ANNA},2026-12-03T13:15,2026-12-03T14:00,2026-10-01T12:00,,cancelled,2026-10-02",
        f"B4,oron,HORSEL,{BO},2026-12-03T13:15,2026-12-03T14:00,2026-10-01T12:00,clinic,,",
    )
    return clinics


def test_what_the_resident_sees(two_times: Run) -> None:
    visit = {"information": None, "meeting_link": None, "digital": False}
    assert seen(two_times) == {
        "schema": "tidbok.view/1",
        "at": "2026-11-01T12:00:00+01:00",
        "resident": "19121212-****",
        "clinics": [
            {"unit": OGON, "name": "Ögonmottagningen"},
            {"unit": "SE2321000024-3C4D", "name": "Öronmottagningen; hörsel, balans"},
        ],
        "bookings": [
            {
                "id": "B2",
                "unit": "SE2321000024-3C4D",
                "unit_name": "Öronmottagningen; hörsel, balans",
                "label": "Hörselprov med audionom, och samtal om hörapparat för dig som har svårt att höra",
                "start": "2026-12-01T13:15:00+01:00",
                "end": "2026-12-01T14:00:00+01:00",
                "buttons": ["cancel"],
                "no_cancel": [],
                "no_rebook": ["offer.off", "permission.off"],
                **visit,
            },
            {
                "id": "B1",
                "unit": OGON,
                "unit_name": "Ögonmottagningen",
                "label": "Besök",
                "start": "2026-12-02T09:00:00+01:00",
                "end": None,
                "buttons": [],
                "no_cancel": ["offer.off", "permission.off"],
                "no_rebook": ["offer.off", "permission.off"],
                **visit,
            },
        ],
        "not_known": 0,
        "approved_only": [],
        "notes": [],
    }


def test_for_people(two_times: Run) -> None:
    told = two_times("view", ANNA, *AT, "-o", "text").out
    label = "Hörselprov med audionom, och samtal om hörapparat för dig som har svårt att höra"
    assert told == (
        f"""\
1177 as 19121212-**** sees it Sun 1 Nov 2026 12:00

Clinics on the start page
  Ögonmottagningen  SE2321000024-1A2B
  Öronmottagningen; hörsel, balans  SE2321000024-3C4D

Booked times
  B2  Tue 1 Dec 2026 13:15–14:00  {label}, Öronmottagningen; hörsel, balans  [Cancel]
      No button for: Rebook (Service: not offered; Permission: not given).
  B1  Wed 2 Dec 2026 09:00        Besök, Ögonmottagningen
      No button for: Cancel, Rebook (Service: not offered; Permission: not given).
"""
    )
    assert two_times("view", ANNA, *AT).out == told
    swedish = two_times("--lang", "sv", "view", ANNA, *AT).out
    missing = "Knapp saknas för: Avboka, Omboka (Tjänst: erbjuds inte; Tillåtelse: ges inte)."
    for words in ("Mottagningar", "Bokade tider", "[Avboka]", missing):
        assert words in swedish
    header, *_, last = two_times("view", ANNA, *AT, "-o", "csv").out.splitlines()
    assert header == "id,unit,unit_name,label,start,end,buttons,information,meeting_link,digital,no_cancel,no_rebook"
    assert last.endswith(",offer.off;permission.off,offer.off;permission.off")


def test_the_journals_name_is_nowhere(two_times: Run) -> None:
    for more in (("-o", "json"), ("-o", "csv"), ("-o", "text"), ("--html", "-"), ("--ics", "-")):
        assert "rum 3" not in two_times("view", ANNA, *AT, *more).out


def test_each_moment_has_its_own_view(two_times: Run) -> None:
    """A button goes with the deadline, a time two hours after its start (S20), all before it was made."""
    late = seen(two_times, "--at", "2026-11-30T13:15")["bookings"]
    assert [each["buttons"] for each in late] == [[], []]
    assert late[0]["no_cancel"] == ["deadline.passed"]
    assert ids(seen(two_times, "--at", "2026-12-01T15:14:59")) == ["B2", "B1"]
    assert ids(seen(two_times, "--at", "2026-12-01T15:15")) == ["B1"]
    before = seen(two_times, "--at", "2026-10-01T11:59")
    assert (before["clinics"], before["bookings"]) == ([], [])


def test_a_clinic_that_only_approves_is_not_on_the_start_page_but_its_times_are_shown(clinics: Run) -> None:
    """S19."""
    book(clinics, f"B1,ogon,UPPF30,{ANNA},2026-12-02T09:00,,2026-10-01T12:00,,,")
    happened(
        clinics, "ogon,communication_approved,2026-10-02", "ogon,clinic_removed,2026-10-03",
        "oron,clinic_added,2026-10-04", "oron,clinic_removed,2026-11-02", "SE2321000024-9X9X,clinic_added,2026-10-04",
    )  # fmt: skip
    told = seen(clinics)
    assert (names(told), ids(told)) == ([NO_FILE, "Öronmottagningen; hörsel, balans"], ["B1"])
    removed_at = "2026-10-03T00:00:00+02:00"
    assert told["approved_only"] == [{"unit": OGON, "name": "Ögonmottagningen", "removed_at": removed_at}]
    for form in ("text", "table"):
        words = clinics("--lang", "sv", "view", ANNA, *AT, "-o", form).out
        assert "Ögonmottagningen finns inte på startsidan: invånaren tog bort den lör 3 okt 2026 kl. 00:00. " in words
        assert "Bara mottagningens personal kan avsluta den" in words
    before = seen(clinics, "--at", "2026-10-02T12:00")
    assert (names(before), before["approved_only"]) == (["Ögonmottagningen"], [])
    assert names(seen(clinics, "--at", "2026-11-02")) == [NO_FILE]


def test_an_event_that_was_voided_puts_no_clinic_on_the_page(clinics: Run) -> None:
    happened(clinics, "ogon,clinic_added,2026-10-04")
    assert names(seen(clinics)) == ["Ögonmottagningen"]
    assert clinics("relation", "void", "1").status == 0
    assert names(seen(clinics)) == []


def test_what_is_not_known_is_counted_and_not_shown(clinics: Run, tmp_path: Path) -> None:
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('[policy]\nrelation_data = "partial"\n')
    book(clinics, f"B1,ogon,UPPF30,{ANNA},2026-12-02T09:00,,2026-10-01T12:00,,,")
    ran = clinics("view", ANNA, *AT, "-o", "json")
    assert (ran.status, ids(json.loads(ran.out)), json.loads(ran.out)["not_known"]) == (0, [], 1)
    assert "Of 1 more" in ran.err


def test_what_is_not_known_is_said_where_people_read(clinics: Run, tmp_path: Path) -> None:
    """On standard output and on the page, and neither that no time is shown nor that no clinic is there."""
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('[policy]\nrelation_data = "partial"\n')
    times = [f"B{day},ogon,UPPF30,{ANNA},2026-12-0{day}T09:00,,2026-10-01T12:00,,," for day in (1, 2)]
    book(clinics, *times, f"B3,oron,HORSEL,{ANNA},2026-12-03T09:00,,2026-10-01T12:00,,,")
    ran = clinics("view", ANNA, *AT)
    page = clinics("view", ANNA, *AT, "--html", "-").out
    for told in (ran.out, page):
        assert "Of 3 booked times it is not known whether they are shown: “tidbok why --resident -”" in told
        assert "It is not known which clinics are on the start page" in told
        assert "No booked time" not in told and "No clinic" not in told
    assert ran.err == ""
    happened(clinics, "ogon,clinic_added,2026-10-04")
    told = clinics("view", ANNA, *AT).out
    assert "Of 1 booked time it is not known whether it is shown" in told
    assert (told.count("Besök"), "There may be others" in told) == (2, True)
    assert "För 1 bokad tid är det okänt om den visas" in clinics("--lang", "sv", "view", ANNA, *AT).out


def test_somebody_unknown_sees_nothing(clinics: Run) -> None:
    ran = clinics("view", ANNA, *AT)
    assert (ran.status, ran.out.count("  No ")) == (0, 2)
    assert "Check the number" in ran.err


# --------------------------------------------------------------------------------------------- the files


def test_the_files_are_their_owners_alone(two_times: Run, tmp_path: Path) -> None:
    page, times = tmp_path / "page.html", tmp_path / "times.ics"
    page.write_text("an older one, which others can read")
    page.chmod(0o644)
    ran = two_times("view", ANNA, *AT, "--html", str(page), "--ics", str(times))
    assert ran.out == two_times("view", ANNA, *AT).out
    assert [path.stat().st_mode & 0o777 for path in (page, times)] == [0o600, 0o600]
    assert page.read_text(encoding="utf-8") == two_times("view", ANNA, *AT, "--html", "-").out
    assert ANNA not in page.read_text(encoding="utf-8")
    assert two_times("view", ANNA, *AT, "--html", str(page), "--reveal").status == 0
    assert ANNA in page.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written(two_times: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, code in (("folder", "file.folder_not_replaced"), ("nowhere/page.html", "file.not_writable")):
        ran = two_times("view", ANNA, *AT, "--html", str(tmp_path / name), "-o", "json")
        assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", code)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_only_one_can_go_to_standard_output(two_times: Run) -> None:
    ran = two_times("view", ANNA, *AT, "--html", "-", "--ics", "-", "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "view.one_output")


# ------------------------------------------------------------------------------------------ the calendar


def calendar(run: Run, *more: str) -> tuple[bytes, list[Any]]:
    """The calendar as it is written, and its events as another program reads them."""
    text = run("view", ANNA, *AT, *more, "--ics", "-").out.encode()
    return text, list(Calendar.from_ical(text).walk("VEVENT"))


def test_the_calendar_says_what_is_shown(two_times: Run) -> None:
    _, events = calendar(two_times)
    shown = seen(two_times)["bookings"]
    assert [(str(each["SUMMARY"]), str(each["LOCATION"])) for each in events] == [
        (each["label"], each["unit_name"]) for each in shown
    ]
    stockholm = "2026-12-01T13:15:00+01:00", "2026-12-01T14:00:00+01:00"
    assert tuple(events[0].decoded(name).isoformat() for name in ("DTSTART", "DTEND")) == (
        "2026-12-01T12:15:00+00:00", "2026-12-01T13:00:00+00:00",
    )  # fmt: skip
    assert (shown[0]["start"], shown[0]["end"]) == stockholm
    assert "DTEND" not in events[1]
    assert [(str(each["STATUS"]), each.decoded("DTSTAMP").isoformat()) for each in events] == [
        ("CONFIRMED", "2026-11-01T11:00:00+00:00")
    ] * 2


def test_the_calendar_is_written_as_rfc_5545_asks(two_times: Run) -> None:
    text, _ = calendar(two_times)
    lines = text.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
    assert max(map(len, lines)) == 75
    assert all(line.decode() for line in lines[:-1])  # no letter is cut
    assert (
        rb"LOCATION:\xc3\x96ronmottagningen\; h\xc3\xb6rsel\, balans".replace(rb"\xc3\x96", "Ö".encode()).replace(
            rb"\xc3\xb6", "ö".encode()
        )
        in text
    )


def test_a_time_that_is_moved_stays_the_same_event(two_times: Run) -> None:
    (before, _) = calendar(two_times)[1]
    moved = "B2"
    for slot, hour in (("T1", 15), ("T2", 16)):
        then = "--at", f"2026-10-20T{hour}:00"
        published = two_times("slot", "publish", "oron", "HORSEL", f"2026-12-01T{hour}:00", "--id", slot, *then)
        assert published.status == 0, published.err
        ran = two_times("booking", "rebook", moved, slot, "--unit", "oron", "--local", *then, "-o", "json")
        moved = json.loads(ran.out)["booking"]["id"]
    (after, _) = calendar(two_times)[1]
    assert str(before["UID"]) == str(after["UID"]) == "B2@SE2321000024-3C4D"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 2)
    assert after.decoded("DTSTART") > before.decoded("DTSTART")


def test_without_times_the_files_are_written_all_the_same(clinics: Run, tmp_path: Path) -> None:
    """The page says so in a sentence, and the calendar has the component that it must have."""
    page, times = tmp_path / "page.html", tmp_path / "times.ics"
    ran = clinics("view", ANNA, *AT, "--html", str(page), "--ics", str(times))
    assert (ran.status, "  No booked time is shown.\n" in ran.out) == (0, True)
    assert "No booked time is shown at that moment: the calendar is empty." in ran.err
    assert "No booked time is shown." in page.read_text(encoding="utf-8")
    read = Calendar.from_ical(times.read_bytes())
    assert [component.name for component in read.subcomponents] == ["VTIMEZONE"]
    assert calendar(clinics) == (times.read_bytes(), [])


def test_a_number_that_cannot_pass_over_the_national_platform(clinics: Run) -> None:
    """1177 cannot ask about it: everything shown is doubtful, and is said to be."""
    number = "20000101R220"
    book(clinics, f"B1,ogon,UPPF30,{number},2026-12-02T09:00,,2026-10-01T12:00,clinic,,")
    told = json.loads(clinics("view", number, *AT, "-o", "json").out)
    assert (ids(told), [note["note"] for note in told["notes"]]) == (["B1"], ["number_cannot_pass_rivta"])
    for more in ((), ("--html", "-")):
        assert told["notes"][0]["message"] in unescape(clinics("view", number, *AT, *more).out)
    first, *_ = clinics("why", "B1", *AT).out.splitlines()
    assert first.startswith("SHOWN") and first.endswith("-****  – but 1177 cannot ask about this number (RIV-TA)")
    assert "(RIV-TA)" not in clinics("why", "B1", *AT, "--action", "cancel").out.splitlines()[0]
