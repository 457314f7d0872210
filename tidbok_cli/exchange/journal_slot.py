"""Times and types in a journal's answer, and breaches of the contract.

The contract is `crm:scheduling`, 1.0 and 1.1. Nothing is refused: what cannot be read is None, and a Breach says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.coupling import address_key
from tidbok_cli.domain.identity import parse_hsa_id
from tidbok_cli.domain.journal import Breach, JournalSlot, JournalType
from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.domain.times import parse_rivta

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.journal import JournalQuestion

_BOOLEANS: Final = {"": False, "0": False, "false": False, "1": True, "true": True}
_WITHOUT_SECONDS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")
_BORN_LATEST: Final = "2025"
"""Twelve digits that begin with a later year are a time: no time of before is offered any more, and many are born."""

_LONGEST: Final = 60
MOST: Final = 10_000
"""So many breaches of an answer are told."""

_FILLED: Final = (
    "startTimeInclusive",
    "endTimeExclusive",
    "healthcare_facility",
    "performer",
    "bookingId",
    "subject_of_care",
    "purpose",
    "reason",
    "resourceName",
    "healthcare_facility_name",
    "performerName",
    "resourceID",
    "timeTypeName",
    "timeTypeID",
    "careTypeName",
    "careTypeID",
    "cancel_booking_allowed",
    "rebooking_allowed",
    "message_allowed",
    "isInvitation",
)
"""Elements of a slot, all that the contract knows: each says something, or is not there."""


def shown(text: str, longest: int = _LONGEST) -> str:
    """Return a foreign text on one line, cut short, without person numbers."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return str(without_numbers(plain))[:longest]


def _time_told(text: str) -> str:
    """Write a time without seconds as it was read, where it cannot be taken for a person number."""
    found = _WITHOUT_SECONDS.fullmatch(text)
    return text if found is None or found[1] <= _BORN_LATEST else "{}-{}-{} {}:{}".format(*found.groups())


class SlotReader:
    """Slots of one answer; `breaches` gathers what is wrong with them.

    `aggregated`: the answer may be of other units than the one that was asked.
    """

    def __init__(self, question: JournalQuestion, *, aggregated: bool) -> None:
        self.breaches: list[Breach] = []
        self._question = question
        self._slots = 0
        self._aggregated = aggregated
        self._ids: set[tuple[str, str]] = set()

    def slot(self, texts: Mapping[str, str]) -> JournalSlot:
        """Read a `timeslotDetail`, by its children's trimmed texts."""
        before = len(self.breaches)
        for name in _FILLED:
            if texts.get(name) == "":
                self._breach("empty", name)
        unit = self._unit(texts)
        found = JournalSlot(
            unit=unit,
            booking_id=self._booking(unit, texts.get("bookingId") or None),
            resident=self._resident(texts.get("subject_of_care") or None),
            start=self._time("startTimeInclusive", texts),
            end=self._time("endTimeExclusive", texts),
            code=texts.get("timeTypeID") or None,
            care_type=texts.get("careTypeID") or None,
            name=texts.get("timeTypeName") or None,
            cancel=self._flag("cancel_booking_allowed", texts),
            rebook=self._flag("rebooking_allowed", texts),
            invitation=self._flag("isInvitation", texts),
            performer=self._performer("performer", texts),
            resource=texts.get("resourceID") or None,
        )
        self._flag("message_allowed", texts)  # of no use here, but it has to be right
        if found.start is not None and found.end is not None and found.end <= found.start:
            self._breach("ends_first", "endTimeExclusive", _time_told(texts["endTimeExclusive"]))
        self.breaches[before:] = (each._replace(slot=self._slots) for each in self.breaches[before:])
        self._slots += 1
        return found

    def day(self, texts: Mapping[str, str]) -> JournalSlot:
        """Read a `performerAvailabilityByDate`: a day that has times."""
        at = self._time("date", {"date": f"{texts.get('date', '')}000000"})
        code, care_type = texts.get("timeTypeID") or None, texts.get("careTypeID") or None
        return JournalSlot(self._unit(texts), start=at, code=code, care_type=care_type)

    def type(self, texts: Mapping[str, str], code: str, name: str, kind: str) -> JournalType:
        """Read a time type or care type."""
        for element in (code, name):
            if not texts.get(element):
                self._breach("empty" if element in texts else "missing", element)
        return JournalType(texts.get(code, ""), kind, " ".join(texts.get(name, "").split()))

    def performer(self, texts: Mapping[str, str]) -> None:
        """Look at a `performerInfos`, whose `perfomer` the contract spells so."""
        if "perfomer" not in texts:
            self._breach("missing", "perfomer")
        self._performer("perfomer", texts)

    def missing(self, element: str) -> None:
        """Note that an element is not there which the contract asks for."""
        self._breach("missing", element)

    def twice(self, element: str) -> None:
        """Note that an element is there more than once."""
        self._breach("twice", element)

    def value(self, element: str, text: str) -> None:
        """Note a value that the contract does not have."""
        self._breach("value", element, text)

    def _breach(self, code: str, element: str, value: str = "") -> None:
        if len(self.breaches) < MOST:
            self.breaches.append(Breach(code, element, shown(value)))

    def _unit(self, texts: Mapping[str, str]) -> str:
        unit = texts.get("healthcare_facility")
        if unit is None:
            self._breach("missing", "healthcare_facility")
        elif unit and not self._aggregated and address_key(unit) != address_key(self._question.address):
            self._breach("other_unit", "healthcare_facility", unit)
        return unit or ""

    def _resident(self, resident: str | None) -> str | None:
        asked = self._question.resident
        if resident and asked and resident.upper() != asked.upper():
            self._breach("other_resident", "subject_of_care", resident)
        return resident

    def _booking(self, unit: str, booking: str | None) -> str | None:
        if booking is None:
            return None
        if (address_key(unit), booking) in self._ids:
            self._breach("id_twice", "bookingId", booking)
        self._ids.add((address_key(unit), booking))
        return booking

    def _performer(self, element: str, texts: Mapping[str, str]) -> str | None:
        performer = texts.get(element) or None
        if performer and parse_hsa_id(performer).value is None:
            self._breach("performer", element, performer)
        return performer

    def _flag(self, element: str, texts: Mapping[str, str]) -> bool:
        text = texts.get(element, "")
        if text not in _BOOLEANS:
            self._breach("boolean", element, text)
        return _BOOLEANS.get(text, False)

    def _time(self, element: str, texts: Mapping[str, str]) -> int | None:
        """Read a time; one without seconds is read too, and told."""
        text = texts.get(element)
        if not text:
            return None
        short = _WITHOUT_SECONDS.fullmatch(text) is not None
        instant = parse_rivta(f"{text}00" if short else text).value
        if instant is None:
            self._breach("time", element, text)
        elif short:
            self._breach("short_time", element, _time_told(text))
        return instant
