"""`view`: a resident's page, in words and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidbok_cli.domain.times import local
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.render import words
from tidbok_cli.render.columns import INSTANT, Column, JsonObject, instant, record, resident
from tidbok_cli.render.lines import Line, Span, clock, print_lines, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.view import ClinicShown, TimeShown, View
    from tidbok_cli.domain.visit import Visit

_CLINIC = (Column("unit"), Column("name"))
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
    }


def name(clinic: ClinicShown) -> str:
    """A clinic's name; its HSA-id where it is not configured."""
    return visible(clinic.name or clinic.unit)


def span(time: TimeShown) -> str:
    """Start and end by Stockholm's clocks, a common date once."""
    begins, ends = clock(time.starts_at), clock(time.ends_at)
    if time.ends_at is not None and local(time.starts_at).date() == local(time.ends_at).date():
        ends = ends.partition(" ")[2]
    return f"{begins}–{ends}" if ends else begins


def print_view(view: View, *, reveal: bool, styled: bool) -> None:
    """Print both pages, under their headings."""
    print_lines(_lines(view, reveal=reveal), styled=styled)


def _lines(view: View, *, reveal: bool) -> Iterator[Line]:
    told = _("1177 as {resident} sees it {at}")
    number = resident(view.resident, reveal=reveal)
    yield (Span(told.format(resident=number, at=clock(view.at)), "dim"),)
    yield ()
    yield (Span(_("Clinics on the start page"), "bold"),)
    for clinic in view.clinics:
        yield Span(f"  {name(clinic)}"), Span(f"  {clinic.unit}" if clinic.name else "", "dim")
    if said := clinics_note(view):
        yield (Span(f"  {said}", "dim"),)
    yield ()
    yield (Span(_("Booked times"), "bold"),)
    yield from _times(view)


def _times(view: View) -> Iterator[Line]:
    """A line a time, what and where in columns."""
    cells = [(span(time), f"{visible(time.label)}, {name(time.clinic)}") for time in view.times]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for time, row in zip(view.times, cells, strict=True):
        when, what = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        buttons = "".join(f"  [{_(words.BUTTONS[button])}]" for button in time.buttons)
        yield Span(f"  {when}  "), Span(f"{what}{buttons}".rstrip())
        for line in visit_lines(time.visit, _("Digital meeting")):
            yield Span(f"  {'':{widths[0]}}  "), Span(line)
    if said := times_note(view):
        yield (Span(f"  {said}", "dim"),)


def visit_lines(visit: Visit, meeting: str) -> Iterator[str]:
    """The visit's information (S20), and where to meet; `meeting` is said of digital ones."""
    yield from (visible(line) for line in (visit.information or "").splitlines() if line.strip())
    if visit.meeting_link:
        yield f"{meeting}: {visible(visit.meeting_link)}"
    elif visit.digital:
        yield meeting


def clinics_note(view: View) -> str | None:
    """Say that no clinic is on the start page, or that others may be."""
    if view.partial and view.clinics:
        return _("There may be others: the region's relation data are not complete.")
    if view.partial:
        return _("It is not known which clinics are on the start page: the region's relation data are not complete.")
    return None if view.clinics else _("No clinic is on the start page.")


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
