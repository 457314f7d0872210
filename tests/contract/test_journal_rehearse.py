"""A rehearsal beside a made-up journal whose every answer may be lost: nothing is left behind untold."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from support.people import ANNA
from support.region import OGON

from tidbok_cli.domain.journal import (
    ActorType,
    JournalAnswer,
    JournalQuestion,
    JournalResult,
    JournalSlot,
    JournalType,
)
from tidbok_cli.domain.journal_rehearsal import Step, StepResult
from tidbok_cli.domain.unit import UnitConfig
from tidbok_cli.errors import Problem
from tidbok_cli.render.terminal import Bars
from tidbok_cli.workflows.context import Context
from tidbok_cli.workflows.journal_ask import Asker
from tidbok_cli.workflows.journal_open import AskedAs
from tidbok_cli.workflows.journal_rehearse import RehearsalRun

NOW, HOUR = 1_800_000_000, 3600
FATES = ("lost before", "lost after", "fault before", "fault after", "refused", "VP009 after", "error")


@dataclass
class MadeUp:
    """A journal with a book: the residents' times by id; `fates`: what becomes of each call, in order."""

    fates: list[str]
    renames: bool
    free: list[int]
    book: dict[str, int] = field(default_factory=lambda: {"OLD": NOW + HOUR})
    calls: list[str] = field(default_factory=list)
    made: int = 0

    def answer(self, question: JournalQuestion) -> JournalAnswer:
        self.calls.append(question.contract)
        fate = self.fates.pop(0) if self.fates else "right"
        answer = JournalAnswer(question, JournalResult.ANSWERED, outcome="OK" if question.is_write else None)
        if fate == "error" and question.is_write:
            return answer._replace(outcome="ERROR")
        if fate in ("right", "error") or fate.endswith("after"):
            answer = self.done(question, answer)
        if fate.startswith("lost"):
            return JournalAnswer(question, JournalResult.SILENT, "outcome_unknown" if question.is_write else "time_out")
        if fate.startswith("fault"):
            return JournalAnswer(question, JournalResult.FAULT, "fault")
        if fate.startswith("VP009"):
            return JournalAnswer(question, JournalResult.REFUSED, "VP009")
        return JournalAnswer(question, JournalResult.REFUSED, "VP007") if fate == "refused" else answer

    def done(self, question: JournalQuestion, answer: JournalAnswer) -> JournalAnswer:
        booking, start = question.booking or "", question.slot.start if question.slot else None
        if question.contract == "MakeBooking":
            return answer._replace(booking=self.booked(start))
        if question.contract not in ("GetBookingDetails", "UpdateBooking", "CancelBooking"):
            return answer._replace(types=(JournalType("NY", "time_type", "Nybesök"),), slots=self.slots(question))
        if booking not in self.book:
            return answer._replace(result=JournalResult.FAULT, code="fault")
        before = self.book[booking]
        if question.contract == "GetBookingDetails":
            return answer._replace(slots=(JournalSlot(OGON, booking, start=before),))
        del self.book[booking]
        if question.contract == "UpdateBooking":
            self.booked(start, None if self.renames else booking)
        return answer

    def slots(self, question: JournalQuestion) -> tuple[JournalSlot, ...]:
        if question.contract == "GetSubjectOfCareSchedule":
            return tuple(JournalSlot(OGON, each, start=at) for each, at in self.book.items())
        return tuple(JournalSlot(OGON, start=each, code="NY") for each in self.free)

    def booked(self, start: int | None, booking: str | None = None) -> str:
        self.made += 1
        name = booking or f"J-{self.made}"
        self.book[name] = start or 0
        return name


@given(
    st.dictionaries(st.integers(0, len(Step) + 1), st.sampled_from(FATES), max_size=3),
    st.booleans(),
    st.lists(st.integers(2, 9), max_size=3, unique=True),
)
def test_nothing_is_left_behind_untold(wrong: dict[int, str], renames: bool, hours: list[int]) -> None:
    """`wrong`: what becomes of a few calls, by their number."""
    fates = [wrong.get(number, "right") for number in range(len(Step) + 2)]
    journal = MadeUp(fates, renames, [NOW + hour * HOUR for hour in hours])
    warned: list[Problem] = []
    context = Context({}, Path(), NOW, warned.append, str, Bars())
    run = RehearsalRun(context, cast(Asker, journal), UnitConfig(OGON, "Ögon"), AskedAs(ANNA, ActorType.RESIDENT))
    run.play(None)
    counted = Counter(journal.calls)
    assert all(counted[contract] <= 1 for contract in ("MakeBooking", "UpdateBooking", "CancelBooking"))
    assert journal.book.pop("OLD") == NOW + HOUR, "what was there before stays"
    assert bool(run.left) is bool(warned)
    if journal.book:
        assert run.left is not None
        assert len(wrong) > 1 or journal.calls[min(wrong)] == "CancelBooking", "else it could be taken back"
    steps = {each.step: each.result for each in run.all_steps}
    assert list(steps) == list(Step)
    if not run.left and steps[Step.BOOK] in (StepResult.DONE, StepResult.FOUND):
        assert steps[Step.GONE] is StepResult.DONE
    assert len(journal.calls) <= len(Step) + 2


def test_where_all_is_right_all_is_done() -> None:
    for renames in (False, True):
        journal = MadeUp([], renames, [NOW + 2 * HOUR, NOW + 3 * HOUR])
        told: list[Any] = []
        context = Context({}, Path(), NOW, told.append, str, Bars())
        unit, asked_as = UnitConfig(OGON, "Ögon"), AskedAs(ANNA, ActorType.RESIDENT)
        run = RehearsalRun(context, cast(Asker, journal), unit, asked_as)
        run.play(None)
        assert {each.result for each in run.all_steps} == {StepResult.DONE}
        assert (list(journal.book), run.left, told) == (["OLD"], None, [])
