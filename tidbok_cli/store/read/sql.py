"""SQL fragments that several questions share, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.times import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tidbok_cli.store.reader import Reader, Row

HOLDER: Final = """
(SELECT max(h.booking_id) FROM booking h
 WHERE h.{column} = {table}.id AND h.created_at <= :made_by AND (h.ended_at IS NULL OR h.ended_at > :at {or_kept})
   AND NOT EXISTS (SELECT 1 FROM booking_revival g WHERE g.booking_id = h.id
                   AND g.ended_at <= :at AND :at < g.revived_at AND :at = :made_by))
"""

AT_ONCE: Final = 500

NameInUnit = tuple[str, str]
"""A booking, slot or basis by its unit's key and its id there."""


def among(column: str, numbers: Sequence[int]) -> str:
    return f" AND {column} IN ({', '.join(str(int(number)) for number in numbers)})" if numbers else ""


def by_name(
    reader: Reader, sql: str, column: str, names: Iterable[NameInUnit], at: int
) -> Iterator[tuple[NameInUnit, Row]]:
    by_unit: dict[str, list[str]] = {}
    for unit, name in names:
        by_unit.setdefault(unit, []).append(name)
    for unit, listed in by_unit.items():
        for start in range(0, len(listed), AT_ONCE):
            wanted = {f"id{place}": name for place, name in enumerate(listed[start : start + AT_ONCE])}
            condition = f"u.hsa_key = :unit AND {column} IN ({', '.join(f':{name}' for name in wanted)})"
            rows = reader.rows(sql.format(condition=condition), unit=unit, at=at, made_by=FOREVER, **wanted)
            yield from (((unit, row[2]), row) for row in rows)
