"""The read side of published times and booking bases: as they were at a moment, and who had taken and used them.

`made_by` says which bookings count: those made by the moment, or, for what is to be done at it, those made later too.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from tidbok_cli.domain.bases import BasisThen
from tidbok_cli.domain.facts import Life
from tidbok_cli.domain.slots import SlotThen
from tidbok_cli.domain.times import FIRST, FOREVER
from tidbok_cli.store.reading import Reader, Row

_HOLDER: Final = """
(SELECT max(h.booking_id) FROM booking h
 WHERE h.{column} = {table}.id AND h.created_at <= :made_by AND (h.ended_at IS NULL OR h.ended_at > :at {or_kept})
   AND NOT EXISTS (SELECT 1 FROM booking_revival g WHERE g.booking_id = h.id
                   AND g.ended_at <= :at AND :at < g.revived_at AND :at = :made_by))
"""
_SLOTS: Final = f"""
SELECT s.id, u.hsa_id, s.slot_id, s.code, s.starts_at, s.ends_at, s.calendar, s.published_at,
       CASE WHEN s.withdrawn_at <= :at THEN s.withdrawn_at END,
       {_HOLDER.format(column="slot_id", table="s", or_kept="")},
       (SELECT i.source FROM import_batch i WHERE i.id = s.batch_id)
