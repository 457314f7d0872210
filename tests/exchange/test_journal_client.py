"""Journals asked over mutual TLS: what comes through, what is asked again, and what is told when nothing comes."""

import gzip
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from support.journal_certificates import CONSUMER, Issued, authority
from support.journal_server import (
    Fault,
    Journal,
    Platform,
    Slot,
    envelope,
    page,
    platform,
    redirect,
    serving,
    soap_fault,
)
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON

from tidbok_cli.domain.journal import ON_THE_WAY, WRITES, ActorType, Breach, JournalAnswer, JournalQuestion, JournalSlot
from tidbok_cli.domain.journal_settings import JournalEnvironment, JournalSettings
from tidbok_cli.exchange.journal_client import LARGEST, JournalClient, endpoint

pytest.importorskip("lxml")

QUESTION = JournalQuestion("GetSubjectOfCareSchedule", OGON, ANNA, ActorType.RESIDENT, ANNA, "B-1")
DAY = int(datetime.fromisoformat("2026-12-02T09:00+01:00").timestamp())
WANTED = JournalSlot(OGON, start=DAY, end=DAY + 1800, code="UPPF30")
SHORT = 0.3

Ask = Callable[..., JournalAnswer]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return platform(tmp_path_factory.mktemp("platform"))


@pytest.fixture
def journal(files: Platform) -> Iterator[Journal]:
    """Anna's time at the eye clinic, and another that is free."""
    held = Slot(OGON, booking_id="B-1", resident=ANNA)
    free = Slot(OGON, "20261202090000", "20261202093000")
    with serving(Journal([held, free], [OGON, FLOGSTA]), files) as served:
        yield served


def client(journal: Journal, files: Platform, issued: Issued | None = None, **changes: Any) -> JournalClient:
    shown = issued or files.client
    told = {"url": journal.url, "environment": JournalEnvironment.TEST, "timeout": 20.0, **changes}
    return JournalClient(JournalSettings(**told), shown.cert, shown.key, files.authority.ca)


@pytest.fixture
def ask(journal: Journal, files: Platform) -> Ask:
    asker = client(journal, files)
    return lambda contract=QUESTION.contract, **changes: asker.ask(
        QUESTION._replace(contract=contract, **changes), "4711"
    )


def ended(answer: JournalAnswer) -> tuple[str, str | None]:
    if answer.result in ("silent", "unreadable"):
        assert answer.code in ON_THE_WAY
    return str(answer.result), answer.code


# -------------------------------------------------------------------------------------------- what goes over


def test_a_question_and_its_answer(journal: Journal, ask: Ask) -> None:
    answer = ask()
    assert (ended(answer), answer.breaches) == (("answered", None), ())
    assert [(slot.booking_id, slot.resident, slot.name) for slot in answer.slots] == [("B-1", ANNA, "Besök")]
    assert (answer.correlation_id, answer.producer_seconds) == ("4711", 0.12)
    assert answer.seconds is not None and answer.seconds > 0


def test_what_the_platform_gets(journal: Journal, ask: Ask) -> None:
    ask()
    (asked,) = journal.asked
    assert (asked.address, asked.actor, asked.actor_type) == (OGON, ANNA, "subject_of_care")
    assert asked.headers["accept-encoding"] == "identity"
    assert asked.headers["content-type"] == "text/xml; charset=utf-8"
    assert asked.headers["x-skltp-correlation-id"] == "4711"
    action = "urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1:GetSubjectOfCareSchedule"
    assert asked.headers["soapaction"] == f'"{action}"'
    assert not [name for name in asked.headers if name.startswith("x-vp-")]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://rtp.example/vp", "https://rtp.example/vp/GetBookingDetails/1/rivtabp21"),
        ("https://rtp.example/vp/", "https://rtp.example/vp/GetBookingDetails/1/rivtabp21"),
        ("https://rtp.example/a/{contract}/b", "https://rtp.example/a/GetBookingDetails/b"),
    ],
)
def test_where_a_contract_lies(url: str, told: str) -> None:
    assert endpoint(url, "GetBookingDetails") == told


