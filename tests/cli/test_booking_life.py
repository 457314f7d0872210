"""Lives of bookings, timelines of relations, and `relation void`.

Contract, section 3.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Copied, Ran, Run
from support.people import ANNA
from support.region import OGON, OGON_FILE, RegionAt, put_in_force
from support.stores import everything

pytestmark = pytest.mark.both

LATER = OGON_FILE.replace("show = true", "show = false", 1)


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The eye clinic, in force from 2026-02-01 to 2026-09-01 and then without showing anything."""
    folder = tmp_path_factory.mktemp("filled")
    run = region_at(folder)
    for text, day in ((OGON_FILE, "2026-02-01"), (LATER, "2026-09-01")):
        put_in_force(run, folder, text, day)
    return folder


@pytest.fixture
def clinic(filled: Path, copied: Copied) -> Run:
    """The command line of a copy of it."""
    return copied(filled)


def book(run: Run, *rows: str, at: str) -> None:
    header = "booking_id,unit,code,resident,start,status,created_at,ended_at,origin"
    ran = run("booking", "import", "-", "--at", at, stdin="\n".join((header, *rows)))
    assert ran.status == 0, ran.err


def record(run: Run, event: str, at: str) -> str:
    """Records an event; gives its number."""
    ran = run("relation", "record", ANNA, "ogon", event, "--at", at, "-o", "json")
    assert ran.status == 0, ran.err
    return str(json.loads(ran.out)["events"][0]["id"])


def life(run: Run, booking: str = "B1", at: str = "2026-06-01") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("booking", "show", booking, "--at", at, "-o", "json").out)
    return told


# -------------------------------------------------------------------------------------------- the life


def test_the_whole_life_of_a_booking(clinic: Run) -> None:
    """Made before the clinic was configured, so without a message; added by the resident; hidden by a new version;
    cancelled, and back again; over."""
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-01-10T08:00,,clinic", at="2026-01-11")
    record(clinic, "clinic_added", "2026-03-01")
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,cancelled,,,", at="2026-10-01")
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,,,", at="2026-10-05")
    told = life(clinic)
    assert [(each["at"][:10], each["what"]) for each in told["history"]] == [
        ("2026-01-10", "made"),
        ("2026-01-11", "imported"),
        ("2026-02-01", "configuration"),
        ("2026-03-01", "relation"),
        ("2026-09-01", "configuration"),
        ("2026-10-01", "ended"),
        ("2026-10-05", "came_back"),
        ("2026-12-01", "over"),
    ]
    assert told["history"][2]["changes"] == {
        "unit_show": [None, True], "calendar": ["missing", "found"], "mapped_show": [None, True],
    }  # fmt: skip
    assert told["history"][4]["changes"] == {"unit_show": [True, False]}
    intervals = [(each["begins"], each["verdict"], each["reasons"], each["ended_by"]) for each in told["intervals"][1:]]
    assert intervals == [
        (
            "2026-01-10T08:00:00+01:00", "hidden",
            ["unit.not_configured", "coupling.missing", "service.not_mapped", "relation.never"], [],
        ),
        ("2026-02-01T00:00:00+01:00", "hidden", ["relation.never"], []),
        ("2026-03-01T00:00:00+01:00", "shown", [], ["unit.show_off"]),
        ("2026-09-01T00:00:00+02:00", "hidden", ["unit.show_off"], ["booking.cancelled"]),
        ("2026-10-01T00:00:00+02:00", "hidden", ["booking.cancelled", "unit.show_off"], []),
        ("2026-10-05T00:00:00+02:00", "hidden", ["unit.show_off"], ["window.over"]),
        ("2026-12-01T11:00:00+01:00", "hidden", ["window.over", "unit.show_off"], []),
    ]  # fmt: skip


