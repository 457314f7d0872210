"""The inbox of a resident, and summonses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import values, words
from tidbok_cli.render.columns import Column, Rank, RowValues
from tidbok_cli.render.lines import visible
from tidbok_cli.render.operation import print_followed
from tidbok_cli.render.words import clock, moment, word

if TYPE_CHECKING:
    from tidbok_cli.domain.operation import OperationDone
    from tidbok_cli.domain.summons import InboxMessage


def _label(row: RowValues) -> str:
    """What the resident reads; where nothing is configured for it, what kind of message it is."""
    return row["label"] or _(words.MESSAGES[row.get("kind", "summons")])


INBOX = (
    Column("kind", _m("Kind")),
    Column("sent_at", _m("Sent")),
    Column("unit", _m("Unit")),
    Column("unit_name", _m("Clinic")),
    Column("label", _m("Label")),
    Column("booking", _m("Booking")),
    Column("start", _m("Start")),
    Column("end", _m("End")),
)
INBOX_TABLE = (
    Column("sent_at", _m("Sent"), Rank.NAME, moment("sent_at")),
    Column("label", _m("Label"), told=_label),
    Column("unit_name", _m("Clinic"), told=lambda row: row["unit_name"] or row["unit"]),
    Column("start", _m("Booked time"), told=moment("start"), whole=True),
    Column("kind", _m("Kind"), told=word("kind", words.MESSAGES)),
    Column("booking", _m("Booking"), Rank.LEAST, whole=True),
)
SUMMONSES = (
    Column("unit", _m("Unit")),
    Column("unit_name", _m("Clinic")),
    Column("resident", _m("Resident")),
    Column("form", _m("Form")),
    Column("code", _m("Code")),
    Column("label", _m("Label")),
    Column("booking", _m("Booking")),
    Column("start", _m("Start")),
    Column("sent_at", _m("Sent")),
    Column("summons_id", _m("Summons")),
)
SUMMONS_TABLE = (
    Column("unit", _m("Unit"), Rank.NAME),
    Column("sent_at", _m("Sent"), told=moment("sent_at"), whole=True),
    Column("resident", _m("Resident"), whole=True),
    Column("form", _m("Form"), told=word("form", words.SUMMONS_FORMS)),
    Column("label", _m("Label"), told=_label),
    Column("start", _m("Booked time"), told=moment("start"), whole=True),
    Column("code", _m("Code"), Rank.LEAST, whole=True),
    Column("booking", _m("Booking"), Rank.LEAST, whole=True),
    Column("summons_id", _m("Summons"), Rank.LEAST, whole=True),
)


def inbox_row(message: InboxMessage) -> dict[str, Any]:
    """A message in a resident's inbox."""
    return {
        "kind": message.kind,
        "sent_at": iso(message.sent_at),
        "unit": message.unit,
        "unit_name": message.unit_name,
        "label": message.label,
        "booking": message.booking,
        "start": values.instant(message.starts_at),
        "end": values.instant(message.ends_at),
    }


def summons_row(message: InboxMessage, *, reveal: bool) -> dict[str, Any]:
    """A summons in a list."""
    return {
        "unit": message.unit,
        "unit_name": message.unit_name,
        "resident": values.resident(message.resident, reveal=reveal),
        "form": "open" if message.booking is None else "timed",
        "code": message.code,
        "label": message.label,
        "booking": message.booking,
        "start": values.instant(message.starts_at),
        "sent_at": iso(message.sent_at),
        "summons_id": message.summons,
    }


def print_summoned(outcome: OperationDone) -> None:
    """What a summons did."""
    if not outcome.changed:
        print(_("Nothing changed: it was so already."))
    elif outcome.booking:
        booking = outcome.booking.booking
        said = _("Summoned to the time {start} (booking {booking}).")
        print(visible(said.format(start=clock(booking.starts_at), booking=booking.booking_id)))
    else:
        print(_("Summoned to book a time."))
    print_followed(outcome)
