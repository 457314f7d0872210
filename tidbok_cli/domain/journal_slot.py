"""Slots of a journal's answer: whose they are, and whether they keep to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import SHOWN_AFTER_START
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.journal import Breach, JournalResult
from tidbok_cli.domain.masks import masked
from tidbok_cli.domain.times import local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.journal import JournalAnswer, JournalSlot


def says_what_is_offered(answer: JournalAnswer) -> bool:
    """Tell whether a time that an answer lacks is not offered; not so where a producer behind it was silent."""
    return answer.result is JournalResult.ANSWERED and not answer.failed


def unit_of(answer: JournalAnswer, slot: JournalSlot) -> str:
    """Return the HSA-id of a slot; one without is of the unit that was asked."""
    return slot.unit or answer.question.address


def is_open_summons(slot: JournalSlot) -> bool:
    """Tell a relation (S14) from a booking: an invitation without a time."""
    return slot.invitation and slot.start is None


def is_over(slot: JournalSlot, at: int) -> bool:
    """Tell whether 1177 shows the time no longer (S20)."""
    return slot.start is not None and at >= slot.start + SHOWN_AFTER_START


def is_apart(there: int | None, here: int | None) -> bool:
    """Tell two instants apart, if both are known, by Stockholm's clocks: a journal can say no more."""
    if there is None or here is None:
        return False
    return local(there).replace(tzinfo=None) != local(here).replace(tzinfo=None)


def is_of_another(answer: JournalAnswer, slot: JournalSlot) -> bool:
    """Tell whether a slot is another resident's than was asked about."""
    return bool(slot.resident) and (slot.resident or "").replace("-", "") != answer.question.resident


def breaches_of(answer: JournalAnswer, slot: JournalSlot, *, aggregated: bool = False) -> tuple[Breach, ...]:
    """Return what of a slot breaks the contract: whose it is, and each value that is not as it must be.

    `aggregated`: the answer may be of many units.
    """
    number = next(number for number, each in enumerate(answer.slots) if each is slot)
    values = (each for each in answer.breaches if each.slot == number)
    whose = (each._replace(slot=number) for each in _whose(answer, slot, aggregated=aggregated))
    return (*whose, *(each for each in values if each.code not in _WHOSE))


_WHOSE: Final = ("other_resident", "other_unit", "id_twice")


def _whose(answer: JournalAnswer, slot: JournalSlot, *, aggregated: bool) -> Iterator[Breach]:
    """Yield a breach where the slot is not of whom was asked about, or another has its id."""
    if is_of_another(answer, slot):
        yield Breach("other_resident", "subject_of_care")
    if not aggregated and hsa_key(unit_of(answer, slot)) != hsa_key(answer.question.address):
        yield Breach("other_unit", "healthcare_facility", masked(slot.unit))
    alike = (each for each in answer.slots if slot.booking_id is not None and each.booking_id == slot.booking_id)
    if sum(hsa_key(each.unit) == hsa_key(slot.unit) for each in alike) > 1:
        yield Breach("id_twice", "bookingId", masked(slot.booking_id or ""))
