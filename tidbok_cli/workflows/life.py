"""`booking show`: a booking's whole life, and from when to when it was shown."""

from collections.abc import Iterator

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.judging import Judge
from tidbok_cli.domain.life import BookingLife, Happened, Happening, Interval, Stand, changes, intervals
from tidbok_cli.domain.outcomes.answers import Diagnosis
from tidbok_cli.domain.relations import steps
from tidbok_cli.domain.times import FIRST
from tidbok_cli.store.case import case_of, pair_of_booking
from tidbok_cli.store.facts import Selection, facts_of
from tidbok_cli.store.life import boundaries, happenings
from tidbok_cli.store.listing import events_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.diagnose import diagnosis
from tidbok_cli.workflows.lookup import booking_in_store
from tidbok_cli.workflows.workplace import Workplace


def life_of(place: Workplace, booking: str, unit: str | None) -> BookingLife:
    """The life of a booking; raises BadInput for an unknown one."""
    place.expect_purpose()
    with place.reading() as reader:
        number = booking_in_store(place, reader, booking, unit)
        stands = list(_stands(place, reader, number))
        happened = [*happenings(reader, number), *_relation_events(reader, number), *changes(stands)]
        in_order = sorted(happened, key=lambda each: (each.at, tuple(Happening).index(each.what)))
        told = tuple((each, _why(place, reader, number, each)) for each in intervals(stands))
        return BookingLife(case_of(reader, number, place.question(Action.SHOW)), tuple(in_order), told)


def _stands(place: Workplace, reader: Reader, number: int) -> Iterator[Stand]:
    """The facts and the verdict from each moment on at which they may change, by the query that `why` asks."""
    policy, judge = place.region.policy, Judge(Action.SHOW)
    moments = {FIRST, *boundaries(reader, number), *(period.begins for period in policy.relation_requirements)}
    for at in sorted(moments):
        selection = Selection(number=number, every=True)
        for stated in facts_of(reader, selection, place.question(Action.SHOW, at)):
            yield Stand(at, stated.facts, judge(stated.facts))


def _relation_events(reader: Reader, number: int) -> Iterator[Happened]:
    unit_id, resident_id = pair_of_booking(reader, number)
    log = events_of(reader, unit_id, resident_id)
    for step in steps(event.logged for event in log):
        told = {"event": str(step.logged.event), "event_id": step.logged.id, "effect": str(step.effect)}
        yield Happened(step.logged.occurred_at, Happening.RELATION, told)


def _why(place: Workplace, reader: Reader, number: int, interval: Interval) -> Diagnosis:
    case = case_of(reader, number, place.question(Action.SHOW, interval.begins))
    return diagnosis(case, interval.first.facts, interval.verdict, Action.SHOW)
