"""What a journal may answer, and what becomes of it: slots, refusals, breaches, and never a crash."""

import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.journal_server import CORE, envelope, namespace
from support.paths import reference
from support.people import ANNA, BO
from support.region import FLOGSTA, OGON
from support.thorough import examples

from tidbok_cli.domain.journal import (
    BREACHES,
    ON_THE_WAY,
    ActorType,
    Breach,
    JournalAnswer,
    JournalQuestion,
    JournalResult,
    JournalSlot,
    JournalType,
)
from tidbok_cli.exchange.journal_answer import HttpAnswer, read_answer
from tidbok_cli.exchange.rivta import ScheduleRows

pytest.importorskip("lxml")

XML = {"content-type": "text/xml; charset=utf-8"}
QUESTION = JournalQuestion("GetSubjectOfCareSchedule", OGON, ANNA, ActorType.RESIDENT, ANNA)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


START, END = instant("2026-12-01T09:00+01:00"), instant("2026-12-01T09:30+01:00")
FULL = {
    "startTimeInclusive": "20261201090000",
    "endTimeExclusive": "20261201093000",
    "healthcare_facility": OGON,
    "bookingId": "B-1",
    "subject_of_care": ANNA,
    "timeTypeName": "Besök",
    "timeTypeID": "UPPF30",
    "careTypeID": "OGON",
    "cancel_booking_allowed": "true",
    "rebooking_allowed": "false",
    "isInvitation": "false",
}
LEAVES = (
    "startTimeInclusive", "endTimeExclusive", "healthcare_facility", "performer", "bookingId", "subject_of_care",
    "purpose", "reason", "resourceName", "healthcare_facility_name", "performerName", "resourceID", "timeTypeName",
    "timeTypeID", "careTypeName", "careTypeID", "cancel_booking_allowed", "rebooking_allowed", "message_allowed",
    "isInvitation",
)  # fmt: skip
"""Elements of the contract's TimeslotType, none of which is a whole."""
SLOT = JournalSlot(OGON, "B-1", ANNA, START, END, "UPPF30", "OGON", "Besök", cancel=True)


def slot(**changes: str | None) -> str:
    """A `timeslotDetail`; None leaves an element out."""
    told = "".join(f"<{name}>{value}</{name}>" for name, value in {**FULL, **changes}.items() if value is not None)
    return f"<m:timeslotDetail>{told}</m:timeslotDetail>"


def response(content: str, contract: str = "GetSubjectOfCareSchedule", header: str = "") -> bytes:
    name = f"{contract}Response"
    return envelope(f'<m:{name} xmlns:m="{namespace(contract)}" xmlns="{CORE}">{content}</m:{name}>', header)


def read(
    body: bytes,
    contract: str = "GetSubjectOfCareSchedule",
    status: int = 200,
    headers: dict[str, str] = XML,
    **more: Any,
) -> JournalAnswer:
    answer = read_answer(QUESTION._replace(contract=contract), HttpAnswer(status, headers, body), **more)
    assert {breach.code for breach in answer.breaches} <= set(BREACHES)
    if answer.result in (JournalResult.SILENT, JournalResult.UNREADABLE):
        assert answer.code in ON_THE_WAY
    return answer


def fault(text: str, detail: str = "") -> bytes:
    more = f"<detail>{detail}</detail>" if detail else ""
    return envelope(f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{text}</faultstring>{more}</s:Fault>")


# -------------------------------------------------------------------------------------------- what is right


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_so_many_slots(count: int) -> None:
    answer = read(response("".join(slot(bookingId=f"B-{number}") for number in range(count))))
    assert (answer.result, answer.code, answer.breaches) == (JournalResult.ANSWERED, None, ())
    assert answer.slots == tuple(SLOT._replace(booking_id=f"B-{number}") for number in range(count))
    assert answer.question == QUESTION


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"isInvitation": None}, {}),
        ({"isInvitation": "true"}, {"invitation": True}),
        ({"isInvitation": " 1 "}, {"invitation": True}),
        ({"cancel_booking_allowed": "0"}, {"cancel": False}),
        ({"cancel_booking_allowed": None}, {"cancel": False}),
        ({"rebooking_allowed": "\n1"}, {"rebook": True}),
        ({"startTimeInclusive": None, "endTimeExclusive": None}, {"start": None, "end": None}),
        ({"bookingId": None, "timeTypeID": None}, {"booking_id": None, "code": None}),
        ({"timeTypeName": None, "subject_of_care": None}, {"name": None, "resident": None}),
        ({"healthcare_facility": OGON.lower()}, {"unit": OGON.lower()}),
        ({"performer": "SE2321000024-DR1", "resourceID": "R1"}, {"performer": "SE2321000024-DR1", "resource": "R1"}),
        ({"purpose": "&lt;b&gt;Undersökning&lt;/b&gt;", "reason": "Synfel"}, {}),
        ({"startTimeInclusive": "20261025023000", "endTimeExclusive": "20261025033000"},
         {"start": instant("2026-10-25T02:30+02:00"), "end": instant("2026-10-25T03:30+01:00")}),
    ],
)  # fmt: skip
def test_what_the_contract_allows(changes: dict[str, str | None], told: dict[str, Any]) -> None:
    answer = read(response(slot(**changes)))
    assert answer.slots == (SLOT._replace(**told),)
    assert answer.breaches == ()


