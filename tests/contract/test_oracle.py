"""The program against support/oracle.py, a second statement of the rules.

`TIDBOK_WORLDS=2000` asks about that many random regions, new ones each time (default: 15, always the same).
"""

import csv
import io
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from support.oracle import (
    ACTIONS,
    ENDED,
    HOUR,
    NEEDS,
    STOCKHOLM,
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
    Void,
    masked,
    moment,
    region,
    stockholm,
)
from support.people import ANNA, BO, CILLA
from support.tak import Way, by_name, by_number, by_older_writer
from support.thorough import THOROUGH, examples

WORLDS = int(os.environ.get("TIDBOK_WORLDS") or examples(15))
DAY = 24 * HOUR
SPRING, AUTUMN = moment("2026-03-29T01:00:00+00:00"), moment("2026-10-25T01:00:00+00:00")
RESIDENTS = (ANNA, BO, CILLA)
UNITS = ("SE2321000024-A1", "SE2321000024-B2", "SE2321000024-C3")
NO_FILE = "SE2321000024-Z9"  # no file ever names it
CODES = ("A", "B", "C")
CALENDARS = ("TB1", "TB2")
PARENT = "Parent-17"
CONTRACTS = tuple(sorted({contract for contracts in NEEDS.values() for contract in contracts}))
EVENTS = (
    "clinic_added",
    "communication_approved",
    "summons_received",
    "booked_by_resident",
    "booking_link_login",
    "clinic_removed",
    "approval_withdrawn",
)


