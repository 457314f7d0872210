"""`view`: the resident's pages on 1177 at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.verdict import Answer, judge
from tidbok_cli.domain.view import ClinicShown, TimeShown, View
from tidbok_cli.errors import Problem
from tidbok_cli.store.address import path_below
from tidbok_cli.store.read.booking import began_as
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_resident
from tidbok_cli.store.read.relation import units_on_start_page
from tidbok_cli.store.read.situation import case_of
from tidbok_cli.store.read.unit import version_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

_BUTTONS: Final = (Action.CANCEL, Action.REBOOK)


def view_of(context: Context, resident: str) -> View:
    """Return the resident's pages at the moment; warn of a stranger."""
    context.expect_purpose()
    number, partial = context.resident(resident), context.region.policy.relation_data_partial
    with context.reading() as reader:
        resident_id = find_resident(reader, number)
        if resident_id is None:
            context.warn(Problem("view.nobody", warning=True))
            return View(number, context.at, (), (), 0, partial)
        answers = {action: _answers(context, reader, resident_id, action) for action in (Action.SHOW, *_BUTTONS)}
        clinics = sorted(_start_page(context, reader, resident_id), key=_by_name)
        times = sorted(_shown(context, reader, answers), key=lambda each: (each.starts_at, *_by_name(each.clinic)))
    not_known = sum(answer is Answer.UNKNOWN for answer in answers[Action.SHOW].values())
    return View(number, context.at, tuple(clinics), tuple(times), not_known, partial)


def _by_name(clinic: ClinicShown) -> tuple[tuple[str, str], str]:
    return swedish(clinic.name or clinic.unit), clinic.unit


def _answers(context: Context, reader: Reader, resident_id: int, action: Action) -> dict[int, Answer]:
    """Answer about each coming booking of a resident, by number."""
    selection = BookingSelection(resident_id=resident_id)
    found = facts_of(reader, selection, context.question(action))
    return {stated.id: judge(stated.facts, action).answer for stated in found}


def _start_page(context: Context, reader: Reader, resident_id: int) -> Iterator[ClinicShown]:
    for unit in units_on_start_page(reader, resident_id, context.at):
        version = version_in_force(reader, unit.hsa_id, context.at)
        yield ClinicShown(unit.hsa_id, version.config.name if version else None)


def _shown(context: Context, reader: Reader, answers: Mapping[Action, Mapping[int, Answer]]) -> Iterator[TimeShown]:
    question = context.question(Action.SHOW)
    for number, answer in answers[Action.SHOW].items():
        if answer is not Answer.SHOWN:
            continue
        case = case_of(reader, number, question)
        assert case.unit is not None and case.mapping is not None and case.mapping.label is not None
        buttons = tuple(action for action in _BUTTONS if answers[action][number] is Answer.ALLOWED)
        clinic = ClinicShown(case.booking.unit, case.unit.config.name)
        booking = case.booking
        yield TimeShown(
            booking.booking_id, clinic, case.mapping.label, booking.starts_at, booking.ends_at, buttons,
            *began_as(reader, number),
        )  # fmt: skip


def keep(context: Context, file: str, text: str) -> None:
    """Write a file that only its owner reads; raises BadInput."""
    from tidbok_cli.exchange.private_files import private_file

    with private_file(path_below(context.folder, file)) as written:
        written.write(text)
