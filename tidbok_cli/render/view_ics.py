"""A resident's booked times as iCalendar (RFC 5545).

A booking keeps its UID through every rebooking, and its SEQUENCE grows, so that a calendar moves the time it has.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import _
from tidbok_cli.render.lines import visible
from tidbok_cli.render.view import name, visit_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.view import TimeShown, View

_OCTETS: Final = 75
"""Octets of a line without its end (section 3.1)."""

_EMPTY: Final = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
)
"""A calendar must have a component (section 3.4), and this one is no event."""

_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})


def calendar(view: View) -> str:
    """The calendar, with the line ends that it must have."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(view))


def _lines(view: View) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tidbok//1177 tidbok//SV", "CALSCALE:GREGORIAN")
    for time in view.times:
        yield from _event(time, view.at)
    if not view.times:
        yield from _EMPTY
    yield "END:VCALENDAR"


def _event(time: TimeShown, at: int) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(f'{time.first}@{time.clinic.unit.upper()}')}"
    yield f"SEQUENCE:{time.moves}"
    yield f"DTSTAMP:{_instant(at)}"
    yield f"DTSTART:{_instant(time.starts_at)}"
    if time.ends_at is not None:
        yield f"DTEND:{_instant(time.ends_at)}"
    yield f"SUMMARY:{_text(time.label)}"
    yield f"LOCATION:{_text(name(time.clinic))}"
    if told := "\\n".join(map(_text, visit_lines(time.visit, _("Digital meeting")))):
        yield f"DESCRIPTION:{told}"
    if time.visit.meeting_link:
        yield f"URL:{visible(time.visit.meeting_link)}"
    yield "STATUS:CONFIRMED"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """A text as a value (section 3.3.11), its control characters shown."""
    return visible(text).translate(_ESCAPED)


def _folded(line: str) -> str:
    """Fold a line into pieces; later ones begin with a blank."""
    pieces, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _OCTETS:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += octets
    return "\r\n".join(pieces)
