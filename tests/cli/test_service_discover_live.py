"""`service discover UNIT --live`: a journal's codes, as from a file (contract, sections 3, 5)."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.answers import error, report
from support.command_line import Run, done
from support.journal import asks
from support.journal_server import Fault, Journal, Platform, serving, soap_fault
from support.people import ANNA
from support.region import OGON
from support.stores import rows_of

TYPES, CARE_TYPES = "GetAllTimeTypes", "GetAllCareTypes"


@pytest.fixture
def journal(certificates: Platform, eye_clinic: Run, tmp_path: Path) -> Iterator[Journal]:
    """A journal with three time types, of which the clinic's file has the first, and a care type."""
    types = (("UPPF30", "Uppföljning 30 min"), ("NYB45", "Nybesök 45 min"), ("TT<9>", "Prov & svar"))
    with serving(Journal(types=types), certificates) as served:
        asks(tmp_path, served, certificates)
        yield served


def discovered(run: Run, *options: str, status: int = 0) -> Any:
    ran = run("service", "discover", "ogon", "--live", *options, "-o", "json")
    assert ran.status == status, ran.err
    return json.loads(ran.out)


def codes(tmp_path: Path) -> dict[str, dict[str, Any]]:
    file = tmp_path / "config/units/ogon.toml"
    return {each["code"]: each for each in tomllib.loads(file.read_text(encoding="utf-8"))["care_service"]}


def test_a_journals_codes_show_nothing_yet(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    before = codes(tmp_path)
    assert discovered(eye_clinic, "--dry-run") == report(created=3, unchanged=1)
    assert codes(tmp_path) == before
    assert discovered(eye_clinic) == report(created=3, unchanged=1)
    assert codes(tmp_path) == before | {
        "NYB45": {"code": "NYB45", "kind": "time_type", "journal_name": "Nybesök 45 min"},
        "TT<9>": {"code": "TT<9>", "kind": "time_type", "journal_name": "Prov & svar"},
        "OGON": {"code": "OGON", "kind": "care_service", "journal_name": "Ögonsjukvård"},
    }
    assert discovered(eye_clinic) == report(unchanged=4)
    done(eye_clinic("unit", "validate"))


def test_it_is_asked_about_the_test_resident_and_recorded(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    discovered(eye_clinic, "--dry-run", "--purpose", "INC-4711")
    assert [(each.contract, each.address, each.actor, each.actor_type) for each in journal.asked] == [
        (contract, OGON, ANNA, "subject_of_care") for contract in (TYPES, CARE_TYPES)
    ]
    found = rows_of(tmp_path, "SELECT outcome, purpose FROM audit WHERE command = 'service discover' ORDER BY id")
    assert [outcome for outcome, _ in found if outcome in ("asked", "answered")] == ["asked", "answered"] * 2
    assert {purpose for _, purpose in found} == {"INC-4711"}


def test_for_people(eye_clinic: Run, journal: Journal) -> None:
    ran = eye_clinic("service", "discover", "ogon", "--live")
    assert (ran.status, ran.err) == (0, "")
    assert "created: 3 (NYB45, TT<9>, OGON), unchanged: 1" in ran.out


@pytest.mark.parametrize("contract", [TYPES, CARE_TYPES])
def test_what_one_question_tells_is_taken(eye_clinic: Run, journal: Journal, contract: str) -> None:
    journal.faults = [soap_fault("VP007 Authorization missing", contract=contract)]
    ran = eye_clinic("service", "discover", "ogon", "--live", "-o", "json")
    created = {TYPES: report(created=1), CARE_TYPES: report(created=2, unchanged=1)}[contract]
    assert (ran.status, json.loads(ran.out)) == (1, created)
    assert ran.err.startswith(f"{OGON}: warning: {contract}: We have no permission (anropsbehörighet)")


SILENCE = {
    "refused": (soap_fault("VP007 Authorization missing", times=0), 1),
    "a fault": (soap_fault("Fel för 19121212-1212", times=0), 1),
    "ours": (soap_fault("VP002 No certificate", times=0), 2),
    "silent": (Fault(drops=True, times=0), 75),
    "without TAK": (soap_fault("VP008 No contact with TAK", times=0), 75),
}


@pytest.mark.parametrize("name", SILENCE)
def test_a_journal_that_tells_nothing_changes_nothing(
    eye_clinic: Run, journal: Journal, tmp_path: Path, name: str
) -> None:
    fault, status = SILENCE[name]
    journal.faults = [fault]
    before = (tmp_path / "config/units/ogon.toml").read_bytes()
    ran = eye_clinic("service", "discover", "ogon", "--live", "-o", "json")
    assert (ran.status, ran.out, error(ran)["code"]) == (status, "", "journal.no_types")
    assert "1212" not in ran.err
    assert (tmp_path / "config/units/ogon.toml").read_bytes() == before


def test_what_cannot_stand_in_a_file_is_left_out_and_told(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    journal.types = (("", "Utan kod"), ("NY\u200b1", "Osynligt"), ("NYB45", "Nybesök"), ("NYB45", "Något annat"))
    ran = eye_clinic("service", "discover", "ogon", "--live", "-o", "json")
    assert (ran.status, json.loads(ran.out)) == (1, report(created=2, rejected=3))
    assert [ran.err.count(f"{TYPES}:{line}") for line in (1, 2)] == [1, 1]
    assert codes(tmp_path)["NYB45"]["journal_name"] == "Nybesök"


def test_a_care_type_that_is_a_time_type_too_is_one_code(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    journal.care_types = (("NYB45", "Nybesök ögon"), ("OGON", "Ögonsjukvård"))
    assert discovered(eye_clinic) == report(created=3, unchanged=1)
    assert codes(tmp_path)["NYB45"]["journal_name"] == "Nybesök 45 min"


IN_VAIN = {
    "a file": ("types.xml", "--live"),
    "standard input": ("-", "--live"),
    "--skip-bad": ("--live", "--skip-bad"),
    "--rejected": ("--live", "--rejected", "bad.csv"),
}


@pytest.mark.parametrize("name", IN_VAIN)
def test_what_is_about_a_file(eye_clinic: Run, journal: Journal, name: str) -> None:
    ran = eye_clinic("service", "discover", "ogon", *IN_VAIN[name], "-o", "json")
    assert (ran.status, ran.out, error(ran)["code"], journal.asked) == (2, "", "service.live_in_vain", [])


def test_without_a_file_and_without_settings(eye_clinic: Run) -> None:
    missing = eye_clinic("service", "discover", "ogon", "-o", "json")
    assert (missing.status, missing.out, error(missing)["code"]) == (2, "", "usage.missing")
    unset = eye_clinic("service", "discover", "ogon", "--live", "-o", "json")
    assert (unset.status, unset.out, error(unset)["code"]) == (2, "", "journal.not_configured")


def test_a_unit_without_a_file(eye_clinic: Run, journal: Journal) -> None:
    ran = eye_clinic("service", "discover", "nowhere", "--live", "-o", "json")
    assert (ran.status, ran.out, journal.asked) == (2, "", [])
