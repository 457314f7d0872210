"""`view`: a resident's pages on 1177."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tidbok_cli.cli.base import options
from tidbok_cli.cli.base.command import Exit, Format, answer_thing, command, context_of, group
from tidbok_cli.errors import BadInput, Problem, Where
from tidbok_cli.i18n import _

if TYPE_CHECKING:
    from tidbok_cli.domain.view import View
    from tidbok_cli.workflows.context import Context


app = group("")


@command(
    app,
    _(
        "Show what the resident sees on 1177 at the moment: the clinics on the start page, and the booked times with "
        "their buttons. --html and --ics also write it to a file that only you can read; “-” prints that instead."
    ),
    "tidbok view -",
    "tidbok view - --at 2026-11-17T08:00 --html page.html",
    "tidbok view - --ics times.ics",
    answer=_(
        "an object, tidbok.view/1, with at, resident, the clinics (unit and name), the bookings (id, unit, unit_name, "
        "label, start, end, buttons: cancel, rebook, what is read about the visit: information, meeting_link, digital, "
        "and no_cancel, no_rebook: the reasons why one is not there), not_known: of how many more it is not known, "
        "approved_only: clinics off the start page whose relation the approval alone keeps, and notes."
    ),
)
def view(
    ctx: typer.Context,
    resident: options.ResidentArgument,
    html: Annotated[
        str | None,
        typer.Option(
            "--html", metavar="FILE", help=_("Write it as a page of its own, to be set beside the resident's.")
        ),
    ] = None,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE", help=_("Write the booked times for a calendar (iCalendar)."))
    ] = None,
    at: options.At = None,
    purpose: options.Purpose = None,
    wait: options.Wait = None,
    output: options.OutputOrText = Format.TABLE,
    reveal: options.Reveal = False,
) -> Exit:
    from tidbok_cli.render.view import TIME_KEYS, print_view, view_value
    from tidbok_cli.workflows.view import view_of

    context = context_of(ctx, at=at, purpose=purpose, wait=wait, reveal=reveal)
    if html == ics == "-":
        raise BadInput("view.one_output", where=Where(column="--ics"))
    seen = view_of(context, resident)
    if seen.not_known and (output not in (Format.TABLE, Format.TEXT) or ics is not None):
        context.warn(Problem("view.not_known", {"count": seen.not_known}, warning=True))
    if ics is not None and not (seen.times or seen.not_known):
        context.warn(Problem("view.no_times", warning=True))
    context.look()
    _write_files(context, seen, html, ics, reveal=reveal)
    if "-" in (html, ics):
        return Exit.DONE
    value = view_value(seen, reveal=reveal)
    if not answer_thing(value, TIME_KEYS, output, value["bookings"]):
        print_view(seen, reveal=reveal, styled=output is Format.TABLE)
    return Exit.DONE


def _write_files(context: Context, seen: View, html: str | None, ics: str | None, *, reveal: bool) -> None:
    """Write the page and the calendar that are asked for; “-” prints."""
    if html is not None:
        from tidbok_cli.render.view_html import page

        _write(context, html, page(seen, reveal=reveal))
    if ics is not None:
        from tidbok_cli.render.view_ics import calendar

        _write(context, ics, calendar(seen))


def _write(context: Context, file: str, text: str) -> None:
    from tidbok_cli.workflows.view import keep

    if file == "-":
        print(text, end="")
    else:
        keep(context, file, text)
