"""The coupling: what a snapshot changed, and which routes are there or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.times import FIRST, iso
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import values
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.lines import visible
from tidbok_cli.render.tables import print_table
from tidbok_cli.render.words import aged, moment

if TYPE_CHECKING:
    from tidbok_cli.domain.coupling import CouplingChecked, RouteNeeded, SnapshotRead, SnapshotTaken

TAKEN = (
    Column("source", _m("Source")),
    Column("taken_at", _m("Taken")),
    Column("routes", _m("Routes")),
    Column("new", _m("New")),
    Column("gone", _m("Gone")),
)
ROUTES = (
    Column("unit", _m("Unit"), Rank.NAME),
    Column("service", _m("Service"), Rank.NAME),
    Column("contract", _m("Contract"), Rank.NAME),
    Column("routed", _m("Routed")),
    Column("producer", _m("Producer"), Rank.LEAST, whole=True),
    Column("profile", _m("Profile"), Rank.LEAST, whole=True),
    Column("since", _m("Since"), Rank.LEAST, moment("since"), whole=True),
    Column("until", _m("Until"), Rank.LEAST, moment("until"), whole=True),
    Column("logical_address", _m("Logical address"), Rank.LEAST, whole=True),
)


def _snapshot(snapshot: SnapshotRead) -> dict[str, Any]:
    return {"taken_at": iso(snapshot.taken_at), "read_at": iso(snapshot.read_at), "source": snapshot.source}


def taken_value(taken: SnapshotTaken) -> dict[str, Any]:
    """`tidbok.tak/1`: the snapshot, how many routes it had, and what changed."""
    counts = {"routes": taken.routes, "new": taken.new, "gone": taken.gone}
    return {"schema": "tidbok.tak/1", "snapshot": _snapshot(taken.snapshot)} | counts


def taken_row(taken: SnapshotTaken) -> dict[str, Any]:
    """The same in one row."""
    return taken_value(taken) | _snapshot(taken.snapshot)


def print_taken(taken: SnapshotTaken, at: int) -> None:
    """What was read, and what changed since the former snapshot."""
    said = ngettext("{count} route", "{count} routes", taken.routes).format(count=taken.routes)
    print(visible(_("{said} in {snapshot}.").format(said=said, snapshot=aged(taken.snapshot, at))))
    print(_("New: {new}. Gone: {gone}.").format(new=taken.new, gone=taken.gone))


def checked_value(checked: CouplingChecked) -> dict[str, Any]:
    """`tidbok.coupling/1` (contract, section 3)."""
    return {
        "schema": "tidbok.coupling/1",
        "snapshot": _snapshot(checked.snapshot) if checked.snapshot else None,
        "routes": [route_value(route) for route in checked.routes],
    }


def route_value(needed: RouteNeeded) -> dict[str, Any]:
    """A contract that a service needs, and its route; `since` and `until` are as TAK has them."""
    route = needed.route
    return {
        "unit": needed.unit,
        "logical_address": needed.logical_address,
        "service": needed.service,
        "contract": needed.contract,
        "routed": needed.routed,
        "producer": route.producer if route else None,
        "profile": route.profile if route else None,
        "since": values.instant(route.begins) if route and route.begins > FIRST else None,
        "until": values.instant(route.ends) if route else None,
    }


def print_checked(checked: CouplingChecked) -> None:
    """The routes, then whether anything is missing, and how old what is known is."""
    print_table(ROUTES, map(route_value, checked.routes))
    print()
    if checked.snapshot is None:
        print(_("No TAK snapshot has been read: “tidbok coupling import-tak FILE”."))
        return
    missing = sum(not route.routed for route in checked.routes)
    said = ngettext("{count} route is missing", "{count} routes are missing", missing).format(count=missing)
    said = said if missing else _("Nothing is missing")
    print(visible(_("{said}, by {snapshot}.").format(said=said, snapshot=aged(checked.snapshot, checked.at))))
