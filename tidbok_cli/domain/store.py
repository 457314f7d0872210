"""What imports, files and the store come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class LastImport:
    """The latest import of a kind; `happened_at` in seconds UTC."""

    kind: str
    source: str
    happened_at: int


@dataclass(frozen=True, slots=True)
class StoreDamage:
    """Something that is not as it must be: which check found it, and where (never a person number)."""

    check: str
    detail: str


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `init` found or made."""

    config: Path
    config_made: bool
    store: str
    store_made: bool


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What the store is and holds; `size` in bytes where it is a file."""

    store: str
    schema_version: str
    size: int | None
    rows: Mapping[str, int]
    last_imports: tuple[LastImport, ...]


class StoreCopied(NamedTuple):
    """From which store to which, as addresses that may be shown, and how many rows each table had."""

    store: str
    to: str
    rows: Mapping[str, int]
