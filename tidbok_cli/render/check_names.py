"""Names of checks, results, reasons and actors, for people; programs read codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.i18n import _
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import words
from tidbok_cli.render.columns import Kind, coded
from tidbok_cli.render.lines import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CHECKS: Final[Mapping[str, str]] = {
    "booking": _m("Booking"),
    "window": _m("Display time"),
    "unit": _m("Clinic"),
    "coupling": _m("Coupling"),
    "service": _m("Care service/time type"),
    "relation": _m("Relation"),
    "offer": _m("Service"),
    "permission": _m("Permission"),
    "deadline": _m("Time limit"),
    "basis": _m("Basis"),
    "slot": _m("Chosen time"),
    "journal": _m("Journal"),
}

RESULTS: Final[Mapping[str, str]] = {"pass": _m("met"), "fail": _m("not met"), "unknown": _m("not known")}

REASONS: Final[Mapping[str, str]] = {
    "booking.not_yet_made": _m("not yet made"),
    "booking.cancelled": _m("cancelled"),
    "booking.rebooked": _m("rebooked"),
    "window.over": _m("over"),
    "unit.not_configured": _m("not configured"),
    "unit.show_off": _m("does not show booked times"),
    "coupling.missing": _m("missing"),
    "coupling.other_calendar": _m("another calendar"),
    "coupling.not_routed": _m("no route in TAK"),
    "coupling.unverified": _m("not verified"),
    "service.not_mapped": _m("not configured"),
    "service.show_off": _m("is not to be shown"),
    "relation.never": _m("missing"),
    "relation.removed_by_resident": _m("removed by the resident"),
    "relation.approval_withdrawn": _m("approval withdrawn"),
    "relation.no_data": _m("no data"),
    "offer.off": _m("not offered"),
    "permission.off": _m("not given"),
    "deadline.passed": _m("passed"),
    "basis.none": _m("missing"),
    "basis.not_yet_valid": _m("not valid yet"),
    "basis.expired": _m("expired"),
    "basis.used": _m("used"),
    "slot.taken": _m("taken"),
    "slot.withdrawn": _m("withdrawn"),
    "slot.over": _m("over"),
    "slot.other_unit": _m("another clinic"),
    "slot.other_service": _m("another care service/time type"),
    "journal.not_offered": _m("does not offer the time"),
    "journal.not_allowed": _m("does not allow it"),
    "journal.silent": _m("did not answer"),
    "journal.breach": _m("breaks the contract"),
}
"""By `check.reason`; each is read after its check's name."""


def check_name(code: str) -> str:
    """A check's name in the chosen language."""
    return _(CHECKS[code])


def reason_name(code: str) -> str:
    """A reason's name after its check's: “Relation: missing”."""
    check = code.partition(".")[0]
    return f"{check_name(check)}: {_(REASONS[code])}"


def reason_names(codes: Iterable[str]) -> list[str]:
    """Names of reasons, for a cell or a line."""
    return [reason_name(code) for code in codes]


def can_act(actor: str | None, contacts: Mapping[str, str]) -> str:
    """Who can act (S28, S29), with the address that the region has given."""
    if actor is None:
        return _("Nothing to mend.")
    address = contacts.get(actor)
    named = _(words.ACTORS[actor])
    return _("Who can act: {who}").format(who=f"{named} ({visible(address)})" if address else named)


RESULT: Final = coded(RESULTS)
REASON_CODES: Final = Kind(tell=reason_names, least=14)
"""Reasons in a list, told to people by their names."""
