"""The page of `view --html` in a real browser, headless Chromium.

Skipped where there is none.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run
from support.paths import CONFIG
from support.people import BO
from support.region import RegionAt

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (Debian's package: chromium)")

WHO = "20000101R220"  # an interim number that cannot pass over RIV-TA, which the page says
HOSTILE = "<script>alert(1)</script>&amp;"
BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin
B1,ogon,UPPF30,{WHO},2026-12-01T09:00,2026-12-01T09:30,2026-10-01,clinic
B2,flogsta,PROV10,{WHO},2026-12-01T23:30,2026-12-02T00:15,2026-10-01,resident
B3,flogsta,SAMTAL60,{WHO},2026-12-03T09:00,,2026-10-01,clinic
B4,ogon,UPPF30,{WHO},2027-10-31T01:45+02:00,2027-10-31T02:15+01:00,2026-10-01,clinic
"""
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
BUTTONS = {"cancel": "Avboka", "rebook": "Omboka"}


@pytest.fixture(scope="module")
def run(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The sample region, one of its labels being hostile and one word very long."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(CONFIG, folder / "config")
    file = folder / "config/units/flogsta.toml"
    text = file.read_text(encoding="utf-8").replace('label = "Samtal"', f'label = "{HOSTILE}"')
    file.write_text(text.replace('"Provtagning"', f'"{"Blodprovstagning" * 6}"'), encoding="utf-8")
    command = region_at(folder)
    assert command("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    assert command("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS).status == 0
    return command


def made(run: Run, *more: str, language: str = "sv") -> str:
    return run("--lang", language, "view", WHO, "--at", "2026-11-01", "--html", "-", *more).out


def shown(page: str, folder: Path) -> tuple[str, str]:
    """The document as the browser has it at last, and what it wrote on stderr, the page's console among it."""
    assert CHROMIUM is not None
    file = folder / "looked-at.html"
    file.write_text(page, encoding="utf-8")
    ran = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, ran.stderr


MEASURED = """<!DOCTYPE html><body>{frames}
<script>
const ground = element => {{
  for (; element; element = element.parentElement) {{
    const colour = getComputedStyle(element).backgroundColor;
    if (!/, 0\\)$/.test(colour)) return colour;
  }}
}};
const paired = (element, colour, around) => [element.tagName + "." + element.className, colour, ground(around)];
const measured = frame => {{
  const root = frame.contentDocument.documentElement;
  const told = {{ text: root.ownerDocument.body.innerText, wide: root.scrollWidth, room: root.clientWidth,
    language: root.lang, ground: ground(root.querySelector("body")), texts: [], borders: [] }};
  for (const element of root.querySelectorAll("body *")) {{
    const style = getComputedStyle(element);
    if ([...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
      told.texts.push(paired(element, style.color, element));
    for (const side of ["top", "right", "bottom", "left"])
      if (style[`border-${{side}}-style`] !== "none")
        told.borders.push(paired(element, style[`border-${{side}}-color`], element),
                          paired(element, style[`border-${{side}}-color`], element.parentElement));
  }}
  return told;
}};
onload = () => {{
  document.body.textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(measured));
  console.error("measured");
}};
</script></body>"""
FRAME = '<iframe style="border: 0; color-scheme: {scheme}" width="{width}" height="600" srcdoc="{page}"></iframe>'
SCREENS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


def measured(page: str, folder: Path) -> dict[tuple[int, str], dict[str, Any]]:
    """What is to be read on the page on each screen, how wide it has become, and in which colours.

    The browser must have nothing to complain of, and the measuring's own line shows that it would be seen.
    """
    frames = [FRAME.format(width=width, scheme=scheme, page=escape(page)) for width, scheme in SCREENS]
    document, stderr = shown(MEASURED.format(frames="".join(frames)), folder)
    complaints = [line for line in stderr.splitlines() if ":CONSOLE" in line]
    assert len(complaints) == 1 and "measured" in complaints[0], complaints
    body = re.search(r"<body>(.*)</body>", document, re.DOTALL)
    assert body
    return dict(zip(SCREENS, json.loads(unescape(body[1])), strict=True))


def luminance(colour: str) -> float:
    """By WCAG 2, of `rgb(…)`."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def clock(moment: datetime) -> str:
    """With the offset in the autumn's double hour."""
    return f"{moment:%H:%M}" + (" (+01:00)" if f"{moment:%m-%d %H}" == "10-31 02" else "")


def in_words(moment: datetime) -> str:
    return f"{WEEKDAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]} {moment.year} kl. {clock(moment)}"


def spanned(told: Mapping[str, Any]) -> str:
    start, end = (datetime.fromisoformat(told[name]) if told[name] else None for name in ("start", "end"))
    assert start
    if end is None:
        return in_words(start)
    return in_words(start) + (f"–{clock(end)}" if end.date() == start.date() else f" – {in_words(end)}")


def visible(text: str) -> str:
    return text.replace("\N{RIGHT-TO-LEFT OVERRIDE}", r"\u202e")


def as_json_says(run: Run) -> list[str]:
    """The lines of the page, made of the answers for programs, without what is said for staff."""
    told = json.loads(run("view", WHO, "--at", "2026-11-01", "-o", "json").out)
    lines = ["Mottagningar", *(clinic["name"] for clinic in told["clinics"]), "Bokade tider"]
    for time in told["bookings"]:
        lines += [visible(time["label"]), spanned(time), time["unit_name"]]
        lines += [BUTTONS[button] for button in time["buttons"]]
    lines.append("Inkorg")
    for message in json.loads(run("inbox", WHO, "--at", "2026-11-01", "-o", "json").out):
        lines += [f"Kallelse: {visible(message['label'])}", message["unit_name"]]
        lines += [f"Tid: {spanned(message)}"] if message["start"] else []
        lines.append(f"Skickat {in_words(datetime.fromisoformat(message['sent_at']))}")
    return lines


@needs_chromium
def test_what_is_read_on_it_is_what_the_answers_for_programs_say(run: Run, tmp_path: Path) -> None:
    """On a phone and on a desk, in light and dark: nowhere wider than the screen, and all of it easy to see."""
    screens = measured(made(run), tmp_path)
    expected = as_json_says(run)
    assert "söndag 31 oktober 2027 kl. 01:45–02:15 (+01:00)" in expected
    head = ["Så här ser 1177 ut för invånaren", "20000101-****, läget söndag 1 november 2026 kl. 00:00"]
    for (width, _), told in screens.items():
        lines = [line.strip() for line in told["text"].splitlines() if line.strip()]
        assert lines[:2] == head
        assert "RIV-TA" in lines[2]
        assert [line for line in lines[3:-1] if not line.startswith("Bokning ")] == expected
        assert any(line.startswith("Bokning B3. Knapp saknas för: Avboka (Tillåtelse: ges inte), ") for line in lines)
        assert told["wide"] <= told["room"] <= width
        assert told["language"] == "sv"
        assert {name for name, *_ in told["borders"]} == {"P.notice", "LI.card", "P.staff", "LI."}
        assert [text for text in told["texts"] if contrast(*text[1:]) < 4.5] == []
        assert [border for border in told["borders"] if contrast(*border[1:]) < 3] == []
    assert [luminance(told["ground"]) > 0.5 for told in screens.values()] == [True, False] * 2


def test_it_is_sufficient_to_itself(run: Run) -> None:
    page = made(run)
    assert re.findall(r"https?:|//|url\(|@import|<script|<img|\bon\w+=", page) == []
    assert re.findall(r'(?:src|href)="([^"]*)"', page) == ["data:,"]
    assert "default-src 'none'" in page and "prefers-color-scheme: dark" in page and 'name="viewport"' in page


def test_it_speaks_the_chosen_language_around_what_1177_says(run: Run) -> None:
    """Headings and buttons stand as the resident has them on the screen."""
    english, swedish = made(run, language="en"), made(run)
    assert '<html lang="en">' in english and '<html lang="sv">' in swedish
    for page in (english, swedish):
        for words in ('lang="sv">Mottagningar<', 'lang="sv">Bokade tider<', ">Avboka<", ">Omboka<"):
            assert words in page
    assert "as the resident sees it" in english and "Så här ser 1177 ut" in swedish


def test_it_has_words_for_what_is_not_there(run: Run) -> None:
    page = run("view", BO, "--html", "-").out
    assert "No clinic is on the start page." in page and "No booked time is shown." in page
