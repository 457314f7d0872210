"""`why --live`: the journals are asked before the store answers (contract, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.journal_heard import JournalHeard
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_resident
from tidbok_cli.store.read.situation import booking_then
from tidbok_cli.workflows.journal_open import asked_about, journal_settings, open_journal
from tidbok_cli.workflows.journal_schedule import schedule_of
from tidbok_cli.workflows.journal_unit import told_of, units_known
from tidbok_cli.workflows.lookup import booking_in_store, unit_in_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.journal import JournalAnswer
    from tidbok_cli.domain.situation import Situation
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context


class Live:
    """What journals said of a resident, by unit, to be added to situations."""

    def __init__(self, answers: Mapping[str, JournalAnswer], at: int) -> None:
        self._answers, self._at = answers, at

    def added_to(self, asked: Callable[[int], Situation], action: Action) -> Callable[[int], Situation]:
        """Return `asked` with what the journal said of the booking, at whatever moment."""

        def heard(at: int) -> Situation:
            situation = asked(at)
            booking = situation.case.booking
            answer = self._answers.get(hsa_key(booking.unit))
            if answer is None:  # the booking came to the store while the journals were asked
                return situation
            return situation.heard(JournalHeard(answer, self._at, booking.booking_id, booking.starts_at), action)

        return heard


def live_of_booking(context: Context, booking: str, unit: str | None) -> Live:
    """Ask the booking's journal about its resident; raises BadInput as `why_booking` and where it may not be asked."""
    journal_settings(context)
    with context.reading(noted=True) as reader:
        then = booking_then(reader, booking_in_store(context, reader, booking, unit), context.at)
        written = units_known(context, reader)
    context.about.residents.add(then.resident)
    return _ask(context, then.resident, [then.unit], written)


def live_of_resident(context: Context, resident: str, unit: str | None, action: Action, *, every: bool) -> Live:
    """Ask the journals of the units where the resident has such bookings as `why_resident` tells of."""
    journal_settings(context)
    number = context.resident(resident)
    with context.reading(noted=True) as reader:
        resident_id = find_resident(reader, number)
        units = (unit_in_store(context, reader, unit).id,) if unit else ()
        selection = BookingSelection(unit_ids=units, resident_id=resident_id, every=every)
        found = facts_of(reader, selection, context.question(action)) if resident_id is not None else ()
        named = list(dict.fromkeys(each.unit for each in found))
        written = units_known(context, reader)
    return _ask(context, number, named, written)


def _ask(context: Context, resident: str, units: Iterable[str], known: Mapping[str, UnitConfig]) -> Live:
    """Ask the units, by their HSA-ids as the files write them."""
    actor, asker = asked_about(context, resident), open_journal(context)
    addresses = (known[hsa_key(unit)].hsa_id if hsa_key(unit) in known else unit for unit in units)
    answers = asker.answers([schedule_of(address, actor, resident) for address in addresses])
    return Live({hsa_key(each.question.address): told_of(each, known) for each in answers}, context.now)
