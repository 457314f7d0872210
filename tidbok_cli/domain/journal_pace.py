"""Turns of questions to producers: so many a second, so many producers at a time (contract, section 5)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

SILENCES: Final = 3
"""After so many in a row a producer is asked no more."""


@dataclass(slots=True)
class _Line:
    """A producer's questions that wait; `free_at`: when the next may be asked."""

    waiting: deque[int] = field(default_factory=deque)
    free_at: float = 0.0
    under_way: bool = False
    silences: int = 0

    @property
    def is_ready(self) -> bool:
        return bool(self.waiting) and not self.under_way


class JournalPace:
    """Queue of numbered questions, each for a producer; moments in seconds of any clock that only goes forward.

    One question of a producer at a time. What was learnt of a producer holds for questions that come later.
    """

    def __init__(self, calls_per_second: float, parallel: int) -> None:
        self._apart, self._parallel = 1 / calls_per_second, parallel
        self._lines: dict[str, _Line] = {}
        self._under_way: dict[int, _Line] = {}

    def line_up(self, producers: Iterable[str]) -> None:
        """Queue questions, numbered from 0, by their producers; "" is one for all that are not known."""
        for number, producer in enumerate(producers):
            self._lines.setdefault(producer, _Line()).waiting.append(number)

    def due(self, now: float) -> list[int]:
        """Take the questions that are to be asked now: those whose producer has waited longest come first."""
        ready = sorted(
            (line for line in self._lines.values() if line.is_ready and line.free_at <= now),
            key=lambda line: line.free_at,
        )
        taken = []
        for line in ready[: self._parallel - len(self._under_way)]:
            number = line.waiting.popleft()
            line.under_way, line.free_at = True, now + self._apart
            self._under_way[number] = line
            taken.append(number)
        return taken

    def ended(self, number: int, *, silent: bool) -> list[int]:
        """Note an answer; return the questions that are asked no more, where the producer is silent again and again."""
        line = self._under_way.pop(number)
        line.under_way = False
        line.silences = line.silences + 1 if silent else 0
        return self.given_up()

    def given_up(self) -> list[int]:
        """Take the questions of producers that have been silent too often."""
        lost = [line.waiting for line in self._lines.values() if line.silences >= SILENCES]
        numbers = [number for waiting in lost for number in waiting]
        for waiting in lost:
            waiting.clear()
        return numbers

    def drop(self) -> None:
        """Forget the questions that wait or are under way."""
        self._under_way.clear()
        for line in self._lines.values():
            line.waiting.clear()
            line.under_way = False

    def next_at(self) -> float | None:
        """Moment of the next turn; None until an answer comes, or where none waits."""
        if len(self._under_way) >= self._parallel:
            return None
        return min((line.free_at for line in self._lines.values() if line.is_ready), default=None)
