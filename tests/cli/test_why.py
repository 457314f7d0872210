"""`why`: every reason that can be reached, its forms, its questions.

Contract, section 4. Every case begins in the sample region of `config/`, in force since 2026-01-01, with three
bookings made 2026-10-01: B1 of Anna's is shown (the clinic made it); B2 and B3 of Bo's are not.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done
from support.people import ANNA, BO, CILLA
from support.region import FLOGSTA, NO_FILE, OGON, RegionAt, sample_in_force

THEN = ("--at", "2026-11-01")
BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin,calendar,care_type
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,2026-10-01,clinic,OGON-TB1,
B2,{NO_FILE},HUDB,{BO},2026-12-01T09:00,,2026-10-01,,,
B3,flogsta,SAMTAL60,{BO},2026-11-30T09:00,,2026-10-01,,,
"""


@pytest.fixture(scope="module")
def in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region with its bookings, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    run = sample_in_force(region_at, folder)
    assert run("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS).status == 0
    return folder


def asked(run: Run, *arguments: str, language: str = "en") -> dict[str, Any]:
    """`tidbok.why/1`."""
    ran = run("--lang", language, "why", *arguments, "-o", "json")
    told: dict[str, Any] = json.loads(ran.out)
    assert ran.status == (0 if told["verdict"] in ("shown", "allowed") else 1), ran.err
    return told


def check(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    (found,) = (each for each in told["checks"] if each["check"] == name)
    return dict(found)


def reasons(told: Mapping[str, Any]) -> list[str]:
    return [f"{each['check']}.{each['reason']}" for each in told["checks"] if each["result"] != "pass"]


def policy(tmp_path: Path, line: str) -> None:
    """Replaces one key of [policy] in the region's file."""
    file = tmp_path / "config" / "tidbok.toml"
    key = line.partition(" = ")[0]
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line if each.startswith(key) else each for each in lines) + "\n", encoding="utf-8")


def unit_file(tmp_path: Path, old: str, new: str) -> None:
    """Replaces a piece of the eye clinic's file."""
    file = tmp_path / "config" / "units" / "ogon.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


# --------------------------------------------------------------------------------------- whole answers


def test_a_booking_that_is_shown(eye_clinic: Run) -> None:
    said = {
        "booking": "The booking is made and has not been ended.",
        "window": "Times stay until two hours after their start, here Tue 1 Dec 2026 11:00.",
        "unit": "The clinic shows booked times.",
        "coupling": "The coupling leads to the calendar OGON-TB1.",
        "service": "The care service UPPF30 is shown as “Besök”.",
        "relation": "The resident has a relation to the clinic since Thu 1 Oct 2026 00:00.",
    }
    file = {"file": "units/ogon.toml", "file_now": "same"}
    told = asked(eye_clinic, "B1", *THEN)
    for each in told["checks"]:
        assert each.pop("message") == said[each["check"]]
    for note in told["notes"]:
        assert note.pop("message")
    (really,) = {each["evidence"]["applied_at"] for each in told["checks"] if "applied_at" in each["evidence"]}
    applied = {"applied_at": really, "applied_by": "tester"}
    in_force = "2026-01-01T00:00:00+01:00"
    passed = {"result": "pass", "reason": None, "actor": None, "fix": None}
    assert told == {
        "schema": "tidbok.why/1",
        "at": "2026-11-01T00:00:00+01:00",
        "action": "show",
        "verdict": "shown",
        "booking": {
            "id": "B1",
            "unit": OGON,
            "unit_name": "Ögonmottagningen",
            "resident": "19121212-****",
            "code": "UPPF30",
            "care_type": None,
            "kind": "care_service",
            "label": "Besök",
            "start": "2026-12-01T09:00:00+01:00",
            "end": "2026-12-01T09:30:00+01:00",
            "status": "booked",
            "created_at": "2026-10-01T00:00:00+02:00",
            "origin": "clinic",
            "calendar": "OGON-TB1",
        },
        "checks": [
            {
                "check": "booking",
                **passed,
                "rules": ["S8"],
                "evidence": {"created_at": "2026-10-01T00:00:00+02:00", "ended_at": None, "imported_from": "-"},
            },
            {
                "check": "window",
                **passed,
                "rules": ["S20"],
                "evidence": {"starts_at": "2026-12-01T09:00:00+01:00", "shown_until": "2026-12-01T11:00:00+01:00"},
            },
            {
                "check": "unit",
                **passed,
                "rules": ["S6", "S21"],
                "evidence": {**file, "line": 6, "in_force_since": in_force, **applied, "show": True},
            },
            {
                "check": "coupling",
                **passed,
                "rules": ["S22"],
                "evidence": {
                    **file,
                    "line": 12,
                    "in_force_since": in_force,
                    **applied,
                    "calendar": "OGON-TB1",
                    "booking_calendar": "OGON-TB1",
                },
            },
            {
                "check": "service",
                **passed,
                "rules": ["S23", "S25"],
                "evidence": {
                    **file,
                    "line": 18,
                    "in_force_since": in_force,
                    **applied,
                    "code": "UPPF30",
                    "care_type": None,
                    "mapped_code": "UPPF30",
                    "label": "Besök",
                    "show": True,
                },
            },
            {
                "check": "relation",
                **passed,
                "rules": ["S10", "S11"],
                "evidence": {
                    "required": True,
                    "relation": "held",
                    "event": "summons_received",
                    "event_id": 1,
                    "occurred_at": "2026-10-01T00:00:00+02:00",
                    "file": "-",
                    "line": 2,
                },
            },
        ],
        "notes": [{"note": "coupling_on_trust"}, {"note": "booking_is_a_copy"}],
    }


