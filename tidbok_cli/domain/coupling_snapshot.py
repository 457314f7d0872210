"""Snapshots of TAK: its routes and permissions at a moment (domain, *The world around it*)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.coupling import address_key
from tidbok_cli.domain.text import escaped, has_space_around, other_space, unseen
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.coupling import Route, SnapshotRead

AHEAD: Final = 2 * 24 * 3600
"""Seconds by which a snapshot may be dated after now: clocks differ, and tomorrow is not yet over."""


class Permission(NamedTuple):
    """A permission of TAK (*anropsbehörighet*): the consumer may call the contract at the address.

    In force from `begins` until before `ends`, as a route is.
    """

    address: str
    contract: str
    consumer: str
    begins: int
    ends: int


class TakContent(NamedTuple):
    """TAK's routes at a moment; `rows` counts them as TAK wrote them.

    `permissions` is None where it tells of none.
    """

    taken_at: int
    routes: frozenset[Route]
    rows: int
    permissions: frozenset[Permission] | None = None


class TakAsked(NamedTuple):
    """Logical addresses that a snapshot tells of, where it does not tell of all: by their routes, their permissions."""

    routes: frozenset[str]
    permissions: frozenset[str]


class RoutesLost(NamedTuple):
    """Pairs of address and contract that the store has a route for, and those that TAK no longer has."""

    known: int
    lost: int

    @property
    def doubtful(self) -> bool:
        """Whether more than a fifth are lost, as of bookings: an emptied answer is more likely than the truth."""
        from tidbok_cli.domain.import_complete import FIFTH

        return self.lost * FIFTH > self.known


def routes_lost(known: Iterable[Route], routes: Iterable[Route]) -> RoutesLost:
    """Count what a snapshot would take away; a route that only changes is not lost."""
    before, now = ({(address_key(route.address), route.contract) for route in each} for each in (known, routes))
    return RoutesLost(len(before), len(before - now))


def addresses_doubted(routes: Iterable[Route]) -> Iterator[Problem]:
    """Warn of addresses that look like others, since nobody sees a character of theirs: they lead to no clinic."""
    for address in sorted({route.address for route in routes}):
        if character := unseen(address) or other_space(address):
            yield Problem("tak.unseen_character", {"address": escaped(address), "character": character}, warning=True)
        elif has_space_around(address):
            yield Problem("tak.space_around", {"address": address}, warning=True)


class SnapshotTaken(NamedTuple):
    """Counts of an import of TAK's routes; `routes` with duplicates, `permissions` None where it tells of none."""

    snapshot: SnapshotRead
    routes: int
    new: int
    gone: int
    permissions: int | None = None
