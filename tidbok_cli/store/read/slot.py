"""Published times at a moment, and the bookings that had taken them.

`made_by`: bookings made by then count; for what is to be done at the moment, those made later too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.audit import Residents
from tidbok_cli.domain.slot import SlotThen
from tidbok_cli.domain.text import composed
from tidbok_cli.domain.times import FIRST, FOREVER
from tidbok_cli.store.read.sql import HOLDER, NameInUnit, among, as_kept, by_name, import_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.store.reader import Reader

_SLOTS: Final = f"""
SELECT s.id, u.hsa_id, s.slot_id, s.code, s.starts_at, s.ends_at, s.calendar, s.published_at,
       CASE WHEN s.withdrawn_at <= :at THEN s.withdrawn_at END,
       {HOLDER.format(column="slot_id", table="s", or_kept="")},
       {import_source("s.batch_id")}
FROM slot s JOIN unit u ON u.id = s.unit_id
WHERE {{condition}} ORDER BY u.hsa_key, s.starts_at, s.slot_id
"""


class SlotSelection(NamedTuple):
    """Slots of units (none named: all), between instants, for a code."""

    unit_ids: Sequence[int] = ()
    begins: int = FIRST
    ends: int = FOREVER
    code: str | None = None


def slots(reader: Reader, selection: SlotSelection, at: int) -> Iterator[SlotThen]:
    """List the slots published by the moment, by unit, start and id."""
    condition = "s.published_at <= :at AND s.starts_at >= :begins AND s.starts_at < :ends"
    condition += among("s.unit_id", selection.unit_ids)
    condition += " AND s.code IN (:code, :code_before)" if selection.code else ""
    parameters = {"begins": selection.begins, "ends": selection.ends} | as_kept(selection.code)
    rows = reader.rows(_SLOTS.format(condition=condition), at=at, made_by=at, **parameters)
    return (SlotThen(*row) for row in rows)


def slot_then(reader: Reader, number: int, at: int, made_by: int) -> SlotThen:
    """Return the slot with this number of the store."""
    row = reader.row(_SLOTS.format(condition="s.id = :id"), id=number, at=at, made_by=made_by)
    assert row is not None
    return SlotThen(*row)


def known_slots(reader: Reader, names: Iterable[NameInUnit], at: int) -> dict[NameInUnit, SlotThen]:
    """Find slots by name at any moment; later bookings count."""
    rows = by_name(reader, _SLOTS, "s.slot_id", names, at=at, made_by=FOREVER)
    return {(unit, composed(slot.slot_id)): slot for unit, slot in ((unit, SlotThen(*row)) for unit, row in rows)}


def is_held_by(reader: Reader, slot: SlotThen, resident: str) -> bool:
    """Tell whether the booking that has the slot is this resident's."""
    sql = """SELECT EXISTS (SELECT 1 FROM booking b JOIN resident r ON r.id = b.resident_id
                            WHERE b.slot_id = :slot AND b.booking_id = :booking AND r.number = :resident)"""
    held = slot.booking is not None
    return held and bool(reader.value(sql, slot=slot.id, booking=slot.booking, resident=resident))


def holder(reader: Reader, slot: int, at: int) -> tuple[int, str, str | None] | None:
    """Return the live booking in a slot: number, resident, origin."""
    found: tuple[int, str, str | None] | None = reader.row(
        """SELECT b.id, r.number, b.origin FROM booking b JOIN resident r ON r.id = b.resident_id
           WHERE b.slot_id = :slot AND b.ended_at IS NULL AND b.created_at <= :at""",
        slot=slot,
        at=at,
    )
    return found


def holders(reader: Reader, listed: Iterable[SlotThen]) -> Residents:
    """Return the residents whose bookings have these slots."""
    sql = "SELECT resident_id FROM booking WHERE slot_id = :slot AND booking_id = :booking"
    held = (reader.value(sql, slot=each.id, booking=each.booking) for each in listed if each.booking is not None)
    return Residents(number for number in held if number is not None)
