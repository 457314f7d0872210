"""The inbox of a resident, and summonses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import INSTANT, RESIDENT, Column, Listing, Rank, coded
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.operation import print_followed

if TYPE_CHECKING:
    from tidbok_cli.domain.operation import OperationDone
    from tidbok_cli.domain.summons import InboxMessage


def _label(message: InboxMessage) -> str:
    """The label, or the kind of message where none is configured."""
    return message.label or _(words.MESSAGES[message.kind])


INBOX = Listing(
    _m("for each message"),
    (
        Column("kind", _m("Kind"), kind=coded(words.MESSAGES), note=_m("summons or notice")),
        Column("sent_at", _m("Sent"), kind=INSTANT, rank=Rank.NAME),
        Column("unit"),
        Column("unit_name", _m("Clinic"), tell=lambda message: message.unit_name or message.unit),
        Column("label", _m("Label"), tell=_label, note=_m("null where nothing was configured")),
        Column("booking", _m("Booking"), rank=Rank.LEAST, whole=True),
        Column("start", _m("Booked time"), "starts_at", INSTANT, note=_m("null for an open summons")),
        Column("end", get="ends_at", kind=INSTANT),
    ),
    shown=("sent_at", "label", "unit_name", "start", "kind", "booking"),
    none=_m("The inbox is empty at that moment."),
)
SUMMONSES = Listing(
    _m("for each summons"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.NAME),
        Column("unit_name"),
        Column("resident", _m("Resident"), kind=RESIDENT),
        Column(
            "form",
            _m("Form"),
            lambda message: "open" if message.booking is None else "timed",
            coded(words.SUMMONS_FORMS),
            note=_m("open or timed"),
        ),
        Column("code", _m("Code"), rank=Rank.LEAST, whole=True),
        Column("label", _m("Label"), tell=_label),
        Column("booking", _m("Booking"), rank=Rank.LEAST, whole=True),
        Column("start", _m("Booked time"), "starts_at", INSTANT),
        Column("sent_at", _m("Sent"), kind=INSTANT),
        Column(
            "summons_id",
            _m("Summons"),
            "summons",
            rank=Rank.LEAST,
            whole=True,
            note=_m("the journal's own where it came by import"),
        ),
    ),
    shown=("unit", "sent_at", "resident", "form", "label", "start", "code", "booking", "summons_id"),
    none=_m("There are no such summonses."),
)


def print_summoned(outcome: OperationDone) -> None:
    """Print a summons and what followed."""
    if not outcome.changed:
        tell(_("Nothing changed: it was so already."))
    elif outcome.booking:
        booking = outcome.booking.booking
        said = _("Summoned to the time {start} (booking {booking}).")
        tell(visible(said.format(start=moment(booking.starts_at), booking=booking.booking_id)))
    else:
        tell(_("Summoned to book a time."))
    print_followed(outcome)
