"""Many codes of a clinic at once: `service import` and `service discover`."""

import csv
import io
import json
import os
import tomllib
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.answers import report
from support.command_line import Ran, Run
from support.paths import reference
from support.thorough import examples
from support.workbook import Cell, workbook

EYE_CLINIC = """\
# Ögonmottagningen, Uppsala
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"

# Återbesök
[[care_service]]
code  = "UPPF30"   # som i Cosmic
label = "Besök"    # godkänt av Eva
show  = true

[[care_service]]
code = "SYNF60"
journal_name = 'Synfält'
cancel_deadline_hours = 24

[coupling]
calendar = "OGON-TB1"  # sist
"""


@pytest.fixture
def ogon(region: Run, tmp_path: Path) -> Path:
    """The clinic's file."""
    path = tmp_path / "config/units/ogon.toml"
    path.write_bytes(EYE_CLINIC.encode())
    return path


def imported(run: Run, text: str | bytes, *options: str, status: int = 0) -> Any:
    ran = run("service", "import", "ogon", "-", *options, "-o", "json", stdin=text)
    assert ran.status == status, ran.err
    return json.loads(ran.out)


def problems(ran: Ran) -> list[tuple[str, str]]:
    """The code and place of each problem that the command told of on standard error."""
    error = json.loads(ran.err.splitlines()[-1])["error"]
    return [(each["code"], each["where"]) for each in error["problems"]]


# --------------------------------------------------------------------------------------- service import


def test_codes_are_changed_and_added_with_the_rest_of_the_file_as_it_was(region: Run, ogon: Path) -> None:
    table = (
        "code,label,show,cancel,cancel_deadline_hours\n"
        "NYB,Nybesök,ja,nej,12\n"
        "UPPF30,Återbesök,yes,TRUE,\n"
        "SYNF60,,0,0,24\n"
    )
    assert imported(region, table) == report(created=1, updated=1, unchanged=1)
    expected = EYE_CLINIC.replace('"Besök" ', '"Återbesök" ').replace(
        "show  = true\n", "show  = true\ncancel = true\n", 1
    )
    entry = '\n[[care_service]]\ncode = "NYB"\nlabel = "Nybesök"\nshow = true\ncancel = false\n'
    assert ogon.read_text(encoding="utf-8") == f"{expected}{entry}cancel_deadline_hours = 12\n"
    before = ogon.stat().st_ino
    assert imported(region, table) == report(unchanged=3)
    assert ogon.stat().st_ino == before
    assert region("unit", "validate").status == 0


def test_an_empty_cell_says_that_there_is_none_and_a_missing_column_nothing(region: Run, ogon: Path) -> None:
    table = "code,journal_name,show,label\nUPPF30,,,\n"
    assert imported(region, table) == report(updated=1)
    expected = EYE_CLINIC.replace('label = "Besök"    # godkänt', "# godkänt").replace("show  = true\n", "")
    assert ogon.read_text(encoding="utf-8") == expected
    assert imported(region, table) == report(unchanged=1)
    assert imported(region, "code,cancel_deadline_hours\nSYNF60,\n") == report(updated=1)
    assert "cancel_deadline_hours" not in ogon.read_text(encoding="utf-8")


def test_what_is_said_to_people(region: Run, ogon: Path, tmp_path: Path) -> None:
    table = "code,label,show\nUPPF30,Återbesök,ja\nNYB,Nybesök,ja\nSYNF60,,nej\n"
    dry = region("service", "import", "ogon", "-", "--dry-run", stdin=table)
    told = "created: 1 (NYB), updated: 1 (UPPF30), unchanged: 1"
    news = "New in the updated rows: label 1"
    changes = """\
~ SE2321000024-1A2B Ögonmottagningen
    + NYB: label = "Nybesök"; show = true
    ~ UPPF30: label = "Besök" → "Återbesök"
"""
    assert dry.out == f"{changes}Dry run, nothing was changed. It would be: {told}\n{news}\n"
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC
    done = region("service", "import", "ogon", "-", stdin=table)
    assert (done.status, done.err) == (0, "")
    assert done.out == f"{changes}{told}\n{news}\n“tidbok unit apply” puts it in force.\n"
    assert region("service", "import", "ogon", "-", stdin=table).out == "unchanged: 3\n"
    many = "code\n" + "".join(f"K{number}\n" for number in range(40))
    assert "created: 40 (K0, K1, " in (out := region("service", "import", "ogon", "-", stdin=many).out)
    assert ", K29, …)" in out


