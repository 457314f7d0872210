"""Rows of imports of bookings and relation events (contract, section 2).

The values are tuples, since there may be a million of them: line, unit as written, the other columns, and last
`number`, the row's place among the file's records. A row whose parser gives no value is a bad row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.cells import CellParsers, Cells, one_of
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.import_columns import (
    CODE,
    INFORMATION,
    LINK,
    MOMENT,
    NAME,
    RESIDENT,
    TIME,
    UNIT,
    ImportColumn,
    ImportColumns,
    Merge,
    coded,
)
from tidbok_cli.domain.relation import Event
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidbok_cli.domain.parsed import Parsed

_STATUSES: Final = (BookingStatus.BOOKED, BookingStatus.CANCELLED, BookingStatus.REBOOKED)
_STATUS: Final = coded({status.value: status for status in _STATUSES})
_ORIGIN: Final = coded({origin: origin for origin in ("clinic", "resident")})
_EVENT: Final = coded({event.value: event for event in Event})
_invitation = one_of({"true": True, "false": False})

BOOKING: Final = ImportColumns(
    ImportColumn("booking_id", NAME, Merge.NAMES, required=True),
    UNIT,
    ImportColumn("code", CODE, required=True),
    ImportColumn("resident", RESIDENT, Merge.NAMES, required=True),
    ImportColumn("start", TIME, required=True, stored="starts_at"),
    ImportColumn("end", TIME, Merge.CLEARS, stored="ends_at"),
    ImportColumn("status", _STATUS, Merge.LIVES),
    ImportColumn("created_at", MOMENT, Merge.LIVES),
    ImportColumn("ended_at", MOMENT, Merge.LIVES),
    ImportColumn("origin", _ORIGIN, Merge.KEEPS),
    ImportColumn("calendar", CODE, Merge.CLEARS),
    ImportColumn("care_type", CODE, Merge.CLEARS),
    ImportColumn("information", INFORMATION, Merge.CLEARS),
    ImportColumn("meeting_link", LINK, Merge.CLEARS),
)
_FIELDS: Final = tuple(column.field for column in BOOKING.in_row)
_LIFE: Final = ("status", "created_at", "ended_at")
EVENT: Final = ImportColumns(
    ImportColumn("resident", RESIDENT, Merge.NAMES, required=True),
    UNIT,
    ImportColumn("event", _EVENT, Merge.NAMES, required=True),
    ImportColumn("occurred_at", MOMENT, Merge.NAMES, required=True),
)
SUMMONS: Final = ImportColumns(
    UNIT, *(column for column in BOOKING.in_row if column.name in ("booking_id", "resident"))
)


class IncomingBooking(NamedTuple):
    """A booking as a file has it, in the order of `BOOKING`.

    Instants in seconds UTC. `status` is None where the file has no such column; an empty cell, a RIV-TA schedule and a
    whole file say booked. `invitation` is a timed summons (S14). `says` has those columns of the file whose absence
    would keep what is known.
    """

    line: int
    unit: str
    booking_id: str
    code: str
    resident: str
    starts_at: int
    ends_at: int | None
    status: BookingStatus | None
    created_at: int | None
    ended_at: int | None
    origin: str | None
    calendar: str | None
    care_type: str | None
    information: str | None
    meeting_link: str | None
    invitation: bool
    says: frozenset[str]
    number: int = 0

    @property
    def row_id(self) -> str:
        return self.booking_id

    def unsaid(self) -> Iterator[str]:
        """Fields of which the row says nothing new."""
        return BOOKING.unsaid(self)


class IncomingSummons(NamedTuple):
    """An open summons: an invitation without a time, hence no booking (S14)."""

    line: int
    unit: str
    summons_id: str
    resident: str
    number: int = 0

    @property
    def row_id(self) -> str:
        return self.summons_id


class IncomingEvent(NamedTuple):
    """A relation's event, `occurred_at` in seconds UTC (S12 … S18)."""

    line: int
    unit: str
    resident: str
    event: Event
    occurred_at: int
    number: int = 0

    @property
    def row_id(self) -> None:
        """None: events have no ids of their own."""


def booking_row(
    texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0
) -> Parsed[IncomingBooking | IncomingSummons]:
    """The booking or open summons of a row, with problems by column."""
    row, get = Cells(texts), texts.get
    invitation = row.optional("invitation", _invitation)
    if invitation and not get("start"):
        return row.answer(IncomingSummons._make((line, *SUMMONS.read(row, parsers), number)))
    values = BOOKING.read(row, parsers)
    booking = IncomingBooking._make((line, *values, bool(invitation), BOOKING.says(texts, parsers), number))
    if not booking.status and not get("status") and (parsers.present_is_booked or "status" in texts):
        booking = booking._replace(status=BookingStatus.BOOKED)
    _check_order(row, booking)
    return row.answer(booking)


def _check_order(row: Cells, booking: IncomingBooking) -> None:
    """Note a booking that ends too early, or was ended while booked."""
    starts_at: Any = booking.starts_at  # None where it could not be read
    if booking.ends_at is not None and starts_at is not None and booking.ends_at < starts_at:
        row.note("end", Problem("booking.ends_before_start"))
    ended_at = booking.ended_at
    if ended_at is None:
        return
    if booking.status is BookingStatus.BOOKED or not row.texts.get("status"):
        row.note("ended_at", Problem("booking.ended_while_booked"))
    if booking.created_at is not None and ended_at < booking.created_at:
        row.note("ended_at", Problem("booking.ended_before_created"))


def event_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[IncomingEvent]:
    """The relation event of a row, with its problems by column."""
    row = Cells(texts)
    return row.answer(IncomingEvent._make((line, *EVENT.read(row, parsers), number)))


def booking_lot(cells: Mapping[str, Sequence[str]], count: int, parsers: CellParsers) -> list[Sequence[Any]]:
    """Values of so many rows' bookings, by columns `BOOKING.in_row`, none of them an invitation.

    Raises LookupError, as `read_lot` does, where `booking_row` would find anything wrong.
    """
    columns = dict(zip(_FIELDS, BOOKING.read_lot(cells, count, parsers), strict=True))
    if parsers.present_is_booked or "status" in cells:
        booked = BookingStatus.BOOKED.value
        columns["status"] = [status or booked for status in columns["status"]]
    _expect_order(columns, count, says_status="status" in cells)
    return list(columns.values())


def _expect_order(columns: Mapping[str, Sequence[Any]], count: int, *, says_status: bool) -> None:
    """Raise LookupError where `_check_order` notes a problem."""
    pairs = zip(columns["starts_at"], columns["ends_at"], strict=True)
    if any(ends_at is not None and ends_at < starts_at for starts_at, ends_at in pairs):
        raise LookupError
    if columns["ended_at"].count(None) == count:
        return
    for status, created_at, ended_at in zip(*(columns[name] for name in _LIFE), strict=True):
        if ended_at is not None and (
            not says_status or status == BookingStatus.BOOKED or (created_at is not None and ended_at < created_at)
        ):
            raise LookupError
