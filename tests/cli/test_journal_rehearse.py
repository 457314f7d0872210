"""`journal rehearse` against a stand-in journal: each write once, nothing guessed, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done, place_of, subprocess_environment
from support.journal import asks, refused
from support.journal_server import (
    RIVTA,
    Fault,
    Journal,
    Platform,
    Slot,
    envelope,
    page,
    serving,
    soap_fault,
)
from support.people import ANNA
from support.region import OGON
from support.stores import rows_of

WRITES = ("MakeBooking", "UpdateBooking", "CancelBooking")
LOOKS = ("types", "dates", "times", "before")


def free(days: int) -> Slot:
    start = datetime.now() + timedelta(days=days)
    return Slot(OGON, start.strftime(RIVTA), (start + timedelta(minutes=30)).strftime(RIVTA))


def booked_before() -> Slot:
    return Slot(OGON, free(2).start, free(2).end, booking_id="J-OLD", resident=ANNA)


@pytest.fixture
def journal(certificates: Platform, eye_clinic: Run, tmp_path: Path) -> Iterator[Journal]:
    """A journal with free times, and one that the test resident has had before."""
    with serving(Journal([booked_before(), free(3), free(4), free(5)]), certificates) as served:
        asks(tmp_path, served, certificates)
        yield served


def rehearsed(run: Run, *more: str, status: int = 0) -> dict[str, Any]:
    ran = run("journal", "rehearse", "ogon", "-o", "json", *more)
    assert ran.status == status, ran.err + ran.out
    value: dict[str, Any] = json.loads(ran.out)
    assert value["schema"] == "tidbok.journal_rehearsal/1"
    return value | {"warned": ran.err}


def results(value: dict[str, Any]) -> dict[str, str]:
    """Each step that was not simply done, with its reason, or the answer's code."""
    return {
        step["step"]: ":".join(filter(None, (step["result"], step["reason"] or step["code"])))
        for step in value["steps"]
        if step["result"] != "done"
    }


def bookings(journal: Journal) -> list[str | None]:
    return [slot.booking_id for slot in journal.slots if slot.resident]


