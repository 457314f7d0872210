"""The technical coupling: TAK's routes, read from an export, and what the units' services need of them (S22)."""

from collections.abc import Iterator
from typing import Final

from tidbok_cli.domain.coupling import (
    CouplingChecked,
    RouteNeeded,
    SnapshotRead,
    SnapshotTaken,
    TakSnapshot,
    contracts_of,
    namespace,
)
from tidbok_cli.domain.units import UnitConfig
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.case import version_in_force
from tidbok_cli.store.coupling import route_to, routes_seen_last, snapshot_at
from tidbok_cli.store.listing import versions_in_force
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.files import Source, opened
from tidbok_cli.workflows.lookup import unit_in_store
from tidbok_cli.workflows.workplace import Workplace

SERVICES: Final = ("show", "cancel", "rebook", "book")


def import_tak(place: Workplace, file: str) -> SnapshotTaken:
    """Reads an export of TAK, which replaces the former snapshot; raises BadInput where it is not whole and right."""
    from tidbok_cli.exchange.tak import read_tak

    with opened(place, Source(file)) as data:
        snapshot, problems = read_tak(data.read(), file)
    if snapshot is None:
        raise BadInput("tak.refused", where=Where(file), problems=problems)
    return take(place, snapshot, file)


def take(
    place: Workplace, snapshot: TakSnapshot, source: str, addresses: frozenset[str] | None = None
) -> SnapshotTaken:
    """Puts a snapshot in the place of the former one, or of its routes to these logical addresses.

    Raises BadInput where a later snapshot has been read already.
    """
    from tidbok_cli.store.relations import Recording
    from tidbok_cli.store.snapshots import RouteWrites, write_snapshot

    read = SnapshotRead(snapshot.taken_at, place.at, source)
    with place.writing() as (session, reader):
        latest = reader.value("SELECT max(read_at) FROM tak_snapshot")
        if latest is not None and place.at < latest:
            raise BadInput("tak.before_latest", latest_at=latest)
        known = {route: number for number, route in routes_seen_last(reader, addresses)}
        new = snapshot.routes - known.keys()
        gone = [number for route, number in known.items() if route not in snapshot.routes]
        write_snapshot(session, read, RouteWrites(sorted(new), gone, addresses), Recording(place.now, place.actor))
        return SnapshotTaken(read, snapshot.rows, len(new), len(gone))


def check(place: Workplace, units: list[str]) -> CouplingChecked:
    """What TAK says of the contracts that the units' services need; all units in force, or those named."""
    with place.reading() as reader:
        needed = (route for unit in _units(place, reader, units) for route in routes_needed(place, reader, unit))
        return CouplingChecked(place.at, snapshot_at(reader, place.at), tuple(needed))


def _units(place: Workplace, reader: Reader, texts: list[str]) -> list[UnitConfig]:
    """The units as they are in force at the moment, by HSA-id; raises BadInput for one that the store does not know."""
    if not texts:
        return [version.config for version in versions_in_force(reader, place.at)]
    keys = sorted({unit_in_store(place, reader, text).hsa_id.upper() for text in texts})
    versions = (version_in_force(reader, key, place.at) for key in keys)
    return [version.config for version in versions if version]


def routes_needed(place: Workplace, reader: Reader, unit: UnitConfig) -> Iterator[RouteNeeded]:
    """Each contract that a service of the unit needs, with its route."""
    known = snapshot_at(reader, place.at, unit.address) is not None
    for service in SERVICES:
        if not getattr(unit.services, service):
            continue
        for contract in contracts_of(service, place.region.coupling_contracts):
            found = route_to(reader, unit.address, namespace(contract), place.at) if known else None
            routed = found is not None and found.in_force if known else None
            yield RouteNeeded(unit.hsa_id, unit.address, service, contract, routed, found.route if found else None)
