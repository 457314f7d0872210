"""Random operations against a plain model (tests/support/model.py).

Residents, clinics and clocks are drawn. After every step the store says what the model says, and when all is over it
still says of earlier moments what it said then.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support.command_line import Ran, place_of, run
from support.model import (
    CODES,
    CONFIGURATIONS,
    HOUR,
    RELATION_EVENTS,
    Basis,
    Booking,
    Clinic,
    Event,
    Message,
    Model,
    Slot,
    day_of,
    iso,
    midnight,
)
from support.paths import TEMPORARY
from support.people import ANNA, BO
from support.region import OGON, REGION, RegionAt
from support.stores import Stores
from support.thorough import examples

from tidbok_cli.domain.booking_list import BookingExported
from tidbok_cli.domain.view import TimeShown
from tidbok_cli.render.terminal import Bars
from tidbok_cli.store.reader import Reader
from tidbok_cli.workflows.basis import BasisFilter, list_bases
from tidbok_cli.workflows.booking_list import BookingFilter, StatsFilter, count_bookings, export_bookings
from tidbok_cli.workflows.context import Context
from tidbok_cli.workflows.slot import SlotFilter, list_slots
from tidbok_cli.workflows.summons import inbox_of, summonses
from tidbok_cli.workflows.view import view_of

SETTINGS = settings(max_examples=examples(4), stateful_step_count=60)
STEPS = (
    "rebook", "rebook", "rebook", "rebook", "cancel", "cancel", "cancel", "book", "book", "book", "add", "add", "wait",
    "wait", "wait", "publish", "withdraw", "grant", "take_back", "relate", "relate", "void", "configure",
    "configure", "copy", "summon", "summon",
)  # fmt: skip

BEGINNING = midnight(day_of(1792792800)) + 8 * HOUR  # 2026-10-24 08:00; in the night that follows, summer time ends
RESIDENTS = (ANNA, BO)
CLINICS = (Clinic("ogon", OGON), Clinic("oron", "SE2321000024-3C4D"))
SLOTS = {
    f"S{number}": Slot(clinic, code, BEGINNING + hours * HOUR)
    for number, (clinic, code, hours) in enumerate((
        ("ogon", "UPPF30", 30), ("ogon", "UPPF30", 60), ("ogon", "UPPF30", 90), ("ogon", "OP60", 6),
        ("ogon", "OP60", 60), ("ogon", "OP60", 72), ("ogon", "OP60", 96), ("ogon", "OP60", 120), ("ogon", "TYST", 30),
        ("oron", "UPPF30", 48), ("oron", "OP60", 48), ("oron", "OP60", 72),
    ))
}  # fmt: skip
BASES = {
    f"U{number}": Basis(clinic, resident, code, midnight(day_of(BEGINNING)), midnight(day_of(BEGINNING, days)))
    for number, (resident, (clinic, code, days)) in enumerate(
        product(
            RESIDENTS,
            (("ogon", "OP60", 3), ("ogon", "OP60", 2), ("ogon", "OP60", 7), ("oron", "OP60", 2), ("ogon", "UPPF30", 7)),
        )
    )
}
"""What there is to begin with; of a resident's bases the one that expires first is not the first, and one is for a code
that asks for none."""


class Drawn(NamedTuple):
    """What was drawn for a step; of the two numbers each step makes what it needs."""

    number: int
    other: int
    resident: str
    clinic: str
    by: str
    local: bool

    @property
    def code(self) -> str:
        return tuple(CODES)[self.number % len(CODES)]


DRAWN = st.builds(
    Drawn,
    number=st.integers(0, 99),
    other=st.integers(0, 99),
    resident=st.sampled_from(RESIDENTS),
    clinic=st.sampled_from([each.alias for each in CLINICS]),
    by=st.sampled_from(("resident", "clinic")),
    local=st.booleans(),
)


def one_of(number: int, there: Mapping[str, Any], likely: list[str]) -> str | None:
    """One of the names; three times out of four one of the likely ones, with which something can be done."""
    names = likely if number % 4 < 3 and likely else list(there)
    return names[number // 4 % len(names)] if names else None


class Asking(Context):
    """To ask many questions about one moment, on one snapshot: far faster than the command line."""

    reader: Reader

    @contextmanager
    def reading(self, *, noted: bool = False) -> Iterator[Reader]:
        yield self.reader


class Operations(RuleBasedStateMachine):
    """Every step calls the command line, and has the model do the same."""

    template: Path
    stores: Stores

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tidbok-model-", dir=TEMPORARY))
        shutil.copytree(self.template / "config", self.folder / "config")
        self.stores.copy(self.template, self.folder)
        slots = {name: replace(slot) for name, slot in SLOTS.items()}
        bases = {name: replace(basis) for name, basis in BASES.items()}
        self.model = Model(BEGINNING, clinics={each.alias: each for each in CLINICS}, slots=slots, bases=bases)
        self.place = place_of(self.folder)
        self.history: dict[int, object] = {}
        self.agreed = False

    @initialize(
        letter=st.sampled_from(("summons", "summons", "summons", "notice", "none")),
        free=st.sampled_from((None, None, (1, 2), (3, 5))),
    )
    def open(self, letter: str, free: tuple[int, int] | None) -> None:
        """The region's policy (S11, S26)."""
        policy, self.model.letter = f'[policy]\nclinic_booking_message = "{letter}"\n', letter
        if free:
            first, last = (day_of(BEGINNING, each) for each in free)
            periods = f"{{from = {first}, required = false}}, {{from = {last}, required = true}}"
            policy += f"relation_required = [{periods}]\n"
            self.model.free = midnight(first), midnight(last)
        (self.folder / "config/tidbok.toml").write_text(REGION + policy, encoding="utf-8")

    @rule(what=st.sampled_from(STEPS), drawn=DRAWN)
    def step(self, what: str, drawn: Drawn) -> None:
        getattr(self, what)(drawn)

    def call(self, *arguments: str, stdin: str = "") -> Ran:
        self.agreed = False
        return run(*self.place, *arguments, "--at", iso(self.model.now), "-o", "json", stdin=stdin)

    def done(self, *arguments: str, stdin: str = "") -> Any:
        """The answer to what must go well."""
        ran = self.call(*arguments, stdin=stdin)
        assert ran.status == 0, ran.err
        return json.loads(ran.out)

    def expect(self, against: list[str], *arguments: str) -> Any:
        """The answer, where nothing speaks against it; else None, and it was refused for exactly that."""
        if not against:
            return self.done(*arguments)
        ran = self.call(*arguments)
        assert (ran.status, ran.out) == (1, ""), ran.out
        error = json.loads(ran.err.splitlines()[-1])["error"]
        assert [each["code"] for each in error.get("problems", (error,))] == against
        return None

    # -------------------------------------------------------------------------------- slots, bases, time

    def wait(self, drawn: Drawn) -> None:
        """Until something changes by itself, or until a second before."""
        edges = (drawn.local and self.model.ends()) or self.model.edges() or [self.model.now + 24 * HOUR]
        edge = edges[drawn.number % min(6, len(edges))]
        self.model.now = max(self.model.now, edge - (drawn.other % 3 == 0))

    def publish(self, drawn: Drawn) -> None:
        self.offer(drawn.clinic, drawn.code if drawn.other % 2 else "OP60", 2 + drawn.other)

    def offer(self, clinic: str, code: str, hours: int) -> None:
        start = self.model.now // HOUR * HOUR + hours * HOUR
        told = self.done("slot", "publish", clinic, code, iso(start), "--minutes", "30")
        self.model.slots[told["slot"]["id"]] = Slot(clinic, code, start)

    def withdraw(self, drawn: Drawn) -> None:
        if name := one_of(drawn.number, self.model.slots, self.model.free_slots()):
            self.done("slot", "withdraw", name)
            self.model.slots[name].withdrawn = True

    def grant(self, drawn: Drawn) -> None:
        begins, lasts = drawn.number % 4 - 1, drawn.other % 4
        first, last, end = (day_of(self.model.now, begins + days) for days in (0, lasts, lasts + 1))
        dates = ("--from", str(first), "--to", str(last))
        told = self.done("basis", "add", drawn.resident, drawn.clinic, "OP60", *dates)
        self.model.bases[told["id"]] = Basis(drawn.clinic, drawn.resident, "OP60", midnight(first), midnight(end))

    def take_back(self, drawn: Drawn) -> None:
        """A basis, valid or used."""
        standing = [name for name in self.model.bases if self.model.reason(name) in (None, "used")]
        if name := one_of(drawn.number, self.model.bases, standing):
            self.done("basis", "withdraw", name)
            self.model.bases[name].withdrawn = True

    def configure(self, drawn: Drawn) -> None:
        how = tuple(CONFIGURATIONS)[drawn.number % len(CONFIGURATIONS)]
        usual = next(each for each in CLINICS if each.alias == drawn.clinic)
        self.model.clinics[drawn.clinic] = there = replace(usual, **CONFIGURATIONS[how])
        (self.folder / f"config/units/{drawn.clinic}.toml").write_text(there.file(), encoding="utf-8")
        self.done("unit", "apply", "--yes")

    # ------------------------------------------------------------------------------ relations, summonses

    def relate(self, drawn: Drawn) -> None:
        pair, event = (drawn.resident, drawn.clinic), RELATION_EVENTS[drawn.number % len(RELATION_EVENTS)]
        again = self.model.said_already(pair, event)
        page, approved, _ = self.model.relation(pair)
        nothing = {"clinic_removed": not page, "approval_withdrawn": not approved}.get(event, False)
        against = [f"relation.{event}_without_effect"] if nothing and not again else []
        if told := self.expect(against, "relation", "record", *pair, event):
            self.happened(told["events"], pair, [] if again else [event])

    def happened(self, told: list[Any], pair: tuple[str, str], events: list[str]) -> None:
        """The relation events that an answer tells of are these."""
        assert [each["event"] for each in told] == events
        self.model.events += (Event(each["id"], pair, each["event"], self.model.now) for each in told)

    def void(self, drawn: Drawn) -> None:
        """One of the latest events was recorded wrongly: for all times, so that earlier answers hold no more."""
        if self.model.events:
            event = self.model.events[-1 - drawn.number % min(3, len(self.model.events))]
            self.done("relation", "void", str(event.number))
            event.voided = True
            self.history.clear()

    def summon(self, drawn: Drawn) -> None:
        """To a booking of the resident, or to book, for a code or for none."""
        of_resident = {name: each for name, each in self.model.bookings.items() if each.resident == drawn.resident}
        booking = one_of(drawn.number, of_resident, []) if drawn.local else None
        if booking:
            there = of_resident[booking]
            clinic, code, asked = there.clinic, there.code, ("--booking", booking)
        else:
            clinic, code, asked = drawn.clinic, drawn.code, ("--code", drawn.code)
        against = ["summons.not_booked"] if booking and there.ended else []
        mapping, now = self.model.mapping(clinic, code), self.model.now
        letter = Message(drawn.resident, clinic, "summons", mapping.label if mapping else None, code, booking, now)
        if told := self.expect(against, "summons", "send", drawn.resident, clinic, *asked):
            again = self.model.has_been_summoned(letter)
            assert [each["label"] for each in told["messages"]] == ([] if again else [letter.label])
            received = not again and not self.model.said_already((drawn.resident, clinic), "summons_received")
            self.happened(told["events"], (drawn.resident, clinic), ["summons_received"] if received else [])
            self.model.messages += [] if again else [letter]

    # ------------------------------------------------------------------------------------ the operations

    def book(self, drawn: Drawn) -> None:
        model = self.model
        if not model.free_slots():
            self.offer(drawn.clinic, drawn.code, 30 + drawn.other)
        likely = [name for name in model.slots if not any(model.against_booking(name, drawn.resident))]
        name = one_of(drawn.number, model.slots, likely)
        assert name
        slot, holder = model.slots[name], model.bookings.get(model.holder(name) or "")
        again = holder is not None and (holder.resident, holder.origin) == (drawn.resident, "resident")
        against = [] if again else list(model.against_booking(name, drawn.resident))
        basis = model.deciding(name, drawn.resident)[0] if model.asks_for_basis(name) else None
        if (told := self.expect(against, "booking", "book", name, drawn.resident)) and not again:
            made = Booking(slot.clinic, drawn.resident, slot.code, slot.start, model.now, "resident", name, basis)
            self.follow(told, made)

    def add(self, drawn: Drawn) -> None:
        """By the clinic, in a published time, be it another's, or outside any."""
        model, now = self.model, self.model.now
        name = one_of(drawn.number, model.slots, model.free_slots()) if drawn.other % 4 else None
        slot = model.slots[name] if name else Slot(drawn.clinic, drawn.code, now + drawn.other * HOUR)
        clinic, code = (drawn.clinic, drawn.code) if drawn.other % 8 == 1 else (slot.clinic, slot.code)
        against = list(model.against_slot(name, clinic, code)) if name else []
        inside = ("--slot", name) if name else ()
        if told := self.expect(against, "booking", "add", clinic, code, drawn.resident, iso(slot.start), *inside):
            self.follow(told, Booking(clinic, drawn.resident, code, slot.start, now, "clinic", name))

    def cancel(self, drawn: Drawn) -> None:
        likely = [name for name in self.model.bookings if not self.model.against(name, "cancel", drawn.by)]
        if not (name := one_of(drawn.number, self.model.bookings, likely)):
            return
        booking = self.model.bookings[name]
        again = booking.life == "cancelled"
        against = [] if again else self.model.against(name, "cancel", drawn.by)
        if self.change(booking, drawn, against, again, "cancel", name) and not again:
            booking.ended = self.model.now, "cancelled", drawn.by

    def rebook(self, drawn: Drawn) -> None:
        model = self.model
        likely = [name for name in model.bookings if not model.against(name, "rebook", drawn.by)]
        if not (name := one_of(drawn.number, model.bookings, likely)):
            return
        before = model.bookings[name]
        if not model.free_slots(before.clinic, before.code):
            self.offer(before.clinic, before.code, 30 + drawn.other)
        to = one_of(drawn.other, model.slots, model.free_slots(before.clinic, before.code))
        assert to
        again = any((each.replaces, each.slot, each.ended) == (name, to, None) for each in model.bookings.values())
        against = [] if again else model.against(name, "rebook", drawn.by, to)
        if (told := self.change(before, drawn, against, again, "rebook", name, to)) and not again:
            before.ended = model.now, "rebooked", drawn.by
            made = replace(before, start=model.slots[to].start, made=model.now, origin=drawn.by, slot=to, replaces=name)
            self.follow(told, replace(made, copy=False, ended=None))

    def change(self, booking: Booking, drawn: Drawn, against: list[str], again: bool, *arguments: str) -> Any:
        """The answer to the operation, which a copy needs to have said aloud (S8)."""
        if booking.copy and not (against or again or drawn.local):
            against = ["booking.is_a_copy"]
        return self.expect(against, "booking", *arguments, "--as", drawn.by, *(("--local",) if drawn.local else ()))

    def copy(self, drawn: Drawn) -> None:
        """A booking that comes by import, as the journal has it."""
        name, now, origin = f"K{len(self.model.bookings)}", self.model.now, ("", "clinic", "resident")[drawn.other % 3]
        copy = Booking(drawn.clinic, drawn.resident, drawn.code, now + drawn.other * HOUR, now, origin, copy=True)
        row = (name, copy.clinic, copy.code, copy.resident, iso(copy.start), iso(now), origin)
        text = f"booking_id,unit,code,resident,start,created_at,origin\n{','.join(row)}\n"
        self.done("booking", "import", "-", stdin=text)
        events, letters = self.model.follows(name, copy)
        log = json.loads(self.call("relation", "show", copy.resident, copy.clinic).out)["events"]
        self.happened(log[len(log) - len(events) :], (copy.resident, copy.clinic), events)
        self.model.bookings[name] = copy
        self.model.messages += letters

    def follow(self, told: Any, booking: Booking) -> None:
        """The booking that an answer tells of is this one, with all that a booking brings."""
        name = told["booking"]["id"]
        events, letters = self.model.follows(name, booking)
        assert [(each["kind"], each["label"]) for each in told["messages"]] == [
            (each.kind, each.label) for each in letters
        ]
        assert (told["replaces"] or {"id": None})["id"] == booking.replaces
        self.happened(told["events"], (booking.resident, booking.clinic), events)
        self.model.bookings[name] = booking
        self.model.messages += letters

    # ----------------------------------------------------------------------------------- what is then so

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        self.history[self.model.now] = expected = self.model.said()
        assert self.told(self.model.now) == expected
        self.agreed = True

    def told(self, at: int) -> object:
        """What the program says of the moment, as `Model.said` has it."""
        asked = self.asking(at)
        with Context.reading(asked) as asked.reader:
            views = {each: view_of(asked, each) for each in RESIDENTS}
            return {
                "slots": {
                    each.slot_id: (each.unit, str(each.status), each.booking)
                    for each in list_slots(asked, SlotFilter())
                },
                "bases": {each.basis_id: (each.status(at), each.booking) for each in list_bases(asked, BasisFilter())},
                "bookings": dict(map(exported, export_bookings(asked, BookingFilter()))),
                "pages": {name: {each.unit for each in view.clinics} for name, view in views.items()},
                "times": {name: list(map(seen, view.times)) for name, view in views.items()},
                "inboxes": {name: list(map(letter, inbox_of(asked, name))) for name in RESIDENTS},
                "summonses": sorted(map(repr, map(letter, summonses(asked, None, None)))),
            }

    def asking(self, at: int) -> Asking:
        return Asking(
            {}, self.folder, at, warn=lambda _: None, tell=lambda problem: problem.code, progress=Bars(),
            config_option=self.place[1], store_option=self.place[3],
        )  # fmt: skip

    def teardown(self) -> None:
        if self.agreed:
            self.hold_what_was()
        self.stores.forget(self.folder)
        shutil.rmtree(self.folder)

    def hold_what_was(self) -> None:
        """Earlier moments are answered as they were then, what was done is counted, and the store is whole."""
        moments = sorted(self.history)
        for at in moments[:: len(moments) // 6 + 1]:
            assert self.told(at) == self.history[at]
        asked = self.asking(self.model.now)
        with Context.reading(asked) as asked.reader:
            counted = {
                (tally.unit, tally.month, str(deed), str(doer)): bookings
                for tally in count_bookings(asked, StatsFilter())
                for (deed, doer), bookings in tally.counts.items()
                if bookings
            }
        assert counted == self.model.counted()
        ran = self.call("store", "check")
        assert ran.status == 0, ran.out


def exported(each: BookingExported) -> tuple[str, object]:
    row = each.row
    what = row.unit, row.resident, row.code, row.start
    return row.booking, (*what, str(row.status), row.created_at, row.origin, each.ended_at)


def seen(each: TimeShown) -> tuple[object, ...]:
    buttons = tuple(map(str, each.buttons))
    return each.starts_at, each.clinic.name, each.booking, each.label, buttons, each.first, each.moves


def letter(each: Any) -> tuple[object, ...]:
    return each.kind, each.unit, each.label, each.code, each.booking, each.sent_at


@pytest.fixture(scope="module")
def two_clinics(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In force since 2026-01-01, with those times and bases, to be copied."""
    folder = tmp_path_factory.mktemp("two")
    run = region_at(folder)
    for each in CLINICS:
        (folder / f"config/units/{each.alias}.toml").write_text(each.file(), encoding="utf-8")
    done = [run("unit", "apply", "--yes", "--at", "2026-01-01")]
    at = ("--at", iso(BEGINNING))
    for name, slot in SLOTS.items():
        done.append(run("slot", "publish", slot.clinic, slot.code, iso(slot.start), "--id", name, *at))
    for name, basis in BASES.items():
        dates = ("--from", str(day_of(basis.first)), "--to", str(day_of(basis.end, -1)))
        done.append(run("basis", "add", basis.resident, basis.clinic, basis.code, *dates, "--id", name, *at))
    assert {ran.status for ran in done} == {0}
    return folder


def test_operations_against_the_model(two_clinics: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Operations, "template", two_clinics, raising=False)
    monkeypatch.setattr(Operations, "stores", stores, raising=False)
    run_state_machine_as_test(Operations, settings=SETTINGS)
