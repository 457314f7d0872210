"""The program against support/oracle.py, a second statement of the rules.

`TIDBOK_WORLDS=2000` asks about that many random regions, new ones each time (default: 15, always the same).
"""

import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from support.command_line import Run
from support.oracle import (
    ACTIONS,
    HOUR,
    NEEDS,
    Apply,
    Booking,
    BookingRow,
    EventRow,
    ImportBookings,
    ImportRelations,
    ImportTak,
    Mapping,
    Policy,
    Region,
    Route,
    Step,
    Unit,
    masked,
    moment,
    region,
    stockholm,
)
from support.region import RegionAt
from support.thorough import THOROUGH, examples
from support.worlds import (
    AUTUMN,
    CONTRACTS,
    OFTEN,
    PARENT,
    RESIDENTS,
    SPRING,
    UNITS,
    World,
    boundaries,
    build,
    worlds,
    written,
)

WORLDS = int(os.environ.get("TIDBOK_WORLDS") or examples(10))


# Questions, asked of both

LINE = ("unit", "booking", "resident", "code", "start", "verdict", "reasons")


def check_sweep(run: Run, world: Region, at: int, form: int, everything: bool, only: tuple[str, ...] = ()) -> None:
    """`only` is () or ("--unit", U) or ("--from", day, "--to", day)."""
    unit = only[1] if only[:1] == ("--unit",) else None
    day = only[1] if only[:1] == ("--from",) else None
    wanted = [
        {
            "unit": line.booking.row.unit,
            "booking": line.booking.row.booking,
            "resident": masked(line.booking.row.resident),
            "code": line.booking.row.code,
            "start": stockholm(line.booking.row.start),
            "verdict": line.verdict,
            "reasons": list(line.reasons),
        }
        for line in world.sweep(at, everything, unit, day)
    ]
    args = ("sweep", "-o", "json", "--at", written(at, form), *(["--all"] if everything else []), *only)
    ran = run(*args)
    assert ran.status in (0, 1), f"{args}\n{ran.err}"
    told: list[dict[str, Any]] = json.loads(ran.out)
    assert [{key: line[key] for key in LINE} for line in told] == wanted, args
    assert ran.status == int(any(line["verdict"] != "shown" for line in wanted)), args


def check_summary(run: Run, world: Region, at: int, form: int, everything: bool) -> None:
    args = ("sweep", "--summary", "-o", "json", "--at", written(at, form), *(["--all"] if everything else []))
    ran = run(*args)
    told: list[dict[str, Any]] = json.loads(ran.out)
    counted = Counter({(line["verdict"], tuple(line["reasons"])): line["bookings"] for line in told})
    assert counted == world.summary(at, everything), args
    sizes = [line["bookings"] for line in told]
    assert sizes == sorted(sizes, reverse=True), args
    assert len(sizes) == len(counted), args


def check_why(run: Run, world: Region, booking: Booking, action: str, at: int, form: int) -> None:
    row = booking.row
    verdict, checks = world.why(booking, action, at)
    args = ("why", row.booking, "--unit", row.unit, "--action", action, "--at", written(at, form), "-o", "json")
    ran = run(*args)
    assert ran.status == (0 if verdict in ("shown", "allowed") else 1), f"{args}\n{ran.err}"
    told: dict[str, Any] = json.loads(ran.out)
    answered = [(c["check"], c["result"], None if c["result"] == "pass" else c["reason"]) for c in told["checks"]]
    assert answered == [(c.check, c.result, c.reason) for c in checks], args
    assert (told["verdict"], told["action"], told["at"]) == (verdict, action, stockholm(at)), args
    about = told["booking"]
    known = (row.unit, row.booking, masked(row.resident), row.code, stockholm(row.start))
    assert (about["unit"], about["id"], about["resident"], about["code"], about["start"]) == known, args
    assert about["created_at"] == stockholm(booking.created_at), args
    if at >= booking.created_at:
        assert about["status"] == (booking.ended(at) or "booked"), args


