"""What imports, files and the store come to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tidbok_cli.domain.outcomes.answers import Counted, LastImport
from tidbok_cli.errors import Problem


@dataclass(slots=True)
class Report:
    """What an import did, in rows; `events` are relation events, `without_effect` those of them that change nothing.

    `problems` says why rows are bad, `rejected_file` where those are that were left out. `fields` counts which columns
    were new in the rows that were updated. `ended`: how many of them were cancelled, since a whole file does not
    have them; None where it was not whole. Of what is kept in files, `named` has the names by what was done: `created`,
    `updated`.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    without_effect: int = 0
    summons: int = 0
    events: int = 0
    problems: tuple[Problem, ...] = ()
    rejected_file: str | None = None
    fields: Counter[str] = field(default_factory=Counter)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ended: int | None = None

    def add_ended(self, ended: int | None) -> None:
        """Counts bookings that were cancelled since the file does not have them; None where it is not whole."""
        self.ended = ended
        if ended:
            self.updated += ended
            self.fields.update(dict.fromkeys(("ended_at", "status"), ended))


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it must be: which check found it, and where (never a person number)."""

    check: str
    detail: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A file that was to be written: where it is, and whether anything in it changed."""

    path: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `init` found or made."""

    config: Path
    config_made: bool
    store: str
    store_made: bool


@dataclass(frozen=True, slots=True)
class Info:
    """What the store is and holds; `size` in bytes where it is a file."""

    store: str
    schema_version: str
    size: int | None
    rows: Mapping[str, int]
    last_imports: tuple[LastImport, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The made-up region: where it is, what a sweep of it says, and some bookings that are not shown."""

    folder: Path
    counts: tuple[Counted, ...]
    hidden: tuple[str, ...]