@pytest.mark.parametrize(
    "body",
    [
        response(slot()).replace(
            b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
        ),
        response(slot()).replace(f'xmlns="{CORE}"'.encode(), b""),
        b'<?xml version="1.0"?>\n<!-- made by hand -->' + response(slot()),
        b"\xef\xbb\xbf" + response(slot()),
        response(slot()).decode().encode("utf-16"),
    ],
)
def test_writings_of_one_answer(body: bytes) -> None:
    assert read(body).slots == (SLOT,)


def test_the_header_tells_the_letters_where_the_message_does_not() -> None:
    body = response(slot()).decode().encode("latin-1")
    assert read(body, headers={"content-type": "text/xml; charset=ISO-8859-1"}).slots == (SLOT,)
    assert read(body, headers={"content-type": "text/xml"}).code == "malformed"
    assert read(body, headers={"content-type": "text/xml; charset=none-such"}).code == "malformed"


def test_types() -> None:
    types = (
        "<m:ListOfTimeTypes><timeTypeName>Nybesök\n 45</timeTypeName><timeTypeId>NYB45</timeTypeId></m:ListOfTimeTypes>"
    )
    assert read(response(types, "GetAllTimeTypes"), "GetAllTimeTypes").types == (
        JournalType("NYB45", "time_type", "Nybesök 45"),
    )
    care = "<m:careTypes><careTypeName>Ögon</careTypeName><careTypeId>OGON</careTypeId></m:careTypes>"
    assert read(response(care, "GetAllCareTypes"), "GetAllCareTypes").types == (
        JournalType("OGON", "care_service", "Ögon"),
    )


def test_days_with_times() -> None:
    day = f"<healthcare_facility>{OGON}</healthcare_facility><date>20261201</date><timeTypeID>UPPF30</timeTypeID>"
    body = response(f"<m:performerAvailabilityByDate>{day}</m:performerAvailabilityByDate>", "GetAvailableDates")
    (found,) = read(body, "GetAvailableDates").slots
    assert found == JournalSlot(OGON, start=instant("2026-12-01T00:00+01:00"), code="UPPF30")


@pytest.mark.parametrize("contract", ["MakeBooking", "UpdateBooking", "CancelBooking"])
@pytest.mark.parametrize("code", ["OK", "INFO", "ERROR"])
def test_how_a_write_went(contract: str, code: str) -> None:
    """INFO is a success with a text, which echoes what it likes."""
    told = f"<m:resultCode>{code}</m:resultCode><m:resultText>Gäller {ANNA}</m:resultText>"
    answer = read(response(f"<m:bookingId>J-1</m:bookingId>{told}", contract), contract)
    assert (answer.result, answer.outcome, answer.breaches) == (JournalResult.ANSWERED, code, ())
    assert answer.outcome_text == f"Gäller {ANNA[:8]}****"
    assert answer.booking == "J-1"


# --------------------------------------------------------------------------- what breaks the contract, and is shown


