"""`journal show` against a stand-in journal: what it offers, and what differs from the copy and the files."""

import csv
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.answers import Golden
from support.command_line import Run, done, place_of, subprocess_environment
from support.journal import CORRELATION_ID, asks, refused
from support.journal_certificates import CONSUMER
from support.journal_server import (
    Fault,
    Journal,
    Platform,
    Slot,
    message,
    platform,
    serving,
    soap_fault,
)
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON

from tidbok_cli.render.booking import BOOKING

AGGREGATOR = "5565594230"
BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin,calendar
B1,ogon,UPPF30,{ANNA},2090-03-01T09:00,2090-03-01T09:30,2026-10-01,clinic,OGON-TB1
B2,flogsta,PROV10,{BO},2090-03-02T09:00,2090-03-02T09:30,2026-10-01,clinic,
B3,SE2321000024-9X9X,PROV10,{BO},2090-03-03T09:00,2090-03-03T09:30,2026-10-01,clinic,
"""
SLOT = Slot(OGON, "20900301090000", "20900301093000", "B1", ANNA, "UPPF30", "Besök", "true", "true")
"""The eye clinic's booking, as the copy and the file have it."""
NOWHERE = "SE2321000024-9X9X"
"""A clinic that has no file."""
REFUSED_EVERYWHERE = soap_fault("VP007 No permission", times=0)


