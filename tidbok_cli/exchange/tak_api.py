"""TAK-API, version 2: today's routes and permissions at logical addresses of one connection point."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from tidbok_cli.domain.coupling import Route, address_key
from tidbok_cli.domain.coupling_snapshot import Permission, TakContent
from tidbok_cli.domain.times import FIRST, FOREVER
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.tak_json import Wrong, a_list, an_object, instant, optional_text, read_json, short, text

Get = Callable[[str, Mapping[str, str | int]], bytes]
"""Function from path below the API and query to a body."""

_ROUTES = ("serviceProductions", "logicalAddress,serviceContract,serviceProducer")
_PERMISSIONS = ("cooperations", "logicalAddress,serviceContract,serviceConsumer")
"""What is asked for, and what is to be included in each."""


class ConnectionPoint(NamedTuple):
    """Environment of a platform, such as NTJP/PRODUCTION."""

    platform: str
    environment: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.environment}"


class _PointFound(NamedTuple):
    """Connection point, its number of the day, and its platform's snapshot time."""

    number: int
    point: ConnectionPoint
    taken_at: int


def ask_tak(get: Get, point: ConnectionPoint, addresses: Iterable[str], unrouted: Collection[str] = ()) -> TakContent:
    """Ask for the permissions (*samverkan*) at the addresses, and for the routes to them, save to those `unrouted`.

    In force from FIRST to FOREVER, since the API tells no validity.

    Raises BadInput for an unknown connection point, for an answer unlike the API's description, and where the numbers
    were given anew meanwhile.
    """
    try:
        found = _connection_point(get, point)
        table = _Point(get, found.number)
        routes: list[Route] = []
        permissions: set[Permission] = set()
        for address in addresses:
            routes.extend(() if address in unrouted else table.routes(address))
            permissions.update(table.permissions(address))
        if _connection_point(get, point) != found:
            raise BadInput("tak_api.changed_meanwhile")
    except Wrong as wrong:
        raise BadInput("tak_api.unexpected", problems=(wrong.problem,)) from None
    return TakContent(found.taken_at, frozenset(routes), len(routes), frozenset(permissions))


def _asked(get: Get, path: str, query: Mapping[str, str | int]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects in an answer, with names for problems; raises Wrong, BadInput."""
    found, problems = read_json(get(path, query), path)
    if found is None:
        raise BadInput("tak_api.unexpected", problems=problems)
    for number, entity in enumerate(a_list(found[0], path), 1):
        yield f"{path} {number}", entity


def _connection_point(get: Get, point: ConnectionPoint) -> _PointFound:
    for name, entity in _asked(get, "connectionPoints", point._asdict()):
        told = _point(entity, name)
        if str(told).casefold() == str(point).casefold():
            return _PointFound(_number(entity, name), told, instant(entity, "snapshotTime", name))
    known = sorted(str(_point(entity, name)) for name, entity in _asked(get, "connectionPoints", {}))
    raise BadInput(
        "tak_api.no_connection_point",
        where=Where(column="--connection-point"),
        asked=str(point),
        known=", ".join(known) or "–",
    )


def _point(entity: Mapping[str, Any], name: str) -> ConnectionPoint:
    return ConnectionPoint(text(entity, "platform", name), text(entity, "environment", name))


def _number(entity: Mapping[str, Any], name: str) -> int:
    number = entity.get("id")
    if not isinstance(number, int):
        raise Wrong("tak.missing", name=name, key="id")
    return number


class _Point:
    """Routes and permissions of one connection point, filtered also where the API has not."""

    def __init__(self, get: Get, point: int) -> None:
        self._get = get
        self._point = point
        self._known: dict[str, list[tuple[str, int]]] = {}

    def routes(self, address: str) -> Iterator[Route]:
        """Routes to an address, in any case."""
        found = (_route(entity, name, written) for name, entity, written in self._at(address, *_ROUTES))
        return (route for route in found if address_key(route.address) == address_key(address))

    def permissions(self, address: str) -> Iterator[Permission]:
        """Permissions at an address, in any case."""
        found = (_permission(entity, name, written) for name, entity, written in self._at(address, *_PERMISSIONS))
        return (held for held in found if address_key(held.address) == address_key(address))

    def _at(self, address: str, path: str, included: str) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Objects at an address, with names for problems, and the address as TAK writes it."""
        for written, number in self._numbers(address):
            of = {"connectionPointId": self._point, "logicalAddressId": number}
            for name, entity in _asked(self._get, path, {**of, "include": included}):
                yield name, entity, written

    def _numbers(self, address: str) -> list[tuple[str, int]]:
        """Address as TAK writes it, with its number."""
        if address not in self._known:
            key = address_key(address)
            self._known[address] = self._listed({"logicalAdress": address}).get(key, [])
            # The API may look for the very letters: then all are read. An address without letters has one form.
            if not self._known[address] and key != key.lower():
                self._known[address] = self._all.get(key, [])
        return self._known[address]

    @cached_property
    def _all(self) -> dict[str, list[tuple[str, int]]]:
        return self._listed({"connectionPointId": self._point})

    def _listed(self, query: Mapping[str, str | int]) -> dict[str, list[tuple[str, int]]]:
        """Logical addresses as written, with their numbers, by their keys."""
        found: dict[str, list[tuple[str, int]]] = {}
        for name, entity in _asked(self._get, "logicalAddresses", query):
            written = _address(entity, name)
            found.setdefault(address_key(written), []).append((written, _number(entity, name)))
        return found


def _route(entity: Mapping[str, Any], name: str, address: str) -> Route:
    producer = {}
    if entity.get("serviceProducer") is not None:
        producer = an_object(entity["serviceProducer"], f"{name}, serviceProducer")
    return Route(
        *_called(entity, name, address),
        optional_text(producer, "hsaId", f"{name}, serviceProducer"),
        optional_text(entity, "rivtaProfile", name),
        optional_text(entity, "physicalAddress", name),
        FIRST,
        FOREVER,
    )


def _permission(entity: Mapping[str, Any], name: str, address: str) -> Permission:
    place = f"{name}, serviceConsumer"
    consumer = short(text(an_object(entity.get("serviceConsumer"), place), "hsaId", place), "hsaId", name)
    return Permission(*_called(entity, name, address), consumer, FIRST, FOREVER)


def _called(entity: Mapping[str, Any], name: str, address: str) -> tuple[str, str]:
    """Address and contract of a route or permission; `address` where it names none."""
    to, place = _either(entity, "logicalAdress", "logicalAddress"), f"{name}, serviceContract"
    return (
        address if to is None else _address(an_object(to, f"{name}, logicalAdress"), name),
        short(text(an_object(entity.get("serviceContract"), place), "namespace", place), "namespace", name),
    )


def _address(entity: Mapping[str, Any], name: str) -> str:
    # The API's description writes both.
    told = {"logicalAddress": _either(entity, "logicalAddress", "logicalAdress")}
    return short(text(told, "logicalAddress", name), "logicalAddress", name)


def _either(entity: Mapping[str, Any], key: str, other: str) -> Any:
    return entity.get(other) if entity.get(key) is None else entity[key]
