"""A journal's word on one booking, for `why` (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import Action, JournalState
from tidbok_cli.domain.journal_slot import breaches_of, is_apart, is_of_another, is_open_summons, says_what_is_offered
from tidbok_cli.domain.masks import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.journal import Breach, JournalAnswer, JournalSlot


@dataclass(frozen=True, slots=True)
class JournalHeard:
    """A unit's answer to GetSubjectOfCareSchedule, read for one booking of the resident; in seconds UTC.

    `at`: when the journal was asked. `starts_at`: the booking's start in the copy.
    """

    answer: JournalAnswer
    at: int
    booking_id: str
    starts_at: int

    def state(self, action: Action) -> JournalState:
        """Tell what the answer means for a wish about the booking; a slot that breaks the contract decides nothing."""
        if not says_what_is_offered(self.answer):
            return JournalState.SILENT
        slot = self.slot
        if self.breaches:
            return JournalState.BREACH
        if slot is None:
            return JournalState.NOT_OFFERED
        allowed = {Action.CANCEL: slot.cancel, Action.REBOOK: slot.rebook}.get(action, True)
        return JournalState.OFFERED if allowed else JournalState.NOT_ALLOWED

    @property
    def slot(self) -> JournalSlot | None:
        """Return the booking's slot: by its id, else the one without an id that has its start."""
        return next(self._bookings([*self._named, *self._unnamed(self.starts_at)]), None)

    @property
    def starts_elsewhere_at(self) -> int | None:
        """The start that the journal has, where it is not the copy's."""
        there = self.slot.start if self.slot else None
        return there if is_apart(there, self.starts_at) else None

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """Return the breaches of the booking's slots; where there is none, of those that may be its own.

        That is a slot with neither an id nor a start that can be read.
        """
        ours = [*self._named, *([self.slot] if self.slot else [])]
        slots = ours or self._bookings(self._unnamed(None))
        found = (each for slot in slots for each in breaches_of(self.answer, slot))
        return tuple(dict.fromkeys(each._replace(slot=None) for each in found))

    @property
    def evidence(self) -> dict[str, object]:
        """Return what the check rests on; instants in keys that end in `_at`."""
        answer, slot = self.answer, self.slot
        told: dict[str, object] = {
            "asked_at": self.at,
            "unit": answer.question.address,
            "answer": str(answer.result),
            "code": answer.code,
            "detail": answer.said or None,
            "correlation_id": answer.correlation_id,
            "times": len(answer.slots),
            "breaches": [{"code": each.code, "element": each.element, "value": each.value} for each in self.breaches],
        }
        if slot is None:
            return told
        times: dict[str, object] = {"starts_at": slot.start, "ends_at": slot.end}
        texts = {"time_type": slot.code, "care_type": slot.care_type, "name": slot.name}
        foreign = {name: masked(text) if text else None for name, text in texts.items()}
        return told | times | foreign | {"cancel": slot.cancel, "rebook": slot.rebook, "invitation": slot.invitation}

    def _bookings(self, slots: Iterable[JournalSlot]) -> Iterator[JournalSlot]:
        """Leave out another resident's slots and open summonses."""
        ours = (each for each in slots if not is_of_another(self.answer, each))
        return (each for each in ours if not is_open_summons(each))

    def _unnamed(self, starts_at: int | None) -> Iterator[JournalSlot]:
        return (each for each in self.answer.slots if each.booking_id is None and each.start == starts_at)

    @property
    def _named(self) -> list[JournalSlot]:
        return [each for each in self.answer.slots if each.booking_id == self.booking_id]