@pytest.fixture
def clinic(bookable: Run) -> Run:
    """A region with a copy of two residents' bookings."""
    done(bookable("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS))
    return bookable


@pytest.fixture
def journal(certificates: Platform, clinic: Run, tmp_path: Path) -> Iterator[Journal]:
    """A journal that the region asks, and that agrees with it."""
    with serving(Journal([SLOT], aggregator=AGGREGATOR), certificates) as served:
        asks(tmp_path, served, certificates)
        yield served


def shown(run: Run, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What `journal show` says of Anna, in JSON."""
    ran = run("journal", "show", "-", *arguments, "-o", "json", stdin=ANNA)
    assert ran.status == status, ran.err + ran.out
    return dict(json.loads(ran.out))


def findings(told: dict[str, Any]) -> dict[str, list[str]]:
    return {booking["id"]: [each["finding"] for each in booking["findings"]] for booking in told["bookings"]}


# ------------------------------------------------------------------------------------------------ the answer


def test_an_answer(clinic: Run, journal: Journal, tmp_path: Path) -> None:
    told = shown(clinic, "--unit", "ogon")
    assert list(told) == ["schema", "at", "environment", "consumer", "answers", "bookings"]
    assert (told["schema"], told["environment"]) == ("tidbok.journal/1", "test")
    assert [(each["unit"], each["result"], each["slots"]) for each in told["answers"]] == [(OGON, "answered", 1)]
    (booking,) = told["bookings"]
    assert booking == {
        "id": "B1", "unit": OGON, "unit_name": "Ögonmottagningen", "resident": "19121212-****", "code": "UPPF30",
        "care_type": None, "kind": "care_service", "label": "Besök", "start": "2090-03-01T09:00:00+01:00",
        "end": "2090-03-01T09:30:00+01:00", "status": "booked", "created_at": "2026-10-01T00:00:00+02:00",
        "origin": "clinic", "calendar": "OGON-TB1",
        "journal": {
            "start": "2090-03-01T09:00:00+01:00", "end": "2090-03-01T09:30:00+01:00", "code": "UPPF30",
            "name": "Besök", "cancel": True, "rebook": True, "invitation": False,
        },
        "findings": [],
    }  # fmt: skip
    assert list(booking)[:-2] == [column.key for column in BOOKING]
    (asked,) = journal.asked
    assert (asked.contract, asked.address, asked.actor) == ("GetSubjectOfCareSchedule", OGON, ANNA)
    rows = json.loads(clinic("audit", "list", "--resident", "-", "-o", "json", "--reveal", stdin=ANNA).out)
    looks = [(row["outcome"], row["units"]) for row in rows if row["command"] == "journal show"]
    assert looks == [("asked", [OGON]), ("answered", [OGON]), ("done", [OGON])]


FINDINGS: dict[str, tuple[Slot | None, list[tuple[str, str]]]] = {
    "not offered": (None, [("copy_only", "clinic")]),
    "moved": (replace(SLOT, start="20900301093000", end="20900301100000"), [("moved", "clinic")]),
    "another code": (
        replace(SLOT, code="OP60", name="Operation"), [("code_differs", "clinic")],
    ),
    "not mapped": (
        replace(SLOT, code="NY", cancel=None, rebook=None),
        [("code_differs", "clinic"), ("not_mapped", "coordinator")],
    ),
    "no code": (
        replace(SLOT, code=None, cancel="0", rebook=" 0 "), [("no_code", "regional_administration")],
    ),
    "another name": (replace(SLOT, name="uppföljning 30 min"), [("name_differs", "coordinator")]),
    "cancelling": (replace(SLOT, cancel=None), [("cancel_differs", "coordinator")]),
    "rebooking": (replace(SLOT, rebook="false"), [("rebook_differs", "coordinator")]),
    "no seconds": (replace(SLOT, start="209003010900"), [("breach", "regional_administration")]),
    "an empty element": (replace(SLOT, more="<performer/>"), [("breach", "regional_administration")]),
}  # fmt: skip


@pytest.mark.parametrize("case", FINDINGS)
def test_what_differs(case: str, clinic: Run, journal: Journal) -> None:
    slot, expected = FINDINGS[case]
    journal.slots = [slot] if slot else []
    (booking,) = shown(clinic, "--unit", "ogon", status=1)["bookings"]
    assert [(each["finding"], each["actor"]) for each in booking["findings"]] == expected
    assert all(list(each) == ["finding", "actor", "message", "fix"] for each in booking["findings"])
    assert all(each["message"] and each["fix"] for each in booking["findings"])


def test_a_time_without_an_id_has_its_breaches(clinic: Run, journal: Journal) -> None:
    journal.slots = [replace(SLOT, booking_id="", start="209003010900")]
    (booking,) = shown(clinic, "--unit", "ogon", status=1)["bookings"]
    assert (booking["id"], [each["finding"] for each in booking["findings"]]) == ("B1", ["breach"])
    said = booking["findings"][0]["message"]
    assert "bookingId is empty" in said and "startTimeInclusive has no seconds: 2090-03-01 09:00" in said


def test_a_time_that_the_copy_lacks(clinic: Run, journal: Journal) -> None:
    journal.slots.append(replace(SLOT, booking_id="B9", start="20900401090000", end="20900401093000"))
    first, new = shown(clinic, "--unit", "ogon", status=1)["bookings"]
    assert (first["id"], new["id"]) == ("B1", "B9")
    assert [each["finding"] for each in new["findings"]] == ["journal_only"]
    assert {key for key, value in new.items() if value is None} == {
        "code", "care_type", "start", "end", "status", "created_at", "origin", "calendar",
    }  # fmt: skip
    assert (new["label"], new["unit_name"]) == ("Besök", "Ögonmottagningen")


def test_its_steps_bring_it_into_the_copy(clinic: Run, journal: Journal, tmp_path: Path) -> None:
    journal.slots.append(replace(SLOT, booking_id="B9", start="20900401090000", end="20900401093000"))
    show = [sys.executable, "-m", "tidbok_cli", *place_of(tmp_path), "journal", "show", ANNA, "--unit", "ogon"]
    received = subprocess.run([*show, "-o", "xml", "--reveal"], capture_output=True, env=subprocess_environment())
    assert (received.returncode, received.stderr) == (1, b"")
    done(clinic("booking", "import", "-", stdin=received.stdout))
    assert findings(shown(clinic, "--unit", "ogon")) == {"B1": [], "B9": []}


@pytest.mark.parametrize("other", [replace(SLOT, resident=BO), replace(SLOT, resident=BO, booking_id="B9")])
def test_anothers_time_is_told_of_and_not_shown(other: Slot, clinic: Run, journal: Journal, tmp_path: Path) -> None:
    journal.faults = [Fault(body=message(replace(other, name="Hemligt")), times=0)]
    ran = clinic("journal", "show", "-", "--unit", "ogon", "-o", "json", "--reveal", stdin=ANNA)
    assert ran.status == 1 and BO not in ran.out and "Hemligt" not in ran.out
    copy, theirs = sorted(json.loads(ran.out)["bookings"], key=lambda booking: booking["code"] is None)
    assert [each["finding"] for each in copy["findings"]] == ["copy_only"]
    assert [each["finding"] for each in theirs["findings"]] == ["breach"]
    assert (theirs["resident"], theirs["journal"], theirs["start"]) == (None, None, None)
    told = clinic("journal", "show", "-", "--unit", "ogon", stdin=ANNA).out
    assert "The journal told of another resident's time, which is not shown here." in told


def test_another_clinics_time_is_a_breach(clinic: Run, journal: Journal) -> None:
    journal.faults = [Fault(body=message(SLOT, replace(SLOT, unit=FLOGSTA)))]
    told = shown(clinic, "--unit", "ogon", status=1)
    assert [(each["unit"], "breach" in [one["finding"] for one in each["findings"]]) for each in told["bookings"]] == [
        (OGON, False), (FLOGSTA, True),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ who is asked


def test_the_clinics_with_a_relation_or_a_coming_booking_are_asked(clinic: Run, journal: Journal) -> None:
    done(clinic("relation", "record", "-", "flogsta", "clinic_added", "--at", "2026-10-20", stdin=ANNA))
    assert [each["unit"] for each in shown(clinic)["answers"]] == [OGON, FLOGSTA]


def test_where_there_is_neither_nobody_is_asked(clinic: Run, journal: Journal, tmp_path: Path) -> None:
    asks(tmp_path, journal, platform(tmp_path / "p"), ["200002292399"])
    ran = clinic("journal", "show", "200002292399")
    assert (ran.status, journal.asked) == (0, [])
    assert ran.out.startswith("Nobody was asked: the resident has no relation to a clinic, and no coming booking")


UNKNOWN = "Of 1 time in the copy it is not known whether it is offered."
SUMS: dict[str, tuple[list[Slot], list[Fault], str]] = {
    "nobody answered": ([SLOT], [REFUSED_EVERYWHERE], f"0 of 2 journals answered. {UNKNOWN}"),
    "it differs, and the other is unknown": (
        [replace(SLOT, cancel=None)], [replace(REFUSED_EVERYWHERE, unit=FLOGSTA)],
        "1 of 2 journals answered. 1 of 1 time differs. It is not known whether more times are offered.",
    ),
    "it agrees, and the other is unknown": (
        [SLOT], [replace(REFUSED_EVERYWHERE, unit=FLOGSTA)],
        "1 of 2 journals answered. 1 time agrees. It is not known whether more times are offered.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SUMS)
def test_it_never_says_that_what_is_not_known_agrees(case: str, clinic: Run, journal: Journal) -> None:
    journal.slots, journal.faults, said = SUMS[case]
    ran = clinic("journal", "show", "-", "--unit", "ogon", "--unit", "flogsta", stdin=ANNA)
    assert ran.out.startswith(f"{said}  19121212-****\n")


def test_of_a_clinic_without_a_booking_that_did_not_answer_nothing_is_known(clinic: Run, journal: Journal) -> None:
    journal.faults = [REFUSED_EVERYWHERE]
    ran = clinic("journal", "show", "-", "--unit", "flogsta", stdin=ANNA)
    told = "It is not known whether any time is offered; none is in the copy."
    assert ran.out.startswith(f"0 of 1 journal answered. {told}  19121212-****\n")


def test_a_clinic_without_a_file_is_asked_by_its_hsa_id(
    clinic: Run, journal: Journal, certificates: Platform, tmp_path: Path
) -> None:
    """Where the copy has something coming, and where there is a relation, as 1177 does."""
    asks(tmp_path, journal, certificates, [BO])
    journal.slots = [Slot(NOWHERE, "20900303090000", "20900303093000", "B3", BO, "PROV10", "Prov")]
    told = json.loads(clinic("journal", "show", "-", "-o", "json", stdin=BO).out)
    assert [each["unit"] for each in told["answers"]] == [FLOGSTA, NOWHERE]
    assert findings(told)["B3"] == ["not_mapped", "cancel_differs", "rebook_differs"]
    journal.slots = []
    assert findings(json.loads(clinic("journal", "show", "-", "-o", "json", stdin=BO).out))["B3"] == ["copy_only"]
    done(clinic("booking", "cancel", "B3", "--local"))
    done(clinic("relation", "record", "-", NOWHERE, "clinic_added", "--at", "2026-10-20", stdin=BO))
    people = clinic("journal", "show", "-", stdin=BO).out
    assert f"== {NOWHERE} ==\nNo time is offered, and none is in the copy.\n" in people


def test_a_clinic_that_is_silent_has_no_findings(clinic: Run, journal: Journal) -> None:
    journal.faults = [soap_fault("VP009 Read timed out", unit=OGON, times=0)]
    told = shown(clinic, "--unit", "ogon", "--unit", "flogsta", status=1)
    assert findings(told) == {"B1": []}
    assert [each["journal"] for each in told["bookings"]] == [None]
    people = clinic("journal", "show", "-", "--unit", "ogon", "--unit", "flogsta", stdin=ANNA).out
    assert people.startswith(f"1 of 2 journals answered. {UNKNOWN}  19121212-****\n")
    assert "B1  Wed 1 Mar 2090 09:00–09:30  Besök  (not known whether it is offered)\n" in people
    swedish = clinic("--lang", "sv", "journal", "show", "-", "--unit", "ogon", stdin=ANNA).out
    assert "B1  ons 1 mars 2090 kl. 09:00–09:30  Besök  (okänt om den erbjuds)\n" in swedish
    assert "VP009: The journal did not answer the platform: silent, empty, or the connection to it failed." in people


@pytest.mark.parametrize(("fault", "status"), [("VP009", 1), ("VP008", 75), ("VP002", 2), ("VP007", 1), ("Fel", 1)])
def test_its_exit_status(fault: str, status: int, clinic: Run, journal: Journal) -> None:
    journal.faults = [soap_fault(f"{fault} text", times=0)]
    assert shown(clinic, "--unit", "ogon", status=status)["bookings"][0]["findings"] == []


def test_everywhere(clinic: Run, journal: Journal) -> None:
    told = shown(clinic, "--everywhere")
    assert [each["unit"] for each in told["answers"]] == [OGON, AGGREGATOR]
    assert findings(told) == {"B1": []}
    *_, asked = journal.asked
    assert (asked.address, asked.values["healthcare_facility"]) == (AGGREGATOR, AGGREGATOR)
    journal.slots.append(replace(SLOT, unit=FLOGSTA, booking_id="B9", code="PROV10", name="Provtagning"))
    assert findings(shown(clinic, "--everywhere", status=1))["B9"][0] == "journal_only"
    journal.slots.pop()
    journal.faults = [Fault(body=message(), unit=AGGREGATOR)]
    assert findings(shown(clinic, "--everywhere", status=1)) == {"B1": ["not_in_index"]}


@pytest.mark.parametrize(("others", "result"), [((), "silent"), ((OGON, FLOGSTA), "answered")])
def test_everywhere_where_somebody_was_silent(
    others: tuple[str, ...], result: str, clinic: Run, journal: Journal
) -> None:
    journal.statuses, journal.units = {OGON: "NoDataSynchFailed"}, others
    told = shown(clinic, "--everywhere", status=1)
    assert findings(told) == {"B1": []}
    assert [(each["result"], each["detail"]) for each in told["answers"]] == [
        ("answered", None), (result, f"{OGON}: NoDataSynchFailed"),
    ]  # fmt: skip
    ran = clinic("journal", "show", "-", "--everywhere", stdin=ANNA)
    assert " journals answered. 1 time agrees. It is not known whether more times are offered.  19" in ran.out
    assert ran.out.count(f"  {OGON}: NoDataSynchFailed\n") == 1
    rows = clinic("journal", "show", "-", "--everywhere", "-o", "csv", stdin=ANNA)
    assert f"all that {AGGREGATOR} offers ({OGON}: NoDataSynchFailed)" in rows.err and "Failed" not in rows.out


def test_a_time_of_another_regions_clinic(clinic: Run, journal: Journal) -> None:
    """Its remedy is said once, and what can be typed of it mends it where the clinic is ours."""
    journal.slots.append(replace(SLOT, unit="SE2321000024-7A7A", booking_id="B9"))
    (theirs,) = [each for each in shown(clinic, "--everywhere", status=1)["bookings"] if each["id"] == "B9"]
    assert [each["finding"] for each in theirs["findings"]][:2] == ["journal_only", "not_mapped"]
    assert len({each["fix"] for each in theirs["findings"]}) == 1
    told = clinic("journal", "show", "-", "--everywhere", stdin=ANNA).out
    assert told.count("Next:") == 1 and "service map" not in told and "--unit" not in told
    typed = commands(theirs["findings"][0]["fix"])
    assert [words[:2] for words in typed] == [["unit", "new"], ["unit", "apply"]]
    for words in typed:
        done(clinic(*words, *(["--yes"] if words[1] == "apply" else [])))
    steps = findings(shown(clinic, "--everywhere", status=1))
    assert steps["B9"][0] == "journal_only"


def test_what_to_order_for_the_aggregator(clinic: Run, journal: Journal) -> None:
    """`coupling check` writes the order for a clinic; for what is none, it is said."""
    journal.faults = [soap_fault("VP007 No permission", times=0)]
    ours, everybodys = shown(clinic, "--everywhere", status=1)["answers"]
    (check,) = commands(ours["fix"])
    ran = clinic(*check)
    assert (ran.status, CONSUMER in ran.out) == (1, True), ran.err
    assert commands(everybodys["fix"]) == []
    assert CONSUMER in everybodys["fix"] and AGGREGATOR in everybodys["fix"] and AGGREGATOR in everybodys["message"]


def commands(fix: str) -> list[list[str]]:
    """What is to be typed, by the sentence, after `tidbok`."""
    return [shlex.split(each) for each in re.findall("“tidbok ([^”]*)”", fix)]


def test_everywhere_without_an_aggregator(
    clinic: Run, journal: Journal, certificates: Platform, tmp_path: Path
) -> None:
    journal.aggregator = ""
    asks(tmp_path, journal, certificates)
    ran = clinic("journal", "show", "-", "--everywhere", "-o", "json", stdin=ANNA)
    assert (refused(ran), journal.asked) == ("journal.no_aggregator", [])


REFUSED = {
    "--at 2026-11-01": "journal.only_now",
    "--unit nowhere": "unit.unknown",
    "--unit SE2321000024-9X9X": "unit.not_in_force",
    "-o xml": "journal.xml_reveals",
}


@pytest.mark.parametrize("options", REFUSED)
def test_what_is_refused(options: str, clinic: Run, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDBOK_OUTPUT", "json")
    ran = clinic("journal", "show", "-", *options.split(), stdin=ANNA)
    assert ran.status == 2 and journal.asked == []
    assert REFUSED[options] in ran.err or (REFUSED[options] == "journal.xml_reveals" and "--reveal" in ran.err)


def test_others_than_test_residents_are_not_asked_about(clinic: Run, journal: Journal) -> None:
    ran = clinic("journal", "show", "-", "-o", "json", stdin=BO)
    assert (refused(ran), journal.asked) == ("journal.only_test_residents", [])


def test_a_real_resident_is_asked_about_by_who_asks(
    clinic: Run, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the region has decided so, with a purpose and the asker's HSA-id; never as the resident."""
    path = tmp_path / "config" / "tidbok.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'residents = "any"\ndecided_by = "Nämnden"\n', encoding="utf-8")
    asked = ("journal", "show", "-", "--unit", "flogsta", "-o", "json")
    assert refused(clinic(*asked, stdin=BO)) == "journal.purpose_missing"
    assert refused(clinic(*asked, "--purpose", "INC-1", stdin=BO)) == "journal.asker_unknown"
    monkeypatch.setenv("TIDBOK_ACTOR", "SE2321000024-4P01")
    ran = clinic(*asked, "--purpose", "INC-1", stdin=BO)
    assert ran.status == 1 and findings(json.loads(ran.out)) == {"B2": ["copy_only"]}
    (call,) = journal.asked
    assert (call.actor, call.actor_type) == ("SE2321000024-4P01", "subject_of_care_agent")
    assert (call.values["subject_of_care"], BO in call.headers.values()) == (BO, False)
    rows = json.loads(clinic("audit", "list", "--resident", "-", "-o", "json", "--purpose", "INC-2", stdin=BO).out)
    assert [(row["outcome"], row["decided_by"]) for row in rows if row["command"] == "journal show"] == [
        ("journal.purpose_missing", "Nämnden"), ("journal.asker_unknown", "Nämnden"), ("asked", "Nämnden"),
        ("answered", "Nämnden"), ("findings", "Nämnden"),
    ]  # fmt: skip


def test_without_a_table_nothing_is_asked(clinic: Run) -> None:
    assert refused(clinic("journal", "show", "-", "-o", "json", stdin=ANNA)) == "journal.not_configured"


# ------------------------------------------------------------------------------------------------ its forms


def test_no_form_holds_a_person_number(clinic: Run, journal: Journal) -> None:
    said = replace(SLOT, name=f"Besök {ANNA}", code=f"K-{BO}", after=f"<careTypeID>{BO}</careTypeID>")
    elsewhere = replace(said, unit=BO, booking_id=f"B-{BO}")
    journal.faults = [Fault(body=message(said, elsewhere, elsewhere), times=0)]
    for form in ("table", "json", "ndjson", "csv"):
        ran = clinic("journal", "show", "-", "--unit", "ogon", "-o", form, stdin=ANNA)
        assert not [number for number in (ANNA, BO) if number in ran.out + ran.err]
        assert "19121212" in ran.out
    assert ANNA in clinic("journal", "show", "-", "--unit", "ogon", "-o", "json", "--reveal", stdin=ANNA).out


def test_a_row_for_each_booking(clinic: Run, journal: Journal) -> None:
    journal.slots = [replace(SLOT, cancel="false", start="20900301091500")]
    ran = clinic("journal", "show", "-", "--unit", "ogon", "-o", "csv", stdin=ANNA)
    (row,) = csv.DictReader(ran.out.splitlines())
    assert (row["id"], row["findings"], row["journal_cancel"]) == ("B1", "moved;cancel_differs", "false")
    assert row["journal_start"] == "2090-03-01T09:15:00+01:00"
    (line,) = clinic("journal", "show", "-", "--unit", "ogon", "-o", "ndjson", stdin=ANNA).out.splitlines()
    assert json.loads(line)["schema"] == "tidbok.journal/1"


@pytest.mark.parametrize("language", ["en", "sv"])
def test_for_people(language: str, clinic: Run, journal: Journal, golden: Golden) -> None:
    """Each finding in words, with who can act and how."""
    there = {name: replace(slot, booking_id=name) for name, (slot, _) in FINDINGS.items() if slot}
    done(clinic("booking", "import", "-", "--at", "2026-10-03", stdin=copied([*there, "not offered"])))
    journal.slots = [*there.values(), replace(SLOT, booking_id="new"), SLOT]
    journal.faults = [soap_fault("VP007 Authorization missing", unit=FLOGSTA)]
    asked = ("--unit", "ogon", "--unit", "flogsta", "--everywhere")
    ran = clinic("--lang", language, "journal", "show", "-", *asked, stdin=ANNA)
    assert ran.status == 1
    told = re.sub(r"(holds until|gäller till) .+", r"\1 …", CORRELATION_ID.sub("0", ran.out))
    golden(f"journal/show.{language}.txt", told)


def copied(names: list[str]) -> str:
    head, row, *_ = BOOKINGS.splitlines()
    return "\n".join([head, *(row.replace("B1,", f"{name},", 1) for name in names), ""])
