"""Plans: the actions that put the files in force."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.unit import MAPPING_KEYS, SERVICE_KEYS
from tidbok_cli.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tidbok_cli.domain.unit import CareService, UnitConfig


class PlanChange(StrEnum):
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class UnitAction:
    """A unit's next version: `after` replaces `before` from the plan's moment on.

    `replaces_waiting`: a version that was to come into force later never will.
    """

    change: PlanChange
    before: UnitConfig | None
    after: UnitConfig | None
    replaces_waiting: bool = False

    @property
    def unit(self) -> UnitConfig:
        unit = self.after or self.before
        assert unit is not None
        return unit


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A unit's versions in the store, as seen from the plan's moment.

    `latest`: the beginning of the latest that has begun (seconds UTC); `coming`: the first of those that wait.
    """

    in_force: UnitConfig | None = None
    latest: int | None = None
    waits: bool = False
    coming: UnitConfig | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions by HSA-id, and the units kept without a file."""

    at: int
    actions: tuple[UnitAction, ...]
    kept_without_file: tuple[UnitConfig, ...]


def plan(
    files: Mapping[str, UnitConfig],
    store: Mapping[str, Scheduled],
    at: int,
    *,
    remove: bool = False,
    selected: Collection[str] | None = None,
) -> Plan:
    """Compare files with what is in force; both by `identity.hsa_key`.

    A version that waits after the moment is replaced. Units in force without a file are ended only with `remove`.
    Raises BadInput where a unit has a version that began after the moment (contract, section 3).
    """
    keys = sorted((files.keys() | store.keys()) if selected is None else selected)
    actions, without_file = [], []
    for key in keys:
        file, scheduled = files.get(key), store.get(key, Scheduled())
        unit = file or scheduled.in_force or scheduled.coming
        if unit is None:
            continue
        if file is None and not remove:
            without_file.append(unit)
            continue
        _refuse_rewriting(unit, scheduled, at)
        action = _action(unit, file, scheduled)
        if action:
            actions.append(action)
    return Plan(at, tuple(actions), tuple(without_file))


def _action(unit: UnitConfig, file: UnitConfig | None, scheduled: Scheduled) -> UnitAction | None:
    if file is None:
        return UnitAction(PlanChange.REMOVE, unit, None, scheduled.waits)
    if scheduled.in_force is None:
        return UnitAction(PlanChange.ADD, None, file, scheduled.waits)
    if scheduled.in_force.same_as(file) and not scheduled.waits:
        return None
    return UnitAction(PlanChange.CHANGE, scheduled.in_force, file, scheduled.waits)


def _refuse_rewriting(unit: UnitConfig, scheduled: Scheduled, at: int) -> None:
    if scheduled.latest is not None and at < scheduled.latest:
        raise BadInput("apply.before_latest", unit=unit.hsa_id, latest_at=scheduled.latest)


FieldValue = str | int | bool | None


class Difference(NamedTuple):
    """A key of the file and its values; None for none."""

    key: str
    before: FieldValue
    after: FieldValue


class MappingDifference(NamedTuple):
    """A mapping added, changed or taken away, with the differing keys."""

    change: PlanChange
    code: str
    fields: tuple[Difference, ...]


_UNIT: Final = ("hsa_id", "name", "alias")

_COUPLING: Final = ("calendar", "logical_address")


def unit_differences(before: UnitConfig | None, after: UnitConfig | None) -> tuple[Difference, ...]:
    """List the differences beside the mappings."""
    return tuple(_differing(_unit_values(before), _unit_values(after)))


def _unit_values(unit: UnitConfig | None) -> dict[str, FieldValue]:
    if unit is None:
        return {}
    values: dict[str, FieldValue] = {key: getattr(unit, key) for key in _UNIT}
    values |= {f"services.{key}": getattr(unit.services, key) for key in SERVICE_KEYS}
    return values | {f"coupling.{key}": getattr(unit, key) for key in _COUPLING}


def mapping_differences(before: UnitConfig | None, after: UnitConfig | None) -> tuple[MappingDifference, ...]:
    """List the mappings that differ, by code."""
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
            change = PlanChange.ADD if before is None else PlanChange.REMOVE if after is None else PlanChange.CHANGE
            yield MappingDifference(change, code, tuple(_differing(_mapping_values(before), _mapping_values(after))))


def _mapping_values(mapping: CareService | None) -> dict[str, FieldValue]:
    return {key: getattr(mapping, key) for key in MAPPING_KEYS if key != "code"} if mapping else {}


def _differing(before: dict[str, FieldValue], after: dict[str, FieldValue]) -> Iterator[Difference]:
    for key in before or after:
        old, new = before.get(key), after.get(key)
        if old != new:
            yield Difference(key, old, new)


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """A version of a unit, and the one before it.

    Instants in seconds UTC; `applied_at` is when it was stored. Replaced before it was in force, it has `begins ==
    ends`.
    """

    begins: int
    ends: int
    change: PlanChange
    name: str
    before: UnitConfig | None
    after: UnitConfig | None
    applied_at: int
    actor: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """Every version of a unit, in order, as seen at a moment."""

    hsa_id: str
    at: int
    versions: tuple[VersionSeen, ...]
