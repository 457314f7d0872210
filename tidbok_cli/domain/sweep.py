"""What is news between two sweeps: times that became hidden, or shown, while they stood to be shown.

A time that was cancelled, rebooked or is over is no longer shown, and nobody has to mend that: it is not news. Of a
booking that was not there before, only that it is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tidbok_cli.domain.facts import SweptWith
from tidbok_cli.domain.verdict import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, eq=False)
class SweepVerdict:
    """What bookings with the same facts come to; `reasons` as `check.reason`. The same one for all of them."""

    verdict: Answer
    reasons: tuple[str, ...]


Swept = SweptWith[SweepVerdict]
"""One booking's verdict; the person number as it may be shown."""


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many bookings have the same verdict for the same reasons."""

    verdict: Answer
    reasons: tuple[str, ...]
    bookings: int


_NOT_STANDING: Final = ("booking.", "window.")
"""The checks that fail where there is no time to be shown, at that moment, whatever is configured."""


class SweepNews(NamedTuple):
    """A booking that became hidden or shown, as it is now; `before` is None where it was not in the former sweep."""

    now: Swept
    before: SweepVerdict | None


class NewsCount(NamedTuple):
    """How many bookings went from the same verdict, for the same reasons, to the same."""

    now: SweepVerdict
    before: SweepVerdict | None
    bookings: int


@dataclass(frozen=True, slots=True)
class SavedSweepShown:
    """A saved sweep: its name, the moment as of which it was made, when and by whom it was saved, what it swept, and
    each verdict with its reasons, in the order of their places."""

    name: str
    at: int
    saved_at: int
    actor: str
    extent: Mapping[str, Any]
    verdicts: Sequence[tuple[str, Sequence[str]]]
    bookings: int


def is_news(before: SweepVerdict | None, now: SweepVerdict) -> bool:
    """Whether a booking became hidden, or shown; one that may be hidden (unknown) counts as hidden."""
    if not _stands(now):
        return False
    shown = now.verdict is Answer.SHOWN
    if before is None or not _stands(before):
        return not shown
    return shown is not (before.verdict is Answer.SHOWN)


def _stands(judged: SweepVerdict) -> bool:
    return not any(reason.startswith(_NOT_STANDING) for reason in judged.reasons)
