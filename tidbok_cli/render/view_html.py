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
from tidbok_cli.i18n import _, ngettext
from tidbok_cli.render.columns import resident
from tidbok_cli.render.lines import clock, visible
from tidbok_cli.render.view import clinics_note, name, span, times_note, visit_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidbok_cli.domain.view import TimeShown, View

_CLINICS, _TIMES, _DIGITAL = "Mottagningar", "Bokade tider", "Digitalt möte"
_BUTTONS: Final = {Action.CANCEL: "Avboka", Action.REBOOK: "Omboka"}
_WEEKDAYS: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_STYLE: Final = """
:root {
  color-scheme: light dark;
  --ground: #f4f1ee; --sheet: #ffffff; --ink: #22201e; --quiet: #5f5954; --line: #ddd6cf; --accent: #8c1d2f;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #171514; --sheet: #211e1c; --ink: #efeae5; --quiet: #a9a099; --line: #3a3531; --accent: #f0a3ae; }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem 1rem 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
header, main, footer { max-width: 40rem; margin: 0 auto; }
h1 { margin: 0 0 .25rem; font-size: 1.25rem; font-weight: 600; }
h2 { margin: 2rem 0 .75rem; font-size: 1.5rem; line-height: 1.25; color: var(--accent); }
h3 { margin: 0; font-size: 1.125rem; }
p { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
.quiet { color: var(--quiet); }
.card { margin-bottom: .75rem; padding: 1rem 1.25rem; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .75rem; }
.clinics .card { margin-bottom: .5rem; padding: .75rem 1.25rem; }
time { font-variant-numeric: tabular-nums; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
.buttons li { padding: .25rem 1rem; border: 1px solid var(--accent); border-radius: 2rem; color: var(--accent);
  font-weight: 600; }
footer { margin-top: 2.5rem; font-size: .875rem; }
@media print { body { padding: 0; background: none; } .card { break-inside: avoid; } }
"""


def page(view: View, *, reveal: bool) -> str:
    """The page, whole."""
    return "\n".join(_page(view, resident(view.resident, reveal=reveal))) + "\n"


def _page(view: View, number: str) -> Iterator[str]:
    title = _("1177 as the resident sees it")
    yield f'<!DOCTYPE html>\n<html lang="{i18n.language()}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex">\n<link rel="icon" href="data:,">'
    yield f"<title>{_html(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    as_of = _html(_("as of {at}").format(at=clock(view.at)))
    yield f'<header>\n<h1>{_html(title)}</h1>\n<p class="quiet">{_html(number)}, {as_of}</p>\n</header>\n<main>'
    yield from _clinics(view)
    yield from _times(view)
    said = _("Headings and buttons stand as on 1177. Made by tidbok; nothing on this page can be pressed.")
    yield f'</main>\n<footer class="quiet"><p>{_html(said)}</p></footer>\n</body>\n</html>'


def _clinics(view: View) -> Iterator[str]:
    yield f'<section aria-labelledby="clinics">\n<h2 id="clinics" lang="sv">{_CLINICS}</h2>'
    if view.clinics:
        cards = (f'<li class="card">{_html(name(clinic))}</li>' for clinic in view.clinics)
        yield "\n".join(['<ul class="clinics" lang="sv">', *cards, "</ul>"])
    if said := clinics_note(view):
        yield _quiet(said)
    yield "</section>"


def _times(view: View) -> Iterator[str]:
    yield f'<section aria-labelledby="times">\n<h2 id="times" lang="sv">{_TIMES}</h2>'
    if view.times:
        yield "\n".join(['<ul class="times" lang="sv">', *map(_card, view.times), "</ul>"])
    if said := times_note(view):
        yield _quiet(said)
    yield "</section>"


def _unknown(count: int) -> str:
    said = ngettext(
        "Of {count} more time it is not known whether it is shown: “tidbok why --resident -”.",
        "Of {count} more times it is not known whether they are shown: “tidbok why --resident -”.",
        count,
    )
    return said.format(count=count)


def _card(time: TimeShown) -> str:
    weekday = _WEEKDAYS[local(time.starts_at).weekday()]
    when = f'{weekday} <time datetime="{iso(time.starts_at)}">{_html(span(time))}</time>'
    where = _html(name(time.clinic))
    card = f'<li class="card">\n<h3>{_html(time.label)}</h3>\n<p>{when}</p>\n<p class="quiet">{where}</p>'
    card += "".join(f"\n<p>{_html(line)}</p>" for line in visit_lines(time.visit, _DIGITAL))
    buttons = "".join(f"<li>{_BUTTONS[button]}</li>" for button in time.buttons)
    return f'{card}\n<ul class="buttons">{buttons}</ul>\n</li>' if buttons else f"{card}\n</li>"


def _quiet(text: str) -> str:
    return f'<p class="quiet">{_html(text)}</p>'


def _html(text: str) -> str:
    return escape(visible(text))
