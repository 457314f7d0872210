"""`coupling fetch`: ask TAK's API for the routes and permissions at the units (S22)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tidbok_cli.domain.coupling import address_key
from tidbok_cli.domain.coupling_snapshot import SnapshotTaken, TakAsked
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.http import Certificates, HttpClient, Login, base_of, opener_for
from tidbok_cli.exchange.tak_api import ConnectionPoint, ask_tak
from tidbok_cli.store.read.unit import versions_in_force
from tidbok_cli.workflows.coupling import take
from tidbok_cli.workflows.secret_file import secret_content

if TYPE_CHECKING:
    from tidbok_cli.workflows.context import Context

CREDENTIAL = "tak-api-password"
"""The name of systemd's credential with the password."""


@dataclass(frozen=True, slots=True)
class TakApi:
    """TAK's API and the login; `timeout` in seconds for each request."""

    url: str
    connection_point: str
    user: str | None
    password_file: str | None
    cert: str | None
    key: str | None
    ca: str | None
    timeout: float


def fetch(context: Context, asking: TakApi, *, allow_mass: bool = False) -> SnapshotTaken:
    """Ask TAK for the routes to the units, and replace those known.

    Raises BadInput, and changes nothing, where the API does not answer as it should.
    """
    point = _connection_point(asking.connection_point)
    web = _web(context, asking)
    asked = _asked(context)
    if not asked.routes:
        raise BadInput("tak_api.no_units")
    addresses = sorted(asked.permissions)
    tracked = context.progress.track(addresses, "asking", len(addresses))
    snapshot = ask_tak(web.get, point, tracked, asked.permissions - asked.routes)
    return take(context, snapshot, f"{web.url} ({point})", asked, allow_mass=allow_mass)


def _connection_point(text: str) -> ConnectionPoint:
    platform, _, environment = text.rpartition("/")
    if not platform or not environment:
        raise BadInput("tak_api.connection_point", where=Where(column="--connection-point"), value=text)
    return ConnectionPoint(platform, environment)


def _web(context: Context, asking: TakApi) -> HttpClient:
    """Prepare the client; raise BadInput where it would not be safe."""
    if asking.key and not asking.cert:
        raise BadInput("web.key_without_cert", where=Where(column="--key"))
    files = [file for file in (asking.cert, asking.key, asking.ca) if file]
    url = base_of(asking.url, login=asking.user is not None, certificates=bool(files))
    for file in files:
        secret_content(context, context.folder / file)
    opener = opener_for(url, Certificates(asking.cert, asking.key, asking.ca))
    return HttpClient(url, opener, asking.timeout, _login(context, asking.user, asking.password_file))


def _login(context: Context, user: str | None, file: str | None) -> Login | None:
    if user is None:
        if file is not None:
            raise BadInput("web.password_without_user", where=Where(column="--password-file"))
        return None
    if ":" in user:
        raise BadInput("web.user", where=Where(column="--user"))
    return Login(user, _password(context, file))


def _password(context: Context, file: str | None) -> bytes:
    """Read the first line of file or credential; raises BadInput."""
    folder = context.environ.get("CREDENTIALS_DIRECTORY")
    path = context.folder / file if file else Path(folder) / CREDENTIAL if folder else None
    if path is None:
        raise BadInput("web.no_password", where=Where(column="--password-file"))
    lines = secret_content(context, path, secret=b"").splitlines()
    if not lines or not lines[0]:
        raise BadInput("web.empty_password", where=Where(str(path)))
    return lines[0]


def _asked(context: Context) -> TakAsked:
    """Return the addresses of units in force and in files, each once; none without units."""
    with context.reading() as reader:
        in_force = [version.config for version in versions_in_force(reader, context.at)]
    units = (*context.units_in_files, *in_force)
    written = {address_key(address): address for unit in units for address in unit.receivers}
    routes = {written[address_key(address)] for unit in units for address in unit.carriers}
    return TakAsked(frozenset(routes), frozenset(written.values()))
