"""Times of day in a column of their own, beside a date (domain, *Time*): no row is read at midnight instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.headings import heading
from tidbok_cli.errors import Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TIMES: Final = ("start", "end", "created_at", "ended_at", "occurred_at")
SLOT: Final = "slot_id"
TIME: Final = "tid"
"""The Swedish heading of a published time's id, and of a time of day."""
_HEADED: Final = re.compile(r"(?:.* )?(?:kl|klocka[nr]?|\w*(?:tid|time|klockslag))[.:]?(?: .*)?")
"""Headings of times: `Tid`, `Starttid`, `start time`, `Kl.`."""
_CLOCK: Final = re.compile(r"(?:kl\.? ?)?(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9](?:[:.][0-5][0-9])?(?: ?[-–] ?[0-9:.]+)?")
_MIDNIGHT: Final = re.compile(r"[0-9-]{10}[T ]00[:.]?00(?:[:.]?00(?:\.0+)?)?(?:Z|[+-][0-9:]{5})?")
_DATE: Final = re.compile(r"[0-9-]{10}")
_DATE_WILL_DO: Final = _TIMES[2:]
"""Columns in which a date alone is its midnight."""


class _Apart(NamedTuple):
    """A column that the import does not read, with its place and heading, and the time that it may belong to."""

    place: int
    headed: str
    column: str


class TimesApart:
    """What the columns of a table that are not read say of the times in those that are."""

    def __init__(self, header: Sequence[str], found: Sequence[str | None]) -> None:
        self._apart = [
            _Apart(place, text.strip(), column)
            for place, (text, name) in enumerate(zip(header, found, strict=True))
            if name is None and _HEADED.fullmatch(heading(text)) and (column := _nearest(place, found))
        ]
        self._slot = next((text for text, name in zip(header, found, strict=True) if name == SLOT), "")
        self.may_be = bool(self._apart) or heading(self._slot) == TIME

    def problems(self, record: Sequence[str], cells: Mapping[str, str]) -> Iterator[Problem]:
        """Problems of a row's dates whose time stands elsewhere, and of times that stand as a published time's id."""
        for place, headed, column in self._apart:
            clock, text = record[place].strip(), cells[column]
            if _CLOCK.fullmatch(clock) and clock.strip("0:.") and _lacks_time(text, column):
                yield Problem("time.apart", {"time": text, "clock": clock, "column": headed}, Where(column=column))
        if heading(self._slot) == TIME and _CLOCK.fullmatch(cells[SLOT]):
            yield Problem("cell.time_for_id", {"time": cells[SLOT], "column": self._slot}, Where(column=SLOT))


def _lacks_time(text: str, column: str) -> bool:
    """Tell whether a time may be a date only, where no parser refuses that."""
    return bool(_MIDNIGHT.fullmatch(text) or (column in _DATE_WILL_DO and _DATE.fullmatch(text)))


def _nearest(place: int, found: Sequence[str | None]) -> str | None:
    """The time in the nearest column to the left, else to the right."""
    ways = (*reversed(found[:place]), *found[place:])
    return next((name for name in ways if name in _TIMES), None)
