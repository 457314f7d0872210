"""Files made to harm: refused by name, at once, whatever reads them.

The samples are those of issue 14, made here.
"""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.answers import error
from support.command_line import Run
from support.people import ANNA
from support.region import OGON
from support.tak import EVERYTHING, export, ways
from support.workbook import as_excel_saves_it, as_libreoffice_saves_it, workbook

ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>booking_id</t></is></c></row>{}'
HEADER = "booking_id,unit,code,resident,start"


def far_out(reference: str) -> Callable[[Path], str]:
    """A workbook with one cell more, where nobody looks."""
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = f'<row r="{row}"><c r="{reference}" t="inlineStr"><is><t> </t></is></c></row>'
    return lambda folder: as_excel_saves_it(folder / "b.xlsx", ROW.format(cell), ())


def implied(folder: Path) -> str:
    """A workbook whose cells say no place."""
    row = f'<row r="{{}}">{"<c><v>1</v></c>" * 2000}</row>'
    return as_excel_saves_it(folder / "b.xlsx", row.format(1) + row.format(1_000_000), ())


def one_row(folder: Path) -> str:
    """A workbook whose rows say that they are the same one, each with a cell at the far end."""
    row = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
    return as_excel_saves_it(folder / "b.xlsx", row * 100, ())


def deep(folder: Path) -> str:
    """A workbook with elements within each other."""
    return as_excel_saves_it(folder / "b.xlsx", f"{'<a>' * 1000}{'</a>' * 1000}", ())


def shared_text(folder: Path) -> str:
    """A workbook whose cells have a long text in common."""
    cells = '<c t="s"><v>0</v></c>' * 100
    return as_excel_saves_it(folder / "b.xlsx", f"<row>{cells}</row>" * 50, ("å" * 30_000,))


def packed(folder: Path) -> str:
    """A workbook that is nearly nothing, packed."""
    workbook(folder / "b.xlsx", {"x": []})
    with zipfile.ZipFile(folder / "b.xlsx", "a", zipfile.ZIP_DEFLATED) as saved:
        saved.writestr("xl/more.xml", b" " * (17 << 20))
    return str(folder / "b.xlsx")


def changed(old: bytes, new: bytes) -> Callable[[Path], str]:
    """A workbook whose parts say something else."""

    def made(folder: Path) -> str:
        file = Path(workbook(folder / "a.xlsx", {"x": []}))
        with zipfile.ZipFile(file) as saved, zipfile.ZipFile(folder / "b.xlsx", "w") as harmful:
            for name in saved.namelist():
                harmful.writestr(name, saved.read(name).replace(old, new))
        return str(folder / "b.xlsx")

    return made


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (far_out("XFD1048576"), "excel.far_out"),
        (far_out("T1048576"), "excel.far_out"),
        (implied, "excel.too_large"),
        (shared_text, "excel.too_large"),
        (one_row, "excel.far_out"),
        (deep, "excel.malformed"),
        (changed(b"<sheets>", b"<sheets>" + b"<sheet/>" * 100_001), "excel.too_large"),
        (packed, "excel.too_large"),
        (changed(b"<worksheet", b'<!DOCTYPE a [<!ENTITY a "aa">]><worksheet'), "excel.malformed"),
        (changed(b"worksheets/sheet1.xml", b"worksheets/sheet1.bin"), "excel.malformed"),
        (far_out("&#65;1"), "excel.malformed"),
        (lambda folder: as_libreoffice_saves_it(folder / "b.ods", "<table:table-row/>"), "excel.other_kind"),
    ],
)
def test_workbooks_that_ask_for_all_memory(region: Run, tmp_path: Path, made: Callable[[Path], str], code: str) -> None:
    assert error(region("booking", "import", made(tmp_path), "-o", "json"))["code"] == code


@pytest.mark.parametrize(
    ("suffix", "code"), [(b"", "excel.other_kind"), ("EncryptedPackage".encode("utf-16-le"), "excel.locked")]
)
def test_an_old_workbook_and_a_locked_one(region: Run, suffix: bytes, code: str) -> None:
    ran = region("booking", "import", "-", "-o", "json", stdin=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + suffix)
    assert error(ran)["code"] == code


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("made", [pipe, device])
def test_what_is_no_file_is_never_waited_for(region: Run, tmp_path: Path, made: Callable[[Path], None]) -> None:
    """As an import, a unit's file, the region's file, a password, and what completion reads."""
    file = tmp_path / "strange"
    made(file)
    for command in ("booking import", "relation import", "slot import", "coupling import-tak"):
        ran = region(*command.split(), str(file), "-o", "json")
        assert (command, ran.status, error(ran)["code"]) == (command, 2, "file.not_regular")
    password = ("--user", "u", "--password-file", str(file))
    fetched = region("coupling", "fetch", "--url", "https://tak.example", "--connection-point", "A/B", *password)
    assert (fetched.status, "a pipe, a socket or a device" in fetched.err) == (2, True)
    made(tmp_path / "config" / "units" / "strange.toml")
    validated = region("--unsafe-permissions", "unit", "validate", "-o", "json")  # anybody may write to a device
    assert (validated.status, "toml" in validated.out, "file.not_regular" in validated.out) == (1, True, True)
    made(tmp_path / "other.toml")
    (tmp_path / "config" / "tidbok.toml").unlink()
    made(tmp_path / "config" / "tidbok.toml")
    assert region("booking", "list").status == 2


