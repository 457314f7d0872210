"""Situations: facts for the rule, and the case for people.

The case implies the facts, but for the region's policy (tests/contract/test_situation.py); what changes one changes the
other here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.facts import CalendarState, Facts

if TYPE_CHECKING:
    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.facts import Action, BookingStatus
    from tidbok_cli.domain.journal_heard import JournalHeard
    from tidbok_cli.domain.slot import SlotThen


class Situation(NamedTuple):
    """Facts on which a verdict rests, and the case explaining them."""

    facts: Facts
    case: Case

    def ended(self, status: BookingStatus, at: int) -> Situation:
        """Suppose the booking ended; `at` in seconds UTC, even after the moment."""
        booked = self.case.booking._replace(status=status, ended_at=at)
        return Situation(self.facts._replace(life=status), self.case._replace(booked=booked))

    def moved_to(self, slot: SlotThen, *, own: bool = False) -> Situation:
        """Suppose the booking moves to the slot, and its calendar (S22).

        `own`: the resident has the slot.
        """
        case = self.case._replace(slot=slot, slot_is_own=own)
        found = self.facts.calendar == CalendarState.FOUND
        calendar = CalendarState.OTHER if found and case.is_elsewhere else self.facts.calendar
        moved = Situation(self.facts._replace(calendar=calendar), case)
        return moved.booked_for(case.booking.unit, case.booking.code)

    def heard(self, journal: JournalHeard, action: Action) -> Situation:
        """Add what the journal said about the booking."""
        said = journal.state(action)
        return Situation(self.facts._replace(journal=said), self.case._replace(journal=journal))

    def booked_for(self, unit: str, code: str) -> Situation:
        """Suppose the slot gets a booking of this HSA-id and code (S4)."""
        assert self.case.slot is not None
        return Situation(self.facts._replace(slot=self.case.slot.state(self.case.at, unit, code)), self.case)
