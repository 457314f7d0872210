"""Random residents, clinics and clocks against a plain model: after every step the store says what the model says."""

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import Ran, place_of, run
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from stores import Stores, rows_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
BEGINNING = datetime(2026, 11, 2, 8, tzinfo=STOCKHOLM).astimezone(UTC)
RESIDENTS = ("191212121212", "198611062384")
DEADLINES = {"UPPF30": 24, "OP60": 0}
RELATION_EVENTS = ("clinic_added", "communication_approved", "clinic_removed", "approval_withdrawn")


@dataclass
class Slot:
    code: str
    start: datetime
    withdrawn: bool = False
    booking: str | None = None


@dataclass
class Basis:
    resident: str
    code: str
    first: datetime
    end: datetime
    withdrawn: bool = False
    booking: str | None = None

    def reason(self, now: datetime) -> str | None:
        if now < self.first:
            return "not_yet_valid"
        if now >= self.end:
            return "expired"
        return "used" if self.booking else None


@dataclass
class Booking:
    resident: str
    code: str
    start: datetime
    slot: str
    basis: str | None
    origin: str
    status: str = "booked"


@dataclass
class Relation:
    page: bool = False
    approved: bool = False
    ended: str = "never"

    def happens(self, event: str) -> bool:
        """Whether it has an effect."""
        before = self.page, self.approved
        if event == "clinic_removed":
            self.page = False
        elif event == "approval_withdrawn" and self.approved:
            self.page = self.approved = False
        elif event == "communication_approved":
            self.page = self.approved = True
        elif event != "approval_withdrawn":
            self.page = True
        if any(before) and not (self.page or self.approved):
            self.ended = "removed_by_resident" if event == "clinic_removed" else "approval_withdrawn"
        return event not in ("clinic_removed", "approval_withdrawn") or before != (self.page, self.approved)


@dataclass
class Model:
    now: datetime = BEGINNING
    slots: dict[str, Slot] = field(default_factory=dict)
    bases: dict[str, Basis] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=lambda: {each: Relation() for each in RESIDENTS})
    messages: list[tuple[str, str]] = field(default_factory=list)
    said: set[tuple[datetime, str, str]] = field(default_factory=set)
    moves: dict[str, str] = field(default_factory=dict)

    def is_open(self, thing: Slot | Basis | Booking) -> bool:
        """Whether a slot can be had, a booking be changed, a basis be used."""
        if isinstance(thing, Basis):
            return not (thing.withdrawn or thing.reason(self.now))
        free = thing.status == "booked" if isinstance(thing, Booking) else not (thing.booking or thing.withdrawn)
        return free and self.now < thing.start

    def of_slot(self, name: str, code: str | None = None) -> list[str]:
        slot = self.slots[name]
        if slot.booking:
            return ["slot.taken"]
        if slot.withdrawn:
            return ["slot.withdrawn"]
        if self.now >= slot.start:
            return ["slot.over"]
        return ["slot.other_service"] if code not in (None, slot.code) else []

    def deciding(self, resident: str, code: str) -> tuple[str | None, str | None]:
        """The basis that counts, and why it does not do."""
        order = (None, "not_yet_valid", "expired", "used")
        found = sorted(
            (order.index(basis.reason(self.now)), basis.end, place, name)
            for place, (name, basis) in enumerate(self.bases.items())
            if (basis.resident, basis.code, basis.withdrawn) == (resident, code, False)
        )
        return (found[0][3], order[found[0][0]]) if found else (None, "none")

    def against_booking(self, name: str, resident: str) -> list[str]:
        slot = self.slots[name]
        late = ["deadline.passed"] if self.now >= slot.start else []
        _, reason = self.deciding(resident, slot.code)
        lacking = [f"basis.{reason}"] if slot.code == "OP60" and reason else []
        return late + lacking + self.of_slot(name)

    def against_change(self, name: str, by: str, to: str | None = None) -> list[str]:
        booking = self.bookings[name]
        relation = self.relations[booking.resident]
        told = [] if booking.status == "booked" else [f"booking.{booking.status}"]
        if self.now >= booking.start + timedelta(hours=2):
            told.append("window.over")
        if by == "resident" and not (relation.page or relation.approved):
            told.append(f"relation.{relation.ended}")
        if by == "resident" and self.now >= booking.start - timedelta(hours=DEADLINES[booking.code]):
            told.append("deadline.passed")
        return told + (self.of_slot(to, booking.code) if to else [])

    def made(self, name: str, booking: Booking) -> None:
        self.bookings[name] = booking
        self.slots[booking.slot].booking = name
        if booking.basis:
            self.bases[booking.basis].booking = name
        self.relations[booking.resident].happens("booked_by_resident" if booking.origin == "resident" else "summons")
        if booking.origin == "clinic":
            self.messages.append((name, "summons"))

    def cancelled(self, name: str) -> None:
        booking = self.bookings[name]
        booking.status = "cancelled"
        self.slots[booking.slot].booking = None
        if booking.basis and self.now < self.bases[booking.basis].end:
            self.bases[booking.basis].booking = None


