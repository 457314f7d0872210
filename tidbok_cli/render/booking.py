"""Bookings: one of them, lists, and exports."""

from __future__ import annotations

from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import CLINIC, INSTANT, LABEL, RESIDENT, WRITTEN_INSTANT, Column, Listing, Rank, coded

BOOKINGS = Listing(
    _m("for each booking"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.NAME),
        Column("booking", _m("Booking"), rank=Rank.NAME),
        Column("resident", _m("Resident"), kind=RESIDENT),
        Column("code", _m("Code"), rank=Rank.NAME),
        Column("start", _m("Start"), kind=INSTANT),
        Column("end", _m("End"), kind=INSTANT, rank=Rank.LEAST),
        Column("status", _m("Status"), kind=coded(words.STATUSES)),
        Column("created_at", _m("Made"), kind=INSTANT, rank=Rank.LEAST),
        Column("origin", _m("Origin"), kind=coded(words.ORIGINS), rank=Rank.LEAST),
    ),
    none=_m("There are no such bookings."),
)

BOOKINGS_NAMED = BOOKINGS.named(
    "unit", CLINIC, "booking", "start", "code", LABEL, "status", "resident", "end", "origin", "created_at"
)
"""Columns for people, of rows with names."""

EXPORTED = Listing(
    _m("for each booking, by the columns of “booking import”"),
    (
        Column("booking_id", _m("Booking"), "row.booking"),
        Column("unit", _m("HSA-id"), "row.unit"),
        Column("code", _m("Code"), "row.code"),
        Column("resident", _m("Resident"), "row.resident", RESIDENT),
        Column("start", _m("Start"), "row.start", WRITTEN_INSTANT),
        Column("end", _m("End"), "row.end", WRITTEN_INSTANT),
        Column("status", _m("Status"), "row.status"),
        Column("created_at", _m("Made"), "row.created_at", WRITTEN_INSTANT),
        Column("ended_at", _m("Ended"), kind=WRITTEN_INSTANT),
        Column("origin", _m("Origin"), "row.origin"),
        Column("calendar", _m("Calendar")),
        Column("care_type", _m("Care type")),
        Column("information", _m("Information")),
        Column("meeting_link", _m("Link to the meeting")),
    ),
    none=_m("There are no such bookings."),
)

BOOKING = (
    Column("id", get="booking.booking_id"),
    Column("unit", get="booking.unit"),
    Column("unit_name", get=lambda case: case.unit.config.name if case.unit else None),
    Column("resident", get="booking.resident", kind=RESIDENT),
    Column("code", get="booking.code"),
    Column("care_type", get="booking.care_type"),
    Column("kind", get=lambda case: case.mapping.kind if case.mapping else None),
    Column("label", get=lambda case: case.mapping.label if case.mapping else None),
    Column("start", get="booking.starts_at", kind=INSTANT),
    Column("end", get="booking.ends_at", kind=INSTANT),
    Column("status", get="status"),
    Column("created_at", get="booking.created_at", kind=INSTANT),
    Column("origin", get="booking.origin"),
    Column("calendar", get="booking.calendar"),
)
"""The booking of a case, as the contract, section 4, has it."""
