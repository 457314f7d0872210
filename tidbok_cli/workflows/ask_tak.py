"""The routes of the clinics' logical addresses, asked of the TAK-API instead of read from an export (S22)."""

from dataclasses import dataclass
from pathlib import Path

from tidbok_cli.domain.coupling import SnapshotTaken, address_key
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.exchange.tak_api import ConnectionPoint, ask_tak
from tidbok_cli.exchange.toml_text import unreadable
from tidbok_cli.exchange.unit_file import read_units
from tidbok_cli.exchange.web import Certificates, Login, Web, base_of, opener_for
from tidbok_cli.store.listing import versions_in_force
from tidbok_cli.workflows.couple import take
from tidbok_cli.workflows.workplace import Workplace

CREDENTIAL = "tak-api-password"
"""The name of systemd's credential with the password."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Where to ask, and as whom; `timeout` in seconds for each request."""

    url: str
    connection_point: str
    user: str | None
    password_file: str | None
    cert: str | None
    key: str | None
    ca: str | None
    timeout: float


def fetch(place: Workplace, asking: Asking) -> SnapshotTaken:
    """Asks for the routes, then puts them in the place of those to the same addresses.

    Raises BadInput where the API cannot be asked, or does not answer as it should; nothing is changed then.
    """
    point = _connection_point(asking.connection_point)
    web = _web(place, asking)
    addresses = _addresses(place)
    if not addresses:
        raise BadInput("tak_api.no_units")
    snapshot = ask_tak(web.get, point, place.progress.track(addresses, "asking", len(addresses)))
    return take(place, snapshot, f"{web.url} ({point})", frozenset(addresses))


def _connection_point(text: str) -> ConnectionPoint:
    platform, _, environment = text.rpartition("/")
    if not platform or not environment:
        raise BadInput("tak_api.connection_point", where=Where(column="--connection-point"), value=text)
    return ConnectionPoint(platform, environment)


def _web(place: Workplace, asking: Asking) -> Web:
    """The API, with what it asks for; raises BadInput where that cannot be had or may not be sent there."""
    if asking.key and not asking.cert:
        raise BadInput("web.key_without_cert", where=Where(column="--key"))
    files = [file for file in (asking.cert, asking.key, asking.ca) if file]
    url = base_of(asking.url, login=asking.user is not None, certificates=bool(files))
    for file in files:
        _content(place.folder / file)
    opener = opener_for(url, Certificates(asking.cert, asking.key, asking.ca))
    return Web(url, opener, asking.timeout, _login(place, asking.user, asking.password_file))


def _content(path: Path) -> bytes:
    """What a file holds; raises BadInput where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        problem = unreadable(error, str(path))
        raise BadInput(problem.code, where=problem.where, problems=(), **problem.params) from error


def _login(place: Workplace, user: str | None, file: str | None) -> Login | None:
    if user is None:
        if file is not None:
            raise BadInput("web.password_without_user", where=Where(column="--password-file"))
        return None
    if ":" in user:
        raise BadInput("web.user", where=Where(column="--user"))
    return Login(user, _password(place, file))


def _password(place: Workplace, file: str | None) -> bytes:
    """The first line of the file, or of systemd's credential; raises BadInput where there is none."""
    folder = place.environ.get("CREDENTIALS_DIRECTORY")
    path = place.folder / file if file else Path(folder) / CREDENTIAL if folder else None
    if path is None:
        raise BadInput("web.no_password", where=Where(column="--password-file"))
    lines = _content(path).splitlines()
    if not lines or not lines[0]:
        raise BadInput("web.empty_password", where=Where(str(path)))
    return lines[0]


def _addresses(place: Workplace) -> list[str]:
    """The logical addresses of the units in force at the moment, and of those in the files, in order."""
    units, _ = read_units(place.config)
    with place.reading() as reader:
        in_force = [version.config for version in versions_in_force(reader, place.at)]
    by_key = {address_key(unit.address): unit.address for unit in (*units, *in_force)}
    return sorted(by_key.values())
