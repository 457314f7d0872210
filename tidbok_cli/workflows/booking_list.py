"""`booking list`, `booking export`, and `booking stats` (S30)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tidbok_cli.domain.booking_list import BookingExported, BookingRow, BookingTraits
from tidbok_cli.domain.named import Named
from tidbok_cli.domain.stats import MonthStats, months
from tidbok_cli.domain.times import days
from tidbok_cli.store.read.booking import bookings, counted_by_hour, residents_booked, unit_names
from tidbok_cli.store.read.facts import BookingSelection
from tidbok_cli.store.read.names import NamesThen
from tidbok_cli.workflows.lookup import dates, resident_in_store, units_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tidbok_cli.domain.times import ClockRange
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class StatsFilter:
    """Units as the caller named them (none: all), and dates, both included."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


def count_bookings(context: Context, span: StatsFilter) -> list[MonthStats]:
    """Count what was done by the moment, per unit and month."""
    begins, ends = days(span.first, span.last)
    with context.reading() as reader:
        units = units_in_store(context, reader, list(span.units))
        counts = counted_by_hour(reader, context.at, begins, ends, units)
        return months(counts, unit_names(reader, context.at))


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Bookings of units (none: all), of a resident, by date of start."""

    units: tuple[str, ...] = ()
    resident: str | None = None
    first: date | None = None
    last: date | None = None
    traits: BookingTraits = field(default_factory=BookingTraits)
    clock: ClockRange | None = None

    @property
    def plain(self) -> dict[str, object]:
        """By what the list is chosen, for the audit."""
        times = None if self.clock is None else "-".join(f"{each // 60:02}:{each % 60:02}" for each in self.clock)
        return {**self.traits._asdict(), **dates(self.first, self.last), "time": times}


def list_bookings(context: Context, wanted: BookingFilter) -> Iterator[BookingRow]:
    """List the bookings made by the moment, by unit, start and id."""
    return (exported.row for exported in export_bookings(context, wanted))


def list_named(context: Context, wanted: BookingFilter) -> Iterator[Named[BookingRow]]:
    """List bookings as `list_bookings` does, with names as in force at the moment."""
    exported = export_bookings(context, wanted)
    with context.reading(noted=True) as reader:
        names = NamesThen(reader, context.at)
    for each in exported:
        unit, code = each.row.unit, each.row.code
        yield Named(each.row, names.clinic(unit), names.label(unit, code, each.care_type))


def export_bookings(context: Context, wanted: BookingFilter) -> Iterator[BookingExported]:
    """List bookings as `list_bookings` does, with every column of an import."""
    context.expect_purpose()
    begins, ends = days(wanted.first, wanted.last)
    with context.reading() as reader:
        units = units_in_store(context, reader, list(wanted.units))
        resident_id = resident_in_store(context, reader, wanted.resident) if wanted.resident else None
        if wanted.resident and resident_id is None:
            context.look("none", selection=wanted.plain)
            return
        selection = BookingSelection(units, begins, ends, every=True, resident_id=resident_id)
        shown = residents_booked(reader, selection, context.at, wanted.traits, wanted.clock)
        context.look(shown=shown, selection=wanted.plain)
        for each in bookings(reader, selection, context.at, wanted.traits):
            if wanted.clock is None or wanted.clock.holds(each.row.start):
                yield each