def test_a_booking_that_is_hidden(eye_clinic: Run) -> None:
    told = asked(eye_clinic, "B2", *THEN)
    for each in told["checks"]:
        assert each.pop("message")
        assert bool(each.pop("fix")) == (each["result"] != "pass")
    for note in told["notes"]:
        assert note.pop("message")
    assert told == {
        "schema": "tidbok.why/1",
        "at": "2026-11-01T00:00:00+01:00",
        "action": "show",
        "verdict": "hidden",
        "booking": {
            "id": "B2",
            "unit": NO_FILE,
            "unit_name": None,
            "resident": "19861106-****",
            "code": "HUDB",
            "care_type": None,
            "kind": None,
            "label": None,
            "start": "2026-12-01T09:00:00+01:00",
            "end": None,
            "status": "booked",
            "created_at": "2026-10-01T00:00:00+02:00",
            "origin": None,
            "calendar": None,
        },
        "checks": [
            {
                "check": "booking",
                "result": "pass",
                "reason": None,
                "rules": ["S8"],
                "actor": None,
                "evidence": {"created_at": "2026-10-01T00:00:00+02:00", "ended_at": None, "imported_from": "-"},
            },
            {
                "check": "window",
                "result": "pass",
                "reason": None,
                "rules": ["S20"],
                "actor": None,
                "evidence": {"starts_at": "2026-12-01T09:00:00+01:00", "shown_until": "2026-12-01T11:00:00+01:00"},
            },
            {
                "check": "unit",
                "result": "fail",
                "reason": "not_configured",
                "rules": ["S21"],
                "actor": "coordinator",
                "evidence": {"unit": NO_FILE},
            },
            {
                "check": "coupling",
                "result": "fail",
                "reason": "missing",
                "rules": ["S22"],
                "actor": "coordinator",
                "evidence": {"unit": NO_FILE},
            },
            {
                "check": "service",
                "result": "fail",
                "reason": "not_mapped",
                "rules": ["S23", "S27"],
                "actor": "coordinator",
                "evidence": {"code": "HUDB", "care_type": None},
            },
            {
                "check": "relation",
                "result": "fail",
                "reason": "never",
                "rules": ["S10", "S12", "S13", "S14", "S15", "S16", "S26"],
                "actor": "resident",
                "evidence": {
                    "required": True,
                    "relation": "never",
                    "events_of_pair": 0,
                    "events_known": True,
                    "last_imported_at": "2026-10-02T00:00:00+02:00",
                },
            },
        ],
        "notes": [{"note": "booking_is_a_copy"}],
    }


# ------------------------------------------------------------------------------------------- each reason


def booking(run: Run, line: str) -> None:
    """Imports X1, a booking of Anna's at the eye clinic, with these columns besides."""
    cells = {"booking_id": "X1", "unit": "ogon", "code": "UPPF30", "resident": ANNA, "start": "2026-12-01T09:00"}
    cells |= {"created_at": "2026-10-01"} | dict(part.split("=") for part in line.split())
    text = f"{','.join(cells)}\n{','.join(cells.values())}\n"
    done(run("booking", "import", "-", "--at", "2026-10-02", stdin=text))


