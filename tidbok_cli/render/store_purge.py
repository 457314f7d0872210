"""Purges, of an import and of what is past its time, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.store_purge import PastPurge
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import Column, JsonObject, Rank, record, recorder
from tidbok_cli.render.lines import tell, visible
from tidbok_cli.render.moments import day, moment
from tidbok_cli.render.store import RUNS
from tidbok_cli.render.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.store_purge import StorePurge

_ROWS: Final = {
    "booking": _m("bookings"),
    "message": _m("inbox messages"),
    "relation_event": _m("relation events"),
    "slot": _m("published times"),
    "booking_basis": _m("booking bases"),
    "summons": _m("open summonses"),
    "saved_sweep": _m("saved sweeps"),
    "audit": _m("rows of the audit"),
    "resident": _m("residents that nothing else names"),
    "unit": _m("clinics that nothing else names"),
}
_COLUMNS: Final = (
    Column("table", _m("Table"), lambda row: row[0], rank=Rank.NAME, tell=lambda row: _(_ROWS[row[0]])),
    Column("goes", _m("Goes"), lambda row: row[1].goes),
    Column("stays", _m("Changed since, stays"), lambda row: row[1].stays),
)
_PAST_COLUMNS: Final = (*_COLUMNS[:2], _COLUMNS[2]._replace(title=_m("As old, and needed: stays")))
PURGE_KEYS: Final = tuple(column.key for column in _COLUMNS)


def purge_value(purge: StorePurge | PastPurge, *, done: bool) -> JsonObject:
    """`tidbok.purge/1`: the plan, and whether it was done."""
    value: JsonObject = {"schema": "tidbok.purge/1", "done": done}
    if isinstance(purge, PastPurge):
        before = {"before": purge.before.isoformat(), "audit_before": purge.audit_before.isoformat()}
        return value | before | {"rows": list(purge_rows(purge))}
    return value | {
        "batch": record(RUNS.columns, purge.batch),
        "rows": list(purge_rows(purge)),
        "given_back": purge.given_back,
        "changed": purge.changed,
        "later_imports": purge.later,
    }


def purge_rows(purge: StorePurge | PastPurge) -> Iterator[JsonObject]:
    """A row a table."""
    return map(recorder(_COLUMNS), purge.rows.items())


def print_purge(purge: StorePurge | PastPurge) -> None:
    """Print the plan for people."""
    tell(_past(purge) if isinstance(purge, PastPurge) else _of_import(purge))
    rows = [(table, count) for table, count in purge.rows.items() if count.goes or count.stays]
    if rows:
        print_table(_PAST_COLUMNS if isinstance(purge, PastPurge) else _COLUMNS, rows)
    for text, count in () if isinstance(purge, PastPurge) else _sentences(purge):
        if count:
            tell(text.format(count=count))
    if purge.is_empty:
        tell(_("There is nothing to take away."))


def _past(purge: PastPurge) -> str:
    said = _("What is past its time before {day}; of the audit, what is from before {audit}.")
    return said.format(day=day(purge.before), audit=day(purge.audit_before))


def _of_import(purge: StorePurge) -> str:
    kind = dict(zip(RUNS.keys, RUNS.columns, strict=True))["kind"].teller(reveal=False)(purge.batch)
    source, time = visible(purge.batch.source), moment(purge.batch.recorded_at)
    return _("Batch {batch}, {kind}, {time}, {source}").format(
        batch=purge.batch.id, kind=kind, time=time, source=source
    )


def _sentences(purge: StorePurge) -> Iterator[tuple[str, int]]:
    yield _("Given back: {count} bookings that it ended, since the file lacked them, are live again."), purge.given_back
    yield (
        _("{count} bookings stay as it changed them: what they were before is not kept. Import the right file."),
        (purge.changed),
    )
    yield _("Imports of the same clinics since then: {count}. Import the latest file again afterwards."), purge.later


def print_purged(purge: StorePurge | PastPurge) -> None:
    """Print that it is done."""
    tell(_("Done.") if isinstance(purge, PastPurge) else _("Done. Import the right file."))
