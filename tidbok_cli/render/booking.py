"""Bookings in lists and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import values, words
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.words import moment, word

if TYPE_CHECKING:
    from tidbok_cli.domain.booking import BookingExported, BookingRow

BOOKINGS = (
    Column("unit", _m("Unit")),
    Column("booking", _m("Booking")),
    Column("resident", _m("Resident")),
    Column("code", _m("Code")),
    Column("start", _m("Start")),
    Column("end", _m("End")),
    Column("status", _m("Status")),
    Column("created_at", _m("Made")),
    Column("origin", _m("Origin")),
)

BOOKING_TABLE = (
    Column("unit", _m("Unit"), Rank.NAME),
    Column("booking", _m("Booking"), Rank.NAME),
    Column("start", _m("Start"), told=moment("start"), whole=True),
    Column("code", _m("Code"), Rank.NAME),
    Column("status", _m("Status"), told=word("status", words.STATUSES)),
    Column("resident", _m("Resident"), whole=True),
    Column("end", _m("End"), Rank.LEAST, moment("end"), whole=True),
    Column("origin", _m("Origin"), Rank.LEAST, word("origin", words.ORIGINS)),
    Column("created_at", _m("Made"), Rank.LEAST, moment("created_at"), whole=True),
)

EXPORTED = tuple(
    Column(key, title)
    for key, title in (
        ("booking_id", _m("Booking")),
        ("unit", _m("Unit")),
        ("code", _m("Code")),
        ("resident", _m("Resident")),
        ("start", _m("Start")),
        ("end", _m("End")),
        ("status", _m("Status")),
        ("created_at", _m("Made")),
        ("ended_at", _m("Ended")),
        ("origin", _m("Origin")),
        ("calendar", _m("Calendar")),
        ("care_type", _m("Care type")),
    )
)


def booking_row(row: BookingRow, *, reveal: bool) -> dict[str, Any]:
    """A booking in a list."""
    return {
        "unit": row.unit,
        "booking": row.booking,
        "resident": values.resident(row.resident, reveal=reveal),
        "code": row.code,
        "start": iso(row.start),
        "end": values.instant(row.end),
        "status": str(row.status),
        "created_at": iso(row.created_at),
        "origin": row.origin,
    }


def exported_row(exported: BookingExported, *, reveal: bool) -> dict[str, Any]:
    """A booking by the columns of an import of bookings (contract, section 2)."""
    listed = booking_row(exported.row, reveal=reveal) | {
        "booking_id": exported.row.booking,
        "ended_at": values.instant(exported.ended_at),
        "calendar": exported.calendar,
        "care_type": exported.care_type,
    }
    return {column.key: listed[column.key] for column in EXPORTED}
