"""What a resident sees on 1177 at a moment: the clinics on the start page, and the booked times with their buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tidbok_cli.domain.facts import Action


class ClinicShown(NamedTuple):
    """A clinic on the start page; `name` where it is configured at the moment."""

    unit: str
    name: str | None


@dataclass(frozen=True, slots=True)
class TimeShown:
    """A booked time that is shown, by the label that the resident reads; instants in seconds UTC.

    `buttons`: what the resident may do with it. `first` is the id of the booking that it began as, and `moves` how many
    times it has been rebooked since.
    """

    booking: str
    clinic: ClinicShown
    label: str
    starts_at: int
    ends_at: int | None
    buttons: tuple[Action, ...]
    first: str
    moves: int


@dataclass(frozen=True, slots=True)
class View:
    """The resident's pages at the moment `at` (seconds UTC); `not_known`: how many times may be shown or not."""

    resident: str
    at: int
    clinics: tuple[ClinicShown, ...]
    times: tuple[TimeShown, ...]
    not_known: int
