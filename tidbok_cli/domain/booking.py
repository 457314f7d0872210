"""Bookings: who made them, and what follows for the relation (contract, section 2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from tidbok_cli.domain.region import ClinicBookingMessage
from tidbok_cli.domain.relation import Event


class BookingOrigin(StrEnum):
    """Who made a booking."""

    CLINIC = "clinic"
    RESIDENT = "resident"


_MESSAGE_EVENT: Final = {ClinicBookingMessage.SUMMONS: Event.SUMMONS_RECEIVED}


class Consequence(NamedTuple):
    """The relation event and inbox message that a booking brings."""

    event: Event | None = None
    message: ClinicBookingMessage | None = None


def consequence(origin: str | None, *, shown: bool, policy: ClinicBookingMessage) -> Consequence:
    """Return what follows from a booking by its origin (S15, S26).

    `shown`: whether unit and mapping showed it when it was made; nothing else is asked (S26).
    """
    if origin == BookingOrigin.RESIDENT:
        return Consequence(event=Event.BOOKED_BY_RESIDENT)
    if origin == BookingOrigin.CLINIC and shown and policy is not ClinicBookingMessage.NONE:
        return Consequence(event=_MESSAGE_EVENT.get(policy), message=policy)
    return Consequence()
