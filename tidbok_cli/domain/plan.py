"""What has to be done so that the units in force are as their files say: a list of action values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tidbok_cli.domain.units import UnitConfig
from tidbok_cli.errors import BadInput


class Change(StrEnum):
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class UnitAction:
    """One unit's next version: `after` is in force from the moment of the plan on, `before` was until then.

    `replaces_waiting`: a version that was to come into force later never will.
    """

    change: Change
    before: UnitConfig | None
    after: UnitConfig | None
    replaces_waiting: bool = False

    @property
    def unit(self) -> UnitConfig:
        told = self.after or self.before
        assert told is not None
        return told


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What the store has for a unit: the version in force at the moment of the plan, when the latest version that
    has begun did so (seconds UTC), whether any waits after the moment, and what the first of those says."""

    in_force: UnitConfig | None = None
    latest: int | None = None
    waits: bool = False
    coming: UnitConfig | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions, in order of HSA-id, and the units in force whose file is gone and that are kept."""

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
    """Compares the files with what is in force at the moment; both are by `identity.hsa_key`.

    A version that waits after the moment is replaced. Units in force without a file are ended only with `remove`.
    Raises BadInput where a unit has a version that began after the moment (contract, section 3).
    """
    keys = sorted((files.keys() | store.keys()) if selected is None else selected)
    actions, kept = [], []
    for key in keys:
        file, scheduled = files.get(key), store.get(key, Scheduled())
        unit = file or scheduled.in_force or scheduled.coming
        if unit is None:
            continue
        if file is None and not remove:
            kept.append(unit)
            continue
        _refuse_rewriting(unit, scheduled, at)
        action = _action(unit, file, scheduled)
        if action:
            actions.append(action)
    return Plan(at, tuple(actions), tuple(kept))


def _action(unit: UnitConfig, file: UnitConfig | None, scheduled: Scheduled) -> UnitAction | None:
    if file is None:
        return UnitAction(Change.REMOVE, unit, None, scheduled.waits)
    if scheduled.in_force is None:
        return UnitAction(Change.ADD, None, file, scheduled.waits)
    if scheduled.in_force.same_as(file) and not scheduled.waits:
        return None
    return UnitAction(Change.CHANGE, scheduled.in_force, file, scheduled.waits)


def _refuse_rewriting(unit: UnitConfig, scheduled: Scheduled, at: int) -> None:
    if scheduled.latest is not None and at < scheduled.latest:
        raise BadInput("apply.before_latest", unit=unit.hsa_id, latest_at=scheduled.latest)