def test_a_booking_from_its_making_to_its_end(journal: Journal, ask: Ask) -> None:
    """Made, seen in details and in the schedule, moved, cancelled, gone."""
    assert [slot.start for slot in ask("GetAvailableTimeslots", slot=WANTED, booking=None).slots] == [DAY]
    assert [slot.start for slot in ask("GetAvailableDates", slot=WANTED, booking=None).slots] == [DAY - 9 * 3600]
    made = ask("MakeBooking", slot=WANTED, booking=None)
    assert (made.outcome, made.booking, made.breaches) == ("OK", "J-1", ())
    (seen,) = ask("GetBookingDetails", booking="J-1").slots
    assert (seen.start, seen.resident, seen.cancel, seen.rebook) == (DAY, ANNA, True, True)
    assert [slot.booking_id for slot in ask().slots] == ["B-1", "J-1"]
    assert ask("MakeBooking", slot=WANTED, booking=None).outcome == "ERROR"
    assert ask("CancelBooking", booking="B-1").outcome == "OK"
    first = WANTED._replace(start=DAY - 86_400, end=DAY - 86_400 + 1800)
    assert ask("UpdateBooking", slot=first, booking="J-1").outcome == "OK"
    assert [(slot.booking_id, slot.start) for slot in ask().slots] == [("J-1", DAY - 86_400)]
    assert ask("CancelBooking", booking="J-1").outcome == "OK"
    assert ask().slots == ()
    gone = ask("GetBookingDetails", booking="J-1")
    assert (ended(gone), gone.detail) == (("fault", "fault"), "Bokningen J-1 finns inte")


def test_info_is_a_success_with_a_text(journal: Journal, ask: Ask) -> None:
    journal.info = "Tag med kallelsen"
    answer = ask("CancelBooking")
    assert (ended(answer), answer.outcome, answer.outcome_text) == (("answered", None), "INFO", "Tag med kallelsen")


def test_types_and_performers(ask: Ask) -> None:
    assert [(each.code, each.kind) for each in ask("GetAllTimeTypes").types] == [
        ("UPPF30", "time_type"),
        ("NYB45", "time_type"),
    ]
    assert [(each.code, each.kind) for each in ask("GetAllCareTypes").types] == [("OGON", "care_service")]
    assert (ask("GetAllPerformers").breaches, ask("GetAllPerformers").code) == ((), None)


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_so_many_slots(journal: Journal, ask: Ask, count: int) -> None:
    journal.slots = [Slot(OGON, booking_id=f"B-{number}", resident=ANNA) for number in range(count)]
    assert len(ask().slots) == count


def test_a_producer_of_1_0(journal: Journal, ask: Ask) -> None:
    journal.slots = [replace(slot, invitation=None) for slot in journal.slots]
    answer = ask()
    assert ([slot.invitation for slot in answer.slots], answer.breaches) == ([False], ())


def test_an_open_summons_comes_in_details_alone(journal: Journal, ask: Ask) -> None:
    journal.slots = [Slot(OGON, None, None, "K-1", ANNA, invitation="true")]
    assert ask().slots == ()
    (summons,) = ask("GetBookingDetails", booking="K-1").slots
    assert (summons.invitation, summons.start) == (True, None)


def test_breaches_come_with_the_answer(journal: Journal, ask: Ask) -> None:
    journal.slots = [replace(journal.slots[0], start="202612010900", more="<performer>1</performer>", cancel="maybe")]
    answer = ask()
    assert {each.slot for each in answer.breaches} == {0}
    assert {each._replace(slot=None) for each in answer.breaches} == {
        Breach("short_time", "startTimeInclusive", "2026-12-01 09:00"),
        Breach("performer", "performer", "1"),
        Breach("boolean", "cancel_booking_allowed", "maybe"),
    }


def test_the_aggregator(journal: Journal, files: Platform) -> None:
    journal.aggregator = "5565594230"
    journal.slots.append(Slot(FLOGSTA, booking_id="F-1", resident=ANNA))
    asker = client(journal, files, aggregator="5565594230")
    everywhere = QUESTION._replace(address="5565594230")
    answer = asker.ask(everywhere, "1")
    assert ({slot.unit for slot in answer.slots}, answer.breaches, answer.failed) == ({OGON, FLOGSTA}, (), {})
    journal.statuses = {FLOGSTA: "NoDataSynchFailed"}
    answer = asker.ask(everywhere, "2")
    assert ({slot.unit for slot in answer.slots}, answer.failed) == ({OGON}, {FLOGSTA: "NoDataSynchFailed"})
    journal.statuses[OGON] = "NoDataSynchFailed"
    answer = asker.ask(everywhere, "3")
    assert (ended(answer), set(answer.failed)) == (("silent", "all_failed"), {OGON, FLOGSTA})


@pytest.mark.parametrize(
    ("took", "told"), [("0", 0.0), (" 1500 ", 1.5), (None, None), ("soon", None), ("-1", None), ("9" * 12, None)]
)
def test_the_producers_time(journal: Journal, ask: Ask, took: str | None, told: float | None) -> None:
    journal.took = took
    assert ask().producer_seconds == told


def test_many_ask_at_once(journal: Journal, files: Platform) -> None:
    journal.slots = [Slot(OGON, booking_id=resident, resident=resident) for resident in (ANNA, BO)]
    asker = client(journal, files)

    def asked(number: int) -> bool:
        resident = (ANNA, BO)[number % 2]
        answer = asker.ask(QUESTION._replace(resident=resident, actor=resident), str(number))
        return [slot.booking_id for slot in answer.slots] == [resident] and answer.correlation_id == str(number)

    with ThreadPoolExecutor(8) as askers:
        assert all(askers.map(asked, range(40)))


