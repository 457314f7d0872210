"""New clinics: `unit new --like`, and many from a table with `--from`."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.answers import error, report
from support.command_line import Run
from support.region import OGON_FILE
from support.thorough import examples
from support.workbook import Cell, workbook

from tidbok_cli.errors import BadInput, Problem
from tidbok_cli.render.terminal import Bars
from tidbok_cli.workflows.context import Context
from tidbok_cli.workflows.unit_files import put_all

HUD, BARN = "SE2321000024-3C4D", "SE2321000024-5E6F"
TABLE = f"""\
hsa_id,name,alias,calendar,show,cancel
{HUD},Hudmottagningen,hud,HUD-TB1,ja,nej
{BARN},Barnmottagningen,,,,
SE2321000024-1A2B,Ögonmottagningen,ogon,OGON-TB1,1,
"""


@pytest.fixture
def units(region: Run, tmp_path: Path) -> Path:
    """The folder of the clinics' files, with one in it."""
    folder = tmp_path / "config/units"
    (folder / "ogon.toml").write_text(OGON_FILE, encoding="utf-8")
    return folder


def made(run: Run, table: str, *options: str, status: int = 0) -> Any:
    ran = run("unit", "new", "--from", "-", *options, "-o", "json", stdin=table)
    assert ran.status == status, ran.err
    return json.loads(ran.out)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def codes(path: Path) -> list[str]:
    return [entry["code"] for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("care_service", [])]


# ------------------------------------------------------------------------------------------------ --like


def test_another_clinics_mappings_are_copied_and_nothing_else(region: Run, units: Path) -> None:
    call = ("unit", "new", HUD, "--name", "Hud", "--alias", "hud", "--like", "ogon", "-o", "json")
    assert json.loads(region(*call).out)["changed"] is True
    assert tomllib.loads((units / "hud.toml").read_text(encoding="utf-8")) == {
        "hsa_id": HUD,
        "name": "Hud",
        "alias": "hud",
        "services": {"show": False},
        "care_service": [
            {"code": "UPPF30", "kind": "care_service", "label": "Besök", "show": True, "cancel": False,
             "rebook": False, "book": "no"}
        ],
    }  # fmt: skip
    assert json.loads(region(*call).out)["changed"] is False