def events(run: Run, *told: str) -> None:
    """Events of Bo's at the eye clinic, each `DATE EVENT`."""
    text = "resident,unit,event,occurred_at\n"
    text += "".join(f"{BO},ogon,{event},{day}\n" for day, event in (line.split() for line in told))
    done(run("relation", "import", "-", "--at", "2026-10-25", stdin=text))


REASONS = {
    # check.reason: (the booking, what else is told or done, the action and moment, actor, rules)
    "booking.not_yet_made": ("created_at=2026-11-02", "", "show", None, "S8"),
    "booking.cancelled": ("status=cancelled ended_at=2026-10-05", "", "show", "clinic", "S2 S8"),
    "booking.rebooked": ("status=rebooked ended_at=2026-10-05", "", "cancel", "clinic", "S3 S8"),
    "window.over": ("start=2026-10-31T22:00", "", "show", None, "S20"),
    "unit.not_configured": (f"unit={NO_FILE}", "", "show", "coordinator", "S21"),
    "unit.show_off": ("", "no services", "show", "coordinator", "S6 S7 S21"),
    "coupling.missing": ("", "no calendar", "show", "coordinator", "S22"),
    "coupling.other_calendar": ("calendar=OGON-TB2", "", "rebook", "clinic", "S22"),
    "service.not_mapped": ("code=ANNAT", "", "show", "coordinator", "S23 S27"),
    "service.show_off": ("code=SYNF60", "", "show", "coordinator", "S7 S23 S27"),
    "relation.never": (f"resident={BO}", "", "show", "resident", "S10 S12 S13 S14 S15 S16 S26"),
    "relation.removed_by_resident": (
        f"resident={BO}", "2026-10-10 clinic_added, 2026-10-11 clinic_removed", "show", "resident", "S10 S17",
    ),
    "relation.approval_withdrawn": (
        f"resident={BO}", "2026-10-10 communication_approved, 2026-10-11 approval_withdrawn", "show", "clinic",
        "S10 S18",
    ),
    "relation.no_data": (f"resident={BO}", 'relation_data = "partial"', "show", "coordinator", "S10"),
    "coupling.unverified": (
        "", "require_verified_coupling = true", "cancel", "regional_administration", "S22",
    ),
    "offer.off": ("unit=flogsta code=PROV10", "", "rebook", "coordinator", "S6"),
    "permission.off": ("unit=flogsta code=SAMTAL60", "", "cancel", "coordinator", "S5 S24 S27"),
    "deadline.passed": ("start=2026-11-02T00:00", "", "cancel", "clinic", "S2 S3 S4"),
}  # fmt: skip


def prepared(run: Run, tmp_path: Path, name: str) -> tuple[str, ...]:
    """Brings a reason about, and gives the question."""
    cells, told, action, _, _ = REASONS[name]
    booking(run, cells)
    if told == "no services":
        unit_file(tmp_path, "show   = true\ncancel = true\nrebook = true", "show   = false")
    elif told == "no calendar":
        unit_file(tmp_path, 'calendar = "OGON-TB1"', "")
        unit_file(tmp_path, "cancel = true\nrebook = true\nbook   = false", "")
    elif " = " in told:
        policy(tmp_path, told)
    elif told:
        events(run, *told.split(", "))
    if told.startswith("no "):
        done(run("unit", "apply", "--yes", "--at", "2026-10-20"))
    return ("X1", "--action", action, *THEN)


@pytest.mark.parametrize("name", REASONS)
def test_each_reason(eye_clinic: Run, tmp_path: Path, name: str) -> None:
    """… by whom it can be mended, by which rules, and what to do, in both languages."""
    arguments = prepared(eye_clinic, tmp_path, name)
    told = asked(eye_clinic, *arguments)
    assert name in reasons(told)
    found = check(told, name.partition(".")[0])
    *_, actor, rules = REASONS[name]
    unknown = name in ("relation.no_data", "coupling.unverified")
    assert found["result"] == ("unknown" if unknown else "fail")
    assert (found["actor"], found["rules"]) == (actor, rules.split())
    assert (found["fix"] is not None) == (actor is not None)

    swedish = asked(eye_clinic, *arguments, language="sv")
    other = check(swedish, found["check"])
    assert other["message"] != found["message"]
    assert (other["fix"] != found["fix"]) == (found["fix"] is not None)
    for each in (*told["checks"], *swedish["checks"]):
        assert "{" not in f"{each['message']}{each['fix']}"
        del each["message"], each["fix"]
    for each in (*told["notes"], *swedish["notes"]):
        del each["message"]
    assert swedish == told