# ---------------------------------------------------------------------------------- refusals, faults and silence


@pytest.mark.parametrize("number", range(1, 16))
def test_every_code_of_the_platform_is_asked_for_once(journal: Journal, ask: Ask, number: int) -> None:
    journal.faults = [soap_fault(f"VP{number:03} nej, {ANNA}", times=0)]
    answer = ask()
    assert (ended(answer), answer.detail) == (("refused", f"VP{number:03}"), f"VP{number:03} nej, {ANNA[:8]}****")
    assert len(journal.asked) == 1


GZIPPED = (("Content-Encoding", "gzip"),)
BIG = b"<" + b"a" * LARGEST + b">"

FAULTS = {
    "a producer's own": (soap_fault("Tekniskt fel", times=0), "fault", "fault", 1),
    "dropped once": (Fault(drops=True), "answered", None, 2),
    "dropped": (Fault(drops=True, times=0), "silent", "dropped", 2),
    "cut off once": (Fault(cut=5), "answered", None, 2),
    "cut off": (Fault(cut=5, times=0), "unreadable", "cut_off", 2),
    "silent": (Fault(waits=60, times=0), "silent", "time_out", 1),
    "dripping": (Fault(drips=0.05, times=0), "silent", "time_out", 1),
    "empty": (Fault(body=b"", times=0), "silent", "empty", 1),
    "a page": (page(times=0), "unreadable", "content_type", 1),
    "a page of an error": (page(503, times=0), "unreadable", "status", 1),
    "not there": (page(404, times=0), "unreadable", "status", 1),
    "cut off inside": (Fault(body=envelope("")[:-9], times=0), "unreadable", "malformed", 1),
    "something else": (Fault(body=b"<html/>", times=0), "unreadable", "no_soap", 1),
    "a DOCTYPE": (Fault(body=b"<!DOCTYPE a>" + envelope(""), times=0), "unreadable", "doctype", 1),
    "gzip unasked": (Fault(gzips=True, times=0), "answered", None, 1),
    "no gzip": (Fault(body=b"plain text", headers=GZIPPED, times=0), "unreadable", "encoding", 1),
    "half a gzip": (
        Fault(body=gzip.compress(envelope(""))[:-9], headers=GZIPPED, times=0),
        "unreadable", "cut_off", 1,
    ),
    "a bomb": (
        Fault(body=gzip.compress(BIG), headers=GZIPPED, times=0), "unreadable", "too_large", 1,
    ),
    "other encoding": (
        Fault(body=b"x", headers=(("Content-Encoding", "br"),), times=0), "unreadable", "encoding", 1,
    ),
    "too large": (Fault(body=BIG, times=0), "unreadable", "too_large", 1),
    "no HTTP": (Fault(raw=b"220 mail ready\r\n", times=0), "unreadable", "no_http", 1),
    "headers without end": (
        Fault(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, times=0), "unreadable", "no_http", 1,
    ),
    "a lie about its length": (
        Fault(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", times=0), "unreadable", "too_large", 1,
    ),
    "chunks": (
        Fault(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n2\r\n/>\r\n0\r\n\r\n", times=0),
        "unreadable", "no_soap", 1,
    ),
    "no chunks": (
        Fault(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwhat\r\n", times=0),
        "unreadable", "cut_off", 2,
    ),
    "away": (redirect("https://localhost:1/", times=0), "unreadable", "redirect", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_goes_wrong(journal: Journal, files: Platform, name: str) -> None:
    """The result, its code, and how often the journal was asked."""
    fault, result, code, times = FAULTS[name]
    journal.faults = [fault]
    answer = client(journal, files, timeout=SHORT if code == "time_out" else 20.0).ask(QUESTION, "1")
    assert ended(answer) == (result, code)
    assert len(journal.asked) == times
    assert bool(answer.slots) == (result == "answered")


def test_a_redirect_to_its_own_host_is_not_followed_either(journal: Journal, ask: Ask) -> None:
    journal.faults = [redirect(f"{journal.url}/elsewhere")]
    assert (ended(ask()), len(journal.asked)) == (("unreadable", "redirect"), 1)


WRITE_FAULTS = {
    "dropped": (Fault(drops=True, times=0), "silent", "outcome_unknown"),
    "cut off": (Fault(cut=5, times=0), "silent", "outcome_unknown"),
    "silent": (Fault(waits=60, times=0), "silent", "outcome_unknown"),
    "dripping": (Fault(drips=0.05, times=0), "silent", "outcome_unknown"),
    "empty": (Fault(body=b"", times=0), "silent", "outcome_unknown"),
    "a page": (page(times=0), "silent", "outcome_unknown"),
    "no gzip": (
        Fault(body=b"plain text", headers=GZIPPED, times=0),
        "silent",
        "outcome_unknown",
    ),
    "VP009": (soap_fault("VP009 no answer", times=0), "refused", "VP009"),
    "its own": (soap_fault("Tekniskt fel", times=0), "fault", "fault"),
}


@pytest.mark.parametrize(
    ("contract", "name"),
    [*((contract, "dropped") for contract in WRITES[:2]), *(("CancelBooking", name) for name in WRITE_FAULTS)],
)
def test_a_write_is_never_asked_again(journal: Journal, files: Platform, contract: str, name: str) -> None:
    fault, result, code = WRITE_FAULTS[name]
    journal.faults = [replace(fault, after=True)]
    timeout = SHORT if fault.waits or fault.drips else 20.0
    answer = client(journal, files, timeout=timeout).ask(QUESTION._replace(contract=contract, slot=WANTED), "1")
    assert ended(answer) == (result, code)
    assert len(journal.asked) == 1


# ------------------------------------------------------------------------------------------- TLS and the network


def refused(
    journal: Journal, files: Platform, issued: Issued, contract: str = QUESTION.contract
) -> tuple[str, str | None]:
    answer = client(journal, files, issued).ask(QUESTION._replace(contract=contract, slot=WANTED), "1")
    assert journal.asked == []
    return ended(answer)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("contract", ["GetBookingDetails", "CancelBooking"])
def test_our_certificate_is_refused(files: Platform, version: ssl.TLSVersion, contract: str) -> None:
    """By TLS 1.2 in the handshake, by TLS 1.3 when the answer is read; a write that was refused is not done."""
    context = files.context
    context.maximum_version = version
    unknown = authority(files.folder, "unknown").issue("stranger", serial_number=CONSUMER)
    expired = files.authority.issue("expired", serial_number=CONSUMER, begins=-9, ends=-2)
    server_type = files.authority.issue("of-a-server", serial_number=CONSUMER, hosts=("localhost",))
    forged = files.authority.issue("forged", serial_number=CONSUMER, is_forged=True)
    with serving(Journal(), files, context) as journal:
        for issued in (unknown, expired, server_type, forged):
            assert refused(journal, files, issued, contract) == ("silent", "certificate"), issued.cert


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("wrong-host", {"hosts": ("journal.example",)}),
        ("over", {"hosts": ("localhost",), "begins": -9, "ends": -2}),
        ("not-yet", {"hosts": ("localhost",), "begins": 2}),
    ],
)
def test_a_server_that_is_not_who_it_should_be(files: Platform, name: str, changes: dict[str, Any]) -> None:
    server = files.authority.issue(name, **changes)
    with serving(Journal(), replace(files, server=server)) as journal:
        assert refused(journal, files, files.client) == ("silent", "server_certificate")


def test_a_server_of_another_authority(files: Platform) -> None:
    server = authority(files.folder, "foreign").issue("foreign-server", hosts=("localhost",))
    with serving(Journal(), replace(files, server=server)) as journal:
        assert refused(journal, files, files.client) == ("silent", "server_certificate")
        assert refused(journal, files, files.client, "CancelBooking") == ("silent", "server_certificate")


def test_old_tls_is_refused(files: Platform) -> None:
    context = files.context
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(Journal(), files, context) as journal:
        assert refused(journal, files, files.client) == ("silent", "tls")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://localhost:1/vp", "unreachable"),
        ("https://no-such-host.invalid/vp", "unknown_host"),
        (f"https://{'a' * 70}.example/vp", "unreachable"),
    ],
)
@pytest.mark.parametrize("contract", ["GetBookingDetails", "CancelBooking"])
def test_nobody_is_there(journal: Journal, files: Platform, url: str, code: str, contract: str) -> None:
    """Nothing was sent: a write was not done."""
    answer = client(journal, files, url=url).ask(QUESTION._replace(contract=contract), "1")
    assert ended(answer) == ("silent", code)


def test_no_proxy_is_asked(journal: Journal, files: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://localhost:1/")
    assert ended(client(journal, files).ask(QUESTION, "1")) == ("answered", None)


def test_nothing_is_sent_after_a_time_out(files: Platform) -> None:
    """Neither again nor late, by an attempt that nobody waits for any longer."""
    with serving(Journal(faults=[Fault(waits=60)]), files) as journal:
        asker = client(journal, files, timeout=SHORT)
        assert ended(asker.ask(QUESTION, "1")) == ("silent", "time_out")
        assert ended(client(journal, files).ask(QUESTION, "2")) == ("answered", None)
        assert [each.headers["x-skltp-correlation-id"] for each in journal.asked] == ["1", "2"]
