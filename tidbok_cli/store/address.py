"""The store's address: an SQLAlchemy URL or SQLite file (contract, section 1)."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from tidbok_cli.domain.regex import regex
from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEME = regex(r"([a-z][a-z0-9+]*)://", re.IGNORECASE)
_LOCAL = regex(r"(?:localhost|127\.[0-9.]+|\[?::1\]?)(?::[0-9]*)?$|/|:[0-9]*$|$")
_PASSWORD = regex(r"(?<=://)([^:@/?]*):.*@")
_PASSWORDS_IN_QUERY = regex(r"(?<=[?&])((?:ssl)?password)=[^&]*", re.IGNORECASE)

BESIDE: Final = ("", "-wal", "-shm", "-journal", ".lock", ".job")
"""Endings of a SQLite file's name and of those beside it; the last are of writers and jobs (write/lock.py)."""


def _followed(path: Path) -> Path:
    """Where links lead; of links that go round, the path itself."""
    return Path(os.path.realpath(path))


class Address(NamedTuple):
    """The store's place: a SQLite file's `path`, or `dsn`, libpq's URI."""

    path: Path | None = None
    dsn: str = ""

    def may_go_unencrypted(self, environ: Mapping[str, str]) -> bool:
        """Whether it leads over a network, and nobody says how safely: libpq then goes without encryption too."""
        server, _, query = self.dsn.partition("?")
        asked = dict(parse_qsl(query))
        hosts = asked.get("host") or server.removeprefix("postgresql://").partition("/")[0].rpartition("@")[2]
        remote = hosts and not all(_LOCAL.match(host) for host in unquote(hosts).split(","))
        return bool(remote) and not (asked.get("sslmode") or environ.get("PGSSLMODE") or asked.get("service"))

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """The SQLite file, and the two beside it while it is in use: -wal and -shm."""
        assert self.path is not None
        file = _followed(self.path)  # SQLite follows links, and keeps the two where the file is
        return file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")

    @property
    def files_beside(self) -> tuple[Path, ...]:
        """All files of a SQLite store's own, by the endings in BESIDE; none in PostgreSQL."""
        file = self.path and _followed(self.path)
        return tuple(file.with_name(file.name + ending) for ending in BESIDE) if file else ()

    @property
    def in_use(self) -> bool:
        """Whether a process has the SQLite file open, or was killed while it had."""
        return all(file.exists() for file in self.files)

    @property
    def may_be_written(self) -> bool:
        """Whether this user may write the SQLite file, and make the two beside it."""
        assert self.path is not None
        file = self.path.resolve() if self.path.is_symlink() else self.path
        return allowed(file, os.W_OK) and allowed(file.parent, os.W_OK | os.X_OK)

    def __str__(self) -> str:
        """The place as it may be shown: no password."""
        if self.path is not None:
            return str(self.path)
        return _PASSWORDS_IN_QUERY.sub(r"\1=***", _PASSWORD.sub(r"\1:***@", self.dsn))

    @property
    def plain_url(self) -> str:
        """The URL without passwords, quoted for a command line; of PostgreSQL alone."""
        server, _, query = _PASSWORD.sub(r"\1@", self.dsn).partition("?")
        asked = "&".join(each for each in query.split("&") if not _PASSWORDS_IN_QUERY.match(f"?{each}", 1))
        return shlex.quote(f"{server}?{asked}" if asked else server)

    def dump_line(self, name: str) -> str | None:
        """Write pg_dump's command line for a backup; None for a file.

        It holds no password.
        """
        return None if self.path else f"pg_dump --format=custom --file=tidbok-{name}.dump {self.plain_url}"


def allowed(path: Path, to: int) -> bool:
    """Whether this user may do that to a path (`os.R_OK` …): mode, owner and mount."""
    return os.access(path, to, effective_ids=True)


def path_below(base: Path, text: str) -> Path:
    """Path that somebody wrote; a relative one starts at `base`, `~` at the home folder.

    Raises BadInput where nobody knows that home.
    """
    try:
        return base / Path(text).expanduser()
    except RuntimeError:
        raise BadInput("file.no_home", where=Where(text)) from None


def parse_address(text: str, base: Path) -> Address:
    """Parse a URL or path; a relative one starts at `base`.

    Raises BadInput for a URL of another database.
    """
    scheme = _SCHEME.match(text)
    if not scheme:
        return Address(path=path_below(base, text).absolute())
    name = scheme[1].lower().partition("+")[0]
    rest = text[scheme.end() :]
    if name == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return Address(path=(base / rest[1:]).absolute())
    if name in ("postgresql", "postgres"):
        before, at, after = rest.partition("@")
        if at and ("/" in before or "@" in after.partition("?")[0]):  # libpq would tell the end of the password
            raise BadInput("store.malformed")
        return Address(dsn=f"postgresql://{rest}")
    raise BadInput("store.url", scheme=scheme[1])
