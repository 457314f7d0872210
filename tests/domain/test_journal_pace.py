"""Turns of questions to producers, played through with a clock of its own: none is lost, none is hurried."""

import heapq
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.journal_pace import SILENCES, JournalPace

QUESTIONS = st.lists(st.tuples(st.sampled_from(["", "A", "B", "C"]), st.booleans(), st.floats(0, 5)), max_size=40)
"""For each question: its producer, whether that is silent, and after how many seconds it answers."""


@given(QUESTIONS, st.sampled_from([0.5, 1.0, 50.0]), st.integers(1, 5))
def test_each_question_has_its_turn_or_is_given_up(
    questions: list[tuple[str, bool, float]], calls_per_second: float, parallel: int
) -> None:
    pace = JournalPace(calls_per_second, parallel)
    pace.line_up(producer for producer, _, _ in questions)
    now, under_way, began = 0.0, list[tuple[float, int]](), dict[int, float]()
    answered, given_up = list[int](), list[int]()
    while len(answered) + len(given_up) < len(questions):
        for number in pace.due(now):
            began[number] = now
            heapq.heappush(under_way, (now + questions[number][2], number))
        busy = [questions[number][0] for _, number in under_way]
        assert len(busy) <= parallel
        assert set(Counter(busy).values()) <= {1}
        turn = pace.next_at()
        if turn is not None and (not under_way or turn < under_way[0][0]):
            now = max(now, turn)
            continue
        now, number = heapq.heappop(under_way)
        answered.append(number)
        given_up += pace.ended(number, silent=questions[number][1])
    assert sorted(answered + given_up) == list(range(len(questions)))
    assert pace.due(now) == []
    for producer in {each for each, _, _ in questions}:
        own = [number for number in range(len(questions)) if questions[number][0] == producer]
        moments = [began[number] for number in own if number in began]
        assert moments == sorted(moments)
        assert all(b - a >= 1 / calls_per_second - 1e-9 for a, b in pairwise(moments))
        assert [number for number in own if number in given_up] == own[len(moments) :]
        told = "".join("s" if questions[number][1] else "a" for number in own)
        first = told.find("s" * SILENCES)
        assert len(moments) == (len(own) if first < 0 else first + SILENCES)


def test_what_was_learnt_of_a_producer_holds() -> None:
    pace = JournalPace(1000, 1)
    pace.line_up(["A"] * SILENCES)
    for turn in range(SILENCES):
        (number,) = pace.due(turn)
        assert pace.ended(number, silent=True) == []
    pace.line_up(["A", "B"])
    assert pace.given_up() == [0]
    assert pace.due(SILENCES) == [1]


def test_only_silences_in_a_row_count() -> None:
    pace = JournalPace(1000, 1)
    pace.line_up(["A"] * 9)
    for turn in range(9):
        (number,) = pace.due(turn)
        assert pace.ended(number, silent=turn % SILENCES != 0) == []
