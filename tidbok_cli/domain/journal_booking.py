"""Times that a journal offers, the store's copy has, or both, with what differs (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.times import FOREVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.case import BookingThen
    from tidbok_cli.domain.journal import Breach, JournalSlot
    from tidbok_cli.domain.unit import CareService, UnitConfig


class JournalFinding(StrEnum):
    """Differences between a journal and what is known beside it, in the contract's order."""

    JOURNAL_ONLY = "journal_only"
    COPY_ONLY = "copy_only"
    MOVED = "moved"
    CODE_DIFFERS = "code_differs"
    NOT_MAPPED = "not_mapped"
    NO_CODE = "no_code"
    NAME_DIFFERS = "name_differs"
    CANCEL_DIFFERS = "cancel_differs"
    REBOOK_DIFFERS = "rebook_differs"
    NOT_IN_INDEX = "not_in_index"
    BREACH = "breach"


ACTOR_OF_FINDING: Final[Mapping[JournalFinding, Actor]] = {
    JournalFinding.JOURNAL_ONLY: Actor.COORDINATOR,
    JournalFinding.COPY_ONLY: Actor.CLINIC,
    JournalFinding.MOVED: Actor.CLINIC,
    JournalFinding.CODE_DIFFERS: Actor.CLINIC,
    JournalFinding.NOT_MAPPED: Actor.COORDINATOR,
    JournalFinding.NO_CODE: Actor.REGIONAL_ADMINISTRATION,
    JournalFinding.NAME_DIFFERS: Actor.COORDINATOR,
    JournalFinding.CANCEL_DIFFERS: Actor.COORDINATOR,
    JournalFinding.REBOOK_DIFFERS: Actor.COORDINATOR,
    JournalFinding.NOT_IN_INDEX: Actor.REGIONAL_ADMINISTRATION,
    JournalFinding.BREACH: Actor.REGIONAL_ADMINISTRATION,
}
"""Who can act (S28)."""


@dataclass(frozen=True, slots=True)
class JournalBooking:
    """A time of a unit, HSA-id as its file writes it, else as the journal does.

    `copy` may have been ended since. `slot`: None where the journal offers none, or told of another resident's.
    """

    unit: str
    config: UnitConfig | None
    copy: BookingThen | None
    slot: JournalSlot | None
    booking_id: str | None
    findings: tuple[JournalFinding, ...] = ()
    breaches: tuple[Breach, ...] = ()
    is_of_another: bool = False

    @property
    def mapping(self) -> CareService | None:
        """The mapping of the copy's code, else of the journal's."""
        return self._mapping_of(self.copy or self.slot)

    @property
    def mapping_there(self) -> CareService | None:
        """The mapping of the journal's code, else of the copy's."""
        return self._mapping_of(self.slot or self.copy)

    def _mapping_of(self, time: BookingThen | JournalSlot | None) -> CareService | None:
        return self.config.mapping(time.code or "", time.care_type) if self.config and time else None

    @property
    def starts_at(self) -> int | None:
        """The start in the journal, else in the copy."""
        offered = self.slot.start if self.slot else None
        return self.copy.starts_at if offered is None and self.copy else offered

    @property
    def order(self) -> tuple[int, str, str]:
        """Start, unit and id; last what has no start."""
        starts_at = self.starts_at
        return FOREVER if starts_at is None else starts_at, self.unit.upper(), self.booking_id or ""

    def actor(self, finding: JournalFinding) -> Actor:
        """Return who can act; of a copy that our own files do not show either, the coordinator."""
        if finding is JournalFinding.COPY_ONLY and not self.is_set_up:
            return Actor.COORDINATOR
        return ACTOR_OF_FINDING[finding]

    @property
    def is_set_up(self) -> bool:
        """Whether the files show the copy, in a calendar that the coupling leads to (S21 … S23)."""
        config, copy, mapping = self.config, self.copy, self.mapping
        if config is None or copy is None or mapping is None or config.calendar is None:
            return False
        calendars = (None, config.calendar, *(each.calendar for each in config.also))
        return config.services.show and mapping.show and copy.calendar in calendars