def check_life(run: Run, world: Region, booking: Booking, edges: list[int], form: int) -> None:
    """The intervals of `booking show` say what the oracle says at every edge, and what `why` says at their own."""
    row = booking.row
    ran = run("booking", "show", row.booking, "--unit", row.unit, "-o", "json")
    intervals: list[dict[str, Any]] = json.loads(ran.out)["intervals"]
    begins = [moment(each["begins"]) for each in intervals[1:]]
    assert [each["ends"] for each in intervals] == [*(each["begins"] for each in intervals[1:]), None]
    assert intervals[0]["begins"] is None and begins == sorted(set(begins))

    def told(at: int) -> tuple[str, list[str]]:
        interval = intervals[sum(begun <= at for begun in begins)]
        return interval["verdict"], interval["reasons"]

    for at in sorted({edge + beside for edge in edges for beside in (-1, 0, 1)}):
        verdict, checks = world.why(booking, "show", at)
        assert told(at) == (verdict, [f"{c.check}.{c.reason}" for c in checks if c.reason]), stockholm(at)
    for at in sorted({begun + beside for begun in begins for beside in (-1, 0, 1)}):
        args = ("why", row.booking, "--unit", row.unit, "--at", written(at, form), "-o", "json")
        answer = json.loads(run(*args).out)
        reasons = [f"{c['check']}.{c['reason']}" for c in answer["checks"] if c["result"] != "pass"]
        assert told(at) == (answer["verdict"], reasons), args
    for interval, following in pairwise(intervals):
        assert (interval["verdict"], interval["reasons"]) != (following["verdict"], following["reasons"])
        assert interval["ended_by"] == [each for each in following["reasons"] if each not in interval["reasons"]]


# Random regions


def close_calls(known: Region, edges: list[int]) -> list[int]:
    """The boundaries at which one check alone decides about some booking, on one side or the other."""
    return [
        edge
        for edge in edges
        if any(len(line.reasons) <= 1 for at in (edge - 1, edge) for line in known.sweep(at, everything=True))
    ]


@st.composite
def filters(draw: st.DrawFn, known: Region) -> tuple[str, ...]:
    row = draw(st.sampled_from([booking.row for booking in known.bookings.values()]))
    day = stockholm(row.start)[:10]
    return draw(st.sampled_from(((), (), ("--unit", row.unit), ("--from", day, "--to", day))))


