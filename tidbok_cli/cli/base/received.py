"""Journals' answers: what they sent, printed as it was received, and warnings of what they did not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.errors import BadInput, Problem, Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidbok_cli.domain.journal_outcome import AnswerTold
    from tidbok_cli.workflows.context import Context


def expect_revealing(*, reveal: bool) -> None:
    """Raise BadInput where messages, which hold person numbers in full, are to be printed without saying so."""
    if not reveal:
        raise BadInput("journal.xml_reveals", where=Where(column="--output"))


def answer_received(context: Context, answers: Iterable[AnswerTold]) -> list[AnswerTold]:
    """Print the messages, and warn of each answer that is none; return the answers without them."""
    from tidbok_cli.render.journal import is_message, print_received

    told = print_received(answers)
    for each in told:
        if not is_message(each):
            context.warn(Problem("journal.no_message", {"unit": each.answer.question.address}, warning=True))
    return told


def warn_of_untold(context: Context, answers: Iterable[AnswerTold]) -> None:
    """Warn of each answer after which a time may be missing, with who was silent or why."""
    from tidbok_cli.domain.journal_slot import says_what_is_offered

    for answer in (each.answer for each in answers):
        if not says_what_is_offered(answer):
            detail = answer.said or answer.code or str(answer.result)
            context.warn(Problem("journal.not_told", {"unit": answer.question.address, "detail": detail}, warning=True))
