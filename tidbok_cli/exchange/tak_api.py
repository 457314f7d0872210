"""TAK-API, version 2: today's routes to logical addresses at one connection point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from tidbok_cli.domain.coupling import Route, TakContent, address_key
from tidbok_cli.domain.times import FIRST, FOREVER
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.tak_json import Wrong, a_list, an_object, instant, optional_text, read_json, short, text

Get = Callable[[str, Mapping[str, str | int]], bytes]
"""Function from path below the API and query to a body."""

_INCLUDED = "logicalAddress,serviceContract,serviceProducer"


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


def ask_tak(get: Get, point: ConnectionPoint, addresses: Iterable[str]) -> TakContent:
    """Ask for the routes to the addresses.

    In force from FIRST to FOREVER, since the API tells no validity.

    Raises BadInput for an unknown connection point, for an answer unlike the API's description, and where the numbers
    were given anew meanwhile.
    """
    try:
        found = _connection_point(get, point)
        table = _PointRoutes(get, found.number)
        routes = [route for address in addresses for route in table.routes(address)]
        if _connection_point(get, point) != found:
            raise BadInput("tak_api.changed_meanwhile")
    except Wrong as wrong:
        raise BadInput("tak_api.unexpected", problems=(wrong.problem,)) from None
    return TakContent(found.taken_at, frozenset(routes), len(routes))


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


class _PointRoutes:
    """Routes of one connection point, filtered also where the API has not."""

    def __init__(self, get: Get, point: int) -> None:
        self._get = get
        self._point = point

    def routes(self, address: str) -> Iterator[Route]:
        """Routes to an address, in any case."""
        for written, number in self._numbers(address):
            of = {"connectionPointId": self._point, "logicalAddressId": number}
            for name, entity in _asked(self._get, "serviceProductions", {**of, "include": _INCLUDED}):
                route = _route(entity, name, written)
                if address_key(route.address) == address_key(address):
                    yield route

    def _numbers(self, address: str) -> list[tuple[str, int]]:
        """Address as TAK writes it, with its number."""
        asked = self._listed({"logicalAdress": address})
        # The API may look for the very letters: then all are read.
        return asked.get(address_key(address)) or self._all.get(address_key(address), [])

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
    to = _either(entity, "logicalAdress", "logicalAddress")
    contract, producer = an_object(entity.get("serviceContract"), f"{name}, serviceContract"), {}
    if entity.get("serviceProducer") is not None:
        producer = an_object(entity["serviceProducer"], f"{name}, serviceProducer")
    return Route(
        address if to is None else _address(an_object(to, f"{name}, logicalAdress"), name),
        short(text(contract, "namespace", f"{name}, serviceContract"), "namespace", name),
        optional_text(producer, "hsaId", f"{name}, serviceProducer"),
        optional_text(entity, "rivtaProfile", name),
        optional_text(entity, "physicalAddress", name),
        FIRST,
        FOREVER,
    )


def _address(entity: Mapping[str, Any], name: str) -> str:
    # The API's description writes both.
    told = {"logicalAddress": _either(entity, "logicalAddress", "logicalAdress")}
    return short(text(told, "logicalAddress", name), "logicalAddress", name)


def _either(entity: Mapping[str, Any], key: str, other: str) -> Any:
    return entity.get(other) if entity.get(key) is None else entity[key]
