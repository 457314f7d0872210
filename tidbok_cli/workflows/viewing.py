"""`view`: what a resident sees on 1177 at a moment."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tidbok_cli.domain.checks import Answer
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.judging import judge
from tidbok_cli.domain.relations import fold
from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.viewing import ClinicSeen, TimeSeen, View
from tidbok_cli.errors import Problem
from tidbok_cli.store.case import case_of, version_in_force
from tidbok_cli.store.facts import Selection, facts_of
from tidbok_cli.store.finding import find_resident
from tidbok_cli.store.listing import events_of
from tidbok_cli.store.reading import Reader
from tidbok_cli.store.viewing import began_as, units_of
from tidbok_cli.workflows.workplace import Workplace

_BUTTONS: Final = (Action.CANCEL, Action.REBOOK)


def view_of(place: Workplace, resident: str) -> View:
    """What the resident sees at the moment; for somebody unknown nothing, with a warning."""
    place.expect_purpose()
    number = place.resident(resident)
    with place.reading() as reader:
        resident_id = find_resident(reader, number)
        if resident_id is None:
            place.warn(Problem("view.nobody", warning=True))
            return View(number, place.at, (), (), 0)
        answers = {action: _answers(place, reader, resident_id, action) for action in (Action.SHOW, *_BUTTONS)}
        clinics = sorted(_start_page(place, reader, resident_id), key=_by_name)
        times = sorted(_shown(place, reader, answers), key=lambda each: (each.starts_at, *_by_name(each.clinic)))
    not_known = sum(answer is Answer.UNKNOWN for answer in answers[Action.SHOW].values())
    if not_known:
        place.warn(Problem("view.not_known", {"count": not_known}, warning=True))
    return View(number, place.at, tuple(clinics), tuple(times), not_known)


def _by_name(clinic: ClinicSeen) -> tuple[tuple[str, str], str]:
    return swedish(clinic.name or clinic.unit), clinic.unit


def _answers(place: Workplace, reader: Reader, resident_id: int, action: Action) -> dict[int, Answer]:
    """The answer about each of the resident's bookings that are active and not over, by the store's number."""
    selection = Selection(resident_id=resident_id)
    found = facts_of(reader, selection, place.question(action))
    return {stated.id: judge(stated.facts, action).answer for stated in found}


def _start_page(place: Workplace, reader: Reader, resident_id: int) -> Iterator[ClinicSeen]:
    """The clinics on the start page; one that has only approved the resident is not there (S19)."""
    for unit in list(units_of(reader, resident_id)):
        log = events_of(reader, unit.id, resident_id)
        if fold(event.logged for event in log if event.occurred_at <= place.at).state.on_start_page:
            version = version_in_force(reader, hsa_key(unit.hsa_id), place.at)
            yield ClinicSeen(unit.hsa_id, version.config.name if version else None)


def _shown(place: Workplace, reader: Reader, answers: Mapping[Action, Mapping[int, Answer]]) -> Iterator[TimeSeen]:
    question = place.question(Action.SHOW)
    for number, answer in answers[Action.SHOW].items():
        if answer is not Answer.SHOWN:
            continue
        case = case_of(reader, number, question)
        assert case.unit is not None and case.mapping is not None and case.mapping.label is not None
        buttons = tuple(action for action in _BUTTONS if answers[action][number] is Answer.ALLOWED)
        clinic = ClinicSeen(case.booking.unit, case.unit.config.name)
        booking = case.booking
        yield TimeSeen(
            booking.booking_id, clinic, case.mapping.label, booking.starts_at, booking.ends_at, buttons,
            *began_as(reader, number),
        )  # fmt: skip


def keep(place: Workplace, file: str, text: str) -> None:
    """Writes what is told of a resident to a file that only its owner can read; raises BadInput where it cannot."""
    from tidbok_cli.exchange.private import private_file

    with private_file(place.folder / Path(file).expanduser()) as written:
        written.write(text)
