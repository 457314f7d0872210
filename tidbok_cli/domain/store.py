"""The store's contents, imports and damages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LastImport:
    """The latest import of a kind; `happened_at` in seconds UTC."""

    kind: str
    source: str
    happened_at: int


class RecordedRun(NamedTuple):
    """A run of an import, carried out where its `outcome` is done; moments in seconds UTC.

    `recorded_at` is its real start, `happened_at` its moment (`--at`). `purged_at`: what it made is gone since then.
    """

    id: int
    kind: str
    source: str
    recorded_at: int
    milliseconds: int | None
    happened_at: int
    actor: str
    outcome: str
    reason: str | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    events: int
    ended: int
    purged_at: int | None


@dataclass(frozen=True, slots=True)
class StoreDamage:
    """A damage: its check, and where (never a person number)."""

    check: str
    detail: str


@dataclass(frozen=True, slots=True)
class Initialised:
    """The outcome of `init`."""

    config: Path
    config_made: bool
    store: str
    store_made: bool


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """The store and its contents; `size` in bytes where it is known."""

    store: str
    schema_version: str
    size: int | None
    rows: Mapping[str, int]
    last_imports: tuple[LastImport, ...]
    runs: Sequence[RecordedRun]


class StoreCopied(NamedTuple):
    """A copy between stores, by printable addresses; rows per table."""

    store: str
    to: str
    rows: Mapping[str, int]
