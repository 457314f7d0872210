"""The log of relations and the periods derived from it, written in one transaction (S12 … S19)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Insert, Select, Subquery, and_, bindparam, delete, exists, func, insert, tuple_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from tidbok_cli.domain.relations import Event, Logged, Period, fold
from tidbok_cli.store.present import keep_of_pairs
from tidbok_cli.store.tables import RelationEvent, RelationPeriod, RelationVoid


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be recorded, by the store's numbers; `occurred_at` in seconds UTC.

    `once`: not where the log has the same of the pair at that second; otherwise it happened again.
    """

    unit_id: int
    resident_id: int
    event: Event
    occurred_at: int
    line: int | None = None
    once: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """Which log entries are new, as the store's numbers, and how many of them have no effect."""

    ids: tuple[int, ...]
    without_effect: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Who records, when (seconds UTC), and in which import."""

    recorded_at: int
    actor: str
    batch_id: int | None = None


def record(session: Session, events: Iterable[NewEvent], recording: Recording) -> Recorded:
    """Adds the events to the log, in their order, and derives the periods of the pairs concerned afresh."""
    log = session.connection()
    last = log.scalar(select(func.max(RelationEvent.id))) or 0
    for once, alike in groupby(events, lambda event: event.once):
        rows = [_row(event, recording) for event in alike]
        log.execute(_insert_once() if once else insert(RelationEvent), rows)
    derive(session, _pairs().where(col(RelationEvent.id) > last))
    new = log.execute(select(RelationEvent.id, RelationEvent.has_effect).where(col(RelationEvent.id) > last)).all()
    return Recorded(tuple(number for number, _ in new), sum(not effect for _, effect in new))


def _insert_once() -> Insert:
    """Inserts a row that the log does not have of the pair at that second."""
    columns = [column for column in RelationEvent.__table__.columns if column.name != "id"]  # type: ignore[attr-defined]
    given = {column.name: bindparam(column.name, type_=column.type) for column in columns}
    same = exists().where(
        *(
            col(getattr(RelationEvent, name)) == given[name]
            for name in ("unit_id", "resident_id", "occurred_at", "event")
        )
    )
    return insert(RelationEvent).from_select(list(given), sql_select(*given.values()).where(~same))


def _row(event: NewEvent, recording: Recording) -> dict[str, Any]:
    return {
        "unit_id": event.unit_id,
        "resident_id": event.resident_id,
        "event": str(event.event),
        "occurred_at": event.occurred_at,
        "has_effect": True,
        "recorded_at": recording.recorded_at,
        "actor": recording.actor,
        "batch_id": recording.batch_id,
        "line": event.line,
    }


def void(session: Session, event_id: int, voided_at: int, recording: Recording, purpose: str | None) -> None:
    """Marks an event as recorded wrongly, and derives the periods of its pair afresh, without it."""
    row = {
        "event_id": event_id, "voided_at": voided_at, "recorded_at": recording.recorded_at, "actor": recording.actor,
        "purpose": purpose,
    }  # fmt: skip
    session.connection().execute(insert(RelationVoid), row)
    derive(session, _pairs().where(col(RelationEvent.id) == event_id))


def _pairs() -> Select[int, int]:
    return sql_select(col(RelationEvent.unit_id), col(RelationEvent.resident_id)).distinct()


def derive(session: Session, concerned: Select[int, int]) -> None:
    """Derives the periods of the pairs concerned, (unit, resident), and of no other."""
    periods: list[dict[str, Any]] = []
    effects: list[dict[str, Any]] = []
    for pair, log in _logs(session, concerned.subquery()):
        folded = fold(Logged(entry.id, Event(entry.event), entry.occurred_at, entry.voided) for entry in log)
        periods += (pair | _period_row(period) for period in folded.periods)
        effects += (
            {"number": entry.id, "effect": entry.id not in folded.without_effect}
            for entry in log
            if entry.has_effect == (entry.id in folded.without_effect)
        )
    of_pairs = tuple_(col(RelationPeriod.unit_id), col(RelationPeriod.resident_id)).in_(concerned)
    session.connection().execute(delete(RelationPeriod).where(of_pairs))
    if periods:
        session.connection().execute(insert(RelationPeriod), periods)
    if effects:
        flag = update(RelationEvent).where(col(RelationEvent.id) == bindparam("number"))
        session.connection().execute(flag.values(has_effect=bindparam("effect")), effects)
    keep_of_pairs(session, concerned)


def _period_row(period: Period) -> dict[str, Any]:
    return {
        "begins": period.begins, "ends": period.ends, "relation": str(period.relation), "event_id": period.event_id,
    }  # fmt: skip


def _logs(session: Session, concerned: Subquery) -> Iterator[tuple[dict[str, int], Sequence[Any]]]:
    """The whole log of each pair concerned."""
    log = RelationEvent
    same_pair = and_(col(log.unit_id) == concerned.c.unit_id, col(log.resident_id) == concerned.c.resident_id)
    query = (
        select(  # type: ignore[call-overload]
            log.id,
            log.unit_id,
            log.resident_id,
            log.event,
            log.occurred_at,
            log.has_effect,
            col(RelationVoid.event_id).is_not(None).label("voided"),
        )
        .join(concerned, same_pair)
        .outerjoin(RelationVoid)
        .order_by(log.unit_id, log.resident_id, log.occurred_at, log.id)
    )
    for (unit, resident), entries in groupby(session.connection().execute(query), lambda row: (row[1], row[2])):
        yield {"unit_id": unit, "resident_id": resident}, list(entries)
