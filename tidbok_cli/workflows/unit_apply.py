"""`unit plan` and `unit apply`: a plan, its effect, its execution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.unit_plan import Plan, UnitAction, plan
from tidbok_cli.domain.unit_plan_effect import PlanEffect, VerdictChange, configured
from tidbok_cli.domain.verdict import Judge
from tidbok_cli.errors import BadInput
from tidbok_cli.store.read.coupling import coupling_then
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_unit
from tidbok_cli.store.read.unit_plan import codes_of, scheduled
from tidbok_cli.store.write.unit import apply_plan
from tidbok_cli.workflows.lookup import unit_in_store
from tidbok_cli.workflows.unit_files import files, find
from tidbok_cli.workflows.unit_names import unit_called

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """A plan, its effect, and the files, units and option behind it.

    `selected`: None for all units.
    """

    plan: Plan
    effect: PlanEffect
    files: Mapping[str, UnitConfig]
    selected: list[str] | None
    remove: bool


def prepare(context: Context, units: list[str], *, remove: bool = False) -> PreparedPlan:
    """Plan what `apply` would do; raises BadInput as it would."""
    configured_units = files(context)
    with context.reading() as reader:
        selected = [_key(context, reader, text, configured_units) for text in units] or None
        store = scheduled(reader, context.at, context.now)
        planned = plan(configured_units, store, context.at, remove=remove, selected=selected)
        moved = (each for action in planned.actions for each in _moved(context, reader, action))
        return PreparedPlan(planned, PlanEffect(tuple(moved)), configured_units, selected, remove)


def apply(context: Context, prepared: PreparedPlan) -> None:
    """Do what was planned; raises BadInput where the store has changed."""
    with context.writing() as (session, reader):
        store = scheduled(reader, context.at, context.now)
        again = plan(prepared.files, store, context.at, remove=prepared.remove, selected=prepared.selected)
        if again != prepared.plan:
            raise BadInput("apply.changed_in_between")
        apply_plan(session, prepared.plan, context.now, context.actor)


def _key(context: Context, reader: Reader, text: str, configured_units: Mapping[str, UnitConfig]) -> str:
    """Return a unit's key; the files' aliases and names come first."""
    hsa_id = context.hsa_id(text)
    units = tuple(configured_units.values())
    unit = find(units, text, hsa_id) or unit_called(units, text)
    if unit is not None:
        return unit.key
    return hsa_key(unit_in_store(context, reader, text).hsa_id)


def _moved(context: Context, reader: Reader, action: UnitAction) -> Iterator[VerdictChange]:
    """Yield the unit's coming bookings that become shown or hidden."""
    unit = find_unit(reader, action.unit.hsa_id)
    if unit is None:
        return
    judge, question = Judge(Action.SHOW), context.question(Action.SHOW)
    codes = codes_of(reader, unit.id)
    coupling = coupling_then(reader, action.after, question) if action.after else None
    routed = None if coupling is None else not coupling.missing
    planned = cache(lambda facts, codes: judge(configured(facts, action.after, codes, routed=routed)))
    for stated in facts_of(reader, BookingSelection(unit_ids=(unit.id,)), question):
        before, after = judge(stated.facts), planned(stated.facts, codes[stated.id])
        if before.positive != after.positive:
            yield VerdictChange(stated.unit, stated.booking, stated.code, stated.start, before, after)
