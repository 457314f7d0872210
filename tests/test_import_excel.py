"""Imports of workbooks: what Excel does to numbers, dates and sheets (contract, section 2, *Import files*)."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from conftest import Run

Cell = str | float | datetime | bool | None

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
</Types>"""
RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"""
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>
</styleSheet>"""


def cell(value: Cell) -> str:
    """A cell as Excel saves it: dates are numbers with a style, of days since the end of 1899."""
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)).total_seconds() / 86400
        return f'<c s="1"><v>{days!r}</v></c>'
    if isinstance(value, float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> str:
    """Saves a workbook; gives its path."""
    with zipfile.ZipFile(path, "w") as saved:
        saved.writestr("[Content_Types].xml", CONTENT_TYPES)
        office = f'<Relationship Id="r1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/>'
        saved.writestr("_rels/.rels", RELATIONSHIPS.format(office))
        listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
        saved.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{KIND}"><sheets>{listed}</sheets></workbook>'
        )
        parts = "".join(
            f'<Relationship Id="r{n}" Type="{KIND}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in enumerate(sheets, 1)
        )
        styles = f'<Relationship Id="styles" Type="{KIND}/styles" Target="styles.xml"/>'
        saved.writestr("xl/_rels/workbook.xml.rels", RELATIONSHIPS.format(parts + styles))
        saved.writestr("xl/styles.xml", STYLES)
        for n, rows in enumerate(sheets.values(), 1):
            data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            saved.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
            )
    return str(path)


HEADER = ("booking_id", "unit", "code", "resident", "start", "created_at")
ROW = (
    1001.0, "SE2321000024-1A2B", "UPPF30", 191212121212.0, datetime(2026, 12, 1, 9), datetime(2026, 10, 1, 12, 30, 15),
)  # fmt: skip


def test_numbers_and_dates_are_what_was_typed(region: Run, tmp_path: Path) -> None:
    file = workbook(tmp_path / "bookings.xlsx", {"Tider": [HEADER, ROW]})
    assert json.loads(region("booking", "import", file, "-o", "json").out)["created"] == 1
    shown = json.loads(region("booking", "show", "1001", "--reveal", "-o", "json").out)
    assert (shown["resident"], shown["start"], shown["created_at"]) == (
        "191212121212",
        "2026-12-01T09:00:00+01:00",
        "2026-10-01T12:30:15+02:00",
    )


def test_the_same_rows_as_text_change_nothing(region: Run, tmp_path: Path) -> None:
    """LibreOffice keeps what was typed as text."""
    text = ("1001", "SE2321000024-1A2B", "UPPF30", "19121212-1212", "2026-12-01 09:00", "2026-10-01T12:30:15")
    region("booking", "import", workbook(tmp_path / "a.xlsx", {"Tider": [HEADER, ROW]}))
    report = json.loads(
        region("booking", "import", workbook(tmp_path / "b.xlsx", {"x": [HEADER, text]}), "-o", "json").out
    )
    assert (report["unchanged"], report["created"], report["updated"]) == (1, 0, 0)


def test_a_sheet_is_chosen_by_its_name(region: Run, tmp_path: Path) -> None:
    rows: list[Sequence[Cell]] = [
        ("resident", "unit", "event", "occurred_at"),
        (191212121212.0, "SE2321000024-1A2B", "clinic_added", "2026-11-01"),
    ]
    file = workbook(tmp_path / "relations.xlsx", {"Läs mig": [("text",)], "Händelser": rows})
    assert region("relation", "import", file).status == 2
    assert json.loads(region("relation", "import", file, "--sheet", "Händelser", "-o", "json").out)["created"] == 1
    refused = json.loads(region("relation", "import", file, "--sheet", "Händelse", "-o", "json").err)["error"]
    assert (refused["code"], "Läs mig, Händelser" in refused["message"]) == ("excel.no_sheet", True)


def test_bad_rows_are_named_by_their_number_in_the_sheet(region: Run, tmp_path: Path) -> None:
    bad = (*ROW[:3], 191212121213.0, "imorgon", None)
    file = workbook(tmp_path / "bookings.xlsx", {"Tider": [HEADER, (None,) * 6, ROW, bad]})
    ran = region("booking", "import", file, "-o", "json")
    problems = json.loads(ran.err)["error"]["problems"]
    assert (ran.status, json.loads(ran.out)["rejected"], json.loads(ran.out)["created"]) == (1, 1, 0)
    assert [(each["code"], each["where"]) for each in problems] == [
        ("resident.check_digit", f"{file}:4, resident"),
        ("time.malformed", f"{file}:4, start"),
    ]


@pytest.mark.parametrize("content", [b"", b"booking_id,unit\n", b"PK\x03\x04 cut off"])
def test_what_is_no_workbook_is_refused(region: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bookings.xlsx").write_bytes(content)
    ran = region("booking", "import", str(tmp_path / "bookings.xlsx"), "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "excel.malformed")
