"""The store's contents, imports and damages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tidbok_cli.domain.found import Way
    from tidbok_cli.domain.job import RecordedJob


STORE_FILE: Final = "tidbok.db"
"""A configuration's own store, beside its file."""


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


class Initialised(NamedTuple):
    """A configuration folder or store: its place, and the way there.

    `made`: whether it was missing."""

    place: str
    made: bool
    way: Way


def summed_up(damages: Iterable[StoreDamage], at_most: int = 100) -> tuple[StoreDamage, ...]:
    """Keep each check's first damages, and count its others in a row."""
    first: dict[str, list[StoreDamage]] = {}
    others: Counter[str] = Counter()
    for damage in damages:
        found = first.setdefault(damage.check, [])
        if len(found) < at_most:
            found.append(damage)
        else:
            others[damage.check] += 1
    for check, count in others.items():
        first[check].append(StoreDamage(check, f"and {count} more"))
    return tuple(chain.from_iterable(first.values()))


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table: columns with the types of their values, and its key."""

    name: str
    columns: Mapping[str, frozenset[type]]
    key: tuple[str, ...]
    _good: set[tuple[type, ...]] = field(default_factory=set)

    def misfits(self, row: Sequence[object]) -> tuple[str, ...]:
        """Return the columns whose value in a row is of another type.

        Rows of the same types are looked at once.
        """
        types = tuple(map(type, row))
        if types in self._good:
            return ()
        wrong = tuple(name for name, found in zip(self.columns, types, strict=True) if found not in self.columns[name])
        if not wrong:
            self._good.add(types)
        return wrong

    def key_of(self, row: Sequence[object]) -> str:
        """Name a row by its key's numbers; a text may be anything."""
        named = dict(zip(self.columns, row, strict=True))
        return " ".join(str(named[name]) if isinstance(named[name], int) else "?" for name in self.key)


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """The store and its contents; `size` in bytes where it is known."""

    store: str
    schema_version: str
    size: int | None
    rows: Mapping[str, int]
    last_imports: tuple[LastImport, ...]
    runs: Sequence[RecordedRun]
    jobs: Sequence[RecordedJob]


class StoreCopied(NamedTuple):
    """A copy between stores, by printable addresses; rows per table."""

    store: str
    to: str
    rows: Mapping[str, int]


class StoreUpgrade(NamedTuple):
    """A store's version and the program's; the backup, where it was upgraded.

    `dump` is the command line of a backup that the program does not make itself.
    """

    store: str
    found: str
    expected: str
    backup: str | None = None
    upgraded: bool = False
    dump: str | None = None

    @property
    def is_due(self) -> bool:
        return self.found != self.expected and not self.upgraded
