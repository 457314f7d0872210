"""`store purge`: planned by doing it and taking it back, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.errors import BadInput, Where
from tidbok_cli.store.read.import_runs import import_run

if TYPE_CHECKING:
    from tidbok_cli.domain.store_purge import StorePurge
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
        return found