def test_the_table_of_swedish_excel(region: Run, ogon: Path, tmp_path: Path) -> None:
    table = tmp_path / "koder.csv"
    table.write_bytes(
        "Code;Label;Show;Book\r\nUPPF30;Återbesök;SANT;open\r\nSYNF60;;FALSKT;\r\n".encode("windows-1252")
    )
    refused = region("service", "import", "ogon", str(table))
    assert refused.status == 2 and "--encoding windows-1252" in refused.err
    assert region("service", "import", "ogon", str(table), "--encoding", "windows-1252").status == 0
    assert 'label = "Återbesök"    # godkänt av Eva\nshow  = true\nbook = "open"\n' in ogon.read_text(encoding="utf-8")


def test_a_workbook(region: Run, ogon: Path, tmp_path: Path) -> None:
    cells: list[list[Cell]] = [["code", "label", "show", "cancel_deadline_hours"], ["UPPF30", "Återbesök", True, 24.0]]
    file = workbook(tmp_path / "koder.xlsx", {"Annat": [], "Koder": cells})
    ran = region("service", "import", "ogon", file, "--sheet", "Koder", "-o", "json")
    assert json.loads(ran.out) == report(updated=1)
    assert "cancel_deadline_hours = 24\n\n" in ogon.read_text(encoding="utf-8")


BAD = {
    # the table: the code, line and column of each problem
    "code,label\n,Besök\n": [("cell.missing", "-:2, code")],
    "code,show\nNYB,kanske\n": [("cell.unknown_value", "-:2, show")],
    "code,kind,book\nNYB,visit,maybe\n": [("cell.unknown_value", "-:2, kind"), ("cell.unknown_value", "-:2, book")],
    "code,cancel_deadline_hours\nNYB,-1\nA,0.5\nB,1000001\nC,²\n": [
        ("cell.not_hours", f"-:{line}, cancel_deadline_hours") for line in (2, 3, 4, 5)
    ],
    'code,label\nNYB,"a\tb"\n': [("cell.control_characters", "-:2, label")],
    "code,show\nUPPF30,ja\nNYB,ja\n": [("mapping.without_label", "-:3, label")],
    "code,label\nUPPF30,30\n": [("mapping.label_without_letters", "-:2, label")],
    "code,book\nSYNF60,basis\n": [("mapping.without_label", "-:2, label")],
    "code,label\nSYNF60,Syn\nUPPF30,\n": [("mapping.without_label", "-:3, label")],
    "code,show,cancel,rebook\nSYNF60,nej,ja,ja\n": [
        ("mapping.without_show", "-:2, cancel"), ("mapping.without_show", "-:2, rebook"),
    ],
    "code,label\nNYB,A\nNYB,A\nNYB,B\n": [("row.contradicts", "-:4")],
    "code,label\nNYB,A,B,C\n": [("row.too_many_cells", "-:2")],
}  # fmt: skip


@pytest.mark.parametrize("table", BAD)
def test_bad_rows_are_all_named_and_nothing_is_written(region: Run, ogon: Path, table: str) -> None:
    before = ogon.stat().st_ino
    for options in ((), ("--dry-run",)):
        ran = region("service", "import", "ogon", "-", *options, "-o", "json", stdin=table)
        assert (ran.status, problems(ran)) == (1, BAD[table])
        assert json.loads(ran.out) == report(rejected=len({place.partition(",")[0] for _, place in BAD[table]}))
    assert (ogon.read_text(encoding="utf-8"), ogon.stat().st_ino) == (EYE_CLINIC, before)
    assert [path.name for path in ogon.parent.iterdir()] == ["ogon.toml"]


