"""Instants: seconds UTC inside, Europe/Stockholm at the edge (domain, *Time*).

One grammar, written here, and no library that guesses. An hour that the spring skips is bad input; one that the autumn
repeats is taken as the first, and an offset other than Stockholm's then is taken, both with a warning.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from operator import add, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from tidbok_cli.domain.memo import remembered
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.regex import regex
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
MINUTE: Final = 60
HOUR: Final = 3600

FIRST: Final = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp())
LAST: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
FOREVER: Final = LAST + 24 * HOUR
"""The end of what has not ended; no instant reaches it."""

_RIVTA = regex(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?")
_DATE = regex(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = r"(?:[01][0-9]|2[0-3])[:.]?[0-5][0-9]"
_TIME = regex(
    r"(?P<day>[0-9-]{10})(?:[T ](?P<hour>[01][0-9]|2[0-3])(?P<sign>[:.]?)(?P<minute>[0-5][0-9])"
    r"(?:(?P=sign)(?P<second>[0-5][0-9])(?:\.[0-9]+)?)?(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?"
)
_INTERVAL = regex(
    rf"[0-9-]{{10}}[T ](?:{_CLOCK}|[0-9]{{1,2}}) ?[-–—] ?(?:{_CLOCK}|[0-9]{{1,2}})"
    r"|[0-9]{1,2}[:.][0-9]{2} ?[-–—] ?[0-9]{1,2}[:.][0-9]{2}"
)
_SHORT_OFFSET = regex(rf"[0-9-]{{10}}[T ]{_CLOCK}[:.0-9]*(?:[+-][0-9]{{1,2}}|\+[0-9]{{4}})")
_SPOKEN = regex(rf"(?:(yesterday|i ?går) )?({_CLOCK})", re.IGNORECASE)
_CLOCK_RANGE = regex(rf"({_CLOCK})(?:-({_CLOCK}))?")
_HOUR = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3])", re.ASCII)
_MINUTES = regex(r":([0-5][0-9]):([0-5][0-9])")
_OFFSET = regex(r"[+-][0-9]{2}:[0-9]{2}")
_WESTERNMOST: Final = 12 * 60
"""Minutes that the last clocks on earth are behind UTC."""
_WITH_OFFSET: Final = len("2026-11-01T12:00:00+01:00")
_FRONT, _MIDDLE, _BACK = itemgetter(slice(13)), itemgetter(slice(13, 19)), itemgetter(slice(19, None))


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def from_datetime(moment: datetime) -> Parsed[int]:
    """Convert to whole seconds UTC; a datetime without offset is Stockholm's."""
    if moment.tzinfo is not None:
        return _with_offset(moment)
    first = moment.replace(tzinfo=STOCKHOLM, fold=0)
    second = moment.replace(tzinfo=STOCKHOLM, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None and after is not None
    if before < after:
        return refused("time.skipped", time=moment.isoformat(sep=" "))
    answer = _within(first)
    if before > after and answer.value is not None:
        return Parsed(answer.value, (Problem("time.repeated", {"time": moment.isoformat(sep=" ")}, warning=True),))
    return answer


def _with_offset(moment: datetime) -> Parsed[int]:
    """Convert, and warn of an offset that Stockholm has not at that time."""
    seconds, problems = _within(moment)
    if seconds is None or local(seconds).utcoffset() == moment.utcoffset():
        return Parsed(seconds, problems)
    params: dict[str, str | int] = {"time": moment.isoformat(sep=" "), "taken_at": seconds}
    return Parsed(seconds, (Problem("time.other_offset", params, warning=True),))


def _within(moment: datetime) -> Parsed[int]:
    seconds = (moment - _EPOCH) // _SECOND
    if FIRST <= seconds <= LAST:
        return Parsed(seconds)
    return refused("time.out_of_range", time=moment.isoformat(sep=" "))


def parse_instant(text: str) -> Parsed[int]:
    """Parse a time, or a date as its midnight, without offset Stockholm's (domain, *Time*)."""
    found = _TIME.fullmatch(text)
    if not found or _is_interval(found):
        return refused("time.interval" if found else _why_no_time(text), time=text)
    day = parse_date(found["day"]).value
    if day is None:
        return refused("time.malformed", time=text)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    clock = time(hour, minute, second, tzinfo=_zone(found["offset"]))
    return from_datetime(datetime.combine(day, clock))


def parse_start(text: str) -> Parsed[int]:
    """Parse a time as `parse_instant`; a date alone is refused."""
    return refused("time.date_alone", time=text) if _DATE.fullmatch(text) else parse_instant(text)


def _zone(offset: str | None) -> timezone | None:
    """The zone of `Z` or `±hh:mm`."""
    if not offset or offset == "Z":
        return UTC if offset else None
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    return timezone(-ahead if offset[0] == "-" else ahead)


def _is_interval(found: re.Match[str]) -> bool:
    """Whether `09:30-10:00` has an end within half a day, or no offset on earth, where one was looked for."""
    if found["second"] or not (found["offset"] or "").startswith("-"):
        return False
    if _minute(found["offset"][1:]) > _WESTERNMOST:
        return True
    lasts = _minute(found["offset"][1:]) - _minute(found["hour"] + found["minute"])
    return lasts % (24 * 60) <= 12 * 60


def _why_no_time(text: str) -> str:
    """The code of what somebody meant to write."""
    if _SHORT_OFFSET.fullmatch(text):
        return "time.short_offset"
    if _INTERVAL.fullmatch(text):
        return "time.interval"
    return "time.comma" if "," in text else "time.malformed"


def parse_moment(text: str, today: date) -> Parsed[int]:
    """Parse what a person types: as `parse_instant`, or `HH:MM`, `yesterday HH:MM`, `igår HH:MM`."""
    spoken = _SPOKEN.fullmatch(text.strip())
    if not spoken:
        return parse_instant(text)
    day = today - timedelta(days=1) if spoken[1] else today
    return from_datetime(datetime.combine(day, time(*divmod(_minute(spoken[2]), 60))))


def plain_instant(text: str) -> int | None:
    """Parse a time as programs write it, `2026-11-01T12:00:00+01:00`; None of any other or doubtful."""
    if len(text) != _WITH_OFFSET:
        return None
    hour, rest = _hour(text[:13] + text[19:]), _rest(text[13:19])
    return None if hour is None or rest is None else hour + rest


def plain_instants(texts: Sequence[str]) -> Sequence[int] | None:
    """Parse many times as `plain_instant` does; None where any is another."""
    hours = map(_hour, map(add, map(_FRONT, texts), map(_BACK, texts)))
    try:
        return list(map(add, hours, map(_rest, map(_MIDDLE, texts))))
    except TypeError:  # None of a text
        return None


def _hour_of(text: str) -> int | None:
    """Return the beginning of an hour, `2026-11-01T12+01:00`."""
    hour, offset = text[:13], text[13:]
    if not _HOUR.fullmatch(hour) or not _OFFSET.fullmatch(offset):
        return None
    value, problems = parse_instant(f"{hour}:00:00{offset}")
    return value if value is not None and not problems and value + HOUR <= LAST else None


def _rest_of(text: str) -> int | None:
    """The seconds of an hour in `:mm:ss`."""
    found = _MINUTES.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None


_hour, _rest = remembered(_hour_of), remembered(_rest_of)
"""Imports have few hours."""


def parse_rivta(text: str) -> Parsed[int]:
    """A RIV-TA time, `YYYYMMDDhhmmss`, which is Stockholm's; some producers leave out the seconds."""
    digits = _RIVTA.fullmatch(text)
    if not digits:
        return refused("time.malformed_rivta", time=text)
    try:
        return from_datetime(datetime(*(int(part) for part in digits.groups("0"))))  # type: ignore[arg-type]
    except ValueError:
        return refused("time.malformed_rivta", time=text)


def parse_date(text: str) -> Parsed[date]:
    """A calendar date, `YYYY-MM-DD`."""
    try:
        if found := _DATE.fullmatch(text):
            return Parsed(date(*map(int, found.groups())))
    except ValueError:
        pass
    return refused("date.malformed", date=text)


class ClockRange(NamedTuple):
    """Minutes of the day by Stockholm's clocks, both included; over midnight where the last is earlier."""

    first: int
    last: int

    def holds(self, instant: int) -> bool:
        moment = local(instant)
        minute = 60 * moment.hour + moment.minute
        if self.first <= self.last:
            return self.first <= minute <= self.last
        return minute >= self.first or minute <= self.last


def parse_clock_range(text: str) -> Parsed[ClockRange]:
    """Parse a time of day, or two: `HH:MM-HH:MM`."""
    if found := _CLOCK_RANGE.fullmatch(text):
        first, last = _minute(found[1]), _minute(found[2] or found[1])
        return Parsed(ClockRange(first, last))
    return refused("time.no_clock", time=text)


def _minute(clock: str) -> int:
    """The minute of the day in `hh:mm`, `hh.mm` or `hhmm`."""
    return 60 * int(clock[:2]) + int(clock[-2:])


def midnight(day: date) -> int:
    """The instant at which a date begins in Stockholm."""
    return int(datetime.combine(day, time(), STOCKHOLM).timestamp())


def days(first: date | None, last: date | None) -> tuple[int, int]:
    """Return the instants around the dates; None leaves an end open."""
    begins = midnight(first) if first else FIRST
    ends = midnight(last + timedelta(days=1)) if last and last.year < 9999 else FOREVER
    return begins, ends


@lru_cache(maxsize=65536)
def iso(instant: int) -> str:
    """RFC 3339 with Stockholm's offset, `2026-12-01T09:00:00+01:00`."""
    return datetime.fromtimestamp(instant, STOCKHOLM).isoformat()


def local(instant: int) -> datetime:
    """The instant as Stockholm's clocks show it."""
    return datetime.fromtimestamp(instant, STOCKHOLM)


def is_twice(instant: int) -> bool:
    """Whether the clocks show that time twice, in the autumn."""
    moment = local(instant)
    return moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset()


def first_day(valid_from: int) -> date:
    """The date on which a validity begins."""
    return local(valid_from).date()


def last_day(valid_until: int) -> date | None:
    """The last date of a validity; None where it has no end."""
    return None if valid_until >= FOREVER else local(valid_until).date() - timedelta(days=1)
