"""The one query that gathers bookings' facts as of a moment.

It never judges. `why` asks it for one booking, `sweep` for all: the text differs in its condition, one unit at a time.
So the unit's version is known before its bookings are read, they come in order out of one index that covers the query,
and memory does not grow with the store.
"""

from __future__ import annotations

from itertools import chain, repeat, starmap
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from tidbok_cli.domain.facts import SHOWN_AFTER_START, Facts, Question, SweptLot
from tidbok_cli.domain.identity import hsa_key
from tidbok_cli.domain.times import FIRST, FOREVER, HOUR
from tidbok_cli.store.read.also_calendars import also_of
from tidbok_cli.store.read.coupling import ADDRESS_KEY, CARRIERS, IN_FORCE, tells_of
from tidbok_cli.store.read.facts_packed import chosen, digit, flagged, unpacked
from tidbok_cli.store.read.residents import residents_told
from tidbok_cli.store.read.sql import PERIOD_THEN, VERSION_IN_FORCE, among, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tidbok_cli.store.reader import Reader

T = TypeVar("T")

_LIFE: Final = f"""
CASE WHEN :at < b.created_at THEN {digit("life", "not_yet_made")}
     WHEN b.ended_at <= :at THEN {chosen("life", "b.ended_as")}
     WHEN :with_past AND b.id IN (SELECT booking_id FROM past) THEN (SELECT life FROM past WHERE booking_id = b.id)
     ELSE {digit("life", "booked")} END
"""

# The relation beside the booking is as since its last change (store/relation_now.py); before that, its periods say.
_RELATION: Final = f"""
CASE WHEN b.relation_since <= :at THEN {chosen("relation", "b.relation")}
     ELSE COALESCE((SELECT {chosen("relation", "p.relation")} FROM relation_period p
                    WHERE p.unit_id = b.unit_id AND p.resident_id = b.resident_id
                      AND {PERIOD_THEN}), {digit("relation", "never")}) END
"""

# What is the same for all bookings of a unit is asked once, and handed to the query of its bookings.
_UNIT_THEN: Final = f"""
SELECT v.id, v.calendar, v.also,
       {flagged("unit_show", "v.show")} + {flagged("unit_cancel", "v.cancel")}
       + {flagged("unit_rebook", "v.rebook")} + {flagged("unit_book", "v.book")}
       + CASE WHEN NOT EXISTS (SELECT 1 FROM tak_snapshot s WHERE s.read_at <= :at AND {tells_of(ADDRESS_KEY)})
              THEN {digit("routed", None)}
              WHEN (SELECT count(DISTINCT r.contract) FROM coupling_route r
                    WHERE r.address_key IN {CARRIERS} AND r.contract IN ({{contracts}}) AND {IN_FORCE}) = :needed
              THEN {digit("routed", True)} ELSE {digit("routed", False)} END
FROM unit_version v JOIN unit u ON u.id = v.unit_id
WHERE v.unit_id = :unit AND {VERSION_IN_FORCE}
"""


_MAPPED: Final = " + ".join(
    (
        *(flagged(f"mapped_{action}", f"m.{action}") for action in ("show", "cancel", "rebook")),
        chosen("mapped_book", "m.book"),
    )
)
"""A mapping's part of the number, which is never 0."""

_MAPPINGS: Final = f"SELECT code, {_MAPPED}, cancel_deadline_hours FROM service_version m WHERE version_id = :version"

_HOURS: Final = "(SELECT cancel_deadline_hours FROM service_version WHERE version_id = :version AND code = b.{code})"

# Most bookings are over, or further away than any of the unit's deadlines: their mapping is not looked up.
_OVER_AND_LATE: Final = f"""
CASE WHEN b.starts_at > :last_late THEN {digit("over", False) + digit("late", False)}
     WHEN b.starts_at <= :last_over THEN {digit("over", True) + digit("late", True)}
     WHEN :at >= b.starts_at - {HOUR} * COALESCE({_HOURS.format(code="code")}, {_HOURS.format(code="care_type")}, 0)
     THEN {digit("over", False) + digit("late", True)} ELSE {digit("over", False) + digit("late", False)} END
"""


def _elsewhere(time: str) -> str:
    """Write SQL for another calendar's part; `:also` has those besides the coupling's, each between line ends (S22)."""
    beside = f"replace(:also, '\n' || {time}.calendar || '\n', '') <> :also"
    other = digit("calendar", "other") - digit("calendar", "found")
    return f"CASE WHEN {time}.calendar <> :calendar AND NOT ({beside}) THEN {other} ELSE 0 END"


