"""SQL fragments that several questions share, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.text import decomposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.store.reader import Reader, Row

VERSION_IN_FORCE: Final = "v.begins <= :at AND :at < v.ends AND NOT v.removed"
"""The version `v` of a unit is in force at the moment."""

PERIOD_THEN: Final = "p.begins <= :at AND :at < p.ends"
"""The moment lies in the period `p` of a relation."""

PAST_END: Final = """\
LEFT JOIN booking_revival past
       ON past.booking_id = b.id AND past.ended_at <= :at AND :at < past.revived_at"""
"""Join the end of a booking `b`, taken back since, to it."""

STATUS_THEN: Final = "CASE WHEN b.ended_at <= :at THEN b.ended_as ELSE COALESCE(past.ended_as, 'booked') END"
"""The status of a booking `b` at the moment; needs PAST_END."""

ENDED_AT_THEN: Final = "CASE WHEN b.ended_at <= :at THEN b.ended_at ELSE past.ended_at END"
"""The end from which that status comes; needs PAST_END."""

ABSENT_FROM_THEN: Final = "CASE WHEN b.ended_at <= :at THEN b.absent_from ELSE past.absent_from END"
"""The import of a whole file that ended it so; needs PAST_END."""

ENDED_BY: Final = "COALESCE(b.ended_by, CASE WHEN b.imported OR b.changed_in IS NOT NULL THEN 'import' END)"
"""By whom a booking `b` that is ended was ended: `clinic`, `resident`, `import`."""

HOLDER: Final = """
(SELECT max(h.booking_id) FROM booking h
 WHERE h.{column} = {table}.id AND h.created_at <= :made_by AND (h.ended_at IS NULL OR h.ended_at > :at {or_kept})
   AND NOT EXISTS (SELECT 1 FROM booking_revival g WHERE g.booking_id = h.id
                   AND g.ended_at <= :at AND :at < g.revived_at AND :at = :made_by))
"""
"""The booking's id that has a slot or basis then."""

AT_ONCE: Final = 500

LAST: Final = "\U0010ffff"
"""A character that sorts behind all that may follow a prefix."""

NameInUnit = tuple[str, str]
"""A unit's key, and an id of something there."""


def import_source(batch: str) -> str:
    """Write SQL for the file of the import that a column names."""
    return f"(SELECT i.source FROM import_batch i WHERE i.id = {batch})"


def among(column: str, numbers: Sequence[int]) -> str:
    """Write SQL that restricts a condition to these numbers (none named: any)."""
    return f" AND {column} IN ({', '.join(str(int(number)) for number in numbers)})" if numbers else ""


def bound(name: str, values: Iterable[object]) -> tuple[str, dict[str, object]]:
    """Write placeholders for a list, NULL for none, and return its parameters."""
    parameters = {f"{name}{place}": value for place, value in enumerate(values)}
    return ", ".join(f":{each}" for each in parameters) or "NULL", parameters


def as_kept(code: str | None) -> dict[str, object]:
    """Return a code's parameters `code` and `code_before`, as older stores may write it."""
    return {"code": code, "code_before": code and decomposed(code)}


def by_name(
    reader: Reader, sql: str, column: str, names: Iterable[NameInUnit], **parameters: object
) -> Iterator[tuple[str, Row]]:
    """Yield the rows of names, also as older stores write them, each with its unit's key.

    `sql` has a place for the condition.
    """
    by_unit: dict[str, list[str]] = {}
    for unit, name in names:
        by_unit.setdefault(unit, []).extend({name, decomposed(name)})
    for unit, listed in by_unit.items():
        for start in range(0, len(listed), AT_ONCE):
            places, wanted = bound("id", listed[start : start + AT_ONCE])
            condition = f"u.hsa_key = :unit AND {column} IN ({places})"
            rows = reader.rows(sql.format(condition=condition), unit=unit, **parameters, **wanted)
            yield from ((unit, row) for row in rows)
