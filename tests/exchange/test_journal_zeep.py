"""zeep, with the official WSDL, asks the stand-in: what the tests take for a journal is one."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.journal_server import Journal, Platform, Slot, platform, serving
from support.people import ANNA
from support.region import OGON
from support.rivta_schema import parts, schema, wsdl

from tidbok_cli.domain.journal import ActorType, JournalQuestion, JournalSlot
from tidbok_cli.domain.journal_settings import JournalEnvironment, JournalSettings
from tidbok_cli.exchange.journal_client import JournalClient, endpoint
from tidbok_cli.exchange.journal_message import CONTRACTS

zeep = pytest.importorskip("zeep")
requests = pytest.importorskip("requests")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return platform(tmp_path_factory.mktemp("platform"))


@pytest.fixture
def journal(files: Platform) -> Iterator[Journal]:
    held = Slot(OGON, booking_id="B-1", resident=ANNA)
    free = Slot(OGON, "20261202090000", "20261202093000")
    with serving(Journal([held, free], [OGON]), files) as served:
        yield served


def ask(journal: Journal, files: Platform, contract: str, **told: Any) -> Any:
    """What zeep makes of the answer."""
    with requests.Session() as session:
        session.trust_env = False  # whatever authorities the machine's environment names
        session.cert, session.verify = (str(files.client.cert), str(files.client.key)), str(files.authority.ca)
        client = zeep.Client(wsdl(contract), transport=zeep.Transport(session=session))
        binding = f"{{urn:riv:crm:scheduling:{contract}:1:rivtabp21}}{contract}ResponderBinding"
        service = client.create_service(binding, endpoint(journal.url, contract))
        actor = client.get_element("{urn:riv:interoperability:headers:1}Actor")
        headers = {"LogicalAddress": OGON, "actor": actor(actorId=ANNA, actorType="subject_of_care")}
        session.headers["x-skltp-correlation-id"] = "1"
        return getattr(service, contract)(**told, _soapheaders=headers)


def test_a_life_of_a_booking_by_zeep(journal: Journal, files: Platform) -> None:
    unit, day = {"healthcare_facility": OGON}, {"startDateInclusive": "20261202", "endDateInclusive": "20261202"}
    person = {"firstName": "Test", "lastName": "Testsson"}
    (held,) = ask(journal, files, "GetSubjectOfCareSchedule", **unit, subject_of_care=ANNA).timeslotDetail
    assert held.bookingId == "B-1"
    (free,) = ask(journal, files, "GetAvailableTimeslots", **unit, **day, subject_of_care=ANNA).timeslotDetail
    wanted = {"startTimeInclusive": free.startTimeInclusive, **unit, "subject_of_care": ANNA}
    made = ask(
        journal, files, "MakeBooking",
        healthcare_facility_med=OGON, requestedTimeslot=wanted, subject_of_care_info=person,
    )  # fmt: skip
    assert (made.bookingId, made.resultCode) == ("J-1", "OK")
    detail = ask(journal, files, "GetBookingDetails", **unit, bookingId="J-1").timeslotDetail
    assert (detail.startTimeInclusive, detail.cancel_booking_allowed) == ("20261202090000", True)
    assert ask(journal, files, "CancelBooking", **unit, bookingId="J-1").resultCode == "OK"
    with pytest.raises(zeep.exceptions.Fault, match="finns inte"):
        ask(journal, files, "GetBookingDetails", **unit, bookingId="J-1")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_stand_in_answers_by_the_schema(journal: Journal, files: Platform, contract: str) -> None:
    settings = JournalSettings(journal.url, JournalEnvironment.TEST)
    client = JournalClient(settings, files.client.cert, files.client.key, files.authority.ca)
    slot = JournalSlot(OGON, start=1796198400, end=1796200200, code="UPPF30")
    question = JournalQuestion(contract, OGON, ANNA, ActorType.RESIDENT, ANNA, "B-1", slot)
    answer = client.ask(question, "1")
    assert (answer.code, answer.breaches) == (None, ())
    (message,) = parts(answer.body)
    schema(contract).assertValid(message)
