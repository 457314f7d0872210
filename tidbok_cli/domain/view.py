"""The resident's pages on 1177: clinics, booked times, buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.visit import Visit


class ClinicShown(NamedTuple):
    """A clinic on the start page; `name` where it is configured."""

    unit: str
    name: str | None


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
    first: str
    moves: int
    visit: Visit


@dataclass(frozen=True, slots=True)
class View:
    """The resident's pages at a moment (seconds UTC); `not_known` counts doubtful times.

    `partial`: the region does not know all relations, so there may be other clinics.
    """

    resident: str
    at: int
    clinics: tuple[ClinicShown, ...]
    times: tuple[TimeShown, ...]
    not_known: int
    partial: bool
