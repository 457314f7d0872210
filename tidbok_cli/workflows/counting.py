"""`booking stats`: how many times were booked, cancelled and rebooked, and by whom (S30)."""

from dataclasses import dataclass
from datetime import date

from tidbok_cli.domain.counting import Tally, tallied
from tidbok_cli.domain.times import days
from tidbok_cli.store.counting import done, names
from tidbok_cli.workflows.lookup import units_in_store
from tidbok_cli.workflows.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Span:
    """What to count: units as the caller named them (none: all), and the dates on which it happened, both included."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


def count_bookings(place: Workplace, span: Span) -> list[Tally]:
    """What was done by the moment, per unit and month."""
    begins, ends = days(span.first, span.last)
    with place.reading() as reader:
        units = units_in_store(place, reader, list(span.units))
        return tallied(done(reader, place.at, begins, ends, units), names(reader, place.at))