def test_what_is_in_force_is_copied_where_there_is_no_file(region: Run, units: Path) -> None:
    assert region("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    (units / "ogon.toml").unlink()
    assert region("unit", "new", HUD, "--name", "Hud", "--alias", "hud", "--like", "se2321000024-1a2b").status == 0
    assert codes(units / "hud.toml") == ["UPPF30"]


@pytest.mark.parametrize("like", ["nobody", "SE2321000024-9Z"])
def test_a_clinic_that_has_nothing_to_copy(region: Run, units: Path, like: str) -> None:
    told = error(region("unit", "new", HUD, "--name", "Hud", "--like", like, "-o", "json"))
    assert (told["code"], told["where"]) == ("unit.nothing_to_copy", "--like")
    assert names(units) == ["ogon.toml"]


def test_a_file_with_a_mistake_is_not_passed_over_for_what_is_in_force(region: Run, units: Path) -> None:
    assert region("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    (units / "ogon.toml").write_text(OGON_FILE.replace("true", "1"), encoding="utf-8")
    ran = region("unit", "new", HUD, "--name", "Hud", "--like", "ogon", "-o", "json")
    assert ran.status == 2
    assert [each["code"] for each in error(ran)["problems"]] == ["toml.wrong_type", "toml.wrong_type"]


# ------------------------------------------------------------------------------------------------ --from


def test_a_file_for_each_row_and_a_second_time_nothing(region: Run, units: Path) -> None:
    assert made(region, TABLE, "--like", "ogon", "--dry-run") == report(created=2, unchanged=1)
    assert names(units) == ["ogon.toml"]
    assert made(region, TABLE, "--like", "ogon") == report(created=2, unchanged=1)
    assert names(units) == ["hud.toml", "ogon.toml", f"{BARN.lower()}.toml"]
    assert (units / "ogon.toml").read_text(encoding="utf-8") == OGON_FILE
    hud = tomllib.loads((units / "hud.toml").read_text(encoding="utf-8"))
    assert (hud["coupling"], hud["services"]["show"], codes(units / "hud.toml")) == (
        {"calendar": "HUD-TB1"}, True, ["UPPF30"],
    )  # fmt: skip
    assert region("unit", "validate").status == 0
    # what is done to the files afterwards, and the rows do not say, is left as it is
    assert region("service", "map", "hud", "NYB").status == 0
    assert made(region, TABLE, "--like", "ogon") == report(unchanged=3)
    assert codes(units / "hud.toml") == ["UPPF30", "NYB"]


def test_what_is_said_to_people(region: Run, units: Path) -> None:
    ran = region("unit", "new", "--from", "-", stdin=TABLE)
    told = f"+ {HUD} Hudmottagningen", '    alias = "hud"', f"+ {BARN} Barnmottagningen"
    assert all(line in ran.out.splitlines() for line in told)
    assert ran.out.endswith(f"created: 2 (hud, {BARN}), unchanged: 1\n“tidbok unit apply” puts it in force.\n")
    assert ran.err == ""


def test_the_table_of_swedish_excel_and_a_workbook(region: Run, units: Path, tmp_path: Path) -> None:
    table = tmp_path / "mottagningar.csv"
    table.write_bytes(TABLE.replace(",", ";").replace("\n", "\r\n").encode("windows-1252"))
    assert region("unit", "new", "--from", str(table)).status == 2
    assert region("unit", "new", "--from", str(table), "--encoding", "windows-1252").status == 0
    cells: list[list[Cell]] = [["name", "hsa_id", "show", "calendar"], ["Öron", "SE2321000024-7A", True, "ORON"]]
    ran = region("unit", "new", "--from", workbook(tmp_path / "m.xlsx", {"Blad1": cells}), "-o", "json")
    assert json.loads(ran.out) == report(created=1)


HEADER = "hsa_id,name,alias,calendar,show,cancel,rebook,book"
BAD = {
    # the rows: the code, line and column of each problem
    f"{HUD},,,,,,,": [("cell.missing", "-:2, name")],
    "hud,Hud,,,,,,": [("hsa_id.malformed", "-:2, hsa_id")],
    f"{HUD},Hud,Hud,,,,,": [("unit.bad_alias", "-:2, alias")],
    f"{HUD},Hud,,,kanske,,,": [("cell.unknown_value", "-:2, show")],
    f"{HUD},Hud,,,ja,ja,,": [("unit.no_calendar", "-:2, cancel")],
    f"{HUD},Hud,,TB,,,ja,": [("unit.without_show", "-:2, rebook")],
    f"{HUD},Hud,,,,,,ja": [("unit.no_calendar", "-:2, book")],
    f"{HUD},Hud,ogon,,,,,": [("unit.alias_taken", "-:2, alias")],
    f"{HUD},Hud,hud,,,,,\n{BARN},Barn,hud,,,,,": [("unit.alias_taken", "-:3, alias")],
    f"{HUD},Hud,,,,,,\n{HUD},Hudmottagningen,,,,,,": [("row.contradicts", "-:3")],
    f"{HUD},Hud,,,,,,\n{HUD.lower()},Hud,a,,,,,": [("row.contradicts", "-:3")],
    f"{HUD},Hud,{BARN.lower()},,,,,\n{BARN},Barn,,,,,,": [("unit.file_exists", "-:3, hsa_id")],
    "SE2321000024-1a2b,Ögon,ogon,OGON-TB1,ja,,,": [("unit.file_exists", "-:2, hsa_id")],
    "SE2321000024-1A2B,Ögonmottagningen,ogon,,ja,,,": [("unit.file_exists", "-:2, hsa_id")],
}


@pytest.mark.parametrize("rows", BAD)
def test_bad_rows_are_named_and_no_file_is_written(region: Run, units: Path, rows: str) -> None:
    table = f"{HEADER}\n{rows}\nSE2321000024-8X,Bra,,,,,,\n"
    ran = region("unit", "new", "--from", "-", "-o", "json", stdin=table)
    assert ran.status == 1
    assert [(each["code"], each["where"]) for each in error(ran)["problems"]] == BAD[rows]
    assert names(units) == ["ogon.toml"]


def test_bad_rows_can_be_left_out(region: Run, units: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    table = TABLE.replace(",hud,", ",ogon,")
    assert made(region, table, "--skip-bad", "--rejected", str(bad), status=1) == report(
        created=1, unchanged=1, rejected=1
    )
    assert HUD in bad.read_text(encoding="utf-8")
    assert names(units) == ["ogon.toml", f"{BARN.lower()}.toml"]


def test_a_doubtful_row_is_told_once(region: Run, units: Path) -> None:
    ran = region("unit", "new", "--from", "-", stdin="hsa_id,name,show\nSE2321000025-1A,Hud,ja\n")
    assert ran.status == 0
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["-:2, hsa_id", "-:2, show"]


@pytest.mark.parametrize(
    ("call", "code", "told"),
    [
        ((HUD, "--from", "x.csv"), "unit.from_alone", "HSA_ID"),
        (("--from", "x.csv", "--name", "Hud", "--show"), "unit.from_alone", "--name, --show"),
        ((HUD, "--name", "Hud", "--sheet", "A", "--encoding", "utf-16"), "unit.needs_from", "--encoding, --sheet"),
        (("--name", "Hud"), "usage.missing", "HSA_ID"),
        ((HUD,), "usage.missing", "--name"),
    ],
)
def test_a_wrong_call(region: Run, units: Path, call: tuple[str, ...], code: str, told: str) -> None:
    ran = region("unit", "new", *call, "-o", "json")
    assert (ran.status, ran.out, error(ran)["code"]) == (2, "", code)
    assert told in error(ran)["message"]
    assert names(units) == ["ogon.toml"]


_clinics = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["", "ja", "nej"]), st.booleans()),
    unique_by=lambda clinic: clinic[0], max_size=8,
)  # fmt: skip


