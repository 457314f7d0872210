"""`booking book`, `cancel`, `rebook` and `add --slot` through the command line.

Contract, section 3; S2 … S5, S26.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run
from support.people import ANNA, BO
from support.region import OGON
from support.stores import altered
from support.stores import rows_of as rows

pytestmark = pytest.mark.both

NOW = "2026-11-01T12:00"


def done(run: Run, *arguments: str, at: str = NOW, stdin: str = "") -> Any:
    """What a command that goes well answers."""
    ran = run(*arguments, "--at", at, "-o", "json", stdin=stdin)
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


def denied(run: Run, *arguments: str, at: str = NOW) -> list[str]:
    """The checks by which an operation is refused, as `check.reason`; it must leave nothing behind."""
    ran = run(*arguments, "--at", at, "-o", "json")
    assert (ran.status, ran.out) == (1, "")
    error = json.loads(ran.err)["error"]
    assert error["code"] == "operation.denied"
    assert all(problem["message"] for problem in error["problems"])
    return [problem["code"] for problem in error["problems"]]


def refusal(run: Run, *arguments: str, at: str = NOW) -> tuple[int, str]:
    """The exit status and the code of what is refused otherwise."""
    ran = run(*arguments, "--at", at, "-o", "json")
    return ran.status, json.loads(ran.err.splitlines()[-1])["error"]["code"]


@pytest.fixture
def clinic(bookable: Run) -> Run:
    """Three times for one code, two that ask for a basis, one that is not shown; one at another clinic."""
    for slot, unit, code, start in (
        ("S1", "ogon", "UPPF30", "12-01T09:00"), ("S2", "ogon", "UPPF30", "12-01T10:00"),
        ("S3", "ogon", "UPPF30", "12-01T11:00"), ("P1", "ogon", "OP60", "12-02T09:00"),
        ("P2", "ogon", "OP60", "12-02T10:00"), ("T1", "ogon", "TYST", "12-03T09:00"),
        ("F1", "flogsta", "UPPF30", "12-01T09:00"),
    ):  # fmt: skip
        done(bookable, "slot", "publish", unit, code, f"2026-{start}", "--minutes", "30", "--id", slot)
    return bookable


def status_of(run: Run, group: str, name: str, at: str = NOW) -> str:
    listed = done(run, group, "list", at=at)
    return next(str(each["status"]) for each in listed if each[group] == name)


# ------------------------------------------------------------------------------------------------- book


def test_a_resident_books(clinic: Run) -> None:
    told = done(clinic, "booking", "book", "S1", ANNA)
    booking = told["booking"]
    assert booking | {"id": "", "unit_name": "", "label": ""} == {
        "id": "", "unit": OGON, "unit_name": "", "resident": "19121212-****", "code": "UPPF30", "care_type": None,
        "kind": "care_service", "label": "", "start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T09:30:00+01:00",
        "status": "booked", "created_at": "2026-11-01T12:00:00+01:00", "origin": "resident", "calendar": None,
    }  # fmt: skip
    assert (told["slot"]["status"], told["slot"]["booking"]) == ("booked", booking["id"])
    assert [(each["event"], each["occurred_at"]) for each in told["events"]] == [
        ("booked_by_resident", "2026-11-01T12:00:00+01:00")
    ]
    assert (told["messages"], told["replaces"]) == ([], None)
    assert clinic("why", booking["id"], "--at", NOW).status == 0  # S15: shown at once


def test_only_the_first_gets_it_and_said_again_it_is_so_already(clinic: Run) -> None:
    first = done(clinic, "booking", "book", "S1", ANNA)
    assert done(clinic, "booking", "book", "S1", ANNA) == first | {"events": []}
    assert denied(clinic, "booking", "book", "S1", BO) == ["slot.taken"]
    ran = clinic("booking", "book", "S1", BO, "--at", NOW)
    assert (ran.status, ran.out) == (1, "")
    assert "The time S1 has been taken." in ran.err


def test_all_checks_of_booking_are_asked(clinic: Run) -> None:
    assert denied(clinic, "booking", "book", "F1", ANNA) == ["service.not_mapped", "offer.off", "permission.off"]
    assert denied(clinic, "booking", "book", "S1", ANNA, at="2026-12-01T09:00") == ["deadline.passed", "slot.over"]
    done(clinic, "slot", "withdraw", "S2")
    assert denied(clinic, "booking", "book", "S2", ANNA) == ["slot.withdrawn"]
    assert refusal(clinic, "booking", "book", "S9", ANNA) == (2, "slot.unknown")
    assert refusal(clinic, "booking", "book", "S1", "1") == (2, "resident.malformed")
    assert refusal(clinic, "booking", "book", "S1", ANNA, at="2026-10-01") == (2, "slot.not_yet_published")


def test_what_is_booked_need_not_be_shown(clinic: Run) -> None:
    told = done(clinic, "booking", "book", "T1", ANNA)
    assert told["booking"]["label"] == "Tyst"
    assert clinic("why", told["booking"]["id"], "--at", NOW).status == 1


def test_a_basis_is_used_up_and_of_several_the_one_that_expires_first(clinic: Run) -> None:
    assert denied(clinic, "booking", "book", "P1", ANNA) == ["basis.none"]
    for basis, dates in (
        ("LATE", ("--from", "2026-11-15")), ("OPEN", ()), ("SOON", ("--to", "2026-11-20")),
        ("PAST", ("--to", "2026-11-01")),
    ):  # fmt: skip
        done(clinic, "basis", "add", ANNA, "ogon", "OP60", *dates, "--id", basis)
    done(clinic, "basis", "withdraw", "PAST")
    done(clinic, "basis", "add", BO, "ogon", "OP60", "--id", "BOS")
    first = done(clinic, "booking", "book", "P1", ANNA)["booking"]["id"]
    assert (status_of(clinic, "basis", "SOON"), status_of(clinic, "basis", "OPEN")) == ("used", "valid")
    done(clinic, "booking", "book", "P2", ANNA)
    assert status_of(clinic, "basis", "OPEN") == "used"
    done(clinic, "slot", "publish", "ogon", "OP60", "2026-12-04T00:00", "--id", "P3")
    assert denied(clinic, "booking", "book", "P3", ANNA) == ["basis.not_yet_valid"]

    done(clinic, "booking", "cancel", first, at="2026-11-02")  # still valid: given back
    assert status_of(clinic, "basis", "SOON", "2026-11-02") == "valid"
    again = done(clinic, "booking", "book", "P1", ANNA, at="2026-11-03")["booking"]["id"]
    done(clinic, "booking", "cancel", again, at="2026-11-21")  # no longer valid: not given back
    assert [status_of(clinic, "basis", "SOON", at) for at in ("2026-11-01T12:00", "2026-11-02", "2026-11-03")] == [
        "used", "valid", "used",
    ]  # fmt: skip


def test_why_says_beforehand_what_the_operation_says(clinic: Run) -> None:
    for slot in ("S1", "F1", "P1"):
        why = json.loads(clinic("why", "--slot", slot, "--resident", ANNA, "--at", NOW, "-o", "json").out)
        failing = [f"{each['check']}.{each['reason']}" for each in why["checks"] if each["result"] != "pass"]
        assert (why["booking"], why["action"], why["slot"]["id"]) == (None, "book", slot)
        assert [each["check"] for each in why["checks"]] == [
            "unit", "coupling", "service", "offer", "permission", "deadline", "basis", "slot",
        ]  # fmt: skip
        assert failing == ([] if slot == "S1" else denied(clinic, "booking", "book", slot, ANNA))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--slot", "S1"), "why.one_of"),
        (("--slot", "S1", "--resident", ANNA, "--action", "show"), "why.slot_asks_to_book"),
        (("B1", "--slot", "S1", "--action", "cancel"), "why.slot_asks_to_book"),
        (("B1", "--action", "book"), "why.book_needs_slot"),
        (("--slot", "S1", "--resident", ANNA, "--assume", "window=pass"), "assume.malformed"),
    ],
)
def test_questions_that_do_not_go_together(clinic: Run, arguments: tuple[str, ...], code: str) -> None:
    assert refusal(clinic, "why", *arguments) == (2, code)


# ----------------------------------------------------------------------------------------------- cancel


@pytest.mark.parametrize("by", ["resident", "clinic"])
def test_a_time_is_cancelled_and_free_again(clinic: Run, tmp_path: Path, by: str) -> None:
    booking = done(clinic, "booking", "book", "S1", ANNA)["booking"]["id"]
    told = done(clinic, "booking", "cancel", booking, "--as", by, at="2026-11-02")
    assert (told["booking"]["status"], told["slot"]["status"], told["events"], told["messages"]) == (
        "cancelled", "free", [], [],
    )  # fmt: skip
    assert done(clinic, "booking", "cancel", booking, "--as", "resident", at="2026-11-03") == told
    assert rows(tmp_path, "SELECT ended_as, ended_by FROM booking") == [("cancelled", by)]
    done(clinic, "booking", "book", "S1", BO, at="2026-11-03")
    assert done(clinic, "booking", "show", booking, at="2026-11-01T13:00")["status"] == "booked"


def test_a_resident_may_what_the_rules_allow_and_the_clinic_the_rest(clinic: Run) -> None:
    booking = done(clinic, "booking", "book", "S1", ANNA)["booking"]["id"]
    late = "2026-11-30T09:00"
    assert denied(clinic, "booking", "cancel", booking, "--as", "resident", at=late) == ["deadline.passed"]
    done(clinic, "relation", "record", ANNA, "ogon", "clinic_removed", at="2026-11-02")
    told = denied(clinic, "booking", "cancel", booking, "--as", "resident", at="2026-11-03")
    assert told == ["relation.removed_by_resident"]
    assert denied(clinic, "booking", "cancel", booking, at="2026-12-01T11:00") == ["window.over"]
    assert denied(clinic, "booking", "cancel", booking, at="2026-10-01") == ["booking.not_yet_made"]
    assert done(clinic, "booking", "cancel", booking, at=late)["booking"]["status"] == "cancelled"


def test_what_was_moved_cannot_be_cancelled(clinic: Run) -> None:
    booking = done(clinic, "booking", "book", "S1", ANNA)["booking"]["id"]
    done(clinic, "booking", "rebook", booking, "S2", at="2026-11-03")
    for at in ("2026-11-02", "2026-11-04"):
        assert denied(clinic, "booking", "cancel", booking, at=at) == ["booking.rebooked"]
        assert denied(clinic, "booking", "rebook", booking, "S3", at=at) == ["booking.rebooked"]


def test_a_copy_is_changed_only_where_the_caller_says_so(clinic: Run) -> None:
    header = "booking_id,unit,code,resident,start,created_at,origin"
    text = f"{header}\nB1,ogon,UPPF30,{ANNA},2026-12-01T12:00,2026-10-01,clinic\n"
    assert clinic("booking", "import", "-", "--at", "2026-10-02", stdin=text).status == 0
    for arguments in (("cancel", "B1"), ("cancel", "B1", "--as", "resident"), ("rebook", "B1", "S1")):
        assert refusal(clinic, "booking", *arguments) == (1, "booking.is_a_copy")
    ran = clinic("booking", "rebook", "B1", "S1", "--local", "--at", NOW, "-o", "json")
    assert ran.status == 0
    assert ran.err.startswith("warning: Only the copy of B1 was changed")
    moved = json.loads(ran.out)["booking"]["id"]
    assert clinic("booking", "cancel", moved, "--at", NOW).err == ""  # it was made here


# ----------------------------------------------------------------------------------------------- rebook


def test_a_resident_moves_a_time(clinic: Run) -> None:
    first = done(clinic, "booking", "book", "S1", ANNA)["booking"]
    told = done(clinic, "booking", "rebook", first["id"], "S2", "--as", "resident", at="2026-11-02")
    assert told["replaces"] == first | {"status": "rebooked"}
    assert (told["booking"]["start"], told["booking"]["origin"]) == ("2026-12-01T10:00:00+01:00", "resident")
    assert told["slot"]["booking"] == told["booking"]["id"]
    assert told["messages"] == []
    assert (status_of(clinic, "slot", "S1", "2026-11-02"), status_of(clinic, "slot", "S1", NOW)) == ("free", "booked")
    again = done(clinic, "booking", "rebook", first["id"], "S2", "--as", "resident", at="2026-11-03")
    assert again == told | {"events": []}
    shown = done(clinic, "booking", "show", first["id"], at="2026-11-03")
    assert shown["replaced_by"] == told["booking"]["id"]


def test_the_clinic_moves_a_time_and_the_resident_gets_the_message(clinic: Run) -> None:
    booking = done(clinic, "booking", "book", "S1", ANNA)["booking"]["id"]
    done(clinic, "relation", "record", ANNA, "ogon", "clinic_removed")
    told = done(clinic, "booking", "rebook", booking, "S2", at="2026-11-30T20:00")  # past the resident's deadline
    assert told["booking"]["origin"] == "clinic"
    assert [each["event"] for each in told["events"]] == ["summons_received"]
    assert [(each["kind"], each["label"]) for each in told["messages"]] == [("summons", "Besök")]


def test_a_time_is_moved_to_one_of_the_same_clinic_and_code(clinic: Run) -> None:
    booking = done(clinic, "booking", "book", "S1", ANNA)["booking"]["id"]
    done(clinic, "booking", "book", "S2", BO)
    for by in ("resident", "clinic"):
        told = {slot: denied(clinic, "booking", "rebook", booking, slot, "--as", by) for slot in ("S2", "F1", "P1")}
        assert told == {"S2": ["slot.taken"], "F1": ["slot.other_unit"], "P1": ["slot.other_service"]}
    assert clinic("why", booking, "--slot", "F1", "--at", NOW).status == 1
    assert clinic("why", booking, "--slot", "S3", "--action", "rebook", "--at", NOW).status == 0


def test_a_basis_goes_with_it(clinic: Run, tmp_path: Path) -> None:
    done(clinic, "basis", "add", ANNA, "ogon", "OP60", "--id", "U1")
    booking = done(clinic, "booking", "book", "P1", ANNA)["booking"]["id"]
    moved = done(clinic, "booking", "rebook", booking, "P2", at="2026-11-02")["booking"]["id"]
    assert done(clinic, "basis", "list", at="2026-11-02")[0]["booking"] == moved
    assert done(clinic, "basis", "list")[0]["booking"] == booking
    done(clinic, "booking", "cancel", moved, at="2026-11-03")
    assert status_of(clinic, "basis", "U1", "2026-11-03") == "valid"


def test_a_resident_cannot_move_a_time_to_where_1177_does_not_find_it(clinic: Run) -> None:
    """S22: the coupling leads to one calendar, in which the new time must lie as well."""
    booking = done(clinic, "booking", "book", "S1", ANNA)["booking"]["id"]
    done(clinic, "slot", "publish", "ogon", "UPPF30", "2026-12-01T12:00", "--id", "X1", "--calendar", "ANNAN")
    move = ("booking", "rebook", booking, "X1")
    assert denied(clinic, *move, "--as", "resident") == ["coupling.other_calendar"]
    why = json.loads(clinic("why", booking, "--action", "rebook", "--slot", "X1", "--at", NOW, "-o", "json").out)
    (coupling,) = (each for each in why["checks"] if each["check"] == "coupling")
    assert (coupling["evidence"]["booking_calendar"], "ANNAN" in coupling["message"]) == ("ANNAN", True)
    assert done(clinic, *move)["booking"]["calendar"] == "ANNAN"  # the clinic may


# -------------------------------------------------------------------------------------------------- add


def test_the_clinic_books_a_published_time(clinic: Run) -> None:
    add = ("booking", "add", "ogon", "OP60", ANNA, "2026-12-02T09:00", "--slot", "P1")  # it needs no basis
    told = done(clinic, *add, "--id", "B1")
    assert (told["booking"]["end"], told["slot"]["booking"]) == ("2026-12-02T09:30:00+01:00", "B1")
    assert [each["label"] for each in told["messages"]] == ["Operation"]
    assert done(clinic, *add, "--id", "B1") == told | {"events": [], "messages": []}
    assert denied(clinic, *add) == ["slot.taken"]
    assert denied(clinic, "booking", "add", "ogon", "OP60", ANNA, "2026-12-01T09:00", "--slot", "S1") == [
        "slot.other_service"
    ]
    assert denied(clinic, "booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--slot", "F1") == [
        "slot.other_unit"
    ]
    other_start = ("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:01", "--slot", "S1")
    assert refusal(clinic, *other_start) == (2, "slot.contradicts")
    assert refusal(clinic, *add[:6], "--slot", "P2", "--id", "B1")[0] == 2


# ---------------------------------------------------------------------------------------------- the past


def test_what_is_done_at_a_past_moment_cannot_take_what_was_taken_later(clinic: Run) -> None:
    done(clinic, "basis", "add", ANNA, "ogon", "OP60", "--id", "U1")
    booking = done(clinic, "booking", "book", "S1", ANNA, at="2026-11-10")["booking"]["id"]
    done(clinic, "booking", "book", "P1", ANNA, at="2026-11-10")
    assert denied(clinic, "booking", "book", "S1", BO, at="2026-11-05") == ["slot.taken"]
    assert denied(clinic, "booking", "book", "P2", ANNA, at="2026-11-05") == ["basis.used"]
    done(clinic, "booking", "cancel", booking, at="2026-11-11")
    assert denied(clinic, "booking", "book", "S1", BO, at="2026-11-05") == ["slot.taken"]
    done(clinic, "booking", "book", "S1", BO, at="2026-11-11")
    assert clinic("store", "check").status == 0


def test_what_was_done_later_is_not_so_already(clinic: Run) -> None:
    """Said again of an earlier moment it is something else, and then refused by what is there."""
    first = done(clinic, "booking", "book", "S1", ANNA, at="2026-11-10")["booking"]["id"]
    assert denied(clinic, "booking", "book", "S1", ANNA, at="2026-11-09") == ["slot.taken"]
    moved = done(clinic, "booking", "rebook", first, "S2", at="2026-11-12")["booking"]["id"]
    told = denied(clinic, "booking", "rebook", first, "S2", at="2026-11-11")
    assert told == ["booking.rebooked", "slot.taken"]
    assert (
        "moved to another time on Thu 12 Nov 2026 00:00" in clinic("booking", "cancel", first, "--at", "2026-11-11").err
    )
    done(clinic, "booking", "cancel", moved, at="2026-11-14")
    assert denied(clinic, "booking", "cancel", moved, at="2026-11-13") == ["booking.cancelled"]


def test_a_copy_that_was_moved_and_came_back_is_not_moved_again(clinic: Run) -> None:
    header = "booking_id,unit,code,resident,start,status"
    text = f"{header}\nB1,ogon,UPPF30,{ANNA},2026-12-01T12:00,booked\n"
    for at in ("2026-10-02", "2026-11-03"):
        assert clinic("booking", "import", "-", "--at", at, stdin=text).status == 0
        if at == "2026-10-02":
            done(clinic, "booking", "rebook", "B1", "S1", "--local", at="2026-11-02")
    for slot in ("S1", "S2"):
        told = refusal(clinic, "booking", "rebook", "B1", slot, "--local", at="2026-11-04")
        assert told == (1, "booking.moved_before")
    done(clinic, "booking", "cancel", "B1", "--local", at="2026-11-04")
    assert clinic("store", "check").status == 0


def test_a_booking_that_an_import_brings_back_lets_go_what_has_been_taken_since(clinic: Run) -> None:
    done(clinic, "basis", "add", ANNA, "ogon", "OP60", "--id", "U1")
    first = done(clinic, "booking", "book", "P1", ANNA)["booking"]["id"]
    done(clinic, "booking", "cancel", first, at="2026-11-02")
    second = done(clinic, "booking", "book", "P1", ANNA, at="2026-11-03")["booking"]["id"]
    text = f"booking_id,unit,code,resident,start,status\n{first},ogon,OP60,{ANNA},2026-12-02T09:00,booked\n"
    assert clinic("booking", "import", "-", "--at", "2026-11-04", stdin=text).status == 0
    assert done(clinic, "booking", "show", first, at="2026-11-04")["status"] == "booked"
    assert [each["booking"] for each in done(clinic, "basis", "list", at="2026-11-04")] == [second]
    assert clinic("store", "check").status == 0


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE booking SET slot_id = (SELECT id FROM slot WHERE slot_id = 'F1')", "booking_slots"),
        ("UPDATE booking_basis SET resident_id = 99", "booking_bases"),
        ("UPDATE booking SET resident_id = 99 WHERE replaces IS NOT NULL", "rebookings"),
        ("UPDATE booking SET slot_id = 1, ended_at = ended_at + 9 WHERE ended_at IS NOT NULL", "slots_taken_twice"),
    ],
)
def test_a_check_finds_what_was_damaged(clinic: Run, tmp_path: Path, damage: str, check: str) -> None:
    done(clinic, "basis", "add", ANNA, "ogon", "OP60")
    first = done(clinic, "booking", "book", "P1", ANNA)["booking"]["id"]
    done(clinic, "booking", "rebook", first, "P2", at="2026-11-02")
    assert clinic("store", "check").status == 0
    twice = ["UPDATE booking SET slot_id = 1"] if check == "slots_taken_twice" else []
    altered(tmp_path, damage, *twice)
    found = json.loads(clinic("store", "check", "-o", "json").out)
    assert check in {each["check"] for each in found}
