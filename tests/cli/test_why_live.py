"""`why --live`: the journal is asked first, and is one more check, last."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Ran, Run, done
from support.journal import asks, refused
from support.journal_server import Fault, Journal, Platform, Slot, message, serving, soap_fault
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON

BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin,calendar
B1,ogon,UPPF30,{ANNA},2090-03-01T09:00,2090-03-01T09:30,2026-10-01,resident,OGON-TB1
B2,flogsta,PROV10,{ANNA},2090-03-02T09:00,2090-03-02T09:30,2026-10-01,resident,
B3,ogon,UPPF30,{BO},2090-03-03T09:00,2090-03-03T09:30,2026-10-01,resident,OGON-TB1
"""
SLOT = Slot(OGON, "20900301090000", "20900301093000", "B1", ANNA, "UPPF30", "Besök", "true", "true")
OTHERS = ["booking", "window", "unit", "coupling", "service", "relation"]


@pytest.fixture
def clinic(bookable: Run) -> Run:
    """A region whose bookings are shown, and may be cancelled and rebooked."""
    done(bookable("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS))
    return bookable


@pytest.fixture
def journal(certificates: Platform, clinic: Run, tmp_path: Path) -> Iterator[Journal]:
    """A journal that the region asks."""
    with serving(Journal([SLOT]), certificates) as served:
        asks(tmp_path, served, certificates)
        yield served


def asked(run: Run, *arguments: str, status: int = 0) -> Any:
    ran = run("why", *arguments, "-o", "json")
    assert ran.status == status, ran.out + ran.err
    return json.loads(ran.out)


def check_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The journal's check, which stands last."""
    assert [each["check"] for each in answer["checks"]][-1] == "journal"
    return dict(answer["checks"][-1])


def test_a_time_that_the_journal_offers(clinic: Run, journal: Journal) -> None:
    answer = asked(clinic, "B1", "--live")
    assert (answer["schema"], answer["verdict"]) == ("tidbok.why/1", "shown")
    assert [each["check"] for each in answer["checks"]] == [*OTHERS, "journal"]
    check = check_of(answer)
    correlation_id, asked_at = check["evidence"].pop("correlation_id"), check["evidence"].pop("asked_at")
    assert check == {
        "check": "journal", "result": "pass", "reason": None, "rules": ["S8"], "actor": None,
        "message": "The journal offers the time to 1177 right now.", "fix": None,
        "evidence": {
            "unit": OGON, "answer": "answered", "code": None, "detail": None, "times": 1, "breaches": [],
            "starts_at": "2090-03-01T09:00:00+01:00", "ends_at": "2090-03-01T09:30:00+01:00", "time_type": "UPPF30",
            "care_type": None, "name": "Besök", "cancel": True, "rebook": True, "invitation": False,
        },
    }  # fmt: skip
    (call,) = journal.asked
    assert (call.contract, call.address, call.actor) == ("GetSubjectOfCareSchedule", OGON, ANNA)
    assert call.headers["x-skltp-correlation-id"] == correlation_id and asked_at


def test_without_it_nothing_is_asked(clinic: Run, journal: Journal) -> None:
    assert [each["check"] for each in asked(clinic, "B1")["checks"]] == OTHERS
    assert journal.asked == []


@pytest.mark.parametrize("action", ["cancel", "rebook"])
def test_what_the_journal_allows(action: str, clinic: Run, journal: Journal) -> None:
    answer = asked(clinic, "B1", "--action", action, "--live")
    assert (answer["verdict"], check_of(answer)["result"]) == ("allowed", "pass")
    assert check_of(answer)["message"].startswith("The journal offers the time to 1177 right now, and allows ")


REASONS: dict[str, tuple[Slot | None, str, Fault | None, tuple[str, str, str], str]] = {
    "not offered": (None, "show", None, ("fail", "not_offered", "clinic"), "hidden"),
    "an open summons": (
        replace(SLOT, start=None, end=None, invitation="true"), "show", None,
        ("fail", "not_offered", "clinic"), "hidden",
    ),
    "no cancelling": (
        replace(SLOT, cancel=None), "cancel", None, ("fail", "not_allowed", "coordinator"), "denied",
    ),
    "no rebooking": (
        replace(SLOT, rebook="0"), "rebook", None, ("fail", "not_allowed", "coordinator"), "denied",
    ),
    "silent": (
        SLOT, "show", soap_fault("VP009 Read timed out"), ("unknown", "silent", "regional_administration"), "unknown",
    ),
    "a breach": (
        replace(SLOT, start="209003010900"), "show", None,
        ("unknown", "breach", "regional_administration"), "unknown",
    ),
    "a breach of what it allows": (
        replace(SLOT, cancel="maybe"), "cancel", None, ("unknown", "breach", "regional_administration"), "unknown",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REASONS)
def test_its_reasons(case: str, clinic: Run, journal: Journal) -> None:
    slot, action, fault, told, verdict = REASONS[case]
    journal.slots = [slot] if slot else []
    journal.faults = [fault] if fault else []
    answer = asked(clinic, "B1", "--action", action, "--live", status=1)
    check = check_of(answer)
    assert (check["result"], check["reason"], check["actor"]) == told
    assert (answer["verdict"], bool(check["message"]), bool(check["fix"])) == (verdict, True, True)


def test_a_silence_is_told_with_its_code(clinic: Run, journal: Journal) -> None:
    journal.faults = [soap_fault("VP007 No permission", times=0)]
    check = check_of(asked(clinic, "B1", "--live", status=1))
    assert (check["evidence"]["code"], check["evidence"]["answer"]) == ("VP007", "refused")
    assert check["message"].startswith("It is not known what the journal offers: it did not answer (VP007). ")
    letter = clinic("why", "B1", "--live").out
    assert letter.startswith("NOT KNOWN (Journal: did not answer)  B1  Besök, Ögonmottagningen, ")
    assert "? Journal: It is not known what the journal offers: it did not answer (VP007). We have no perm" in letter
    assert "  Next: Order the permission in TAK for our HSA-id; “tidbok coupling check " in letter


def test_another_unmet_check_decides_beside_it(clinic: Run, journal: Journal) -> None:
    journal.faults = [soap_fault("VP009 Read timed out")]
    done(clinic("relation", "record", "-", "ogon", "clinic_removed", "--at", "2026-11-01", stdin=ANNA))
    answer = asked(clinic, "B1", "--live", status=1)
    unmet = [each["check"] for each in answer["checks"] if each["result"] != "pass"]
    assert (answer["verdict"], unmet) == ("hidden", ["relation", "journal"])


def test_a_breach_elsewhere_in_the_answer_is_not_its_own(clinic: Run, journal: Journal) -> None:
    journal.slots = [SLOT, replace(SLOT, booking_id="B7", end="209003010930")]
    assert check_of(asked(clinic, "B1", "--live"))["result"] == "pass"
    journal.slots = [replace(SLOT, booking_id=None, start="209003010900")]
    assert check_of(asked(clinic, "B1", "--live", status=1))["reason"] == "breach"  # it may be this one
    without = replace(SLOT, booking_id="", start="209003010900")
    journal.slots = [without]
    assert check_of(asked(clinic, "B1", "--live", status=1))["reason"] == "breach"
    journal.slots = [without, SLOT]
    assert check_of(asked(clinic, "B1", "--live"))["result"] == "pass"
    journal.slots = [replace(without, start="209004010900")]  # another time
    assert check_of(asked(clinic, "B1", "--live", status=1))["reason"] == "not_offered"
    journal.slots = [replace(SLOT, booking_id=None), replace(without, start="209004010900")]
    assert check_of(asked(clinic, "B1", "--live"))["result"] == "pass"
    journal.faults = [Fault(body=message(replace(without, start=None, invitation="true")))]  # a summons
    assert check_of(asked(clinic, "B1", "--live", status=1))["reason"] == "not_offered"
    journal.slots = [replace(without, start="2090-04-01")]
    assert check_of(asked(clinic, "B1", "--live", status=1))["reason"] == "breach"


def test_who_decided_stands_in_its_rows(clinic: Run, journal: Journal, tmp_path: Path) -> None:
    path = tmp_path / "config" / "tidbok.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'decided_by = "Nämnden"\n', encoding="utf-8")
    asked(clinic, "B1", "--live")
    asked(clinic, "B1")
    refused(clinic("why", "B3", "--live", "-o", "json"))
    decided = {
        resident: [
            (row["outcome"], row["decided_by"])
            for row in json.loads(clinic("audit", "list", "--resident", resident, "-o", "json").out)
            if row["command"] == "why"
        ]
        for resident in (ANNA, BO)
    }
    assert decided == {
        ANNA: [("asked", "Nämnden"), ("answered", "Nämnden"), ("shown", "Nämnden"), ("shown", None)],
        BO: [("journal.only_test_residents", "Nämnden")],
    }


def test_a_residents_bookings(clinic: Run, journal: Journal) -> None:
    """Each clinic is asked once."""
    journal.slots = [SLOT]
    first, second = asked(clinic, "--resident", ANNA, "--live", status=1)
    assert (first["booking"]["id"], check_of(first)["result"]) == ("B1", "pass")
    assert (second["booking"]["id"], check_of(second)["reason"]) == ("B2", "not_offered")
    assert sorted(call.address for call in journal.asked) == [OGON, FLOGSTA]
    overview = clinic("why", "--resident", ANNA, "--live").out.splitlines()
    assert "Journal: does not offer the time" in overview[1]


def test_a_resident_without_bookings_is_asked_about_nowhere(clinic: Run, journal: Journal, tmp_path: Path) -> None:
    ran = clinic("why", "--resident", ANNA, "--unit", "hud", "--live")
    assert (ran.status, journal.asked) == (2, [])  # no such clinic
    done(clinic("booking", "cancel", "B2", "--local"))
    assert asked(clinic, "--resident", ANNA, "--unit", "flogsta", "--live", status=1) == []
    assert journal.asked == []


def test_it_may_be_assumed(clinic: Run, journal: Journal) -> None:
    journal.slots = []
    answer = asked(clinic, "B1", "--live", "--assume", "journal=pass")
    assert check_of(answer)["evidence"]["assumed"] is True
    assert clinic("why", "B1", "--assume", "journal=pass").status == 2


REFUSED = {
    "B1 --live --at 2026-11-01": "journal.only_now",
    "--resident 191212121212 --live --at 2026-11-01": "journal.only_now",
    "--slot S1 --resident 191212121212 --live": "usage.not_together",
    "B3 --live": "journal.only_test_residents",
    "B9 --live": "booking.unknown",
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_is_refused(asked: str, clinic: Run, journal: Journal) -> None:
    ran = clinic("why", *asked.split(), "-o", "json")
    assert (refused(ran), journal.asked) == (REFUSED[asked], [])
    assert BO not in ran.err


def test_without_a_table_it_is_refused(clinic: Run) -> None:
    assert refused(clinic("why", "B1", "--live", "-o", "json")) == "journal.not_configured"


def test_a_future_moment_may_be_asked_about(clinic: Run, journal: Journal) -> None:
    """What the journal says now, at a moment that is to come."""
    answer = asked(clinic, "B1", "--live", "--at", "2090-03-01T12:00", status=1)
    assert [each["check"] for each in answer["checks"] if each["result"] == "fail"] == ["window"]


def test_the_call_and_the_look_are_recorded(clinic: Run, journal: Journal) -> None:
    asked(clinic, "B1", "--live")
    rows = json.loads(clinic("audit", "list", "--resident", ANNA, "-o", "json").out)
    looks = [(row["outcome"], row["units"]) for row in rows if row["command"] == "why"]
    assert looks == [("asked", [OGON]), ("answered", [OGON]), ("shown", [OGON])]


def test_a_refusal_is_recorded_with_whom_it_was_about(clinic: Run, journal: Journal) -> None:
    refused(clinic("why", "B3", "--live", "-o", "json"))
    rows = json.loads(clinic("audit", "list", "--resident", BO, "-o", "json").out)
    assert [row["outcome"] for row in rows if row["command"] == "why"] == ["journal.only_test_residents"]


def form(run: Run, form: str) -> Ran:
    return run("why", "B1", "--live", "-o", form)


def test_no_form_holds_a_person_number(clinic: Run, journal: Journal) -> None:
    journal.slots = [replace(SLOT, name=f"Besök {ANNA}", code=f"K-{BO}", after=f"<careTypeID>{BO}</careTypeID>")]
    for each in ("table", "text", "json", "ndjson", "csv"):
        ran = form(clinic, each)
        assert not [number for number in (ANNA, BO) if number in ran.out + ran.err]
