"""Plans with their effect on coming bookings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.unit_plan import Plan, PlanChange, WaitingVersion, differences
from tidbok_cli.domain.unit_plan_effect import PlanEffect, VerdictChange, by_reason
from tidbok_cli.errors import Problem
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.check_names import reason_names
from tidbok_cli.render.columns import INSTANT, Column, JsonObject, instant, record
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.unit_differences import changes_told, differences_value, print_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACTION_KEYS = ("change", "unit", "name")
_MOVED = (
    Column("unit"),
    Column("booking"),
    Column("code"),
    Column("start", kind=INSTANT),
    Column("before", get="before.answer"),
    Column("after", get="after.answer"),
    Column("reasons"),
)
_CHANGES: Final = {
    PlanChange.ADD: _m("+ {unit} {name}: comes into force {at}"),
    PlanChange.CHANGE: _m("~ {unit} {name}: changes {at}"),
    PlanChange.REMOVE: _m("- {unit} {name}: ends {at}"),
}
_SERVICES: Final = {
    Action.CANCEL: (
        _m("Coming bookings that residents may cancel from then on: {count}, until now not by:"),
        _m("Coming bookings that residents can no longer cancel: {count}, by:"),
    ),
    Action.REBOOK: (
        _m("Coming bookings that residents may rebook from then on: {count}, until now not by:"),
        _m("Coming bookings that residents can no longer rebook: {count}, by:"),
    ),
    Action.BOOK: (
        _m("Published times that residents may book from then on: {count}, until now not by:"),
        _m("Published times that residents can no longer book: {count}, by:"),
    ),
}


def plan_value(schema: str, plan: Plan, effect: PlanEffect) -> JsonObject:
    """`tidbok.plan/1` or `tidbok.apply/1`: the actions and the bookings they move."""
    return {
        "schema": schema,
        "at": instant(plan.at),
        "actions": [
            {
                "change": action.change,
                "unit": action.unit.hsa_id,
                "name": action.unit.name,
                **differences_value(differences(action.before, action.after)),
                "replaces_waiting": bool(action.loses),
                "loses": [_waiting(each) for each in action.loses],
            }
            for action in plan.actions
        ],
        "kept_without_file": [unit.hsa_id for unit in plan.kept_without_file],
        "waiting": [{"unit": unit.hsa_id, "begins": instant(begins)} for unit, begins in plan.waits],
        "effect": {
            "shown": len(effect.shown),
            "hidden": len(effect.hidden),
            **{service: _allowed(effect, service) for service in _SERVICES},
            "bookings": [record(_MOVED, each) for each in effect.moved],
            "lost_relations": [each._asdict() for each in effect.lost_relations],
            "calendars_left": [each._asdict() | {"until": instant(each.until)} for each in effect.calendars_left],
        },
    }


def _waiting(version: WaitingVersion) -> JsonObject:
    return {
        "begins": instant(version.begins),
        "change": version.change,
        **differences_value(differences(version.before, version.after)),
    }


def _allowed(effect: PlanEffect, service: Action) -> JsonObject:
    """How much may be done from then on, and no longer, and why not."""
    denied = effect.of_service(service, allowed=False)
    return {
        "allowed": sum(count for _, count in effect.of_service(service, allowed=True)),
        "denied": sum(count for _, count in denied),
        "reasons": [{"reasons": list(reasons), "count": count} for reasons, count in denied],
    }


def print_plan(plan: Plan, effect: PlanEffect, *, whole: bool = True) -> None:
    """Print a plan by unit, above all that it hides coming bookings.

    `whole`: all files could be read.
    """
    if effect.hidden:
        said = ngettext(
            "Mind: this hides {count} coming booking that is shown today.",
            "Mind: this hides {count} coming bookings that are shown today.",
            len(effect.hidden),
        )
        tell(said.format(count=len(effect.hidden)))
    _print_standing(plan)
    if not plan.actions:
        if whole and not plan.differs and not plan.waits:
            tell(_("Nothing to do: the files and what is in force are the same."))
        elif whole and not plan.differs:
            tell(_("Nothing else to do: the files and what is in force, or waits, are the same."))
        _print_lost(effect)
        return
    for action in plan.actions:
        said = _(_CHANGES[action.change]).format(unit=action.unit.hsa_id, name=action.unit.name, at=moment(plan.at))
        tell(visible(said))
        if action.change is not PlanChange.REMOVE:
            print_differences(differences(action.before, action.after))
        for lost in action.loses:
            said = _("    what waits from {begins} is lost: {changes}")
            tell(said.format(begins=moment(lost.begins), changes="; ".join(changes_told(lost))))
    print()
    _print_effect(effect)
    _print_lost(effect)


def _print_standing(plan: Plan) -> None:
    """Print the units that the plan leaves as they are, though they are not as their files."""
    for unit, begins in plan.waits:
        said = _("  {unit} {name}: nothing to do, it waits and comes into force {begins}")
        tell(visible(said.format(unit=unit.hsa_id, name=unit.name, begins=moment(begins))))
    for unit in plan.kept_without_file:
        said = _("! {unit} {name}: its file is gone, and it stays in force (--remove ends it)")
        tell(visible(said.format(unit=unit.hsa_id, name=unit.name)))


def losses_of(plan: Plan) -> Iterator[Problem]:
    """The versions that wait and would be lost: from when, and what they change."""
    for action in plan.losing:
        for lost in action.loses:
            params: dict[str, str | int] = {
                "unit": action.unit.hsa_id,
                "begins_at": lost.begins,
                "changes": "; ".join(changes_told(lost)),
            }
            yield Problem("apply.waits", params)


def _print_effect(effect: PlanEffect) -> None:
    """Print how many coming bookings become shown and hidden, and why."""
    shown, hidden = effect.shown, effect.hidden
    if not effect.moved:
        tell(_("No coming booking becomes shown or hidden."))
    if shown:
        said = ngettext("{count} coming booking becomes shown", "{count} coming bookings become shown", len(shown))
        tell(said.format(count=len(shown)) + _(", hidden until now by:"))
        _print_reasons(shown)
    if hidden:
        said = ngettext("{count} coming booking becomes hidden", "{count} coming bookings become hidden", len(hidden))
        tell(said.format(count=len(hidden)) + _(", by:"))
        _print_reasons(hidden)
    for service, (may, no_longer) in _SERVICES.items():
        for told, allowed in ((may, True), (no_longer, False)):
            if counted := effect.of_service(service, allowed=allowed):
                tell(_(told).format(count=sum(count for _reasons, count in counted)))
                _print_counted(counted)


def _print_reasons(moved: Iterable[VerdictChange]) -> None:
    _print_counted(by_reason(moved))


def _print_counted(counted: Iterable[tuple[tuple[str, ...], int]]) -> None:
    for reasons, count in counted:
        tell(f"{count:>8}  {', '.join(reason_names(reasons))}")


def _print_lost(effect: PlanEffect) -> None:
    for lost in effect.lost_relations:
        said = ngettext(
            "{count} resident with coming times has no relation to the new clinic {successor} (before: {unit}).",
            "{count} residents with coming times have no relation to the new clinic {successor} (before: {unit}).",
            lost.residents,
        )
        tell(visible(said.format(count=lost.residents, successor=lost.successor, unit=lost.unit)))
    for left in effect.calendars_left:
        said = ngettext(
            "{count} booking at {unit} lies in {calendar} from {until} on, when it is no longer found there: have it "
            "moved before.",
            "{count} bookings at {unit} lie in {calendar} from {until} on, when they are no longer found there: have "
            "them moved before.",
            left.bookings,
        )
        told = {"count": left.bookings, "unit": left.unit, "calendar": left.calendar, "until": moment(left.until)}
        tell(visible(said.format(**told)))


def print_applied(plan: Plan) -> None:
    """Print that a plan is in force."""
    tell(_("In force from {at}.").format(at=moment(plan.at)))


def warnings_of(plan: Plan) -> Iterator[Problem]:
    """Warnings: units kept without a file, and versions replaced while waiting."""
    for unit in plan.kept_without_file:
        yield Problem("apply.kept_without_file", {"unit": unit.hsa_id}, warning=True)
    for problem in losses_of(plan):
        yield replace(problem, code="apply.replaces_waiting", warning=True)