def test_bad_rows_can_be_left_out_and_are_kept_as_they_were(region: Run, ogon: Path, tmp_path: Path) -> None:
    table = tmp_path / "koder.csv"
    table.write_text("label,code,show\nNy,NYB,ja\n,BAD,ja\nAnnan,NYB,ja\nNy,NYB,ja\n", encoding="utf-8")
    ran = region("service", "import", "ogon", str(table), "--skip-bad", "-o", "json")
    assert (ran.status, json.loads(ran.out)) == (1, report(created=1, unchanged=1, rejected=2))
    left = Path(f"{table}.rejected.csv")
    assert left.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO(left.read_text(encoding="utf-8"))))
    assert [(row["code"], row["label"], row["why"][:25]) for row in rows] == [
        ("BAD", "", "label: The code BAD is sh"), ("NYB", "Annan", "The same as in line 2, wi"),
    ]  # fmt: skip
    assert "NYB" in ogon.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("unit", "table", "code"),
    [
        ("hud", "code\nA\n", "unit.no_file"),
        ("ogon", "", "file.empty"),
        ("ogon", "label\nA\n", "columns.missing"),
        ("ogon", "code,code\nA,B\n", "columns.twice"),
    ],
)
def test_what_cannot_be_imported_at_all(region: Run, ogon: Path, unit: str, table: str, code: str) -> None:
    ran = region("service", "import", unit, "-", "-o", "json", stdin=table)
    assert (ran.status, ran.out, json.loads(ran.err)["error"]["code"]) == (2, "", code)


def test_an_extra_column_is_passed_over_with_a_warning(region: Run, ogon: Path) -> None:
    ran = region("service", "import", "ogon", "-", stdin="code,lable\nNYB,Ny\n")
    assert (ran.status, "lable" in ran.err) == (0, True)


def test_a_file_keeps_its_permissions_and_line_ends(region: Run, ogon: Path) -> None:
    ogon.write_bytes(b"\xef\xbb\xbf" + EYE_CLINIC.replace("\n", "\r\n").encode())
    ogon.chmod(0o640)
    assert imported(region, "code,show\nNYB,nej\n") == report(created=1)
    assert ogon.stat().st_mode & 0o777 == 0o640
    written = ogon.read_bytes()
    assert written == b"\xef\xbb\xbf" + EYE_CLINIC.replace("\n", "\r\n").encode() + (
        b'\r\n[[care_service]]\r\ncode = "NYB"\r\nshow = false\r\n'
    )


def test_a_file_that_cannot_be_written_stays_as_it_was(
    region: Run, ogon: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tidbok_cli.workflows.unit_files.token_hex", lambda _: "x")
    (ogon.parent / ".ogon.toml.x.new").mkdir()
    ran = region("service", "import", "ogon", "-", "-o", "json", stdin="code\nNYB\n")
    error = json.loads(ran.err)["error"]
    assert (ran.status, ran.out, error["code"], error["where"]) == (2, "", "file.not_writable", str(ogon))
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write every folder")
def test_a_folder_that_may_not_be_written(region: Run, ogon: Path) -> None:
    ogon.parent.chmod(0o500)
    ran = region("service", "import", "ogon", "-", stdin="code\nNYB\n")
    ogon.parent.chmod(0o700)
    assert (ran.status, ogon.read_text(encoding="utf-8")) == (2, EYE_CLINIC)


def test_four_thousand_codes(region: Run, ogon: Path) -> None:
    """One by one they would take minutes: this would be seen."""
    rows = "".join(f"K{number},Namn {number},Besök,ja,nej,open\n" for number in range(4000))
    table = f"code,journal_name,label,show,cancel,book\n{rows}"
    assert imported(region, table) == report(created=4000)
    assert imported(region, table.replace("nej", "ja")) == report(updated=4000)
    assert len(tomllib.loads(ogon.read_text(encoding="utf-8"))["care_service"]) == 4002


# ------------------------------------------------------------------------------------------- any table

DEFAULTS: dict[str, Any] = {
    "kind": "care_service", "journal_name": None, "label": None, "show": False, "cancel": False, "rebook": False,
    "book": "no", "cancel_deadline_hours": 0,
}  # fmt: skip
_texts = st.just("") | st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=5)
_flags = st.sampled_from([("", False), ("ja", True), ("NEJ", False), ("1", True), ("false", False), ("Sant", True)])
CELLS: dict[str, st.SearchStrategy[tuple[str, Any]]] = {
    "kind": st.sampled_from([("", "care_service"), ("time_type", "time_type"), ("care_service", "care_service")]),
    "journal_name": _texts.map(lambda text: (text, normalize("NFC", text) or None)),
    "label": _texts.map(lambda text: (text, normalize("NFC", text) or None)),
    "show": _flags,
    "cancel": _flags,
    "rebook": _flags,
    "book": st.sampled_from([("", "no"), ("no", "no"), ("open", "open"), ("basis", "basis")]),
    "cancel_deadline_hours": st.integers(0, 99).map(lambda hours: (str(hours or ""), hours)),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, Any]]]:
    """A table as CSV, and what its rows say by code and column."""
    columns = draw(st.lists(st.sampled_from(list(CELLS)), unique=True))
    codes = draw(st.lists(st.sampled_from(["UPPF30", "SYNF60", "NYB", "Å 1", '"#', "x" * 40]), unique=True))
    told = {code: {column: draw(CELLS[column]) for column in columns} for code in codes}
    text = io.StringIO()
    rows = csv.writer(text, delimiter=draw(st.sampled_from(",;\t")))
    rows.writerow([*columns, "code"])
    rows.writerows([*(told[code][column][0] for column in columns), code] for code in codes)
    return text.getvalue(), {code: {column: cell[1] for column, cell in row.items()} for code, row in told.items()}