_FACTS: Final = f"""
WITH past AS MATERIALIZED (
    SELECT booking_id, {chosen("life", "ended_as")} AS life FROM booking_revival
    WHERE revived_at > :at AND ended_at <= :at
)
SELECT {{columns}}
       {_LIFE}
       + {_OVER_AND_LATE}
       + {_elsewhere("b")}
       + {_RELATION} AS packed
FROM booking b
WHERE {{condition}}
"""
# The same of a slot that somebody wants to book (S4, S5): what it has no say in is left out.
_SLOT: Final = f"""
SELECT :unit_packed
       + {flagged("late", ":at >= s.starts_at")}
       + {_elsewhere("s")}
       + CASE WHEN m.code IS NOT NULL THEN {_MAPPED} ELSE 0 END
FROM slot s
LEFT JOIN service_version m ON m.version_id = :version AND m.code = s.code
WHERE s.id = :slot
"""
CODES: Final = "b.code, b.care_type,"
MAPPED_BY: Final = """
CASE WHEN b.care_type IS NULL OR b.code IN (SELECT code FROM service_version WHERE version_id = :version) THEN b.code
     ELSE b.care_type END,
"""
_NAMED: Final = f"b.booking_id, b.resident_id, b.starts_at, {CODES}"
_ORDER: Final = "ORDER BY b.starts_at, b.booking_id"
_ACTIVE: Final = f"{_LIFE} = {digit('life', 'booked')}"
_ANY_PAST: Final = "SELECT EXISTS (SELECT 1 FROM booking_revival WHERE revived_at > :at AND ended_at <= :at)"
"""Whether any end taken back since then held."""
_NOT_ASKED: Final = tuple(Facts._field_defaults[name] for name in ("basis", "slot", "journal"))

_UNITS: Final = "SELECT u.id, u.hsa_id FROM unit u WHERE {condition} ORDER BY u.hsa_key"


class BookingFacts(NamedTuple):
    """A booking's name and its facts, as in `SweptWith`."""

    id: int
    unit: str
    booking: str
    resident: str
    code: str
    start: int
    facts: Facts


class BookingSelection(NamedTuple):
    """Bookings of units (none named: all), by start, resident or number.

    From `begins` until before `ends`, seconds UTC. Unless `every`, only active ones that are not over (contract,
    section 4).
    """

    unit_ids: Sequence[int] = ()
    begins: int = FIRST
    ends: int = FOREVER
    every: bool = False
    number: int | None = None
    resident_id: int | None = None

    @property
    def condition(self) -> str:
        dates = "b.starts_at >= :begins AND b.starts_at < :ends"
        return " AND ".join([dates + among("b.unit_id", self.unit_ids), *self._one])

    @property
    def _one(self) -> list[str]:
        """The conditions on one booking's, or one resident's, own number."""
        conditions = {"b.id = :number": self.number, "b.resident_id = :resident_id": self.resident_id}
        return [condition for condition, value in conditions.items() if value is not None]

    @property
    def of_everybody(self) -> bool:
        return not self.unit_ids and not self._one

    @property
    def of_all_time(self) -> bool:
        """Every booking there is."""
        return self.every and self.of_everybody and (self.begins, self.ends) == (FIRST, FOREVER)

    @property
    def of_unit(self) -> str:
        """The condition on a unit's bookings.

        One's, or a resident's, are found by its own number: a sign tells SQLite not to walk all of the unit's.
        """
        sign = "+" if self._one else ""
        dates = f"{sign}b.unit_id = :unit AND {sign}b.starts_at >= :begins AND {sign}b.starts_at < :ends"
        return " AND ".join([*self._one, dates, *([] if self.every else [_ACTIVE])])

    @property
    def units(self) -> str:
        """The condition on units."""
        of_one = f" AND u.id IN (SELECT b.unit_id FROM booking b WHERE {' AND '.join(self._one)})"
        return "1 = 1" + among("u.id", self.unit_ids) + (of_one if self._one else "")

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "begins": self.begins, "ends": self.ends, "number": self.number, "resident_id": self.resident_id,
        }  # fmt: skip


def query(selection: BookingSelection, columns: str) -> str:
    """Write the query of one unit's bookings: columns, each with a comma, and facts packed without the unit's."""
    return _FACTS.format(condition=selection.of_unit, columns=columns)


class UnitAsked(NamedTuple):
    """A unit with such bookings: its HSA-id, its query's parameters, and its part of the number.

    `mapped`: that part with a code's mapping; of None, without any.
    """

    unit: str
    parameters: dict[str, object]
    mapped: Mapping[str | None, int]


