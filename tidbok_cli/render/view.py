"""`view`: a resident's page, in words and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.facts import Action
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.render import words
from tidbok_cli.render.check_names import reason_names
from tidbok_cli.render.check_texts import NOTES
from tidbok_cli.render.columns import INSTANT, Column, JsonObject, instant, record, resident
from tidbok_cli.render.lines import Line, Span, print_lines, visible, visible_as
from tidbok_cli.render.moments import moment, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.view import ClinicApproved, ClinicShown, TimeShown, View
    from tidbok_cli.domain.visit import Visit


def _reasons(time: TimeShown, button: Action) -> tuple[str, ...]:
    return next((missing.reasons for missing in time.missing if missing.button is button), ())


_CLINIC = (Column("unit"), Column("name"))
_APPROVED = (*_CLINIC, Column("removed_at", kind=INSTANT))
_TIME = (
    Column("id", get="booking"),
    Column("unit", get="clinic.unit"),
    Column("unit_name", get="clinic.name"),
    Column("label"),
    Column("start", get="starts_at", kind=INSTANT),
    Column("end", get="ends_at", kind=INSTANT),
    Column("buttons"),
    Column("information", get="visit.information"),
    Column("meeting_link", get="visit.meeting_link"),
    Column("digital", get="visit.digital"),
    Column("no_cancel", get=lambda time: _reasons(time, Action.CANCEL)),
    Column("no_rebook", get=lambda time: _reasons(time, Action.REBOOK)),
)
TIME_KEYS = tuple(column.key for column in _TIME)


def view_value(view: View, *, reveal: bool) -> JsonObject:
    """`tidbok.view/1`: clinics of the start page by name, times by start."""
    return {
        "schema": "tidbok.view/1",
        "at": instant(view.at),
        "resident": resident(view.resident, reveal=reveal),
        "clinics": [record(_CLINIC, clinic) for clinic in view.clinics],
        "bookings": [record(_TIME, time) for time in view.times],
        "not_known": view.not_known,
        "approved_only": [record(_APPROVED, clinic) for clinic in view.approved],
        "notes": [{"note": note, "message": _(NOTES[note])} for note in view.notes],
    }


def name(clinic: ClinicShown | ClinicApproved) -> str:
    """A clinic's name; its HSA-id where it is not configured."""
    return visible(clinic.name or clinic.unit)


def print_view(view: View, *, reveal: bool, styled: bool) -> None:
    """Print both pages, under their headings."""
    print_lines(_lines(view, reveal=reveal), styled=styled)


def _lines(view: View, *, reveal: bool) -> Iterator[Line]:
    told = _("1177 as {resident} sees it {at}")
    number = resident(view.resident, reveal=reveal)
    yield (Span(told.format(resident=number, at=moment(view.at)), "dim"),)
    for note in view.notes:
        yield (Span(_(NOTES[note]), "bold yellow"),)
    yield ()
    yield (Span(_("Clinics on the start page"), "bold"),)
    for clinic in view.clinics:
        yield Span(f"  {name(clinic)}"), Span(f"  {clinic.unit}" if clinic.name else "", "dim")
    if said := clinics_note(view):
        yield (Span(f"  {said}", "dim"),)
    for said in approved_notes(view):
        yield (Span(f"  {said}"),)
    yield ()
    yield (Span(_("Booked times"), "bold"),)
    yield from _times(view)


def _times(view: View) -> Iterator[Line]:
    """A line a time, in columns, and one for the buttons that it lacks."""
    cells = [
        (
            visible_as("booking", time.booking),
            span(time.starts_at, time.ends_at),
            f"{visible(time.label)}, {name(time.clinic)}",
        )
        for time in view.times
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for time, row in zip(view.times, cells, strict=True):
        number, when, what = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        buttons = "".join(f"  [{_(words.BUTTONS[button])}]" for button in time.buttons)
        yield Span(f"  {number}  ", "dim"), Span(f"{when}  "), Span(f"{what}{buttons}".rstrip())
        indent = " " * (widths[0] + 4)
        yield from ((Span(f"{indent}{line}"),) for line in visit_lines(time.visit, _("Digital meeting")))
        if said := missing_note(time):
            yield (Span(f"{indent}{said}", "dim"),)
    if said := times_note(view):
        yield (Span(f"  {said}", "dim"),)


def visit_lines(visit: Visit, meeting: str) -> Iterator[str]:
    """The visit's information (S20), and where to meet; `meeting` is said of digital ones."""
    yield from (visible(line) for line in (visit.information or "").splitlines() if line.strip())
    if visit.meeting_link:
        yield f"{meeting}: {visible(visit.meeting_link)}"
    elif visit.digital:
        yield meeting


def missing_note(time: TimeShown) -> str | None:
    """Say which buttons a time lacks, and why."""
    if not time.missing:
        return None
    alike: dict[str, list[str]] = {}
    for each in time.missing:
        alike.setdefault("; ".join(reason_names(each.reasons)), []).append(_(words.BUTTONS[each.button]))
    told = (f"{', '.join(buttons)} ({reasons})" for reasons, buttons in alike.items())
    return _("No button for: {buttons}.").format(buttons=", ".join(told))


def clinics_note(view: View) -> str | None:
    """Say that no clinic is on the start page, or that others may be."""
    if view.partial and view.clinics:
        return _("There may be others: the region's relation data are not complete.")
    if view.partial:
        return _("It is not known which clinics are on the start page: the region's relation data are not complete.")
    return None if view.clinics else _("No clinic is on the start page.")


def approved_notes(view: View) -> Iterator[str]:
    """Say of each clinic that the approval alone keeps who can end it."""
    told = _(
        "{clinic} is not on the start page: the resident removed it {removed}. The relation stays all the same, since "
        "the resident is approved for communication; only staff of the clinic can end that."
    )
    for clinic in view.approved:
        yield told.format(clinic=name(clinic), removed=moment(clinic.removed_at))


def times_note(view: View) -> str | None:
    """Say that no time is shown, or of how many it is not known."""
    if view.not_known:
        said = ngettext(
            "Of {count} booked time it is not known whether it is shown: “tidbok why --resident -” says why.",
            "Of {count} booked times it is not known whether they are shown: “tidbok why --resident -” says why.",
            view.not_known,
        )
        return said.format(count=view.not_known)
    return None if view.times else _("No booked time is shown.")
