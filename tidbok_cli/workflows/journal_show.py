"""`journal show`: what the journals offer a resident now, beside the store and the files (contract, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.journal_compare import Known, compare
from tidbok_cli.domain.journal_outcome import JournalHead, told
from tidbok_cli.domain.journal_shown import JournalShown
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_resident
from tidbok_cli.store.read.relation import units_related
from tidbok_cli.store.read.situation import booking_then
from tidbok_cli.workflows.journal_open import asked_about, journal_settings, open_journal
from tidbok_cli.workflows.journal_schedule import schedule_of
from tidbok_cli.workflows.journal_unit import told_of, units_known
from tidbok_cli.workflows.lookup import unit_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.domain.case import BookingThen
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def show(
    context: Context, resident: str, units: Sequence[str], *, everywhere: bool = False, bodies: bool = False
) -> JournalShown:
    """Ask the journals about a resident, and hold the answers against what is known.

    Asked are the units named, else those to which the resident has a relation or where a copy is coming, with a file
    or without; `everywhere`: the aggregator too. `bodies`: keep what is received. Raises BadInput, before the first
    call, where it may not or cannot be asked.
    """
    settings = journal_settings(context)
    if everywhere and not settings.aggregator:
        raise BadInput("journal.no_aggregator", where=Where(str(context.region_file), column="journal.aggregator"))
    context.expect_purpose()
    number = context.resident(resident)
    known, asked = _known(context, number, units)
    actor, asker = asked_about(context, number), open_journal(context)
    addresses = [*asked, *([settings.aggregator] if everywhere else [])]
    questions = [schedule_of(address, actor, number) for address in addresses]
    coming = asker.answers(questions, bodies=bodies)
    tracked = context.progress.track(coming, "asking_journals", len(questions))
    answers = tuple(told_of(each, known.units) for each in tracked)
    aggregated = answers[-1] if everywhere else None
    bookings = compare(known, answers[: len(asked)], aggregated)
    head = JournalHead(context.now, settings.environment, asker.consumer)
    return JournalShown(head, number, tuple(map(told, answers)), bookings, known.units, everywhere=everywhere)


def _known(context: Context, resident: str, texts: Sequence[str]) -> tuple[Known, list[str]]:
    """Return what the store and the files know of the resident, and the HSA-ids of whom to ask."""
    with context.reading() as reader:
        units, number = units_known(context, reader), find_resident(reader, resident)
        copies = () if number is None else tuple(_copies(context, reader, number))
        named = {hsa_key(unit_in_store(context, reader, text).hsa_id): text for text in texts}
        for key, text in named.items():
            if key not in units:
                raise BadInput("unit.not_in_force", where=Where(column="--unit"), unit=text)
        known = Known(context.at, copies, units, frozenset(named) if named else None)
        concerned = dict.fromkeys(named, "") if named else _concerned(context, reader, number, known)
    return known, [units[key].hsa_id if key in units else written for key, written in concerned.items()]


def _copies(context: Context, reader: Reader, number: int) -> Iterator[BookingThen]:
    """Yield the resident's bookings, ended ones too."""
    selection = BookingSelection(resident_id=number, every=True)
    for each in list(facts_of(reader, selection, context.question(Action.SHOW))):
        yield booking_then(reader, each.id, context.at)


def _concerned(context: Context, reader: Reader, number: int | None, known: Known) -> dict[str, str]:
    """Return the units that 1177 would ask, and those that the copy has something coming at: HSA-ids by their keys."""
    related = () if number is None else units_related(reader, number, context.at)
    concerned = [*(unit.hsa_id for unit, _ in related), *(each.unit for each in known.copies if known.has_coming(each))]
    return dict(sorted((hsa_key(each), each) for each in concerned))
