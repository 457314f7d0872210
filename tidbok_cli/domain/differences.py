"""What differs between two configurations of a unit, field by field, by the keys of the unit's file."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from tidbok_cli.domain.plan import Change
from tidbok_cli.domain.units import CareService, UnitConfig

Value = str | int | bool | None


class Difference(NamedTuple):
    """A key of the file and its values; None where it has none."""

    key: str
    before: Value
    after: Value


class MappingDifference(NamedTuple):
    """A mapping that is added, changed or taken away; of one that is added or taken away, all that it says."""

    change: Change
    code: str
    fields: tuple[Difference, ...]


_UNIT: Final = ("hsa_id", "name", "alias")
_SERVICES: Final = ("show", "cancel", "rebook", "book")
_COUPLING: Final = ("calendar", "logical_address")
_MAPPING: Final = ("kind", "journal_name", "label", "show", "cancel", "rebook", "book", "cancel_deadline_hours")


def unit_differences(before: UnitConfig | None, after: UnitConfig | None) -> tuple[Difference, ...]:
    """What differs beside the mappings."""
    return tuple(_differing(_unit_values(before), _unit_values(after)))


def _unit_values(unit: UnitConfig | None) -> dict[str, Value]:
    if unit is None:
        return {}
    values: dict[str, Value] = {key: getattr(unit, key) for key in _UNIT}
    values |= {f"services.{key}": getattr(unit.services, key) for key in _SERVICES}
    return values | {f"coupling.{key}": getattr(unit, key) for key in _COUPLING}


def mapping_differences(before: UnitConfig | None, after: UnitConfig | None) -> tuple[MappingDifference, ...]:
    """Which mappings differ, by code."""
    old, new = _by_code(before), _by_code(after)
    return tuple(_mapping_differences(old, new, sorted(old.keys() | new.keys())))


def _by_code(unit: UnitConfig | None) -> dict[str, CareService]:
    return {mapping.code: mapping for mapping in unit.care_services} if unit else {}


def _mapping_differences(
    old: dict[str, CareService], new: dict[str, CareService], codes: Iterable[str]
) -> Iterator[MappingDifference]:
    for code in codes:
        before, after = old.get(code), new.get(code)
        if before != after:
            change = Change.ADD if before is None else Change.REMOVE if after is None else Change.CHANGE
            yield MappingDifference(change, code, tuple(_differing(_mapping_values(before), _mapping_values(after))))


def _mapping_values(mapping: CareService | None) -> dict[str, Value]:
    return {key: getattr(mapping, key) for key in _MAPPING} if mapping else {}


def _differing(before: dict[str, Value], after: dict[str, Value]) -> Iterator[Difference]:
    for key in before or after:
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Difference(key, old, new)