def test_a_life_for_people(clinic: Run) -> None:
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-01-10T08:00,,clinic", at="2026-01-11")
    record(clinic, "clinic_added", "2026-03-01T10:15:30")
    told = clinic("booking", "show", "B1", "--at", "2026-06-01", "-o", "text").out
    assert told == (
        """\
Booking   B1
Clinic    SE2321000024-1A2B Ögonmottagningen
Resident  19121212-****
Code      UPPF30
Label     Besök
Start     Tue 1 Dec 2026 09:00
Status    booked
Relation  has a relation since Sun 1 Mar 2026 10:15:30
Shown     Sun 1 Mar 2026 10:15:30 – Tue 1 Sep 2026 00:00 (Clinic: does not show booked times)

  Sat 10 Jan 2026 08:00    · made by the clinic
                             → NOT SHOWN
                               Clinic: The clinic SE2321000024-1A2B has no configuration in force for 1177"""
        """ tidbok at that moment.
                               Coupling: The clinic has no technical coupling in force: no calendar is named for it.
                               Care service/time type: The code UPPF30 is not configured for 1177 tidbok at the clinic.
                               Relation: The resident has no relation to the clinic: it has not been added, and no"""
        """ summons, own booking or approval is known. No relation events have been imported: those known come from"""
        """ bookings or were recorded by hand.
  Sun 11 Jan 2026 00:00    · imported from -
  Sun 1 Feb 2026 00:00     · the clinic shows booked times: not configured → yes; the coupling's calendar: none →"""
        """ OGON-TB1; the code is shown: not configured → yes
  Sun 1 Mar 2026 10:15:30  ┏ the resident added the clinic to the start page: the relation begins – event 1
                           ┃ → SHOWN
▶ Mon 1 Jun 2026 00:00     ┃ the moment asked about: SHOWN
  Tue 1 Sep 2026 00:00     ┗ the clinic shows booked times: yes → no
                             → NOT SHOWN
                               Clinic: The clinic is not configured to show booked times (units/ogon.toml:5).
  Tue 1 Dec 2026 11:00     · two hours since the start
                               Display time: The time is over: times stay until two hours after their start, here"""
        """ Tue 1 Dec 2026 11:00.
"""
    )
    assert clinic("booking", "show", "B1", "--at", "2026-06-01").out == told
    verbose = clinic("booking", "show", "B1", "--at", "2026-06-01", "--verbose").out
    assert "the relation begins – event 1 (S12)" in verbose and "two hours since the start (S20)" in verbose
    swedish = clinic("--lang", "sv", "booking", "show", "B1", "--at", "2026-06-01").out
    for words in (
        "Visas  ",
        "gjord av mottagningen",
        "→ VISAS",
        "tidpunkten i frågan",
        "invånaren lade till mottagningen",
    ):
        assert words in swedish


def test_a_message_and_a_policy_in_a_life(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config/tidbok.toml").write_text(
        '[region]\nname = "R"\n[policy]\nclinic_booking_message = "notice"\n'
        "relation_required = [{ from = 2026-04-01, required = false }, { from = 2026-05-01, required = true }]\n",
        encoding="utf-8",
    )
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-03-10T08:00,,clinic", at="2026-03-11")
    told = life(clinic)
    assert [each["what"] for each in told["history"]] == [
        "made", "message", "imported", "policy", "policy", "configuration", "over",
    ]  # fmt: skip
    assert told["history"][1] | {"at": ""} == {"at": "", "what": "message", "kind": "notice", "label": "Besök"}
    assert [(each["begins"][:10], each["ends"][:10]) for each in told["intervals"] if each["verdict"] == "shown"] == [
        ("2026-04-01", "2026-05-01")
    ]
    text = clinic("booking", "show", "B1", "-o", "text").out
    assert "from then on the region requires no relation" in text
    assert "sent to the inbox: Besök" in text


def test_a_booking_that_is_never_shown(clinic: Run) -> None:
    book(clinic, f"B1,ogon,X,{ANNA},2026-12-01T09:00,booked,2026-01-10T08:00,,", at="2026-01-11")
    told = clinic("booking", "show", "B1").out
    assert "\nShown     has not been shown, and is not as things are now\n" in told


