"""The technical coupling: TAK's routes, and the units' need of them (S22)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tidbok_cli.domain.coupling import Route, SnapshotRead, contracts_of, namespace
from tidbok_cli.domain.coupling_check import CouplingChecked, RouteNeeded
from tidbok_cli.domain.coupling_snapshot import (
    AHEAD,
    Permission,
    SnapshotTaken,
    TakAsked,
    TakContent,
    addresses_doubted,
    routes_lost,
)
from tidbok_cli.domain.imports import Source
from tidbok_cli.domain.unit import SERVICE_KEYS
from tidbok_cli.errors import BadInput, Problem, Refused, Where
from tidbok_cli.exchange.file_bytes import LARGEST_KEPT, bytes_of
from tidbok_cli.store.read.coupling import route_carrying, routes_seen_last, snapshot_at
from tidbok_cli.store.read.coupling_permission import consumer_known, permission_holding, permissions_seen_last
from tidbok_cli.store.read.unit import version_in_force, versions_in_force
from tidbok_cli.workflows.import_file import opened
from tidbok_cli.workflows.lookup import unit_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.store.write.coupling import SeenChanges, SnapshotWrites
    from tidbok_cli.workflows.context import Context

_Seen = TypeVar("_Seen", Route, Permission)


def import_tak(context: Context, file: str, *, allow_mass: bool = False) -> SnapshotTaken:
    """Read an export of TAK in place of the former snapshot.

    Raises BadInput where it is not whole and right, and what `take` raises.
    """
    from tidbok_cli.exchange.formats import PEEKED, expect_kind
    from tidbok_cli.exchange.tak import read_tak

    with opened(context, Source(file)) as data:
        expect_kind(file, data.peek(PEEKED))
        snapshot, problems = read_tak(bytes_of(data, LARGEST_KEPT), file)
    if snapshot is None:
        raise BadInput("tak.refused", where=Where(file), problems=problems)
    return take(context, snapshot, file, allow_mass=allow_mass)


def take(
    context: Context,
    snapshot: TakContent,
    source: str,
    asked: TakAsked | None = None,
    *,
    allow_mass: bool = False,
) -> SnapshotTaken:
    """Replace the former snapshot, or what it told of these logical addresses.

    Raises BadInput where a later snapshot has been read already, or it is dated later than tomorrow; Refused where it
    lacks many routes, unless `allow_mass`.
    """
    from tidbok_cli.store.write.coupling import write_snapshot

    read = SnapshotRead(snapshot.taken_at, context.at, source)
    for doubt in addresses_doubted(snapshot.routes):
        context.warn(replace(doubt, where=Where(source)))
    if snapshot.taken_at > max(context.now, context.at) + AHEAD:
        raise BadInput("tak.from_the_future", where=Where(source))
    with context.writing() as (session, reader):
        latest = reader.value("SELECT max(read_at) FROM tak_snapshot")
        if latest is not None and context.at < latest:
            raise BadInput("tak.before_latest", latest_at=latest)
        known = {route: number for number, route in routes_seen_last(reader, asked and asked.routes)}
        lost = routes_lost(known, snapshot.routes)
        if lost.doubtful and not allow_mass:
            raise Refused("tak.too_many_gone", where=Where(source), problems=(), **lost._asdict())
        writes = _writes(reader, snapshot, known, asked)
        write_snapshot(session, read, writes, context.provenance)
        new, gone = len(writes.routes.new), len(writes.routes.gone)
        context.counts.rows = {"read": snapshot.rows, "new": new, "gone": gone}
        told = None if snapshot.permissions is None else len(snapshot.permissions)
        return SnapshotTaken(read, snapshot.rows, new, gone, told)


def _writes(reader: Reader, snapshot: TakContent, known: Mapping[Route, int], asked: TakAsked | None) -> SnapshotWrites:
    """Compare a snapshot with the routes and permissions that were seen last."""
    from tidbok_cli.store.write.coupling import SnapshotWrites

    permissions = None
    if snapshot.permissions is not None:
        held = permissions_seen_last(reader, asked and asked.permissions)
        permissions = _changes({permission: number for number, permission in held}, snapshot.permissions)
    return SnapshotWrites(_changes(known, snapshot.routes), permissions, asked and asked.routes)


def _changes(known: Mapping[_Seen, int], told: frozenset[_Seen]) -> SeenChanges[_Seen]:
    """Compare what was seen last, with its numbers, and what a snapshot tells."""
    from tidbok_cli.store.write.coupling import SeenChanges

    gone = [number for each, number in known.items() if each not in told]
    return SeenChanges(sorted(told - known.keys(), key=str), gone)


def check(context: Context, units: list[str], consumer: str | None = None) -> CouplingChecked:
    """Check the routes needed, of all units or those named, and the consumer's permissions to call by them."""
    if consumer is not None and not consumer.strip():
        raise BadInput("coupling.no_consumer", where=Where(column="--consumer"))
    with context.reading() as reader:
        needed = [
            route if consumer is None else _permitted(reader, route, unit, consumer, context.at)
            for unit in _units(context, reader, units)
            for route in routes_needed(context, reader, unit)
        ]
        checked = CouplingChecked(context.at, snapshot_at(reader, context.at), tuple(needed), consumer)
        if consumer and any(each.permitted is False for each in needed) and not consumer_known(reader, consumer):
            context.warn(Problem("coupling.unknown_consumer", {"consumer": consumer}, warning=True))
    for route in checked.twice:
        params = {"address": route.route.address if route.route else "", "contract": route.contract}
        context.warn(Problem("coupling.two_routes", params, Where(row_id=route.unit), warning=True))
    return checked


def _units(context: Context, reader: Reader, texts: list[str]) -> list[UnitConfig]:
    """Return the units in force, by HSA-id; raises BadInput if unknown."""
    if not texts:
        return [version.config for version in versions_in_force(reader, context.at)]
    keys = sorted({unit_in_store(context, reader, text).hsa_id.upper() for text in texts})
    versions = (version_in_force(reader, key, context.at) for key in keys)
    return [version.config for version in versions if version]


def routes_needed(context: Context, reader: Reader, unit: UnitConfig) -> Iterator[RouteNeeded]:
    """Yield each contract that the unit's services need, with its route."""
    known = snapshot_at(reader, context.at, unit.address) is not None
    for service in SERVICE_KEYS:
        if not getattr(unit.services, service):
            continue
        for contract in contracts_of(service, context.region.coupling_contracts):
            found = route_carrying(reader, unit.carriers, namespace(contract), context.at) if known else None
            routed = found is not None and found.in_force if known else None
            route, alike = (found.route, found.alike) if found else (None, 0)
            yield RouteNeeded(unit.hsa_id, unit.address, service, contract, routed, route, alike)


def _permitted(reader: Reader, route: RouteNeeded, unit: UnitConfig, consumer: str, at: int) -> RouteNeeded:
    """Add the consumer's permission: at the unit, else at the parent that its file names, else the default."""
    if snapshot_at(reader, at, unit.address, permissions=True) is None:
        return route
    held = permission_holding(reader, consumer, unit.receivers, namespace(route.contract), at)
    permission, in_force = held or (None, False)
    return route._replace(permitted=in_force, permission=permission)