def test_all_goes_well(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    value = rehearsed(eye_clinic)
    assert (results(value), value["left"], value["unit"], value["code"]) == ({}, None, OGON, "UPPF30")
    assert bookings(journal) == ["J-OLD"]
    assert [asked.contract for asked in journal.asked] == [
        "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots", "GetSubjectOfCareSchedule", "MakeBooking",
        "GetSubjectOfCareSchedule", "GetBookingDetails", "UpdateBooking", "GetSubjectOfCareSchedule", "CancelBooking",
        "GetSubjectOfCareSchedule",
    ]  # fmt: skip
    assert {(asked.actor, asked.actor_type) for asked in journal.asked} == {(ANNA, "subject_of_care")}
    made = journal.asked[4].values
    assert made["startTimeInclusive"] == journal.slots[2].start, "the last time but one"
    assert journal.asked[7].values["startTimeInclusive"] == journal.slots[3].start, "the last"
    ran = eye_clinic("journal", "rehearse", "ogon", "--code", "UPPF30")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "The rehearsal went well." and ran.out.count("✓") == 11
    assert len(rows_of(tmp_path, "SELECT 1 FROM audit WHERE command = 'journal rehearse'")) == 2 * 22
    done(eye_clinic("audit", "verify"))


def lost(contract: str, **more: Any) -> Fault:
    """The journal does it, and its answer is lost."""
    return Fault(drops=True, contract=contract, **more)


def never_came(contract: str) -> Fault:
    """The question is lost on the platform, or nobody knows."""
    return Fault(drops=True, body=b"", contract=contract)


NOT_TRIED = dict.fromkeys(("see", "details", "move", "moved", "cancel", "gone"), "not_tried")

FAULTS: dict[str, tuple[Fault, dict[str, str], list[str | None], int]] = {
    # what the journal does: steps that are not done, what is in its book in the end, the exit status
    "the booking's answer lost": (lost("MakeBooking"), {"book": "found:outcome_unknown"}, ["J-OLD"], 1),
    "VP009 after it was booked": (
        soap_fault("VP009 Read timed out", contract="MakeBooking", after=True), {"book": "found:VP009"}, ["J-OLD"], 1,
    ),
    "a page after it was booked": (
        page(contract="MakeBooking", after=True), {"book": "found:outcome_unknown"}, ["J-OLD"], 1,
    ),
    "the booking never came": (
        never_came("MakeBooking"), {"book": "failed:not_found", **NOT_TRIED}, ["J-OLD"], 1,
    ),
    "the booking was refused": (
        soap_fault("VP007 No permission", contract="MakeBooking"), {"book": "failed:error", **NOT_TRIED}, ["J-OLD"], 1,
    ),
    "the details fail": (
        soap_fault("Internt fel", contract="GetBookingDetails"),
        {"details": "failed:fault", "move": "not_tried", "moved": "not_tried"}, ["J-OLD"], 1,
    ),
    "the move's answer lost": (lost("UpdateBooking"), {"move": "found:outcome_unknown"}, ["J-OLD"], 1),
    "the move never came": (
        never_came("UpdateBooking"),
        {"move": "failed:outcome_unknown", "moved": "failed:not_moved"}, ["J-OLD"], 1,
    ),
    "the move fails": (
        soap_fault("Internt fel", contract="UpdateBooking"),
        {"move": "failed:fault", "moved": "failed:not_moved"}, ["J-OLD"], 1,
    ),
    "the cancelling's answer lost": (lost("CancelBooking"), {"cancel": "found:outcome_unknown"}, ["J-OLD"], 1),
    "the cancelling never came": (
        never_came("CancelBooking"),
        {"cancel": "failed:outcome_unknown", "gone": "failed:still_there"}, ["J-1", "J-OLD"], 1,
    ),
    "the cancelling is refused": (
        soap_fault("VP007 No permission", contract="CancelBooking"),
        {"cancel": "failed:error", "gone": "not_tried"}, ["J-1", "J-OLD"], 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_write_is_made_once_and_looked_up_where_its_answer_is_lost(
    eye_clinic: Run, journal: Journal, name: str
) -> None:
    fault, expected, left, status = FAULTS[name]
    journal.faults = [fault]
    value = rehearsed(eye_clinic, status=status)
    assert results(value) == expected
    assert sorted(map(str, bookings(journal))) == left
    calls = Counter(asked.contract for asked in journal.asked)
    assert all(calls[contract] <= 1 for contract in WRITES)
    may_be_left = "J-1" in left or name == "the booking never came"
    assert (value["left"] is not None) is may_be_left
    assert ("A rehearsed booking may be left" in value["warned"]) is may_be_left


def test_nothing_free_and_only_one_time(eye_clinic: Run, journal: Journal) -> None:
    journal.slots = journal.slots[:2]
    assert results(rehearsed(eye_clinic)) == {"move": "not_tried", "moved": "not_tried"}
    assert bookings(journal) == ["J-OLD"]
    journal.slots = journal.slots[:1]
    value = rehearsed(eye_clinic, status=1)
    assert results(value)["dates"] == "failed:no_times"
    (dates,) = (step for step in value["steps"] if step["step"] == "dates")
    assert (dates["actor"], dates["code"]) == ("clinic", None)
    assert rehearsed(eye_clinic, "--code", "FEL", status=1)["steps"][0]["reason"] == "no_type"
    told = eye_clinic("journal", "rehearse", "ogon").out
    assert "✗ Ask on which days there are free times" in told and "Who can act: the clinic" in told


def made(code: str, text: str = "") -> bytes:
    """An answer to MakeBooking without a booking's id."""
    told = f"<m:resultCode>{code}</m:resultCode><m:resultText>{text}</m:resultText>"
    space = "urn:riv:crm:scheduling:MakeBookingResponder:1"
    return envelope(f'<m:MakeBookingResponse xmlns:m="{space}">{told}</m:MakeBookingResponse>')


def test_a_booking_whose_id_is_not_told_is_looked_up(eye_clinic: Run, journal: Journal) -> None:
    journal.faults = [Fault(body=made("OK"), contract="MakeBooking", after=True)]
    assert results(rehearsed(eye_clinic)) == {}
    assert bookings(journal) == ["J-OLD"]


def test_a_success_with_a_text_and_an_error(eye_clinic: Run, journal: Journal) -> None:
    journal.info = "Ta med remissen"
    assert eye_clinic("journal", "rehearse", "ogon").out.count("  Ta med remissen") == 3
    taken = free(6)
    journal.slots = [taken, free(7)]
    journal.faults = [Fault(body=made("ERROR", "Tiden togs nyss"), contract="MakeBooking")]
    value = rehearsed(eye_clinic, status=1)
    assert results(value) == {"book": "failed:error", **NOT_TRIED}
    assert value["steps"][4]["message"].endswith("Tiden togs nyss")
    assert bookings(journal) == []


def test_only_in_a_test_environment(eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform) -> None:
    asks(tmp_path, journal, certificates, environment="production")
    assert refused(eye_clinic("journal", "rehearse", "ogon", "-o", "json")) == "journal.only_in_test"
    asks(tmp_path, journal, certificates, most_calls=5)
    assert refused(eye_clinic("journal", "rehearse", "ogon", "-o", "json")) == "journal.too_many_calls"
    assert journal.asked == []


def test_an_interrupt_takes_back_what_was_booked(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    journal.faults = [Fault(waits=60, body=b"", contract="UpdateBooking")]
    command = [sys.executable, "-m", "tidbok_cli", *place_of(tmp_path), "journal", "rehearse", "ogon"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=subprocess_environment()) as process:
        deadline = time.monotonic() + 30
        while not any(asked.contract == "UpdateBooking" for asked in journal.asked) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.decode().strip()) == (130, "Interrupted.")
    assert bookings(journal) == ["J-OLD"]
