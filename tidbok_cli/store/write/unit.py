"""Versions of units, written (contract, section 3, `unit apply`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update
from sqlmodel import Session, col

from tidbok_cli.domain.times import FOREVER
from tidbok_cli.domain.unit import plain
from tidbok_cli.store.read.also_calendars import also_text
from tidbok_cli.store.tables import ServiceVersion, Unit, UnitVersion
from tidbok_cli.store.write.ids import unit_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tidbok_cli.domain.unit import CareService, UnitConfig
    from tidbok_cli.domain.unit_plan import Plan, UnitAction
    from tidbok_cli.store.write.provenance import Provenance


def apply_plan(session: Session, plan: Plan, by: Provenance, purpose: str | None) -> None:
    """Write the plan's versions, by whom and why.

    Those that waited after its moment, or began at it, are never in force.
    """
    applied = {"applied_at": by.recorded_at, "actor": by.actor, "purpose": purpose}
    units = unit_ids(session, {action.unit.key: action.unit.hsa_id for action in plan.actions})
    _name(session, plan.actions, units)
    for action in plan.actions:
        unit_id = units[action.unit.key]
        _close(session, unit_id, plan.at)
        version = _version_row(action, unit_id, plan.at) | applied
        inserted = session.connection().execute(insert(UnitVersion).returning(col(UnitVersion.id)), version)
        _insert_services(session, int(inserted.scalar_one() or 0), action.after)


def _name(session: Session, actions: Iterable[UnitAction], units: Mapping[str, int]) -> None:
    """Name units as their files do; a taken alias moves."""
    connection = session.connection()
    named = [(units[action.unit.key], action.after) for action in actions if action.after]
    given = col(Unit.id).in_([number for number, _ in named]) | col(Unit.alias).in_(
        [unit.alias for _, unit in named if unit.alias]
    )
    connection.execute(update(Unit).where(given).values(alias=None))
    for number, unit in named:
        connection.execute(update(Unit).where(col(Unit.id) == number).values(hsa_id=unit.hsa_id, alias=unit.alias))


def _close(session: Session, unit_id: int, at: int) -> None:
    of_unit = col(UnitVersion.unit_id) == unit_id
    later = update(UnitVersion).where(of_unit, col(UnitVersion.begins) >= at)
    session.connection().execute(later.values(ends=UnitVersion.begins))
    running = update(UnitVersion).where(of_unit, col(UnitVersion.begins) < at, col(UnitVersion.ends) > at)
    session.connection().execute(running.values(ends=at))


def _version_row(action: UnitAction, unit_id: int, at: int) -> dict[str, Any]:
    unit = action.unit
    lines = {path: line for path, line in unit.origin.lines.items() if not path.startswith("care_service.")}
    return {
        "unit_id": unit_id,
        "begins": at,
        "ends": FOREVER,
        "removed": action.after is None,
        "name": unit.name,
        "alias": unit.alias,
        "calendar": unit.calendar,
        "logical_address": unit.logical_address,
        "also": also_text(unit.also),
        "source": unit.origin.file,
        "lines": json.dumps(lines),
        **plain(unit.services),
    }


def _insert_services(session: Session, version_id: int, unit: UnitConfig | None) -> None:
    if unit is None or not unit.care_services:
        return
    rows = [_service_row(mapping, version_id, index, unit) for index, mapping in enumerate(unit.care_services)]
    session.connection().execute(insert(ServiceVersion), rows)


def _service_row(mapping: CareService, version_id: int, index: int, unit: UnitConfig) -> dict[str, Any]:
    return {"version_id": version_id, "line": unit.origin.at(f"care_service.{index}").line, **plain(mapping)}
