"""Reasons told in other words, where the case says more than the reason.

Of a reason's variants the first that holds is told; where none does, its sentences in render/check_texts.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.beside import BACKDATED, NO_SUMMONSES
from tidbok_cli.domain.facts import SHOWN_AFTER_START, BookingStatus
from tidbok_cli.i18n import marked as _
from tidbok_cli.render.check_texts import REASONS, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidbok_cli.domain.case import Case

VARIANTS: Final[Mapping[str, Text]] = {
    "booking.cancelled.over": Text(REASONS["booking.cancelled"].message),
    "booking.rebooked.known": Text(
        _("The booking was moved to another time {ended_how}. The new one is {replaced_by}."),
        _("Ask about the new booking instead: “tidbok why {typed_new} --unit {unit}”."),
    ),
    "booking.rebooked.over": Text(REASONS["booking.rebooked"].message),
    "unit.not_configured.ended_elsewhere": Text(
        _("The clinic {unit_name} was ended in 1177 tidbok on {unit_ended} by {ended_by}."),
        _(
            'If that is wrong, put it back: run “{put_back}”, set logical_address = "{ended_address}" under [coupling] '
            "in {ended_file}, then run “tidbok unit apply {unit}”."
        ),
    ),
    "unit.not_configured.ended": Text(
        _("The clinic {unit_name} was ended in 1177 tidbok on {unit_ended} by {ended_by}."),
        _("If that is wrong, put it back: run “{put_back}”, then “tidbok unit apply {unit}”."),
    ),
    "coupling.missing.no_unit": Text(
        _("The clinic has no technical coupling in force: no calendar is named for it."),
        _("The step for the clinic's configuration mends this too: it names the calendar."),
    ),
    "service.not_mapped.ended": Text(
        _("The code {codes} is no longer configured for 1177 tidbok: the clinic was ended."),
        _("The step for the clinic's configuration brings its codes back. Ask again after it."),
    ),
    "offer.off.no_unit": Text(
        _("The clinic does not offer {deed} on 1177: it has no configuration in force."),
        _("The step for the clinic's configuration mends this too: it says what the clinic offers."),
    ),
    "permission.off.ended": Text(
        _("The mapping of the code {codes} is no longer in force: the clinic was ended."),
        _("The step for the clinic's configuration brings its codes back. Ask again after it."),
    ),
    "relation.never.no_summonses": Text(
        _(
            "The resident has no relation to the clinic. The clinic booked the time {created}, but the region's "
            "journal sends no summons for a booked time. {knowledge}"
        ),
        REASONS["relation.never"].fix,
    ),
    "relation.never.backdated": Text(
        _(
            "The resident has no relation to the clinic. The clinic booked the time {created}, and the configuration "
            "that shows it from {shown_since} was not put in force until {applied}, so no summons went out. {knowledge}"
        ),
        REASONS["relation.never"].fix,
    ),
    "relation.never.booked_before": Text(
        _(
            "The resident has no relation to the clinic. The clinic booked the time {created}, before {unshown} was "
            "shown on 1177 (since {shown_since}), so no summons went out. {knowledge}"
        ),
        REASONS["relation.never"].fix,
    ),
    "relation.never.booked_unshown": Text(
        _(
            "The resident has no relation to the clinic. The clinic booked the time {created}, when {unshown} was not "
            "shown on 1177, so no summons went out. {knowledge}"
        ),
        REASONS["relation.never"].fix,
    ),
    "deadline.passed.started": Text(_("It is too late: the time began {start}.")),
    "deadline.passed.ended": Text(_("It is too late: {deed} was possible until {deadline}.")),
    "basis.expired.used": Text(
        _("The resident's booking basis {basis} was used for the booking {used_by}; its last day was {basis_to}."),
        REASONS["basis.expired"].fix,
    ),
    "basis.expired.other_used": Text(
        _(
            "The resident's booking basis {used_basis} has been used for the booking {used_basis_by}; another, "
            "{basis}, has expired: its last day was {basis_to}."
        ),
        REASONS["basis.expired"].fix,
    ),
    "slot.taken.own": Text(
        _("The resident has the time {slot} already: the booking {slot_booking}."),
        _("Ask about the booking instead: “tidbok why {typed_holder} --unit {slot_unit}”."),
    ),
}


def _over(case: Case) -> bool:
    return case.at >= case.time.starts_at + SHOWN_AFTER_START


def _brought_back(case: Case) -> bool:
    """The unit was ended, and its last version had a mapping."""
    return case.ended is not None and case.ended.config.mapping(case.time.code, case.time.care_type) is not None


def _because(case: Case) -> str | None:
    return case.no_summons.because if case.no_summons else None


HOLDS: Final[Mapping[str, Callable[[Case], bool]]] = {
    "booking.cancelled.over": _over,
    "booking.rebooked.known": lambda case: case.booking.replaced_by is not None,
    "booking.rebooked.over": _over,
    "unit.not_configured.ended_elsewhere": lambda case: bool(case.ended and case.ended.config.logical_address),
    "unit.not_configured.ended": lambda case: case.ended is not None,
    "coupling.missing.no_unit": lambda case: case.unit is None,
    "service.not_mapped.ended": _brought_back,
    "offer.off.no_unit": lambda case: case.unit is None,
    "permission.off.ended": _brought_back,
    "relation.never.no_summonses": lambda case: _because(case) == NO_SUMMONSES,
    "relation.never.backdated": lambda case: _because(case) == BACKDATED,
    "relation.never.booked_before": lambda case: bool(case.no_summons and case.no_summons.shown_since),
    "relation.never.booked_unshown": lambda case: case.no_summons is not None,
    "deadline.passed.started": lambda case: case.at >= case.time.starts_at,
    "deadline.passed.ended": lambda case: case.booked is not None and case.booked.status is not BookingStatus.BOOKED,
    "basis.expired.used": lambda case: case.basis is not None and case.basis.booking is not None,
    "basis.expired.other_used": lambda case: case.used_basis is not None,
    "slot.taken.own": lambda case: case.slot_is_own,
}


def variant(case: Case, reason: str) -> str:
    """The key of a reason's sentences (`check.reason`) in this case: its own, or a variant's."""
    return next((key for key, holds in HOLDS.items() if key.rpartition(".")[0] == reason and holds(case)), reason)


def text(key: str) -> Text:
    """The sentences of a reason, or of a variant."""
    return VARIANTS[key] if key in VARIANTS else REASONS[key]
