"""Coupling: a snapshot's changes, and routes and permissions that are there or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.coupling import namespace
from tidbok_cli.domain.times import FIRST
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import INSTANT, Column, JsonObject, Listing, Rank, coded, instant, record
from tidbok_cli.render.lines import visible
from tidbok_cli.render.moments import aged
from tidbok_cli.render.tables import print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidbok_cli.domain.coupling import SnapshotRead
    from tidbok_cli.domain.coupling_check import CouplingChecked, RouteNeeded
    from tidbok_cli.domain.coupling_snapshot import SnapshotTaken

TAKEN_KEYS = ("source", "taken_at", "routes", "new", "gone")


def _of_route(name: str) -> Callable[[RouteNeeded], Any]:
    return lambda needed: getattr(needed.route, name) if needed.route else None


def _since(needed: RouteNeeded) -> int | None:
    """When TAK has it begin; None where it has always been there."""
    return needed.route.begins if needed.route and needed.route.begins > FIRST else None


ROUTES = Listing(
    _m("for each route"),
    (
        Column("unit", _m("HSA-id"), rank=Rank.NAME),
        Column("logical_address", _m("Logical address"), rank=Rank.LEAST, whole=True),
        Column("service", _m("Service"), kind=coded(words.SERVICES), rank=Rank.NAME),
        Column("contract", _m("Contract"), rank=Rank.NAME),
        Column("routed", _m("Routed")),
        Column("producer", _m("Producer"), _of_route("producer"), rank=Rank.LEAST, whole=True),
        Column("profile", _m("Profile"), _of_route("profile"), rank=Rank.LEAST, whole=True),
        Column("since", _m("Since"), _since, INSTANT, Rank.LEAST),
        Column("until", _m("Until"), _of_route("ends"), INSTANT, Rank.LEAST),
        Column("carried_by", _m("Carried by"), whole=True),
    ),
    shown=(
        "unit",
        "service",
        "contract",
        "routed",
        "producer",
        "profile",
        "since",
        "until",
        "logical_address",
        "carried_by",
    ),
)


def _permitted_since(needed: RouteNeeded) -> int | None:
    return needed.permission.begins if needed.permission and needed.permission.begins > FIRST else None


_PERMISSIONS = (
    Column("permitted", _m("Permitted")),
    Column("permitted_by", _m("Permitted by"), whole=True),
    Column("permitted_since", _m("Permitted since"), _permitted_since, INSTANT, Rank.LEAST),
    Column(
        "permitted_until",
        _m("Permitted until"),
        lambda needed: needed.permission.ends if needed.permission else None,
        INSTANT,
        Rank.LEAST,
    ),
)
"""Columns of a route that a consumer is asked about."""


def _listing(checked: CouplingChecked) -> Listing:
    if checked.consumer is None:
        return ROUTES
    permitted = tuple(column.key for column in _PERMISSIONS)
    return ROUTES._replace(columns=(*ROUTES.columns, *_PERMISSIONS), shown=(*ROUTES.shown, *permitted))


def route_keys(checked: CouplingChecked) -> tuple[str, ...]:
    """Return the keys of a route in CSV."""
    return tuple(column.key for column in _listing(checked).table)


def _snapshot(snapshot: SnapshotRead) -> JsonObject:
    return {"taken_at": instant(snapshot.taken_at), "read_at": instant(snapshot.read_at), "source": snapshot.source}


def taken_value(taken: SnapshotTaken) -> JsonObject:
    """`tidbok.tak/1`: the snapshot, how many routes it had, and what changed."""
    counts = {"routes": taken.routes, "new": taken.new, "gone": taken.gone}
    return {"schema": "tidbok.tak/1", "snapshot": _snapshot(taken.snapshot)} | counts


def taken_row(taken: SnapshotTaken) -> JsonObject:
    """A snapshot as one row of CSV."""
    return taken_value(taken) | _snapshot(taken.snapshot)


def print_taken(taken: SnapshotTaken, at: int) -> None:
    """Print a snapshot, and its changes since the former one."""
    said = ngettext("{count} route", "{count} routes", taken.routes).format(count=taken.routes)
    print(visible(_("{said} in {snapshot}.").format(said=said, snapshot=aged(taken.snapshot, at))))
    print(_("New: {new}. Gone: {gone}.").format(new=taken.new, gone=taken.gone))
    if taken.permissions is None:
        print(_("It tells of no permissions (anropsbehorighet): those known stay."))
    else:
        print(_("Permissions (anropsbehörigheter): {count}.").format(count=taken.permissions))


def checked_value(checked: CouplingChecked) -> JsonObject:
    """`tidbok.coupling/1` (contract, section 3)."""
    columns = _listing(checked).columns
    return {
        "schema": "tidbok.coupling/1",
        "snapshot": _snapshot(checked.snapshot) if checked.snapshot else None,
        **({} if checked.consumer is None else {"consumer": checked.consumer}),
        "routes": [record(columns, route) for route in checked.routes],
    }


def print_checked(checked: CouplingChecked) -> None:
    """Print the routes, what is missing, and the snapshot's age."""
    if checked.routes:
        print_table(_listing(checked).table, checked.routes)
        print()
    else:
        print(_("No clinic offers anything that needs a route at that moment."))
    if checked.snapshot is None:
        print(_("No TAK snapshot has been read: “tidbok coupling import-tak FILE”."))
        return
    missing = len(checked.unrouted)
    said = ngettext("{count} route is missing", "{count} routes are missing", missing).format(count=missing)
    said = said if checked.missing.routes else _("Nothing is missing")
    if missing or not checked.unpermitted:
        print(visible(_("{said}, by {snapshot}.").format(said=said, snapshot=aged(checked.snapshot, checked.at))))
    _print_unpermitted(checked)


def _print_unpermitted(checked: CouplingChecked) -> None:
    """Print how many calls the platform would refuse, or that no snapshot tells."""
    refused = sum(each.permitted is False for each in checked.unpermitted)
    if refused:
        said = ngettext(
            "{consumer} lacks {count} permission (anropsbehörighet): the platform would answer VP007.",
            "{consumer} lacks {count} permissions (anropsbehörigheter): the platform would answer VP007.",
            refused,
        )
        print(visible(said.format(count=refused, consumer=checked.consumer)))
    if unknown := len(checked.unpermitted) - refused:
        said = ngettext(
            "For {count} contract no snapshot tells of permissions: read an export that has them (anropsbehorighet).",
            "For {count} contracts no snapshot tells of permissions: read an export that has them (anropsbehorighet).",
            unknown,
        )
        print(said.format(count=unknown))


def print_order(checked: CouplingChecked) -> None:
    """Print what is missing as an order: a line for each logical address and contract."""
    if not checked.routes:
        print(_("Nothing is missing") + ".")
    if checked.unrouted:
        print(_("Routes (vägval) to add in TAK: logical address, contract"))
    for address, contract in dict.fromkeys((each.logical_address, each.contract) for each in checked.unrouted):
        print(visible(f"{address}  {namespace(contract)}"))
    if checked.unpermitted:
        print(_("Permissions (anropsbehörigheter) to add in TAK: consumer, logical address, contract"))
    for address, contract in dict.fromkeys((each.logical_address, each.contract) for each in checked.unpermitted):
        print(visible(f"{checked.consumer}  {address}  {namespace(contract)}"))
