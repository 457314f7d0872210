"""Questions to a journal as messages: to the letter, by the official schemas, and as zeep reads them."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from support.people import ANNA
from support.region import OGON
from support.rivta_schema import parts, schema, wsdl

from tidbok_cli.domain.journal import ActorType, JournalQuestion, JournalSlot
from tidbok_cli.exchange.journal_message import CONTRACTS, message, soap_action

START, END = (int(datetime.fromisoformat(f"2026-12-01T{time}:00+01:00").timestamp()) for time in ("09:00", "09:30"))
SLOT = JournalSlot(OGON, start=START, end=END, code="UPPF30", care_type="OGON", name="Besök")
QUESTION = JournalQuestion("GetSubjectOfCareSchedule", OGON, ANNA, ActorType.RESIDENT, ANNA, "B-1", SLOT)


def asking(contract: str) -> JournalQuestion:
    return QUESTION._replace(contract=contract)


def test_a_question_to_the_letter() -> None:
    assert message(QUESTION).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:r="urn:riv:itintegration:registry:1" '
        'xmlns:h="urn:riv:interoperability:headers:1"><s:Header>'
        f"<r:LogicalAddress>{OGON}</r:LogicalAddress>"
        f"<h:Actor><h:actorId>{ANNA}</h:actorId><h:actorType>subject_of_care</h:actorType></h:Actor>"
        "</s:Header><s:Body>"
        '<m:GetSubjectOfCareSchedule xmlns:m="urn:riv:crm:scheduling:GetSubjectOfCareScheduleResponder:1">'
        f"<m:healthcare_facility>{OGON}</m:healthcare_facility><m:subject_of_care>{ANNA}</m:subject_of_care>"
        "</m:GetSubjectOfCareSchedule></s:Body></s:Envelope>"
    )


def test_the_soap_action_is_quoted() -> None:
    action = "urn:riv:crm:scheduling:GetBookingDetailsResponder:1:GetBookingDetails"
    assert soap_action("GetBookingDetails") == f'"{action}"'


@pytest.mark.parametrize("contract", CONTRACTS)
def test_address_and_unit_are_as_the_unit_writes_them(contract: str) -> None:
    """The platform compares without case, producers do not: both are told the same letters."""
    question = asking(contract)._replace(address="SE2321000222-MedHc")
    told = [each.text for each in ET.fromstring(message(question)).iter() if each.text and "222-" in each.text]
    assert told and set(told) == {"SE2321000222-MedHc"}
    assert b"> " not in message(question) and b"\n" not in message(question)


@pytest.mark.parametrize("text", ["<&>", 'a"b', "å \N{SNOWMAN}", "a\r\nb", "]]>", "&amp;"])
def test_every_text_comes_through(text: str) -> None:
    question = asking("GetBookingDetails")._replace(booking=text)
    assert text in [each.text for each in ET.fromstring(message(question)).iter()]


def test_an_agent_asks_as_one() -> None:
    question = QUESTION._replace(actor="SE2321000024-ABCD", actor_type=ActorType.AGENT)
    told = message(question).decode()
    assert "<h:actorId>SE2321000024-ABCD</h:actorId><h:actorType>subject_of_care_agent</h:actorType>" in told


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_message_is_valid_by_its_schema(contract: str) -> None:
    """Also where nothing but what is needed is told."""
    bare = JournalSlot(OGON, start=START, end=END)
    for question in (asking(contract), asking(contract)._replace(slot=bare)):
        for part in parts(message(question)):
            schema(contract).assertValid(part)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_zeep_reads_what_was_meant(contract: str) -> None:
    zeep = pytest.importorskip("zeep")
    types = zeep.Client(wsdl(contract)).wsdl.types
    address, actor, body = parts(message(asking(contract)))
    assert types.get_element("{urn:riv:itintegration:registry:1}LogicalAddress").parse(address, types) == OGON
    asker = types.get_element("{urn:riv:interoperability:headers:1}Actor").parse(actor, types)
    assert (asker.actorId, asker.actorType) == (ANNA, "subject_of_care")
    told = types.get_element(f"{{urn:riv:crm:scheduling:{contract}Responder:1}}{contract}").parse(body, types)
    asked = zeep.helpers.serialize_object(told, dict)
    wanted = asked.pop("requestedTimeslot", {})
    assert asked.get("healthcare_facility", OGON) == OGON
    assert asked.get("subject_of_care", ANNA) == ANNA
    assert asked.get("bookingId", "B-1") == "B-1"
    if "startDateInclusive" in asked:
        assert (asked["startDateInclusive"], asked["endDateInclusive"]) == ("20261201", "20261201")
        assert (asked["timeTypeID"], asked["careTypeID"]) == ("UPPF30", "OGON")
    if wanted:
        told = {name: value for name, value in wanted.items() if value is not None}
        assert told == {
            "startTimeInclusive": "20261201090000",
            "endTimeExclusive": "20261201093000",
            "healthcare_facility": OGON,
            "bookingId": "B-1",
            "subject_of_care": ANNA,
            "timeTypeName": "Besök",
            "timeTypeID": "UPPF30",
            "careTypeID": "OGON",
        }
        assert asked["subject_of_care_info"]["firstName"]
