"""Steps of introducing a unit, or closing it (S6, S21 … S29)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.identity import parse_hsa_id
from tidbok_cli.domain.unit import OPTIONAL_SERVICES, SERVICE_KEYS, BookMode
from tidbok_cli.domain.verdict import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tidbok_cli.domain.coupling import SnapshotRead
    from tidbok_cli.domain.coupling_check import RouteNeeded
    from tidbok_cli.domain.unit import CareService, UnitConfig


class StepStatus(StrEnum):
    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class ComingBooking(NamedTuple):
    """A booking that is active and not over; `start` in seconds UTC."""

    booking: str
    code: str
    start: int
    answer: Answer


class Successor(NamedTuple):
    """The unit that takes over from one that is closed, S10: on 1177 a relation follows the HSA-id.

    `shows`: it is in force and shows times; `unrelated`: residents with coming times at either of the two who have no
    relation to it.
    """

    unit: str
    alias: str | None
    shows: bool
    unrelated: int


class UnitSeen(NamedTuple):
    """All that the steps look at.

    `version`, `file`: the unit in force and in its file, or None; `met`: bookings and published times counted by code
    and care type; `comes_at`: when what the file says comes into force, where a version with it waits.
    """

    at: int
    hsa_id: str
    version: UnitConfig | None
    file: UnitConfig | None
    met: Mapping[tuple[str, str | None], int]
    coming: tuple[ComingBooking, ...]
    snapshot: SnapshotRead | None
    routes: tuple[RouteNeeded, ...]
    contacts: Mapping[str, str]
    successor: Successor | None = None
    comes_at: int | None = None


class StepTaken(NamedTuple):
    """A step's status; evidence by name, instants (`_at`) in seconds UTC.

    `waits`: its file has what is needed, and is not in force; `comes_at`: it comes into force then, by itself.
    """

    step: str
    status: StepStatus
    actor: Actor
    evidence: dict[str, Any]
    waits: bool = False
    comes_at: int | None = None


class Checklist(NamedTuple):
    """The steps for one unit at a moment."""

    at: int
    unit: str
    alias: str | None
    name: str | None
    closing: bool
    steps: tuple[StepTaken, ...]
    losing: tuple[ComingBooking, ...]
    successor: Successor | None = None
    has_file: bool = True

    @property
    def complete(self) -> bool:
        return not self.open

    @property
    def open(self) -> tuple[StepTaken, ...]:
        """The steps that are not done, or not known to be, in order."""
        return tuple(step for step in self.steps if step.status is not StepStatus.DONE)


StepFound = tuple[StepStatus, dict[str, Any]]
_NEEDED_CONTACTS: Final = (Actor.COORDINATOR, Actor.REGIONAL_ADMINISTRATION, Actor.HSA_ADMINISTRATION)


def _status(done: bool) -> StepStatus:
    return StepStatus.DONE if done else StepStatus.NOT_DONE


def _hsa_id(seen: UnitSeen) -> StepFound:
    problems = parse_hsa_id(seen.hsa_id).problems
    return _status(not problems), {"hsa_id": seen.hsa_id, "problems": [problem.code for problem in problems]}


def _shows(seen: UnitSeen) -> StepFound:
    differs = seen.file is not None and not (seen.version and seen.version.same_as(seen.file))
    shows = seen.version is not None and seen.version.services.show
    return _status(shows), {
        "in_force": seen.version is not None,
        "show": shows,
        "file_waits_for_apply": differs and seen.comes_at is None,
        "file_comes_into_force_at": seen.comes_at if differs else None,
    }


def _calendar(seen: UnitSeen) -> StepFound:
    calendar = seen.version.calendar if seen.version else None
    return _status(calendar is not None), {"calendar": calendar}


def _routed(seen: UnitSeen) -> StepFound:
    missing = [f"{route.service}: {route.contract}" for route in seen.routes if not route.routed]
    evidence = {
        "logical_address": seen.version.address if seen.version else None,
        "missing": missing,
        "snapshot_taken_at": seen.snapshot.taken_at if seen.snapshot else None,
    }
    if seen.version is None or seen.snapshot is None:
        return StepStatus.UNKNOWN, evidence
    return _status(bool(seen.routes) and not missing), evidence


def _codes(seen: UnitSeen) -> StepFound:
    unmapped: dict[str, int] = {}
    for (code, care_type), count in seen.met.items():
        if seen.version is None or seen.version.mapping(code, care_type) is None:
            unmapped[code] = unmapped.get(code, 0) + count
    return _status(not unmapped and seen.version is not None), {"unmapped": unmapped}


def _labels(seen: UnitSeen) -> StepFound:
    mappings = seen.version.care_services if seen.version else ()
    copies = [mapping.code for mapping in mappings if _is_copy(mapping)]
    labelled = [mapping for mapping in mappings if mapping.label]
    evidence = {"copies": copies, "labels": len(labelled)}
    return (_status(bool(labelled) and not copies) if mappings else StepStatus.UNKNOWN), evidence


def _is_copy(mapping: CareService) -> bool:
    """Tell whether the label only repeats the journal's name (S25)."""
    label, name = (mapping.label or "").strip().casefold(), (mapping.journal_name or "").strip().casefold()
    return bool(label) and label == name


def _decided(seen: UnitSeen) -> StepFound:
    """Look whether each change is decided, and allowed where offered."""
    unit = seen.file or seen.version
    if unit is None:
        return StepStatus.NOT_DONE, {"undecided": list(OPTIONAL_SERVICES), "offered_for_no_code": []}
    undecided = [name for name in OPTIONAL_SERVICES if not unit.has_decided(name)]
    offered = (name for name in OPTIONAL_SERVICES if getattr(unit.services, name))
    idle = [name for name in offered if not any(map(_allows(name), unit.care_services))]
    return _status(not undecided and not idle), {"undecided": undecided, "offered_for_no_code": idle}


