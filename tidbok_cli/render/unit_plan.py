"""Plans with their effect on coming bookings, and a unit's history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.unit_plan import (
    Difference,
    FieldValue,
    MappingDifference,
    Plan,
    PlanChange,
    UnitHistory,
    VersionSeen,
    mapping_differences,
    unit_differences,
)
from tidbok_cli.domain.unit_plan_effect import PlanEffect, VerdictChange, by_reason
from tidbok_cli.errors import Problem
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.check_names import reason_names
from tidbok_cli.render.columns import INSTANT, SAID, Column, JsonObject, instant, record
from tidbok_cli.render.lines import visible
from tidbok_cli.render.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACTION_KEYS = ("change", "unit", "name")
VERSION_KEYS = ("begins", "ends", "in_force", "change", "applied_at", "actor", "name")
_DIFFERENCE = (Column("key"), Column("before"), Column("after"))
_MOVED = (
    Column("unit"),
    Column("booking"),
    Column("code"),
    Column("start", kind=INSTANT),
    Column("before", get="before.answer"),
    Column("after", get="after.answer"),
    Column("reasons"),
)
_VERSION = (
    Column("change"),
    Column("name"),
    Column("applied_at", kind=INSTANT),
    Column("actor", kind=SAID),
    Column("file", get="source"),
)
_CHANGES: Final = {
    PlanChange.ADD: _m("+ {unit} {name}: comes into force {at}"),
    PlanChange.CHANGE: _m("~ {unit} {name}: changes {at}"),
    PlanChange.REMOVE: _m("- {unit} {name}: ends {at}"),
}
_SIGNS: Final = {PlanChange.ADD: "+", PlanChange.CHANGE: "~", PlanChange.REMOVE: "-"}


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
                "fields": fields_value(unit_differences(action.before, action.after)),
                "mappings": [mapping_value(each) for each in mapping_differences(action.before, action.after)],
                "replaces_waiting": action.replaces_waiting,
            }
            for action in plan.actions
        ],
        "kept_without_file": [unit.hsa_id for unit in plan.kept_without_file],
        "effect": {
            "shown": len(effect.shown),
            "hidden": len(effect.hidden),
            "bookings": [record(_MOVED, each) for each in effect.moved],
        },
    }


def fields_value(differences: Iterable[Difference]) -> list[JsonObject]:
    """Each field that differs, with its values."""
    return [record(_DIFFERENCE, each) for each in differences]


def mapping_value(difference: MappingDifference) -> JsonObject:
    """A mapping that differs, with its fields."""
    return {"change": difference.change, "code": difference.code, "fields": fields_value(difference.fields)}


def print_plan(plan: Plan, effect: PlanEffect) -> None:
    """Print a plan by unit, above all that it hides coming bookings."""
    if effect.hidden:
        said = ngettext(
            "Mind: this hides {count} coming booking that is shown today.",
            "Mind: this hides {count} coming bookings that are shown today.",
            len(effect.hidden),
        )
        print(said.format(count=len(effect.hidden)))
    if not plan.actions:
        print(_("Nothing to do: the files and what is in force are the same."))
        return
    for action in plan.actions:
        said = _(_CHANGES[action.change]).format(unit=action.unit.hsa_id, name=action.unit.name, at=moment(plan.at))
        print(visible(said))
        if action.change is not PlanChange.REMOVE:
            print_differences(
                unit_differences(action.before, action.after), mapping_differences(action.before, action.after)
            )
    print()
    _print_effect(effect)


def print_differences(fields: Iterable[Difference], mappings: Iterable[MappingDifference]) -> None:
    """Print differences of units and mappings, a line for each."""
    for field in fields:
        if _says_something(field):
            print(f"    {_changed(field)}")
    for mapping in mappings:
        fields = mapping.fields if mapping.change is not PlanChange.REMOVE else ()
        told = "; ".join(_changed(field) for field in fields if _says_something(field))
        print(f"    {_SIGNS[mapping.change]} {visible(mapping.code)}{': ' if told else ''}{told}")


_USUAL: Final = (None, False, 0, "no", "care_service", "")


def _says_something(field: Difference) -> bool:
    """False for a default in something new: not worth a word."""
    return not (field.before is None and field.after in _USUAL)


def _changed(field: Difference) -> str:
    if field.before is None:
        return f"{field.key} = {_value(field.after)}"
    return f"{field.key} = {_value(field.before)} → {_value(field.after)}"


def _value(value: FieldValue) -> str:
    """A value as the file writes it, or a dash."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{visible(value)}"' if isinstance(value, str) else "–" if value is None else str(value)


