"""What the rows of an import of bookings or relation events say (contract, section 2, *Import files*).

The values are tuples, since there may be a million of them; `number` is the row's place among the file's records. A
row whose parser gives no value is a bad row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.cells import CellParsers, Cells, one_of
from tidbok_cli.domain.facts import BookingStatus
from tidbok_cli.domain.identity import is_plain_resident
from tidbok_cli.domain.parsed import Parsed
from tidbok_cli.domain.relation import Event
from tidbok_cli.domain.times import plain_instant
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIONAL: Final = ("end", "origin", "calendar", "care_type")
"""The columns of a booking whose absence from a file says nothing, while an empty cell says that there is none."""

_ENDED: Final = (BookingStatus.CANCELLED, BookingStatus.REBOOKED)
_status = one_of({life.value: life for life in (BookingStatus.BOOKED, *_ENDED)})
_origin = one_of({origin: origin for origin in ("clinic", "resident")})
_plain_status = {None: None, "": BookingStatus.BOOKED} | {life.value: life for life in (BookingStatus.BOOKED, *_ENDED)}
_plain_origin = {None: None, "": None, "clinic": "clinic", "resident": "resident"}
_invitation = one_of({"true": True, "false": False})
_event = one_of({event.value: event for event in Event})


class IncomingBooking(NamedTuple):
    """A booking as a file has it: `unit` an HSA-id or alias as written, the instants in seconds UTC.

    `status` is None where the file has no such column; an empty cell, a RIV-TA schedule and a whole file say booked.
    `says` names those of the columns `OPTIONAL` that the file has. `invitation` is a timed summons (S14).
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
    invitation: bool
    says: frozenset[str]
    number: int = 0


class IncomingSummons(NamedTuple):
    """An open summons: an invitation without a time, hence no booking (S14)."""

    line: int
    unit: str
    summons_id: str
    resident: str
    number: int = 0


class IncomingEvent(NamedTuple):
    """Something that happened to a relation, `occurred_at` in seconds UTC (S12 … S18)."""

    line: int
    unit: str
    resident: str
    event: Event
    occurred_at: int
    number: int = 0


def booking_row(
    cells: Mapping[str, str], line: int, reading: CellParsers, number: int = 0
) -> Parsed[IncomingBooking | IncomingSummons]:
    """The booking, or open summons, that a row says, with all that is wrong or doubtful in it, by column."""
    plain = _plain_booking(cells, line, reading, number)
    return Parsed(plain) if plain else booking_row_at_length(cells, line, reading, number)


def booking_row_at_length(
    cells: Mapping[str, str], line: int, reading: CellParsers, number: int = 0
) -> Parsed[IncomingBooking | IncomingSummons]:
    """The same, however the row is written and whatever is wrong with it."""
    row = Cells(cells)
    invitation = row.optional("invitation", _invitation)
    if invitation and not cells.get("start"):
        return _summons(row, line, reading, number)
    return _booking(row, line, reading, bool(invitation), _says(tuple(cells)), number)


def _plain_booking(cells: Mapping[str, str], line: int, reading: CellParsers, number: int) -> IncomingBooking | None:
    """A booking that is written as programs write it, with nothing doubtful: nearly all of a million are."""
    get, times = cells.get, reading.plain_time
    booking_id, code, resident = get("booking_id"), get("code"), get("resident")
    calendar, care_type = get("calendar"), get("care_type")
    if not (booking_id and code and f"{booking_id}{code}{calendar}{care_type}".isprintable()):
        return None
    if not resident or not is_plain_resident(resident) or get("invitation"):
        return None
    try:
        unit, starts_at = reading.plain_unit[get("unit", "")], times[get("start", "")]
        ends_at = times[text] if (text := get("end")) else None
        created_at = plain_instant(text) if (text := get("created_at")) else None
        ended_at = plain_instant(text) if (text := get("ended_at")) else None
        status, origin = _plain_status[get("status")], _plain_origin[get("origin")]
    except LookupError:
        return None
    if (ends_at is not None and ends_at < starts_at) or (created_at is None and get("created_at")):
        return None
    if get("ended_at") and (ended_at is None or status not in _ENDED or ended_at < (created_at or ended_at)):
        return None
    if status is None and reading.present_is_booked:
        status = BookingStatus.BOOKED
    return IncomingBooking(
        line, unit, booking_id, code, resident, starts_at, ends_at, status, created_at, ended_at, origin,
        calendar or None, care_type or None, False, _says(tuple(cells)), number,
    )  # fmt: skip


def event_row(cells: Mapping[str, str], line: int, reading: CellParsers, number: int = 0) -> Parsed[IncomingEvent]:
    """The relation event that a row says, with all that is wrong or doubtful in it, by column."""
    row = Cells(cells)
    unit = row.required("unit", reading.unit)
    resident = row.required("resident", reading.resident)
    event = row.required("event", _event)
    occurred_at = row.required("occurred_at", reading.time)
    if unit is None or resident is None or event is None or occurred_at is None:
        return row.answer(None)
    return row.answer(IncomingEvent(line, unit, resident, event, occurred_at, number))


def _summons(row: Cells, line: int, reading: CellParsers, number: int) -> Parsed[IncomingBooking | IncomingSummons]:
    unit = row.required("unit", reading.unit)
    summons_id = row.required_text("booking_id")
    resident = row.required("resident", reading.resident)
    if unit is None or summons_id is None or resident is None:
        return row.answer(None)
    return row.answer(IncomingSummons(line, unit, summons_id, resident, number))


def _booking(
    row: Cells, line: int, reading: CellParsers, invitation: bool, says: frozenset[str], number: int
) -> Parsed[IncomingBooking | IncomingSummons]:
    unit = row.required("unit", reading.unit)
    booking_id = row.required_text("booking_id")
    code = row.required_text("code")
    resident = row.required("resident", reading.resident)
    starts_at = row.required("start", reading.time)
    ends_at = row.optional("end", reading.time)
    unsaid = None if "status" not in row and not reading.present_is_booked else BookingStatus.BOOKED
    status = row.optional("status", _status, unsaid)
    created_at = row.optional("created_at", reading.time)
    ended_at = row.optional("ended_at", reading.time)
    origin = row.optional("origin", _origin)
    calendar = row.text("calendar")
    care_type = row.text("care_type")
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        row.note("end", Problem("booking.ends_before_start"))
    if ended_at is not None:
        _check_ended(row, ended_at, status if "status" in row else BookingStatus.BOOKED, created_at)
    if unit is None or booking_id is None or code is None or resident is None or starts_at is None:
        return row.answer(None)
    return row.answer(IncomingBooking(
        line, unit, booking_id, code, resident, starts_at, ends_at, status, created_at, ended_at, origin, calendar,
        care_type, invitation, says, number,
    ))  # fmt: skip


def _check_ended(row: Cells, ended_at: int, status: BookingStatus | None, created_at: int | None) -> None:
    if status is BookingStatus.BOOKED:
        row.note("ended_at", Problem("booking.ended_while_booked"))
    if created_at is not None and ended_at < created_at:
        row.note("ended_at", Problem("booking.ended_before_created"))


@lru_cache(maxsize=64)
def _says(columns: tuple[str, ...]) -> frozenset[str]:
    """Those of the columns whose absence says nothing; the same for every row of a file."""
    return frozenset(OPTIONAL).intersection(columns)