@given(clinics=_clinics)
@settings(max_examples=examples(15))
def test_any_clinics(clinics: list[tuple[int, str, bool]], region: Run, tmp_path: Path) -> None:
    units = tmp_path / "config/units"
    for path in units.iterdir():
        path.unlink()
    rows = [
        f"SE2321000024-A{number},Nr {number},{f'a{number}' if alias else ''},TB,{show}"
        for number, show, alias in clinics
    ]
    table = "\n".join(("hsa_id,name,alias,calendar,show", *rows))
    assert made(region, table) == report(created=len(clinics))
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in units.iterdir()]
    assert sorted((each["name"], each["services"]["show"], "alias" in each) for each in found) == sorted(
        (f"Nr {number}", show == "ja", alias) for number, show, alias in clinics
    )
    assert made(region, table) == report(unchanged=len(clinics))


# ----------------------------------------------------------------------------------------- all or none


def test_where_one_file_cannot_be_written_none_is(region: Run, units: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidbok_cli.workflows.unit_files.token_hex", lambda _: "x")
    (units / f".{BARN.lower()}.toml.x.new").mkdir()
    ran = region("unit", "new", "--from", "-", "-o", "json", stdin=TABLE)
    assert (ran.status, ran.out, error(ran)["code"]) == (2, "", "file.not_writable")
    assert names(units) == [f".{BARN.lower()}.toml.x.new", "ogon.toml"]


def test_files_that_were_put_in_place_are_put_back_where_a_later_one_cannot_be(tmp_path: Path) -> None:
    """A folder that comes in a file's place is noticed only when the file is to be put there."""
    units = tmp_path / "config/units"
    units.mkdir(parents=True)

    class Late(Bars):
        def track(self, items: Any, *_: Any) -> Any:
            yield from items
            (units / "folder.toml").mkdir()

    (units / "ogon.toml").write_text(OGON_FILE, encoding="utf-8")
    (units / "ogon.toml").chmod(0o640)
    told: list[Problem] = []
    place = Context({}, tmp_path, 0, told.append, lambda problem: problem.code, Late(), config_option="config")
    texts = {"ogon": OGON_FILE + "# mer\n", "new": OGON_FILE, "folder": OGON_FILE}
    with pytest.raises(BadInput) as refusal:
        put_all(place, {units / f"{name}.toml": text for name, text in texts.items()})
    assert (refusal.value.code, refusal.value.where.file) == ("file.not_writable", str(units / "folder.toml"))
    assert names(units) == ["folder.toml", "ogon.toml"]
    assert (units / "ogon.toml").read_text(encoding="utf-8") == OGON_FILE
    assert (units / "ogon.toml").stat().st_mode & 0o777 == 0o640
