"""Published times: as a list, and a clinic's week at a glance."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.slot import SlotStatus, SlotThen
from tidbok_cli.domain.times import local
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import INSTANT, Column, Listing, Rank, coded
from tidbok_cli.render.lines import Line, Span, print_lines, visible, visible_as
from tidbok_cli.render.moments import WEEKDAYS, offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UNIT = Column("unit", _m("HSA-id"), rank=Rank.NAME)
_REST = (
    Column("code", _m("Code"), rank=Rank.NAME),
    Column("start", _m("Start"), "starts_at", INSTANT),
    Column("end", _m("End"), "ends_at", INSTANT, Rank.LEAST),
    Column("calendar", _m("Calendar"), rank=Rank.LEAST),
    Column("status", _m("Status"), kind=coded(words.SLOT_STATUSES)),
    Column("published_at", _m("Published"), kind=INSTANT, rank=Rank.LEAST),
    Column("withdrawn_at", kind=INSTANT),
    Column("booking", _m("Booking"), whole=True, note=_m("the one that has taken it")),
)
SLOTS = Listing(
    _m("for each published time"),
    (_UNIT, Column("slot", _m("Slot"), "slot_id", rank=Rank.NAME), *_REST),
    shown=("unit", "slot", "start", "code", "status", "end", "booking", "calendar", "published_at"),
    none=_m("There are no such published times."),
)
SLOT = (Column("id", get="slot_id"), _UNIT, *_REST)


# ------------------------------------------------------------------------------------------- a week at a glance

_SIGNS: Final = {
    SlotStatus.FREE: Span("○", "green"),
    SlotStatus.BOOKED: Span("●", "bold"),
    SlotStatus.WITHDRAWN: Span("×", "dim"),
}
_STYLES: Final = {sign.text: sign.style for sign in _SIGNS.values()}


def print_week(slots: Iterable[SlotThen], monday: date) -> None:
    """Print a week at a glance, or that there is nothing."""
    lines = list(week(slots, monday))
    print_lines(lines or [(Span(_("No times are published in that week.")),)], styled=True)


def week(slots: Iterable[SlotThen], monday: date) -> Iterator[Line]:
    """A line for each clinic, day and code, with times and statuses."""
    for number, (unit, published) in enumerate(groupby(slots, lambda slot: slot.unit)):
        listed = list(published)
        if number:
            yield ()
        yield _heading(unit, listed, monday)
        for place in range(min(7, (date.max - monday).days + 1)):
            yield from _day(monday + timedelta(days=place), listed)


def _heading(unit: str, slots: list[SlotThen], monday: date) -> Line:
    counts = Counter(slot.status for slot in slots)
    told = _("{unit}, week {number}").format(unit=visible(unit), number=monday.isocalendar().week)
    legend = ", ".join(f"{_SIGNS[each].text} {_(words.SLOT_STATUSES[each])} {counts[each]}" for each in SlotStatus)
    return Span(told, "bold"), Span(f"   {legend}")


def _day(day: date, slots: list[SlotThen]) -> Iterator[Line]:
    """Lines of a day, one for each code, headed by the day."""
    weekday = _(WEEKDAYS[day.weekday()]).ljust(max(len(_(each)) for each in WEEKDAYS))
    begins = f"{weekday} {day.isoformat()}  "
    of_day = [slot for slot in slots if local(slot.starts_at).date() == day]
    if not of_day:
        yield (Span(f"{begins}–", "dim"),)
    width = max((len(_code(slot.code)) for slot in slots), default=0)
    for code in sorted({slot.code for slot in of_day}):
        times = [_time_of_day(slot) for slot in of_day if slot.code == code]
        yield from _folded(f"{begins}{_code(code).ljust(width)}  ", times)
        begins = " " * len(begins)


def _code(code: str) -> str:
    return visible_as("code", code)


def _time_of_day(slot: SlotThen) -> str:
    return f"{_SIGNS[slot.status].text}{local(slot.starts_at):%H:%M}{offset(slot.starts_at)}"


def _folded(head: str, times: list[str]) -> Iterator[Line]:
    room = shutil.get_terminal_size().columns - len(head) if sys.stdout.isatty() else sys.maxsize
    for first, *others in _lines(times, room):
        yield Span(head), Span(first, _STYLES[first[0]]), *(Span(f" {time}", _STYLES[time[0]]) for time in others)
        head = " " * len(head)


def _lines(times: Iterable[str], room: int) -> Iterator[list[str]]:
    """Times as many on a line as it has room for, each whole."""
    line: list[str] = []
    for time in times:
        if line and len(" ".join((*line, time))) > room:
            yield line
            line = []
        line.append(time)
    yield line
