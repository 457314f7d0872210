"""A made-up region for `tidbok demo`: equal for equal seed and moment.

The person numbers are of Skatteverket's series for tests (birth numbers from 980 on), so that they are nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.identity import check_digit
from tidbok_cli.domain.relation import Event
from tidbok_cli.domain.times import HOUR, iso, local, midnight
from tidbok_cli.domain.unit import BookMode, CareService, Services, UnitConfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidbok_cli.domain.sweep import VerdictCount

DAY: Final = 24 * HOUR

_CLINICS: Final = (
    ("Ögonmottagningen", "ogon"),
    ("Flogsta vårdcentral", "flogsta"),
    ("Hudmottagningen", "hud"),
    ("Barnmorskemottagningen Centrum", "bmm"),
    ("Fysioterapin Söder", "fysio"),
    ("Ungdomsmottagningen", "umo"),
)

_SERVICES: Final = (
    ("UPPF30", "Uppföljning 30 min", "Besök"),
    ("NYB45", "Nybesök 45 min", "Första besök"),
    ("PROV10", "Provtagning 10 min", "Provtagning"),
    ("SAMT60", "Samtal 60 min", "Samtal"),
    ("VIDEO20", "Videobesök 20 min", "Digitalt besök"),
    ("TEAM90", "Teambesök 90 min", "Besök hos teamet"),
)

_LARGE: Final = 10_000
"""Number of bookings from which clinics have many codes."""

_CODES_OF_A_LARGE_ONE: Final = 45

_MAPPED_IN_A_LARGE_ONE: Final = 40


def _codes(number: int) -> tuple[tuple[str, str, str], ...]:
    """Return a number of care services: the six, then numbered copies."""
    rounds = ("" if place < len(_SERVICES) else f"-{place // len(_SERVICES)}" for place in range(number))
    return tuple(
        (code + more, name + more, label) for more, (code, name, label) in zip(rounds, cycle(_SERVICES), strict=False)
    )


@dataclass(frozen=True, slots=True)
class DemoBooking:
    """A row of the made-up bookings, by the columns of `booking import`."""

    booking_id: str
    unit: str
    code: str
    resident: str
    start: str
    end: str
    status: str
    created_at: str
    ended_at: str
    origin: str
    calendar: str


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """A row of the made-up events, by the columns of `relation import`."""

    resident: str
    unit: str
    event: str
    occurred_at: str


class DemoRegion:
    """Units, bookings and events around `now`, some wrong on purpose."""

    def __init__(self, seed: int, bookings: int, now: int) -> None:
        self.seed, self.bookings, self.now = seed, bookings, now
        self._codes = _codes(_CODES_OF_A_LARGE_ONE if bookings >= _LARGE else len(_SERVICES))
        self._mapped = _MAPPED_IN_A_LARGE_ONE if bookings >= _LARGE else 4
        self.units = tuple(self._unit(number) for number in range(max(6, bookings // 2000)))

    @property
    def configured_at(self) -> int:
        """The units' beginning, so late that some bookings are older."""
        return midnight(local(self.now - 60 * DAY).date())

    @property
    def units_before(self) -> tuple[UnitConfig, ...]:
        """The units as first configured: without their last care service."""
        return tuple(unit._replace(care_services=unit.care_services[:-1]) for unit in self.units)

    @property
    def changed_at(self) -> int:
        """The moment from which the units are as they are."""
        return midnight(local(self.now - 20 * DAY).date())

    def _unit(self, number: int) -> UnitConfig:
        random = Random(f"{self.seed} unit {number}")
        name, alias = _CLINICS[number % len(_CLINICS)]
        if number >= len(_CLINICS):
            name, alias = f"{name} {number}", f"{alias}-{number}"
        shows = number % 6 != 5
        calendar = None if number % 6 == 4 else f"{alias.upper()}-TB1"
        services = Services(shows, shows and bool(calendar), shows and bool(calendar) and random.random() < 0.5)
        mapped = tuple(self._mapping(random, *service) for service in self._codes[: self._mapped])
        return UnitConfig(f"SE2321000024-D{number:03}", name, alias, services, calendar, care_services=mapped)

    @staticmethod
    def _mapping(random: Random, code: str, journal_name: str, label: str) -> CareService:
        show = random.random() < 0.9
        return CareService(
            code, journal_name=journal_name, label=label, show=show, cancel=show, rebook=show and random.random() < 0.5,
            book=BookMode.NO, cancel_deadline_hours=24,
        )  # fmt: skip

    def resident(self, random: Random) -> str:
        """Somebody of about two residents for five bookings."""
        number = random.randrange(max(5, self.bookings * 2 // 5))
        born = date(1930, 1, 1) + timedelta(days=number % 33_000)
        nine = f"{born:%y%m%d}{980 + number // 33_000 % 20}"
        return f"{born:%Y%m%d}{nine[6:]}{check_digit(nine)}"

    def rows(self) -> Iterator[tuple[DemoBooking, tuple[DemoEvent, ...]]]:
        """Return the bookings, each with the pair's events that no booking brings."""
        random = Random(f"{self.seed} bookings")
        for number in range(self.bookings):
            yield self._row(random, number)

    def _row(self, random: Random, number: int) -> tuple[DemoBooking, tuple[DemoEvent, ...]]:
        unit, resident = random.choice(self.units), self.resident(random)
        code = random.choice(self._codes)[0]
        start = (
            midnight(local(self.now).date()) + random.randrange(-20, 60) * DAY + random.randrange(32, 66) * HOUR // 4
        )
        created = min(start, self.now) - random.randrange(1, 90 * DAY)
        status = random.choices((BookingStatus.BOOKED, BookingStatus.CANCELLED, BookingStatus.REBOOKED), (90, 7, 3))[0]
        ended = "" if status is BookingStatus.BOOKED else iso(created + int(random.random() * (self.now - created)))
        booking = DemoBooking(
            f"COS-{100_000 + number}", unit.hsa_id, code, resident, iso(start), iso(start + HOUR // 2), str(status),
            iso(created), ended, random.choices(("clinic", "resident", ""), (60, 15, 25))[0],
            unit.calendar if unit.calendar and random.random() < 0.95 else f"{(unit.alias or '').upper()}-TB2",
        )  # fmt: skip
        return booking, tuple(self._events(random, unit.hsa_id, resident, created))

    def _events(self, random: Random, unit: str, resident: str, created: int) -> Iterator[DemoEvent]:
        chance = random.random()
        if chance < 0.75:
            added = random.choice((Event.CLINIC_ADDED, Event.COMMUNICATION_APPROVED, Event.BOOKING_LINK_LOGIN))
            yield DemoEvent(resident, unit, str(added), iso(created + random.randrange(DAY)))
        if chance < 0.15:
            removed = random.choice((Event.CLINIC_REMOVED, Event.APPROVAL_WITHDRAWN))
            yield DemoEvent(resident, unit, str(removed), iso(created + 2 * DAY))


@dataclass(frozen=True, slots=True)
class DemoMade:
    """The made-up region's folder, its sweep, and some bookings not shown."""

    folder: Path
    counts: tuple[VerdictCount, ...]
    hidden: tuple[str, ...]