def mappings(path: Path) -> dict[str, dict[str, Any]]:
    """The file's mappings by code, whole."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["care_service"]
    return {entry.pop("code"): DEFAULTS | entry for entry in entries}


def is_right(mapping: dict[str, Any]) -> bool:
    """Whether domain.md allows the mapping."""
    if (mapping["cancel"] or mapping["rebook"]) and not mapping["show"]:
        return False
    if mapping["label"] and not any(map(str.isalpha, mapping["label"])):
        return False
    return bool(mapping["label"]) or not (mapping["show"] or mapping["book"] != "no")


@given(table=tables())
@settings(max_examples=examples(30))
def test_any_table(table: tuple[str, dict[str, dict[str, Any]]], region: Run, tmp_path: Path) -> None:
    """The file's mappings are the table's merged into the former ones, or the rows that would be wrong are refused."""
    path = tmp_path / "config/units/ogon.toml"
    path.write_bytes(EYE_CLINIC.encode())
    text, told = table
    former = mappings(path)
    merged = {code: former.get(code, DEFAULTS) | row for code, row in told.items()}
    wrong = [code for code, mapping in merged.items() if not is_right(mapping)]
    if wrong:
        assert imported(region, text, status=1) == report(rejected=len(wrong))
        assert path.read_bytes() == EYE_CLINIC.encode()
        return
    updated = sum(code in former and former[code] != mapping for code, mapping in merged.items())
    created = len(told.keys() - former.keys())
    assert imported(region, text) == report(created=created, updated=updated, unchanged=len(told) - created - updated)
    assert mappings(path) == former | merged
    after = path.read_text(encoding="utf-8")
    assert [line for line in EYE_CLINIC.splitlines() if "#" in line and line.partition("#")[2] not in after] == []
    assert imported(region, text) == report(unchanged=len(told))
    assert path.read_text(encoding="utf-8") == after


# ------------------------------------------------------------------------------------- service discover

TIME_TYPES = """\
<t:GetAllTimeTypesResponse xmlns:t="urn:riv:crm:scheduling:GetAllTimeTypesResponder:1" xmlns:c="urn:x">
  <t:ListOfTimeTypes><c:timeTypeName>Uppföljning</c:timeTypeName><c:timeTypeId>UPPF30</c:timeTypeId></t:ListOfTimeTypes>
  <t:ListOfTimeTypes>
    <c:timeTypeName>Nybesök
      45 min</c:timeTypeName>
    <c:timeTypeId>NYB</c:timeTypeId>
  </t:ListOfTimeTypes>
  <t:ListOfTimeTypes><c:timeTypeName/><c:timeTypeId>UTAN</c:timeTypeId></t:ListOfTimeTypes>
</t:GetAllTimeTypesResponse>
"""
CARE_TYPES = (
    '<GetAllCareTypesResponse xmlns="urn:riv:crm:scheduling:GetAllCareTypesResponder:1">'
    "<careTypes><careTypeName>Samtal</careTypeName><careTypeId>SAMTAL</careTypeId></careTypes>"
    "</GetAllCareTypesResponse>"
)
FOUND = """
[[care_service]]
code = "NYB"
kind = "time_type"
journal_name = "Nybesök 45 min"