def by_unit(reader: Reader, selection: BookingSelection, question: Question) -> Iterator[UnitAsked]:
    """Yield each unit with such bookings."""
    last_over, with_past = question.at - SHOWN_AFTER_START, bool(reader.value(_ANY_PAST, at=question.at))
    common = selection.parameters | {"at": question.at, "last_over": last_over, "with_past": with_past}
    if not selection.every:
        common["begins"] = max(selection.begins, last_over + 1)
    for unit_id, unit in list(reader.rows(_UNITS.format(condition=selection.units), **selection.parameters)):
        asked = common | _unit_then(reader, unit_id, question)
        mappings = list(reader.rows(_MAPPINGS, version=asked["version"]))
        asked["last_late"] = question.at + HOUR * max((hours for *_, hours in mappings), default=0)
        own = asked.pop("unit_packed")
        yield UnitAsked(unit, asked, {None: own} | {code: own + packed for code, packed, _ in mappings})


def _unit_then(reader: Reader, unit_id: int, question: Question) -> dict[str, object]:
    """Return the parameters that are equal for all of a unit's bookings."""
    listed, contracts = bound("contract", question.contracts)
    asked = contracts | {"at": question.at, "unit": unit_id, "needed": len(contracts)}
    version, calendar, also, packed = reader.row(_UNIT_THEN.format(contracts=listed), **asked) or (None, None, None, 0)
    packed += digit("calendar", "missing" if calendar is None else "found")
    return {
        "unit": unit_id, "version": version, "unit_packed": packed, "calendar": calendar,
        "also": "".join(f"\n{each.calendar}\n" for each in also_of(also) if question.at < each.until),
    }  # fmt: skip


def swept_lots(
    reader: Reader,
    selection: BookingSelection,
    question: Question,
    judge: Callable[[Facts], T],
    spell: Callable[[str], str] | None = str,
    *,
    numbered: bool = False,
) -> Iterator[SweptLot[T]]:
    """Judge bookings in lots, by unit, start and booking id.

    `judge` is asked once for each distinct combination of facts, `spell` once how to write a person number; without it
    residents are told by the store's own numbers. `numbered`: with the bookings' own numbers.
    """
    sql = f"{query(selection, f'b.id, {_NAMED}' if numbered else _NAMED)} {_ORDER}"
    judged = FactsMemo(question, judge)
    residents = residents_told(reader, spell, of_everybody=selection.of_everybody)
    for unit, parameters, mapped in by_unit(reader, selection, question):
        for lot in reader.lots(sql, **parameters):
            *numbers, bookings, resident_ids, starts, codes, kinds, packed = zip(*lot, strict=True)
            own = repeat(mapped[None])
            by_kind = map(mapped.get, kinds, own) if any(kinds) else own
            facts = map(add, packed, map(mapped.get, codes, by_kind))
            told = list(map(residents.__getitem__, resident_ids))
            yield SweptLot(unit, bookings, told, codes, starts, list(map(judged.__getitem__, facts)), *numbers)


def facts_of(reader: Reader, selection: BookingSelection, question: Question) -> Iterator[BookingFacts]:
    """Yield each booking's facts, by unit, start and booking id."""
    lots = swept_lots(reader, selection, question, lambda facts: facts, numbered=True)
    return starmap(BookingFacts, chain.from_iterable(lot.rows for lot in lots))


def standing_of_unit(
    reader: Reader, hsa_id: str, question: Question, judge: Callable[[Facts], T], limit: int
) -> Iterator[tuple[int, int, T]]:
    """Judge a unit's first standing bookings: number, and the resident's, in the store."""
    unit_id = reader.value("SELECT id FROM unit WHERE hsa_key = :key", key=hsa_key(hsa_id))
    selection = BookingSelection(unit_ids=(unit_id,))
    sql = f"{query(selection, f'b.id, b.resident_id, {MAPPED_BY}')} {_ORDER} LIMIT {limit}"
    judged = FactsMemo(question, judge)
    for _, parameters, mapped in by_unit(reader, selection, question):
        for number, resident, code, packed in reader.rows(sql, **parameters):
            yield number, resident, judged[packed + mapped.get(code, mapped[None])]


def facts_of_slot(reader: Reader, slot: int, question: Question) -> Facts:
    """Return a slot's facts, without its state and the basis."""
    unit_id = reader.value("SELECT unit_id FROM slot WHERE id = :slot", slot=slot)
    packed = reader.value(_SLOT, slot=slot, at=question.at, **_unit_then(reader, unit_id, question))
    return FactsMemo(question, lambda facts: facts)[packed]


class FactsMemo(dict[int, T]):
    """The judgement on the facts that a number stands for, asked once."""

    def __init__(self, question: Question, judge: Callable[[Facts], T]) -> None:
        super().__init__()
        self._alike = (*question.standing, *_NOT_ASKED)
        self._judge = judge

    def __missing__(self, packed: int) -> T:
        judged = self[packed] = self._judge(unpacked(packed, self._alike))
        return judged