@settings(
    max_examples=WORLDS,
    derandomize=not THOROUGH and "TIDBOK_WORLDS" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(data=st.data())
def test_random_regions(data: st.DataObject, region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> None:
    world = data.draw(worlds())
    known = region(world.policy, world.steps)
    edges = boundaries(world, known)
    edge = st.sampled_from(edges) | st.sampled_from(close_calls(known, edges) or edges)
    near = st.builds(lambda edge, seconds: edge + seconds, edge, st.sampled_from((0, -1, 0, 1)))
    everything = data.draw(st.lists(st.tuples(near, OFTEN, filters(known)), min_size=8, max_size=12))
    counts = data.draw(st.lists(st.tuples(near, OFTEN), min_size=1, max_size=2))
    booking = st.sampled_from(list(known.bookings.values()))
    whys = data.draw(st.lists(st.tuples(booking, st.sampled_from(ACTIONS), near), min_size=4, max_size=8))
    lived = data.draw(booking)
    folder = tmp_path_factory.mktemp("world")
    try:
        run = build(region_at, folder, world.policy, world.steps, world.form)
        for at, all_of_them, only in everything:
            check_sweep(run, known, at, world.form, all_of_them, only)
        for at, all_of_them in counts:
            check_summary(run, known, at, world.form, all_of_them)
        for each, action, at in whys:
            event(f"{action}: {known.why(each, action, at)[0]}")
            check_why(run, known, each, action, at, world.form)
        check_life(run, known, lived, edges, world.form)
    except AssertionError:
        note(f"{world.policy}")
        for step in world.steps:
            note(f"{stockholm(step.at)} {step}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Known hard cases, each with its answer written out


U, R = UNITS[0], RESIDENTS[0]
DEFAULT = Policy()
START = moment("2026-03-02T10:00:00")
FULL = Unit(True, True, True, "TB1", None, (Mapping("A", True, True, True, 24), Mapping("B", False)))
ON = Apply(moment("2026-01-01T00:00:00"), ((U, FULL),))
B1 = BookingRow(U, "b1", R, "A", START, created_at=moment("2026-02-01T08:00:00"))
KNOWN = ImportBookings((B1,), moment("2026-02-01T09:00:00"))
FEBRUARY = moment("2026-02-20T12:00:00")


def happened(*events: str) -> ImportRelations:
    """Events of 10 February, a minute apart."""
    first = moment("2026-02-10T10:00:00")
    return ImportRelations(tuple(EventRow(R, U, kind, first + 60 * i) for i, kind in enumerate(events)), FEBRUARY)


def at_once(*events: str) -> ImportRelations:
    first = moment("2026-02-10T10:00:00")
    return ImportRelations(tuple(EventRow(R, U, kind, first) for kind in events), FEBRUARY)


def made(**values: Any) -> ImportBookings:
    return ImportBookings((replace(B1, **values),), KNOWN.at)


@dataclass(frozen=True)
class Case:
    name: str
    steps: tuple[Step, ...]
    reasons: tuple[str, ...] = ()
    at: int = FEBRUARY
    action: str = "show"
    policy: Policy = DEFAULT
    verdict: str = ""  # empty: what follows from the reasons

    def answer(self) -> str:
        good, bad = ("shown", "hidden") if self.action == "show" else ("allowed", "denied")
        return self.verdict or (bad if self.reasons else good)


ADDED = happened("clinic_added")
SPRING_START = moment("2026-03-29T01:30:00+01:00")
AUTUMN_START = moment("2026-10-25T02:30:00+02:00")
NOON = moment("2026-03-29T12:00:00+02:00")
CLINIC_MADE = made(origin="clinic")
NO_CALENDAR = Unit(True, False, False, None, None, FULL.mappings)
AT_PARENT = replace(ON, files=((U, replace(FULL, address=PARENT)),))
SHOWING = NEEDS["show"]


def tak(address: str, contracts: tuple[str, ...], at: int = KNOWN.at, ends: int | None = None) -> ImportTak:
    return ImportTak(tuple(Route(address, contract, ON.at, ends) for contract in contracts), at)


NOT_ROUTED = ("coupling.not_routed",)
PERIODS = Policy(((moment("2026-02-15T00:00:00"), False), (moment("2026-02-25T00:00:00"), True)))
PARTIAL = Policy(relation_data="partial")

CASES = [
    Case("an added clinic shows", (ON, KNOWN, ADDED)),
    Case("S10 no relation at all", (ON, KNOWN), ("relation.never",)),
    Case("S19 removed but still approved", (ON, KNOWN, happened("communication_approved", "clinic_removed"))),
    Case(
        "S19 until the approval is withdrawn",
        (ON, KNOWN, happened("communication_approved", "clinic_removed", "approval_withdrawn")),
        ("relation.approval_withdrawn",),
    ),
    Case(
        "S18 ends also what the resident had added",
        (ON, KNOWN, happened("clinic_added", "communication_approved", "approval_withdrawn")),
        ("relation.approval_withdrawn",),
    ),
    Case("S18 without an approval changes nothing", (ON, KNOWN, happened("clinic_added", "approval_withdrawn"))),
    Case("S17 without effect", (ON, KNOWN, happened("clinic_removed")), ("relation.never",)),
    Case(
        "an end without effect is not the last end",
        (ON, KNOWN, happened("communication_approved", "approval_withdrawn", "clinic_removed")),
        ("relation.approval_withdrawn",),
    ),
    Case("a removal ends", (ON, KNOWN, happened("clinic_added", "clinic_removed")), ("relation.removed_by_resident",)),
    Case("a new relation after an end", (ON, KNOWN, happened("clinic_added", "clinic_removed", "summons_received"))),
    Case(
        "one second, in the order of recording: removed last",
        (ON, KNOWN, at_once("clinic_added", "clinic_removed")),
        ("relation.removed_by_resident",),
    ),
    Case("one second, in the order of recording: added last", (ON, KNOWN, at_once("clinic_removed", "clinic_added"))),
    Case("the event's own second counts", (ON, KNOWN, ADDED), at=ADDED.rows[0].occurred_at),
    Case("the second before it", (ON, KNOWN, ADDED), ("relation.never",), at=ADDED.rows[0].occurred_at - 1),
    Case(
        "a late event gives effect to what had none when it was recorded",
        (ON, KNOWN, happened("clinic_removed"), ImportRelations((EventRow(R, U, "clinic_added", KNOWN.at),), FEBRUARY)),
        ("relation.removed_by_resident",),
    ),
    Case("S20 one second before two hours", (ON, KNOWN, ADDED), at=START + 2 * HOUR - 1),
    Case("S20 at exactly two hours it is gone", (ON, KNOWN, ADDED), ("window.over",), at=START + 2 * HOUR),
    Case(
        "S20 two elapsed hours in the spring night: last second",
        (ON, made(start=SPRING_START), ADDED),
        at=moment("2026-03-29T04:29:59+02:00"),
    ),
    Case(
        "S20 two elapsed hours in the spring night",
        (ON, made(start=SPRING_START), ADDED),
        ("window.over",),
        at=moment("2026-03-29T04:30:00+02:00"),
    ),
    Case(
        "S20 two elapsed hours in the autumn night: last second",
        (ON, made(start=AUTUMN_START), ADDED),
        at=moment("2026-10-25T03:29:59+01:00"),
    ),
    Case(
        "S20 two elapsed hours in the autumn night",
        (ON, made(start=AUTUMN_START), ADDED),
        ("window.over",),
        at=moment("2026-10-25T03:30:00+01:00"),
    ),
    Case(
        "24 elapsed hours before a start after the spring night: last second",
        (ON, made(start=NOON), ADDED),
        action="cancel",
        at=moment("2026-03-28T10:59:59+01:00"),
    ),
    Case(
        "24 elapsed hours before a start after the spring night",
        (ON, made(start=NOON), ADDED),
        ("deadline.passed",),
        action="cancel",
        at=moment("2026-03-28T11:00:00+01:00"),
    ),
    Case("S26 made when configured", (ON, CLINIC_MADE)),
    Case("S26 made before the configuration", (CLINIC_MADE, ON), ("relation.never",)),
    Case(
        "S26 made before the configuration is in force",
        (replace(ON, at=CLINIC_MADE.rows[0].created_at or 0), made(origin="clinic", created_at=KNOWN.at - 2 * HOUR)),
        ("relation.never",),
    ),
    Case("S26 asks for no calendar", (replace(ON, files=((U, NO_CALENDAR),)), CLINIC_MADE), ("coupling.missing",)),
    Case(
        "S26 of a mapping that shows nothing",
        (ON, made(origin="clinic", code="B")),
        ("service.show_off", "relation.never"),
    ),
    Case("S26 by the care type", (ON, made(origin="clinic", code="X", care_type="A"))),
    Case(
        "S26 a notice gives no relation",
        (ON, CLINIC_MADE),
        ("relation.never",),
        policy=Policy(clinic_booking_message="notice"),
    ),
    Case(
        "S26 of a cancelled booking",
        (ON, made(origin="clinic", status="cancelled", ended_at=KNOWN.at)),
        ("booking.cancelled",),
    ),
    Case(
        "S15 whatever the configuration",
        (made(origin="resident"),),
        ("unit.not_configured", "coupling.missing", "service.not_mapped"),
    ),
    Case("an empty origin is no relation event", (ON, made(origin="")), ("relation.never",)),
    Case(
        "S11 before the first period a relation is required",
        (ON, KNOWN),
        ("relation.never",),
        moment("2026-02-14T23:59:59"),
        policy=PERIODS,
    ),
    Case("S11 a period without the requirement", (ON, KNOWN), (), moment("2026-02-15T00:00:00"), policy=PERIODS),
    Case(
        "S11 the requirement comes back",
        (ON, KNOWN),
        ("relation.never",),
        moment("2026-02-25T00:00:00"),
        policy=PERIODS,
    ),
    Case("partial: no event known", (ON, KNOWN), ("relation.no_data",), policy=PARTIAL, verdict="unknown"),
    Case(
        "partial: an event without effect is known",
        (ON, KNOWN, happened("clinic_removed")),
        ("relation.never",),
        policy=PARTIAL,
    ),
    Case(
        "partial, and a failure beside it",
        (ON, made(calendar="TB2")),
        ("coupling.other_calendar", "relation.no_data"),
        policy=PARTIAL,
    ),
    Case("partial: a later event is known", (ON, KNOWN, ADDED), ("relation.never",), KNOWN.at, policy=PARTIAL),
    Case(
        "unverified",
        (ON, KNOWN, ADDED),
        ("coupling.unverified",),
        policy=Policy(require_verified_coupling=True),
        verdict="unknown",
    ),
    Case("S22 all routes", (ON, KNOWN, ADDED, tak(U, SHOWING))),
    Case("S22 one route missing", (ON, KNOWN, ADDED, tak(U, NEEDS["cancel"][:1])), NOT_ROUTED),
    Case("S22 addresses differ in case", (ON, KNOWN, ADDED, tak(U.lower(), SHOWING))),
    Case("S22 routed at a parent", (AT_PARENT, KNOWN, ADDED, tak(PARENT.upper(), SHOWING))),
    Case("S22 routed at a parent and not there", (AT_PARENT, KNOWN, ADDED, tak(U, SHOWING)), NOT_ROUTED),
    Case("S22 before the snapshot", (ON, KNOWN, ADDED, tak(U, (), FEBRUARY)), at=FEBRUARY - 1),
    Case("S22 from the snapshot on", (ON, KNOWN, ADDED, tak(U, (), FEBRUARY)), NOT_ROUTED),
    Case("S22 a route's last second", (ON, KNOWN, ADDED, tak(U, SHOWING, ends=FEBRUARY)), at=FEBRUARY - 1),
    Case("S22 a route's end", (ON, KNOWN, ADDED, tak(U, SHOWING, ends=FEBRUARY)), NOT_ROUTED),
    Case("S22 a later snapshot", (ON, KNOWN, ADDED, tak(U, SHOWING), tak(U, (), FEBRUARY + 1))),
    Case(
        "S22 another calendar goes first", (ON, made(calendar="TB2"), ADDED, tak(U, ())), ("coupling.other_calendar",)
    ),
    Case(
        "S22 to cancel, it must be shown",
        (ON, KNOWN, ADDED, tak(U, NEEDS["cancel"])),
        NOT_ROUTED,
        action="cancel",
    ),
    Case("S22 to cancel", (ON, KNOWN, ADDED, tak(U, (*SHOWING, *NEEDS["cancel"]))), action="cancel"),
    Case("S22 to rebook", (ON, KNOWN, ADDED, tak(U, CONTRACTS)), action="rebook"),
    Case("S22 to rebook, one missing", (ON, KNOWN, ADDED, tak(U, CONTRACTS[:-1])), NOT_ROUTED, action="rebook"),
    Case(
        "S22 as the region has chosen",
        (ON, KNOWN, ADDED, tak(U, SHOWING[:1])),
        policy=Policy(contracts=(("show", SHOWING[:1]),)),
    ),
    Case("S22 verified", (ON, KNOWN, ADDED, tak(U, SHOWING)), policy=Policy(require_verified_coupling=True)),
    Case("S23 the care type where the code has no mapping", (ON, made(code="X", care_type="A"), ADDED)),
    Case(
        "S23 the code's own mapping goes before the care type's",
        (ON, made(code="B", care_type="A"), ADDED),
        ("service.show_off",),
    ),
    Case("S23 neither", (ON, made(code="X", care_type="Y"), ADDED), ("service.not_mapped",)),
    Case("S22 another calendar", (ON, made(calendar="TB2"), ADDED), ("coupling.other_calendar",)),
    Case(
        "S22 no calendar goes first",
        (replace(ON, files=((U, NO_CALENDAR),)), made(calendar="TB2"), ADDED),
        ("coupling.missing",),
    ),
    Case(
        "no mapping has deadline 0",
        (ON, made(code="X"), ADDED),
        ("service.not_mapped", "permission.off"),
        START - 1,
        "cancel",
    ),
    Case(
        "cancelling at the start",
        (ON, made(code="X"), ADDED),
        ("service.not_mapped", "permission.off", "deadline.passed"),
        START,
        "cancel",
    ),
    Case(
        "a unit ended with --remove",
        (ON, KNOWN, ADDED, Apply(FEBRUARY, (), True)),
        ("unit.not_configured", "coupling.missing", "service.not_mapped"),
    ),
    Case("a file gone without --remove", (ON, KNOWN, ADDED, Apply(FEBRUARY, ()))),
    Case("the same second replaces", (ON, replace(ON, files=((U, NO_CALENDAR),)), KNOWN, ADDED), ("coupling.missing",)),
    Case(
        "ended when first seen ended",
        (ON, KNOWN, ADDED, replace(made(status="rebooked"), at=FEBRUARY)),
        ("booking.rebooked",),
    ),
    Case(
        "active until first seen ended",
        (ON, KNOWN, ADDED, replace(made(status="rebooked"), at=FEBRUARY)),
        at=FEBRUARY - 1,
    ),
    Case("a cancelled booking that comes back is live", (ON, made(status="cancelled"), ADDED, KNOWN)),
    Case(
        "not yet made", (ON, KNOWN, ADDED), ("booking.not_yet_made", "relation.never"), at=moment("2026-02-01T07:59:59")
    ),
]
BY_NAME = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@BY_NAME
def test_the_oracle_answers(case: Case) -> None:
    known = region(case.policy, case.steps)
    verdict, checks = known.why(known.bookings[U, "b1"], case.action, case.at)
    assert tuple(f"{check.check}.{check.reason}" for check in checks if check.reason) == case.reasons
    assert verdict == case.answer()


@BY_NAME
def test_the_program_answers(case: Case, region_at: RegionAt, tmp_path: Path) -> None:
    known = region(case.policy, case.steps)
    run = build(region_at, tmp_path, case.policy, case.steps)
    check_why(run, known, known.bookings[U, "b1"], case.action, case.at, 0)
    for everything in (False, True):
        check_sweep(run, known, case.at, 0, everything)
        check_summary(run, known, case.at, 0, everything)


def test_forms_of_a_moment() -> None:
    for at in (SPRING - 1, SPRING, AUTUMN - HOUR, AUTUMN - 1, AUTUMN, AUTUMN + HOUR):
        assert {moment(written(at, form)) for form in range(4)} == {at}
    assert moment("2026-10-25T02:30:00") == AUTUMN_START
    with pytest.raises(ValueError, match="does not exist"):
        moment("2026-03-29T02:30:00")


@settings(max_examples=examples(25), deadline=None, derandomize=not THOROUGH, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_the_oracle_stands_still_between_boundaries(world: World) -> None:
    """`boundaries` misses nothing: an answer never changes elsewhere."""
    known = region(world.policy, world.steps)
    edges = boundaries(world, known)
    for booking in known.bookings.values():
        for before, after in pairwise(edges):
            for action in ACTIONS:
                assert known.why(booking, action, before) == known.why(booking, action, after - 1)