@pytest.mark.parametrize(
    ("changes", "told", "breach"),
    [
        ({"startTimeInclusive": "202612010900"}, {}, ("short_time", "startTimeInclusive", "2026-12-01 09:00")),
        ({"startTimeInclusive": "202713010900"}, {"start": None}, ("time", "startTimeInclusive", "20271301****")),
        ({"startTimeInclusive": "2026-12-01"}, {"start": None}, ("time", "startTimeInclusive", "2026-12-01")),
        ({"startTimeInclusive": "20261301090000"}, {"start": None}, ("time", "startTimeInclusive", "20261301090000")),
        ({"startTimeInclusive": "20260329023000"}, {"start": None}, ("time", "startTimeInclusive", "20260329023000")),
        ({"endTimeExclusive": ""}, {"end": None}, ("empty", "endTimeExclusive", "")),
        ({"endTimeExclusive": "20261201090000"}, {"end": START}, ("ends_first", "endTimeExclusive", "20261201090000")),
        ({"healthcare_facility": None}, {"unit": ""}, ("missing", "healthcare_facility", "")),
        ({"healthcare_facility": ""}, {"unit": ""}, ("empty", "healthcare_facility", "")),
        ({"healthcare_facility": FLOGSTA}, {"unit": FLOGSTA}, ("other_unit", "healthcare_facility", FLOGSTA)),
        ({"subject_of_care": BO}, {"resident": BO}, ("other_resident", "subject_of_care", f"{BO[:8]}****")),
        ({"subject_of_care": ""}, {"resident": None}, ("empty", "subject_of_care", "")),
        ({"bookingId": ""}, {"booking_id": None}, ("empty", "bookingId", "")),
        ({"timeTypeID": " "}, {"code": None}, ("empty", "timeTypeID", "")),
        ({"timeTypeName": ""}, {"name": None}, ("empty", "timeTypeName", "")),
        ({"cancel_booking_allowed": "maybe"}, {"cancel": False}, ("boolean", "cancel_booking_allowed", "maybe")),
        ({"cancel_booking_allowed": "TRUE"}, {"cancel": False}, ("boolean", "cancel_booking_allowed", "TRUE")),
        ({"message_allowed": "maybe"}, {}, ("boolean", "message_allowed", "maybe")),
        ({"message_allowed": ""}, {}, ("empty", "message_allowed", "")),
        ({"isInvitation": ""}, {}, ("empty", "isInvitation", "")),
        ({"performer": "1"}, {"performer": "1"}, ("performer", "performer", "1")),
        ({"performer": ANNA}, {"performer": ANNA}, ("performer", "performer", f"{ANNA[:8]}****")),
    ],
)
def test_a_breach_is_shown(changes: dict[str, str | None], told: dict[str, Any], breach: tuple[str, str, str]) -> None:
    answer = read(response(slot(**changes)))
    assert (answer.result, answer.code) == (JournalResult.ANSWERED, None)
    assert answer.breaches == (Breach(*breach, slot=0),)
    assert answer.slots == (SLOT._replace(**told),)


@pytest.mark.parametrize("element", LEAVES)
def test_whatever_the_contract_knows_is_not_empty(element: str) -> None:
    for content in ("", " "):
        assert read(response(slot(**{element: content}))).breaches == (Breach("empty", element, slot=0),)


def test_each_slot_has_its_own_breaches() -> None:
    answer = read(response(slot(bookingId="") + slot() + slot(bookingId=None, startTimeInclusive="202612010900")))
    assert [(each.code, each.slot) for each in answer.breaches] == [("empty", 0), ("short_time", 2)]


@pytest.mark.parametrize("born", [ANNA, BO])
def test_a_person_number_for_a_time_is_no_time_to_be_shown(born: str) -> None:
    """It may be read as one, of long ago."""
    answer = read(response(slot(startTimeInclusive=born, endTimeExclusive=born)))
    assert answer.breaches and all(each.value == f"{born[:8]}****" for each in answer.breaches)


def test_an_end_without_seconds_that_is_not_after_the_start() -> None:
    answer = read(response(slot(endTimeExclusive="202612010830")))
    assert [(each.code, each.value) for each in answer.breaches] == [
        ("short_time", "2026-12-01 08:30"), ("ends_first", "2026-12-01 08:30"),
    ]  # fmt: skip


def test_an_id_twice() -> None:
    answer = read(response(slot() + slot(startTimeInclusive=None)))
    assert answer.breaches == (Breach("id_twice", "bookingId", "B-1", 1),)
    assert len(answer.slots) == 2


@pytest.mark.parametrize(
    ("contract", "content", "breach"),
    [
        ("GetBookingDetails", "", ("missing", "timeslotDetail", "")),
        ("GetBookingDetails", slot() + slot(bookingId="B-2"), ("twice", "timeslotDetail", "")),
        ("CancelBooking", "", ("missing", "resultCode", "")),
        ("CancelBooking", "<m:resultCode>DONE</m:resultCode>", ("value", "resultCode", "DONE")),
        ("GetAllTimeTypes", "<m:ListOfTimeTypes><timeTypeId>A</timeTypeId></m:ListOfTimeTypes>",
         ("missing", "timeTypeName", "")),
        ("GetAllCareTypes", "<m:careTypes><careTypeName>A</careTypeName><careTypeId/></m:careTypes>",
         ("empty", "careTypeId", "")),
        ("GetAllPerformers", "<m:performerInfos><perfomer>1</perfomer></m:performerInfos>",
         ("performer", "perfomer", "1")),
        ("GetAllPerformers", "<m:performerInfos><performer/></m:performerInfos>", ("missing", "perfomer", "")),
    ],
)  # fmt: skip
def test_a_breach_of_the_whole(contract: str, content: str, breach: tuple[str, str, str]) -> None:
    answer = read(response(content, contract), contract)
    assert (answer.result, answer.breaches) == (JournalResult.ANSWERED, (Breach(*breach),))