def test_before_it_was_made_it_was_not_booked(clinic: Run) -> None:
    row = f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,cancelled,2026-02-10T08:00,2026-03-01T08:00,"
    book(clinic, row, at="2026-03-11")
    statuses = {"2026-02-10T07:59:59": "not_yet_made", "2026-02-10T08:00": "booked", "2026-03-01T08:00": "cancelled"}
    for at, status in statuses.items():
        why = json.loads(clinic("why", "B1", "--at", at, "-o", "json").out)
        assert (life(clinic, at=at)["status"], why["booking"]["status"]) == (status, status)
    told = clinic("booking", "show", "B1", "--at", "2026-02-10T07:59:59").out
    assert "\nStatus    not yet made\n" in told and "Status    booked" not in told


def test_what_is_not_known_is_never_told_as_never(clinic: Run, tmp_path: Path) -> None:
    """With partial relation data: `why` with its evidence, `booking show` and `relation show`, in words and in JSON."""
    (tmp_path / "config/tidbok.toml").write_text('[policy]\nrelation_data = "partial"\n', encoding="utf-8")
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-01-10T08:00,,", at="2026-01-11")
    at = ("--at", "2026-06-01")
    why = json.loads(clinic("why", "B1", *at, "-o", "json").out)
    related = json.loads(clinic("relation", "show", ANNA, "ogon", *at, "-o", "json").out)
    assert (why["verdict"], why["checks"][-1]["evidence"]["relation"]) == ("unknown", "unknown")
    assert (life(clinic)["relation"], related["relation"]) == ("unknown", "unknown")
    told = clinic("booking", "show", "B1", *at).out
    assert "\nRelation  not known whether there is a relation\n" in told
    assert (
        "\nShown     not known: Sun 1 Feb 2026 00:00 – Tue 1 Sep 2026 00:00 (Clinic: does not show booked times)\n"
        in told
    )
    assert [line.split("→ ")[1] for line in told.splitlines() if "  → " in line] == [
        "NOT SHOWN", "NOT KNOWN", "NOT SHOWN",
    ]  # fmt: skip
    # when it was made, and when nothing else stood in the way
    assert told.count("Relation: It is not known") == 2
    asked = clinic("relation", "show", ANNA, "ogon", *at).out
    assert asked.splitlines()[0].endswith(": not known whether there is a relation")
    assert "never" not in told + asked
    record(clinic, "clinic_added", "2026-07-01")
    assert clinic("relation", "show", ANNA, "ogon", *at).out.splitlines()[0].endswith(": never had a relation")


