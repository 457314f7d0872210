"""Published times: what residents may book, and what is withdrawn (S4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tidbok_cli.domain.operation import OperationDone
from tidbok_cli.domain.slot import wrong_length
from tidbok_cli.domain.times import days, local
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.slot import SlotSelection, holder, holders, slot_then, slots
from tidbok_cli.workflows.lookup import dates, expect_names, slot_in_store, units_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.slot import SlotRecord, SlotStatus, SlotThen
    from tidbok_cli.workflows.context import Context


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A time to be published, as the caller wrote it."""

    unit: str
    record: SlotRecord
    slot_id: str | None = None


def publish_slot(context: Context, wanted: NewSlot) -> OperationDone:
    """Publish a time; saying again what an id stands for changes nothing.

    Raises BadInput where the id stands for something else, Refused where its time was withdrawn, and stays so.
    """
    from tidbok_cli.workflows.publish import SLOTS, publish_one

    record = wanted.record
    expect_names({"CODE": record.code, "--id": wanted.slot_id, "--calendar": record.calendar})
    if wrong := wrong_length(record.starts_at, record.ends_at):
        raise BadInput(wrong, where=Where(column="--end"))
    with context.writing() as (session, reader):
        new, number = publish_one(context, session, reader, SLOTS, wanted.unit, wanted.slot_id, record)
        return OperationDone(new, slot=slot_then(reader, number, context.at, context.at))


def withdraw_slot(context: Context, slot: str, unit: str | None) -> OperationDone:
    """Take a published time back, for good; its booking stays.

    Withdrawing it again changes nothing.
    """
    from tidbok_cli.workflows.publish import SLOTS, withdraw_one

    with context.writing() as (session, reader):
        there = slot_in_store(context, reader, slot, unit)
        if held := holder(reader, there.id, context.at):
            context.about.residents.add(held[1])
            context.about.units.add(there.unit)
        changed = withdraw_one(context, session, SLOTS, there)
        return OperationDone(changed, slot=slot_then(reader, there.id, context.at, context.at))


@dataclass(frozen=True, slots=True)
class SlotFilter:
    """Selection of slots: units (none named: all), dates of start, code, status."""

    units: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    code: str | None = None
    status: SlotStatus | None = None


def week_of(context: Context, day: date | None) -> tuple[date, date]:
    """Monday and Sunday of the day's week, or of the moment's.

    Of the last week of the calendar its last day.
    """
    among = day or local(context.at).date()
    monday = among - timedelta(days=among.weekday())
    return monday, monday + min(timedelta(days=6), date.max - monday)


def list_slots(context: Context, wanted: SlotFilter) -> Iterator[SlotThen]:
    """Slots published by the moment, by unit, start and id."""
    begins, ends = days(wanted.first, wanted.last)
    with context.reading() as reader:
        units = units_in_store(context, reader, list(wanted.units))
        selection = SlotSelection(units, begins, ends, wanted.code)

        def listed() -> Iterator[SlotThen]:
            return (each for each in slots(reader, selection, context.at) if wanted.status in (None, each.status))

        if shown := holders(reader, listed()):
            chosen = {"code": wanted.code, "status": wanted.status, **dates(wanted.first, wanted.last)}
            context.look(shown=shown, selection=chosen)
        yield from listed()