def some(attribute: str) -> Any:
    """One of the names that the model has there; drawn by its place, since rules are declared before there are any."""
    return st.integers(min_value=0, max_value=99).map(lambda place: (attribute, place))


class Operations(RuleBasedStateMachine):
    """Every rule calls the command line, and has the model do the same."""

    template: Path
    stores: Stores

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tidbok-model-"))
        shutil.copytree(self.template / "config", self.folder / "config")
        self.stores.copy(self.template, self.folder)
        self.model = Model()
        self.place = place_of(self.folder)

    def teardown(self) -> None:
        ran = self.call("store", "check")
        assert ran.status == 0, ran.out
        self.stores.forget(self.folder)
        shutil.rmtree(self.folder)

    def call(self, *arguments: str) -> Ran:
        return run(*self.place, *arguments, "--at", self.model.now.isoformat(), "-o", "json")

    def name(self, drawn: tuple[str, int], code: str | None = None) -> str:
        """One of the names; three times out of four one with which something can be done (for the code, if any)."""
        kind, place = drawn
        there = getattr(self.model, kind)
        likely = [name for name, thing in there.items() if self.model.is_open(thing) and code in (None, thing.code)]
        names = likely if place % 4 < 3 and likely else list(there)
        return str(names[place // 4 % len(names)])

    def expect(self, ran: Ran, against: list[str]) -> dict[str, Any] | None:
        """The answer, where nothing speaks against it; else that it was refused for exactly that."""
        if against:
            assert ran.status == 1, ran.out
            assert [each["code"] for each in json.loads(ran.err)["error"]["problems"]] == against
            return None
        assert ran.status == 0, ran.err
        told: dict[str, Any] = json.loads(ran.out)
        return told

    @initialize()
    def open(self) -> None:
        for code, hours in (("UPPF30", 60), ("UPPF30", 100), ("OP60", 30), ("OP60", 60), ("OP60", 100)):
            self.publish(code, hours)
        for resident, days in product(RESIDENTS, (1, 2, 8)):
            self.grant(resident, 0, days)

    @rule(
        what=st.sampled_from(("wait", "wait", "publish", "withdraw", "grant", "take_back", "relate")),
        hours=st.sampled_from((1, 2, 12, 24, 60)),
        place=st.integers(0, 99),
        resident=st.sampled_from(RESIDENTS),
        event=st.sampled_from(RELATION_EVENTS),
    )
    def around(self, what: str, hours: int, place: int, resident: str, event: str) -> None:
        """What happens around the operations, less often than they do."""
        match what:
            case "wait":
                self.model.now += timedelta(hours=hours)
            case "publish":
                self.publish("OP60" if place % 3 else "UPPF30", 2 * hours + place)
            case "withdraw":
                self.withdraw(self.name(("slots", place)))
            case "grant":
                self.grant(resident, place % 4 - 1, hours // 12)
            case "take_back":
                self.take_back(self.name(("bases", place)))
            case _:
                self.relate(resident, event)

    def publish(self, code: str, hours: int) -> None:
        start = self.model.now + timedelta(hours=hours)
        ran = self.call("slot", "publish", "ogon", code, start.isoformat(), "--minutes", "30")
        self.model.slots[json.loads(ran.out)["slot"]["id"]] = Slot(code, start)

    def withdraw(self, name: str) -> None:
        assert self.call("slot", "withdraw", name).status == 0
        self.model.slots[name].withdrawn = True

    def grant(self, resident: str, begins: int, lasts: int) -> None:
        day = self.model.now.astimezone(STOCKHOLM).replace(hour=0) + timedelta(days=begins)
        last = day + timedelta(days=lasts)
        dates = ("--from", day.date().isoformat(), "--to", last.date().isoformat())
        ran = self.call("basis", "add", resident, "ogon", "OP60", *dates)
        end = (last + timedelta(days=1)).astimezone(UTC)
        self.model.bases[json.loads(ran.out)["id"]] = Basis(resident, "OP60", day.astimezone(UTC), end)

    def take_back(self, name: str) -> None:
        assert self.call("basis", "withdraw", name).status == 0
        self.model.bases[name].withdrawn = True

    @rule(drawn=some("slots"), resident=st.sampled_from(RESIDENTS))
    def book(self, drawn: tuple[str, int], resident: str) -> None:
        name = self.name(drawn)
        slot = self.model.slots[name]
        holder = self.model.bookings.get(slot.booking or "")
        again = holder is not None and (holder.resident, holder.origin) == (resident, "resident")
        against = [] if again else self.model.against_booking(name, resident)
        basis = self.model.deciding(resident, slot.code)[0] if slot.code == "OP60" else None
        told = self.expect(self.call("booking", "book", name, resident), against)
        if told and not again:
            booking = Booking(resident, slot.code, slot.start, name, basis, "resident")
            self.model.made(told["booking"]["id"], booking)

    @rule(drawn=some("slots"), resident=st.sampled_from(RESIDENTS))
    def add(self, drawn: tuple[str, int], resident: str) -> None:
        name = self.name(drawn)
        slot = self.model.slots[name]
        ran = self.call("booking", "add", "ogon", slot.code, resident, slot.start.isoformat(), "--slot", name)
        if told := self.expect(ran, self.model.of_slot(name)):
            self.model.made(told["booking"]["id"], Booking(resident, slot.code, slot.start, name, None, "clinic"))

    @precondition(lambda self: self.model.bookings)
    @rule(drawn=some("bookings"), by=st.sampled_from(("resident", "clinic")))
    def cancel(self, drawn: tuple[str, int], by: str) -> None:
        name = self.name(drawn)
        already = self.model.bookings[name].status == "cancelled"
        against = [] if already else self.model.against_change(name, by)
        if self.expect(self.call("booking", "cancel", name, "--as", by), against) and not already:
            self.model.cancelled(name)

    @precondition(lambda self: self.model.bookings)
    @rule(drawn=some("bookings"), to=some("slots"), by=st.sampled_from(("resident", "clinic")))
    def rebook(self, drawn: tuple[str, int], to: tuple[str, int], by: str) -> None:
        name = self.name(drawn)
        slot = self.name(to, self.model.bookings[name].code)
        before = self.model.bookings[name]
        moved = self.model.bookings.get(self.model.moves.get(name, ""))
        again = moved is not None and (moved.slot, moved.status) == (slot, "booked")
        against = [] if again else self.model.against_change(name, by, slot)
        told = self.expect(self.call("booking", "rebook", name, slot, "--as", by), against)
        if told and not again:
            assert told["replaces"]["id"] == name
            before.status = "rebooked"
            self.model.slots[before.slot].booking = None
            start = self.model.slots[slot].start
            self.model.moves[name] = told["booking"]["id"]
            made = Booking(before.resident, before.code, start, slot, before.basis, by)
            self.model.made(self.model.moves[name], made)

    def relate(self, resident: str, event: str) -> None:
        ran = self.call("relation", "record", resident, "ogon", event)
        said = (self.model.now, resident, event)
        assert ran.status == (0 if self.model.relations[resident].happens(event) or said in self.model.said else 1)
        self.model.said |= {said} if ran.status == 0 else set()

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        model = self.model
        assert self.listed("slot", "booking") == {
            name: ("booked" if slot.booking else "withdrawn" if slot.withdrawn else "free", slot.booking)
            for name, slot in model.slots.items()
        }
        assert self.listed("basis", "booking") == {
            name: ("withdrawn" if basis.withdrawn else basis.reason(model.now) or "valid", basis.booking)
            for name, basis in model.bases.items()
        }
        assert self.listed("booking", "origin") == {
            name: (booking.status, booking.origin) for name, booking in model.bookings.items()
        }
        sent = "SELECT b.booking_id, m.kind FROM message m JOIN booking b ON b.id = m.booking_id"
        assert sorted(rows_of(self.folder, sent)) == sorted(model.messages)
        now = int(model.now.timestamp())
        held = f"""SELECT r.number FROM relation_period p JOIN resident r ON r.id = p.resident_id
                   WHERE p.relation = 'held' AND p.begins <= {now} AND {now} < p.ends"""
        there = {name for name, relation in model.relations.items() if relation.page or relation.approved}
        assert {number for (number,) in rows_of(self.folder, held)} == there

    def listed(self, group: str, besides: str) -> dict[str, tuple[str, str | None]]:
        rows = json.loads(self.call(group, "list").out)
        return {each[group]: (each["status"], each[besides]) for each in rows}


def test_operations_against_the_model(bookable_in_force: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Operations, "template", bookable_in_force, raising=False)
    monkeypatch.setattr(Operations, "stores", stores, raising=False)
    run_state_machine_as_test(Operations, settings=settings(max_examples=9, stateful_step_count=40))
