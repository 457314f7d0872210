"""Rows of imports of published times and booking bases (contract, section 2).

Tuples as in domain/booking_rows.py: line, unit as written, the other columns, and last the row's number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.basis import parse_day
from tidbok_cli.domain.cells import CellParsers, Cells
from tidbok_cli.domain.import_columns import (
    CODE,
    NAME,
    RESIDENT,
    TIME,
    UNIT,
    ImportColumn,
    ImportColumns,
    Merge,
    parsed_by,
)
from tidbok_cli.domain.memo import remembered
from tidbok_cli.domain.slot import wrong_length
from tidbok_cli.domain.times import days
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.parsed import Parsed

_DAY: Final = parsed_by(remembered(parse_day))

SLOT: Final = ImportColumns(
    ImportColumn("slot_id", NAME, Merge.NAMES, required=True),
    UNIT,
    ImportColumn("code", CODE, required=True),
    ImportColumn("start", TIME, required=True, stored="starts_at"),
    ImportColumn("end", TIME, required=True, stored="ends_at"),
    ImportColumn("calendar", CODE, Merge.CLEARS),
)
BASIS: Final = ImportColumns(
    ImportColumn("basis_id", NAME, Merge.NAMES, required=True),
    ImportColumn("resident", RESIDENT, Merge.NAMES, required=True),
    UNIT,
    ImportColumn("code", CODE, required=True),
    ImportColumn("valid_from", _DAY, required=True),
    ImportColumn("valid_to", _DAY, Merge.CLEARS, stored="valid_until"),
)


class IncomingSlot(NamedTuple):
    """A published time as a file has it, instants in seconds UTC.

    `says` as of a booking's row.
    """

    line: int
    unit: str
    row_id: str
    code: str
    starts_at: int
    ends_at: int
    calendar: str | None
    says: frozenset[str]
    number: int = 0


class IncomingBasis(NamedTuple):
    """A booking basis as a file has it; `says` as of bookings.

    Valid from a midnight until before another, in seconds UTC.
    """

    line: int
    unit: str
    row_id: str
    resident: str
    code: str
    valid_from: int
    valid_until: int
    says: frozenset[str]
    number: int = 0


def slot_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[IncomingSlot]:
    """The published time of a row, with its problems by column."""
    row = Cells(texts)
    unit, slot_id, code, starts_at, ends_at, calendar = SLOT.read(row, parsers)
    if starts_at is not None and (wrong := wrong_length(starts_at, ends_at)):
        row.note("end", Problem(wrong))
    return row.answer(
        IncomingSlot(line, unit, slot_id, code, starts_at, ends_at, calendar, SLOT.says(texts, parsers), number)
    )


def basis_row(texts: Mapping[str, str], line: int, parsers: CellParsers, number: int = 0) -> Parsed[IncomingBasis]:
    """The booking basis of a row, with its problems by column."""
    row = Cells(texts)
    unit, basis_id, resident, code, first, last = BASIS.read(row, parsers)
    if first is not None and last is not None and last < first:
        row.note("valid_to", Problem("basis.ends_before_it_begins"))
    if row.failed():
        return row.answer(None)
    return row.answer(
        IncomingBasis(line, unit, basis_id, resident, code, *days(first, last), BASIS.says(texts, parsers), number)
    )
