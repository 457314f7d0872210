"""Results of operations on bookings, slots and relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.checks import Result
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.slot import SlotStatus, SlotThen
from tidbok_cli.errors import Problem, Refused
from tidbok_cli.i18n import _
from tidbok_cli.render import words
from tidbok_cli.render.booking import BOOKING
from tidbok_cli.render.columns import INSTANT, RESIDENT, Column, JsonObject, record, resident
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.slot import SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.operation import OperationDone
    from tidbok_cli.domain.why import Diagnosis

OUTCOME_KEYS = ("what", "id", "unit", "resident", "kind", "at")
_EVENT = (
    Column("id"),
    Column("resident", kind=RESIDENT),
    Column("unit"),
    Column("event"),
    Column("occurred_at", kind=INSTANT),
    Column("voided_at", kind=INSTANT),
)
_MESSAGE = (
    Column("kind"),
    Column("resident", kind=RESIDENT),
    Column("unit"),
    Column("label"),
    Column("sent_at", kind=INSTANT),
)


def outcome_value(outcome: OperationDone, *, reveal: bool) -> JsonObject:
    """`tidbok.operation/1` (contract, section 3)."""
    return {
        "schema": "tidbok.operation/1",
        "booking": record(BOOKING, outcome.booking, reveal=reveal) if outcome.booking else None,
        "replaces": record(BOOKING, outcome.replaces, reveal=reveal) if outcome.replaces else None,
        "slot": record(SLOT, outcome.slot) if outcome.slot else None,
        "events": [record(_EVENT, event, reveal=reveal) for event in outcome.events],
        "messages": [record(_MESSAGE, message, reveal=reveal) for message in outcome.messages],
    }


def outcome_rows(outcome: OperationDone, *, reveal: bool) -> Iterator[JsonObject]:
    """Rows of CSV: each booking, the slot, each event, each message."""
    value = outcome_value(outcome, reveal=reveal)
    for what in ("booking", "replaces", "slot"):
        if told := value[what]:
            yield told | {"what": what, "kind": told["code"], "at": told["start"]}
    for event in value["events"]:
        yield event | {"what": "event", "kind": event["event"], "at": event["occurred_at"]}
    for message in value["messages"]:
        yield message | {"what": "message", "at": message["sent_at"]}


def print_outcome(outcome: OperationDone, *, reveal: bool) -> None:
    """Print an operation, and what followed."""
    if not outcome.changed:
        tell(_("Nothing changed: it was so already."))
    if outcome.booking:
        _print_booking(outcome.booking, outcome.replaces, reveal=reveal)
    if outcome.slot and (outcome.booking is None or outcome.slot.booking is None):
        _print_slot(outcome.slot)
    print_followed(outcome)


def print_followed(outcome: OperationDone) -> None:
    """The relation events and the messages that an operation brought."""
    for event in outcome.events:
        recorded = event.voided_at is None
        said = _("Recorded as event {number}: {event} ({unit}, {at}).")
        said = said if recorded else _("Voided, event {number}: {event} ({unit}, {at}).")
        told = said.format(
            number=event.id, event=_(words.EVENTS[event.event]), unit=event.unit, at=moment(event.occurred_at)
        )
        tell(visible(told))
    for message in outcome.messages:
        tell(visible(_("Sent to the inbox: {label}.").format(label=message.label or _(words.MESSAGES[message.kind]))))


def _print_booking(case: Case, replaces: Case | None, *, reveal: bool) -> None:
    booking = case.booking
    number = resident(booking.resident, reveal=reveal)
    said = _("Booked: {booking} at {unit}, {start}, for {resident}.")
    if booking.status is BookingStatus.CANCELLED:
        said = _("Cancelled: {booking} at {unit}, {start}, for {resident}.")
    told = said.format(booking=booking.booking_id, unit=booking.unit, start=moment(booking.starts_at), resident=number)
    tell(visible(told))
    if replaces:
        moved = _("It replaces {booking}, {start}.")
        tell(visible(moved.format(booking=replaces.booking.booking_id, start=moment(replaces.booking.starts_at))))


def _print_slot(slot: SlotThen) -> None:
    said = {
        SlotStatus.FREE: _("Free to be booked: {slot} at {unit}, {start}, {code}."),
        SlotStatus.BOOKED: _("Published, and booked: {slot} at {unit}, {start}, {code}."),
        SlotStatus.WITHDRAWN: _("Withdrawn: {slot} at {unit}, {start}, {code}."),
    }[slot.status]
    tell(visible(said.format(slot=slot.slot_id, unit=slot.unit, start=moment(slot.starts_at), code=slot.code)))


def denial(diagnosis: Diagnosis) -> Refused:
    """A refusal by the rules, with each unmet check as `check.reason`."""
    from tidbok_cli.render.check_variants import variant
    from tidbok_cli.render.why_fields import fields

    problems = [
        Problem(reason, fields(diagnosis, each.evidence).whole | {"variant": variant(diagnosis.case, reason)})
        for each in diagnosis.checks
        if each.finding.result is not Result.PASS
        for reason in (f"{each.finding.check.name}.{each.finding.reason}",)
    ]
    return Refused("operation.denied", problems=problems)
