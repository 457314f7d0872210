"""News between two sweeps: standing times that became hidden or shown.

A time that was cancelled, rebooked or is over is no news: nobody has to mend that. A new booking is news where it is
not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.facts import SweptLot, SweptWith
from tidbok_cli.domain.verdict import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidbok_cli.domain.checks import Actor
    from tidbok_cli.domain.why import Diagnosis


@dataclass(frozen=True, slots=True, eq=False)
class SweepVerdict:
    """The verdict on equal facts, one object; `reasons` as `check.reason`."""

    verdict: Answer
    reasons: tuple[str, ...]


Swept = SweptLot[SweepVerdict]
"""Verdicts on some of a unit's bookings; the person numbers as they may be shown."""

SweptBooking = SweptWith[SweepVerdict]
"""One booking's verdict, of these."""


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """Number of bookings with one verdict and its reasons."""

    verdict: Answer
    reasons: tuple[str, ...]
    bookings: int


class WorkItem(NamedTuple):
    """An obstacle, and how many bookings and residents it keeps.

    None for what the list is not made by. `diagnosis`: of one of the bookings, where it holds for all.
    """

    unit: str | None
    code: str | None
    reason: str | None
    bookings: int
    residents: int
    actor: Actor | None
    clinic: str
    label: str | None
    diagnosis: Diagnosis | None


_NOT_STANDING: Final = ("booking.", "window.")
"""Checks that fail where there is no time to show."""


class SweepNews(NamedTuple):
    """A booking that became hidden or shown; new without `before`."""

    now: SweptBooking
    before: SweepVerdict | None


class NewsCount(NamedTuple):
    """Number of bookings with one change of verdict and reasons."""

    now: SweepVerdict
    before: SweepVerdict | None
    bookings: int


@dataclass(frozen=True, slots=True)
class SavedSweepShown:
    """A saved sweep as of `at`; `verdicts` stand at their places.

    `last_batch`: the number of the latest import by then.
    """

    name: str
    at: int
    saved_at: int
    actor: str
    extent: Mapping[str, Any]
    verdicts: Sequence[tuple[str, Sequence[str]]]
    bookings: int
    last_batch: int


class CancelledCount(NamedTuple):
    """A unit's bookings that imports cancelled, and those of them that a whole file lacked."""

    unit: str
    cancelled: int
    absent: int


def is_news(before: SweepVerdict | None, now: SweepVerdict) -> bool:
    """Tell whether a booking became hidden or shown; unknown counts as hidden."""
    if not _stands(now):
        return False
    shown = now.verdict is Answer.SHOWN
    if before is None or not _stands(before):
        return not shown
    return shown is not (before.verdict is Answer.SHOWN)


def _stands(judged: SweepVerdict) -> bool:
    return not any(reason.startswith(_NOT_STANDING) for reason in judged.reasons)
