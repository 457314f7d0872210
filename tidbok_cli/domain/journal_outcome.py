"""How asking journals went: who can act on an answer, and a run's exit status (contract, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.checks import Actor
from tidbok_cli.domain.journal import ACTOR_OF, PASSING, JournalAnswer, JournalResult
from tidbok_cli.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.journal import Consumer
    from tidbok_cli.domain.journal_settings import JournalEnvironment

OUR_TROUBLE: Final = ("VP001", "VP002", "VP003", "VP015", "certificate", "server_certificate")
"""Codes that end a run as bad configuration does: they will not pass by themselves."""

OUR_WAY: Final = (
    "certificate", "server_certificate", "tls", "unknown_host", "unreachable", "no_http", "redirect", "status",
    "content_type",
)  # fmt: skip
"""Codes of what happened before the platform took the call: whoever runs the program looks at the way first."""

FREE_TIMES: Final = ("GetAvailableDates", "GetAvailableTimeslots")
QUESTIONS: Final = (
    "GetSubjectOfCareSchedule", "GetAllTimeTypes", "GetAllCareTypes", "GetAllPerformers", *FREE_TIMES,
)  # fmt: skip
"""Contracts that need nothing but a resident; the first is 1177's own about booked times."""

_NOTHING: Final = (JournalResult.SILENT, JournalResult.UNREADABLE, JournalResult.NOT_ASKED)
_TIMES: Final = ("GetSubjectOfCareSchedule", "GetBookingDetails", *FREE_TIMES)


class JournalHead(NamedTuple):
    """When, where and as whom journals were asked; `at` in seconds UTC."""

    at: int
    environment: JournalEnvironment
    consumer: Consumer


class AnswerTold(NamedTuple):
    """An answer without its times and types, which may be many; `slots` counts them where the contract has times."""

    answer: JournalAnswer
    slots: int | None

    @property
    def actor(self) -> Actor | None:
        """Who can act where it is not as it should be (S28); None: nobody, or who runs the program."""
        answer = self.answer
        if answer.code is not None and answer.code in ACTOR_OF:
            return ACTOR_OF[answer.code]
        if answer.code in OUR_WAY or not self.is_finding:
            return None
        return Actor.REGIONAL_ADMINISTRATION

    @property
    def is_finding(self) -> bool:
        """Whether something is not as it should be."""
        answer = self.answer
        return answer.result is not JournalResult.ANSWERED or bool(answer.breaches or answer.failed)


def told(answer: JournalAnswer) -> AnswerTold:
    """Keep of an answer what stays small."""
    answered = answer.result is JournalResult.ANSWERED and answer.question.contract in _TIMES
    return AnswerTold(answer._replace(slots=(), types=()), len(answer.slots) if answered else None)


def ending(answers: Iterable[AnswerTold]) -> Exit:
    """Return a run's exit status: what is ours before what may pass, that before what others must mend."""
    asked = list(answers)
    codes = {each.answer.code for each in asked}
    if codes & set(OUR_TROUBLE):
        return Exit.TROUBLE
    if codes & set(PASSING) or all(each.answer.result in _NOTHING for each in asked):
        return Exit.TRY_LATER
    return Exit.FINDINGS if any(each.is_finding for each in asked) else Exit.DONE
