"""`journal ping` against a stand-in journal over mutual TLS: who answered, who did not, and who can act."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done, place_of, subprocess_environment
from support.coupling import taken
from support.journal import asks, pinged, refused
from support.journal_certificates import CONSUMER, authority
from support.journal_server import Fault, Journal, Platform, Slot, page, redirect, serving, soap_fault
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON
from support.stores import rows_of
from support.tak import SHOW, by_number, ways

SILENT = Fault(drops=True, times=0)
AUDIT = "SELECT outcome, decided_by, purpose, revealed FROM audit WHERE command = 'journal ping' ORDER BY id"


@pytest.fixture
def journal(certificates: Platform, eye_clinic: Run, tmp_path: Path) -> Iterator[Journal]:
    """A journal with a time of the test resident's, which the region asks."""
    with serving(Journal([Slot(OGON, booking_id="J-1", resident=ANNA)]), certificates) as served:
        asks(tmp_path, served, certificates)
        yield served


# ------------------------------------------------------------------------------------------------ the answer


def test_an_answer(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    told = pinged(eye_clinic, "ogon")
    (answer,) = told.pop("answers")
    assert list(told) == ["schema", "at", "environment", "consumer"]
    assert (told["schema"], told["environment"]) == ("tidbok.journal_ping/1", "test")
    assert told["consumer"]["hsa_id"] == CONSUMER
    assert 0 < answer.pop("seconds") < 5
    correlation_id = answer.pop("correlation_id")
    assert answer == {
        "unit": OGON, "contract": "GetSubjectOfCareSchedule", "result": "answered", "code": None, "actor": None,
        "message": "The journal answered as it should.", "fix": None, "detail": None, "slots": 1, "breaches": [],
        "producer_seconds": 0.12,
    }  # fmt: skip
    (asked,) = journal.asked
    assert (asked.address, asked.actor, asked.actor_type) == (OGON, ANNA, "subject_of_care")
    assert asked.headers["x-skltp-correlation-id"] == correlation_id
    assert rows_of(tmp_path, AUDIT) == [("asked", None, None, 0), ("answered", None, None, 0)]
    done(eye_clinic("audit", "verify"))


def test_every_clinic_is_asked_by_each_contract(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    """Those with a file alone too, each as its file writes it."""
    (tmp_path / "config/units/new.toml").write_text('hsa_id = "SE2321000024-aBc"\nname = "Nya"\n', encoding="utf-8")
    contracts = ("GetAllTimeTypes", "GetAllCareTypes", "GetAllPerformers", "GetAvailableDates", "GetAvailableTimeslots")
    asked = [option for contract in contracts for option in ("--contract", contract)]
    told = pinged(eye_clinic, *asked)
    units = list(dict.fromkeys(answer["unit"] for answer in told["answers"]))
    assert "SE2321000024-aBc" in units and OGON in units and units == sorted(units, key=str.upper)
    assert [(each["unit"], each["contract"]) for each in told["answers"]] == [
        (unit, contract) for unit in units for contract in contracts
    ]
    assert {each["slots"] for each in told["answers"] if each["contract"] == "GetAllTimeTypes"} == {None}


def test_for_people(eye_clinic: Run, journal: Journal) -> None:
    journal.faults = [
        soap_fault("VP007 Authorization missing", unit=OGON, times=0),
        Fault(body=b"", unit=FLOGSTA, times=0),
    ]
    ran = eye_clinic("journal", "ping", "ogon", "flogsta")
    assert ran.status == 1
    head, environment, _, *rest = ran.out.splitlines()
    assert head == "0 of 2 calls were answered."
    assert environment.startswith(f"Environment: test. Asked by {CONSUMER}, whose certificate holds until ")
    text = "\n".join(rest)
    assert "VP007: We have no permission (anropsbehörighet) in TAK to call GetSubjectOfCareSchedule" in text
    assert "Who can act: the regional administration (1177etjanster@region.example)" in text
    assert "An empty answer came.\n  Flogsta vårdcentral\n  Correlation id of the first: " in text
    assert [line.split()[-4:-1] for line in rest if line.startswith(("Ögon", "Flogsta v"))] == [
        ["GetSubjectOfCareSchedule", "refused", "VP007"],
        [FLOGSTA, "GetSubjectOfCareSchedule", "silent"],
    ], "codes of the program's own are told in words"
    csv = eye_clinic("journal", "ping", "ogon", "flogsta", "-o", "csv").out.splitlines()
    assert csv[0].startswith("unit,contract,result,code,actor,message,fix,detail,slots,breaches,seconds,")
    assert [row.split(",")[:4] for row in csv[1:]] == [
        [OGON, "GetSubjectOfCareSchedule", "refused", "VP007"],
        [FLOGSTA, "GetSubjectOfCareSchedule", "silent", "empty"],
    ]
    (line,) = eye_clinic("journal", "ping", "ogon", "-o", "ndjson").out.splitlines()
    assert json.loads(line)["answers"][0]["actor"] == "regional_administration"


RESULTS: list[tuple[Fault, str, str | None, str | None, int]] = [
    (soap_fault("VP001 No rivta version"), "refused", "VP001", None, 2),
    (soap_fault("VP002 No senderId"), "refused", "VP002", None, 2),
    (soap_fault("VP003 No receiverId"), "refused", "VP003", None, 2),
    (soap_fault("VP015 Bad envelope"), "refused", "VP015", None, 2),
    (soap_fault("VP004 No route"), "refused", "VP004", "regional_administration", 1),
    (soap_fault("VP007 No permission"), "refused", "VP007", "regional_administration", 1),
    (soap_fault("VP008 No contact with TAK"), "refused", "VP008", "regional_administration", 75),
    (soap_fault("VP012 No resources"), "refused", "VP012", "regional_administration", 75),
    (soap_fault("VP009 Read timed out"), "refused", "VP009", "regional_administration", 1),
    (soap_fault("VP099 Unheard of"), "refused", "VP099", "regional_administration", 1),
    (soap_fault("Databasen svarar inte"), "fault", "fault", "regional_administration", 1),
    (Fault(waits=60), "silent", "time_out", "regional_administration", 75),
    (Fault(body=b""), "silent", "empty", "regional_administration", 75),
    (page(), "unreadable", "content_type", None, 75),
    (redirect("https://elsewhere.example/"), "unreadable", "redirect", None, 75),
]


@pytest.mark.parametrize(
    ("fault", "result", "code", "actor", "status"), RESULTS, ids=[each[2] or "" for each in RESULTS]
)
def test_what_an_answer_means(
    eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform, fault: Fault, result: str,
    code: str, actor: str | None, status: int,
) -> None:  # fmt: skip
    asks(tmp_path, journal, certificates, timeout_seconds=1)
    journal.faults = [replace(fault, times=0)]
    (answer,) = pinged(eye_clinic, "ogon", status=status)["answers"]
    assert (answer["result"], answer["code"], answer["actor"], answer["slots"]) == (result, code, actor, None)
    assert answer["message"] and answer["fix"]
    assert len(journal.asked) == 1
    assert rows_of(tmp_path, AUDIT)[-1][0] == (result if result == code else f"{result} {code}")


@pytest.mark.parametrize(
    ("faults", "status"),
    [
        ([], 0),
        ([replace(SILENT, unit=OGON)], 1),
        ([soap_fault("VP008 No TAK", unit=OGON, times=0)], 75),
        ([soap_fault("VP008 No TAK", unit=OGON, times=0), soap_fault("VP003 None", unit=FLOGSTA, times=0)], 2),
        ([SILENT], 75),
    ],
    ids=["all", "one silent", "no TAK", "ours", "all silent"],
)
def test_how_it_ends(eye_clinic: Run, journal: Journal, faults: list[Fault], status: int) -> None:
    journal.faults = faults
    assert eye_clinic("journal", "ping", "ogon", "flogsta").status == status


def test_a_breach_is_a_finding(eye_clinic: Run, journal: Journal) -> None:
    journal.slots[0] = replace(journal.slots[0], start="202612010900")
    (answer,) = pinged(eye_clinic, "ogon", status=1)["answers"]
    assert answer["breaches"] == [{"code": "short_time", "element": "startTimeInclusive", "value": "2026-12-01 09:00"}]
    assert (answer["result"], answer["slots"], answer["actor"]) == ("answered", 1, "regional_administration")
    ran = eye_clinic("journal", "ping", "ogon")
    assert "startTimeInclusive has no seconds: 2026-12-01 09:00" in ran.out


def test_producers_that_did_not_answer_are_named(eye_clinic: Run, journal: Journal) -> None:
    journal.aggregator, journal.units = OGON, (OGON,)
    journal.statuses = {"SE1": "NoDataSynchFailed", "SE2": "NotEligible"}
    (answer,) = pinged(eye_clinic, "ogon", status=1)["answers"]
    named = "SE1: NoDataSynchFailed; SE2: NotEligible"
    assert (answer["result"], answer["detail"]) == ("answered", named)
    assert named in eye_clinic("journal", "ping", "ogon", "-o", "csv").out


def clinics(folder: Path, count: int) -> None:
    """So many clinics more, with files alone."""
    for number in range(count):
        hsa_id = f"SE2321000024-N{number:03}"
        path = folder / f"config/units/n{number}.toml"
        path.write_text(f'hsa_id = "{hsa_id}"\nname = "Mottagning {number}"\n', encoding="utf-8")


def test_a_producer_that_is_silent_is_asked_no_more(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    """Those whose producer nobody knows count as one."""
    clinics(tmp_path, 3)
    journal.faults = [SILENT]
    told = pinged(eye_clinic, status=75)
    assert [answer["result"] for answer in told["answers"]] == ["silent"] * 3 + ["not_asked"] * 2
    assert len(journal.asked) == 6  # a dropped connection once more


def test_a_producer_of_whom_the_platform_says_so_is_asked_on(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    """VP009 is an answer."""
    clinics(tmp_path, 3)
    journal.faults = [soap_fault("VP009 Read timed out", times=0)]
    told = pinged(eye_clinic, status=1)
    assert {answer["code"] for answer in told["answers"]} == {"VP009"} and len(told["answers"]) == 5


def test_producers_that_tak_knows_count_each(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    clinics(tmp_path, 3)
    taken(eye_clinic, by_number(ways(OGON, SHOW)))
    journal.faults = [SILENT]
    told = pinged(eye_clinic, status=75)
    silent = {answer["unit"] for answer in told["answers"] if answer["result"] == "silent"}
    assert len(silent) == 4 and OGON in silent


# ------------------------------------------------------------------------------------------------ residents' data


def test_person_numbers_are_masked(eye_clinic: Run, journal: Journal) -> None:
    journal.faults = [
        soap_fault(f"Fel för {BO} i https://journal.example/{BO}/", f"19{BO[2:8]}-{BO[8:]}", unit=OGON, times=0),
    ]
    journal.slots.append(Slot(FLOGSTA, booking_id=BO, resident=ANNA, start=BO))
    for form in ("json", "csv", "table"):
        ran = eye_clinic("journal", "ping", "ogon", "flogsta", "-o", form, "--reveal")
        assert ran.status == 1
        assert BO not in ran.out + ran.err and BO[-4:] not in ran.out and ANNA not in ran.out + ran.err


def test_what_is_received_is_printed_for_an_import(eye_clinic: Run, journal: Journal, tmp_path: Path) -> None:
    assert eye_clinic("journal", "ping", "ogon", "-o", "xml").status == 2
    assert journal.asked == []
    command = [*place_of(tmp_path), "journal", "ping", "ogon", "flogsta", "-o", "xml", "--reveal"]
    ran = subprocess.run(
        [sys.executable, "-m", "tidbok_cli", *command], capture_output=True, env=subprocess_environment()
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.count(b"Envelope xmlns") == 2 and ANNA.encode() in ran.stdout
    (tmp_path / "answers.xml").write_bytes(ran.stdout)
    report = eye_clinic("booking", "import", str(tmp_path / "answers.xml"), "-o", "json")
    assert json.loads(report.out)["created"] == 1
    assert [revealed for *_, revealed in rows_of(tmp_path, AUDIT)] == [1] * 4


# ------------------------------------------------------------------------------------------------ who may ask


def test_without_settings_nothing_is_asked(eye_clinic: Run) -> None:
    assert refused(eye_clinic("journal", "ping", "-o", "json")) == "journal.not_configured"


@pytest.mark.parametrize(
    ("changes", "arguments", "code"),
    [
        ({"residents": ()}, (), "journal.no_test_resident"),
        ({"cert": ""}, (), "journal.no_certificate"),
        ({"cert": "nowhere.pem"}, (), "file.missing"),
        ({"most_calls": 1}, (), "journal.too_many_calls"),
        ({}, ("nowhere",), "unit.unknown"),
        ({}, ("--at", "2026-11-01"), "journal.only_now"),
        ({}, ("--contract", "MakeBooking"), "usage.choice"),
        ({}, ("--contract", "GetBookingDetails"), "usage.choice"),
    ],
)
def test_what_is_refused_before_the_first_call(
    eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform, changes: dict[str, Any],
    arguments: tuple[str, ...], code: str,
) -> None:  # fmt: skip
    asks(tmp_path, journal, certificates, **changes)
    assert refused(eye_clinic("journal", "ping", *arguments, "-o", "json")) == code
    assert journal.asked == []
    assert rows_of(tmp_path, AUDIT) == []


def test_certificates_from_systemd_come_first(
    eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(tmp_path, journal, certificates, cert="nowhere.pem", key="nowhere.key")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    for name, source in (("journal-cert", certificates.client.cert), ("journal-key", certificates.client.key)):
        (credentials / name).touch(0o600)
        (credentials / name).write_bytes(source.read_bytes())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert pinged(eye_clinic, "ogon")["consumer"]["hsa_id"] == CONSUMER
    (credentials / "journal-key").chmod(0o640 | 0o004)
    assert refused(eye_clinic("journal", "ping", "-o", "json")) == "web.open_to_others"


def test_files_that_others_may_read_or_write(
    eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform
) -> None:
    """Refused with what mends it, unless one goes on; others may read a certificate."""
    key, ca = tmp_path / "client.key", tmp_path / "ca.pem"
    for file, source in ((key, certificates.client.key), (ca, certificates.authority.ca)):
        file.write_bytes(source.read_bytes())
    asks(tmp_path, journal, certificates, key=str(key), ca=str(ca))
    for file, mode, code, mend in (
        (key, 0o644, "web.open_to_others", f"chmod o= {key}"),
        (ca, 0o666, "permissions.others", f"chmod go-w {ca}"),
    ):
        key.chmod(0o600)
        file.chmod(mode)
        ran = eye_clinic("journal", "ping", "ogon", "-o", "json")
        assert (refused(ran), journal.asked) == (code, [])
        message = json.loads(ran.err)["error"]["message"]
        assert mend in message and "--unsafe-permissions" in message
        assert eye_clinic("--unsafe-permissions", "journal", "ping", "ogon").status == 0
        subprocess.run(["sh", "-c", mend], check=True)
        pinged(eye_clinic, "ogon")
        journal.asked.clear()


def test_a_certificate_that_ends(
    eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = authority(tmp_path_factory.mktemp("authority"))
    for name, begins, ends, code in (
        ("over", -9, -1, "journal.certificate_over"),
        ("not-yet", 1, 9, "journal.certificate_not_yet"),
    ):
        issued = made.issue(name, serial_number=CONSUMER, begins=begins, ends=ends)
        asks(tmp_path, journal, certificates, cert=str(issued.cert), key=str(issued.key))
        assert refused(eye_clinic("journal", "ping", "-o", "json")) == code
    soon = certificates.authority.issue("soon", serial_number=CONSUMER, ends=29)
    asks(tmp_path, journal, certificates, cert=str(soon.cert), key=str(soon.key))
    ran = eye_clinic("journal", "ping", "ogon")
    assert ran.status == 0 and "Our certificate ends" in ran.err


def test_a_certificate_that_is_refused_and_one_that_is_not_believed(
    eye_clinic: Run, journal: Journal, tmp_path: Path, certificates: Platform, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = authority(tmp_path_factory.mktemp("other"), "other")
    issued = other.issue("client", serial_number=CONSUMER)
    for changes, code in (
        ({"cert": str(issued.cert), "key": str(issued.key)}, "certificate"),
        ({"ca": str(other.ca)}, "server_certificate"),
    ):
        asks(tmp_path, journal, certificates, **changes)
        (answer,) = pinged(eye_clinic, "ogon", status=2)["answers"]
        assert (answer["result"], answer["code"], answer["actor"]) == ("silent", code, None)


# ------------------------------------------------------------------------------------------------ ended from outside


@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_ended_during_a_call(
    eye_clinic: Run, journal: Journal, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    """The row stands before the call; whoever can still tell says that it was interrupted."""
    journal.faults = [Fault(waits=60)]
    command = [sys.executable, "-m", "tidbok_cli", *place_of(tmp_path), "journal", "ping", "ogon"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=subprocess_environment()) as process:
        deadline = time.monotonic() + 30
        while not journal.asked and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == status, err
    assert b"Traceback" not in err
    outcomes = [outcome for outcome, *_ in rows_of(tmp_path, AUDIT)]
    assert outcomes == (["asked"] if number is signal.SIGKILL else ["asked", "interrupted"])
    done(eye_clinic("audit", "verify"))
