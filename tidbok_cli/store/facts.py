"""The one query that gathers, for each booking, its facts as of a moment. It never says a verdict.

`why` asks it for one booking, `sweep` for all: the same text with another condition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tidbok_cli.domain.facts import SHOWN_AFTER_START, Facts, Life, Question
from tidbok_cli.domain.times import FIRST, FOREVER, HOUR
from tidbok_cli.store.coupling import ADDRESS_KEY, IN_FORCE
from tidbok_cli.store.reading import Reader

_ROUTED: Final = f"""
WITH routed AS (
    SELECT v.id AS version_id, count(DISTINCT r.contract) AS contracts
    FROM unit_version v
    JOIN unit u ON u.id = v.unit_id
    JOIN coupling_route r ON r.address_key = {ADDRESS_KEY} AND r.contract IN ({{contracts}}) AND {IN_FORCE}
    WHERE v.begins <= :at AND :at < v.ends
    GROUP BY v.id
)
"""
_IS_ROUTED: Final = """
       CASE WHEN v.id IS NOT NULL AND EXISTS (SELECT 1 FROM tak_snapshot s WHERE s.read_at <= :at)
            THEN COALESCE(routed.contracts, 0) = :needed END AS routed
"""

# The columns after `starts_at` are those of domain.facts.Facts, first group, in its order.
_FACTS: Final = f"""
{_ROUTED}
SELECT u.hsa_key, b.id, u.hsa_id, b.booking_id, r.number, b.code, b.starts_at,
       CASE WHEN :at < b.created_at THEN 'not_yet_made'
            WHEN b.ended_at <= :at THEN b.ended_as
            ELSE COALESCE(past.ended_as, 'booked') END AS life,
       :at >= b.starts_at + {SHOWN_AFTER_START} AS over,
       :at >= b.starts_at - {HOUR} * COALESCE(m.cancel_deadline_hours, c.cancel_deadline_hours, 0) AS late,
       v.show AS unit_show, v.cancel AS unit_cancel, v.rebook AS unit_rebook, v.book AS unit_book,
       CASE WHEN v.calendar IS NULL THEN 'missing'
            WHEN b.calendar <> v.calendar THEN 'other'
            ELSE 'found' END AS calendar,
       CASE WHEN m.code IS NULL THEN c.show ELSE m.show END AS mapped_show,
       CASE WHEN m.code IS NULL THEN c.cancel ELSE m.cancel END AS mapped_cancel,
       CASE WHEN m.code IS NULL THEN c.rebook ELSE m.rebook END AS mapped_rebook,
       CASE WHEN m.code IS NULL THEN c.book ELSE m.book END AS mapped_book,
       CASE WHEN p.relation IS NOT NULL THEN p.relation
            WHEN EXISTS (SELECT 1 FROM relation_event e
                         WHERE e.unit_id = b.unit_id AND e.resident_id = b.resident_id
                           AND NOT EXISTS (SELECT 1 FROM relation_void x WHERE x.event_id = e.id))
            THEN 'never' END AS relation,
{_IS_ROUTED}
FROM booking b
JOIN unit u ON u.id = b.unit_id
JOIN resident r ON r.id = b.resident_id
LEFT JOIN unit_version v
       ON v.unit_id = b.unit_id AND v.begins <= :at AND :at < v.ends AND NOT v.removed
LEFT JOIN routed ON routed.version_id = v.id
LEFT JOIN service_version m ON m.version_id = v.id AND m.code = b.code
LEFT JOIN service_version c ON c.version_id = v.id AND c.code = b.care_type
LEFT JOIN relation_period p
       ON p.unit_id = b.unit_id AND p.resident_id = b.resident_id AND p.begins <= :at AND :at < p.ends
LEFT JOIN booking_revival past
       ON past.booking_id = b.id AND past.ended_at <= :at AND :at < past.revived_at
WHERE {{condition}}
"""
# The same for a slot that somebody wants to book (S4, S5): what it has no say in is left out.
_OF_A_SLOT: Final = f"""
{_ROUTED}
SELECT :at >= s.starts_at AS late, v.show, v.cancel, v.rebook, v.book,
       CASE WHEN v.calendar IS NULL THEN 'missing'
            WHEN s.calendar <> v.calendar THEN 'other'
            ELSE 'found' END AS calendar,
       m.show, m.cancel, m.rebook, m.book,
{_IS_ROUTED}
FROM slot s
JOIN unit u ON u.id = s.unit_id
LEFT JOIN unit_version v
       ON v.unit_id = s.unit_id AND v.begins <= :at AND :at < v.ends AND NOT v.removed
