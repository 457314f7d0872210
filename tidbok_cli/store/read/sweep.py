"""Questions of sweeps alone: bookings counted by their facts, and whose they are."""

from __future__ import annotations

from collections import Counter
from itertools import repeat
from operator import add
from typing import TYPE_CHECKING, TypeVar

from tidbok_cli.domain.audit import Residents
from tidbok_cli.store.read.facts import CODES, MAPPED_BY, FactsMemo, by_unit, query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tidbok_cli.domain.facts import Facts, Question
    from tidbok_cli.store.read.facts import BookingSelection
    from tidbok_cli.store.reader import Reader, Row

T = TypeVar("T")


def groups_of(reader: Reader, selection: BookingSelection, question: Question) -> Iterator[tuple[Facts, int]]:
    """Count the bookings with each distinct combination of facts."""
    sql, counts = query(selection, MAPPED_BY), Counter[int]()
    for _, parameters, mapped in by_unit(reader, selection, question):
        for lot in reader.lots(sql, **parameters):  # counted here: GROUP BY sorts, which costs more
            codes, packed = zip(*lot, strict=True)
            counts.update(map(add, packed, map(mapped.get, codes, repeat(mapped[None]))))
    facts_of_number = FactsMemo(question, lambda facts: facts)
    return ((facts_of_number[number], count) for number, count in counts.items())


def counted_by_resident(
    reader: Reader, selection: BookingSelection, question: Question, judge: Callable[[Facts], T]
) -> Iterator[tuple[str, str, int, int, int, T]]:
    """Count each resident's bookings with one code and equal facts, unit by unit.

    Yields unit, code, the resident's number, one booking's number, the count, and the judgement, asked once for each
    distinct combination of facts.
    """
    stated = query(selection, f"b.id, b.resident_id, {CODES}")
    sql = f"""SELECT code, care_type, packed, resident_id, min(id), count(*) FROM ({stated}) AS stated
              GROUP BY code, care_type, packed, resident_id"""
    judged = FactsMemo(question, judge)
    for unit, parameters, mapped in by_unit(reader, selection, question):
        for code, care_type, packed, resident, sample, count in reader.rows(sql, **parameters):
            own = mapped.get(code) or mapped.get(care_type, mapped[None])
            yield unit, code, resident, sample, count, judged[packed + own]


def residents_in(reader: Reader, selection: BookingSelection, question: Question) -> Residents:
    """Return the residents whose bookings are swept."""
    found = bytearray(1 + int(reader.value("SELECT COALESCE(max(id), 0) FROM resident")))
    for lot in _residents_of(reader, selection, question):
        for (number,) in lot:
            found[number] = True
    return Residents.flagged(found)


def _residents_of(reader: Reader, selection: BookingSelection, question: Question) -> Iterator[list[Row]]:
    if selection.of_all_time:
        yield from reader.lots("SELECT DISTINCT resident_id FROM booking")
        return
    sql = f"SELECT resident_id FROM ({query(selection, 'b.resident_id,')}) AS stated"
    for _, parameters, _ in by_unit(reader, selection, question):
        yield from reader.lots(sql, **parameters)
