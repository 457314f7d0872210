"""Relations: events recorded by hand, and a pair's state (S12 … S19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.operation import OperationDone, OperationEvent
from tidbok_cli.domain.relation import Event, EventRow, LoggedEvent, Relation, relation_told
from tidbok_cli.domain.relation_list import RelationRow, RelationShown
from tidbok_cli.domain.relation_periods import fold
from tidbok_cli.errors import BadInput, Refused, Where
from tidbok_cli.store.audit import numbered
from tidbok_cli.store.read.find import find_resident, find_unit, pair_of
from tidbok_cli.store.read.relation import periods_of, relations
from tidbok_cli.store.read.relation_log import events_of
from tidbok_cli.store.read.unit import version_in_force
from tidbok_cli.workflows.lookup import resident_in_store, resident_to_write, unit_in_store, unit_to_write

if TYPE_CHECKING:
    from sqlmodel import Session

    from tidbok_cli.store.reader import Reader
    from tidbok_cli.workflows.context import Context


def record_event(context: Context, resident: str, unit: str, event: Event) -> OperationDone:
    """Record an event at the moment; what is logged changes nothing.

    Raises Refused for one that would end what is not there (Readings of S17, S18).
    """
    context.expect_purpose()
    number = context.resident(resident)
    with context.writing() as (session, reader):
        found = unit_to_write(context, session, reader, unit)
        event_id = record_once(context, session, reader, (found.id, resident_to_write(session, number)), event)
        if event_id is None:
            return OperationDone(changed=False)
        stored = find_unit(reader, found.hsa_id)
        assert stored is not None
        recorded = OperationEvent(event_id, number, stored.hsa_id, event, context.at)
        return OperationDone(changed=True, events=(recorded,))


def record_once(context: Context, session: Session, reader: Reader, pair: tuple[int, int], event: Event) -> int | None:
    """Record an event of a pair, by numbers, and return its id.

    None where the log has it already. Raises Refused as `record_event` does.
    """
    from tidbok_cli.store.write.relation import NewEvent, record

    if _is_so_already(events_of(reader, *pair), event, context.at):
        return None
    return record(session, [NewEvent(*pair, event, context.at, once=False)], context.provenance).ids[0]


def _is_so_already(log: tuple[EventRow, ...], event: Event, at: int) -> bool:
    """Tell whether the log has the event; raises Refused as `record_event` does."""
    entries = [each.logged for each in log if each.occurred_at <= at]
    new = LoggedEvent(max((each.id for each in log), default=0) + 1, event, at)
    is_known = any((each.event, each.occurred_at) == (event, at) and not each.voided for each in entries)
    if is_known and fold([*entries, new]).state == fold(entries).state:
        return True
    if new.id in fold([*entries, new]).without_effect:
        raise Refused(f"relation.{event}_without_effect")
    return False


def void_event(context: Context, event_id: int) -> OperationDone:
    """Void an event recorded wrongly: it stays in the log, passed over.

    Voiding it again changes nothing; raises BadInput for an unknown event.
    """
    from tidbok_cli.store.write.relation import void

    context.expect_purpose()
    with context.writing() as (session, reader):
        pair = pair_of(reader, event_id)
        if pair is None:
            raise BadInput("relation.unknown_event", where=Where(column="EVENT_ID"), event=event_id)
        unit_id, hsa_id, resident_id, number = pair
        context.about.residents.add(number)
        context.about.units.add(hsa_id)
        logged = next(each for each in events_of(reader, unit_id, resident_id) if each.id == event_id)
        if logged.voided_at is None:
            void(session, event_id, context.at, context.provenance, context.purpose)
        voided_at = context.at if logged.voided_at is None else logged.voided_at
        voided = OperationEvent(event_id, number, hsa_id, logged.event, logged.occurred_at, voided_at)
        return OperationDone(changed=logged.voided_at is None, events=(voided,))


def show_relation(context: Context, resident: str, unit: str) -> RelationShown:
    """Return a resident's relation to a unit; raises BadInput if unknown."""
    context.expect_purpose()
    number = context.resident(resident)
    with context.reading() as reader:
        found = unit_in_store(context, reader, unit)
        resident_id = find_resident(reader, number)
        events = events_of(reader, found.id, resident_id) if resident_id else ()
        periods = periods_of(reader, found.id, resident_id) if resident_id else ()
        version = version_in_force(reader, found.hsa_id, context.at)
    period = next((each for each in periods if each.begins <= context.at < each.ends), None)
    state = fold(each.logged for each in events if each.occurred_at <= context.at).state
    known = period.relation if period else Relation.NEVER if any(not each.logged.voided for each in events) else None
    relation = relation_told(known, partial=context.region.policy.relation_data_partial)
    name = version.config.name if version else None
    return RelationShown(found.hsa_id, name, number, context.at, relation, state, period, periods, events)


def list_relations(context: Context, resident: str | None, unit: str | None, *, ended: bool) -> list[RelationRow]:
    """List the relations at the moment, ended ones too where asked."""
    context.expect_purpose()
    with context.reading() as reader:
        unit_id = unit_in_store(context, reader, unit).id if unit else None
        resident_id = resident_in_store(context, reader, resident) if resident else None
        if resident and resident_id is None:
            context.look("none", selection={"ended": ended or None})
            return []
        rows = relations(reader, context.at, unit_id, resident_id)
        listed = [row for row in rows if ended or row.relation is Relation.HELD]
        context.look(shown=numbered(reader, {row.resident for row in listed}), selection={"ended": ended or None})
        return listed
