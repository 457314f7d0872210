"""A second statement of the rules, written from domain.md and contract.md alone.

Nothing here comes from tidbok_cli. Moments are whole seconds since 1970 (UTC), and every question is answered by
plain loops over everything that was ever recorded. S-numbers are domain.md's, C-numbers sections of contract.md.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOUR = 3600
ENDED = ("cancelled", "rebooked")
UNKNOWN = ("no_data", "unverified")  # C4: the reasons that are not failures
ACTIONS = ("show", "cancel", "rebook")
NEEDS = {  # domain.md, "The world around it": the contracts of each service
    "show": ("GetSubjectOfCareSchedule",),
    "cancel": ("CancelBooking", "GetBookingDetails"),
    "rebook": ("UpdateBooking", "GetBookingDetails", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots"),
}


def moment(text: str) -> int:
    """C1: ISO 8601; without offset it is Stockholm's, of two the first, and one that does not exist is bad input."""
    told = datetime.fromisoformat(text)
    if told.tzinfo is None:
        there = told.replace(tzinfo=STOCKHOLM, fold=0)
        if there.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) != told:
            raise ValueError(f"{text} does not exist in Stockholm")
        told = there
    return int(told.timestamp())


def stockholm(at: int) -> str:
    """C1: instants are RFC 3339 with Stockholm's offset."""
    return datetime.fromtimestamp(at, STOCKHOLM).isoformat()


def masked(resident: str) -> str:
    """Person numbers are masked wherever the program shows them."""
    return resident[:8] + "-****"


@dataclass(frozen=True)
class Policy:
    """C2 `[policy]`; `relation_required` is one answer, or periods (from when, required), ordered.

    `contracts` is `[coupling.contracts]`: the services whose contracts the region has chosen itself.
    """

    relation_required: bool | tuple[tuple[int, bool], ...] = True
    relation_data: str = "complete"
    require_verified_coupling: bool = False
    clinic_booking_message: str = "summons"
    contracts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def needs(self, action: str) -> set[str]:
        """C4: show needs the contracts of show, cancel those of show and cancel, and so on."""
        needs = NEEDS | dict(self.contracts)
        return {*needs["show"], *needs[action]}

    def asks_for_relation(self, at: int) -> bool:
        """S11: the policy of that date; before the first period, a relation is required."""
        if isinstance(self.relation_required, bool):
            return self.relation_required
        return ([True] + [required for begins, required in self.relation_required if begins <= at])[-1]


@dataclass(frozen=True)
class Mapping:
    """S23-S25: what the resident may see and do for one code."""

    code: str
    show: bool = True
    cancel: bool = False
    rebook: bool = False
    deadline: int | None = None  # hours


@dataclass(frozen=True)
class Unit:
    """S6, S21, S22: one whole configuration of a unit."""

    show: bool = True
    cancel: bool = False
    rebook: bool = False
    calendar: str | None = None
    address: str | None = None  # where TAK routes a parent; else the unit's own HSA-id
    mappings: tuple[Mapping, ...] = ()

    def mapping(self, code: str, care_type: str) -> Mapping | None:
        """The mapping is the one for the code, else the one for the care type."""
        for wanted in (code, care_type):
            for mapping in self.mappings:
                if mapping.code == wanted:
                    return mapping
        return None


@dataclass(frozen=True)
class Apply:
    """`unit apply --at`: the unit files as they lie then. A unit whose file is gone is ended only with `--remove`."""

    at: int
    files: tuple[tuple[str, Unit], ...]
    remove: bool = False


@dataclass(frozen=True)
class EventRow:
    """C2, one row of `relation import`."""

    resident: str
    unit: str
    event: str
    occurred_at: int


@dataclass(frozen=True)
class BookingRow:
    """C2, one row of `booking import`; None is an empty cell."""

    unit: str
    booking: str
    resident: str
    code: str
    start: int
    status: str = "booked"
    created_at: int | None = None
    ended_at: int | None = None
    origin: str = ""
    calendar: str = ""
    care_type: str = ""


@dataclass(frozen=True)
class ImportRelations:
    rows: tuple[EventRow, ...]
    at: int  # when it is done


@dataclass(frozen=True)
class ImportBookings:
    rows: tuple[BookingRow, ...]
    at: int  # what the file leaves open happened then


@dataclass(frozen=True)
class Void:
    """`relation void`: an event of the log was recorded wrongly."""

    event: EventRow
    at: int


