"""The technical coupling: TAK's routes, read from an export, and what the units' services need of them (S22)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.coupling import (
    CouplingChecked,
    RouteNeeded,
    SnapshotRead,
    SnapshotTaken,
    TakContent,
    address_key,
    contracts_of,
    namespace,
)
from tidbok_cli.domain.imports import Source
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.http import Certificates, HttpClient, Login, base_of, opener_for
from tidbok_cli.exchange.tak_api import ConnectionPoint, ask_tak
from tidbok_cli.exchange.toml_file import unreadable
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.store.read.coupling import route_to, routes_seen_last, snapshot_at
from tidbok_cli.store.read.unit import version_in_force, versions_in_force
from tidbok_cli.workflows.import_file import opened
from tidbok_cli.workflows.lookup import unit_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

SERVICES: Final = ("show", "cancel", "rebook", "book")


def import_tak(context: Context, file: str) -> SnapshotTaken:
    """Reads an export of TAK, which replaces the former snapshot; raises BadInput where it is not whole and right."""
    from tidbok_cli.exchange.tak import read_tak

    with opened(context, Source(file)) as data:
        snapshot, problems = read_tak(data.read(), file)
    if snapshot is None:
        raise BadInput("tak.refused", where=Where(file), problems=problems)
    return take(context, snapshot, file)


def take(context: Context, snapshot: TakContent, source: str, addresses: frozenset[str] | None = None) -> SnapshotTaken:
    """Puts a snapshot in the place of the former one, or of its routes to these logical addresses.

    Raises BadInput where a later snapshot has been read already.
    """
    from tidbok_cli.store.write.coupling import RouteWrites, write_snapshot
    from tidbok_cli.store.write.provenance import Provenance

    read = SnapshotRead(snapshot.taken_at, context.at, source)
    with context.writing() as (session, reader):
        latest = reader.value("SELECT max(read_at) FROM tak_snapshot")
        if latest is not None and context.at < latest:
            raise BadInput("tak.before_latest", latest_at=latest)
        known = {route: number for number, route in routes_seen_last(reader, addresses)}
        new = snapshot.routes - known.keys()
        gone = [number for route, number in known.items() if route not in snapshot.routes]
        write_snapshot(session, read, RouteWrites(sorted(new), gone, addresses), Provenance(context.now, context.actor))
        return SnapshotTaken(read, snapshot.rows, len(new), len(gone))


def check(context: Context, units: list[str]) -> CouplingChecked:
    """What TAK says of the contracts that the units' services need; all units in force, or those named."""
    with context.reading() as reader:
        needed = (route for unit in _units(context, reader, units) for route in routes_needed(context, reader, unit))
        return CouplingChecked(context.at, snapshot_at(reader, context.at), tuple(needed))


def _units(context: Context, reader: Reader, texts: list[str]) -> list[UnitConfig]:
    """The units as they are in force at the moment, by HSA-id; raises BadInput for one that the store does not know."""
    if not texts:
        return [version.config for version in versions_in_force(reader, context.at)]
    keys = sorted({unit_in_store(context, reader, text).hsa_id.upper() for text in texts})
    versions = (version_in_force(reader, key, context.at) for key in keys)
    return [version.config for version in versions if version]


def routes_needed(context: Context, reader: Reader, unit: UnitConfig) -> Iterator[RouteNeeded]:
    """Each contract that a service of the unit needs, with its route."""
    known = snapshot_at(reader, context.at, unit.address) is not None
    for service in SERVICES:
        if not getattr(unit.services, service):
            continue
        for contract in contracts_of(service, context.region.coupling_contracts):
            found = route_to(reader, unit.address, namespace(contract), context.at) if known else None
            routed = found is not None and found.in_force if known else None
            yield RouteNeeded(unit.hsa_id, unit.address, service, contract, routed, found.route if found else None)


CREDENTIAL = "tak-api-password"
"""The name of systemd's credential with the password."""


@dataclass(frozen=True, slots=True)
class TakApi:
    """Where to ask, and as whom; `timeout` in seconds for each request."""

    url: str
    connection_point: str
    user: str | None
    password_file: str | None
    cert: str | None
    key: str | None
    ca: str | None
    timeout: float


def fetch(context: Context, asking: TakApi) -> SnapshotTaken:
    """Asks for the routes, then puts them in the place of those to the same addresses.

    Raises BadInput where the API cannot be asked, or does not answer as it should; nothing is changed then.
    """
    point = _connection_point(asking.connection_point)
    web = _web(context, asking)
    addresses = _addresses(context)
    if not addresses:
        raise BadInput("tak_api.no_units")
    snapshot = ask_tak(web.get, point, context.progress.track(addresses, "asking", len(addresses)))
    return take(context, snapshot, f"{web.url} ({point})", frozenset(addresses))


def _connection_point(text: str) -> ConnectionPoint:
    platform, _, environment = text.rpartition("/")
    if not platform or not environment:
        raise BadInput("tak_api.connection_point", where=Where(column="--connection-point"), value=text)
    return ConnectionPoint(platform, environment)


def _web(context: Context, asking: TakApi) -> HttpClient:
    """The API, with what it asks for; raises BadInput where that cannot be had or may not be sent there."""
    if asking.key and not asking.cert:
        raise BadInput("web.key_without_cert", where=Where(column="--key"))
    files = [file for file in (asking.cert, asking.key, asking.ca) if file]
    url = base_of(asking.url, login=asking.user is not None, certificates=bool(files))
    for file in files:
        _content(context.folder / file)
    opener = opener_for(url, Certificates(asking.cert, asking.key, asking.ca))
    return HttpClient(url, opener, asking.timeout, _login(context, asking.user, asking.password_file))


def _content(path: Path) -> bytes:
    """What a file holds; raises BadInput where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        problem = unreadable(error, str(path))
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error


def _login(context: Context, user: str | None, file: str | None) -> Login | None:
    if user is None:
        if file is not None:
            raise BadInput("web.password_without_user", where=Where(column="--password-file"))
        return None
    if ":" in user:
        raise BadInput("web.user", where=Where(column="--user"))
    return Login(user, _password(context, file))


def _password(context: Context, file: str | None) -> bytes:
    """The first line of the file, or of systemd's credential; raises BadInput where there is none."""
    folder = context.environ.get("CREDENTIALS_DIRECTORY")
    path = context.folder / file if file else Path(folder) / CREDENTIAL if folder else None
    if path is None:
        raise BadInput("web.no_password", where=Where(column="--password-file"))
    lines = _content(path).splitlines()
    if not lines or not lines[0]:
        raise BadInput("web.empty_password", where=Where(str(path)))
    return lines[0]


def _addresses(context: Context) -> list[str]:
    """The logical addresses of the units in force at the moment, and of those in the files, in order."""
    units, _ = read_units(context.config)
    with context.reading() as reader:
        in_force = [version.config for version in versions_in_force(reader, context.at)]
    by_key = {address_key(unit.address): unit.address for unit in (*units, *in_force)}
    return sorted(by_key.values())
