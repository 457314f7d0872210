"""Bookings that a whole file ends by lacking them (`booking import --complete`)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tidbok_cli.domain.cells import parse_name
from tidbok_cli.domain.facts import SHOWN_AFTER_START
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.import_complete import AbsentCount, doubts
from tidbok_cli.domain.times import days, local
from tidbok_cli.errors import Problem, Refused, Where
from tidbok_cli.store.write.import_complete import AbsentBookings, silent_units
from tidbok_cli.workflows.import_places import UnitPlaces
from tidbok_cli.workflows.lookup import units_in_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.domain.booking_rows import IncomingSummons
    from tidbok_cli.domain.imports import CompleteFile
    from tidbok_cli.store.reader import Writer
    from tidbok_cli.workflows.context import Context
    from tidbok_cli.workflows.import_rows import RowsRead


def end_absent(
    context: Context, writer: Writer, read: RowsRead[IncomingSummons], batch: int
) -> list[AbsentCount] | None:
    """Cancel the live imported bookings that a whole file lacks.

    Those within its extent, at the moment; open summonses of the file name no booking that is absent. Returns how many
    by unit, None where the file is not whole. Raises Refused where it is not to be believed.
    """
    whole = read.handling.whole
    if whole is None:
        return None
    summonses = ((row.unit, row.summons_id) for row in read.rows)
    where, named = Where(read.source.name), set(_named(context, writer, chain(read.named, summonses)))
    silent = silent_units(writer, read.failed, context.at)
    absence = AbsentBookings(writer, named | {(key, "") for key in silent.units}, batch)
    begins, ends = _starts(absence, whole)
    left_out = absence.cover([*units_in_store(context, writer, list(whole.units)), *silent.units.values()])
    for unit in left_out:
        code = "complete.unit_silent" if hsa_key(unit) in silent.units else "complete.unit_left_out"
        context.warn(Problem(code, {"unit": unit}, where, warning=True))
    for address in silent.unknown:
        context.warn(Problem("complete.address_unknown", {"address": address}, where, warning=True))
    if silent.unknown:
        return []
    if ("", "") in named:
        context.warn(Problem("complete.unread", {}, where, warning=True))
        return []
    if begins is None or ends is None or (absence.covers_nothing() and not left_out):
        context.warn(Problem("complete.no_extent", {}, where, warning=True))
        return []
    first = max(begins, context.at - SHOWN_AFTER_START + 1)
    found = absence.find(first, ends, context.at)
    if not whole.allow_mass:
        _refuse(doubts(found, whole.max_ended, absence.files_before(first, ends, context.at)), where)
    absence.end(context.at)
    return found


def _refuse(problems: Sequence[Problem], where: Where) -> None:
    """Raise Refused with the first of the problems, and the others behind it."""
    if problems:
        first, *others = problems
        raise Refused(first.code, where=where, problems=others, **first.params)


def _named(context: Context, writer: Writer, rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Names by the unit's key and the booking's id, where readable."""
    units = UnitPlaces(context, writer)
    for unit, booking_id in rows:
        yield "" if units[unit] is None else units.key(unit), parse_name(booking_id).value or ""


def _starts(absence: AbsentBookings, whole: CompleteFile) -> tuple[int, int] | tuple[None, None]:
    """Instants between which the file is whole, if both are known."""
    of_file = absence.starts()
    first, last = whole.first, whole.last
    if of_file is not None:
        first, last = first or local(of_file[0]).date(), last or local(of_file[1]).date()
    return (None, None) if first is None or last is None else days(first, last)