def test_an_aggregator_answers_for_others_too() -> None:
    assert read(response(slot(healthcare_facility=FLOGSTA)), aggregated=True).breaches == ()
    assert read(response(slot(healthcare_facility="")), aggregated=True).breaches != ()


# ---------------------------------------------------------------------------------- refusals, faults and silence


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("number", range(1, 16))
def test_every_code_of_the_platform(number: int, status: int) -> None:
    answer = read(fault(f"VP{number:03} No receiver found"), status=status)
    assert (answer.result, answer.code) == (JournalResult.REFUSED, f"VP{number:03}")
    assert answer.detail == f"VP{number:03} No receiver found"


@pytest.mark.parametrize("text", ["Internt fel", "VP7 nej", "VP0071 nej", "Svar: VP007", ""])
def test_any_other_fault_is_the_producers(text: str) -> None:
    answer = read(fault(text), status=500)
    assert (answer.result, answer.code, answer.detail) == (JournalResult.FAULT, "fault", text)


@pytest.mark.parametrize(
    ("text", "detail", "told"),
    [
        (f"VP009 timeout https://journal.example/{ANNA}?pnr=19121212-1212", "", None),
        ("Fel", f"Patient {ANNA} saknas", "Fel Patient 19121212**** saknas"),
        ("Fel", "https://journal.example/19121212%2D1212/x", None),
        ("Fel 121212-1212", "", "Fel 121212-****"),
        ("Fel", "Fel", "Fel"),
        ("rad\x09ett\nrad två", "", "rad ett rad två"),
        ("x" * 490 + ANNA, "", "x" * 490 + "19121212**"),
    ],
)
def test_what_a_fault_says_is_masked(text: str, detail: str, told: str | None) -> None:
    answer = read(fault(text, detail), status=500)
    assert told is None or answer.detail == told
    assert "1212-1212" not in answer.detail and ANNA not in answer.detail and "2D1212/" not in answer.detail
    assert len(answer.detail) <= 500


def status_of(unit: str, code: str) -> str:
    told = f"<logicalAddress>{unit}</logicalAddress><statusCode>{code}</statusCode>"
    return f"<ProcessingStatusList>{told}</ProcessingStatusList>"


def processing(**codes: str) -> str:
    told = "".join(status_of(unit, code) for unit, code in codes.items())
    return f'<ProcessingStatus xmlns="urn:riv:interoperability:headers:1">{told}</ProcessingStatus>'


@pytest.mark.parametrize(
    ("codes", "content", "result", "failed"),
    [
        ({"A": "DataFromSource"}, "", JournalResult.ANSWERED, {}),
        ({"A": "NoDataSynchFailed"}, "", JournalResult.SILENT, {"A": "NoDataSynchFailed"}),
        ({"A": "NoDataSynchFailed"}, slot(), JournalResult.ANSWERED, {"A": "NoDataSynchFailed"}),
        ({"A": "", "B": "DataFromCache"}, "", JournalResult.ANSWERED, {"A": "?"}),
        ({"A": "NoDataSynchFailed", "B": "NoDataSynchFailed"}, "", JournalResult.SILENT,
         {"A": "NoDataSynchFailed", "B": "NoDataSynchFailed"}),
    ],
)  # fmt: skip
def test_what_the_aggregator_says_of_each_producer(
    codes: dict[str, str], content: str, result: JournalResult, failed: dict[str, str]
) -> None:
    answer = read(response(content, header=processing(**codes)), aggregated=True)
    assert (answer.result, dict(answer.failed)) == (result, failed)
    assert answer.code == ("all_failed" if result is JournalResult.SILENT else None)