FROM slot s JOIN unit u ON u.id = s.unit_id
WHERE {{condition}} ORDER BY u.hsa_key, s.starts_at, s.slot_id
"""
_BASES: Final = f"""
SELECT d.id, u.hsa_id, d.basis_id, r.number, d.code, d.valid_from, d.valid_until, d.added_at,
       CASE WHEN d.withdrawn_at <= :at THEN d.withdrawn_at END,
       {
    _HOLDER.format(column="basis_id", table="d", or_kept="OR h.ended_as = 'cancelled' AND h.ended_at >= d.valid_until")
}
FROM booking_basis d JOIN unit u ON u.id = d.unit_id JOIN resident r ON r.id = d.resident_id
WHERE {{condition}} ORDER BY u.hsa_key, d.valid_from, d.basis_id
"""
_AT_ONCE: Final = 500


class SlotSelection(NamedTuple):
    """Which slots: of these units (none named: all), with a start from `begins` until before `ends`, for a code."""

    unit_ids: Sequence[int] = ()
    begins: int = FIRST
    ends: int = FOREVER
    code: str | None = None


class BasisSelection(NamedTuple):
    """Which bases: of these units (none named: all), of a resident (the store's number), for a code."""

    unit_ids: Sequence[int] = ()
    resident_id: int | None = None
    code: str | None = None


def _among(column: str, numbers: Sequence[int]) -> str:
    return f" AND {column} IN ({', '.join(str(int(number)) for number in numbers)})" if numbers else ""


def slots(reader: Reader, selection: SlotSelection, at: int) -> Iterator[SlotThen]:
    """The slots published by the moment, by unit, start and id."""
    condition = "s.published_at <= :at AND s.starts_at >= :begins AND s.starts_at < :ends"
    condition += _among("s.unit_id", selection.unit_ids) + (" AND s.code = :code" if selection.code else "")
    parameters = {"begins": selection.begins, "ends": selection.ends, "code": selection.code}
    rows = reader.rows(_SLOTS.format(condition=condition), at=at, made_by=at, **parameters)
    return (SlotThen(*row) for row in rows)


def slot_then(reader: Reader, number: int, at: int, made_by: int) -> SlotThen:
    """The slot with this number of the store."""
    row = reader.row(_SLOTS.format(condition="s.id = :id"), id=number, at=at, made_by=made_by)
    assert row is not None
    return SlotThen(*row)


def bases(reader: Reader, selection: BasisSelection, at: int, made_by: int | None = None) -> Iterator[BasisThen]:
    """The bases known by the moment, by unit, first date and id."""
    condition = "d.added_at <= :at" + _among("d.unit_id", selection.unit_ids)
    condition += " AND d.resident_id = :resident" if selection.resident_id is not None else ""
    condition += " AND d.code = :code" if selection.code is not None else ""
    parameters = {"resident": selection.resident_id, "code": selection.code}
    rows = reader.rows(
        _BASES.format(condition=condition), at=at, made_by=at if made_by is None else made_by, **parameters
    )
    return (BasisThen(*row) for row in rows)


def basis_then(reader: Reader, number: int, at: int) -> BasisThen:
    """The basis with this number of the store."""
    row = reader.row(_BASES.format(condition="d.id = :id"), id=number, at=at, made_by=at)
    assert row is not None
    return BasisThen(*row)


def named(reader: Reader, table: str, name: str, unit_id: int | None = None) -> list[tuple[int, str]]:
    """The store's own number and the unit's HSA-id of each slot, or booking basis, with this id."""
    column = _NAMES[table].column
    of_unit = "" if unit_id is None else "AND t.unit_id = :unit_id"
    sql = f"""SELECT t.id, u.hsa_id FROM {table} t JOIN unit u ON u.id = t.unit_id
              WHERE t.{column} = :name {of_unit} ORDER BY u.hsa_key"""
    return list(reader.rows(sql, name=name, unit_id=unit_id))


class _Naming(NamedTuple):
    """The column of a table with the names that a unit uses, and how those begin that are given here."""

    column: str
    prefix: str


_NAMES: Final = {
    "booking": _Naming("booking_id", "TB"),
    "slot": _Naming("slot_id", "TS"),
    "booking_basis": _Naming("basis_id", "TU"),
}


def free_name(reader: Reader, table: str, unit_id: int) -> str:
    """An id for a booking, slot or booking basis that is made here, which none of the unit's has."""
    column, prefix = _NAMES[table]
    last = reader.value(f"SELECT max(id) FROM {table}") or 0
    taken = f"SELECT 1 FROM {table} WHERE unit_id = :unit_id AND {column} = :name"
    candidates = (f"{prefix}-{number}" for number in count(last + 1))
    return next(name for name in candidates if reader.row(taken, unit_id=unit_id, name=name) is None)


Name = tuple[str, str]
"""A slot or basis by its unit's key and its id there."""


def known_slots(reader: Reader, names: Iterable[Name], at: int) -> dict[Name, SlotThen]:
    """Those of the slots that the store has, whatever the moment; a booking counts whenever it was made."""
    rows = _by_name(reader, _SLOTS, "s.slot_id", names, at)
    return {name: SlotThen(*row) for name, row in rows}


def known_bases(reader: Reader, names: Iterable[Name], at: int) -> dict[Name, BasisThen]:
    """Those of the bases that the store has, whatever the moment."""
    rows = _by_name(reader, _BASES, "d.basis_id", names, at)
    return {name: BasisThen(*row) for name, row in rows}


def _by_name(reader: Reader, sql: str, column: str, names: Iterable[Name], at: int) -> Iterator[tuple[Name, Row]]:
    by_unit: dict[str, list[str]] = {}
    for unit, name in names:
        by_unit.setdefault(unit, []).append(name)
    for unit, listed in by_unit.items():
        for start in range(0, len(listed), _AT_ONCE):
            wanted = {f"id{place}": name for place, name in enumerate(listed[start : start + _AT_ONCE])}
            condition = f"u.hsa_key = :unit AND {column} IN ({', '.join(f':{name}' for name in wanted)})"
            rows = reader.rows(sql.format(condition=condition), unit=unit, at=at, made_by=FOREVER, **wanted)
            yield from (((unit, row[2]), row) for row in rows)


class Kept(NamedTuple):
    """What the store keeps of a booking whatever the moment, by its own numbers: whose it is, what it has taken and
    used, how it ended, and the booking by which it was replaced."""

    id: int
    unit_id: int
    resident_id: int
    slot_id: int | None
    basis_id: int | None
    ended_at: int | None
    ended_as: str | None
    replaced_by: int | None

    def had_ended(self, life: Life, at: int) -> bool:
        """Whether it had ended as that by the moment."""
        return self.ended_at is not None and self.ended_at <= at and self.ended_as == life


def kept(reader: Reader, booking: int) -> Kept:
    """The booking with this number of the store."""
    row = reader.row(
        """SELECT id, unit_id, resident_id, slot_id, basis_id, ended_at, ended_as,
                  (SELECT n.id FROM booking n WHERE n.replaces = b.id)
           FROM booking b WHERE id = :id""",
        id=booking,
    )
    assert row is not None
    return Kept(*row)


def holder(reader: Reader, slot: int, at: int) -> tuple[int, str, str | None] | None:
    """The live booking, made by the moment, that has taken a slot: its number, whose it is, and who made it."""
    found: tuple[int, str, str | None] | None = reader.row(
        """SELECT b.id, r.number, b.origin FROM booking b JOIN resident r ON r.id = b.resident_id
           WHERE b.slot_id = :slot AND b.ended_at IS NULL AND b.created_at <= :at""",
        slot=slot,
        at=at,
    )
    return found
