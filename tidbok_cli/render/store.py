"""The store's upkeep, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.domain.times import iso
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.lines import visible
from tidbok_cli.render.output import Format, print_rows
from tidbok_cli.render.words import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.store import Initialised, StoreCopied, StoreDamage, StoreInfo

INIT = (
    Column("config", _m("Configuration")),
    Column("config_made", _m("Made")),
    Column("store", _m("Store")),
    Column("store_made", _m("Made")),
)
INFO = (Column("store", _m("Store")), Column("schema_version", _m("Version")), Column("size", _m("Bytes")))
COPIED = (Column("table", _m("Table"), Rank.NAME), Column("rows", _m("Rows")))
DAMAGES = (Column("check", _m("Check"), Rank.NAME), Column("detail", _m("Where")))

_ROWS = {
    "unit": _m("units"),
    "unit_version": _m("versions of units"),
    "service_version": _m("mappings in them"),
    "resident": _m("residents"),
    "relation_event": _m("relation events"),
    "relation_void": _m("of them voided"),
    "relation_period": _m("relation periods"),
    "booking": _m("bookings"),
    "slot": _m("published times"),
    "booking_basis": _m("booking bases"),
    "summons": _m("open summonses"),
    "message": _m("inbox messages"),
    "import_batch": _m("imports"),
}
_KINDS = {
    "booking": _m("bookings"),
    "relation": _m("relation events"),
    "slot": _m("published times"),
    "basis": _m("booking bases"),
}


def init_value(made: Initialised) -> dict[str, Any]:
    """`tidbok.init/1`: what was there and what was made."""
    return {
        "schema": "tidbok.init/1",
        "config": str(made.config),
        "config_made": made.config_made,
        "store": made.store,
        "store_made": made.store_made,
    }


def print_init(made: Initialised) -> None:
    """What was made, and what to do next."""
    for what, was_made in ((str(made.config), made.config_made), (made.store, made.store_made)):
        said = _("made") if was_made else _("there already")
        print(f"{what}: {said}")
    print(_("Next: edit tidbok.toml there, then “tidbok unit new”."))


def info_value(info: StoreInfo) -> dict[str, Any]:
    """`tidbok.store/1`: what the store is and holds."""
    return {
        "schema": "tidbok.store/1",
        "store": info.store,
        "schema_version": info.schema_version,
        "size": info.size,
        "rows": dict(info.rows),
        "last_imports": [
            {"kind": each.kind, "source": each.source, "happened_at": iso(each.happened_at)}
            for each in info.last_imports
        ],
    }


def print_info(info: StoreInfo) -> None:
    """The store for people."""
    print(_("{store}  (version {version})").format(store=info.store, version=info.schema_version))
    for table, count in info.rows.items():
        print(f"{count:>10}  {_(_ROWS[table])}")
    for each in info.last_imports:
        said = _("Last import of {kind}: {time}, {source}")
        print(said.format(kind=_(_KINDS[each.kind]), time=clock(each.happened_at), source=visible(each.source)))


def damage_value(damage: StoreDamage) -> dict[str, Any]:
    """A row of `store check`."""
    return {"check": damage.check, "detail": damage.detail}


def copied_value(copied: StoreCopied) -> dict[str, Any]:
    """`tidbok.copy/1`: from where to where, and how much."""
    return {"schema": "tidbok.copy/1", "store": copied.store, "to": copied.to, "rows": dict(copied.rows)}


def copied_rows(copied: StoreCopied) -> Iterator[dict[str, Any]]:
    """A row a table."""
    return ({"table": table, "rows": count} for table, count in copied.rows.items())


def print_copied(copied: StoreCopied) -> None:
    """What was copied, and what to do next."""
    print_rows(COPIED, copied_rows(copied), Format.TABLE)
    print(_("Copied and checked: {store} → {to}").format(store=copied.store, to=copied.to))
    print(_("Next: name the new store in tidbok.toml, [store] url, and put the old one out of reach."))