def _print_effect(effect: PlanEffect) -> None:
    """Print how many coming bookings become shown and hidden, and why."""
    shown, hidden = effect.shown, effect.hidden
    if not effect.moved:
        print(_("No coming booking becomes shown or hidden."))
    if shown:
        said = ngettext("{count} coming booking becomes shown", "{count} coming bookings become shown", len(shown))
        print(said.format(count=len(shown)) + _(", hidden until now by:"))
        _print_reasons(shown)
    if hidden:
        said = ngettext("{count} coming booking becomes hidden", "{count} coming bookings become hidden", len(hidden))
        print(said.format(count=len(hidden)) + _(", by:"))
        _print_reasons(hidden)


def _print_reasons(moved: Iterable[VerdictChange]) -> None:
    for reasons, count in by_reason(moved):
        print(f"{count:>8}  {', '.join(reason_names(reasons))}")


def print_applied(plan: Plan) -> None:
    """Print that a plan is in force."""
    print(_("In force from {at}.").format(at=moment(plan.at)))


def warnings_of(plan: Plan) -> Iterator[Problem]:
    """Warnings: units kept without a file, and versions replaced while waiting."""
    for unit in plan.kept_without_file:
        yield Problem("apply.kept_without_file", {"unit": unit.hsa_id}, warning=True)
    for action in plan.actions:
        if action.replaces_waiting:
            yield Problem("apply.replaces_waiting", {"unit": action.unit.hsa_id}, warning=True)


# ----------------------------------------------------------------------------------------- the history


def history_value(history: UnitHistory) -> JsonObject:
    """`tidbok.history/1`: a unit's versions by beginning, each with its changes."""
    versions = [_version(history, each) for each in history.versions]
    return {"schema": "tidbok.history/1", "unit": history.hsa_id, "at": instant(history.at), "versions": versions}


def _version(history: UnitHistory, seen: VersionSeen) -> JsonObject:
    head = {
        "begins": instant(seen.begins),
        "ends": instant(seen.ends),
        "in_force": seen.begins <= history.at < seen.ends,
        "replaced": seen.begins == seen.ends,
    }
    differences = {
        "fields": fields_value(unit_differences(seen.before, seen.after)),
        "mappings": [mapping_value(each) for each in mapping_differences(seen.before, seen.after)],
    }
    return head | record(_VERSION, seen) | differences


def print_history(history: UnitHistory) -> None:
    """Print the versions for people, each with its changes."""
    if not history.versions:
        print(visible(_("No version of {unit} has been put in force.").format(unit=history.hsa_id)))
    for seen in history.versions:
        told = _("{from_} – {until}  applied {applied} by {who}").format(
            from_=moment(seen.begins), until=moment(seen.ends) or "…", applied=moment(seen.applied_at), who=seen.actor
        )
        marks = {True: "▶ ", False: "  "}
        replaced = _("  (replaced before it was in force)") if seen.begins == seen.ends else ""
        print(visible(f"{marks[seen.begins <= history.at < seen.ends]}{told}{replaced}"))
        if seen.change is PlanChange.REMOVE:
            print(f"    {_('ended')}")
            continue
        print_differences(unit_differences(seen.before, seen.after), mapping_differences(seen.before, seen.after))
