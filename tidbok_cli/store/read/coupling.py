"""TAK's snapshots and the routes seen in them (S22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.case import CouplingThen
from tidbok_cli.domain.coupling import Route, SnapshotRead, address_key
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.domain.unit import DEFAULT_ADDRESS
from tidbok_cli.store.read.sql import bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.facts import Question
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader

ADDRESS_KEY: Final = "upper(COALESCE(v.logical_address, u.hsa_key))"
"""SQL for a version's address (`v`): logical, else its HSA-id."""

CARRIERS: Final = f"({ADDRESS_KEY}, '{DEFAULT_ADDRESS}')"
"""SQL for the addresses whose routes lead to a version's unit."""

IN_FORCE: Final = "r.valid_from <= :at AND :at < r.valid_until AND r.seen_from <= :at AND :at < r.seen_until"
"""SQL: a route `r` is in force by TAK, and last seen."""


def tells_of(address_key: str) -> str:
    """Write SQL: a snapshot `s` is whole, or asked about the address."""
    return f"""
    (s.whole OR EXISTS (SELECT 1 FROM tak_address a WHERE a.address_key = {address_key}
                          AND a.asked_from <= s.read_at AND s.read_at <= a.asked_until))
    """


_SNAPSHOT: Final = """
SELECT s.taken_at, s.read_at, s.source FROM tak_snapshot s
WHERE s.read_at <= :at {condition} ORDER BY s.read_at DESC, s.id DESC LIMIT 1
"""
_ROUTE: Final = "address, contract, producer, profile, url, valid_from, valid_until"
_SEEN: Final = f"SELECT id, {_ROUTE} FROM coupling_route WHERE seen_until = {FOREVER} {{addresses}}"
_ROUTES_TO: Final = f"""
SELECT {_ROUTE}, r.seen_until, {IN_FORCE} FROM coupling_route r
WHERE r.address_key = :address AND r.contract = :contract AND r.seen_from <= :at
ORDER BY CASE WHEN {IN_FORCE} THEN 1 ELSE 0 END DESC, r.seen_until DESC, r.valid_until DESC, r.id DESC LIMIT 1
"""


_ALIKE: Final = f"""
SELECT count(*) FROM coupling_route r
WHERE r.address_key = :address AND r.contract = :contract AND {IN_FORCE} AND COALESCE(r.profile, '') = :profile
"""


def snapshot_at(
    reader: Reader, at: int, address: str | None = None, *, permissions: bool = False
) -> SnapshotRead | None:
    """Return the latest snapshot by the moment, of an address if given, and one with permissions if wanted."""
    told = "AND s.permissions" if permissions else ""
    if address is None:
        row = reader.row(_SNAPSHOT.format(condition=told), at=at)
    else:
        condition = f"{told} AND {tells_of(':address')}"
        row = reader.row(_SNAPSHOT.format(condition=condition), at=at, address=address_key(address))
    return SnapshotRead(*row) if row else None


def routes_seen_last(reader: Reader, addresses: Iterable[str] | None = None) -> Iterator[tuple[int, Route]]:
    """List the routes last seen, with numbers, to addresses or all."""
    places, wanted = bound("address", map(address_key, addresses or ()))
    of = "" if addresses is None else f"AND address_key IN ({places})"
    for number, *route in reader.rows(_SEEN.format(addresses=of), **wanted):
        yield number, Route(*route)


class RouteThen(NamedTuple):
    """A route, whether it was in force, and how many like it were."""

    route: Route
    in_force: bool
    alike: int


def route_carrying(reader: Reader, addresses: Iterable[str], contract: str, at: int) -> RouteThen | None:
    """Return a contract's route in force, to the first of the addresses that has one, else the last known."""
    found = [route for address in addresses if (route := route_to(reader, address, contract, at))]
    return next((route for route in found if route.in_force), found[0] if found else None)


def route_to(reader: Reader, address: str, contract: str, at: int) -> RouteThen | None:
    """Return a contract's route to an address, in force or last known.

    One that has left TAK ends, at the latest, with the snapshot that lacks it.
    """
    row = reader.row(_ROUTES_TO, address=address_key(address), contract=contract, at=at)
    if row is None:
        return None
    *told, seen_until, in_force = row
    route = Route(*told)
    ended = route._replace(ends=min(route.ends, seen_until)) if seen_until <= at else route
    like = {"address": address_key(route.address), "contract": contract, "profile": route.profile or ""}
    return RouteThen(ended, bool(in_force), reader.value(_ALIKE, at=at, **like) if in_force else 0)


def lost_at(reader: Reader, coupling: CouplingThen, at: int) -> int | None:
    """Return when the first of the missing routes ended; None where none was known."""
    known = (route_to(reader, coupling.logical_address, contract, at) for contract in coupling.missing)
    return min((found.route.ends for found in known if found and found.route.ends <= at), default=None)


def coupling_then(reader: Reader, unit: UnitConfig, question: Question) -> CouplingThen | None:
    """Return a unit's needed routes; None where no snapshot tells."""
    snapshot = snapshot_at(reader, question.at, unit.address)
    if snapshot is None:
        return None
    routes = {each: route_carrying(reader, unit.carriers, each, question.at) for each in question.contracts}
    found = {contract: route for contract, route in routes.items() if route and route.in_force}
    others = {route.route.address for route in found.values()}
    carried_by = sorted(each for each in others if address_key(each) != address_key(unit.address))
    twice = sorted(contract for contract, route in found.items() if route.alike > 1)
    missing = tuple(contract for contract in routes if contract not in found)
    return CouplingThen(snapshot, unit.address, missing, tuple(carried_by), tuple(twice))
