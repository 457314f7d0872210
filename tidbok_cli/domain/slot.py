"""Published times (S4). Instants are seconds UTC."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from tidbok_cli.domain.facts import SlotState
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.times import HOUR

_LONGEST: Final = 24 * HOUR


def wrong_length(starts_at: int, ends_at: int | None) -> str | None:
    """Code of what is wrong with a slot's length, if anything: it may be a day at most, and must be something."""
    if ends_at is None or 0 < ends_at - starts_at <= _LONGEST:
        return None
    if ends_at < starts_at:
        return "booking.ends_before_start"
    return "slot.no_length" if ends_at == starts_at else "slot.over_a_day"


class SlotStatus(StrEnum):
    """Statuses of slots in lists."""

    FREE = "free"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"


class SlotRecord(NamedTuple):
    """A publication of a unit."""

    code: str
    starts_at: int
    ends_at: int | None
    calendar: str | None


class SlotThen(NamedTuple):
    """A slot at a moment; `booking` had taken it."""

    id: int
    unit: str
    slot_id: str
    code: str
    starts_at: int
    ends_at: int | None
    calendar: str | None
    published_at: int
    withdrawn_at: int | None
    booking: str | None
    source: str | None

    @property
    def care_type(self) -> None:
        """A slot has one code."""

    @property
    def record(self) -> SlotRecord:
        return SlotRecord(self.code, self.starts_at, self.ends_at, self.calendar)

    @property
    def status(self) -> SlotStatus:
        if self.booking is not None:
            return SlotStatus.BOOKED
        return SlotStatus.FREE if self.withdrawn_at is None else SlotStatus.WITHDRAWN

    def state(self, at: int, unit: str, code: str) -> SlotState:
        """Return the first state that holds, for the unit and code."""
        if self.booking is not None:
            return SlotState.TAKEN
        if self.withdrawn_at is not None:
            return SlotState.WITHDRAWN
        if at >= self.starts_at:
            return SlotState.OVER
        if hsa_key(self.unit) != hsa_key(unit):
            return SlotState.OTHER_UNIT
        return SlotState.FREE if self.code == code else SlotState.OTHER_SERVICE
