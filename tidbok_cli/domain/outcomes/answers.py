"""What `why` and `sweep` come to."""

from dataclasses import dataclass

from tidbok_cli.domain.case import Case, Evidence
from tidbok_cli.domain.checks import Answer, Finding, Verdict
from tidbok_cli.domain.facts import Action, Told


@dataclass(frozen=True, slots=True)
class LastImport:
    """The latest import of a kind; `happened_at` in seconds UTC."""

    kind: str
    source: str
    happened_at: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding and what it rests on."""

    finding: Finding
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to `why` for one booking: the case, the verdict, each check explained, and notes by their codes."""

    action: Action
    case: Case
    verdict: Verdict
    checks: tuple[Explained, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """The answers for a resident's bookings, by start, unit and id; and what was last imported."""

    answers: tuple[Diagnosis, ...]
    last_imports: tuple[LastImport, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What bookings with the same facts come to; `reasons` as `check.reason`. The same one for all of them."""

    verdict: Answer
    reasons: tuple[str, ...]


Swept = Told[Judged]
"""One booking's verdict; the person number as it may be shown."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many bookings have the same verdict for the same reasons."""

    verdict: Answer
    reasons: tuple[str, ...]
    bookings: int
