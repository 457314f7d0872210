"""Random regions, written for the oracle (support/oracle.py) and played to the program as files and commands."""

import csv
import io
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import strategies as st
from support.command_line import Run
from support.oracle import (
    ACTIONS,
    ENDED,
    HOUR,
    NEEDS,
    STOCKHOLM,
    Apply,
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
    moment,
    region,
    stockholm,
)
from support.people import ANNA, BO, CILLA
from support.region import RegionAt
from support.tak import Way, by_name, by_number, by_older_writer

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
        ran = run("coupling", "import-tak", "-", "--allow-mass", "--at", at, stdin=json.dumps(exported))
    elif isinstance(step, Void):
        ran = run("relation", "void", event_number(run, step.event), "--at", at)
    else:
        file.write_text(table([booking_cells(row, form) for row in step.rows], form), encoding="utf-8")
        ran = run("booking", "import", str(file), "--at", at, "--allow-older")
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


# Random regions


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
