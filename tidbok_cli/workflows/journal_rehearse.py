"""`journal rehearse`: a test resident's time booked, seen, moved and cancelled (contract, section 5)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tidbok_cli.domain.journal import JournalQuestion, JournalResult, JournalSlot
from tidbok_cli.domain.journal_outcome import JournalHead, told
from tidbok_cli.domain.journal_rehearsal import Left, Rehearsal, Step, StepPlayed, StepResult, is_done, is_open
from tidbok_cli.domain.journal_settings import JournalEnvironment
from tidbok_cli.domain.times import HOUR
from tidbok_cli.domain.unit import BookMode
from tidbok_cli.errors import BadInput, Problem, TidbokError, Where
from tidbok_cli.workflows.journal_open import as_test_resident, journal_settings, open_journal
from tidbok_cli.workflows.journal_unit import units_asked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tidbok_cli.domain.journal import JournalAnswer
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.journal_ask import Asker
    from tidbok_cli.workflows.journal_open import AskedAs

_AHEAD: Final = 90 * 24 * HOUR
"""Seconds in which free times are looked for."""

_MOST_CALLS: Final = len(Step) + 2
"""Each step is one call, and two more look up what a lost answer leaves open."""

_SCHEDULE: Final = "GetSubjectOfCareSchedule"


def rehearse(context: Context, unit: str, code: str | None) -> Rehearsal:
    """Book a free time of the code for the first test resident, see it, move it, cancel it, and see it gone.

    Without a code the first that residents may book by the unit's file, else the first that the journal names. What
    was booked is cancelled whatever happens; what may be left is warned of. Raises BadInput in production.
    """
    settings = journal_settings(context)
    if settings.environment is not JournalEnvironment.TEST:
        raise BadInput("journal.only_in_test", where=Where(str(context.region_file), column="journal.environment"))
    if settings.most_calls < _MOST_CALLS:
        raise BadInput("journal.too_many_calls", count=_MOST_CALLS, most=settings.most_calls)
    asked_as = as_test_resident(context)
    (config,) = units_asked(context, [unit])
    asker = open_journal(context)
    played = RehearsalRun(context, asker, config, asked_as)
    played.play(code)
    head = JournalHead(context.now, settings.environment, asker.consumer)
    return Rehearsal(head, config.hsa_id, config.name, played.code, played.all_steps, played.left)


class _Stopped(Exception):
    """A step failed, so that those after it have no sense."""


class RehearsalRun:
    """A rehearsal under way; `left`: what is, or may be, in the journal's book."""

    def __init__(self, context: Context, asker: Asker, unit: UnitConfig, asked_as: AskedAs) -> None:
        self._context, self._asker, self._unit, self._as = context, asker, unit, asked_as
        self._steps: dict[Step, StepPlayed] = {}
        self._before: frozenset[str | None] = frozenset()
        self._starts: set[int | None] = set()
        self.code: str | None = None
        self.left: Left | None = None

    @property
    def all_steps(self) -> tuple[StepPlayed, ...]:
        """Every step, in order, those too that were not tried."""
        return tuple(self._steps.get(step, StepPlayed(step, StepResult.NOT_TRIED)) for step in Step)

    def play(self, code: str | None) -> None:
        """Go through the steps until one fails; whatever ends it, take back what was booked."""
        try:
            with suppress(_Stopped):
                self.code = self._choose_code(code)
                first, second = self._choose_times()
                self._book(first)
                self._see(first)
                if second:
                    self._move(second)
                self._cancel()
        finally:
            try:
                self._take_back()
            finally:
                if self.left:
                    self._context.warn(Problem("journal.left", _named(self._unit, self.left), warning=True))

    # ----------------------------------------------------------------------------------- the steps

    def _choose_code(self, code: str | None) -> str:
        """Return the code given, or one that residents may book, or any that the journal has."""
        answer = self._ask(Step.TYPES, "GetAllTimeTypes")
        known = [each.code for each in answer.types]
        bookable = [each.code for each in self._unit.care_services if each.book is BookMode.OPEN]
        wanted = [code] if code else [*bookable, *known]
        found = next((each for each in wanted if each in known), None)
        return found or self._fail(Step.TYPES, answer, "no_type")

    def _choose_times(self) -> tuple[JournalSlot, JournalSlot | None]:
        """Return the last free time but one to be booked, and the last to move it to; of one time, only that."""
        now = self._context.now
        days = self._ask(Step.DATES, "GetAvailableDates", slot=self._between([now, now + _AHEAD]))
        starts = [day.start for day in days.slots if day.start is not None]
        if not starts:
            self._fail(Step.DATES, days, "no_times")
        answer = self._ask(Step.TIMES, "GetAvailableTimeslots", slot=self._between(starts))
        free = {slot.start: slot for slot in answer.slots if slot.start is not None and slot.start > now}
        times = [free[start]._replace(code=free[start].code or self.code) for start in sorted(free)]
        if not times:
            self._fail(Step.TIMES, answer, "no_times")
        return (times[-2], times[-1]) if len(times) > 1 else (times[0], None)

    def _book(self, wanted: JournalSlot) -> None:
        self._before = frozenset(slot.booking_id for slot in self._ask(Step.BEFORE, _SCHEDULE).slots)
        self.left = Left(None, wanted.start or 0)
        self._starts.add(wanted.start)
        answer = self._write(Step.BOOK, "MakeBooking", slot=wanted)
        if not (is_done(answer) or is_open(answer)):
            self.left = None
            self._fail(Step.BOOK, answer, "error")
        booking = answer.booking if is_done(answer) else None
        if booking is None:
            found = self._found_at({wanted.start}, self._look().slots)
            if found is None or found.booking_id is None:
                self._fail(Step.BOOK, answer, "not_found")
            booking = found.booking_id
            if not is_done(answer):
                self._note(Step.BOOK, StepResult.FOUND, answer)
        self.left = Left(booking, wanted.start or 0)

    def _see(self, booked: JournalSlot) -> None:
        answer = self._ask(Step.SEE, _SCHEDULE)
        if self._found_at({booked.start}, answer.slots) is None:
            self._fail(Step.SEE, answer, "not_shown")
        details = self._ask(Step.DETAILS, "GetBookingDetails", booking=self._booking)
        if [slot.start for slot in details.slots] != [booked.start]:
            self._fail(Step.DETAILS, details, "other_time")

    def _move(self, wanted: JournalSlot) -> None:
        """Move the booking, which may get another id."""
        self._starts.add(wanted.start)
        answer = self._write(Step.MOVE, "UpdateBooking", booking=self._booking, slot=wanted)
        if not (is_done(answer) or is_open(answer)):
            self._fail(Step.MOVE, answer, "error")
        seen = self._ask(Step.MOVED, _SCHEDULE)
        found = self._found_at({wanted.start}, seen.slots)
        if found is None:
            self._fail(Step.MOVED, seen, "not_moved")
        self.left = Left(found.booking_id or self._booking, wanted.start or 0)
        if not is_done(answer):
            self._note(Step.MOVE, StepResult.FOUND, answer)

    def _cancel(self) -> None:
        answer = self._write(Step.CANCEL, "CancelBooking", booking=self._booking)
        if not (is_done(answer) or is_open(answer)):
            self._fail(Step.CANCEL, answer, "error")
        seen = self._ask(Step.GONE, _SCHEDULE)
        own = next((slot for slot in seen.slots if slot.booking_id == self._booking), None)
        if still := own or self._found_at(self._starts, seen.slots):
            self.left = Left(still.booking_id, still.start or 0)
            self._fail(Step.GONE, seen, "still_there")
        self.left = None
        if not is_done(answer):
            self._note(Step.CANCEL, StepResult.FOUND, answer)

    def _take_back(self) -> None:
        """Cancel what a rehearsal that was broken off has booked; a cancelling that failed is not tried again."""
        if self.left is None or Step.CANCEL in self._steps:
            return
        with suppress(_Stopped, TidbokError):  # what broke it off is told
            self._look_for_it()
            if self.left.booking is not None:
                self._cancel()

    def _look_for_it(self) -> None:
        """See whether it has another id by now, or an id at all; where no answer comes, keep what is known."""
        with suppress(_Stopped):
            found = self._found_at(self._starts, self._look().slots)
            if found and found.booking_id:
                self.left = Left(found.booking_id, found.start or 0)

    # ----------------------------------------------------------------------------------- asking

    @property
    def _booking(self) -> str | None:
        return self.left.booking if self.left else None

    def _between(self, moments: Iterable[int]) -> JournalSlot:
        """Days, and the code, of which free times are asked for."""
        listed = list(moments)
        return JournalSlot(self._unit.hsa_id, start=min(listed), end=max(listed), code=self.code)

    def _found_at(self, starts: Collection[int | None], slots: Iterable[JournalSlot]) -> JournalSlot | None:
        """Return the booked time with such a start which was not there before."""
        return next((slot for slot in slots if slot.start in starts and slot.booking_id not in self._before), None)

    def _look(self) -> JournalAnswer:
        """Ask what is booked, beside the steps; raises _Stopped where no answer comes."""
        answer = self._asker.answer(self._question(_SCHEDULE))
        if answer.result is not JournalResult.ANSWERED:
            raise _Stopped
        return answer

    def _ask(self, step: Step, contract: str, **more: Any) -> JournalAnswer:
        """Ask; raises _Stopped where no answer comes."""
        answer = self._write(step, contract, **more)
        if answer.result is not JournalResult.ANSWERED:
            self._fail(step, answer, None)
        return answer

    def _write(self, step: Step, contract: str, **more: Any) -> JournalAnswer:
        """Call, and note the step, whatever came: without an answer as failed, until a look shows that it was done."""
        answer = self._asker.answer(self._question(contract, **more))
        has_answer = answer.result is JournalResult.ANSWERED
        self._note(step, StepResult.DONE if has_answer else StepResult.FAILED, answer)
        return answer

    def _question(self, contract: str, **more: Any) -> JournalQuestion:
        return JournalQuestion(contract, self._unit.hsa_id, *self._as, resident=self._as.actor, **more)

    def _note(self, step: Step, result: StepResult, answer: JournalAnswer, reason: str | None = None) -> None:
        self._steps[step] = StepPlayed(step, result, reason, told(answer))

    def _fail(self, step: Step, answer: JournalAnswer, reason: str | None) -> NoReturn:
        self._note(step, StepResult.FAILED, answer, reason)
        raise _Stopped


def _named(unit: UnitConfig, left: Left) -> dict[str, str | int]:
    return {"unit": unit.hsa_id, "booking": left.booking or "–", "start_at": left.start}
