"""What the rows of an import of published times or booking bases say (contract, section 2, *Import files*).

As in domain/booking_rows.py, the values are tuples that begin with the line and the unit as written, and end with the
row's number; a row whose parser gives no value is a bad row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.basis import parse_day
from tidbok_cli.domain.cells import CellParsers, Cells, ParsedMemo
from tidbok_cli.domain.times import days
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.parsed import Parsed

_day = ParsedMemo(parse_day)


class IncomingSlot(NamedTuple):
    """A published time as a file has it, instants in seconds UTC; `says_calendar`: the file has such a column."""

    line: int
    unit: str
    slot_id: str
    code: str
    starts_at: int
    ends_at: int
    calendar: str | None
    says_calendar: bool
    number: int = 0


class IncomingBasis(NamedTuple):
    """A booking basis as a file has it: valid from a midnight until before another, in seconds UTC.

    `says_end`: the file has a column for its last date.
    """

    line: int
    unit: str
    basis_id: str
    resident: str
    code: str
    valid_from: int
    valid_until: int
    says_end: bool
    number: int = 0


def slot_row(cells: Mapping[str, str], line: int, reading: CellParsers, number: int = 0) -> Parsed[IncomingSlot]:
    """The published time that a row says, with all that is wrong or doubtful in it, by column."""
    row = Cells(cells)
    unit = row.required("unit", reading.unit)
    slot_id = row.required_text("slot_id")
    code = row.required_text("code")
    starts_at = row.required("start", reading.time)
    ends_at = row.required("end", reading.time)
    calendar = row.text("calendar")
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        row.note("end", Problem("booking.ends_before_start"))
    if unit is None or slot_id is None or code is None or starts_at is None or ends_at is None:
        return row.answer(None)
    return row.answer(IncomingSlot(line, unit, slot_id, code, starts_at, ends_at, calendar, "calendar" in row, number))


def basis_row(cells: Mapping[str, str], line: int, reading: CellParsers, number: int = 0) -> Parsed[IncomingBasis]:
    """The booking basis that a row says, with all that is wrong or doubtful in it, by column."""
    row = Cells(cells)
    unit = row.required("unit", reading.unit)
    basis_id = row.required_text("basis_id")
    resident = row.required("resident", reading.resident)
    code = row.required_text("code")
    first = row.required("valid_from", _day)
    last = row.optional("valid_to", _day)
    if first is not None and last is not None and last < first:
        row.note("valid_to", Problem("basis.ends_before_it_begins"))
    if unit is None or basis_id is None or resident is None or code is None or first is None:
        return row.answer(None)
    validity = days(first, last)
    return row.answer(IncomingBasis(line, unit, basis_id, resident, code, *validity, "valid_to" in row, number))