[[care_service]]
code = "UTAN"
kind = "time_type"
"""
SAMTAL = '\n[[care_service]]\ncode = "SAMTAL"\nkind = "care_service"\njournal_name = "Samtal"\n'


def enveloped(body: str) -> str:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<?xml version="1.0"?>\n<s:Envelope xmlns:s="{soap}"><s:Body>{body}</s:Body></s:Envelope>\n'


def discovered(run: Run, text: str, *options: str, status: int = 0) -> Any:
    ran = run("service", "discover", "ogon", "-", *options, "-o", "json", stdin=text)
    assert ran.status == status, ran.err
    return json.loads(ran.out)


@pytest.mark.parametrize("form", [str, enveloped], ids=["bare", "enveloped"])
def test_what_the_journal_has_is_added_and_shows_nothing(region: Run, ogon: Path, form: Any) -> None:
    assert discovered(region, form(TIME_TYPES), "--dry-run") == report(created=2, unchanged=1)
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC
    assert discovered(region, form(TIME_TYPES)) == report(created=2, unchanged=1)
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC + FOUND
    assert discovered(region, form(TIME_TYPES)) == report(unchanged=3)
    assert discovered(region, form(CARE_TYPES)) == report(created=1)
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC + FOUND + SAMTAL
    assert region("unit", "validate").status == 0


def test_both_kinds_from_one_file_and_what_is_said(region: Run, ogon: Path, tmp_path: Path) -> None:
    file = tmp_path / "types.xml"
    file.write_text(enveloped(TIME_TYPES) + enveloped(CARE_TYPES), encoding="utf-8")
    ran = region("service", "discover", "ogon", str(file))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[1].startswith("    + NYB: ")
    assert ran.out.endswith("created: 3 (NYB, UTAN, SAMTAL), unchanged: 1\n“tidbok unit apply” puts it in force.\n")
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC + FOUND + SAMTAL


def test_a_clinic_without_types_is_told_so(region: Run, ogon: Path) -> None:
    assert discovered(region, "<GetAllTimeTypesResponse/>") == report()


def test_bad_entries_are_named_by_line(region: Run, ogon: Path, tmp_path: Path) -> None:
    text = TIME_TYPES.replace("\n    <c:timeTypeId>NYB</c:timeTypeId>", "").replace("UTAN", "UPPF30")
    ran = region("service", "discover", "ogon", "-", "-o", "json", stdin=text)
    assert (ran.status, json.loads(ran.out)) == (1, report(rejected=2))
    assert problems(ran) == [("cell.missing", "-:3, code"), ("row.contradicts", "-:7, UPPF30")]
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC
    needs = region("service", "discover", "ogon", "-", "--skip-bad", "-o", "json", stdin=text)
    assert (needs.status, json.loads(needs.err)["error"]["code"]) == (2, "import.needs_rejected")
    bad = tmp_path / "bad.csv"
    assert discovered(region, text, "--skip-bad", "--rejected", str(bad), status=1) == report(unchanged=1, rejected=2)
    assert [line.split(",")[-1] for line in bad.read_text(encoding="utf-8").splitlines()[1:]] == ["Nybesök 45 min", ""]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file.empty"),
        ("<GetSubjectOfCareScheduleResponse/>", "xml.no_message"),
        (TIME_TYPES[:200], "xml.malformed"),
        (f"<!DOCTYPE x>{TIME_TYPES}", "xml.doctype"),
    ],
)
def test_a_file_that_is_something_else(region: Run, ogon: Path, text: str, code: str) -> None:
    ran = region("service", "discover", "ogon", "-", "-o", "json", stdin=text)
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, code)
    assert ogon.read_text(encoding="utf-8") == EYE_CLINIC


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("GetAllTimeTypesInteraction/GetAllTimeTypesResponder_1.1_Response.xml", "tns1:timeTypeId"),
        ("GetAllTimeTypesInteraction/GetAllTimeTypesResponder_1_Response.xml", "tns1:timeTypeId"),
        ("GetAllCareTypesInteraction/GetAllCareTypesResponder_1.1_Response.xml", "tns1:careTypeId"),
    ],
)
def test_the_skeletons_of_the_contracts(region: Run, ogon: Path, name: str, code: str) -> None:
    assert region("service", "discover", "ogon", str(reference(f"rivta/interactions/{name}"))).status == 0
    assert mappings(ogon)[code]["journal_name"] == code.replace("Id", "Name")
