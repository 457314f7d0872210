"""The whole of what journals offer a resident (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.journal_booking import JournalBooking
    from tidbok_cli.domain.journal_outcome import AnswerTold, JournalHead
    from tidbok_cli.domain.unit import UnitConfig


@dataclass(frozen=True, slots=True)
class JournalShown:
    """A resident's times, in order, with what differs, and the answers that told of them.

    `units`: the configuration by the key of the HSA-id. `everywhere`: the last answer is the aggregator's.
    """

    head: JournalHead
    resident: str
    answers: tuple[AnswerTold, ...]
    bookings: tuple[JournalBooking, ...]
    units: Mapping[str, UnitConfig]
    everywhere: bool = False

    @property
    def asked(self) -> list[str]:
        """The addresses asked, and the known units of the times that came."""
        addresses = [each.answer.question.address for each in self.answers]
        return list(dict.fromkeys((*addresses, *(each.unit for each in self.bookings if each.config or each.copy))))

    @property
    def has_findings(self) -> bool:
        return any(each.findings for each in self.bookings)
