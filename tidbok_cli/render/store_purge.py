"""The purge of an import, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import Column, JsonObject, Rank, record, recorder
from tidbok_cli.render.lines import visible
from tidbok_cli.render.moments import moment
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
    "resident": _m("residents that nothing else names"),
    "unit": _m("clinics that nothing else names"),
}
_COLUMNS: Final = (
    Column("table", _m("Table"), lambda row: row[0], rank=Rank.NAME, tell=lambda row: _(_ROWS[row[0]])),
    Column("goes", _m("Goes"), lambda row: row[1].goes),
    Column("stays", _m("Changed since, stays"), lambda row: row[1].stays),
)
PURGE_KEYS: Final = tuple(column.key for column in _COLUMNS)


def purge_value(purge: StorePurge, *, done: bool) -> JsonObject:
    """`tidbok.purge/1`: the plan, and whether it was done."""
    return {
        "schema": "tidbok.purge/1",
        "done": done,
        "batch": record(RUNS.columns, purge.batch),
        "rows": list(purge_rows(purge)),
        "given_back": purge.given_back,
        "changed": purge.changed,
        "later_imports": purge.later,
    }


def purge_rows(purge: StorePurge) -> Iterator[JsonObject]:
    """A row a table."""
    return map(recorder(_COLUMNS), purge.rows.items())


def print_purge(purge: StorePurge) -> None:
    """Print the plan for people."""
    said = _("Batch {batch}, {kind}, {time}, {source}")
    kind = dict(zip(RUNS.keys, RUNS.columns, strict=True))["kind"].teller(reveal=False)(purge.batch)
    source = visible(purge.batch.source)
    print(said.format(batch=purge.batch.id, kind=kind, time=moment(purge.batch.recorded_at), source=source))
    rows = [(table, count) for table, count in purge.rows.items() if count.goes or count.stays]
    if rows:
        print_table(_COLUMNS, rows)
    for text, count in _sentences(purge):
        if count:
            print(text.format(count=count))
    if purge.is_empty:
        print(_("There is nothing to take away."))


def _sentences(purge: StorePurge) -> Iterator[tuple[str, int]]:
    yield _("Given back: {count} bookings that it ended, since the file lacked them, are live again."), purge.given_back
    yield (
        _("{count} bookings stay as it changed them: what they were before is not kept. Import the right file."),
        (purge.changed),
    )
    yield _("Imports of the same clinics since then: {count}. Import the latest file again afterwards."), purge.later


def print_purged() -> None:
    """Print that it is done."""
    print(_("Done. Import the right file."))
