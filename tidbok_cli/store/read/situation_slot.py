"""Situations of slots that somebody wants: facts, and the case behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.basis import deciding, used_beside
from tidbok_cli.domain.case import RelationThen
from tidbok_cli.domain.facts import BasisState
from tidbok_cli.domain.situation import Situation
from tidbok_cli.store.read.basis import BasisSelection, bases
from tidbok_cli.store.read.facts import facts_of_slot
from tidbok_cli.store.read.find import find_resident, find_unit
from tidbok_cli.store.read.situation import case_at
from tidbok_cli.store.read.slot import is_held_by

if TYPE_CHECKING:
    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.facts import Question
    from tidbok_cli.domain.slot import SlotThen
    from tidbok_cli.store.reader import Reader

_NO_RELATION: Final = RelationThen(None, None, None, 0, False, None)


def situation_of_slot(
    reader: Reader, slot: SlotThen, resident: str, question: Question, *, made_by: int | None = None
) -> Situation:
    """Return the situation of a slot that a resident (12 characters) wants.

    No relation is asked for. `made_by` as in store/read/slot.py.
    """
    known = _bases(reader, slot, resident, question.at, made_by)
    basis = deciding(known, question.at)
    facts = facts_of_slot(reader, slot.id, question)._replace(
        basis=basis.state(question.at) if basis else BasisState.NONE
    )
    case = case_at(reader, question, slot, resident, _NO_RELATION)._replace(
        basis=basis,
        used_basis=used_beside(known, basis, question.at) if basis else None,
        slot_is_own=is_held_by(reader, slot, resident),
    )
    return Situation(facts, case).booked_for(slot.unit, slot.code)


def _bases(reader: Reader, slot: SlotThen, resident: str, at: int, made_by: int | None) -> tuple[BasisThen, ...]:
    """The resident's booking bases at the slot's unit for its code."""
    unit, resident_id = find_unit(reader, slot.unit), find_resident(reader, resident)
    if unit is None or resident_id is None:
        return ()
    return tuple(bases(reader, BasisSelection((unit.id,), resident_id, slot.code), at, made_by))
