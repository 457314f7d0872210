"""Bookings in lists, and what lists of them are chosen by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.booking import BookingOrigin
    from tidbok_cli.domain.facts import BookingStatus


class BookingTraits(NamedTuple):
    """Filters for lists; `code` is a code or care type."""

    code: str | None = None
    origin: BookingOrigin | None = None
    status: BookingStatus | None = None


class BookingRow(NamedTuple):
    """A booking in a list; instants in seconds UTC."""

    unit: str
    booking: str
    resident: str
    code: str
    start: int
    end: int | None
    status: BookingStatus
    created_at: int
    origin: str | None


class BookingExported(NamedTuple):
    """A booking with every column of an import; `ended_at` in seconds UTC."""

    row: BookingRow
    ended_at: int | None
    calendar: str | None
    care_type: str | None
    information: str | None
    meeting_link: str | None
