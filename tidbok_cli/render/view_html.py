"""A resident's view as HTML, to be set beside their own screen.

Headings and buttons are those of 1177, in its own Swedish whatever the language chosen; what stands around them is in
the chosen one. The page fetches nothing, and runs nothing.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from tidbok_cli import i18n
from tidbok_cli.domain.facts import Action
from tidbok_cli.domain.times import iso, local
from tidbok_cli.i18n import _
from tidbok_cli.render.check_texts import NOTES
from tidbok_cli.render.columns import resident
from tidbok_cli.render.lines import visible
from tidbok_cli.render.moments import moment, offset
from tidbok_cli.render.view import approved_notes, clinics_note, missing_note, name, times_note, visit_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tidbok_cli.domain.summons import InboxMessage
    from tidbok_cli.domain.view import ClinicShown, TimeShown, View

_CLINICS, _TIMES, _INBOX, _DIGITAL = "Mottagningar", "Bokade tider", "Inkorg", "Digitalt möte"
_MESSAGES: Final = {"summons": "Kallelse", "notice": "Meddelande om bokad tid"}
_BUTTONS: Final = {Action.CANCEL: "Avboka", Action.REBOOK: "Omboka"}
_WEEKDAYS: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_MONTHS: Final = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_STYLE: Final = """
:root {
  color-scheme: light dark;
  --ground: #f4f1ee; --sheet: #ffffff; --ink: #22201e; --quiet: #5f5954; --line: #857b73; --accent: #8c1d2f;
  --notice: #fdf3dc; --notice-line: #8a6d1f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #171514; --sheet: #211e1c; --ink: #efeae5; --quiet: #b3aaa2; --line: #857c74; --accent: #f0a3ae;
    --notice: #2e2614; --notice-line: #c9a54a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem 1rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
header, main, footer { max-width: 68rem; margin: 0 auto; }
h1 { margin: 0 0 .25rem; font-size: 1.25rem; font-weight: 600; }
h2 { margin: 2rem 0 .75rem; font-size: 1.5rem; line-height: 1.25; color: var(--accent); }
h3 { margin: 0; font-size: 1.125rem; line-height: 1.35; }
p { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
.quiet { color: var(--quiet); }
.notice { margin-top: 1rem; padding: .75rem 1.25rem; background: var(--notice); border: 1px solid var(--notice-line);
  border-radius: .75rem; }
.card { margin-bottom: .75rem; padding: 1rem 1.25rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .75rem; }
.clinics .card { margin-bottom: .5rem; padding: .625rem 1.25rem; font-weight: 600; }
.when { margin-top: .25rem; }
time { font-variant-numeric: tabular-nums; }
.clock { white-space: nowrap; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
.buttons li { padding: .25rem 1rem; border: 1px solid var(--accent); border-radius: 2rem; color: var(--accent);
  font-weight: 600; }
.staff { margin-top: .875rem; padding-top: .5rem; border-top: 1px dashed var(--line); color: var(--quiet);
  font-size: .8125rem; }
section > .quiet { margin-top: .75rem; }
footer { margin-top: 2.5rem; font-size: .875rem; }
@media (min-width: 56rem) {
  body { padding-inline: 2rem; }
  main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); column-gap: 2.5rem; }
}
@media print { body { padding: 0; background: none; } .card { break-inside: avoid; } }
"""


def page(view: View, *, reveal: bool) -> str:
    """The page, whole."""
    return "\n".join(_page(view, resident(view.resident, reveal=reveal))) + "\n"


def _page(view: View, number: str) -> Iterator[str]:
    title = _("1177 as the resident sees it")
    yield from _head(title)
    yield "<body>"
    yield from _header(view, title, number)
    yield "<main>\n<div>"
    yield from _section("clinics", _CLINICS, map(_clinic, view.clinics), _clinics_notes(view))
    yield from _section("times", _TIMES, map(_time, view.times), filter(None, (times_note(view),)))
    yield "</div>\n<div>"
    yield from _section("inbox", _INBOX, map(_message, view.inbox), _inbox_notes(view))
    said = _(
        "Headings and buttons stand as on 1177; what stands below a dashed line is added by tidbok. Nothing on this "
        "page can be pressed."
    )
    yield f'</div>\n</main>\n<footer class="quiet"><p>{_html(said)}</p></footer>\n</body>\n</html>'


def _head(title: str) -> Iterator[str]:
    yield f'<!DOCTYPE html>\n<html lang="{i18n.language()}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex">\n<link rel="icon" href="data:,">'
    yield f"<title>{_html(title)}</title>\n<style>{_STYLE}</style>\n</head>"


def _header(view: View, title: str, number: str) -> Iterator[str]:
    """Whose page, of when, and what makes all of it doubtful."""
    at = _when(view.at) if i18n.language() == "sv" else moment(view.at)
    as_of = _html(_("as of {at}")).format(at=at)
    yield f'<header>\n<h1>{_html(title)}</h1>\n<p class="quiet">{_html(number)}, {as_of}</p>'
    yield from (f'<p class="notice">{_html(_(NOTES[note]))}</p>' for note in view.notes)
    yield "</header>"


def _section(name: str, heading: str, cards: Iterable[str], notes: Iterable[str]) -> Iterator[str]:
    """A heading of 1177's, cards below it, and what tidbok says of them."""
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}" lang="sv">{heading}</h2>'
    if listed := [f'<li class="card">{card}</li>' for card in cards]:
        yield "\n".join([f'<ul class="{name}" lang="sv">', *listed, "</ul>"])
    yield from (f'<p class="quiet">{_html(said)}</p>' for said in notes)
    yield "</section>"


