"""Facts as one number, so that sweeps fetch one column.

A fact's place among its few values is a digit, in a base of its own. SQL writes the digits, `unpacked` reads them: both
from one table, so that neither can know another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidbok_cli.domain.facts import BookingStatus, CalendarState, Facts
from tidbok_cli.domain.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

FactValue = str | bool | None


class FactPacking(NamedTuple):
    """A fact and its values, the first where SQL finds none."""

    name: str
    values: tuple[FactValue, ...]


_NO_OR_YES: Final = (False, True)
_FLAG: Final = (None, False, True)

OF_BOOKING: Final = (
    FactPacking(
        "life", (BookingStatus.BOOKED, BookingStatus.NOT_YET_MADE, BookingStatus.CANCELLED, BookingStatus.REBOOKED)
    ),
    FactPacking("over", _NO_OR_YES),
    FactPacking("late", _NO_OR_YES),
    FactPacking("calendar", (CalendarState.MISSING, CalendarState.OTHER, CalendarState.FOUND)),
    FactPacking("relation", (None, Relation.HELD, *(each for each in Relation if each is not Relation.HELD))),
)
OF_UNIT: Final = (
    *(FactPacking(f"unit_{action}", _FLAG) for action in ("show", "cancel", "rebook", "book")),
    FactPacking("routed", _FLAG),
)
OF_MAPPING: Final = (
    *(FactPacking(f"mapped_{action}", _FLAG) for action in ("show", "cancel", "rebook")),
    FactPacking("mapped_book", (None, "no", "open", "basis")),
)
_ALL: Final = (*OF_BOOKING, *OF_UNIT, *OF_MAPPING)


def _weights() -> dict[str, int]:
    weights, weight = {}, 1
    for fact in _ALL:
        weights[fact.name] = weight
        weight *= len(fact.values)
    return weights


_WEIGHTS: Final = _weights()


def digit(name: str, value: FactValue) -> int:
    """Return the part of the number for a fact's value."""
    fact = next(each for each in _ALL if each.name == name)
    return _WEIGHTS[name] * fact.values.index(value)


def chosen(name: str, column: str) -> str:
    """Write SQL for the digit of a column of values."""
    fact = next(each for each in _ALL if each.name == name)
    cases = " ".join(f"WHEN '{value}' THEN {digit(name, value)}" for value in fact.values if value is not None)
    return f"CASE {column} {cases} ELSE 0 END"


def flagged(name: str, condition: str) -> str:
    """Write SQL for the digit of a known flag."""
    return f"CASE WHEN {condition} THEN {digit(name, True)} ELSE {digit(name, False)} END"


def unpacked(number: int, alike: Sequence[object]) -> Facts:
    """Return a number's facts; `alike` are those equal for all."""
    values = {fact.name: fact.values[number // _WEIGHTS[fact.name] % len(fact.values)] for fact in _ALL}
    return Facts._make((*(values[name] for name in _GATHERED), *alike))


_GATHERED: Final = Facts._fields[: len(_ALL)]
