"""`unit checklist`: the state of a unit's introduction, or of its closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.unit_checklist import Checklist, ComingBooking, UnitSeen, checklist
from tidbok_cli.domain.verdict import Judge
from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.coupling import snapshot_at
from tidbok_cli.store.read.facts import BookingSelection, facts_of
from tidbok_cli.store.read.find import find_unit
from tidbok_cli.store.read.unit import codes_met, version_in_force
from tidbok_cli.workflows.coupling import routes_needed
from tidbok_cli.workflows.lookup import written_hsa_id
from tidbok_cli.workflows.unit_files import find

if TYPE_CHECKING:
    from tidbok_cli.domain.unit import UnitConfig
    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context

RECENT: Final = 90 * 24 * 3600
"""Seconds back to which codes count as met: older may be disused."""


def unit_checklist(context: Context, text: str, *, closing: bool) -> Checklist:
    """Return a unit's steps; raises BadInput for an unknown unit."""
    with context.reading() as reader:
        hsa_id = written_hsa_id(context, reader, text)
        file = find(context.units_in_files, "", hsa_id)
        stored = find_unit(reader, hsa_id)
        if file is None and stored is None:
            raise BadInput("unit.unknown", where=Where(column="UNIT"), unit=text)
        version = version_in_force(reader, hsa_id, context.at)
        config = version.config if version else None
        subject = config or file
        snapshot = snapshot_at(reader, context.at, subject.address if subject else hsa_id)
        routes = routes_needed(context, reader, subject) if subject else ()
        seen = UnitSeen(
            at=context.at,
            hsa_id=file.hsa_id if file else stored.hsa_id if stored else text,
            version=config,
            file=file,
            unmapped=_unmapped(reader, stored.id, config, context.at) if stored else {},
            coming=_coming(context, reader, stored.id) if stored else (),
            snapshot=snapshot,
            routes=tuple(routes),
            contacts=context.region.contacts,
        )
        return checklist(seen, closing=closing)


def _unmapped(reader: Reader, unit_id: int, unit: UnitConfig | None, at: int) -> dict[str, int]:
    """Count bookings and published times by each code without a mapping."""
    found: dict[str, int] = {}
    for code, care_type, count in codes_met(reader, unit_id, at - RECENT, at):
        if unit is None or unit.mapping(code, care_type) is None:
            found[code] = found.get(code, 0) + count
    return found


def _coming(context: Context, reader: Reader, unit_id: int) -> tuple[ComingBooking, ...]:
    judge = Judge(Action.SHOW)
    stated = facts_of(reader, BookingSelection(unit_ids=(unit_id,)), context.question(Action.SHOW))
    return tuple(ComingBooking(each.booking, each.code, each.start, judge(each.facts).answer) for each in stated)
