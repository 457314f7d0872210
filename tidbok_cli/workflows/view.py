"""`view`: the resident's pages on 1177 at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.verdict import Answer, Verdict, judge
from tidbok_cli.domain.view import ClinicApproved, ClinicShown, MissingButton, TimeShown, View
from tidbok_cli.errors import Problem
from tidbok_cli.store.address import path_below
from tidbok_cli.store.read.booking import began_as
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_resident
from tidbok_cli.store.read.relation import units_related
from tidbok_cli.store.read.situation import case_of
from tidbok_cli.store.read.summons import MessageFilter, messages
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
            return View(number, context.at, (), (), (), (), 0, partial)
        verdicts = {action: _verdicts(context, reader, resident_id, action) for action in (Action.SHOW, *_BUTTONS)}
        clinics, approved = _related(context, reader, resident_id)
        inbox = tuple(messages(reader, context.at, MessageFilter(resident_id=resident_id)))
        times = sorted(_shown(context, reader, verdicts), key=lambda each: (each.starts_at, *_by_name(each.clinic)))
    not_known = sum(verdict.answer is Answer.UNKNOWN for verdict in verdicts[Action.SHOW].values())
    return View(number, context.at, clinics, approved, tuple(times), inbox, not_known, partial)


def _by_name(clinic: ClinicShown | ClinicApproved) -> tuple[tuple[str, str], str]:
    return swedish(clinic.name or clinic.unit), clinic.unit


def _verdicts(context: Context, reader: Reader, resident_id: int, action: Action) -> dict[int, Verdict]:
    """Judge each coming booking of a resident, by number."""
    selection = BookingSelection(resident_id=resident_id)
    found = facts_of(reader, selection, context.question(action))
    return {stated.id: judge(stated.facts, action) for stated in found}


def _related(
    context: Context, reader: Reader, resident_id: int
) -> tuple[tuple[ClinicShown, ...], tuple[ClinicApproved, ...]]:
    """Return the clinics on the start page, and those that are only approved."""
    shown, approved = [], []
    for unit, removed_at in units_related(reader, resident_id, context.at):
        version = version_in_force(reader, unit.hsa_id, context.at)
        clinic = ClinicShown(unit.hsa_id, version.config.name if version else None)
        if removed_at is None:
            shown.append(clinic)
        else:
            approved.append(ClinicApproved(*clinic, removed_at))
    return tuple(sorted(shown, key=_by_name)), tuple(sorted(approved, key=_by_name))


def _shown(context: Context, reader: Reader, verdicts: Mapping[Action, Mapping[int, Verdict]]) -> Iterator[TimeShown]:
    question = context.question(Action.SHOW)
    for number, verdict in verdicts[Action.SHOW].items():
        if not verdict.positive:
            continue
        case = case_of(reader, number, question)
        assert case.unit is not None and case.mapping is not None and case.mapping.label is not None
        asked = {action: verdicts[action][number] for action in _BUTTONS}
        buttons = tuple(action for action, answer in asked.items() if answer.positive)
        missing = tuple(MissingButton(action, asked[action].reasons) for action in _BUTTONS if action not in buttons)
        clinic = ClinicShown(case.booking.unit, case.unit.config.name)
        booking = case.booking
        yield TimeShown(
            booking.booking_id, clinic, case.mapping.label, booking.starts_at, booking.ends_at, buttons, missing,
            *began_as(reader, number), case.visit,
        )  # fmt: skip


def keep(context: Context, file: str, text: str) -> None:
    """Write a file that only its owner reads; raises BadInput."""
    from tidbok_cli.exchange.private_files import private_file

    with private_file(path_below(context.folder, file)) as written:
        written.write(text)
    context.has_changed = True
