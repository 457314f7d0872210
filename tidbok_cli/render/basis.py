"""Booking bases: one of them, and a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import values, words
from tidbok_cli.render.columns import Column, Rank
from tidbok_cli.render.lines import visible
from tidbok_cli.render.words import word

if TYPE_CHECKING:
    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.operation import BasisDone

BASES = (
    Column("unit", _m("Unit")),
    Column("basis", _m("Basis")),
    Column("resident", _m("Resident")),
    Column("code", _m("Code")),
    Column("valid_from", _m("From")),
    Column("valid_to", _m("To")),
    Column("status", _m("Status")),
    Column("added_at", _m("Added")),
    Column("withdrawn_at", _m("Withdrawn")),
    Column("booking", _m("Booking")),
)
BASIS_TABLE = (
    Column("unit", _m("Unit"), Rank.NAME),
    Column("basis", _m("Basis"), Rank.NAME),
    Column("resident", _m("Resident"), whole=True),
    Column("code", _m("Code"), Rank.NAME),
    Column("valid_from", _m("From"), whole=True),
    Column("valid_to", _m("To"), whole=True),
    Column("status", _m("Status"), told=word("status", words.BASIS_STATUSES)),
    Column("booking", _m("Booking"), Rank.LEAST, whole=True),
)
BASIS = (Column("id", _m("Basis")), *(column for column in BASES if column.key != "basis"))


def basis_row(basis: BasisThen, at: int, *, reveal: bool) -> dict[str, Any]:
    """A basis in a list, under its own name."""
    value = values.basis(basis, at, reveal=reveal)
    return {"unit": value["unit"], "basis": value.pop("id")} | value


def basis_value(told: BasisDone, *, reveal: bool) -> dict[str, Any]:
    """`tidbok.basis/1`."""
    return {"schema": "tidbok.basis/1"} | values.basis(told.basis, told.at, reveal=reveal)


def print_basis(told: BasisDone, *, reveal: bool) -> None:
    """A basis in a line, and whether anything was done."""
    if not told.changed:
        print(_("Nothing changed: it was so already."))
    value = values.basis(told.basis, told.at, reveal=reveal)
    said = _("Booking basis {basis} at {unit} for {resident}, {code}, {first} – {last}: {status}.")
    if not value["valid_to"]:
        said = _("Booking basis {basis} at {unit} for {resident}, {code}, from {first}: {status}.")
    facts = {"basis": value["id"], "first": value["valid_from"], "last": value["valid_to"]}
    named = {name: value[name] for name in ("unit", "resident", "code")}
    status = words.BASIS_STATUSES[value["status"]]
    print(visible(said.format(**facts, **named, status=_(status))))
