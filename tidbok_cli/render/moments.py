"""Moments and dates: in words for sentences, in figures for tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import FOREVER, HOUR, is_twice, iso, local
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m

if TYPE_CHECKING:
    from datetime import date

    from tidbok_cli.domain.coupling import SnapshotRead

WEEKDAYS: Final = (_m("Mon"), _m("Tue"), _m("Wed"), _m("Thu"), _m("Fri"), _m("Sat"), _m("Sun"))
MONTHS: Final = (
    _m("Jan"), _m("Feb"), _m("Mar"), _m("Apr"), _m("May"), _m("Jun"),
    _m("Jul"), _m("Aug"), _m("Sep"), _m("Oct"), _m("Nov"), _m("Dec"),
)  # fmt: skip


def clock(instant: int | None) -> str:
    """A moment by Stockholm's clocks, with seconds where it has any."""
    if instant is None or instant >= FOREVER:
        return ""
    return f"{local(instant):%Y-%m-%d} {time_of_day(instant)}"


def offset(instant: int) -> str:
    """The offset, told where the autumn's clocks show a time twice."""
    return f" ({iso(instant)[-6:]})" if is_twice(instant) else ""


def day(date: date) -> str:
    """A date with its weekday, “Thu 10 Dec 2026”."""
    told = _("{weekday} {day} {month} {year}")
    weekday, month = WEEKDAYS[date.weekday()], MONTHS[date.month - 1]
    return told.format(weekday=_(weekday), day=date.day, month=_(month), year=date.year)


def time_of_day(instant: int) -> str:
    """Stockholm's clocks, with seconds where there are any."""
    told = local(instant)
    return told.strftime("%H:%M:%S" if told.second else "%H:%M") + offset(instant)


def moment(instant: int | None) -> str:
    """A moment, “Thu 10 Dec 2026 09:00”; nothing where it is open."""
    if instant is None or instant >= FOREVER:
        return ""
    return _("{day} {time}").format(day=day(local(instant).date()), time=time_of_day(instant))


def span(begins: int, ends: int | None) -> str:
    """A start and an end, a common date once."""
    if ends is None:
        return moment(begins)
    same_day = local(begins).date() == local(ends).date()
    return f"{moment(begins)}–{time_of_day(ends) if same_day else moment(ends)}"


def aged(snapshot: SnapshotRead, at: int) -> str:
    """A snapshot of TAK with its age, told wherever it decides."""
    days = max(0, at - snapshot.taken_at) // (24 * HOUR)
    age = ngettext("{count} day old", "{count} days old", days).format(count=days)
    return _("TAK's snapshot of {taken} ({age}, from {source})").format(
        taken=moment(snapshot.taken_at), age=age, source=snapshot.source
    )
