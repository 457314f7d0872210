"""`unit checklist`: the state of a unit's introduction, or of its closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.sorting import swedish
from tidbok_cli.domain.unit_checklist import Checklist, ComingBooking, Successor, UnitSeen, checklist
from tidbok_cli.domain.verdict import Judge
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.coupling import snapshot_at
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_unit
from tidbok_cli.store.read.unit import codes_met, keys_in_force, version_in_force, versions_after
from tidbok_cli.store.read.unit_plan import residents_unrelated
from tidbok_cli.workflows.coupling import routes_needed
from tidbok_cli.workflows.lookup import written_hsa_id
from tidbok_cli.workflows.unit_files import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

RECENT: Final = 90 * 24 * 3600
"""Seconds back to which codes count as met: older may be disused."""


def unit_checklist(context: Context, text: str, *, closing: bool, successor: str | None = None) -> Checklist:
    """Return a unit's steps, of closing with the unit that takes over; raises BadInput for an unknown unit."""
    with context.reading() as reader:
        hsa_id, file = _known(context, reader, text, "UNIT")
        seen = _seen(context, reader, hsa_id, file)
        if successor is not None:
            seen = seen._replace(successor=_successor(context, reader, hsa_id, successor))
        return checklist(seen, closing=closing)


def _known(context: Context, reader: Reader, text: str, argument: str) -> tuple[str, UnitConfig | None]:
    """A unit's HSA-id, and its file; raises BadInput where it is unknown."""
    hsa_id = written_hsa_id(context, reader, text)
    file = find(context.units_in_files, "", hsa_id)
    if file is None and find_unit(reader, hsa_id) is None:
        raise BadInput("unit.unknown", where=Where(column=argument), unit=text)
    return hsa_id, file


def _successor(context: Context, reader: Reader, closed: str, text: str) -> Successor:
    hsa_id, file = _known(context, reader, text, "--successor")
    if hsa_key(hsa_id) == hsa_key(closed):
        raise BadInput("unit.own_successor", where=Where(column="--successor"), unit=text)
    version = version_in_force(reader, hsa_id, context.at)
    config = version.config if version else file
    return Successor(
        unit=config.hsa_id if config else hsa_id,
        alias=config.alias if config else None,
        shows=version is not None and version.config.services.show,
        unrelated=residents_unrelated(reader, hsa_key(closed), hsa_key(hsa_id), context.at),
    )


def unit_checklists(context: Context, *, closing: bool) -> Iterator[Checklist]:
    """Yield the steps of every unit that has a file or is in force, by name."""
    with context.reading() as reader:
        files = {unit.key: unit for unit in context.units_in_files}
        keys = {*files, *keys_in_force(reader, context.at)}
        told = (checklist(_seen(context, reader, key, files.get(key)), closing=closing) for key in keys)
        yield from sorted(told, key=lambda each: (swedish(each.name or ""), each.unit))


def _seen(context: Context, reader: Reader, hsa_id: str, file: UnitConfig | None) -> UnitSeen:
    """All that the steps look at of a unit that has a file, or that the store knows."""
    stored = find_unit(reader, hsa_id)
    version = version_in_force(reader, hsa_id, context.at)
    config = version.config if version else None
    subject = config or file
    return UnitSeen(
        at=context.at,
        hsa_id=file.hsa_id if file else stored.hsa_id if stored else hsa_id,
        version=config,
        file=file,
        met=_met(reader, stored.id, context.at) if stored else {},
        coming=_coming(context, reader, stored.id) if stored else (),
        snapshot=snapshot_at(reader, context.at, subject.address if subject else hsa_id),
        routes=tuple(routes_needed(context, reader, subject)) if subject else (),
        contacts=context.region.contacts,
        comes_at=_comes_at(reader, hsa_id, file, context.at),
    )


def _comes_at(reader: Reader, hsa_id: str, file: UnitConfig | None, at: int) -> int | None:
    """Return when a version that waits and says what the file says begins, or None."""
    for begins in versions_after(reader, hsa_id, at) if file else ():
        version = version_in_force(reader, hsa_id, begins)
        if file and version and version.config.same_as(file):
            return begins
    return None


def _met(reader: Reader, unit_id: int, at: int) -> dict[tuple[str, str | None], int]:
    """Count bookings and published times by code and care type."""
    return {(code, care_type): count for code, care_type, count in codes_met(reader, unit_id, at - RECENT, at)}


def _coming(context: Context, reader: Reader, unit_id: int) -> tuple[ComingBooking, ...]:
    judge = Judge(Action.SHOW)
    stated = facts_of(reader, BookingSelection(unit_ids=(unit_id,)), context.question(Action.SHOW))
    return tuple(ComingBooking(each.booking, each.code, each.start, judge(each.facts).answer) for each in stated)
