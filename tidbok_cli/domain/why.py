"""What `why` and `sweep` come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.evidence import Evidence
    from tidbok_cli.domain.facts import Action
    from tidbok_cli.domain.store import LastImport
    from tidbok_cli.domain.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class ExplainedFinding:
    """A finding and what it rests on."""

    finding: Finding
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to `why` for one booking: the case, the verdict, each check explained, and notes by their codes."""

    action: Action
    case: Case
    verdict: Verdict
    checks: tuple[ExplainedFinding, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """The answers for a resident's bookings, by start, unit and id; and what was last imported."""

    answers: tuple[Diagnosis, ...]
    last_imports: tuple[LastImport, ...]
