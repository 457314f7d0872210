"""Imports of workbooks: numbers, dates and sheets as Excel saves them.

Contract, section 2, *Import files*.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from support.command_line import Run
from support.people import ANNA
from support.region import OGON
from support.workbook import Cell, as_excel_saves_it, workbook

HEADER = ("booking_id", "unit", "code", "resident", "start", "created_at")
ROW = (
    1001.0, OGON, "UPPF30", 191212121212.0, datetime(2026, 12, 1, 9), datetime(2026, 10, 1, 12, 30, 15),
)  # fmt: skip


def test_numbers_and_dates_are_what_was_typed(region: Run, tmp_path: Path) -> None:
    file = workbook(tmp_path / "bookings.xlsx", {"Tider": [HEADER, ROW]})
    assert json.loads(region("booking", "import", file, "-o", "json").out)["created"] == 1
    shown = json.loads(region("booking", "show", "1001", "--reveal", "-o", "json").out)
    assert (shown["resident"], shown["start"], shown["created_at"]) == (
        ANNA,
        "2026-12-01T09:00:00+01:00",
        "2026-10-01T12:30:15+02:00",
    )


def test_the_same_rows_as_text_change_nothing(region: Run, tmp_path: Path) -> None:
    """LibreOffice keeps what was typed as text."""
    text = ("1001", OGON, "UPPF30", "19121212-1212", "2026-12-01 09:00", "2026-10-01T12:30:15")
    region("booking", "import", workbook(tmp_path / "a.xlsx", {"Tider": [HEADER, ROW]}))
    report = json.loads(
        region("booking", "import", workbook(tmp_path / "b.xlsx", {"x": [HEADER, text]}), "-o", "json").out
    )
    assert (report["unchanged"], report["created"], report["updated"]) == (1, 0, 0)


def test_a_sheet_is_chosen_by_its_name(region: Run, tmp_path: Path) -> None:
    rows: list[Sequence[Cell]] = [
        ("resident", "unit", "event", "occurred_at"),
        (191212121212.0, OGON, "clinic_added", "2026-11-01"),
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
    problems = json.loads(ran.err.splitlines()[-1])["error"]["problems"]
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


# ------------------------------------------------------------------------- as real programs save workbooks


@pytest.mark.parametrize(("from_1904", "day"), [(False, 46357.375), (True, 46357.375 - 1462)], ids=["1900", "1904"])
def test_shared_strings_formulas_and_formats_of_its_own(
    region: Run, tmp_path: Path, from_1904: bool, day: float
) -> None:
    """Excel: strings in a table of their own, cells named by letters with gaps between, a formula with its result, a
    number in scientific notation, formatted but empty cells below and beside, dates counted from 1904 on a Mac."""
    header = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCDEF"))
    rows = f"""<row r="1">{header}<c r="H1" s="1"/></row>
      <row r="3"><c r="A3"><v>1001</v></c><c r="B3" t="s"><v>6</v></c>
      <c r="C3" t="str"><f>"UPP"&amp;"F30"</f><v>UPPF30</v></c>
      <c r="D3"><v>1.91212121212E+11</v></c><c r="E3" s="1"><v>{day}</v></c><c r="H3" s="1"/></row>
      <row r="4"><c r="A4" s="1"/><c r="E4" s="1"/></row>"""
    file = as_excel_saves_it(tmp_path / "b.xlsx", rows, (*HEADER[:5], "end", OGON), from_1904=from_1904)
    assert json.loads(region("booking", "import", file, "-o", "json").out)["created"] == 1
    told = json.loads(region("booking", "show", "1001", "--reveal", "-o", "json").out)
    assert (told["code"], told["resident"], told["start"], told["end"]) == (
        "UPPF30", ANNA, "2026-12-01T09:00:00+01:00", None,
    )  # fmt: skip


def test_a_time_that_was_saved_with_few_decimals_is_the_second_that_was_typed(region: Run, tmp_path: Path) -> None:
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>5</v></c><c r="C2" t="s"><v>6</v></c>\
      <c r="D2"><v>191212121212</v></c><c r="E2" s="1"><v>46357.43055555</v></c></row>'
    header = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(5))
    file = as_excel_saves_it(tmp_path / "b.xlsx", f'<row r="1">{header}</row>{row}', (*HEADER[:5], OGON, "UPPF30"))
    assert region("booking", "import", file).status == 0
    told = json.loads(region("booking", "show", "1", "-o", "json").out)
    assert told["start"] == "2026-12-01T10:20:00+01:00"


def test_a_workbook_on_standard_input_and_one_with_another_name(region: Run, tmp_path: Path) -> None:
    file = Path(workbook(tmp_path / "bookings.xlsx", {"Tider": [HEADER, ROW]}))
    ran = region("booking", "import", "-", "-o", "json", stdin=file.read_bytes())
    assert json.loads(ran.out)["created"] == 1
    ran = region("booking", "import", str(file.rename(tmp_path / "bookings.csv")), "-o", "json")
    assert json.loads(ran.out)["unchanged"] == 1
