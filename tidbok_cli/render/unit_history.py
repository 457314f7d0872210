"""Versions of a clinic: those that wait, and all that there ever were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.domain.unit_plan import PlanChange, differences
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import INSTANT, SAID, Column, JsonObject, Listing, instant, record
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.unit_differences import changes_told, differences_value, print_differences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.unit_plan import UnitHistory, VersionSeen

VERSION_KEYS = ("begins", "ends", "in_force", "change", "applied_at", "actor", "name")
_VERSION = (
    Column("change"),
    Column("name"),
    Column("applied_at", kind=INSTANT),
    Column("actor", kind=SAID),
    Column("purpose", kind=SAID),
    Column("file", get="source"),
)

# ------------------------------------------------------------------------------------ what waits


WAITING = Listing(
    _m("for each version"),
    (
        Column("unit", _m("HSA-id"), lambda row: row[0]),
        Column("name", get=lambda row: row[1].name),
        Column("begins", get=lambda row: row[1].begins, kind=INSTANT),
        Column("change", get=lambda row: row[1].change),
        Column("applied_at", get=lambda row: row[1].applied_at, kind=INSTANT),
        Column("actor", get=lambda row: row[1].actor, kind=SAID),
        Column("purpose", get=lambda row: row[1].purpose, kind=SAID),
        Column("changes", get=lambda row: list(changes_told(row[1]))),
    ),
)


def print_waiting(versions: Iterable[tuple[str, VersionSeen]]) -> None:
    """Print the versions that wait, each with its changes."""
    none = True
    for hsa_id, seen in versions:
        none = False
        said = _("{unit} {name}: from {begins}, applied {applied} by {who}").format(
            unit=hsa_id, name=seen.name, begins=moment(seen.begins), applied=moment(seen.applied_at),
            who=without_numbers(seen.actor),
        )  # fmt: skip
        tell(visible(f"{said}{_because(seen)}"))
        for told in changes_told(seen):
            tell(f"    {told}")
    if none:
        tell(_("Nothing waits."))


def _because(seen: VersionSeen) -> str:
    return _("  because: {purpose}").format(purpose=without_numbers(seen.purpose)) if seen.purpose else ""


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
        "replaced": seen.replaced,
    }
    return head | record(_VERSION, seen) | differences_value(differences(seen.before, seen.after))


def print_history(history: UnitHistory) -> None:
    """Print the versions for people, each with its changes."""
    if not history.versions:
        tell(visible(_("No version of {unit} has been put in force.").format(unit=history.hsa_id)))
    for seen in history.versions:
        told = _("{from_} – {until}  applied {applied} by {who}").format(
            from_=moment(seen.begins), until=moment(seen.ends) or "…", applied=moment(seen.applied_at), who=seen.actor
        )
        marks = {True: "▶ ", False: "  "}
        replaced = _("  (replaced before it was in force)") if seen.replaced else ""
        tell(visible(f"{marks[seen.begins <= history.at < seen.ends]}{told}{replaced}{_because(seen)}"))
        if seen.change is PlanChange.REMOVE:
            tell(f"    {_('ended')}")
            continue
        print_differences(differences(seen.before, seen.after))