def test_a_coupling_that_is_not_known_to_work(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config/tidbok.toml").write_text("[policy]\nrequire_verified_coupling = true\n", encoding="utf-8")
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-02-10T08:00,,clinic", at="2026-02-11")
    told = clinic("booking", "show", "B1", "--at", "2026-06-01").out
    assert (
        "\nShown     not known: Tue 10 Feb 2026 08:00 – Tue 1 Sep 2026 00:00 (Clinic: does not show booked times)\n"
        in told
    )
    assert "the moment asked about: NOT KNOWN" in told
    seen = clinic("view", ANNA, "--at", "2026-06-01").out
    assert "Of 1 booked time it is not known" in seen and "No booked time" not in seen


# ------------------------------------------------------------------------------------- voiding an event


def test_an_approval_withdrawn_after_the_resident_had_removed_the_clinic(clinic: Run) -> None:
    """S19: the clinic had left the start page before, and is not said to have left it with the approval."""
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-02-10T08:00,,", at="2026-02-11")
    for event, day in (
        ("communication_approved", "01"), ("clinic_removed", "02"), ("clinic_added", "03"), ("clinic_removed", "04"),
        ("approval_withdrawn", "05"), ("communication_approved", "11"), ("approval_withdrawn", "12"),
    ):  # fmt: skip
        record(clinic, event, f"2026-03-{day}")

    def relation(at: str) -> tuple[str, str | None]:
        check = json.loads(clinic("why", "B1", "--at", at, "-o", "json").out)["checks"][-1]
        assert check["reason"] == "approval_withdrawn"
        return check["message"], check["evidence"].get("removed_at")

    message, removed_at = relation("2026-03-06")
    assert removed_at == "2026-03-04T00:00:00+01:00"
    assert "had removed the clinic from the start page on Wed 4 Mar 2026 00:00" in message
    assert "left the start page" not in message
    message, removed_at = relation("2026-03-13")
    assert removed_at is None and "the clinic left the start page" in message
    kept = json.loads(clinic("why", "B1", "--at", "2026-03-04T12:00", "-o", "json").out)["checks"][-1]
    assert kept["evidence"]["removed_at"] == "2026-03-04T00:00:00+01:00" and kept["evidence"]["rests_on_approval"]
    assert "It rests on the approval for communication alone" in kept["message"]
    alone = "alone: the resident removed the clinic on Wed 4 Mar 2026 00:00."
    assert alone in clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-04T12:00").out
    assert alone not in clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-03T12:00").out
    assert clinic("relation", "void", "4").status == 0
    assert "left the start page" in relation("2026-03-06")[0]


def test_a_voided_event_is_passed_over_and_leaves_its_trace(clinic: Run) -> None:
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-02-10T08:00,,", at="2026-02-11")
    record(clinic, "clinic_added", "2026-03-01")
    wrong = record(clinic, "clinic_removed", "2026-03-05")
    why = ("why", "B1", "--at", "2026-03-06", "-o", "json")
    assert json.loads(clinic(*why).out)["verdict"] == "hidden"
    ran = clinic("relation", "void", wrong, "--at", "2026-03-07", "--purpose", "INC-4711", "-o", "json")
    assert json.loads(ran.out) == {
        "schema": "tidbok.operation/1",
        "booking": None,
        "replaces": None,
        "slot": None,
        "events": [
            {
                "id": int(wrong),
                "resident": "19121212-****",
                "unit": OGON,
                "event": "clinic_removed",
                "occurred_at": "2026-03-05T00:00:00+01:00",
                "voided_at": "2026-03-07T00:00:00+01:00",
            }
        ],
        "messages": [],
    }
    assert json.loads(clinic(*why).out)["verdict"] == "shown"
    shown = json.loads(clinic("relation", "show", ANNA, "ogon", "-o", "json").out)
    assert [each["relation"] for each in shown["periods"]] == ["held"]
    event = shown["events"][1]
    assert (event["effect"], event["has_effect"], event["voided_by"]) == ("voided", False, "tester")
    assert (event["voided_at"], event["voided_for"]) == ("2026-03-07T00:00:00+01:00", "INC-4711")
    assert json.loads(clinic("store", "check", "-o", "json").out) == []


def test_voiding_again_changes_nothing(clinic: Run, tmp_path: Path) -> None:
    number = record(clinic, "clinic_added", "2026-03-01")
    first = clinic("relation", "void", number, "--at", "2026-03-02")
    assert "Voided, event 1" in first.out
    before = everything(tmp_path)
    again = clinic("relation", "void", number, "--at", "2026-03-09", "-o", "json")
    assert (again.status, json.loads(again.out)["events"][0]["voided_at"]) == (0, "2026-03-02T00:00:00+01:00")
    assert "Nothing changed" in clinic("relation", "void", number).out
    assert everything(tmp_path) == before


@pytest.mark.parametrize(("number", "code"), [("99", "relation.unknown_event"), ("x", "usage.not_a_number")])
def test_an_event_that_there_is_not(clinic: Run, number: str, code: str) -> None:
    ran = clinic("relation", "void", number, "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", code)


def test_a_voided_event_can_be_recorded_anew_but_is_not_brought_back_by_its_file(clinic: Run) -> None:
    row = f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_added,2026-03-01\n"

    def imported() -> dict[str, int]:
        counts: dict[str, int] = json.loads(clinic("relation", "import", "-", "-o", "json", stdin=row).out)
        return counts

    assert imported()["created"] == 1
    assert clinic("relation", "void", "1").status == 0
    assert (imported()["created"], imported()["unchanged"]) == (0, 1)
    assert clinic("relation", "show", ANNA, "ogon").status == 1
    assert record(clinic, "clinic_added", "2026-03-01") == "2"
    assert clinic("relation", "show", ANNA, "ogon").status == 0


def test_a_pair_whose_only_event_is_voided_is_one_of_which_nothing_is_known(clinic: Run, tmp_path: Path) -> None:
    (tmp_path / "config/tidbok.toml").write_text('[policy]\nrelation_data = "partial"\n', encoding="utf-8")
    book(clinic, f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,booked,2026-02-10T08:00,,", at="2026-02-11")
    record(clinic, "clinic_added", "2026-12-24")
    asked = ("why", "B1", "--at", "2026-06-01", "-o", "json")
    assert json.loads(clinic(*asked).out)["checks"][-1]["reason"] == "never"
    assert clinic("relation", "void", "1").status == 0
    check = json.loads(clinic(*asked).out)["checks"][-1]
    assert (check["reason"], check["result"], check["evidence"]["events_of_pair"]) == ("no_data", "unknown", 0)


# ------------------------------------------------------------------------------------------ the timeline


def timeline(ran: Ran) -> list[str]:
    """The lines of the timeline, without what stands above it."""
    return ran.out.partition("\n\n")[2].splitlines()


def test_a_relation_as_a_timeline(clinic: Run) -> None:
    for event, day in (
        ("communication_approved", "01"), ("clinic_removed", "03"), ("clinic_added", "04"),
        ("approval_withdrawn", "05"), ("clinic_added", "09"),
    ):  # fmt: skip
        record(clinic, event, f"2026-03-{day}")
    row = f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_removed,2026-03-07\n"
    assert clinic("relation", "import", "-", stdin=row).status == 0
    assert clinic("relation", "void", "3", "--at", "2026-03-10", "--purpose", "INC-1").status == 0
    ran = clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-08")
    assert ran.out.splitlines()[0] == (
        "19121212-****, Ögonmottagningen (SE2321000024-1A2B), Sun 8 Mar 2026 00:00: "
        "ended Thu 5 Mar 2026 00:00: staff withdrew the approval"
    )
    assert timeline(ran) == [
        "  Sun 1 Mar 2026 00:00  ┏ staff approved the resident for communication",
        "                        ┃ the relation begins – event 1, tester",
        "  Tue 3 Mar 2026 00:00  ┣ the resident removed the clinic from the start page",
        "                        ┃ the relation stays: still approved for communication – event 2, tester",
        "  Wed 4 Mar 2026 00:00  ✗ the resident added the clinic to the start page",
        "                        ┃ voided Tue 10 Mar 2026 00:00 by tester: INC-1 – event 3, tester",
        "  Thu 5 Mar 2026 00:00  ┗ staff withdrew the approval for communication",
        "                          the relation ends – event 4, tester",
        "  Sat 7 Mar 2026 00:00  · the resident removed the clinic from the start page",
        "                          without effect: there was nothing to end – event 6, -:2",
        "▶ Sun 8 Mar 2026 00:00    the moment asked about: ended Thu 5 Mar 2026 00:00: staff withdrew the approval",
        "  Mon 9 Mar 2026 00:00  ┏ the resident added the clinic to the start page",
        "                        ┃ the relation begins – event 5, tester",
    ]
    assert clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-08", "-o", "text").out == ran.out
    verbose = clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-08", "--verbose")
    assert "staff approved the resident for communication (S13)" in verbose.out


def test_the_moment_asked_about_comes_after_what_happened_then_and_alone_where_nothing_did(clinic: Run) -> None:
    ran = clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-08")
    assert timeline(ran) == ["▶ Sun 8 Mar 2026 00:00    the moment asked about: never had a relation"]
    record(clinic, "clinic_added", "2026-03-08")
    told = timeline(clinic("relation", "show", ANNA, "ogon", "--at", "2026-03-08"))
    assert told[-1] == "▶ Sun 8 Mar 2026 00:00  ┃ the moment asked about: has a relation since Sun 8 Mar 2026 00:00"
