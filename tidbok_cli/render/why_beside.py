"""Sentences of `why` beside the checks: what shows a time, who ended it, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.verdict import Answer
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.i18n import marked as _m
from tidbok_cli.render import check_texts, words
from tidbok_cli.render.check_commands import others_listed
from tidbok_cli.render.check_names import reason_name
from tidbok_cli.render.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidbok_cli.domain.beside import OthersAlike
    from tidbok_cli.domain.case import Case
    from tidbok_cli.domain.why import Diagnosis

_UNSHOWN: Final[Mapping[str, str]] = {
    "unit.not_configured": _m("the clinic"),
    "unit.show_off": _m("the clinic"),
    "service.not_mapped": _m("the code {codes}"),
    "service.show_off": _m("the code {codes}"),
}
"""What was not shown when the clinic booked."""


def story(case: Case, told: Mapping[str, str]) -> dict[str, str]:
    """Fields of how the booking came to bring no summons, and of its end."""
    unsummoned, booked = case.no_summons, case.booked
    unshown = _UNSHOWN.get(unsummoned.because) if unsummoned else None
    how = "absent" if booked and booked.absent_from else booked.ended_by if booked else None
    absent_from = (booked.absent_from if booked else None) or ""
    return {
        "unshown": _(unshown).format(**told) if unshown else "",
        "shown_since": moment(unsummoned.shown_since if unsummoned else None),
        "applied": moment(unsummoned.applied_at if unsummoned else None),
        "ended_how": _(check_texts.ENDED_BY[how]).format(ended=told["ended"], absent_from=absent_from),
    }


def shown_by(diagnosis: Diagnosis, told: dict[str, str]) -> str | None:
    """Say which mapping and which event of the relation show a time; None of one not shown.

    `told`: the fields of why_fields.py, to which those that only these sentences name are added.
    """
    case = diagnosis.case
    assumed = any(each.assumed for each in diagnosis.verdict.findings)
    if diagnosis.action is not Action.SHOW or diagnosis.verdict.answer is not Answer.SHOWN or assumed:
        return None
    tie = "event" if case.relation_required else "not_required"
    tie = "approval" if case.relation_required and case.relation.rests_on_approval else tie
    told["event"] = _(words.EVENTS[case.relation.event.event]) if case.relation.event else ""
    told["tie"] = _(check_texts.TIES[tie]).format_map(told)
    return _(check_texts.SHOWN_BY).format_map(told)


def noted_beside(diagnosis: Diagnosis, told: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Notes on what waits and on others alike, by their codes, as sentences."""
    waiting = diagnosis.waiting
    if waiting:
        told["waits"] = moment(waiting.at)
        yield "configuration_waits", _(check_texts.WAITING[waiting.answer]).format_map(told)
    for alike in diagnosis.others:
        yield "others_alike", _others(diagnosis.case, alike)


def _others(case: Case, alike: OthersAlike) -> str:
    bookings = ngettext("{count} other booking", "{count} other bookings", alike.bookings).format(count=alike.bookings)
    residents = ngettext("{count} resident", "{count} residents", alike.residents).format(count=alike.residents)
    counted = _("{bookings} of {residents}").format(bookings=bookings, residents=residents)
    return _(check_texts.OTHERS_ALIKE).format(
        reason=reason_name(alike.reason),
        counted=_("at least {count}").format(count=counted) if alike.more else counted,
        command=others_listed(case, alike),
    )