@dataclass(frozen=True)
class Route:
    """A route of TAK, in force from `begins` until `ends`; None: without end."""

    address: str
    contract: str
    begins: int
    ends: int | None

    def leads(self, address: str, contract: str, at: int) -> bool:
        """Addresses differ in case."""
        here = (self.address.lower(), self.contract) == (address.lower(), contract)
        return here and self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True)
class ImportTak:
    """`coupling import-tak --at`: all the routes that TAK has then."""

    routes: tuple[Route, ...]
    at: int


Step = Apply | ImportRelations | ImportBookings | Void | ImportTak


@dataclass(frozen=True)
class Booking:
    """A booking as it is known: what the row said, and when it was made and ended."""

    row: BookingRow
    created_at: int
    ended_at: int | None

    def ended(self, at: int) -> str | None:
        """It exists from `created_at` until it is cancelled or rebooked."""
        return self.row.status if self.ended_at is not None and at >= self.ended_at else None


@dataclass(frozen=True)
class Check:
    check: str
    result: str
    reason: str | None


@dataclass(frozen=True)
class Line:
    """One line of `sweep`."""

    booking: Booking
    verdict: str
    reasons: tuple[str, ...]


@dataclass
class Region:
    """What was recorded, in the order in which it was recorded."""

    policy: Policy
    versions: list[tuple[str, int, Unit | None]] = field(default_factory=list)
    log: list[EventRow] = field(default_factory=list)
    voided: set[int] = field(default_factory=set)  # places in the log
    bookings: dict[tuple[str, str], Booking] = field(default_factory=dict)
    snapshots: list[ImportTak] = field(default_factory=list)

    def record(self, step: Step) -> None:
        if isinstance(step, Apply):
            self.versions += [(unit, step.at, configuration) for unit, configuration in step.files]
            gone = {unit for unit, _, _ in self.versions} - set(dict(step.files))
            self.versions += [(unit, step.at, None) for unit in gone if step.remove]
        elif isinstance(step, ImportRelations):
            for event in step.rows:
                self.happened(event)
        elif isinstance(step, ImportTak):
            self.snapshots.append(step)
        elif isinstance(step, Void):
            alike = (place for place, event in enumerate(self.log) if event == step.event)
            self.voided.add(next(place for place in alike if place not in self.voided))
        else:
            for row in step.rows:
                self.import_booking(row, step.at)

    def import_booking(self, row: BookingRow, at: int) -> None:
        """C2 "Bookings": what the file does not say is the moment of the import, when first seen, kept afterwards."""
        key = (row.unit, row.booking)
        before = self.bookings.get(key)
        created = row.created_at if row.created_at is not None else before.created_at if before else at
        ended = None
        if row.status in ENDED:
            first_seen_ended = before.ended_at if before and before.ended_at is not None else at
            ended = first_seen_ended if row.ended_at is None else row.ended_at
        self.bookings[key] = Booking(row, created, ended)
        if before is None:
            self.tell(row, created)

    def happened(self, event: EventRow) -> None:
        """C2: an import that says an event again changes nothing, also where it has been voided since."""
        if event not in self.log:
            self.log.append(event)

    def tell(self, row: BookingRow, created: int) -> None:
        """S15 and S26: what an import of a new booking means, by the configuration known now to be in force then."""
        if row.origin == "resident":
            self.log.append(EventRow(row.resident, row.unit, "booked_by_resident", created))
        if row.origin == "clinic" and self.policy.clinic_booking_message == "summons":
            unit = self.version(row.unit, created)
            mapping = unit.mapping(row.code, row.care_type) if unit else None
            if unit and unit.show and mapping and mapping.show:
                self.log.append(EventRow(row.resident, row.unit, "summons_received", created))

    def version(self, unit: str, at: int) -> Unit | None:
        """The version in force: the latest that had begun; of the same second the one applied last."""
        begun = [(begins, i) for i, (name, begins, _) in enumerate(self.versions) if name == unit and begins <= at]
        return self.versions[max(begun)[1]][2] if begun else None

    def relation(self, resident: str, unit: str, at: int) -> str | None:
        """S10-S19: why there is no relation at that moment, or None where there is one (or none is asked for).

        C4 `no_data` is read as: no event of the pair is known at all, not even one that came after that moment.
        """
        standing = [event for place, event in enumerate(self.log) if place not in self.voided]
        pair = [event for event in standing if event.resident == resident and event.unit == unit]
        events = [event for event in pair if event.occurred_at <= at]
        on_start_page, approved, ended = False, False, "never"
        for event in sorted(events, key=lambda e: e.occurred_at):  # stable: then in the order of recording
            related = on_start_page or approved
            if event.event == "communication_approved":  # S13
                on_start_page = approved = True
            elif event.event == "clinic_removed":  # S17, S19: approved is kept
                on_start_page = False
            elif event.event == "approval_withdrawn":  # S18: the clinic disappears, if there was an approval
                on_start_page, approved = (False, False) if approved else (on_start_page, approved)
            else:  # S12, S14, S15, S16
                on_start_page = True
            if related and not (on_start_page or approved):
                ended = "removed_by_resident" if event.event == "clinic_removed" else "approval_withdrawn"
        if on_start_page or approved or not self.policy.asks_for_relation(at):
            return None
        return "no_data" if self.policy.relation_data == "partial" and not pair else ended

    def coupling(self, unit: Unit | None, booking: Booking, action: str, at: int) -> str | None:
        """S22: the calendar, and the routes by the latest snapshot that had been read at that moment."""
        if unit is None or unit.calendar is None:
            return "missing"
        if booking.row.calendar not in ("", unit.calendar):
            return "other_calendar"
        known = [snapshot for snapshot in self.snapshots if snapshot.at <= at]
        if not known:
            return "unverified" if self.policy.require_verified_coupling else None
        address = unit.address or booking.row.unit
        for contract in self.policy.needs(action):
            carriers = (address, "*")
            if not any(route.leads(each, contract, at) for route in known[-1].routes for each in carriers):
                return "not_routed"
        return None

    def why(self, booking: Booking, action: str, at: int) -> tuple[str, list[Check]]:
        """C4: every check of the action, in order, each on its own facts; then the verdict."""
        row = booking.row
        unit = self.version(row.unit, at)
        mapping = unit.mapping(row.code, row.care_type) if unit else None
        deadline = (mapping.deadline or 0) * HOUR if mapping else 0
        reasons = {
            "booking": "not_yet_made" if at < booking.created_at else booking.ended(at),
            "window": None if at < row.start + 2 * HOUR else "over",  # S20
            "unit": "not_configured" if unit is None else None if unit.show else "show_off",  # S21
            "coupling": self.coupling(unit, booking, action, at),
            "service": "not_mapped" if mapping is None else None if mapping.show else "show_off",  # S23
            "relation": self.relation(row.resident, row.unit, at),
        }
        if action != "show":
            reasons["offer"] = None if unit and getattr(unit, action) else "off"  # S6
            reasons["permission"] = None if mapping and getattr(mapping, action) else "off"  # S24
            reasons["deadline"] = None if at < row.start - deadline else "passed"
        checks = []
        for check, reason in reasons.items():
            result = "pass" if reason is None else "unknown" if reason in UNKNOWN else "fail"
            checks.append(Check(check, result, reason))
        results = [check.result for check in checks]
        yes, no = ("shown", "hidden") if action == "show" else ("allowed", "denied")
        return (no if "fail" in results else "unknown" if "unknown" in results else yes), checks

    def sweep(self, at: int, everything: bool, unit: str | None = None, day: str | None = None) -> list[Line]:
        """C4: the bookings that are active and not over (or every one), ordered by unit, start, booking."""
        lines = []
        for booking in sorted(self.bookings.values(), key=lambda b: (b.row.unit, b.row.start, b.row.booking)):
            row = booking.row
            active = booking.created_at <= at and not booking.ended(at) and at < row.start + 2 * HOUR
            wanted = unit in (None, row.unit) and day in (None, stockholm(row.start)[:10])
            if wanted and (active or everything):
                verdict, checks = self.why(booking, "show", at)
                lines.append(Line(booking, verdict, tuple(f"{c.check}.{c.reason}" for c in checks if c.reason)))
        return lines

    def summary(self, at: int, everything: bool) -> Counter[tuple[str, tuple[str, ...]]]:
        """C4: how many bookings for each distinct verdict and reasons."""
        return Counter((line.verdict, line.reasons) for line in self.sweep(at, everything))


def region(policy: Policy, steps: tuple[Step, ...]) -> Region:
    made = Region(policy)
    for step in steps:
        made.record(step)
    return made
