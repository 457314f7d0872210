"""The visit's information (S20): from unit file, table and import to what the resident sees."""

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from support.answers import report
from support.command_line import Ran, Run, done
from support.people import ANNA
from support.region import BOOKABLE, put_in_force, write_unit
from support.stores import rows_of

pytestmark = pytest.mark.both

TEXT = "Kom tio minuter före.\nTa med <b>glasögonen</b>, & remissen."
OWN = "Ring oss när du är här; 018-611"
LINK = "https://video.example.org/m/7?a=1&b=%22"
VISITS = BOOKABLE.replace('label  = "Besök"\n', f'label  = "Besök"\ninformation = """{TEXT}"""\ndigital = true\n')
"""The eye clinic, with two lines of information, about digital visits."""
BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin,information,meeting_link
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic,,
B2,ogon,UPPF30,{ANNA},2026-12-02T09:00,2026-10-01,clinic,{OWN},{LINK}
B3,ogon,OP60,{ANNA},2026-12-03T09:00,2026-10-01,clinic,,{LINK}
B4,ogon,OP60,{ANNA},2026-12-04T09:00,2026-10-01,clinic,,
"""
AT = ("--at", "2026-11-01")
KEYS = ("information", "meeting_link", "digital")
SHOWN = {
    "B1": (TEXT, None, True),
    "B2": (OWN, LINK, True),
    "B3": (None, LINK, False),
    "B4": (None, None, False),
}
"""The booking's own before the mapping's."""


def out(ran: Ran) -> str:
    done(ran)
    return ran.out


def imported(run: Run, text: str, *more: str) -> Any:
    return json.loads(out(run("booking", "import", "-", *(more or ("--at", "2026-10-02")), "-o", "json", stdin=text)))


@pytest.fixture
def clinic(region: Run, tmp_path: Path) -> Run:
    put_in_force(region, tmp_path, VISITS)
    imported(region, BOOKINGS)
    return region


def seen(run: Run, *at: str) -> dict[str, tuple[Any, ...]]:
    told = json.loads(run("view", ANNA, *(at or AT), "-o", "json").out)["bookings"]
    return {each["id"]: tuple(each[key] for key in KEYS) for each in told}


def booking(run: Run, number: str, *at: str) -> tuple[Any, ...]:
    told = json.loads(out(run("booking", "show", number, *(at or AT), "-o", "json")))
    return tuple(told[key] for key in KEYS)


def test_wherever_the_resident_s_view_is_shown(clinic: Run) -> None:
    assert seen(clinic) == SHOWN
    table = csv.DictReader(io.StringIO(clinic("view", ANNA, *AT, "-o", "csv").out))
    assert [row["meeting_link"] for row in table] == ["", LINK, LINK, ""]
    assert {number: booking(clinic, number) for number in SHOWN} == SHOWN
    told = out(clinic("--lang", "sv", "view", ANNA, *AT))
    for line in ("Kom tio minuter före.", "& remissen.", "Digitalt möte\n", OWN, f"Digitalt möte: {LINK}\n"):
        assert line in told
    assert "The visit" in (shown := out(clinic("booking", "show", "B2", *AT))) and LINK in shown


def test_on_the_page_and_in_the_calendar(clinic: Run) -> None:
    page = out(clinic("view", ANNA, *AT, "--html", "-"))
    for line in ("Ta med &lt;b&gt;glasögonen&lt;/b&gt;, &amp; remissen.", "Digitalt möte: https://video.example.org"):
        assert line in page
    assert "<b>" not in page and "a=1&amp;b=" in page
    events = list(Calendar.from_ical(out(clinic("view", ANNA, *AT, "--ics", "-"))).walk("VEVENT"))
    assert [str(event.get("DESCRIPTION", "")) for event in events] == [
        "Kom tio minuter före.\nTa med <b>glasögonen</b>, & remissen.\nDigital meeting",
        f"{OWN}\nDigital meeting: {LINK}",
        f"Digital meeting: {LINK}",
        "",
    ]
    assert [str(event.get("URL", "")) for event in events] == ["", LINK, LINK, ""]


def test_until_two_hours_after_the_start_and_not_a_second_longer(clinic: Run) -> None:
    """S20; also in `booking show`, which tells of the booking afterwards too."""
    last, over = ("--at", "2026-12-02T10:59:59"), ("--at", "2026-12-02T11:00")
    assert (seen(clinic, *last)["B2"], booking(clinic, "B2", *last)) == (SHOWN["B2"],) * 2
    assert "B2" not in seen(clinic, *over)
    assert booking(clinic, "B2", *over) == (None, None, False)
    for form in (
        ("view", ANNA),
        ("view", ANNA, "--html", "-"),
        ("view", ANNA, "--ics", "-"),
        ("booking", "show", "B2"),
    ):
        assert OWN not in clinic(*form, *over).out


def test_a_later_import_changes_only_what_it_says(clinic: Run, tmp_path: Path) -> None:
    """A missing column keeps what is known, an empty cell takes it away; a change counts as updated."""
    changed = rows_of(tmp_path, "SELECT count(*) FROM booking WHERE changed_in IS NOT NULL")
    assert imported(clinic, BOOKINGS) == report(unchanged=4)
    without = "\n".join(",".join(line.split(",")[:7]) for line in BOOKINGS.splitlines())
    assert imported(clinic, without) == report(unchanged=4)
    schedule = (
        "<GetSubjectOfCareScheduleResponse><timeslotDetail><startTimeInclusive>20261202090000</startTimeInclusive>"
        "<healthcare_facility>SE2321000024-1A2B</healthcare_facility><bookingId>B2</bookingId>"
        f"<subject_of_care>{ANNA}</subject_of_care><timeTypeID>UPPF30</timeTypeID>"
        "</timeslotDetail></GetSubjectOfCareScheduleResponse>"
    )
    assert imported(clinic, schedule, "--at", "2026-10-03") == report(unchanged=1)
    assert (seen(clinic), changed) == (SHOWN, [(0,)])
    other = BOOKINGS.replace(f",,{LINK}", ',"Ta med pass.\r\nFasta.",https://a.example').replace(OWN, "")
    assert imported(clinic, other, "--at", "2026-10-04") == report(updated=2, unchanged=2)
    assert rows_of(tmp_path, "SELECT booking_id FROM booking WHERE changed_in IS NOT NULL ORDER BY 1") == [
        ("B2",), ("B3",),
    ]  # fmt: skip
    told = seen(clinic)
    assert (told["B2"][0], told["B3"][:2]) == (SHOWN["B1"][0], ("Ta med pass.\nFasta.", "https://a.example"))


def test_a_bad_link_or_text_is_named_with_its_place(clinic: Run) -> None:
    """The link itself is not quoted: it lets people in."""
    rows = BOOKINGS.replace(LINK, "http://video.example.org/secret", 1).replace(OWN, "\x07")
    ran = clinic("booking", "import", "-", "--at", "2026-10-02", "-o", "json", stdin=rows)
    told = [(each["code"], each["where"]) for each in json.loads(ran.err.splitlines()[-1])["error"]["problems"]]
    assert (ran.status, "secret" in ran.err) == (1, False)
    assert told == [
        ("cell.control_characters", "-:3, information"),
        ("cell.not_a_link", "-:3, meeting_link"),
    ]
    ran = clinic("--lang", "sv", "booking", "import", "-", "--at", "2026-10-02", stdin=rows)
    assert "Detta är ingen länk till ett digitalt möte" in ran.err
    for options, code in (
        (("--meeting-link", "ftp://a.example"), "cell.not_a_link"),
        (("--meeting-link", f"https://a.example/{'x' * 2000}"), "cell.link_too_long"),
        (("--information", "\x1b"), "cell.control_characters"),
    ):
        ran = clinic("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-09T09:00", *options, "-o", "json")
        error = json.loads(ran.err)["error"]
        assert (ran.status, error["code"], error["where"]) == (2, code, options[0])


def test_by_hand_and_with_the_booking_when_it_moves(clinic: Run) -> None:
    call = "booking", "add", "ogon", "UPPF30", ANNA, "2026-12-09T09:00", "--id", "H1", "--information", OWN, *AT
    assert out(clinic(*call, "--meeting-link", LINK)) != out(clinic(*call, "--meeting-link", LINK))
    assert clinic(*call, "--meeting-link", "https://other.example").status == 2
    assert booking(clinic, "H1") == SHOWN["B2"]
    out(clinic("slot", "publish", "ogon", "UPPF30", "2026-12-10T09:00", "--id", "P1", *AT))
    out(clinic("booking", "rebook", "H1", "P1", *AT))
    assert list(seen(clinic).values())[-1] == SHOWN["B2"]


def test_a_mapping_by_hand_and_by_table_planned_and_kept(clinic: Run, tmp_path: Path) -> None:
    out(clinic("service", "map", "ogon", "OP60", "--information", "Fasta från midnatt.", "--digital"))
    out(clinic("service", "import", "ogon", "-", stdin=f'code,information,digital\nTYST,"{OWN}",ja\nUPPF30,,nej\n'))
    entries = tomllib.loads((tmp_path / "config/units/ogon.toml").read_text(encoding="utf-8"))["care_service"]
    assert {each["code"]: (each.get("information"), each.get("digital")) for each in entries} == {
        "UPPF30": (None, False), "OP60": ("Fasta från midnatt.", True), "TYST": (OWN, True),
    }  # fmt: skip
    plan = clinic("unit", "plan", "--at", "2026-10-20")
    assert (plan.status, '~ OP60: information = "Fasta från midnatt."; digital = false → true' in plan.out) == (1, True)
    out(clinic("unit", "apply", "--yes", "--at", "2026-10-20"))
    assert (seen(clinic, "--at", "2026-10-19")["B4"][0], seen(clinic)["B4"]) == (
        None,
        ("Fasta från midnatt.", None, True),
    )
    listed = json.loads(out(clinic("service", "list", "ogon", *AT, "-o", "json")))
    assert [(each["code"], each["information"], each["digital"]) for each in listed] == [
        ("OP60", "Fasta från midnatt.", True), ("TYST", OWN, True), ("UPPF30", None, False),
    ]  # fmt: skip
    assert "information" in out(clinic("unit", "history", "ogon", *AT))
    write_unit(tmp_path, out(clinic("unit", "export", "ogon", *AT)))
    assert clinic("unit", "plan", *AT).status == 0
