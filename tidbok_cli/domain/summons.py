"""A resident's inbox on 1177, and the summonses in it (S14, S26)."""

from __future__ import annotations

from typing import NamedTuple


class InboxMessage(NamedTuple):
    """A message as the resident has it; instants in seconds UTC.

    `label` is what was to be read when it was sent, None where nothing was configured for it. A timed summons, and
    every notice, is about a booking; an open summons is not: `code` says what for, where that was said. `summons` is
    the journal's id of an open one that came by import. `unit_name` is the clinic's at the moment asked about.
    """

    unit: str
    unit_name: str | None
    resident: str
    kind: str
    label: str | None
    code: str | None
    booking: str | None
    starts_at: int | None
    ends_at: int | None
    summons: str | None
    sent_at: int