LEFT JOIN routed ON routed.version_id = v.id
LEFT JOIN service_version m ON m.version_id = v.id AND m.code = s.code
WHERE s.id = :slot
"""
_ACTIVE: Final = "WHERE life = 'booked' AND NOT over"
_NOT_ASKED: Final = tuple(Facts._field_defaults[name] for name in ("basis", "slot"))
_GROUPED: Final = ", ".join(Facts._fields[: Facts._fields.index("routed") + 1])


@dataclass(frozen=True, slots=True)
class Stated:
    """A booking's name and its facts. `id` is the store's own; `start` in seconds UTC."""

    id: int
    unit: str
    booking: str
    resident: str
    code: str
    start: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Selection:
    """Which bookings: of these units (none named: all), with a start from `begins` until before `ends` (seconds UTC).

    `number` is the store's own of one booking. Unless `every`, only those that are active and not over at the moment
    (contract, section 4).
    """

    unit_ids: Sequence[int] = ()
    begins: int = FIRST
    ends: int = FOREVER
    every: bool = False
    number: int | None = None
    resident_id: int | None = None

    @property
    def condition(self) -> str:
        parts = ["b.starts_at >= :begins AND b.starts_at < :ends"]
        if self.unit_ids:
            parts.append(f"b.unit_id IN ({', '.join(str(int(unit)) for unit in self.unit_ids)})")
        if self.number is not None:
            parts.append("b.id = :number")
        if self.resident_id is not None:
            parts.append("b.resident_id = :resident_id")
        return " AND ".join(parts)

    @property
    def parameters(self) -> dict[str, object]:
        return {
            "begins": self.begins, "ends": self.ends, "number": self.number, "resident_id": self.resident_id,
        }  # fmt: skip


def _stated(selection: Selection, question: Question) -> tuple[str, dict[str, object]]:
    """The facts as a table to select from, and its parameters."""
    listed, parameters = _asked(question)
    inner = _FACTS.format(condition=selection.condition, contracts=listed)
    return f"({inner}) AS stated {'' if selection.every else _ACTIVE}", selection.parameters | parameters


def _asked(question: Question) -> tuple[str, dict[str, object]]:
    """The contracts as a list in SQL, and the parameters that a question brings."""
    contracts: dict[str, object] = {f"contract{place}": name for place, name in enumerate(question.contracts)}
    listed = ", ".join(f":{name}" for name in contracts) or "NULL"
    return listed, contracts | {"at": question.at, "needed": len(contracts)}


def facts_of(reader: Reader, selection: Selection, question: Question) -> Iterator[Stated]:
    """Each booking's facts, ordered by unit, start and booking id."""
    stated, parameters = _stated(selection, question)
    for row in reader.rows(f"SELECT * FROM {stated} ORDER BY hsa_key, starts_at, booking_id", **parameters):
        _, number, unit, booking, resident, code, start, *facts = row
        told = Facts._make((*facts, *question.standing, *_NOT_ASKED))
        yield Stated(number, unit, booking, resident, code, start, told)


def groups_of(reader: Reader, selection: Selection, question: Question) -> Iterator[tuple[Facts, int]]:
    """How many bookings have the same facts, for each distinct combination."""
    stated, parameters = _stated(selection, question)
    sql = f"SELECT {_GROUPED}, count(*) FROM {stated} GROUP BY {_GROUPED}"
    for *facts, count in reader.rows(sql, **parameters):
        yield Facts._make((*facts, *question.standing, *_NOT_ASKED)), count


def facts_of_slot(reader: Reader, slot: int, question: Question) -> Facts:
    """The facts about a slot, by the store's number, but for how it is with it and with the resident's basis."""
    listed, parameters = _asked(question)
    row = reader.row(_OF_A_SLOT.format(contracts=listed), slot=slot, **parameters)
    assert row is not None
    late, *told, routed = row
    return Facts._make((Life.BOOKED, False, late, *told, None, routed, *question.standing, *_NOT_ASKED))
