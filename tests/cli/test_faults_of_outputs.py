"""Printed texts and times: an escape for what nobody sees, an offset in the autumn's double hour."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command_line import Run, done
from support.people import ANNA
from support.region import OGON
from support.stores import altered

from tidbok_cli.domain.text import escaped, shown, unseen
from tidbok_cli.exchange.unit_file import parse_unit
from tidbok_cli.render.output import cell

FIRST, SECOND = "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"
ASKED = (
    "view {anna}", "inbox {anna}", "why --resident {anna} --all --verbose", "sweep --all",
    "sweep --by unit,code,reason",
    "unit list", "unit show ogon", "unit history ogon", "unit checklist ogon", "unit export ogon", "service list ogon",
    "relation show {anna} ogon", "relation list", "booking list", "booking show B2", "booking export", "booking stats",
    "slot list", "slot list --week", "basis list", "summons list", "audit list", "store info --runs 9",
)  # fmt: skip
"""Questions for people that tell what is stored."""


@pytest.fixture
def doubled(bookable: Run) -> Run:
    """A region where all that can happen in the double hour does: in its first half, or its second."""
    rows = "".join(f"B{n},ogon,UPPF30,{ANNA},{at},{FIRST},clinic\n" for n, at in enumerate((FIRST, SECOND), 1))
    head = "booking_id,unit,code,resident,start,created_at,origin\n"
    done(bookable("booking", "import", "-", "--at", FIRST, stdin=head + rows))
    done(bookable("slot", "publish", "ogon", "UPPF30", SECOND, "--minutes", "30", "--at", FIRST))
    done(bookable("basis", "add", ANNA, "ogon", "UPPF30", "--at", FIRST))
    done(bookable("summons", "send", ANNA, "ogon", "--code", "UPPF30", "--at", FIRST))
    done(bookable("service", "map", "ogon", "NY", "--label", "Ny"))
    done(bookable("unit", "apply", "ogon", "--yes", "--at", FIRST))
    return bookable


def asked(run: Run, line: str, *more: str) -> str:
    ran = run(*line.format(anna=ANNA).split(), *more)
    assert ran.status in (0, 1), ran.err
    return ran.out + ran.err


def test_the_double_hour_has_its_offset(doubled: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done(doubled("view", ANNA, "--at", SECOND, "--html", str(page)))
    told = {line: asked(doubled, line, "--at", SECOND, "-o", "table") for line in ASKED}
    told["page"] = re.sub(r'datetime="[^"]*"', "", page.read_text(encoding="utf-8"))
    for line, text in told.items():
        assert not re.findall(r".*\b02[:.]30(?!(?::00)? ?\(?\+0[12]:00).*", text), line
        if line.startswith(("view", "page", "booking list", "slot list", "sweep --all")):
            assert "02:30 (+01:00)" in text


HIDDEN = "\u200b"
COLUMNS = {
    "booking": "booking_id code calendar information", "slot": "slot_id code calendar",
    "booking_basis": "basis_id code",
    "message": "label code", "unit_version": "name calendar source actor", "service_version": "code label journal_name",
    "import_batch": "source actor",
}  # fmt: skip
"""Texts that an older version took with what nobody sees in them."""


@pytest.fixture
def hidden(doubled: Run, tmp_path: Path) -> Run:
    for table, columns in COLUMNS.items():
        for column in columns.split():
            altered(tmp_path, f"UPDATE {table} SET {column} = {column} || '{HIDDEN}'")
    altered(tmp_path, "UPDATE booking SET booking_id = 'B2' WHERE id = 2")
    return doubled


def test_what_nobody_sees_has_its_escape(hidden: Run, tmp_path: Path) -> None:
    for line in ASKED:
        for form in ("table", "csv"):
            assert HIDDEN not in asked(hidden, line, "--at", SECOND, "-o", form), (line, form)
    for form in ("html", "ics"):
        file = tmp_path / f"view.{form}"
        done(hidden("view", ANNA, "--at", SECOND, f"--{form}", str(file)))
        assert HIDDEN not in file.read_text(encoding="utf-8")


def test_a_clinic_is_written_with_its_escapes(hidden: Run) -> None:
    """As a file that says where the characters are, and is refused until they are gone."""
    written = asked(hidden, "unit export ogon", "--at", SECOND)
    codes = {each.code for each in parse_unit(written, "x").problems}
    assert r"\u200b" in written and codes == {"toml.unseen_character"}


@given(st.text())
def test_every_text_is_shown_whole(text: str) -> None:
    told = escaped(text)
    assert not any(unicodedata.category(sign) in ("Cf", "Zl", "Zp", "Cc", "Cs") for sign in told)
    assert HIDDEN not in shown(text) and HIDDEN not in cell(text)


@given(st.characters(categories=("Cf", "Zl", "Zp")))
def test_an_escape_is_not_taken_for_a_text(sign: str) -> None:
    """A list printed as CSV and imported again is refused as what it was."""
    told = unseen(cell(f"A{sign}B"))
    assert told and told.startswith(f"U+{ord(sign):04X}")


def test_an_escape_is_refused_at_each_door(bookable: Run) -> None:
    row = f"booking_id,unit,code,resident,start\nA\\u200bB,{OGON},UPPF30,{ANNA},2027-12-01T09:00\n"
    assert "U+200B ZERO WIDTH SPACE" in bookable("booking", "import", "-", stdin=row).err
    assert bookable("booking", "list", "--code", "A\\u00a0B").status == 2
    assert bookable("booking", "list", "--code", "A\\B").status == 0
