"""Bookings made by the unit, and what is known of those that are there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tidbok_cli.domain.bookings import Origin, Record, Traits, same_booking
from tidbok_cli.domain.case import Case
from tidbok_cli.domain.cells import parse_text
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.outcomes import BookingExported, BookingRow, EventTold, MessageTold, Outcome
from tidbok_cli.domain.relations import Event
from tidbok_cli.domain.times import days
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.case import case_of
from tidbok_cli.store.facts import Selection
from tidbok_cli.store.listing import bookings, bookings_named
from tidbok_cli.workflows.lookup import resident_in_store, units_in_store, written_hsa_id
from tidbok_cli.workflows.workplace import Workplace

if TYPE_CHECKING:
    from tidbok_cli.workflows.following import Following


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


def add_booking(place: Workplace, order: Order) -> Outcome:
    """Books a time for a resident, as the unit does it in the journal (S26).

    Saying again what an id stands for changes nothing; raises BadInput where it stands for something else.
    """
    from tidbok_cli.store.bookings import Changes, free_booking_id, known_bookings, write
    from tidbok_cli.store.configurations import Configurations
    from tidbok_cli.store.names import resident_ids, unit_ids
    from tidbok_cli.store.relations import Recording
    from tidbok_cli.workflows.following import Following

    place.expect_purpose()
    record = _record(place, order)
    with place.writing() as (session, reader):
        hsa_id = written_hsa_id(place, reader, order.unit)
        unit_id = unit_ids(session, {hsa_key(hsa_id): hsa_id})[hsa_key(hsa_id)]
        residents = resident_ids(session, [record.resident])
        key = unit_id, order.booking_id or free_booking_id(session, unit_id)
        known = known_bookings(session, [key]).get(key)
        if known and not same_booking(known.record, record):
            raise BadInput("booking.exists", where=Where(column="--id"), booking=key[1])
        if known:
            return Outcome(changed=False, booking=case_of(reader, known.id, place.question(Action.SHOW)))
        write(session, Changes(new={key: record}), residents, imported=False, batch_id=None)
        following = Following(Configurations(reader), place.region.policy.clinic_booking_message)
        following.made(key, residents[record.resident], None, record)
        recorded = following.write(session, Recording(place.now, place.actor))
        number = bookings_named(reader, key[1], unit_id)[0][0]
        return _outcome(case_of(reader, number, place.question(Action.SHOW)), following, recorded.ids)


def _record(place: Workplace, order: Order) -> Record:
    for name, text in (("CODE", order.code), ("--id", order.booking_id), ("--calendar", order.calendar)):
        if text is not None and (not text or parse_text(text).value is None):
            raise BadInput("argument.not_a_name", where=Where(column=name))
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


def _outcome(case: Case, following: "Following", event_ids: tuple[int, ...]) -> Outcome:
    unit, resident = case.booking.unit, case.booking.resident
    events = (
        EventTold(number, resident, unit, Event(event.event), event.occurred_at)
        for number, event in zip(event_ids, following.events, strict=False)
    )
    messages = (MessageTold(sent.kind, resident, unit, sent.label, sent.sent_at) for sent in following.messages)
    return Outcome(True, case, tuple(events), tuple(messages))


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
