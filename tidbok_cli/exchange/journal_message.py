"""Questions to a journal as SOAP messages (contract, section 5).

Of `crm:scheduling` 1.1. Plain text, and nothing indented: the platform takes what stands in the header, blanks
included, for the address.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.coupling import namespace
from tidbok_cli.domain.times import local

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidbok_cli.domain.journal import JournalQuestion, JournalSlot

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_CORE: Final = "urn:riv:crm:scheduling:1"
_CORE_1_1: Final = "urn:riv:crm:scheduling:1.1"
_REGISTRY: Final = "urn:riv:itintegration:registry:1"
_HEADERS: Final = "urn:riv:interoperability:headers:1"

_PERSON: Final = "<c:firstName>Test</c:firstName><c:lastName>Testsson</c:lastName>"
"""The name that a booking must give; nobody is booked but test residents (contract, section 5)."""


def soap_action(contract: str) -> str:
    """Return the header `SOAPAction` of a contract, quoted, as its WSDL has it."""
    return f'"{namespace(contract)}:{contract}"'


def message(question: JournalQuestion) -> bytes:
    """Write the envelope of a question; raises KeyError for a contract that is not known."""
    name = question.contract
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:r="{_REGISTRY}" xmlns:h="{_HEADERS}"><s:Header>'
        f"{_element('r:LogicalAddress', question.address)}"
        f"<h:Actor>{_element('h:actorId', question.actor)}{_element('h:actorType', question.actor_type)}</h:Actor>"
        f'</s:Header><s:Body><m:{name} xmlns:m="{namespace(name)}">{_BODIES[name](question)}</m:{name}>'
        "</s:Body></s:Envelope>"
    ).encode()


def _element(name: str, value: str | None) -> str:
    """Return an element, or nothing where the value is None."""
    if value is None:
        return ""
    text = escape(value, quote=False).replace("\r", "&#13;")
    return f"<{name}>{text}</{name}>"


def _extended(question: JournalQuestion, name: str, value: str | None) -> str:
    """Return an element of the contract's extension, a namespace of its own."""
    within = f"{namespace(question.contract)}.1"
    return _element(name, value).replace(f"<{name}>", f'<{name} xmlns="{within}">', 1)


def _unit(question: JournalQuestion) -> str:
    return _element("m:healthcare_facility", question.address)


def _of_resident(question: JournalQuestion) -> str:
    return _unit(question) + _element("m:subject_of_care", question.resident)


def _of_booking(question: JournalQuestion) -> str:
    return _unit(question) + _element("m:bookingId", question.booking)


def _time_types(question: JournalQuestion) -> str:
    return _unit(question) + _extended(question, "subject_of_care", question.resident)


def _available(question: JournalQuestion) -> str:
    """Days from `slot.start` to `slot.end`, both included, and a time type or care type."""
    slot = _slot_of(question)
    first = slot.start or 0
    return "".join((
        _of_booking(question),
        _element("m:startDateInclusive", f"{local(first):%Y%m%d}"),
        _element("m:endDateInclusive", f"{local(slot.end or first):%Y%m%d}"),
        _element("m:timeTypeID", slot.code),
        _element("m:careTypeID", slot.care_type),
        _extended(question, "subject_of_care", question.resident),
    ))  # fmt: skip


def _make(question: JournalQuestion) -> str:
    return _element("m:healthcare_facility_med", question.address) + _requested(question)


def _requested(question: JournalQuestion) -> str:
    """The wanted time as a journal offered it, for the resident."""
    slot = _slot_of(question)
    parts = (
        ("startTimeInclusive", _time(slot.start)),
        ("endTimeExclusive", _time(slot.end)),
        ("healthcare_facility", question.address),
        ("performer", slot.performer),
        ("bookingId", question.booking),
        ("subject_of_care", question.resident),
        ("resourceID", slot.resource),
        ("timeTypeName", slot.name),
        ("timeTypeID", slot.code),
        ("careTypeID", slot.care_type),
    )
    wanted = "".join(_element(f"t:{name}", value) for name, value in parts)
    return (
        f'<m:requestedTimeslot xmlns:t="{_CORE}">{wanted}</m:requestedTimeslot>'
        f'<m:subject_of_care_info xmlns:c="{_CORE_1_1}">{_PERSON}</m:subject_of_care_info>'
    )


def _time(instant: int | None) -> str | None:
    return None if instant is None else f"{local(instant):%Y%m%d%H%M%S}"


def _slot_of(question: JournalQuestion) -> JournalSlot:
    assert question.slot is not None, f"{question.contract} asks for a time"
    return question.slot


_BODIES: Final[Mapping[str, Callable[[JournalQuestion], str]]] = {
    "GetSubjectOfCareSchedule": _of_resident,
    "GetBookingDetails": _of_booking,
    "GetAllTimeTypes": _time_types,
    "GetAllCareTypes": _of_resident,
    "GetAllPerformers": _of_resident,
    "GetAvailableDates": _available,
    "GetAvailableTimeslots": _available,
    "MakeBooking": _make,
    "UpdateBooking": _requested,
    "CancelBooking": _of_booking,
}

CONTRACTS: Final = tuple(_BODIES)
"""Contracts that can be asked, by short name."""
