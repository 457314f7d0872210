"""`why`: the verdict on bookings, or on a slot, and its grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.verdict import checks_of
from tidbok_cli.domain.why import Diagnoses, Diagnosis
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import pair_of_booking
from tidbok_cli.store.read.situation import situation_of
from tidbok_cli.workflows.lookup import booking_in_store, resident_in_store, slot_in_store, unit_in_store
from tidbok_cli.workflows.unit_now import FilesNow
from tidbok_cli.workflows.why_beside import Others, no_summons, waiting
from tidbok_cli.workflows.why_since import failing_since

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidbok_cli.domain.situation import Situation
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.why_live import Live


def parse_assumptions(
    texts: list[str], action: Action, *, with_slot: bool = False, with_journal: bool = False
) -> Mapping[str, Result]:
    """Parse `CHECK=pass|fail`; raises BadInput for a check that the action lacks."""
    known = [check.name for check in checks_of(action, with_slot=with_slot, with_journal=with_journal)]
    assumed = {}
    for text in texts:
        check, _, result = text.partition("=")
        if check not in known or result not in (Result.PASS, Result.FAIL):
            raise BadInput("assume.malformed", where=Where(column="--assume"), text=text, allowed=", ".join(known))
        assumed[check] = Result(result)
    return assumed


def why_booking(
    context: Context,
    booking: str,
    unit: str | None,
    action: Action,
    assumptions: Mapping[str, Result],
    slot: str | None = None,
    *,
    live: bool = False,
) -> Diagnosis:
    """Explain a booking's verdict; raises BadInput for an unknown booking.

    `slot`: the published time to which it is to be moved. `live`: its journal is asked first.
    """
    context.expect_purpose()
    heard = _live(context, booking, unit) if live else None
    with context.reading(noted=True) as reader:
        number = booking_in_store(context, reader, booking, unit)
        near = pair_of_booking(reader, number)[0]
        chosen = slot_in_store(context, reader, slot, None, near=near) if slot else None

        def asked(at: int) -> Situation:
            situation = situation_of(reader, number, context.question(action, at))
            return _moved(reader, situation, chosen.id, at) if chosen else situation

        return _Explainer(context, reader, action, assumptions, heard).explained(asked)


def _moved(reader: Reader, situation: Situation, slot: int, at: int) -> Situation:
    """Move a booking to the slot with this number of the store."""
    from tidbok_cli.store.read.slot import is_held_by, slot_then

    then = slot_then(reader, slot, at, at)
    return situation.moved_to(then, own=is_held_by(reader, then, situation.case.resident))


def _live(context: Context, booking: str, unit: str | None) -> Live:
    from tidbok_cli.workflows.why_live import live_of_booking

    return live_of_booking(context, booking, unit)


def why_slot(
    context: Context, slot: str, unit: str | None, resident: str, assumptions: Mapping[str, Result]
) -> Diagnosis:
    """Explain whether a resident may book a slot; raises BadInput if unknown."""
    from tidbok_cli.store.read.situation_slot import situation_of_slot
    from tidbok_cli.store.read.slot import slot_then

    context.expect_purpose()
    number = context.resident(resident)
    with context.reading(noted=True) as reader:
        there = slot_in_store(context, reader, slot, unit)

        def asked(at: int) -> Situation:
            then = slot_then(reader, there.id, at, at)
            return situation_of_slot(reader, then, number, context.question(Action.BOOK, at))

        return _Explainer(context, reader, Action.BOOK, assumptions).explained(asked)


def why_resident(
    context: Context,
    resident: str,
    unit: str | None,
    action: Action,
    assumptions: Mapping[str, Result],
    *,
    every: bool,
    live: bool = False,
) -> Diagnoses:
    """Explain a resident's active bookings that are not over, or `every` one; `live`: the journals are asked first."""
    from tidbok_cli.store.read.store import last_imports

    context.expect_purpose()
    heard = _live_of_resident(context, resident, unit, action, every=every) if live else None
    with context.reading(noted=True) as reader:
        resident_id = resident_in_store(context, reader, resident)
        units = (unit_in_store(context, reader, unit).id,) if unit else ()
        if resident_id is None:
            return Diagnoses((), last_imports(reader), reader.behind)
        selection = BookingSelection(unit_ids=units, resident_id=resident_id, every=every)
        found = list(facts_of(reader, selection, context.question(action)))
        in_order = sorted(found, key=lambda each: each.start)  # they come by unit, start and id

        def asked_of(number: int) -> Callable[[int], Situation]:
            return lambda at: situation_of(reader, number, context.question(action, at))

        explainer = _Explainer(context, reader, action, assumptions, heard)
        answers = tuple(explainer.explained(asked_of(each.id)) for each in in_order)
        return Diagnoses(answers, last_imports(reader), reader.behind)


def _live_of_resident(context: Context, resident: str, unit: str | None, action: Action, *, every: bool) -> Live:
    from tidbok_cli.workflows.why_live import live_of_resident

    return live_of_resident(context, resident, unit, action, every=every)


class _Explainer:
    """Explains situations at the moment, with what is known of their past and future, and what journals said."""

    def __init__(
        self,
        context: Context,
        reader: Reader,
        action: Action,
        assumptions: Mapping[str, Result],
        live: Live | None = None,
    ) -> None:
        self._context, self._reader, self._action, self._assumptions = context, reader, action, assumptions
        self._live = live
        self._others, self._files = Others(context, reader), FilesNow(context)

    def explained(self, asked: Callable[[int], Situation]) -> Diagnosis:
        """Explain a situation; `asked` gives it at any moment."""
        asked = self._live.added_to(asked, self._action) if self._live else asked
        reader, now = self._reader, asked(self._context.at)
        situation = now._replace(case=now.case._replace(no_summons=no_summons(self._context, reader, now)))
        diagnosis = self._files.explained(situation, self._action, self._assumptions)
        return diagnosis._replace(
            behind=reader.behind,
            since=failing_since(reader, situation, diagnosis),
            waiting=waiting(reader, diagnosis, self._assumptions, asked),
            others=self._others.alike(diagnosis),
        )
