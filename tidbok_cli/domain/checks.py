"""The one place that decides what is shown, and what residents may.

`CHECKS` is the table of the contract, section 4, in its order, with the journal's of section 5, which is asked where it
is wanted; of a check's reasons the first that holds is given.
`judge` (domain/verdict.py) evaluates all checks of an action, each on its own facts.
"""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple

from tidbok_cli.domain.facts import Action, BasisState, BookingStatus, CalendarState, Facts, JournalState, SlotState
from tidbok_cli.domain.relation import Relation


class Result(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Actor(StrEnum):
    """Who can act on a finding (S28, S29)."""

    COORDINATOR = "coordinator"
    CLINIC = "clinic"
    RESIDENT = "resident"
    REGIONAL_ADMINISTRATION = "regional_administration"
    HSA_ADMINISTRATION = "hsa_administration"


class Reason(NamedTuple):
    """A reason not to pass, read from the facts for an action.

    Without actor: nobody can mend it.
    """

    code: str
    holds: Callable[[Facts, Action], bool]
    rules: tuple[str, ...]
    actor: Actor | None
    result: Result = Result.FAIL
    actions: tuple[Action, ...] = tuple(Action)


class Check(NamedTuple):
    """One thing that must hold, for these actions, by these rules."""

    name: str
    actions: tuple[Action, ...]
    rules: tuple[str, ...]
    reasons: tuple[Reason, ...]


def _off(flag: bool | None) -> bool:
    """Known, and not so; SQLite says 0 where PostgreSQL says false."""
    return flag is not None and not flag


def _unit_offers(facts: Facts, action: Action) -> bool:
    return bool(getattr(facts, f"unit_{action}"))


def _mapping_allows(facts: Facts, action: Action) -> bool:
    if action is Action.BOOK:
        return facts.mapped_book in ("open", "basis")
    return bool(getattr(facts, f"mapped_{action}"))


def _life(life: BookingStatus) -> Callable[[Facts, Action], bool]:
    return lambda facts, _: facts.life == life


def _ended(relation: Relation) -> Callable[[Facts, Action], bool]:
    return lambda facts, _: facts.relation_required and facts.relation == relation


def _never(facts: Facts, _: Action) -> bool:
    nothing_known = facts.relation is None and not facts.relation_data_partial
    return facts.relation_required and (nothing_known or facts.relation == Relation.NEVER)


def _no_data(facts: Facts, _: Action) -> bool:
    return facts.relation_required and facts.relation is None and facts.relation_data_partial


def _basis(basis: BasisState) -> Callable[[Facts, Action], bool]:
    return lambda facts, _: facts.mapped_book == "basis" and facts.basis == basis


def _slot(slot: SlotState) -> Callable[[Facts, Action], bool]:
    return lambda facts, _: facts.slot == slot


def _journal(said: JournalState) -> Callable[[Facts, Action], bool]:
    return lambda facts, _: facts.journal == said


_ALL: Final = tuple(Action)

_OF_A_BOOKING: Final = (Action.SHOW, Action.CANCEL, Action.REBOOK)

_CHANGES: Final = (Action.CANCEL, Action.REBOOK, Action.BOOK)

CHECKS: Final = (
    Check(
        "booking",
        _OF_A_BOOKING,
        ("S8",),
        (
            Reason("not_yet_made", _life(BookingStatus.NOT_YET_MADE), ("S8",), None),
            Reason("cancelled", _life(BookingStatus.CANCELLED), ("S2", "S8"), Actor.CLINIC),
            Reason("rebooked", _life(BookingStatus.REBOOKED), ("S3", "S8"), Actor.CLINIC),
        ),
    ),
    Check(
        "window",
        _OF_A_BOOKING,
        ("S20",),
        (Reason("over", lambda facts, _: facts.over, ("S20",), None),),
    ),
    Check(
        "unit",
        _ALL,
        ("S6", "S21"),
        (
            Reason("not_configured", lambda facts, _: facts.unit_show is None, ("S21",), Actor.COORDINATOR),
            Reason(
                "show_off",
                lambda facts, _: _off(facts.unit_show),
                ("S6", "S7", "S21"),
                Actor.COORDINATOR,
                actions=_OF_A_BOOKING,
            ),
        ),
    ),
    Check(
        "coupling",
        _ALL,
        ("S22",),
        (
            Reason("missing", lambda facts, _: facts.calendar == CalendarState.MISSING, ("S22",), Actor.COORDINATOR),
            Reason("other_calendar", lambda facts, _: facts.calendar == CalendarState.OTHER, ("S22",), Actor.CLINIC),
            Reason(
                "not_routed",
                lambda facts, _: _off(facts.routed),
                ("S22",),
                Actor.REGIONAL_ADMINISTRATION,
            ),
            Reason(
                "unverified",
                lambda facts, _: facts.routed is None and facts.require_verified_coupling,
                ("S22",),
                Actor.REGIONAL_ADMINISTRATION,
                Result.UNKNOWN,
            ),
        ),
    ),
    Check(
        "service",
        _ALL,
        ("S23", "S25"),
        (
            Reason("not_mapped", lambda facts, _: facts.mapped_show is None, ("S23", "S27"), Actor.COORDINATOR),
            Reason(
                "show_off",
                lambda facts, _: _off(facts.mapped_show),
                ("S7", "S23", "S27"),
                Actor.COORDINATOR,
                actions=_OF_A_BOOKING,
            ),
        ),
    ),
    Check(
        "relation",
        _OF_A_BOOKING,
        ("S10", "S11"),
        (
            Reason("never", _never, ("S10", "S12", "S13", "S14", "S15", "S16", "S26"), Actor.RESIDENT),
            Reason("removed_by_resident", _ended(Relation.REMOVED_BY_RESIDENT), ("S10", "S17"), Actor.RESIDENT),
            Reason("approval_withdrawn", _ended(Relation.APPROVAL_WITHDRAWN), ("S10", "S18"), Actor.CLINIC),
            Reason("no_data", _no_data, ("S10",), Actor.COORDINATOR, Result.UNKNOWN),
        ),
    ),
    Check(
        "offer",
        _CHANGES,
        ("S6",),
        (Reason("off", lambda facts, action: not _unit_offers(facts, action), ("S6",), Actor.COORDINATOR),),
    ),
    Check(
        "permission",
        _CHANGES,
        ("S5", "S24"),
        (
            Reason(
                "off",
                lambda facts, action: not _mapping_allows(facts, action),
                ("S5", "S24", "S27"),
                Actor.COORDINATOR,
            ),
        ),
    ),
    Check(
        "deadline",
        _CHANGES,
        ("S2", "S3", "S4"),
        (Reason("passed", lambda facts, _: facts.late, ("S2", "S3", "S4"), Actor.CLINIC),),
    ),
    Check(
        "basis",
        (Action.BOOK,),
        ("S5",),
        tuple(
            Reason(str(basis), _basis(basis), ("S5",), Actor.CLINIC)
            for basis in (BasisState.NONE, BasisState.NOT_YET_VALID, BasisState.EXPIRED, BasisState.USED)
        ),
    ),
    Check(
        "slot",
        (Action.REBOOK, Action.BOOK),
        ("S4", "S9"),
        tuple(
            Reason(str(slot), _slot(slot), ("S4",), Actor.CLINIC)
            for slot in (
                SlotState.TAKEN,
                SlotState.WITHDRAWN,
                SlotState.OVER,
                SlotState.OTHER_UNIT,
                SlotState.OTHER_SERVICE,
            )
        ),
    ),
    Check(
        "journal",
        _OF_A_BOOKING,
        ("S8",),
        (
            Reason("not_offered", _journal(JournalState.NOT_OFFERED), ("S8",), Actor.CLINIC),
            Reason(
                "not_allowed",
                _journal(JournalState.NOT_ALLOWED),
                ("S8", "S24"),
                Actor.COORDINATOR,
                actions=(Action.CANCEL, Action.REBOOK),
            ),
            Reason("silent", _journal(JournalState.SILENT), ("S8",), Actor.REGIONAL_ADMINISTRATION, Result.UNKNOWN),
            Reason("breach", _journal(JournalState.BREACH), ("S8",), Actor.REGIONAL_ADMINISTRATION, Result.UNKNOWN),
        ),
    ),
)