def _allows(service: str) -> Callable[[CareService], bool]:
    return lambda mapping: getattr(mapping, service) not in (False, BookMode.NO)


def _contacts(seen: UnitSeen) -> StepFound:
    missing = [str(actor) for actor in _NEEDED_CONTACTS if not seen.contacts.get(actor)]
    return _status(not missing), {"missing": missing}


def _seen_by_residents(seen: UnitSeen) -> StepFound:
    shown = [each for each in seen.coming if each.answer is Answer.SHOWN]
    evidence = {"coming": len(seen.coming), "shown": len(shown), "booking": shown[0].booking if shown else None}
    return (_status(bool(shown)) if seen.coming else StepStatus.UNKNOWN), evidence


# ---------------------------------------------------------------------------------------------- closing


def _told(seen: UnitSeen) -> StepFound:
    shown = sum(each.answer is Answer.SHOWN for each in seen.coming)
    return _status(not shown), {"shown": shown, "coming": len(seen.coming)}


def _switched_off(seen: UnitSeen) -> StepFound:
    offered = [name for name in SERVICE_KEYS if seen.file and getattr(seen.file.services, name)]
    return _status(not offered), {"file": seen.file.origin.file if seen.file else None, "offered": offered}


def _ended(seen: UnitSeen) -> StepFound:
    services = seen.version.services if seen.version else None
    offered = [name for name in SERVICE_KEYS if services and getattr(services, name)]
    return _status(not offered), {"in_force": seen.version is not None, "offered": offered}


def _unrouted(seen: UnitSeen) -> StepFound:
    left = [route.contract for route in seen.routes if route.routed]
    evidence = {"routes": left, "snapshot_taken_at": seen.snapshot.taken_at if seen.snapshot else None}
    return (_status(not left) if seen.snapshot else StepStatus.UNKNOWN), evidence


def _takes_over(seen: UnitSeen) -> StepFound:
    new = seen.successor
    return _status(new is not None and new.shows), {"successor": new.unit if new else None}


def _related(seen: UnitSeen) -> StepFound:
    unrelated = seen.successor.unrelated if seen.successor else 0
    return _status(not unrelated), {"residents_without_relation": unrelated}


def _moved(seen: UnitSeen) -> StepFound:
    return _status(not seen.coming), {"coming": len(seen.coming)}


class ChecklistStep(NamedTuple):
    """A step: its name, its actor, and whether it is done."""

    name: str
    actor: Actor
    look: Callable[[UnitSeen], StepFound]


INTRODUCING: Final = (
    ChecklistStep("hsa_id", Actor.HSA_ADMINISTRATION, _hsa_id),
    ChecklistStep("shows", Actor.COORDINATOR, _shows),
    ChecklistStep("calendar", Actor.COORDINATOR, _calendar),
    ChecklistStep("routed", Actor.REGIONAL_ADMINISTRATION, _routed),
    ChecklistStep("codes", Actor.COORDINATOR, _codes),
    ChecklistStep("labels", Actor.CLINIC, _labels),
    ChecklistStep("decided", Actor.CLINIC, _decided),
    ChecklistStep("contacts", Actor.REGIONAL_ADMINISTRATION, _contacts),
    ChecklistStep("shown", Actor.COORDINATOR, _seen_by_residents),
)
CLOSING: Final = (
    ChecklistStep("residents_told", Actor.CLINIC, _told),
    ChecklistStep("switched_off", Actor.COORDINATOR, _switched_off),
    ChecklistStep("ended", Actor.COORDINATOR, _ended),
    ChecklistStep("unrouted", Actor.REGIONAL_ADMINISTRATION, _unrouted),
)

SUCCEEDED: Final = (
    ChecklistStep("successor", Actor.COORDINATOR, _takes_over),
    ChecklistStep("related", Actor.CLINIC, _related),
    ChecklistStep("moved", Actor.CLINIC, _moved),
    *CLOSING[1:],
)
"""Of closing a unit whose residents another takes over: nobody is told another way, their times move."""


def checklist(seen: UnitSeen, *, closing: bool) -> Checklist:
    """Take the steps of introducing a unit, or of closing it."""
    steps: Sequence[ChecklistStep] = INTRODUCING
    if closing:
        steps = SUCCEEDED if seen.successor else CLOSING
    losing = tuple(each for each in seen.coming if each.answer is Answer.SHOWN) if closing else ()
    unit = seen.version or seen.file
    alias, name = (unit.alias, unit.name) if unit else (None, None)
    taken = tuple(_taken(steps, seen))
    return Checklist(
        seen.at, seen.hsa_id, alias, name, closing, taken, losing, seen.successor, has_file=seen.file is not None
    )


def _taken(steps: Sequence[ChecklistStep], seen: UnitSeen) -> Iterator[StepTaken]:
    """Take each step; where it fails, look whether it would be done with the file in force."""
    applied = seen._replace(version=seen.file)
    for step in steps:
        status, evidence = step.look(seen)
        waits = status is not StepStatus.DONE and seen.file is not None and step.look(applied)[0] is StepStatus.DONE
        if waits:
            yield StepTaken(step.name, StepStatus.NOT_DONE, Actor.COORDINATOR, evidence, waits, seen.comes_at)
        else:
            yield StepTaken(step.name, status, step.actor, evidence)
