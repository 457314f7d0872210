"""`unit plan` and `unit apply`: a plan, its effect, its execution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidbok_cli.domain.unit_plan import Plan, PlanChange, PlanOptions, plan
from tidbok_cli.domain.unit_plan_effect import MOST_HIDDEN, PlanEffect, most_hidden
from tidbok_cli.errors import BadInput, Problem, Refused
from tidbok_cli.store.read.unit_plan import aliases_from, scheduled
from tidbok_cli.workflows.unit_choice import FilesChosen, choose, expect_valid
from tidbok_cli.workflows.unit_plan_effect import effect_of, shown_in_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidbok_cli.domain.unit_plan import Scheduled
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """A plan, its effect, the files and options behind it, and doubts about it.

    `taken`: aliases that are those of other units.
    """

    plan: Plan
    effect: PlanEffect
    files: FilesChosen
    options: PlanOptions
    taken: tuple[Problem, ...]
    doubts: tuple[Problem, ...]


def prepare(context: Context, units: list[str], *, remove: bool = False, replace_waiting: bool = False) -> PreparedPlan:
    """Plan what `apply` would do, passing over files that are not right.

    Raises BadInput where a unit that is named has such a file, and for a moment before a unit's latest version.
    """
    with context.reading() as reader:
        files = choose(context, units, reader)
        if units or files.valid:
            expect_valid(context, files)
        options = PlanOptions(files.selected, remove, replace_waiting, files.broken)
        store = scheduled(reader, context.at, context.now)
        planned = plan(files.units, store, context.at, options)
        taken = tuple(_taken(planned, aliases_from(reader, context.at)))
        doubts = tuple(_doubts(context, planned, store, options))
        return PreparedPlan(planned, effect_of(context, reader, planned), files, options, taken, doubts)


def _taken(planned: Plan, aliases: list[tuple[str, str, str]]) -> Iterator[Problem]:
    """Find the aliases of the plan that units beside it have, from its moment on."""
    changed = {action.unit.key for action in planned.actions}
    others = {alias: hsa_id for alias, key, hsa_id in reversed(aliases) if key not in changed}
    for unit in (action.after for action in planned.actions):
        if unit and unit.alias in others:
            params = {"alias": unit.alias or "", "other": others[unit.alias], "unit": unit.hsa_id}
            yield Problem("apply.alias_taken", params, unit.origin.at("alias"))


def _doubts(context: Context, planned: Plan, store: Mapping[str, Scheduled], options: PlanOptions) -> Iterator[Problem]:
    """Find out whether most of the store's clinics have no file here: it may be another region's."""
    ended = [action for action in planned.actions if action.change is PlanChange.REMOVE]
    gone, known = len(planned.kept_without_file) + len(ended), sum(1 for each in store.values() if each.known)
    if options.selected is None and 2 * gone > known:
        params: dict[str, str | int] = {
            "gone": gone,
            "all": known,
            "store": str(context.address),
            "config": str(context.config),
        }
        yield Problem("apply.other_region", params, warning=True)


def expect_allowed(
    context: Context, prepared: PreparedPlan, losses: Sequence[Problem], *, most: int | None, allow_mass: bool
) -> None:
    """Raise where a plan may not be done: for files, aliases, versions that wait, or all that it hides.

    `losses`: versions that wait and may not be lost. `most`: how many coming bookings it may hide; None for a fifth of
    those shown, and at least 20.
    """
    if not prepared.files.valid:
        raise BadInput("units.invalid", problems=prepared.files.problems)
    if prepared.taken:
        raise BadInput("apply.alias_is_taken", problems=prepared.taken)
    if losses:
        raise Refused("apply.loses_waiting", problems=losses)
    hidden = len(prepared.effect.hidden)
    if allow_mass or hidden <= (MOST_HIDDEN if most is None else most):
        return
    if most is None:
        with context.reading() as reader:
            most = most_hidden(shown_in_all(context, reader))
    if hidden > most:
        raise Refused("apply.hides_too_many", hidden=hidden, most=most)


def apply(context: Context, prepared: PreparedPlan) -> None:
    """Do what was planned; raises BadInput where the store has changed."""
    from tidbok_cli.store.write.unit import apply_plan  # a plan that is only looked at needs no SQLAlchemy

    with context.writing() as (session, reader):
        store = scheduled(reader, context.at, context.now)
        again = plan(prepared.files.units, store, context.at, prepared.options)
        if again != prepared.plan or tuple(_taken(again, aliases_from(reader, context.at))):
            raise BadInput("apply.changed_in_between")
        apply_plan(session, prepared.plan, context.provenance, context.purpose or None)