def _clinic(clinic: ClinicShown) -> str:
    return _html(name(clinic))


def _clinics_notes(view: View) -> Iterator[str]:
    if said := clinics_note(view):
        yield said
    yield from approved_notes(view)


def _inbox_notes(view: View) -> Iterator[str]:
    if not view.inbox:
        yield _("No message in the inbox is known.")


def _time(time: TimeShown) -> str:
    """A booked time, and for staff its id and the buttons that it lacks."""
    card = f'<h3>{_html(time.label)}</h3>\n<p class="when">{_span(time.starts_at, time.ends_at)}</p>'
    card += f'\n<p class="quiet">{_html(name(time.clinic))}</p>'
    card += "".join(f"\n<p>{_html(line)}</p>" for line in visit_lines(time.visit, _DIGITAL))
    if buttons := "".join(f"<li>{_BUTTONS[button]}</li>" for button in time.buttons):
        card += f'\n<ul class="buttons">{buttons}</ul>'
    return f"{card}\n{_for_staff(_booking(time.booking), missing_note(time))}"


def _message(message: InboxMessage) -> str:
    """A message of the inbox as it reads, and for staff the booking's id."""
    title = f"{_MESSAGES[message.kind]}: {message.label}" if message.label else _MESSAGES[message.kind]
    card = f'<h3>{_html(title)}</h3>\n<p class="quiet">{_html(message.unit_name or message.unit)}</p>'
    if message.starts_at is not None:
        card += f"\n<p>Tid: {_span(message.starts_at, message.ends_at)}</p>"
    card += f'\n<p class="quiet">Skickat {_when(message.sent_at)}</p>'
    if message.booking is None:
        return card
    return f"{card}\n{_for_staff(_booking(message.booking))}"


def _booking(booking: str) -> str:
    return _("Booking {booking}.").format(booking=booking)


def _for_staff(*said: str | None) -> str:
    return f'<p class="staff" lang="{i18n.language()}">{_html(" ".join(filter(None, said)))}</p>'


# ------------------------------------------------------------------- times in Swedish words, as 1177 writes them


def _day(instant: int) -> str:
    day = local(instant)
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clock(instant: int) -> str:
    return f"{local(instant):%H:%M}{offset(instant)}"


def _when(instant: int, until: str = "") -> str:
    """A moment, whose clock stays on one line."""
    told = f'{_day(instant)} <span class="clock">kl. {_clock(instant)}{until}</span>'
    return f'<time datetime="{iso(instant)}">{told}</time>'


def _span(starts_at: int, ends_at: int | None) -> str:
    """Start and end, a common day once."""
    if ends_at is None:
        return _when(starts_at)
    if _day(starts_at) == _day(ends_at):
        return _when(starts_at, f"–{_clock(ends_at)}")
    return f"{_when(starts_at)} – {_when(ends_at)}"


def _html(text: str) -> str:
    return escape(visible(text))
