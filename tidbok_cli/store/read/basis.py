"""Booking bases at a moment, and the bookings that had used them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.basis import BasisThen
from tidbok_cli.domain.text import composed
from tidbok_cli.domain.times import FOREVER
from tidbok_cli.store.read.sql import HOLDER, NameInUnit, among, as_kept, by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.store.reader import Reader

_BASES: Final = f"""
SELECT d.id, u.hsa_id, d.basis_id, r.number, d.code, d.valid_from, d.valid_until, d.added_at,
       CASE WHEN d.withdrawn_at <= :at THEN d.withdrawn_at END,
       {
    HOLDER.format(column="basis_id", table="d", or_kept="OR h.ended_as = 'cancelled' AND h.ended_at >= d.valid_until")
}
FROM booking_basis d JOIN unit u ON u.id = d.unit_id JOIN resident r ON r.id = d.resident_id
WHERE {{condition}} ORDER BY u.hsa_key, d.valid_from, d.basis_id
"""


class BasisSelection(NamedTuple):
    """Bases of units (none named: all), of a resident, for a code."""

    unit_ids: Sequence[int] = ()
    resident_id: int | None = None
    code: str | None = None


def bases(reader: Reader, selection: BasisSelection, at: int, made_by: int | None = None) -> Iterator[BasisThen]:
    """List the bases known by the moment, by unit and first date."""
    condition = "d.added_at <= :at" + among("d.unit_id", selection.unit_ids)
    condition += " AND d.resident_id = :resident" if selection.resident_id is not None else ""
    condition += " AND d.code IN (:code, :code_before)" if selection.code is not None else ""
    parameters = {"resident": selection.resident_id} | as_kept(selection.code)
    rows = reader.rows(
        _BASES.format(condition=condition), at=at, made_by=at if made_by is None else made_by, **parameters
    )
    return (BasisThen(*row) for row in rows)


def basis_then(reader: Reader, number: int, at: int) -> BasisThen:
    """Return the basis with this number of the store."""
    row = reader.row(_BASES.format(condition="d.id = :id"), id=number, at=at, made_by=at)
    assert row is not None
    return BasisThen(*row)


def known_bases(reader: Reader, names: Iterable[NameInUnit], at: int) -> dict[NameInUnit, BasisThen]:
    """Find the bases by name, whatever the moment."""
    rows = by_name(reader, _BASES, "d.basis_id", names, at=at, made_by=FOREVER)
    return {(unit, composed(basis.basis_id)): basis for unit, basis in ((unit, BasisThen(*row)) for unit, row in rows)}
