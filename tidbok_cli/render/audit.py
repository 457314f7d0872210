"""The audit's rows and faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.domain.identity import mask
from tidbok_cli.domain.masks import without_numbers
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import INSTANT, Column, Kind, Listing, Rank, coded

if TYPE_CHECKING:
    from tidbok_cli.domain.audit_list import AuditListed


def _masked(number: str | None) -> str | None:
    return None if number is None else mask(number)


_SOMEBODY: Final = Kind(_masked, _masked, whole=True, masked=True)
_TEXT: Final = Kind(lambda text: None if text is None else without_numbers(text))
"""What somebody wrote, in which a number may stand."""


def _selection(row: AuditListed) -> list[str]:
    """By what a list was chosen, `name=value`."""
    given = row.selection or {}
    return [str(without_numbers(f"{name}={_plain(value)}")) for name, value in given.items()]


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


AUDIT: Final = Listing(
    _m("for each look or change"),
    (
        Column("recorded_at", _m("When"), "entry.recorded_at", INSTANT, Rank.NAME),
        Column("actor", _m("Actor"), "entry.actor", _TEXT),
        Column("os_user", _m("User"), "entry.os_user", note=_m("the real user of the operating system")),
        Column("host", _m("Host"), "entry.host", rank=Rank.LEAST),
        Column("command", _m("Command"), "entry.command"),
        Column("resident", _m("Resident"), "entry.resident", _SOMEBODY, note=_m("null for a list")),
        Column("units", _m("Clinics"), "units", note=_m("null where none was named")),
        Column("purpose", _m("Purpose"), "entry.purpose", _TEXT),
        Column("shown", _m("Residents"), "entry.shown", note=_m("how many a list showed")),
        Column("selection", _m("Selection"), _selection, rank=Rank.LEAST, note=_m("by what it was chosen")),
        Column("revealed", get=lambda row: bool(row.entry.revealed), note=_m("with numbers in full")),
        Column("outcome", _m("Outcome"), "entry.outcome", rank=Rank.LEAST),
        Column("asked_at", get="entry.asked_at", kind=INSTANT, note=_m("the moment asked about")),
        Column("decided_by", get="entry.decided_by"),
        Column("uid", get="entry.uid"),
        Column("place", note=_m("the store, or the file where it lies")),
        Column("id"),
    ),
    shown=(
        "recorded_at", "actor", "command", "resident", "units", "purpose", "shown", "outcome", "os_user", "host",
        "selection",
    ),
    none=_m("Nothing of the kind was recorded."),
)  # fmt: skip

_FAULTS: Final = {
    "changed": _m("changed"),
    "removed": _m("removed"),
    "inserted": _m("inserted"),
    "cut_off": _m("cut off at the end"),
}
FAULTS: Final = Listing(
    _m("for each fault, none where the audit is whole"),
    (
        Column("fault", _m("Rows"), kind=coded(_FAULTS), rank=Rank.NAME, note=_m("also inserted, cut_off")),
        Column("first", _m("First")),
        Column("last", _m("Last")),
        Column("place", _m("Place"), note=_m("the store, or the file where it lies")),
    ),
)
