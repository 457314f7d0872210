"""Which RIV-TA contracts a service needs, and routes in TAK to them (domain, *The world around it*; S22)."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.facts import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CONTRACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "show": ("GetSubjectOfCareSchedule", "GetBookingDetails"),
    "cancel": ("CancelBooking", "GetBookingDetails"),
    "rebook": ("UpdateBooking", "GetBookingDetails", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots"),
    "book": ("MakeBooking", "GetAllTimeTypes", "GetAvailableDates", "GetAvailableTimeslots"),
}
"""The contracts of `crm:scheduling` 1 that each service needs, by their short names."""

_SERVICES: Final = {
    Action.SHOW: ("show",),
    Action.CANCEL: ("show", "cancel"),
    Action.REBOOK: ("show", "rebook"),
    Action.BOOK: ("book",),  # a unit may let book without showing
}

OLD_AFTER: Final = 30 * 24 * 3600
"""A snapshot that was taken longer ago, in seconds, is old: TAK may have changed since."""


def contracts_of(service: str, chosen: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The short names of the contracts that a service needs, sorted; `chosen` is the region's own choice."""
    return tuple(sorted({short_name(contract) for contract in chosen.get(service, CONTRACTS[service])}))


def needed(action: Action, chosen: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The contracts that a resident's action needs: to cancel or rebook a time, it must be shown as well."""
    services = (contracts_of(service, chosen) for service in _SERVICES[action])
    return tuple(sorted({contract for contracts in services for contract in contracts}))


def namespace(contract: str) -> str:
    """The namespace by which TAK knows a contract of `crm:scheduling` 1; one that is written whole stays as it is."""
    return contract if ":" in contract else f"urn:riv:crm:scheduling:{contract}Responder:1"


def short_name(contract: str) -> str:
    """A contract's short name, as the domain has it, `GetBookingDetails`; one that has none stays as it is."""
    short = contract.removeprefix("urn:riv:crm:scheduling:").removesuffix("Responder:1")
    return short if namespace(short) == contract else contract


_CAPITALS: Final = str.maketrans(ascii_lowercase, ascii_uppercase)


def address_key(logical_address: str) -> str:
    """What logical addresses are compared by: they are the same whatever the case of their letters A to Z.

    Only of those, as databases do not agree on the capitals of others.
    """
    return logical_address.translate(_CAPITALS)


class Route(NamedTuple):
    """A route of TAK (*vägval*): where calls of a contract to a logical address go, in force from `begins` until
    before `ends` (seconds UTC; times.FIRST and times.FOREVER where TAK tells of no validity)."""

    address: str
    contract: str
    producer: str | None
    profile: str | None
    url: str | None
    begins: int
    ends: int


class TakContent(NamedTuple):
    """What TAK held at the moment at which the snapshot was taken; `rows` counts the routes as TAK wrote them."""

    taken_at: int
    routes: frozenset[Route]
    rows: int


class RouteNeeded(NamedTuple):
    """A contract that a service of a unit needs, and the route to it: in force, or the last one that was not.

    `routed` is None where no snapshot tells of the address.
    """

    unit: str
    logical_address: str
    service: str
    contract: str
    routed: bool | None
    route: Route | None


class SnapshotRead(NamedTuple):
    """A snapshot of TAK as the store remembers it; instants in seconds UTC."""

    taken_at: int
    read_at: int
    source: str

    def is_old(self, at: int) -> bool:
        """Whether TAK may well have changed between the snapshot and the moment."""
        return at - self.taken_at > OLD_AFTER


class CouplingChecked(NamedTuple):
    """What TAK says of all that the units' services need, as of a moment."""

    at: int
    snapshot: SnapshotRead | None
    routes: tuple[RouteNeeded, ...]

    @property
    def complete(self) -> bool:
        return all(each.routed for each in self.routes)


class SnapshotTaken(NamedTuple):
    """What an import of TAK's routes did; `routes` as TAK wrote them, of which some may say the same."""

    snapshot: SnapshotRead
    routes: int
    new: int
    gone: int
