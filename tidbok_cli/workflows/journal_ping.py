"""`journal ping`: whether each unit's journal answers as 1177 asks it (contract, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.journal import JournalQuestion, JournalSlot
from tidbok_cli.domain.journal_outcome import FREE_TIMES, QUESTIONS, JournalHead, told
from tidbok_cli.domain.times import HOUR
from tidbok_cli.errors import BadInput
from tidbok_cli.workflows.journal_open import as_test_resident, journal_settings, open_journal
from tidbok_cli.workflows.journal_unit import units_asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.journal_outcome import AnswerTold
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.journal_open import AskedAs

_AHEAD: Final = 28 * 24 * HOUR
"""Seconds in which free times are asked about."""


class Ping(NamedTuple):
    """When and as whom it was asked, the units' names by HSA-id, and the answers as they come."""

    head: JournalHead
    names: Mapping[str, str]
    answers: Iterator[AnswerTold]


def ping(context: Context, units: list[str], contracts: list[str], *, bodies: bool = False) -> Ping:
    """Ask each unit about the first test resident, by each contract.

    The units named, else all that are in force or have a file. `bodies`: keep what is received. Raises BadInput, before
    the first call, where it may not or cannot be asked.
    """
    settings = journal_settings(context)
    asked_as = as_test_resident(context)
    names = {unit.hsa_id: unit.name for unit in units_asked(context, units)}
    if not names:
        raise BadInput("journal.no_units")
    asker = open_journal(context)
    questions = [_question(context, asked_as, unit, each) for unit in names for each in contracts or QUESTIONS[:1]]
    coming = asker.answers(questions, bodies=bodies)
    answers = map(told, context.progress.track(coming, "asking_journals", len(questions)))
    return Ping(JournalHead(context.now, settings.environment, asker.consumer), names, answers)


def _question(context: Context, asked_as: AskedAs, unit: str, contract: str) -> JournalQuestion:
    days = JournalSlot(unit, start=context.now, end=context.now + _AHEAD) if contract in FREE_TIMES else None
    return JournalQuestion(contract, unit, *asked_as, resident=asked_as.actor, slot=days)
