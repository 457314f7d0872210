"""Booking bases: one of them, and a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidbok_cli.domain.times import first_day, last_day
from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import INSTANT, RESIDENT, Column, JsonObject, Kind, Listing, Rank, coded, record
from tidbok_cli.render.lines import tell, visible

if TYPE_CHECKING:
    from datetime import date

    from tidbok_cli.domain.basis import BasisThen
    from tidbok_cli.domain.operation import BasisDone


class BasisSeen(NamedTuple):
    """A basis, and the moment (seconds UTC) that its status is of."""

    basis: BasisThen
    at: int


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


_FIRST = Kind(lambda begins: _written(first_day(begins)), whole=True)
_LAST = Kind(lambda until: _written(last_day(until)), whole=True)
_UNIT = Column("unit", _m("HSA-id"), "basis.unit", rank=Rank.NAME)
_REST = (
    Column("resident", _m("Resident"), "basis.resident", RESIDENT),
    Column("code", _m("Code"), "basis.code", rank=Rank.NAME),
    Column("valid_from", _m("From"), "basis.valid_from", _FIRST),
    Column("valid_to", _m("To"), "basis.valid_until", _LAST),
    Column("status", _m("Status"), lambda seen: seen.basis.status(seen.at), coded(words.BASIS_STATUSES)),
    Column("added_at", get="basis.added_at", kind=INSTANT),
    Column("withdrawn_at", get="basis.withdrawn_at", kind=INSTANT),
    Column("booking", _m("Booking"), "basis.booking", rank=Rank.LEAST, whole=True, note=_m("the one that has used it")),
)
BASES = Listing(
    _m("for each booking basis"),
    (_UNIT, Column("basis", _m("Basis"), "basis.basis_id", rank=Rank.NAME), *_REST),
    shown=("unit", "basis", "resident", "code", "valid_from", "valid_to", "status", "booking"),
    none=_m("There are no such booking bases."),
)
_BASIS = (Column("id", get="basis.basis_id"), _UNIT, *_REST)
BASIS_KEYS = tuple(column.key for column in _BASIS)


def basis_value(done: BasisDone, *, reveal: bool) -> JsonObject:
    """`tidbok.basis/1`; its dates are Stockholm's, both included."""
    return {"schema": "tidbok.basis/1"} | record(_BASIS, done, reveal=reveal)


def print_basis(done: BasisDone, *, reveal: bool) -> None:
    """A basis in a line, and whether anything was done."""
    if not done.changed:
        tell(_("Nothing changed: it was so already."))
    value = record(_BASIS, done, reveal=reveal)
    said = _("Booking basis {basis} at {unit} for {resident}, {code}, {first} – {last}: {status}.")
    if not value["valid_to"]:
        said = _("Booking basis {basis} at {unit} for {resident}, {code}, from {first}: {status}.")
    facts = {"basis": value["id"], "first": value["valid_from"], "last": value["valid_to"]}
    named = {name: value[name] for name in ("unit", "resident", "code")}
    status = words.BASIS_STATUSES[value["status"]]
    tell(visible(said.format(**facts, **named, status=_(status))))
