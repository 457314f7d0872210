"""Relations in lists, and one pair's log and periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.relation import Event, Relation, removed_at
from tidbok_cli.domain.relation_list import RelationRow
from tidbok_cli.domain.relation_periods import Period, fold
from tidbok_cli.store.read.find import UnitFound
from tidbok_cli.store.read.relation_log import events_of
from tidbok_cli.store.read.sql import PERIOD_THEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.store.reader import Reader

_UNITS: Final = """
SELECT u.id, u.hsa_id FROM unit u
WHERE u.id IN (SELECT e.unit_id FROM relation_event e WHERE e.resident_id = :resident_id) ORDER BY u.hsa_key
"""


_RELATIONS: Final = f"""
SELECT u.hsa_id, r.number, p.relation, p.begins, e.event
FROM relation_period p
JOIN relation_event e ON e.id = p.event_id
JOIN unit u ON u.id = p.unit_id
JOIN resident r ON r.id = p.resident_id
WHERE {PERIOD_THEN} {{condition}}
ORDER BY u.hsa_key, r.number
"""


_PERIODS: Final = """
SELECT begins, ends, relation, event_id FROM relation_period
WHERE unit_id = :unit_id AND resident_id = :resident_id ORDER BY begins
"""


def relations(reader: Reader, at: int, unit_id: int | None, resident_id: int | None) -> Iterator[RelationRow]:
    """List relations begun by the moment, held or ended, in order."""
    conditions = "" if unit_id is None else " AND p.unit_id = :unit_id"
    conditions += "" if resident_id is None else " AND p.resident_id = :resident_id"
    sql = _RELATIONS.format(condition=conditions)
    for unit, resident, relation, since, event in reader.rows(sql, at=at, unit_id=unit_id, resident_id=resident_id):
        yield RelationRow(unit, resident, Relation(relation), since, Event(event))


def units_related(reader: Reader, resident_id: int, at: int) -> Iterator[tuple[UnitFound, int | None]]:
    """Yield the units of a resident's relations.

    Beside each, when the resident removed it where the approval alone keeps it (S19), else None.
    """
    for row in list(reader.rows(_UNITS, resident_id=resident_id)):
        unit = UnitFound(*row)
        log = [event.logged for event in events_of(reader, unit.id, resident_id) if event.occurred_at <= at]
        state = fold(log).state
        if state.exists:
            yield unit, removed_at(log) if state.rests_on_approval else None


def periods_of(reader: Reader, unit_id: int, resident_id: int) -> tuple[Period, ...]:
    """Return one pair's stored periods."""
    rows = reader.rows(_PERIODS, unit_id=unit_id, resident_id=resident_id)
    return tuple(Period(begins, ends, Relation(relation), event) for begins, ends, relation, event in rows)
