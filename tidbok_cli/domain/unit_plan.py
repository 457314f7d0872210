"""Plans: the actions that put the files in force."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.times import local
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
class WaitingVersion:
    """A version that begins after the plan's moment (seconds UTC), and the one before it.

    `after`: None ends the unit.
    """

    begins: int
    before: UnitConfig | None
    after: UnitConfig | None

    @property
    def change(self) -> PlanChange:
        return change_of(self.before, self.after)


@dataclass(frozen=True, slots=True)
class UnitAction:
    """A unit's next version: `after` replaces `before` from the plan's moment on.

    `loses`: the versions that were to come into force later, and never will.
    """

    change: PlanChange
    before: UnitConfig | None
    after: UnitConfig | None
    loses: tuple[WaitingVersion, ...] = ()

    @property
    def unit(self) -> UnitConfig:
        unit = self.after or self.before
        assert unit is not None
        return unit


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A unit's versions in the store, as seen from the plan's moment.

    `latest`: the beginning of the latest that has begun (seconds UTC); `waiting`: those to come, in order.
    """

    in_force: UnitConfig | None = None
    latest: int | None = None
    waiting: tuple[WaitingVersion, ...] = ()

    @property
    def last(self) -> UnitConfig | None:
        """The unit once all that waits has come."""
        return self.waiting[-1].after if self.waiting else self.in_force

    @property
    def known(self) -> UnitConfig | None:
        """The unit as it is, or as it will first be."""
        return self.in_force or next((each.after for each in self.waiting if each.after), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions by HSA-id, and what is left as it is.

    `kept_without_file`: units whose file is gone; `waits`: those whose file comes into force later, and from when.
    """

    at: int
    actions: tuple[UnitAction, ...]
    kept_without_file: tuple[UnitConfig, ...] = ()
    waits: tuple[tuple[UnitConfig, int], ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.actions or self.kept_without_file)

    @property
    def losing(self) -> tuple[UnitAction, ...]:
        """The actions that lose a version that waits."""
        return tuple(action for action in self.actions if action.loses)


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Limits of a plan, and the units that it is about.

    `selected`: keys; None for all. `remove`: end units whose file is gone. `hurry`: put a named unit's file in force
    although it waits already. `broken`: units whose files cannot be read, which are passed over.
    """

    selected: Collection[str] | None = None
    remove: bool = False
    hurry: bool = False
    broken: Collection[str] = ()


def plan(
    files: Mapping[str, UnitConfig], store: Mapping[str, Scheduled], at: int, options: PlanOptions = PlanOptions()
) -> Plan:
    """Compare files with what is in force and what waits; both by `identity.hsa_key`.

    A file that equals what waits last is nothing to do. Units whose file is gone are ended only with `remove`. Raises
    BadInput where a unit has a version that began after the moment (contract, section 3).
    """
    keys = sorted((files.keys() | store.keys()) if options.selected is None else set(options.selected))
    actions, without_file, waits = [], [], []
    for key in keys:
        file, scheduled = files.get(key), store.get(key, Scheduled())
        unit = file or scheduled.known
        if unit is None or key in options.broken:
            continue
        hurried = options.hurry and options.selected is not None
        if _equal(file, scheduled.last) and not (hurried and scheduled.waiting):
            waits += [(unit, scheduled.waiting[-1].begins)] if scheduled.waiting else []
        elif file is None and not options.remove:
            without_file.append(unit)
            continue
        else:
            actions.append(_action(file, scheduled))
        _refuse_rewriting(unit, scheduled, at)
    return Plan(at, tuple(actions), tuple(without_file), tuple(waits))


def _equal(one: UnitConfig | None, other: UnitConfig | None) -> bool:
    return one is other if one is None or other is None else one.same_as(other)


def _action(file: UnitConfig | None, scheduled: Scheduled) -> UnitAction:
    before = scheduled.in_force if file else scheduled.known
    return UnitAction(change_of(before, file), before, file, scheduled.waiting)


def change_of(before: object | None, after: object | None) -> PlanChange:
    """Name what takes one to the other."""
    return PlanChange.REMOVE if after is None else PlanChange.ADD if before is None else PlanChange.CHANGE


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


class Differences(NamedTuple):
    """Differences of two units: of their keys beside the mappings, and of these by code; `is_new`: there was none."""

    fields: tuple[Difference, ...]
    mappings: tuple[MappingDifference, ...]
    is_new: bool


def differences(before: UnitConfig | None, after: UnitConfig | None) -> Differences:
    """Compare two units; None is none."""
    return Differences(unit_differences(before, after), mapping_differences(before, after), before is None)


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
    also = ", ".join(f"{each.calendar} until {local(each.until):%Y-%m-%d}" for each in unit.also)
    return values | {f"coupling.{key}": getattr(unit, key) for key in _COUPLING} | {"coupling.also": also or None}


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
            differing = tuple(_differing(_mapping_values(before), _mapping_values(after)))
            yield MappingDifference(change_of(before, after), code, differing)


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
    purpose: str | None = None

    @property
    def replaced(self) -> bool:
        return self.begins == self.ends


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """Every version of a unit, in order, as seen at a moment."""

    hsa_id: str
    at: int
    versions: tuple[VersionSeen, ...]
