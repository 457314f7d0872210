"""Slots of a journal's answer: whose they are, and whether they keep to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import SHOWN_AFTER_START
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.journal import JournalResult

if TYPE_CHECKING:
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


def is_of_another(answer: JournalAnswer, slot: JournalSlot) -> bool:
    """Tell whether a slot is another resident's than was asked about."""
    return bool(slot.resident) and (slot.resident or "").replace("-", "") != answer.question.resident


def is_elsewhere(answer: JournalAnswer, slot: JournalSlot) -> bool:
    """Tell whether a slot is another unit's than was asked."""
    return hsa_key(unit_of(answer, slot)) != hsa_key(answer.question.address)


def is_broken(answer: JournalAnswer, slot: JournalSlot) -> bool:
    """Tell whether a slot with an id is told twice, or has a value that breaks the contract."""
    if slot.booking_id is None:
        return False
    alike = (each for each in answer.slots if each.booking_id == slot.booking_id)
    twice = sum(hsa_key(each.unit) == hsa_key(slot.unit) for each in alike) > 1
    return twice or any(breach.booking == slot.booking_id for breach in answer.breaches)
