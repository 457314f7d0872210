"""Periods that differ from what their logs come to (design, section 1.3)."""

from __future__ import annotations

from contextlib import closing
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.relation import Event, LoggedEvent
from tidbok_cli.domain.relation_periods import fold
from tidbok_cli.domain.store import StoreDamage
from tidbok_cli.domain.times import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.store.reader import Reader, Row

_LOGS: Final = """
SELECT e.unit_id, e.resident_id, e.id, e.event, e.occurred_at, e.has_effect, x.event_id
FROM relation_event e LEFT JOIN relation_void x ON x.event_id = e.id
ORDER BY e.unit_id, e.resident_id, e.occurred_at, e.id
"""

_PERIODS: Final = """
SELECT unit_id, resident_id, begins, ends, relation, event_id FROM relation_period
ORDER BY unit_id, resident_id, begins
"""

_VERSIONS: Final = """
SELECT v.unit_id, u.hsa_id, v.begins, v.ends FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.begins < v.ends ORDER BY v.unit_id, v.begins
"""


def relation_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Walk logs and periods side by side, in constant memory."""
    with closing(reader.lots(_PERIODS)) as periods, closing(reader.lots(_LOGS)) as logs:
        stored_pairs = groupby(chain.from_iterable(periods), _pair)
        stored_pair, stored_rows = next(stored_pairs, (None, iter(())))
        for pair, log in groupby(chain.from_iterable(logs), _pair):
            stored: tuple[Row, ...] = ()
            if stored_pair == pair:
                stored = tuple(row[2:] for row in stored_rows)
                stored_pair, stored_rows = next(stored_pairs, (None, iter(())))
            yield from _pair_damages(f"unit {pair[0]}, resident {pair[1]}", list(log), stored)
        if stored_pair is not None:
            yield StoreDamage("relation_periods", f"unit {stored_pair[0]}, resident {stored_pair[1]}")


def _pair(row: Row) -> tuple[int, int]:
    return row[0], row[1]


def _pair_damages(pair: str, log: Sequence[Row], stored: tuple[Row, ...]) -> Iterator[StoreDamage]:
    """Hold a pair's stored periods and effects against its log."""
    try:
        folded = fold(LoggedEvent(row[2], Event(row[3]), row[4], voided=row[6] is not None) for row in log)
    except (ValueError, TypeError):  # an event that there is not, a moment that is none
        yield StoreDamage("relation_events", pair)
        return
    if stored != folded.periods:
        yield StoreDamage("relation_periods", pair)
    for row in log:
        if bool(row[5]) == (row[2] in folded.without_effect):
            yield StoreDamage("relation_effects", f"event {row[2]}")


def unit_damages(reader: Reader) -> Iterator[StoreDamage]:
    """Find versions that do not last until the next one begins."""
    for _, versions in groupby(reader.rows(_VERSIONS), lambda row: row[0]):
        listed = list(versions)
        for version, following in zip(listed, [*listed[1:], None], strict=True):
            if version[3] != (following[2] if following else FOREVER):
                yield StoreDamage("unit_periods", version[1])
