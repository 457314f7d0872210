"""Purges: of an import, whose work is undone, and of what is past its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tidbok_cli.domain.store import RecordedRun


class PurgeCount(NamedTuple):
    """Rows of a kind that go, and those that stay, since somebody has changed them since."""

    goes: int
    stays: int


@dataclass(frozen=True, slots=True)
class StorePurge:
    """The plan of a purge, and what was done by it.

    `rows`: by table. `given_back`: bookings that are live again. `changed`: bookings that the import changed, whose
    former content nobody knows. `later`: imports of the same clinics since.
    """

    batch: RecordedRun
    rows: Mapping[str, PurgeCount]
    given_back: int
    changed: int
    later: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be taken away or given back."""
        return not self.given_back and not any(count.goes for count in self.rows.values())


@dataclass(frozen=True, slots=True)
class PastPurge:
    """The plan of a purge of what is past its time before a day, and what was done by it.

    `rows`: by table; what stays there is as old, and needed. `audit_before`: the day before which the audit goes.
    """

    before: date
    audit_before: date
    rows: Mapping[str, PurgeCount]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be taken away."""
        return not any(count.goes for count in self.rows.values())
