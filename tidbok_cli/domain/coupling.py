"""Contracts that services need, and TAK's routes to them (S22).

Domain, *The world around it*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.text import escaped, has_space_around, other_space, unseen
from tidbok_cli.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

CONTRACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "show": ("GetSubjectOfCareSchedule",),
    "cancel": ("CancelBooking", "GetBookingDetails"),
    "rebook": ("UpdateBooking", "GetBookingDetails", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots"),
    "book": ("MakeBooking", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots"),
}
"""The contracts of `crm:scheduling` 1 that each service needs, by short names."""

_SERVICES: Final = {
    Action.SHOW: ("show",),
    Action.CANCEL: ("show", "cancel"),
    Action.REBOOK: ("show", "rebook"),
    Action.BOOK: ("book",),  # a unit may let book without showing
}

AHEAD: Final = 2 * 24 * 3600
"""Seconds by which a snapshot may be dated after now: clocks differ, and tomorrow is not yet over."""

OLD_AFTER: Final = 30 * 24 * 3600
"""Seconds after which a snapshot is old: TAK may have changed."""


def contracts_of(service: str, chosen: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return a service's contracts by short name, sorted; `chosen` by the region."""
    return tuple(sorted({short_name(contract) for contract in chosen.get(service, CONTRACTS[service])}))


def needed(action: Action, chosen: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the contracts of an action; changes need those to show too."""
    services = (contracts_of(service, chosen) for service in _SERVICES[action])
    return tuple(sorted({contract for contracts in services for contract in contracts}))


def namespace(contract: str) -> str:
    """Return TAK's namespace for a contract of `crm:scheduling` 1."""
    return contract if ":" in contract else f"urn:riv:crm:scheduling:{contract}Responder:1"


def short_name(contract: str) -> str:
    """Return a contract's short name, `GetBookingDetails`, where it has one."""
    short = contract.removeprefix("urn:riv:crm:scheduling:").removesuffix("Responder:1")
    return short if namespace(short) == contract else contract


_CAPITALS: Final = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}


def address_key(logical_address: str) -> str:
    """Return the key by which logical addresses are compared.

    It ignores the case of A to Z alone: databases do not agree on the capitals of others.
    """
    return logical_address.translate(_CAPITALS)


class Route(NamedTuple):
    """A route of TAK (*vägval*), in force from `begins` until before `ends`.

    Seconds UTC; without validity in TAK: times.FIRST and times.FOREVER.
    """

    address: str
    contract: str
    producer: str | None
    profile: str | None
    url: str | None
    begins: int
    ends: int


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


class RouteNeeded(NamedTuple):
    """A contract that a unit's service needs, and its route.

    In force, else its last one; `routed` is None where no snapshot tells of the address. `alike` counts the routes in
    force with the same address, contract and profile: more than one, and the platform refuses them.

    `permission` is the consumer's asked about, in force, else its last one; `permitted` is None where nobody is asked
    about, and where no snapshot tells.
    """

    unit: str
    logical_address: str
    service: str
    contract: str
    routed: bool | None
    route: Route | None
    alike: int = 0
    permitted: bool | None = None
    permission: Permission | None = None

    @property
    def carried_by(self) -> str | None:
        """The parent's address, or the default, whose route leads there; None of the unit's own."""
        return self._elsewhere(self.route) if self.routed else None

    @property
    def permitted_by(self) -> str | None:
        """The parent's address, or the default, whose permission holds; None of the unit's own."""
        return self._elsewhere(self.permission) if self.permitted else None

    def _elsewhere(self, found: Route | Permission | None) -> str | None:
        return found.address if found and address_key(found.address) != address_key(self.unit) else None


class SnapshotRead(NamedTuple):
    """A snapshot of TAK as stored; instants in seconds UTC."""

    taken_at: int
    read_at: int
    source: str

    def is_old(self, at: int) -> bool:
        """Tell whether TAK may have changed between the snapshot and the moment."""
        return at - self.taken_at > OLD_AFTER


class CouplingChecked(NamedTuple):
    """TAK's routes for all that the units' services need, at a moment, and a consumer's permissions where asked."""

    at: int
    snapshot: SnapshotRead | None
    routes: tuple[RouteNeeded, ...]
    consumer: str | None = None

    @property
    def complete(self) -> bool:
        return not self.missing.routes

    @property
    def missing(self) -> CouplingChecked:
        """Keep what is left to order: routes and permissions not known to be there."""
        return self._replace(routes=tuple(each for each in self.routes if not each.routed or self._forbidden(each)))

    @property
    def unrouted(self) -> tuple[RouteNeeded, ...]:
        return tuple(each for each in self.routes if not each.routed)

    @property
    def unpermitted(self) -> tuple[RouteNeeded, ...]:
        """Keep what TAK is not known to permit the consumer: calls that end in VP007."""
        return tuple(each for each in self.routes if self._forbidden(each))

    def _forbidden(self, needed: RouteNeeded) -> bool:
        return self.consumer is not None and not needed.permitted

    @property
    def twice(self) -> tuple[RouteNeeded, ...]:
        """The routes that the platform refuses, each contract of a unit once, since there are two."""
        return tuple({(each.unit, each.contract): each for each in self.routes if each.alike > 1}.values())


class SnapshotTaken(NamedTuple):
    """Counts of an import of TAK's routes; `routes` with duplicates, `permissions` None where it tells of none."""

    snapshot: SnapshotRead
    routes: int
    new: int
    gone: int
    permissions: int | None = None
