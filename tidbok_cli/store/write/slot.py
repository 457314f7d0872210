"""Published times and booking bases, written: new, changed, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlmodel import Session, col

from tidbok_cli.store.tables import BookingBasis, Slot
from tidbok_cli.store.write.ids import in_chunks, resident_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.domain.basis import BasisRecord
    from tidbok_cli.domain.slot import SlotRecord
    from tidbok_cli.store.write.booking import BookingKey

PublishedTable = type[Slot] | type[BookingBasis]
_AT_ONCE: Final = 10_000


def write_slots(
    session: Session,
    new: Mapping[BookingKey, SlotRecord],
    changed: Mapping[int, SlotRecord],
    published_at: int,
    batch_id: int | None = None,
) -> None:
    """Write slots: new ones by name, changed ones by number."""
    common = {"published_at": published_at, "withdrawn_at": None, "batch_id": batch_id}
    rows = [
        {"unit_id": unit_id, "slot_id": slot_id} | record._asdict() | common
        for (unit_id, slot_id), record in new.items()
    ]
    _write(session, Slot, rows, {number: record._asdict() for number, record in changed.items()}, batch_id)


def write_bases(
    session: Session,
    new: Mapping[BookingKey, BasisRecord],
    changed: Mapping[int, BasisRecord],
    added_at: int,
    batch_id: int | None = None,
) -> None:
    """Write bases: new ones by name, changed ones by number."""
    residents = resident_ids(session, (record.resident for record in (*new.values(), *changed.values())))
    common = {"added_at": added_at, "withdrawn_at": None, "batch_id": batch_id}
    rows = [
        {"unit_id": unit_id, "basis_id": basis_id} | _values(record, residents) | common
        for (unit_id, basis_id), record in new.items()
    ]
    values = {number: _values(record, residents) for number, record in changed.items()}
    _write(session, BookingBasis, rows, values, batch_id)


def _values(record: BasisRecord, residents: Mapping[str, int]) -> dict[str, Any]:
    values = record._asdict()
    return {"resident_id": residents[values.pop("resident")]} | values


def _write(
    session: Session,
    table: PublishedTable,
    new: list[dict[str, Any]],
    changed: Mapping[int, dict[str, Any]],
    batch_id: int | None,
) -> None:
    connection = session.connection()
    for chunk in in_chunks(new, _AT_ONCE):
        connection.execute(insert(table), list(chunk))
    for number, values in changed.items():
        connection.execute(update(table).where(col(table.id) == number).values(values | {"changed_in": batch_id}))


def withdraw(session: Session, table: PublishedTable, number: int, withdrawn_at: int) -> None:
    """Mark a slot, or a basis, as withdrawn from the moment on."""
    session.connection().execute(update(table).where(col(table.id) == number).values(withdrawn_at=withdrawn_at))