@pytest.mark.parametrize("name", REASONS)
def test_each_reason_for_people(eye_clinic: Run, tmp_path: Path, name: str) -> None:
    arguments = prepared(eye_clinic, tmp_path, name)
    found = check(asked(eye_clinic, *arguments), name.partition(".")[0])
    letter, table, verbose = (eye_clinic("why", *arguments, *form).out for form in (("-o", "text"), (), ("--verbose",)))
    assert letter == table
    for words in (found["message"], found["fix"] or ""):
        assert words in letter
    assert f"{found['message']}  ({', '.join(found['rules'])}" in verbose and not re.search(r"\bS[0-9]", letter)
    assert "\x1b" not in letter
    assert not set(letter) & set("─│┌┐└┘━┃╭╮╰╯|")


@pytest.mark.parametrize(
    ("cells", "action", "at", "expected"),
    [
        ("", "show", "2026-10-01", []),
        ("", "show", "2026-12-01T10:59:59", []),
        ("", "show", "2026-12-01T11:00", ["window.over"]),
        ("", "cancel", "2026-11-30T08:59:59", []),
        ("", "cancel", "2026-11-30T09:00", ["deadline.passed"]),
        ("", "rebook", "2026-11-30T09:00", ["deadline.passed"]),
        ("unit=flogsta code=PROV10 calendar=FLOG-TB1", "cancel", "2026-12-01T08:59:59", ["relation.never"]),
        ("unit=flogsta code=PROV10", "cancel", "2026-12-01T09:00", ["relation.never", "deadline.passed"]),
        ("code=ANNAT care_type=UPPF30", "show", "2026-11-01", []),
        ("code=SYNF60 care_type=UPPF30", "show", "2026-11-01", ["service.show_off"]),
        (
            "code=ANNAT", "cancel", "2026-12-01T08:59",
            ["service.not_mapped", "permission.off"],
        ),
        (
            f"unit={NO_FILE} code=A", "rebook", "2026-12-01T08:59",
            ["unit.not_configured", "coupling.missing", "service.not_mapped", "relation.never", "offer.off",
             "permission.off"],
        ),
        (
            "status=cancelled ended_at=2026-10-05 calendar=X code=SYNF60", "cancel", "2026-12-02",
            ["booking.cancelled", "window.over", "coupling.other_calendar", "service.show_off", "permission.off",
             "deadline.passed"],
        ),
        ("status=cancelled ended_at=2026-10-05", "show", "2026-10-04T23:59:59", []),
        ("status=cancelled created_at=2026-10-05 ended_at=2026-10-05", "show", "2026-10-05", ["booking.cancelled"]),
        ("start=2026-10-25T02:30+02:00 created_at=2026-10-01", "show", "2026-10-25T03:29:59", []),
        ("start=2026-10-25T02:30+02:00 created_at=2026-10-01", "show", "2026-10-25T03:30", ["window.over"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_check_on_its_own_facts(eye_clinic: Run, cells: str, action: str, at: str, expected: list[str]) -> None:
    """The first five columns are X1's; B1 gave Anna her relation to the eye clinic."""
    booking(eye_clinic, cells)
    told = asked(eye_clinic, "X1", "--action", action, "--at", at)
    assert reasons(told) == expected
    positive = {"show": "shown"}.get(action, "allowed")
    negative = {"show": "hidden"}.get(action, "denied")
    assert told["verdict"] == (negative if expected else positive)
    of_a_booking = ["booking", "window", "unit", "coupling", "service", "relation"]
    of_a_change = ["offer", "permission", "deadline"] if action != "show" else []
    assert [each["check"] for each in told["checks"]] == of_a_booking + of_a_change


def test_unknown_and_failing_is_negative(eye_clinic: Run, tmp_path: Path) -> None:
    policy(tmp_path, 'relation_data = "partial"')
    policy(tmp_path, "require_verified_coupling = true")
    assert asked(eye_clinic, "B1", *THEN)["verdict"] == "unknown"
    told = asked(eye_clinic, "B3", *THEN)
    assert (told["verdict"], reasons(told)) == ("unknown", ["coupling.unverified", "relation.no_data"])
    booking(eye_clinic, f"resident={BO} code=SYNF60")
    told = asked(eye_clinic, "X1", *THEN)
    assert (told["verdict"], reasons(told)) == (
        *("hidden", ["coupling.unverified", "service.show_off", "relation.no_data"]),
    )


def test_a_pair_with_an_event_is_known_under_partial_data(eye_clinic: Run, tmp_path: Path) -> None:
    """Also where the only event had no effect."""
    policy(tmp_path, 'relation_data = "partial"')
    events(eye_clinic, "2026-10-10 clinic_removed")
    booking(eye_clinic, f"resident={BO}")
    assert reasons(asked(eye_clinic, "X1", *THEN)) == ["relation.never"]


def test_no_relation_is_needed_when_the_policy_did_not_require_one(eye_clinic: Run) -> None:
    """The sample region required none from 2024-03-01 06:00 until 2025-02-01; its units are put in force before."""
    booking(eye_clinic, f"resident={BO} unit={NO_FILE} created_at=2024-02-01")
    for moment, failing in (
        ("2024-03-01T05:59:59", True),
        ("2024-03-01T06:00", False),
        ("2025-01-31T23:59:59", False),
        ("2025-02-01", True),
    ):
        found = check(asked(eye_clinic, "X1", "--at", moment), "relation")
        assert (found["result"] == "fail") == failing == found["evidence"]["required"], moment


def test_the_evidence_says_where_and_since_when(eye_clinic: Run) -> None:
    events(eye_clinic, "2026-10-10 clinic_added", "2026-10-11 clinic_removed")
    booking(eye_clinic, f"resident={BO}")
    assert check(asked(eye_clinic, "X1", *THEN), "relation")["evidence"] == {
        "required": True,
        "relation": "removed_by_resident",
        "event": "clinic_removed",
        "event_id": 3,
        "occurred_at": "2026-10-11T00:00:00+02:00",
        "file": "-",
        "line": 3,
    }


def test_never_says_what_is_known_of_relations(region_at: RegionAt, tmp_path: Path) -> None:
    run = region_at(tmp_path)
    done(
        run(
            "booking",
            "import",
            "-",
            "--at",
            "2026-10-02",
            stdin=BOOKINGS.replace("ogon", OGON).replace("flogsta", OGON),
        )
    )
    found = check(asked(run, "B3", *THEN), "relation")["evidence"]
    assert (found["events_known"], found["last_imported_at"]) == (False, None)
    done(run("relation", "import", "-", "--at", "2026-10-25", stdin="resident,unit,event,occurred_at\n"))
    found = check(asked(run, "B3", *THEN), "relation")["evidence"]
    assert (found["events_known"], found["last_imported_at"]) == (False, "2026-10-25T00:00:00+02:00")
    done(run("relation", "record", CILLA, OGON, "clinic_added", "--at", "2026-10-26"))
    found = check(asked(run, "B3", *THEN), "relation")["evidence"]
    assert (found["events_known"], found["last_imported_at"]) == (True, "2026-10-25T00:00:00+02:00")


# ----------------------------------------------------------------------------------------------- notes


def notes(told: Mapping[str, Any]) -> list[str]:
    assert all(note["message"] for note in told["notes"])
    return [note["note"] for note in told["notes"]]


@pytest.mark.parametrize(("number", "passes"), [("20000101T220", True), ("20000101R220", False)], ids=["T", "R"])
def test_a_number_that_cannot_pass_over_the_national_platform(eye_clinic: Run, number: str, passes: bool) -> None:
    booking(eye_clinic, f"resident={number}")
    assert ("number_cannot_pass_rivta" in notes(asked(eye_clinic, "X1", *THEN))) != passes


def test_a_booking_made_here_is_no_copy(eye_clinic: Run) -> None:
    done(eye_clinic("booking", "add", "ogon", "UPPF30", ANNA, "2026-12-01T09:00", "--id", "Y1", "--at", "2026-10-02"))
    assert notes(asked(eye_clinic, "Y1", *THEN)) == ["coupling_on_trust"]


def test_notes_do_not_decide(eye_clinic: Run) -> None:
    told = asked(eye_clinic, "B1", *THEN)
    assert (told["verdict"], notes(told)) == ("shown", ["coupling_on_trust", "booking_is_a_copy"])


# ---------------------------------------------------------------------------------------------- assume


def test_what_if_it_failed(eye_clinic: Run) -> None:
    told = asked(eye_clinic, "B1", *THEN, "--assume", "relation=fail")
    found = check(told, "relation")
    assert (told["verdict"], found["result"], found["reason"]) == ("hidden", "fail", "assumed")


def test_what_if_it_passed(eye_clinic: Run) -> None:
    assert reasons(asked(eye_clinic, "B3", *THEN)) == ["relation.never"]
    told = asked(eye_clinic, "B3", *THEN, "--assume", "relation=pass")
    assert (told["verdict"], check(told, "relation")["result"]) == ("shown", "pass")


def test_the_first_line_of_what_is_assumed_is_conditional(eye_clinic: Run) -> None:
    def first(*more: str) -> str:
        return eye_clinic(*more[:-1], "why", more[-1], *THEN, *given).out.partition("  ")[0]

    given: tuple[str, ...] = ("--assume", "relation=pass")
    assert first("B3") == "WOULD BE SHOWN, assuming relation=pass"
    assert first("--lang", "sv", "B3") == "SKULLE VISAS, antaget relation=pass"
    assert "✓ Relation: Assumed with --assume, not checked." in eye_clinic("why", "B3", *THEN, *given).out
    given = ("--assume", "window=fail", "--assume", "unit=pass")
    assert first("B1") == "WOULD NOT BE SHOWN, assuming window=fail, unit=pass"
    given = ("--action", "cancel", "--assume", "offer=fail")
    assert first("B1") == "WOULD NOT BE ALLOWED, assuming offer=fail"
    given = ()
    assert first("B1") == "SHOWN"


def test_several_assumptions(eye_clinic: Run) -> None:
    given = ("unit=pass", "coupling=pass", "service=pass", "relation=fail")
    told = asked(eye_clinic, "B2", *THEN, *(word for each in given for word in ("--assume", each)))
    assert (told["verdict"], reasons(told)) == ("hidden", ["relation.assumed"])
    told = asked(eye_clinic, "B1", *THEN, "--action", "cancel", "--assume", "deadline=fail", "--assume", "offer=fail")
    assert (told["verdict"], reasons(told)) == ("denied", ["offer.assumed", "deadline.assumed"])


@pytest.mark.parametrize(
    "text",
    [
        "relation",
        "relation=",
        "relation=maybe",
        "relation=unknown",
        "=pass",
        "",
        "offer=pass",
        "basis=pass",
        "slot=pass",
    ],
)
def test_an_assumption_that_is_none(eye_clinic: Run, text: str) -> None:
    """`offer`, `basis` and `slot` are not asked about for the action show."""
    ran = eye_clinic("why", "B1", "--assume", text, "-o", "json")
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", "assume.malformed")


# -------------------------------------------------------------------------------------------- resident


@pytest.fixture
def several(eye_clinic: Run) -> Run:
    """Cilla's bookings: ended, over, and three that are neither, two of them at the same time."""
    text = f"""\
booking_id,unit,code,resident,start,status,created_at,ended_at
C5,flogsta,PROV10,{CILLA},2026-12-01T09:00,,2026-10-01,
C4,flogsta,PROV10,{CILLA},2026-12-01T09:00,,2026-10-01,
C9,ogon,UPPF30,{CILLA},2026-12-01T09:00,,2026-10-01,
C3,flogsta,PROV10,{CILLA},2026-11-20T09:00,,2026-10-01,
C1,ogon,UPPF30,{CILLA},2026-10-20T09:00,,2026-10-01,
C2,ogon,UPPF30,{CILLA},2026-11-10T09:00,cancelled,2026-10-01,2026-10-05
C6,ogon,UPPF30,{CILLA},2026-12-24T09:00,,2026-11-20,
"""
    done(eye_clinic("booking", "import", "-", "--at", "2026-10-02", stdin=text))
    return eye_clinic


def many(run: Run, *options: str, stdin: str = "") -> list[dict[str, Any]]:
    ran = run("why", "--resident", CILLA, "-o", "json", *options)
    told: list[dict[str, Any]] = json.loads(ran.out)
    assert ran.status == int(not told or any(each["verdict"] not in ("shown", "allowed") for each in told))
    return told


def test_the_bookings_of_a_resident_that_are_active_and_not_over(several: Run) -> None:
    """… by start, unit and id; each the answer that it would be alone."""
    told = many(several, *THEN)
    assert [each["booking"]["id"] for each in told] == ["C3", "C9", "C4", "C5"]
    assert told == [asked(several, each["booking"]["id"], *THEN) for each in told]


def test_every_booking_of_a_resident(several: Run) -> None:
    told = [(each["booking"]["id"], *reasons(each)) for each in many(several, *THEN, "--all")]
    never = "relation.never"
    assert told == [
        ("C1", "window.over", never),
        ("C2", "booking.cancelled", never),
        ("C3", never),
        ("C9", never),
        ("C4", never),
        ("C5", never),
        ("C6", "booking.not_yet_made", never),
    ]


def test_the_bookings_of_a_resident_at_one_unit(several: Run) -> None:
    for unit in ("flogsta", FLOGSTA.lower()):
        told = many(several, *THEN, "--unit", unit)
        assert [each["booking"]["id"] for each in told] == ["C3", "C4", "C5"]


def test_all_of_them_good_is_0(several: Run) -> None:
    assert many(several, *THEN, "--assume", "relation=pass")[0]["verdict"] == "shown"
    assert several("why", "--resident", CILLA, *THEN, "--assume", "relation=pass").status == 0
    told = many(several, *THEN, "--assume", "relation=pass", "--action", "cancel")
    assert {each["verdict"] for each in told} == {"allowed"}


def test_a_resident_in_every_form(several: Run) -> None:
    alone = json.dumps(many(several, *THEN))
    lines = several("why", "--resident", CILLA, "-o", "ndjson", *THEN).out.splitlines()
    assert json.dumps([json.loads(line) for line in lines]) == alone
    rows = list(csv.DictReader(io.StringIO(several("why", "--resident", CILLA, "-o", "csv", *THEN).out)))
    assert [(each["booking"], each["verdict"], each["reasons"]) for each in rows] == [
        (name, "hidden", "relation.never") for name in ("C3", "C9", "C4", "C5")
    ]
    given = several("why", "--resident", "-", "-o", "json", *THEN, stdin=f"{CILLA[:8]}-{CILLA[8:]}\n")
    assert json.dumps(json.loads(given.out)) == alone
    letters = several("why", "--resident", CILLA, "-o", "text", *THEN).out
    assert [name in letters for name in ("C1", "C3", "C4", "C5", "C9")] == [False, True, True, True, True]


@pytest.mark.parametrize("form", ["table", "text"])
def test_for_people_a_residents_bookings_are_told_by_clinic(several: Run, form: str) -> None:
    """First a line each; the clinics by name, each with its letters by start; without a name, by HSA-id."""
    text = f"""\
booking_id,unit,code,resident,start,created_at
C7,{NO_FILE},A,{CILLA},2026-11-15T09:00,2026-10-01
C8,ogon,UPPF30,{CILLA},2026-11-14T09:00,2026-10-01
"""
    done(several("booking", "import", "-", "--at", "2026-10-02", stdin=text))
    lines = several("why", "--resident", CILLA, "-o", form, *THEN).out.splitlines()
    headings = [line for line in lines if line.startswith("== ")]
    assert headings == [
        f"== Flogsta vårdcentral, {FLOGSTA} ==",
        f"== {NO_FILE} ==",
        f"== Ögonmottagningen, {OGON} ==",
    ]
    told = [line.split("  ")[1] for line in lines if line.startswith("NOT SHOWN")]
    assert told == ["C3", "C4", "C5", "C7", "C8", "C9"]
    assert [lines[lines.index(each) + 1] for each in headings] == ["", "", ""]
    in_order = ["C8", "C7", "C3", "C9", "C4", "C5"]
    assert [each["booking"]["id"] for each in many(several, *THEN)] == in_order
    assert [line.split("  ")[2] for line in lines[:6]] == in_order and lines[6] == ""
    assert lines[0].endswith("  NOT SHOWN  C8  Besök, Ögonmottagningen  (Relation: missing)")
    assert lines[-2:] == ["", "6 obstacles in all. A time is shown only when all of its obstacles are gone."]


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "table", "text"])
def test_somebody_unknown(eye_clinic: Run, form: str) -> None:
    """An empty list, and on stderr when bookings were last imported."""
    ran = eye_clinic("why", "--resident", CILLA, "-o", form)
    assert ran.status == 1
    assert "2 Oct 2026" in ran.err
    if form == "json":
        assert json.loads(ran.out) == []
    else:
        assert "19491117" not in ran.out
        assert len(ran.out.splitlines()) == (1 if form == "csv" else 0)


def test_somebody_unknown_before_any_import(region_at: RegionAt, tmp_path: Path) -> None:
    ran = region_at(tmp_path)("why", "--resident", CILLA, "-o", "json")
    assert (ran.status, json.loads(ran.out)) == (1, [])
    assert ran.err


# ------------------------------------------------------------------------------------ how it is asked


def test_a_booking_that_several_units_have(eye_clinic: Run) -> None:
    done(eye_clinic("booking", "add", "flogsta", "PROV10", BO, "2026-12-01T09:00", "--id", "B1", "--at", "2026-10-02"))
    ran = eye_clinic("why", "B1", *THEN, "-o", "json")
    assert (ran.status, ran.out) == (2, "")
    message = json.loads(ran.err)["error"]["message"]
    assert OGON in message and FLOGSTA in message
    assert asked(eye_clinic, "B1", "--unit", "ogon", *THEN)["booking"]["unit"] == OGON
    assert asked(eye_clinic, "B1", "--unit", FLOGSTA, *THEN)["booking"]["unit"] == FLOGSTA


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("B9",),
        ("B1", "--unit", "flogsta"),
        ("B1", "--unit", "okand"),
        ("B1", "--resident", ANNA),
        ("B1", "--all"),
        ("B1", "--action", "book"),
        ("B1", "--action", "avboka"),
        ("B1", "--at", "igår"),
        ("B1", "--at", "2026-03-29T02:30"),
        ("--resident", "1212121212"),
        ("--resident", ANNA, "--unit", "okand"),
    ],
    ids=lambda value: " ".join(value).replace(ANNA, "ANNA").replace("1212121212", "NO-CENTURY"),
)
def test_trouble(eye_clinic: Run, arguments: tuple[str, ...]) -> None:
    ran = eye_clinic("why", *arguments, "-o", "json")
    assert (ran.status, ran.out) == (2, "")
    error = json.loads(ran.err)["error"]
    assert error["code"] and error["message"]


