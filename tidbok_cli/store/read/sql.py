"""SQL fragments that several questions share, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.store.reader import Reader, Row

VERSION_IN_FORCE: Final = "v.begins <= :at AND :at < v.ends AND NOT v.removed"
"""Whether the version `v` of a unit is in force at the moment."""

PERIOD_THEN: Final = "p.begins <= :at AND :at < p.ends"
"""Whether `p` is the period of a relation in which the moment lies."""

PAST_END: Final = """\
LEFT JOIN booking_revival past
       ON past.booking_id = b.id AND past.ended_at <= :at AND :at < past.revived_at"""
"""Join to a booking `b` the end that held at the moment and has been taken back since."""

STATUS_THEN: Final = "CASE WHEN b.ended_at <= :at THEN b.ended_as ELSE COALESCE(past.ended_as, 'booked') END"
"""The status of a booking `b` at the moment; needs PAST_END."""

ENDED_AT_THEN: Final = "CASE WHEN b.ended_at <= :at THEN b.ended_at ELSE past.ended_at END"
"""The end from which that status comes; needs PAST_END."""

HOLDER: Final = """
(SELECT max(h.booking_id) FROM booking h
 WHERE h.{column} = {table}.id AND h.created_at <= :made_by AND (h.ended_at IS NULL OR h.ended_at > :at {or_kept})
   AND NOT EXISTS (SELECT 1 FROM booking_revival g WHERE g.booking_id = h.id
                   AND g.ended_at <= :at AND :at < g.revived_at AND :at = :made_by))
"""
"""The id of the booking that has taken a slot, or used a basis, at the moment."""

AT_ONCE: Final = 500

NameInUnit = tuple[str, str]
"""A booking, slot, basis or summons by its unit's key and its id there."""


def import_source(batch: str) -> str:
    """SQL for the file of an import, by the column that names the import."""
    return f"(SELECT i.source FROM import_batch i WHERE i.id = {batch})"


def among(column: str, numbers: Sequence[int]) -> str:
    """SQL that goes on with a condition: one of these numbers of the store (none named: any)."""
    return f" AND {column} IN ({', '.join(str(int(number)) for number in numbers)})" if numbers else ""


def bound(name: str, values: Iterable[object]) -> tuple[str, dict[str, object]]:
    """A list of placeholders for values, NULL for none, and the parameters."""
    parameters = {f"{name}{place}": value for place, value in enumerate(values)}
    return ", ".join(f":{each}" for each in parameters) or "NULL", parameters


def by_name(
    reader: Reader, sql: str, column: str, names: Iterable[NameInUnit], **parameters: object
) -> Iterator[tuple[str, Row]]:
    """The rows of what has one of these names, each with its unit's key; `sql` has a place for the condition."""
    by_unit: dict[str, list[str]] = {}
    for unit, name in names:
        by_unit.setdefault(unit, []).append(name)
    for unit, listed in by_unit.items():
        for start in range(0, len(listed), AT_ONCE):
            places, wanted = bound("id", listed[start : start + AT_ONCE])
            condition = f"u.hsa_key = :unit AND {column} IN ({places})"
            rows = reader.rows(sql.format(condition=condition), unit=unit, **parameters, **wanted)
            yield from ((unit, row) for row in rows)