def test_a_line_that_goes_on_and_on(region: Run) -> None:
    ran = region("booking", "import", "-", "-o", "json", stdin=f"{HEADER}\n" + "x" * (2 << 20))
    assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, "line.too_long", "-:2")
    endless = f"{HEADER}\n" + 'x,"\n",' * 5000
    ran = region("booking", "import", "-", "-o", "json", stdin=endless)
    assert (ran.status, error(ran)["code"], error(ran)["where"]) == (2, "csv.malformed", "-:2")
    assert region("why", "-", "--unit", "ogon", stdin="1" * (1 << 20)).status == 2


def test_what_is_written_beside_a_file_follows_no_link(region: Run, tmp_path: Path) -> None:
    """Replacements of unit files, and the lock beside the store."""
    victim, units = tmp_path / "victim", tmp_path / "config" / "units"
    victim.write_text("mine")
    (units / ".new.toml.new").symlink_to(victim)
    (tmp_path / "tidbok.db.lock").unlink(missing_ok=True)
    (tmp_path / "tidbok.db.lock").symlink_to(victim)
    assert region("unit", "new", "SE2321000024-1A2C", "--name", "Ny", "--alias", "new").status == 0
    assert region("relation", "record", ANNA, OGON, "clinic_added").status in (0, 1)
    assert victim.read_text() == "mine"


DEEP = 100_000


@pytest.mark.parametrize(
    "text",
    [
        f"{'a.' * 20_000}a = 1",
        f"[{'a.' * 20_000}a]",
        f"x = {{ {'a.' * 20_000}a = 1 }}",
        f"x = {'[' * DEEP}{']' * DEEP}",
        f"x = {'{a=' * DEEP}1{'}' * DEEP}",
        f"x = {'9' * DEEP}",
        f"# {'.' * DEEP}\nname = '{'.' * DEEP}'",
        "#" * (5 << 20),
    ],
    ids=["dots", "head", "inline", "arrays", "tables", "digits", "prose", "large"],
)
def test_toml_that_costs_more_than_it_weighs(region: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "config" / "units" / "deep.toml").write_text(text, encoding="utf-8")
    told = json.loads(region("unit", "validate", "-o", "json").out)
    wanted = {"toml.too_large", "file.too_large", "toml.missing_key"}
    assert {each["code"] for each in told} & wanted
    (tmp_path / "config" / "tidbok.toml").write_text(text, encoding="utf-8")
    assert region("booking", "list").status == 2


def test_a_snapshot_that_takes_the_routes_away_or_comes_from_the_future(region: Run) -> None:
    def take(told: str, *more: str) -> str:
        ran = region("coupling", "import-tak", "-", "--at", "2026-10-11", "-o", "json", *more, stdin=told)
        return "" if ran.status == 0 else f"{ran.status} {error(ran)['code']}"

    assert not take(export(*ways(OGON, EVERYTHING)))
    assert take(export()) == take(export(*ways(OGON, EVERYTHING[2:]))) == "1 tak.too_many_gone"
    assert not take(export(*ways(OGON.lower(), EVERYTHING[1:])))  # one of eight may go
    assert take(export(*ways(OGON, EVERYTHING), taken="9999-12-31T23:30:00+0000")) == "2 tak.from_the_future"
    assert not take(export(), "--allow-mass")


def test_a_formula_between_semicolons_is_guarded_until_it_is_imported_again(region: Run) -> None:
    ids = ("x;=HYPERLINK(A1);y", "'=x", "=A1", "+4670", "x;'-1")
    rows = "".join(f'"{each}",{OGON},UPPF30,{ANNA},2026-12-20T10:00\n' for each in ids)
    assert region("booking", "import", "-", stdin=f"{HEADER}\n{rows}").status == 0
    exported = region("booking", "export", "--reveal", "--purpose", "1", "-o", "csv").out
    assert "x;'=HYPERLINK(A1);y," in exported and "\n=" not in exported
    again = json.loads(region("booking", "import", "-", "-o", "json", stdin=exported).out)
    assert (again["created"], again["unchanged"]) == (0, len(ids))  # '=x is =x by a spreadsheet
    told = json.loads(region("booking", "list", "-o", "json").out)
    assert {each["booking"] for each in told} == {"x;=HYPERLINK(A1);y", "=x", "=A1", "+4670", "x;-1"}
