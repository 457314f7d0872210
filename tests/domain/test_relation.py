"""The relation as a fold over seven kinds of event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidbok_cli.domain.relation import Event, LoggedEvent, Relation, RelationState, after, without_effect
from tidbok_cli.domain.relation_periods import FoldedLog, Period, fold
from tidbok_cli.domain.times import FOREVER

E = Event
HELD, REMOVED, WITHDRAWN = Relation.HELD, Relation.REMOVED_BY_RESIDENT, Relation.APPROVAL_WITHDRAWN


def log(*events: tuple[int, Event]) -> list[LoggedEvent]:
    return [LoggedEvent(number, event, at) for number, (at, event) in enumerate(events, 1)]


def periods(folded: FoldedLog) -> list[tuple[int, int | None, Relation]]:
    return [(p.begins, None if p.ends == FOREVER else p.ends, p.relation) for p in folded.periods]


@pytest.mark.parametrize("event", [each for each in E if each not in (E.CLINIC_REMOVED, E.APPROVAL_WITHDRAWN)])
def test_five_events_give_a_relation(event: Event) -> None:
    assert periods(fold(log((10, event)))) == [(10, None, HELD)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        ([(1, E.CLINIC_REMOVED)], []),
        ([(1, E.CLINIC_ADDED), (5, E.CLINIC_REMOVED)], [(1, 5, HELD), (5, None, REMOVED)]),
        ([(1, E.CLINIC_ADDED), (5, E.APPROVAL_WITHDRAWN)], [(1, None, HELD)]),
        ([(1, E.COMMUNICATION_APPROVED), (5, E.CLINIC_REMOVED)], [(1, None, HELD)]),
        (
            [(1, E.COMMUNICATION_APPROVED), (5, E.CLINIC_REMOVED), (9, E.APPROVAL_WITHDRAWN)],
            [(1, 9, HELD), (9, None, WITHDRAWN)],
        ),
        (
            [(1, E.CLINIC_ADDED), (2, E.COMMUNICATION_APPROVED), (9, E.APPROVAL_WITHDRAWN)],
            [(1, 9, HELD), (9, None, WITHDRAWN)],
        ),
        ([(5, E.CLINIC_ADDED), (5, E.CLINIC_REMOVED)], [(5, None, REMOVED)]),
        ([(5, E.CLINIC_REMOVED), (5, E.CLINIC_ADDED)], [(5, None, HELD)]),
    ],
)
def test_a_log_and_its_periods(
    events: list[tuple[int, Event]], expected: list[tuple[int, int | None, Relation]]
) -> None:
    assert periods(fold(log(*events))) == expected


def test_what_has_no_effect_is_told() -> None:
    folded = fold(log((1, E.CLINIC_REMOVED), (2, E.CLINIC_ADDED), (3, E.APPROVAL_WITHDRAWN), (4, E.CLINIC_REMOVED)))
    assert folded.without_effect == {1, 3}


def test_a_late_event_takes_its_place_in_time() -> None:
    late = LoggedEvent(3, E.COMMUNICATION_APPROVED, 2)
    assert periods(fold([*log((1, E.CLINIC_ADDED), (5, E.CLINIC_REMOVED)), late])) == [(1, None, HELD)]


logs = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(Event)), max_size=12).map(lambda events: log(*events))


@given(logs, st.integers(-1, 8))
def test_the_periods_say_what_a_walk_through_the_log_says(events: list[LoggedEvent], at: int) -> None:
    """The domain's own words: the state after all events until the moment; if none, how it last ended."""
    state, last_end = RelationState(), Relation.NEVER
    for logged in sorted(events, key=lambda each: (each.occurred_at, each.id)):
        if logged.occurred_at <= at:
            before, state = state, after(state, logged.event)
            if before.exists and not state.exists:
                last_end = REMOVED if logged.event is E.CLINIC_REMOVED else WITHDRAWN
    expected = HELD if state.exists else last_end
    found = [period.relation for period in fold(events).periods if period.begins <= at < period.ends]
    assert found == ([] if expected is Relation.NEVER else [expected])


@given(logs, st.randoms())
def test_the_order_of_reading_plays_no_part(events: list[LoggedEvent], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(events)


@given(logs)
def test_periods_follow_each_other(events: list[LoggedEvent]) -> None:
    found = fold(events).periods
    assert all(period.begins < period.ends for period in found)
    assert [period.begins for period in found[1:]] == [period.ends for period in found[:-1]]
    assert not found or found[-1].ends == FOREVER


@given(st.builds(RelationState, st.booleans(), st.booleans()))
def test_what_has_no_effect_changes_nothing(state: RelationState) -> None:
    for event in Event:
        if without_effect(state, event):
            assert after(state, event) == state


def test_a_period_names_its_event() -> None:
    assert fold(log((3, E.CLINIC_ADDED))).periods == (Period(3, FOREVER, HELD, 1),)
