"""The resident's pages on 1177: clinics, booked times, buttons, inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.evidence import NO_RIVTA
from tidbok_cli.domain.identity import passes_rivta

if TYPE_CHECKING:
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.summons import InboxMessage
    from tidbok_cli.domain.visit import Visit


class ClinicShown(NamedTuple):
    """A clinic on the start page; `name` where it is configured."""

    unit: str
    name: str | None


class ClinicApproved(NamedTuple):
    """A clinic that the resident removed; the approval keeps the relation (S19)."""

    unit: str
    name: str | None
    removed_at: int


class MissingButton(NamedTuple):
    """A button that is not there, by its reasons as `check.reason`."""

    button: Action
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimeShown:
    """A shown time by its label; instants in seconds UTC.

    `first` is the id of the booking that it began as, `moves` the number of rebookings since.
    """

    booking: str
    clinic: ClinicShown
    label: str
    starts_at: int
    ends_at: int | None
    buttons: tuple[Action, ...]
    missing: tuple[MissingButton, ...]
    first: str
    moves: int
    visit: Visit


@dataclass(frozen=True, slots=True)
class View:
    """The resident's pages at a moment (seconds UTC); `not_known` counts doubtful times.

    `approved`: not on the start page, and their times are shown all the same. `partial`: the region does not know all
    relations, so there may be other clinics. `inbox`: the newest first.
    """

    resident: str
    at: int
    clinics: tuple[ClinicShown, ...]
    approved: tuple[ClinicApproved, ...]
    times: tuple[TimeShown, ...]
    inbox: tuple[InboxMessage, ...]
    not_known: int
    partial: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what makes all of it doubtful, as `why` notes it."""
        return () if passes_rivta(self.resident) else (NO_RIVTA,)
