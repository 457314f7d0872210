"""A plain model of clinics, residents and their clock.

tests/contract/test_model.py holds the program against it.
It is written from the domain's rules, not from the program: everything is computed anew from what happened. Instants
are seconds UTC.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HOUR = 3600
STOCKHOLM = ZoneInfo("Europe/Stockholm")
RELATION_EVENTS = ("clinic_added", "communication_approved", "clinic_removed", "approval_withdrawn")


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM).timestamp())


def iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat()


@dataclass(frozen=True)
class Mapping:
    """What a clinic lets residents see and do for a code; `change` is both cancel and rebook."""

    label: str
    show: bool = True
    change: bool = True
    book: str = "open"
    hours: int = 0


CODES = {
    "UPPF30": Mapping("Besök", hours=24),
    "OP60": Mapping("Operation", book="basis"),
    "TYST": Mapping("Tyst", show=False, change=False),
}


@dataclass(frozen=True)
class Clinic:
    """A clinic as it is configured; what it does not say, it offers."""

    alias: str
    hsa_id: str
    show: bool = True
    change: bool = True
    book: bool = True
    codes: dict[str, Mapping] = field(default_factory=lambda: dict(CODES))

    @property
    def name(self) -> str:
        return f"{self.alias}-mottagningen"

    def file(self) -> str:
        services = {"show": self.show, "cancel": self.change, "rebook": self.change, "book": self.book}
        lines = [f'hsa_id = "{self.hsa_id}"', f'name = "{self.name}"', f'alias = "{self.alias}"', "[services]"]
        lines += [f"{name} = {str(offered).lower()}" for name, offered in services.items()]
        lines += ["[coupling]", 'calendar = "TB1"']
        for code, mapping in self.codes.items():
            lines += ["[[care_service]]", f'code = "{code}"', f'journal_name = "{code} i journalen"']
            lines += [f'label = "{mapping.label}"', f"show = {str(mapping.show).lower()}", f'book = "{mapping.book}"']
            lines += [f"{name} = {str(mapping.change).lower()}" for name in ("cancel", "rebook")]
            lines += [f"cancel_deadline_hours = {mapping.hours}"]
        return "\n".join((*lines, ""))


HIDDEN = replace(CODES["UPPF30"], show=False, change=False, book="no")
RENAMED = replace(CODES["OP60"], label="Ingrepp", hours=48)
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "usual": {},
    "nothing shown": {"show": False, "change": False},
    "nothing changed": {"change": False},
    "nothing booked": {"book": False},
    "hidden": {"codes": CODES | {"UPPF30": HIDDEN}},
    "renamed": {"codes": CODES | {"OP60": RENAMED}},
    "unmapped": {"codes": {code: mapping for code, mapping in CODES.items() if code != "OP60"}},
}
"""What may be changed in a clinic's configuration."""


@dataclass
class Slot:
    clinic: str
    code: str
    start: int
    withdrawn: bool = False


@dataclass
class Basis:
    clinic: str
    resident: str
    code: str
    first: int
    end: int
    withdrawn: bool = False


@dataclass
class Booking:
    """`ended`: when, as what, and by whom."""

    clinic: str
    resident: str
    code: str
    start: int
    made: int
    origin: str
    slot: str | None = None
    basis: str | None = None
    replaces: str | None = None
    copy: bool = False
    ended: tuple[int, str, str] | None = None

    @property
    def life(self) -> str:
        return self.ended[1] if self.ended else "booked"

    def told(self) -> tuple[object, ...]:
        """What an export has of it."""
        ended_at = self.ended[0] if self.ended else None
        return self.resident, self.code, self.start, self.life, self.made, self.origin or None, ended_at


@dataclass
class Event:
    """An event of one relation. All that happens is in order, since the clock never goes back."""

    number: int
    pair: tuple[str, str]
    event: str
    happened: int
    voided: bool = False


@dataclass
class Message:
    resident: str
    clinic: str
    kind: str
    label: str | None
    code: str | None
    booking: str | None
    sent: int


