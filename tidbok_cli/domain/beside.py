"""Facts beside a verdict: its history, its future, and others alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.verdict import Answer

BACKDATED: Final = "backdated"
NO_SUMMONSES: Final = "no_summonses"


class NoSummons(NamedTuple):
    """Why a time that the clinic booked brought no summons (S26).

    `because`: what did not show it when it was made, as `check.reason`; or BACKDATED, where its configuration was put
    in force afterwards (`applied_at`); or NO_SUMMONSES, where the region's journal sends none. `shown_since`: since
    when the configuration shows it; None where it does not. In seconds UTC.
    """

    because: str
    shown_since: int | None = None
    applied_at: int | None = None


class FailingSince(NamedTuple):
    """Since when a check fails, seconds UTC; `by` who put the configuration in force."""

    at: int
    by: str | None = None


class Waiting(NamedTuple):
    """A configuration that waits: from when on (seconds UTC) the answer is another."""

    at: int
    answer: Answer


class OthersAlike(NamedTuple):
    """Other standing bookings of the unit that fail for a reason (`check.reason`).

    `more`: there may be more than were looked at. `at`: the moment, seconds UTC, where it was asked about by name.
    """

    reason: str
    bookings: int
    residents: int
    more: bool
    at: int | None


LOOKED_AT: Final = 10_000
"""Bookings of a unit that are looked at for others alike."""


def others_alike(
    reasons: Iterable[str], found: Iterable[tuple[int, tuple[str, ...]]], at: int | None
) -> tuple[OthersAlike, ...]:
    """Count those that fail for each of the reasons.

    `found`: the resident and the reasons of each other booking. One short of LOOKED_AT, there may be more: this one
    was among those looked at.
    """
    looked_at, residents = 0, {reason: list[int]() for reason in reasons}
    for resident, theirs in found:
        looked_at += 1
        for reason in theirs:
            if reason in residents:
                residents[reason].append(resident)
    more = looked_at >= LOOKED_AT - 1
    return tuple(OthersAlike(reason, len(of), len(set(of)), more, at) for reason, of in residents.items() if of)