@pytest.mark.parametrize(
    ("status", "headers", "body", "result", "code"),
    [
        (200, XML, b"", "silent", "empty"),
        (200, {}, b" \n", "silent", "empty"),
        (202, XML, b"", "unreadable", "status"),
        (204, {}, b"", "unreadable", "status"),
        (500, XML, b"", "silent", "empty"),
        (302, XML, response(slot()), "unreadable", "redirect"),
        (307, {}, b"", "unreadable", "redirect"),
        (404, {"content-type": "text/html"}, b"<html/>", "unreadable", "status"),
        (503, {}, b"Service Unavailable", "unreadable", "status"),
        (500, {"content-type": "text/html"}, b"<html/>", "unreadable", "status"),
        (403, XML, fault("VP007 x"), "refused", "VP007"),
        (200, {"content-type": "text/html; charset=utf-8"}, response(slot()), "unreadable", "content_type"),
        (200, {"content-type": "multipart/related"}, b"--x", "unreadable", "content_type"),
        (200, {}, response(slot()), "answered", None),
        (200, {"content-type": "APPLICATION/XML"}, response(slot()), "answered", None),
        (200, XML, response(slot())[:-9], "unreadable", "malformed"),
        (200, XML, b"\0\1\2", "unreadable", "malformed"),
        (200, XML, b"OK", "unreadable", "malformed"),
        (200, XML, b"<html/>", "unreadable", "no_soap"),
        (200, XML, b"<GetSubjectOfCareScheduleResponse/>", "unreadable", "no_soap"),
        (200, XML, envelope(""), "unreadable", "no_message"),
        (200, XML, response("", "GetBookingDetails"), "unreadable", "no_message"),
        (200, XML, b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + response(slot()), "unreadable", "doctype"),
        (200, XML, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unreadable", "doctype"),
        (
            200,
            XML,
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]>' + response("&b;"),
            "unreadable",
            "doctype",
        ),
    ],
)
def test_what_is_no_answer(status: int, headers: dict[str, str], body: bytes, result: str, code: str | None) -> None:
    answer = read(body, status=status, headers=headers)
    assert (str(answer.result), answer.code) == (result, code)
    assert answer.body == body
    assert "root:" not in repr(answer)


@pytest.mark.parametrize("item", ["<a/>", "<a b='' c=''/>", "<a><b/><b/></a>", "<s:Fault/>", "<careTypes/>"])
def test_what_is_unknown_is_not_all_kept(item: str) -> None:
    """Such elements take a hundred times their size of memory: after 2 MiB no more is read."""
    answer = read(response("@", header=item).replace(b"@", item.encode() * ((3 << 20) // len(item)) + slot().encode()))
    assert (answer.result, answer.code, answer.slots) == (JournalResult.UNREADABLE, "too_large", ())
    assert read(response(item * 1000 + slot())).slots == (SLOT,)


def test_times_that_say_nothing_have_an_end() -> None:
    assert read(response("<m:timeslotDetail/>" * 110_000)).code == "too_large"


def test_a_large_answer_of_times_is_read() -> None:
    count = (5 << 20) // len(slot())
    assert len(read(response(slot() * count)).slots) == count


@settings(max_examples=examples(200))
@given(st.binary(max_size=400), st.sampled_from([200, 500]))
def test_no_bytes_are_a_crash(body: bytes, status: int) -> None:
    assert read(body, status=status).result is not JournalResult.ANSWERED


@settings(max_examples=examples(200))
@given(st.data())
def test_no_damage_is_a_crash(data: st.DataObject) -> None:
    """A right answer with a piece of it replaced is an answer, or is told to be none."""
    body = response(slot() + slot(bookingId="B-2"))
    begins = data.draw(st.integers(0, len(body)))
    ends = data.draw(st.integers(begins, min(len(body), begins + 20)))
    piece = data.draw(st.sampled_from([b"", b"<", b">", b"&", b"\0", b"\xff", b"<!--", b"]]>", b"&x;", b"<a/>"]))
    answer = read(body[:begins] + piece + body[ends:])
    assert answer.result in (JournalResult.ANSWERED, JournalResult.UNREADABLE)
    assert (answer.code is None) == (answer.result is JournalResult.ANSWERED)


def test_a_sample_is_read_as_the_import_reads_it() -> None:
    content = reference("rivta/samples/schedule-uppsala.xml").read_bytes()
    rows = [row.cells for row in ScheduleRows(io.BytesIO(content), "in.xml")]  # type: ignore[union-attr]
    answer = read(content, aggregated=True)
    found = [(each.booking_id or "", each.unit, each.resident or "", each.invitation) for each in answer.slots]
    assert found == [(row["booking_id"], row["unit"], row["resident"], row["invitation"] == "true") for row in rows]
