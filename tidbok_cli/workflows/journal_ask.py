"""Journals asked live: calls in their turns, each recorded before it is made and after (contract, section 5)."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tidbok_cli.domain.audit import Look
from tidbok_cli.domain.journal import ActorType, JournalAnswer, JournalResult
from tidbok_cli.domain.journal_pace import JournalPace
from tidbok_cli.errors import BadInput, TidbokError
from tidbok_cli.workflows.journal_unit import producers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.domain.journal import Consumer, JournalQuestion
    from tidbok_cli.domain.journal_settings import JournalSettings
    from tidbok_cli.workflows.context import Context

ASKED: Final = "asked"
"""Outcome of the row before a call; the row after it says how the call ended."""

INTERRUPTED: Final = "interrupted"


class Client(Protocol):
    """The way to the platform, used from several threads at once."""

    @property
    def consumer(self) -> Consumer: ...

    def ask(self, question: JournalQuestion, correlation_id: str) -> JournalAnswer: ...


class Asker:
    """One run's questions, within its limits.

    The thread that reads the answers keeps the turns and writes the rows; each call has a thread of its own.
    """

    def __init__(self, context: Context, settings: JournalSettings, client: Client) -> None:
        self.context, self.settings, self.client = context, settings, client
        self.pace = JournalPace(settings.calls_per_second, settings.parallel)
        self._calls = 0
        self._began = time.monotonic()

    @property
    def consumer(self) -> Consumer:
        """Who asks, by the client certificate."""
        return self.client.consumer

    @property
    def now(self) -> int:
        """Seconds UTC, by the command's clock."""
        return self.context.now + int(time.monotonic() - self._began)

    def answers(self, questions: Sequence[JournalQuestion], *, bodies: bool = False) -> Iterator[JournalAnswer]:
        """Ask; yield the answers in the questions' order, each once its row is committed.

        `bodies`: keep what was received. Raises BadInput before the first call where there are too many in this run,
        and stops with BadInput or Busy where a row cannot be written.
        """
        self._calls += len(questions)
        if self._calls > self.settings.most_calls:
            raise BadInput("journal.too_many_calls", count=self._calls, most=self.settings.most_calls)
        self.pace.line_up(producers_of(self.context, questions))
        return _Round(self, questions, bodies=bodies).answers()

    def answer(self, question: JournalQuestion) -> JournalAnswer:
        """Ask one question."""
        (answer,) = self.answers([question])
        return answer


class _Ended(NamedTuple):
    """A call at its end: its question's number, and the answer or a bug."""

    number: int
    answer: JournalAnswer | BaseException


class _Round:
    """Questions asked together, from the first turn to the last answer."""

    def __init__(self, asker: Asker, questions: Sequence[JournalQuestion], *, bodies: bool) -> None:
        self._asker, self._questions, self._bodies = asker, questions, bodies
        self._under_way: dict[int, str] = {}
        self._ready: dict[int, JournalAnswer] = {}
        self._ended: SimpleQueue[_Ended] = SimpleQueue()

    def answers(self) -> Iterator[JournalAnswer]:
        try:
            self._give_up(self._asker.pace.given_up())
            for number in range(len(self._questions)):
                while number not in self._ready:
                    self._go_on()
                yield self._ready.pop(number)
        except BaseException:
            self._asker.pace.drop()
            with suppress(TidbokError):  # what ended it is told
                self._record(self._look(number, each, INTERRUPTED) for number, each in self._under_way.items())
            raise

    def _go_on(self) -> None:
        """Record the answers that have come, and the calls whose turn it is; make those calls."""
        ended = self._come()
        pace = self._asker.pace
        given_up = [number for each in ended for number in pace.ended(each.number, silent=_was_silent(each))]
        due = {number: str(uuid.uuid4()) for number in pace.due(time.monotonic())}
        self._record(
            [
                *(self._look(number, self._under_way[number], _outcome(answer)) for number, answer in ended),
                *(self._look(number, each, ASKED) for number, each in due.items()),
            ]
        )
        for number, answer in ended:
            del self._under_way[number]
            if isinstance(answer, BaseException):
                raise answer
            self._ready[number] = answer if self._bodies else answer._replace(body=b"")
        self._give_up(given_up)
        for number, correlation_id in due.items():
            self._under_way[number] = correlation_id
            Thread(target=self._call, args=(number, correlation_id), daemon=True).start()

    def _come(self) -> list[_Ended]:
        """Wait for an answer or the next turn; return the answers that have come."""
        turn = self._asker.pace.next_at()
        found: list[_Ended] = []
        with suppress(Empty):
            found.append(self._ended.get(timeout=None if turn is None else max(0.0, turn - time.monotonic())))
            while True:
                found.append(self._ended.get_nowait())
        return found

    def _call(self, number: int, correlation_id: str) -> None:
        answer: JournalAnswer | BaseException
        try:
            answer = self._asker.client.ask(self._questions[number], correlation_id)
        except BaseException as error:  # noqa: BLE001 -- raised where the answers are read
            answer = error
        self._ended.put(_Ended(number, answer))

    def _give_up(self, numbers: list[int]) -> None:
        for number in numbers:
            self._ready[number] = JournalAnswer(self._questions[number], JournalResult.NOT_ASKED, "not_asked")

    def _record(self, looks: Iterable[Look]) -> None:
        rows = list(looks)
        if rows:
            self._asker.context.look_each(rows)

    def _look(self, number: int, correlation_id: str, outcome: str) -> Look:
        question = self._questions[number]
        resident = question.resident or (question.actor if question.actor_type is ActorType.RESIDENT else None)
        selection = {"contract": question.contract, "correlation_id": correlation_id, "booking": question.booking}
        return Look(
            residents={resident} if resident else set(),
            units={question.address},
            selection={name: value for name, value in selection.items() if value is not None},
            outcome=outcome,
            decided_by=self._asker.settings.decided_by or None,
            happened_at=self._asker.now,
        )


def _was_silent(ended: _Ended) -> bool:
    return isinstance(ended.answer, JournalAnswer) and ended.answer.result is JournalResult.SILENT


def _outcome(answer: JournalAnswer | BaseException) -> str:
    """Write how a call ended: `answered`, `refused VP007`."""
    if isinstance(answer, BaseException):
        return answer.code if isinstance(answer, TidbokError) else "bug"
    return " ".join(dict.fromkeys(str(each) for each in (answer.result, answer.code) if each))
