"""`store purge`: of an import, or of what is past its time; planned by doing it and taking it back, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.region import REGION_FILE, Region
from tidbok_cli.domain.times import local, midnight
from tidbok_cli.errors import BadInput, Problem, TidbokError, Where
from tidbok_cli.store.read.import_runs import import_run

if TYPE_CHECKING:
    from datetime import date

    from tidbok_cli.domain.store_purge import PastPurge, StorePurge
    from tidbok_cli.workflows.context import Context


def plan_purge(context: Context, batch: int) -> StorePurge:
    """Plan the purge of an import; raises BadInput for one that is unknown, came to nothing, or is purged."""
    return _purge(context, batch, dry_run=True)


def purge_batch(context: Context, planned: StorePurge) -> None:
    """Do what was planned; raises BadInput where the store has changed."""
    _purge(context, planned.batch.id, planned=planned)
    context.counts.rows = {"purged": sum(each.goes for each in planned.rows.values()), "given_back": planned.given_back}


def _purge(context: Context, batch: int, *, dry_run: bool = False, planned: StorePurge | None = None) -> StorePurge:
    from tidbok_cli.store.write.engine import writer_of
    from tidbok_cli.store.write.purge import purge

    with context.writing(dry_run=dry_run) as (session, reader):
        run = import_run(reader, batch)
        if run is None or run.outcome != "done":
            raise BadInput(
                "purge.no_batch" if run is None else "purge.not_done", where=Where(column="--batch"), batch=batch
            )
        if run.purged_at is not None:
            raise BadInput("purge.already", where=Where(column="--batch"), batch=batch, purged_at=run.purged_at)
        found = purge(writer_of(session), run, context.now, context.actor)
        if planned is not None and found != planned:
            raise BadInput("apply.changed_in_between")
        if not dry_run:
            context.about.selection = {"batch": batch}
            context.record(session)
        return found


def plan_past(context: Context, before: date) -> PastPurge:
    """Plan the purge of what is past its time before a day; raises BadInput for a day that is to come."""
    if before > context.today:
        raise BadInput("purge.to_come", where=Where(column="--before"))
    return _purge_past(context, before, dry_run=True)


def purge_past(context: Context, planned: PastPurge) -> None:
    """Do what was planned, and give the room back; raises BadInput where the store has changed.

    Warns where the room is not given back.
    """
    if planned.is_empty:
        return
    _purge_past(context, planned.before, planned=planned)
    if context.address.path is None:
        context.warn(Problem("purge.room_in_postgresql", warning=True))
        return
    from tidbok_cli.store.write.compact import compact

    try:
        compact(context.address, context.caller)
    except TidbokError as error:
        context.warn(Problem("purge.room_kept", {"store": str(context.address)}, warning=True))
        context.warn(Problem(error.code, error.params, warning=True))


def _purge_past(
    context: Context, before: date, *, dry_run: bool = False, planned: PastPurge | None = None
) -> PastPurge:
    from tidbok_cli.domain.store_purge import PastPurge
    from tidbok_cli.store.audit import head_before
    from tidbok_cli.store.write.engine import writer_of
    from tidbok_cli.store.write.purge_past import purge_past as purge

    audit_before = _years_ago(context)
    with context.writing(dry_run=dry_run) as (session, reader):
        last = head_before(reader, midnight(min(before, audit_before)))
        rows = purge(writer_of(session), midnight(before), midnight(audit_before))
        found = PastPurge(before, min(before, audit_before), rows)
        if planned is not None and found != planned:
            raise BadInput("apply.changed_in_between")
        if not dry_run:
            context.about.selection = {"before": before.isoformat()}
            if last.id:
                context.about.selection["audit_before"] = {"id": last.id, "hash": last.hash}
            context.record(session)
        return found


def _years_ago(context: Context) -> date:
    """The day before which the audit may go, by tidbok.toml, where there is one."""
    years = (context.region if (context.config / REGION_FILE).is_file() else Region()).audit.keep_years
    today = local(context.now).date()
    return today.replace(year=max(1900, today.year - years), day=min(today.day, 28))
