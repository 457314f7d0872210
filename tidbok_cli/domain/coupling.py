"""Contracts that services need, and TAK's routes to them (S22).

Domain, *The world around it*.
"""

# Unlike elsewhere, annotations are no texts here: every question loads these tuples, and typing would compile each.

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from tidbok_cli.domain.facts import Action

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


class SnapshotRead(NamedTuple):
    """A snapshot of TAK as stored; instants in seconds UTC."""

    taken_at: int
    read_at: int
    source: str

    def is_old(self, at: int) -> bool:
        """Tell whether TAK may have changed between the snapshot and the moment."""
        return at - self.taken_at > OLD_AFTER