def test_the_moment_in_every_form(eye_clinic: Run) -> None:
    """Without an offset it is Stockholm's; a date is its midnight there."""
    told = {
        asked(eye_clinic, "B1", "--at", written)["at"]
        for written in (
            "2026-11-01",
            "2026-11-01T00:00",
            "2026-10-31T23:00Z",
            "2026-10-31T23:00:00.9+00:00",
            "2026-11-01 00.00",
        )
    }
    assert told == {"2026-11-01T00:00:00+01:00"}


def test_one_booking_in_the_other_forms(eye_clinic: Run) -> None:
    told = asked(eye_clinic, "B2", *THEN)
    (line,) = eye_clinic("why", "B2", *THEN, "-o", "ndjson").out.splitlines()
    assert json.loads(line) == told
    ran = eye_clinic("why", "B2", *THEN, "-o", "csv")
    assert ran.status == 1
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert (row["verdict"], row["reasons"]) == ("hidden", ";".join(reasons(told)))


def test_the_letter_names_whom_to_ask(eye_clinic: Run, tmp_path: Path) -> None:
    """The addresses are those of [contacts] in the region's file (S28, S29)."""
    letter = eye_clinic("why", "B2", *THEN, "-o", "text").out
    assert "e-tjänstesamordnare, anknytning 1177" in letter
    policy(tmp_path, "require_verified_coupling = true")
    assert "1177etjanster@region.example" in eye_clinic("why", "B1", *THEN, "-o", "text").out


def test_a_label_that_would_steer_the_terminal(eye_clinic: Run) -> None:
    booking(eye_clinic, "code=[/bold]")
    for form in ("text", "table"):
        ran = eye_clinic("why", "X1", *THEN, "-o", form)
        assert ran.status == 1
        assert "[/bold]" in ran.out and "\x1b" not in ran.out
