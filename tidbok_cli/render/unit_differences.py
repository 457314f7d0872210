"""Differences of units, key by key and code by code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.unit_plan import Difference, Differences, FieldValue, MappingDifference, PlanChange, differences
from tidbok_cli.i18n import _
from tidbok_cli.render.columns import Column, JsonObject, record
from tidbok_cli.render.lines import tell, visible, visible_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.unit_plan import VersionSeen, WaitingVersion

_DIFFERENCE = (Column("key"), Column("before"), Column("after"))
_SIGNS: Final = {PlanChange.ADD: "+", PlanChange.CHANGE: "~", PlanChange.REMOVE: "-"}


def differences_value(found: Differences) -> JsonObject:
    """Fields that differ, with their values, and mappings with theirs."""
    return {"fields": _fields(found.fields), "mappings": [_mapping(each) for each in found.mappings]}


def _fields(found: Iterable[Difference]) -> list[JsonObject]:
    return [record(_DIFFERENCE, each) for each in found]


def _mapping(found: MappingDifference) -> JsonObject:
    return {"change": found.change, "code": found.code, "fields": _fields(found.fields)}


def print_differences(found: Differences) -> None:
    """Print differences of units and mappings, a line for each."""
    for told in _lines(found):
        tell(f"    {told}")


def changes_told(version: WaitingVersion | VersionSeen) -> tuple[str, ...]:
    """A version's changes, a text each."""
    if version.after is None:
        return (_("ends"),)
    return tuple(_lines(differences(version.before, version.after)))


def _lines(found: Differences) -> Iterator[str]:
    yield from (_changed(field) for field in found.fields if not found.is_new or _says_something(field))
    yield from map(_mapping_told, found.mappings)


def _mapping_told(mapping: MappingDifference) -> str:
    fields = mapping.fields if mapping.change is not PlanChange.REMOVE else ()
    told = "; ".join(_changed(field) for field in fields if _says_something(field))
    return f"{_SIGNS[mapping.change]} {visible_as('code', mapping.code)}{': ' if told else ''}{told}"


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
