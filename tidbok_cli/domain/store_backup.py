"""Backups: what their manifests say, their names in a folder, and which are kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.times import local

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tidbok_cli.errors import Problem

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_ENDINGS: Final = {SQLITE: "db", POSTGRESQL: "dump"}
_NAME: Final = re.compile(r"tidbok-[0-9]{8}T[0-9]{6}[+-][0-9]{4}\.(?:db|dump)", re.ASCII)


class Manifest(NamedTuple):
    """A backup's own account: of which store and when, how large, and how many rows of each table.

    `taken_at` in seconds UTC, `size` in bytes; `database` is the kind of file, `version` the store's.
    """

    program: str
    database: str
    store: str
    version: str
    taken_at: int
    size: int
    sha256: str
    rows: Mapping[str, int]


class Backup(NamedTuple):
    """A backup that was made or looked at; `removed` are older ones, `problems` where it is not as it was made."""

    file: str
    manifest: Manifest
    removed: Sequence[str] = ()
    problems: tuple[Problem, ...] = ()


class Restored(NamedTuple):
    """A store that a backup took the place of: its version and rows, and `kept`, the file of the old one."""

    file: str
    store: str
    version: str
    rows: Mapping[str, int]
    kept: str | None
    is_due: bool


class Keep(NamedTuple):
    """So many days, weeks and months, of each of which the last backup is kept; None asks for nothing."""

    daily: int | None = None
    weekly: int | None = None
    monthly: int | None = None

    @property
    def is_asked(self) -> bool:
        return self != Keep()


_PERIODS: Final = ("%Y-%m-%d", "%G-W%V", "%Y-%m")
"""Names of days, weeks and months in Stockholm, in the order of `Keep`."""


def name_of(taken_at: int, database: str) -> str:
    """Name a backup in a folder by its moment in Stockholm."""
    return f"tidbok-{local(taken_at):%Y%m%dT%H%M%S%z}.{_ENDINGS[database]}"


def is_name(name: str) -> bool:
    """Whether a file in a folder is named as a backup of this program."""
    return _NAME.fullmatch(name) is not None


def kept(taken: Collection[int], keep: Keep) -> set[int]:
    """Return the moments of the backups to keep, the latest always."""
    found = {max(taken)}
    for count, form in zip(keep, _PERIODS, strict=True):
        last = {local(moment).strftime(form): moment for moment in sorted(taken)}
        found.update(list(last.values())[-count:] if count else ())
    return found