@dataclass
class Model:
    """`free` from when until when no relation is required (S11); `letter` is the policy's message (S26)."""

    now: int
    free: tuple[int, int] = (0, 0)
    letter: str = "summons"
    clinics: dict[str, Clinic] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    bases: dict[str, Basis] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    # -------------------------------------------------------------------------------- how it is now

    def holder(self, slot: str) -> str | None:
        """The live booking that has the slot."""
        return next((name for name, each in self.bookings.items() if each.slot == slot and not each.ended), None)

    def user(self, basis: str) -> str | None:
        """The booking that has used the basis: a live one, or one that was cancelled when it was no longer valid."""
        for name, each in self.bookings.items():
            if each.basis == basis and (
                not each.ended or (each.ended[1] == "cancelled" and each.ended[0] >= self.bases[basis].end)
            ):
                return name
        return None

    def mapping(self, clinic: str, code: str) -> Mapping | None:
        return self.clinics[clinic].codes.get(code)

    def relation(self, pair: tuple[str, str], besides: str | None = None) -> tuple[bool, bool, str]:
        """Whether the clinic is on the start page, whether the resident is approved, and how it last ended."""
        page, approved, ended = False, False, "never"
        happened = [each.event for each in self.events if each.pair == pair and not each.voided]
        for event in (*happened, besides):
            there = page or approved
            match event:
                case None:
                    pass
                case "clinic_removed":
                    page = False
                case "approval_withdrawn":
                    page, approved = page and not approved, False
                case "communication_approved":
                    page = approved = True
                case _:
                    page = True
            if there and not (page or approved):
                ended = {"clinic_removed": "removed_by_resident"}.get(event or "", event or "")
        return page, approved, ended

    def said_already(self, pair: tuple[str, str], event: str) -> bool:
        """Whether the log has the event at this very second, and it would change nothing."""
        told = any(
            (each.pair, each.event, each.happened, each.voided) == (pair, event, self.now, False)
            for each in self.events
        )
        return told and self.relation(pair, event)[:2] == self.relation(pair)[:2]

    def has_been_summoned(self, letter: Message) -> bool:
        """Whether the same was sent in the same second."""
        return any(replace(each, label=letter.label) == letter for each in self.messages)

    def free_slots(self, clinic: str | None = None, code: str | None = None) -> list[str]:
        """The slots that can be booked, of a clinic and for a code, if any."""
        return [
            name
            for name, each in self.slots.items()
            if not any(self.against_slot(name, clinic or each.clinic, code or each.code))
        ]

    # ---------------------------------------------------------------------------- what speaks against it

    def against_slot(self, name: str, clinic: str, code: str) -> Iterator[str]:
        slot = self.slots[name]
        if self.holder(name):
            yield "slot.taken"
        elif slot.withdrawn:
            yield "slot.withdrawn"
        elif self.now >= slot.start:
            yield "slot.over"
        elif slot.clinic != clinic:
            yield "slot.other_unit"
        elif slot.code != code:
            yield "slot.other_service"

    def against(self, name: str, action: str, by: str = "resident", to: str | None = None) -> list[str]:
        """The checks of a booking that fail, in their order."""
        booking = self.bookings[name]
        told = [] if not booking.ended else [f"booking.{booking.life}"]
        told += ["window.over"] if self.now >= booking.start + 2 * HOUR else []
        if by == "resident":
            told += self.asked_of_residents(booking, action)
        return told + list(self.against_slot(to, booking.clinic, booking.code) if to else ())

    def asked_of_residents(self, booking: Booking, action: str) -> Iterator[str]:
        clinic, mapping = self.clinics[booking.clinic], self.mapping(booking.clinic, booking.code)
        page, approved, ended = self.relation((booking.resident, booking.clinic))
        if not clinic.show:
            yield "unit.show_off"
        if not mapping:
            yield "service.not_mapped"
        elif not mapping.show:
            yield "service.show_off"
        if not (page or approved or self.free[0] <= self.now < self.free[1]):
            yield f"relation.{ended}"
        if action == "show":
            return
        if not clinic.change:
            yield "offer.off"
        if not (mapping and mapping.change):
            yield "permission.off"
        if self.now >= booking.start - (mapping.hours if mapping else 0) * HOUR:
            yield "deadline.passed"

    def against_booking(self, name: str, resident: str) -> Iterator[str]:
        slot = self.slots[name]
        mapping = self.mapping(slot.clinic, slot.code)
        if not mapping:
            yield "service.not_mapped"
        if not self.clinics[slot.clinic].book:
            yield "offer.off"
        if not mapping or mapping.book == "no":
            yield "permission.off"
        if self.now >= slot.start:
            yield "deadline.passed"
        if self.asks_for_basis(name) and (reason := self.deciding(name, resident)[1]):
            yield f"basis.{reason}"
        yield from self.against_slot(name, slot.clinic, slot.code)

    def asks_for_basis(self, slot: str) -> bool:
        mapping = self.mapping(self.slots[slot].clinic, self.slots[slot].code)
        return mapping is not None and mapping.book == "basis"

    def reason(self, basis: str) -> str | None:
        there = self.bases[basis]
        if self.now < there.first:
            return "not_yet_valid"
        if self.now >= there.end:
            return "expired"
        return "used" if self.user(basis) else None

    def deciding(self, slot: str, resident: str) -> tuple[str | None, str | None]:
        """The basis that counts for a slot, and why it does not do."""
        wanted = self.slots[slot].clinic, resident, self.slots[slot].code
        order = (None, "not_yet_valid", "expired", "used")
        found = sorted(
            (order.index(self.reason(name)), basis.end, place, name)
            for place, (name, basis) in enumerate(self.bases.items())
            if (basis.clinic, basis.resident, basis.code) == wanted and not basis.withdrawn
        )
        return (found[0][3], order[found[0][0]]) if found else (None, "none")

    # --------------------------------------------------------------------------------- what follows

    def follows(self, name: str, booking: Booking) -> tuple[list[str], list[Message]]:
        """The relation events and the messages that a booking made now brings (S15, S26)."""
        mapping = self.mapping(booking.clinic, booking.code)
        if booking.origin == "resident":
            return ["booked_by_resident"], []
        if booking.origin != "clinic" or self.letter == "none":
            return [], []
        if not (self.clinics[booking.clinic].show and mapping and mapping.show):
            return [], []
        whose = booking.resident, booking.clinic
        letter = Message(*whose, self.letter, mapping.label, booking.code, name, self.now)
        return ["summons_received"] if self.letter == "summons" else [], [letter]

    # ---------------------------------------------------------------------------- what the resident sees

    def times(self, resident: str) -> list[tuple[object, ...]]:
        """The booked times that are shown, by start and clinic."""
        told = []
        for name, each in self.bookings.items():
            if each.resident == resident and not self.against(name, "show"):
                mapping = self.mapping(each.clinic, each.code)
                assert mapping
                buttons = () if self.against(name, "cancel") else ("cancel", "rebook")
                moved = self.moved(name)
                seen = (self.clinics[each.clinic].name, name, mapping.label, buttons, moved[-1], len(moved) - 1)
                told.append((each.start, *seen))
        return sorted(told)

    def moved(self, name: str) -> list[str]:
        """The booking, that which it replaces, and so on."""
        before = self.bookings[name].replaces
        return [name, *(self.moved(before) if before else ())]

    def page(self, resident: str) -> set[str]:
        """The clinics on the start page."""
        return {clinic.hsa_id for alias, clinic in self.clinics.items() if self.relation((resident, alias))[0]}

    def inbox(self, resident: str) -> list[tuple[object, ...]]:
        return [
            (each.kind, self.clinics[each.clinic].hsa_id, each.label, each.code, each.booking, each.sent)
            for each in reversed(self.messages)
            if each.resident == resident and not self.taken_back(each)
        ]

    def taken_back(self, letter: Message) -> bool:
        """Whether a summons was recorded wrongly: its event was voided, and no other of that second stands."""
        pair = (letter.resident, letter.clinic)
        voided = [
            each.voided
            for each in self.events
            if (each.pair, each.event, each.happened) == (pair, "summons_received", letter.sent)
        ]
        return letter.kind == "summons" and bool(voided) and all(voided)

    def said(self) -> dict[str, object]:
        """All of it, as it is now."""
        residents = sorted({each.resident for each in self.bases.values()})
        inboxes = {each: self.inbox(each) for each in residents}
        of_clinic = {alias: each.hsa_id for alias, each in self.clinics.items()}
        return {
            "slots": {name: (of_clinic[each.clinic], *self.standing(name)) for name, each in self.slots.items()},
            "bases": {
                name: ("withdrawn" if each.withdrawn else self.reason(name) or "valid", self.user(name))
                for name, each in self.bases.items()
            },
            "bookings": {name: (of_clinic[each.clinic], *each.told()) for name, each in self.bookings.items()},
            "pages": {each: self.page(each) for each in residents},
            "times": {each: self.times(each) for each in residents},
            "inboxes": inboxes,
            "summonses": sorted(repr(each) for inbox in inboxes.values() for each in inbox if each[0] == "summons"),
        }

    def standing(self, slot: str) -> tuple[str, str | None]:
        holder = self.holder(slot)
        return "booked" if holder else "withdrawn" if self.slots[slot].withdrawn else "free", holder

    def counted(self) -> Counter[tuple[str, str, str, str]]:
        """What was done, by clinic, month, what and by whom (S30)."""
        done: Counter[tuple[str, str, str, str]] = Counter()
        for each in self.bookings.values():
            hsa_id = self.clinics[each.clinic].hsa_id
            if not each.replaces:
                done[hsa_id, month(each.made), "booked", each.origin or "unknown"] += 1
            if each.ended:
                done[hsa_id, month(each.ended[0]), each.ended[1], each.ended[2]] += 1
        return done

    def edges(self) -> list[int]:
        """The moments to come at which an answer may change, the nearest first."""
        starts = {each.start for each in self.slots.values()} | {each.start for each in self.bookings.values()}
        hours = {0, -2, *(mapping.hours for clinic in self.clinics.values() for mapping in clinic.codes.values())}
        told = {start - before * HOUR for start in starts for before in hours}
        told |= {edge for basis in self.bases.values() for edge in (basis.first, basis.end)}
        return sorted(edge for edge in told if edge > self.now)

    def ends(self) -> list[int]:
        """The moments to come at which a basis that is in use expires, the nearest first."""
        used = (self.bases[each.basis].end for each in self.bookings.values() if each.basis and not each.ended)
        return sorted({end for end in used if end > self.now})


def day_of(instant: int, days: int = 0) -> date:
    """The date in Stockholm, some days on."""
    return datetime.fromtimestamp(instant, STOCKHOLM).date() + timedelta(days=days)


def month(instant: int) -> str:
    return str(day_of(instant))[:7]
