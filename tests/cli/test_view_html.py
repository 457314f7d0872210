"""The page of `view --html` in a real browser, headless Chromium.

Skipped where there is none.
"""

import json
import re
import shutil
import subprocess
from datetime import datetime
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run
from support.paths import CONFIG
from support.people import ANNA, BO
from support.region import RegionAt

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here (Debian's package: chromium)")

HOSTILE = "<script>alert(1)</script>&amp;\N{RIGHT-TO-LEFT OVERRIDE}"
BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,created_at,origin
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,2026-10-01,clinic
B2,flogsta,PROV10,{ANNA},2026-12-01T23:30,2026-12-02T00:15,2026-10-01,resident
B3,flogsta,SAMTAL60,{ANNA},2026-12-03T09:00,,2026-10-01,clinic
"""
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
    return run("--lang", language, "view", ANNA, "--at", "2026-11-01", "--html", "-", *more).out


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


def console(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if ":CONSOLE" in line]


MEASURED = """<!DOCTYPE html><body>
<iframe id="page" style="border: 0" width="{width}" height="600" srcdoc="{page}"></iframe>
<script>onload = () => {{
  const root = document.getElementById("page").contentDocument.documentElement;
  document.body.textContent = JSON.stringify({{
    text: root.ownerDocument.body.innerText, wide: root.scrollWidth, room: root.clientWidth, language: root.lang,
  }});
}}</script></body>"""


def measured(page: str, width: int, folder: Path) -> dict[str, Any]:
    """What is to be read on the page on a screen of that width, and how wide it has become."""
    document, _ = shown(MEASURED.format(width=width, page=escape(page)), folder)
    body = re.search(r"<body>(.*)</body>", document, re.DOTALL)
    assert body
    told: dict[str, Any] = json.loads(unescape(body[1]))
    return told


def as_json_says(run: Run) -> list[str]:
    """The lines of the page, made of the answer for programs."""
    told = json.loads(run("view", ANNA, "--at", "2026-11-01", "-o", "json").out)
    lines = ["Mottagningar", *(clinic["name"] for clinic in told["clinics"]), "Bokade tider"]
    for time in told["bookings"]:
        start, end = (datetime.fromisoformat(time[name]) if time[name] else None for name in ("start", "end"))
        assert start
        until = "" if end is None else f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
        span = f"{start:%Y-%m-%d %H:%M}" + (f"–{until}" if until else "")
        label = time["label"].replace("\N{RIGHT-TO-LEFT OVERRIDE}", r"\u202e")
        lines += [label, f"{WEEKDAYS[start.weekday()]} {span}", time["unit_name"]]
        lines += [BUTTONS[button] for button in time["buttons"]]
    return lines


@needs_chromium
@pytest.mark.parametrize("width", [360, 1200])
def test_what_is_read_on_it_is_what_the_answer_for_programs_says(run: Run, tmp_path: Path, width: int) -> None:
    """On a phone and on a desk, and nowhere wider than the screen."""
    told = measured(made(run), width, tmp_path)
    lines = [line.strip() for line in told["text"].splitlines() if line.strip()]
    assert lines[:2] == ["Så här ser 1177 ut för invånaren", "19121212-****, läget sön 1 nov 2026 kl. 00:00"]
    assert lines[2:-1] == as_json_says(run)
    assert told["wide"] <= told["room"] <= width
    assert told["language"] == "sv"


@needs_chromium
def test_the_browser_has_nothing_to_complain_of(run: Run, tmp_path: Path) -> None:
    document, stderr = shown(made(run), tmp_path)
    assert "Bokade tider" in document
    assert console(stderr) == []


@needs_chromium
def test_a_complaint_would_be_seen(tmp_path: Path) -> None:
    _, stderr = shown("<script>console.error('so')</script>", tmp_path)
    assert console(stderr)


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
