"""A resident's bookings in short: a line each, and how many obstacles there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.why import obstacles
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.render import words
from tidbok_cli.render.check_names import reason_name
from tidbok_cli.render.lines import Line, Span, visible
from tidbok_cli.render.moments import moment
from tidbok_cli.render.why_letter import STYLES, verdict_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidbok_cli.domain.why import Diagnosis


def overview(diagnoses: Sequence[Diagnosis]) -> Iterator[Line]:
    """A line for each booking: when, the verdict, what and where, and why not."""
    cells = [(moment(each.case.time.starts_at), verdict_told(each)) for each in diagnoses]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for diagnosis, row in zip(diagnoses, cells, strict=True):
        when, verdict = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield Span(f"{when}  "), Span(verdict, STYLES[diagnosis.verdict.answer]), Span(f"  {_what(diagnosis)}")


def _what(diagnosis: Diagnosis) -> str:
    case = diagnosis.case
    label = case.mapping.label if case.mapping and case.mapping.label else case.time.code
    told = f"{case.booking.booking_id}  {label}, {case.unit_name or case.time.unit}"
    reasons = "; ".join(
        reason_name(f"{each.check.name}.{each.reason}") for each in diagnosis.verdict.unmet if not each.assumed
    )
    return visible(f"{told}  ({reasons})" if reasons else told)


def obstacles_told(diagnoses: Sequence[Diagnosis]) -> str | None:
    """Say how many obstacles there are, and that each must go; None of none."""
    count = len(obstacles(diagnoses))
    if not count:
        return None
    counted = ngettext("{count} obstacle in all.", "{count} obstacles in all.", count).format(count=count)
    action = diagnoses[0].action
    if action is Action.SHOW:
        return f"{counted} " + _("A time is shown only when all of its obstacles are gone.")
    return f"{counted} " + _("{deed} is allowed only when all of a time's obstacles are gone.").format(
        deed=_(words.DEEDS[action]).capitalize()
    )
