"""Bookings made by the unit, and what is known of those that are there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tidbok_cli.domain.bookings import Origin, Record, Traits, same_booking
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes.answers import Diagnosis
from tidbok_cli.domain.outcomes.operations import Outcome
from tidbok_cli.domain.outcomes.rows import BookingExported, BookingRow
from tidbok_cli.domain.slots import SlotThen
from tidbok_cli.domain.times import FOREVER, days
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.case import case_of
from tidbok_cli.store.facts import Selection
from tidbok_cli.store.listing import bookings
from tidbok_cli.store.published import kept
from tidbok_cli.workflows.diagnose import of_slot
from tidbok_cli.workflows.lookup import expect_names, resident_in_store, slot_in_store, units_in_store, written_hsa_id
from tidbok_cli.workflows.operate import make
from tidbok_cli.workflows.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Order:
    """A booking to be made by the unit, as the caller wrote it, instants in seconds UTC."""

    unit: str
    code: str
    resident: str
    starts_at: int
    ends_at: int | None
    booking_id: str | None
    calendar: str | None
    slot: str | None = None


def add_booking(place: Workplace, order: Order) -> Outcome | Diagnosis:
    """Books a time for a resident, as the unit does it in the journal (S26), in a published time or outside any.

    Saying again what an id stands for changes nothing; raises BadInput where it stands for something else. The answer
    is the diagnosis where the published time is not to be had.
    """
    from tidbok_cli.store.bookings import known_bookings
    from tidbok_cli.store.names import resident_ids, unit_ids
    from tidbok_cli.store.operations import Ties

    place.expect_purpose()
    record = _record(place, order)
    with place.writing() as (session, reader):
        hsa_id = written_hsa_id(place, reader, order.unit)
        unit_id = unit_ids(session, {hsa_key(hsa_id): hsa_id})[hsa_key(hsa_id)]
        slot = None
        if order.slot is not None:
            slot = slot_in_store(place, reader, order.slot, None, near=unit_id, made_by=FOREVER)
            record = _in_slot(record, slot)
        known = known_bookings(session, [(unit_id, order.booking_id)]) if order.booking_id else {}
        for (_, booking), there in known.items():
            if not same_booking(there.record, record) or (slot and kept(reader, there.id).slot_id != slot.id):
                raise BadInput("booking.exists", where=Where(column="--id"), booking=booking)
            return Outcome(False, case_of(reader, there.id, place.question(Action.SHOW)), slot=slot)
        if slot:
            wanted = hsa_id, record.code
            diagnosis = of_slot(place, reader, slot, record.resident, made_by=FOREVER, booked_for=wanted)
            if not diagnosis.verdict.positive:
                return diagnosis
        resident_id = resident_ids(session, [record.resident])[record.resident]
        ties = Ties(slot.id if slot else None)
        return make(place, session, reader, (unit_id, order.booking_id), record, resident_id, ties)


def _in_slot(record: Record, slot: SlotThen) -> Record:
    """The booking with what the slot says besides; raises BadInput where the two contradict each other."""
    for name, wanted, there in (
        ("START", record.starts_at, slot.starts_at),
        ("--end", record.ends_at, slot.ends_at),
        ("--calendar", record.calendar, slot.calendar),
    ):
        if wanted is not None and there is not None and wanted != there:
            raise BadInput("slot.contradicts", where=Where(column=name), slot=slot.slot_id)
    ends_at = slot.ends_at if record.ends_at is None else record.ends_at
    return replace(record, ends_at=ends_at, calendar=record.calendar or slot.calendar)


def _record(place: Workplace, order: Order) -> Record:
    expect_names({"CODE": order.code, "--id": order.booking_id, "--calendar": order.calendar})
    if order.ends_at is not None and order.ends_at < order.starts_at:
        raise BadInput("booking.ends_before_start", where=Where(column="--end"))
    return Record(
        resident=place.resident(order.resident),
        code=order.code,
        care_type=None,
        starts_at=order.starts_at,
        ends_at=order.ends_at,
        created_at=place.at,
        ended_at=None,
        ended_as=None,
        origin=Origin.CLINIC,
        calendar=order.calendar,
    )


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Which bookings to list: of these units (none named: all), of a resident, with a start on these dates."""

    units: tuple[str, ...] = ()
    resident: str | None = None
    first: date | None = None
    last: date | None = None
    traits: Traits = field(default_factory=Traits)


def list_bookings(place: Workplace, wanted: BookingFilter) -> Iterator[BookingRow]:
    """The bookings made by the moment, by unit, start and id."""
    return (exported.row for exported in export_bookings(place, wanted))


def export_bookings(place: Workplace, wanted: BookingFilter) -> Iterator[BookingExported]:
    """The same, with all that an import of bookings has columns for."""
    place.expect_purpose()
    begins, ends = days(wanted.first, wanted.last)
    with place.reading() as reader:
        units = units_in_store(place, reader, list(wanted.units))
        resident_id = resident_in_store(place, reader, wanted.resident) if wanted.resident else None
        if wanted.resident and resident_id is None:
            return
        selection = Selection(units, begins, ends, every=True, resident_id=resident_id)
        yield from bookings(reader, selection, place.at, wanted.traits)
