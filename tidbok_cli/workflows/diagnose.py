"""`why`: the verdict on one booking, or on a resident's, with all that it rests on."""

from collections.abc import Iterator, Mapping

from tidbok_cli.domain.case import Case, evidence, notes
from tidbok_cli.domain.checks import Result, Verdict
from tidbok_cli.domain.facts import Action, Facts, Question
from tidbok_cli.domain.judging import checks_of, judge
from tidbok_cli.domain.outcomes import Diagnoses, Diagnosis, Explained
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.case import case_of
from tidbok_cli.store.facts import Selection, facts_of
from tidbok_cli.store.listing import last_imports
from tidbok_cli.store.reading import Reader
from tidbok_cli.workflows.lookup import booking_in_store, resident_in_store, unit_in_store
from tidbok_cli.workflows.workplace import Workplace


def parse_assumptions(texts: list[str], action: Action) -> Mapping[str, Result]:
    """`CHECK=pass|fail` as a mapping; raises BadInput for a check that the action does not have."""
    known = [check.name for check in checks_of(action)]
    assumed = {}
    for text in texts:
        check, _, result = text.partition("=")
        if check not in known or result not in (Result.PASS, Result.FAIL):
            raise BadInput("assume.malformed", where=Where(column="--assume"), text=text, allowed=", ".join(known))
        assumed[check] = Result(result)
    return assumed


def why_booking(
    place: Workplace, booking: str, unit: str | None, action: Action, assumptions: Mapping[str, Result]
) -> Diagnosis:
    """Why a booking is shown or not, or may be changed or not; raises BadInput for an unknown booking."""
    place.expect_purpose()
    with place.reading() as reader:
        number = booking_in_store(place, reader, booking, unit)
        return next(
            diagnoses(reader, Selection(number=number, every=True), action, place.question(action), assumptions)
        )


def why_resident(
    place: Workplace, resident: str, unit: str | None, action: Action, assumptions: Mapping[str, Result], *, every: bool
) -> Diagnoses:
    """The same for the bookings of a resident that are active and not over, or for every one; none for a stranger."""
    place.expect_purpose()
    with place.reading() as reader:
        resident_id = resident_in_store(place, reader, resident)
        units = (unit_in_store(place, reader, unit).id,) if unit else ()
        if resident_id is None:
            return Diagnoses((), last_imports(reader))
        selection = Selection(unit_ids=units, resident_id=resident_id, every=every)
        found = diagnoses(reader, selection, action, place.question(action), assumptions)
        answers = sorted(
            found,
            key=lambda each: (
                each.case.booking.starts_at,
                each.case.booking.unit.upper(),
                each.case.booking.booking_id,
            ),
        )
        return Diagnoses(tuple(answers), last_imports(reader))


def diagnoses(
    reader: Reader,
    selection: Selection,
    action: Action,
    question: Question,
    assumptions: Mapping[str, Result] | None = None,
) -> Iterator[Diagnosis]:
    """The answers about the selected bookings, by unit, start and id."""
    for stated in list(facts_of(reader, selection, question)):
        case = case_of(reader, stated.id, question)
        yield diagnosis(case, stated.facts, judge(stated.facts, action, assumptions), action)


def diagnosis(case: Case, facts: Facts, verdict: Verdict, action: Action) -> Diagnosis:
    """The verdict on the facts, with what each of its findings rests on in the case."""
    checks = tuple(Explained(finding, evidence(case, finding)) for finding in verdict.findings)
    passes = any(each.check.name == "coupling" and each.result is Result.PASS for each in verdict.findings)
    return Diagnosis(action, case, verdict, checks, notes(case, trusted=passes and facts.routed is None))
