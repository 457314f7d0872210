"""Booking bases (S5), which a resident needs before booking a restricted time.

Valid in dates by Stockholm's, both included; inside, from the first midnight until before the last, in seconds UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.facts import BasisState
from tidbok_cli.domain.parsed import Parsed, refused
from tidbok_cli.domain.times import FIRST, midnight, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

WITHDRAWN: Final = "withdrawn"
"""Status of a basis that was taken back; it counts as none."""

_ORDER: Final = (BasisState.VALID, BasisState.NOT_YET_VALID, BasisState.EXPIRED, BasisState.USED)
STATUSES: Final = (*map(str, _ORDER), WITHDRAWN)
"""Statuses of bases in lists."""


class BasisRecord(NamedTuple):
    """A grant of a unit to a resident, and its validity."""

    resident: str
    code: str
    valid_from: int
    valid_until: int


class BasisThen(NamedTuple):
    """A basis at a moment; `booking` had used it."""

    id: int
    unit: str
    basis_id: str
    resident: str
    code: str
    valid_from: int
    valid_until: int
    added_at: int
    withdrawn_at: int | None
    booking: str | None

    @property
    def record(self) -> BasisRecord:
        return BasisRecord(self.resident, self.code, self.valid_from, self.valid_until)

    def state(self, at: int) -> BasisState:
        """Return the first state in the table of S5 that holds."""
        if at < self.valid_from:
            return BasisState.NOT_YET_VALID
        if at >= self.valid_until:
            return BasisState.EXPIRED
        return BasisState.VALID if self.booking is None else BasisState.USED

    def status(self, at: int) -> str:
        """Return the status for a list."""
        return WITHDRAWN if self.withdrawn_at is not None else str(self.state(at))


def deciding(bases: Iterable[BasisThen], at: int) -> BasisThen | None:
    """Return the basis that counts: valid, of several the first to expire."""
    there = (basis for basis in bases if basis.withdrawn_at is None)
    return min(there, key=lambda basis: (_ORDER.index(basis.state(at)), basis.valid_until, basis.id), default=None)


def used_beside(bases: Iterable[BasisThen], basis: BasisThen, at: int) -> BasisThen | None:
    """Return the last basis that was used up, beside one that has expired."""
    if basis.state(at) is not BasisState.EXPIRED:
        return None
    used = (each for each in bases if each.withdrawn_at is None and each.booking and each.id != basis.id)
    return max(used, key=lambda each: (each.valid_until, each.id), default=None)


def parse_day(text: str) -> Parsed[date]:
    """A date on which a basis may begin or end."""
    parsed = parse_date(text)
    if parsed.value and midnight(parsed.value) < FIRST:
        return refused("time.out_of_range", time=text)
    return parsed