class Ran(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def out(self) -> str: ...
    @property
    def err(self) -> str: ...


class Run(Protocol):
    def __call__(self, *args: str, stdin: str = "") -> Ran: ...


RegionAt = Callable[[Path], Run]


# A region written as files and commands


def written(at: int, form: int) -> str:
    """A moment in one of the forms that the contract reads; without offset only where that means this moment."""
    there, utc = datetime.fromtimestamp(at, STOCKHOLM), datetime.fromtimestamp(at, UTC)
    forms = [there.isoformat(), utc.isoformat(), utc.isoformat().replace("+00:00", "Z")]
    if there.fold == 0:
        forms.append(there.replace(tzinfo=None).isoformat())
    return forms[(at // 60 + form) % len(forms)]


def toml(value: bool | int | str | list[str]) -> str:
    return json.dumps(value)


def policy_file(policy: Policy, form: int) -> str:
    required = policy.relation_required
    if isinstance(required, bool):
        periods = toml(required)
    else:
        edges = [written(begins, form).removesuffix("T00:00:00") for begins, _ in required]
        pairs = zip(edges, required, strict=True)
        periods = "[" + ", ".join(f"{{ from = {edge}, required = {toml(yes)} }}" for edge, (_, yes) in pairs) + "]"
    return "\n".join(
        [
            '[region]\nname = "Region"\n[policy]',
            f"relation_required = {periods}",
            f"clinic_booking_message = {toml(policy.clinic_booking_message)}",
            f"relation_data = {toml(policy.relation_data)}",
            f"require_verified_coupling = {toml(policy.require_verified_coupling)}",
            "[coupling.contracts]",
            *(f"{service} = {toml(list(contracts))}" for service, contracts in policy.contracts),
            "",
        ]
    )


def unit_file(hsa_id: str, unit: Unit) -> str:
    lines = [f"hsa_id = {toml(hsa_id)}", f"name = {toml('Mottagning ' + hsa_id[-2:])}", "[services]"]
    lines += [f"{action} = {toml(getattr(unit, action))}" for action in ACTIONS]
    if unit.calendar is not None:
        lines += ["[coupling]", f"calendar = {toml(unit.calendar)}"]
        if unit.address is not None:
            lines.append(f"logical_address = {toml(unit.address)}")
    for mapping in unit.mappings:
        lines += ["[[care_service]]", f"code = {toml(mapping.code)}"]
        lines += [f"{action} = {toml(getattr(mapping, action))}" for action in ACTIONS]
        if mapping.code == "B":
            lines.append('kind = "time_type"')
        if mapping.show:
            lines.append('label = "Besök"')
        if mapping.deadline is not None:
            lines.append(f"cancel_deadline_hours = {mapping.deadline}")
    return "\n".join([*lines, ""])


def table(rows: list[dict[str, str]], form: int) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), delimiter=",;\t"[form % 3])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def number(resident: str, form: int) -> str:
    return resident[:8] + ("-" if form % 2 else "") + resident[8:]


def spelled(unit: str, form: int) -> str:
    """HSA-ids are compared without case, and written as the unit's file has them; the first unit always has one."""
    return unit.lower() if unit == UNITS[0] and form % 3 == 0 else unit


def event_cells(row: EventRow, form: int) -> dict[str, str]:
    return {
        "resident": number(row.resident, form),
        "unit": spelled(row.unit, form),
        "event": row.event,
        "occurred_at": written(row.occurred_at, form),
    }


def booking_cells(row: BookingRow, form: int) -> dict[str, str]:
    return {
        "booking_id": row.booking,
        "unit": spelled(row.unit, form + 1),
        "code": row.code,
        "resident": number(row.resident, form),
        "start": written(row.start, form),
        "status": "" if row.status == "booked" and form % 2 else row.status,
        "created_at": "" if row.created_at is None else written(row.created_at, form + 1),
        "ended_at": "" if row.ended_at is None else written(row.ended_at, form + 2),
        "origin": row.origin,
        "calendar": row.calendar,
        "care_type": row.care_type,
    }


def tak_way(route: Route) -> Way:
    begins, ends = (
        None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        for at in (route.begins, route.ends)
    )
    return Way(route.address, route.contract, begins or "", ends)


def play(run: Run, folder: Path, step: Step, form: int) -> None:
    """The step as files and one command, which must succeed."""
    at = written(step.at, form)
    file = folder / "import.csv"
    if isinstance(step, Apply):
        units = folder / "config" / "units"
        units.mkdir(parents=True, exist_ok=True)
        for old in units.glob("*.toml"):
            old.unlink()
        for hsa_id, unit in step.files:
            (units / f"{hsa_id.lower()}.toml").write_text(unit_file(hsa_id, unit), encoding="utf-8")
        ran = run("unit", "apply", "--yes", "--at", at, *(["--remove"] if step.remove else []))
    elif isinstance(step, ImportRelations):
        file.write_text(table([event_cells(row, form) for row in step.rows], form), encoding="utf-8")
        ran = run("relation", "import", str(file), "--at", at)
    elif isinstance(step, ImportTak):
        exported = (by_number, by_name, by_older_writer)[form % 3](map(tak_way, step.routes))
        ran = run("coupling", "import-tak", "-", "--at", at, stdin=json.dumps(exported))
    elif isinstance(step, Void):
        ran = run("relation", "void", event_number(run, step.event), "--at", at)
    else:
        file.write_text(table([booking_cells(row, form) for row in step.rows], form), encoding="utf-8")
        ran = run("booking", "import", str(file), "--at", at)
    assert ran.status == 0, f"{step}: {ran.status}\n{ran.err}\n{ran.out}"


def event_number(run: Run, row: EventRow) -> str:
    """The number in the log of an event that stands."""
    log = json.loads(run("relation", "show", row.resident, row.unit, "-o", "json").out)["events"]
    alike = [each for each in log if (each["event"], each["occurred_at"]) == (row.event, stockholm(row.occurred_at))]
    return str(next(each["id"] for each in alike if each["voided_at"] is None))


def build(region_at: RegionAt, folder: Path, policy: Policy, steps: tuple[Step, ...], form: int = 0) -> Run:
    run = region_at(folder)
    (folder / "config" / "tidbok.toml").write_text(policy_file(policy, form), encoding="utf-8")
    for step in steps:
        play(run, folder, step, form)
    return run


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


@dataclass(frozen=True)
class Question:
    at: int
    everything: bool
    only: tuple[str, ...]


@dataclass(frozen=True)
class World:
    policy: Policy
    steps: tuple[Step, ...]
    form: int


OFTEN = st.integers(0, 7).map(lambda drawn: drawn != 7)
SELDOM = st.integers(0, 5).map(lambda drawn: drawn == 5)
SOMEBODY = st.sampled_from((*RESIDENTS[:1] * 3, *RESIDENTS[1:]))
SOMEWHERE = st.sampled_from((*UNITS[:1] * 4, *UNITS[1:], NO_FILE))
BESIDE = st.builds(
    lambda half_hours, seconds: half_hours * HOUR // 2 + seconds,
    st.sampled_from((-480, -96, -50, -48, -46, -8, *range(-6, 7), 8, 46, 48, 50, 96)),
    st.sampled_from((0, 0, 0, 1)),
)
LONG_BEFORE = -1000 * HOUR
HOURS = st.sampled_from((None, 0, 1, 2, 24, 25))


@st.composite
def units(draw: st.DrawFn) -> Unit:
    """A configuration that `validate` accepts."""
    show, calendar = draw(OFTEN), draw(st.sampled_from((*CALENDARS, *CALENDARS, None)))
    may = show and calendar is not None
    mappings = []
    for code in draw(st.permutations(CODES))[: draw(st.sampled_from((3, 2, 1, 0)))]:
        shown = draw(OFTEN)
        mappings.append(Mapping(code, shown, shown and draw(OFTEN), shown and draw(OFTEN), draw(HOURS)))
    address = PARENT if calendar is not None and draw(SELDOM) else None
    return Unit(show, may and draw(OFTEN), may and draw(OFTEN), calendar, address, tuple(mappings))


@st.composite
def policies(draw: st.DrawFn, near: st.SearchStrategy[int]) -> Policy:
    required: bool | tuple[tuple[int, bool], ...] = True
    if draw(SELDOM):
        required = draw(st.booleans())
    elif draw(st.booleans()):
        edges = near | st.sampled_from([moment(f"2026-{day}T00:00:00") for day in ("03-29", "03-30", "10-25", "10-26")])
        periods = draw(st.lists(st.tuples(edges, st.booleans()), min_size=1, max_size=4, unique_by=lambda p: p[0]))
        required = tuple(sorted(periods))
    return Policy(
        required,
        "partial" if draw(SELDOM) else "complete",
        draw(SELDOM),
        draw(st.sampled_from(("summons", "summons", "summons", "notice", "none"))),
        (("show", CONTRACTS[:1]), ("cancel", ())) if draw(SELDOM) else (),
    )


@st.composite
def new_booking(draw: st.DrawFn, near: st.SearchStrategy[int], at: int, key: tuple[str, str]) -> BookingRow:
    created = draw(st.none() | near | near)
    status = draw(st.sampled_from(("booked", "booked", "booked", "booked", *ENDED)))
    ended = None
    if status in ENDED and draw(st.booleans()):
        ended = max(draw(near), at if created is None else created)  # before `created_at` is a bad row
    return BookingRow(
        *key,
        resident=draw(SOMEBODY),
        code=draw(st.sampled_from(CODES)),
        start=draw(near) + draw(st.sampled_from((10 * DAY, DAY + HOUR, 0, HOUR, 2 * HOUR, DAY, 40 * DAY))),
        status=status,
        created_at=created,
        ended_at=ended,
        origin=draw(st.sampled_from(("clinic", "clinic", "resident", ""))),
        calendar=draw(st.sampled_from(("", "", "", *CALENDARS))),
        care_type=draw(st.sampled_from(("", *CODES))),
    )


@st.composite
def bookings(draw: st.DrawFn, near: st.SearchStrategy[int], so_far: Region) -> ImportBookings:
    """New rows, rows said again, and bookings that have ended since."""
    at = draw(near)
    rows = []
    keys = st.tuples(SOMEWHERE, st.sampled_from(("b1", "b2", "b10")))
    for key in draw(st.lists(keys, min_size=draw(st.sampled_from((4, 1))), max_size=6, unique=True)):
        known = so_far.bookings.get(key)
        if known is None:
            rows.append(draw(new_booking(near, at, key)))
        elif known.row.status == "booked" and draw(OFTEN):
            ended = draw(st.none() | near)
            if ended is not None:
                ended = max(ended, known.created_at)
            rows.append(replace(known.row, status=draw(st.sampled_from(ENDED)), ended_at=ended))
        else:
            rows.append(known.row)
    if draw(SELDOM):
        rows.append(rows[0])
    return ImportBookings(tuple(rows), at)


@st.composite
def relations(draw: st.DrawFn, near: st.SearchStrategy[int]) -> ImportRelations:
    rows = st.builds(EventRow, SOMEBODY, SOMEWHERE, st.sampled_from(EVENTS), near)
    at_least = draw(st.sampled_from((1, 6, 12)))
    return ImportRelations(tuple(draw(st.lists(rows, min_size=at_least, max_size=20))), draw(near))


@st.composite
def routes(draw: st.DrawFn, near: st.SearchStrategy[int], at: int) -> ImportTak:
    """Mostly all the routes of an address, so that they decide now and then; some of them coming or going."""
    told = []
    for address in (*UNITS, PARENT):
        written = draw(st.sampled_from((address, address.lower())))
        lacking = draw(st.sampled_from((*CONTRACTS, None, None, None, *[None] * len(CONTRACTS))))
        begins, ends = draw(st.sampled_from((SPRING + LONG_BEFORE - DAY,)) | near), draw(st.none() | st.none() | near)
        told += [Route(written, contract, begins, ends) for contract in CONTRACTS if contract != lacking]
    more = st.builds(Route, st.sampled_from((*UNITS, PARENT)), st.sampled_from(CONTRACTS), near, st.none() | near)
    return ImportTak((*told, *draw(st.lists(more, max_size=4))), at)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Few moments, used again and again, so that much happens in the same second and beside it."""
    night, other_night = draw(st.permutations((SPRING, AUTUMN)))
    beside = draw(st.lists(BESIDE, min_size=3, max_size=8, unique=True))
    pool = [night + LONG_BEFORE, *(night + seconds for seconds in beside)]
    near = st.sampled_from([*pool, other_night] if draw(SELDOM) else pool)
    policy = draw(policies(near))
    more = draw(st.lists(st.sampled_from(("apply", "apply", "relations", "bookings", "void", "tak")), max_size=6))
    kinds = draw(st.permutations(["apply", "relations", "bookings", *more]))
    applied = iter(sorted([pool[0] if draw(OFTEN) else draw(near), *(draw(near) for kind in more if kind == "apply")]))
    asked = iter(sorted(draw(near) for kind in more if kind == "tak"))
    steps: list[Step] = []
    files: dict[str, Unit] = {}
    for kind in kinds:
        if kind == "relations":
            steps.append(draw(relations(near)))
        elif kind == "bookings":
            steps.append(draw(bookings(near, region(policy, tuple(steps)))))
        elif kind == "tak":
            steps.append(draw(routes(near, next(asked))))
        elif kind == "void":
            so_far = region(policy, tuple(steps))
            standing = [event for place, event in enumerate(so_far.log) if place not in so_far.voided]
            if standing:
                steps.append(Void(draw(st.sampled_from(standing)), draw(near)))
        else:
            for unit in UNITS:
                what = (
                    "new" if unit == UNITS[0] and not files else draw(st.sampled_from(("new", "same", "new", "gone")))
                )
                if what == "new":
                    files[unit] = draw(units())
                elif what == "gone":
                    files.pop(unit, None)
            steps.append(Apply(next(applied), tuple(sorted(files.items())), draw(st.booleans())))
    return World(policy, tuple(steps), draw(st.integers(0, 11)))


def boundaries(world: World, known: Region) -> list[int]:
    """Every moment at which an answer may change."""
    edges = {SPRING, AUTUMN, *(step.at for step in world.steps), *(event.occurred_at for event in known.log)}
    if not isinstance(world.policy.relation_required, bool):
        edges |= {begins for begins, _ in world.policy.relation_required}
    versions = [unit for _, _, unit in known.versions if unit is not None]
    hours = {mapping.deadline or 0 for unit in versions for mapping in unit.mappings}
    for route in (route for snapshot in known.snapshots for route in snapshot.routes):
        edges |= {route.begins, route.begins if route.ends is None else route.ends}
    for booking in known.bookings.values():
        start = booking.row.start
        edges |= {booking.created_at, start, start + 2 * HOUR, *(start - each * HOUR for each in hours)}
        if booking.ended_at is not None:
            edges.add(booking.ended_at)
    return sorted(edges)


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
    derandomize=WORLDS == 15,
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
    Case("S22 one route missing", (ON, KNOWN, ADDED, tak(U, SHOWING[:1])), NOT_ROUTED),
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


@settings(max_examples=examples(40), deadline=None, derandomize=not THOROUGH, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_the_oracle_stands_still_between_boundaries(world: World) -> None:
    """`boundaries` misses nothing: an answer never changes elsewhere."""
    known = region(world.policy, world.steps)
    edges = boundaries(world, known)
    for booking in known.bookings.values():
        for before, after in pairwise(edges):
            for action in ACTIONS:
                assert known.why(booking, action, before) == known.why(booking, action, after - 1)
