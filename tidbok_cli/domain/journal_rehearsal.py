"""A rehearsal in a journal's test environment: a time booked, seen, moved and cancelled (contract, section 5)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.journal import JournalResult
from tidbok_cli.domain.journal_outcome import ending
from tidbok_cli.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.journal import JournalAnswer
    from tidbok_cli.domain.journal_outcome import AnswerTold, JournalHead


_UNHEARD: Final = "VP009"
"""The platform's word for a producer that was silent to it: it may have done what it was asked."""


class Step(StrEnum):
    """Steps of a rehearsal, in their order."""

    TYPES = "types"
    DATES = "dates"
    TIMES = "times"
    BEFORE = "before"
    BOOK = "book"
    SEE = "see"
    DETAILS = "details"
    MOVE = "move"
    MOVED = "moved"
    CANCEL = "cancel"
    GONE = "gone"


class StepResult(StrEnum):
    """How a step went; `found`: its answer was lost, but a look shows that it was done."""

    DONE = "done"
    FOUND = "found"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


REASONS: Final[Mapping[str, Actor]] = {
    "no_type": Actor.COORDINATOR,
    "no_times": Actor.CLINIC,
    **dict.fromkeys(
        ("error", "not_found", "not_shown", "other_time", "not_moved", "still_there"), Actor.REGIONAL_ADMINISTRATION
    ),
}
"""Reasons why a step failed though an answer came, and who can act."""


class StepPlayed(NamedTuple):
    """A step; `reason`: the renderer's, where the answer alone does not say why it failed."""

    step: Step
    result: StepResult
    reason: str | None = None
    told: AnswerTold | None = None

    @property
    def actor(self) -> Actor | None:
        """Who can act where it failed (S28)."""
        if self.result is not StepResult.FAILED or self.told is None:
            return None
        return self.told.actor or (REASONS[self.reason] if self.reason else None)


class Left(NamedTuple):
    """A booking that is, or may be, in the journal's book; its id where that is known, and its start."""

    booking: str | None
    start: int


class Rehearsal(NamedTuple):
    """A whole rehearsal at a unit, with times of a code; `steps`: every one, in order."""

    head: JournalHead
    unit: str
    name: str
    code: str | None
    steps: tuple[StepPlayed, ...]
    left: Left | None

    @property
    def exit_status(self) -> Exit:
        """As of the answers; a step that failed is a finding where all of them came."""
        status = ending([each.told for each in self.steps if each.told])
        failed = self.left is not None or any(each.result is StepResult.FAILED for each in self.steps)
        return Exit.FINDINGS if failed and status is Exit.DONE else status


def is_done(answer: JournalAnswer) -> bool:
    """Tell whether a write was done, by its answer; INFO is a success with a text."""
    return answer.result is JournalResult.ANSWERED and answer.outcome in ("OK", "INFO")


def is_open(answer: JournalAnswer) -> bool:
    """Tell whether a write may have been done though nobody says so: then it is looked up, never guessed."""
    if answer.result is JournalResult.REFUSED:
        return answer.code == _UNHEARD
    return answer.result not in (JournalResult.ANSWERED, JournalResult.NOT_ASKED)
