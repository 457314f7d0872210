"""Files edited in bulk: `unit set` and `import`, `service map`, `copy` and `import` over many clinics."""

import json
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from support.answers import error, report
from support.command_line import Ran, Run
from support.region import OGON, OGON_FILE

from tidbok_cli.exchange.unit_file import parse_unit

HUD = "SE2321000024-3C4D"
OGON_TEXT = f"# ögon: beslut 2026-14\n{OGON_FILE}  # sist\n"
HUD_TEXT = f"""\
hsa_id = "{HUD}"
name = "Hudmottagningen"  # till våren

[services]  # beslut
show = true
[coupling]
calendar = "HUD-TB1"

[[care_service]]
code = "uppf30"
label = "Återbesök"
show = true
"""


@pytest.fixture
def units(region: Run, tmp_path: Path) -> Path:
    """The folder of the clinics' files, with two in it: their codes differ in case."""
    folder = tmp_path / "config/units"
    (folder / "ogon.toml").write_text(OGON_TEXT, encoding="utf-8")
    (folder / "hud.toml").write_text(HUD_TEXT, encoding="utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def answer(ran: Ran, status: int = 0) -> Any:
    assert ran.status == status, ran.err
    return json.loads(ran.out)


def changed(told: Any) -> list[str]:
    """The units whose files changed."""
    return [each["unit"] for each in told["files"] if each["changed"]]


def twice(run: Run, *call: str, stdin: str = "", units: Path) -> Any:
    """The answer of a call: said dry it changes nothing, said again nothing more."""
    before = texts(units)
    dry = answer(run(*call, "--dry-run", "-o", "json", stdin=stdin))
    assert texts(units) == before
    told = answer(run(*call, "-o", "json", stdin=stdin))
    assert told == dry
    after = texts(units)
    again = answer(run(*call, "-o", "json", stdin=stdin))
    assert not any(again.get(key) for key in ("changed", "created", "updated"))
    assert texts(units) == after
    assert "unchanged" in run(*call, stdin=stdin).out
    return told


# ------------------------------------------------------------------------------------------------ unit set


def test_a_service_that_is_refused_is_decided_and_told(region: Run, units: Path) -> None:
    write_clinic = ("unit", "new", "SE2321000024-1003", "--name", "Ny", "--alias", "ny")
    assert region(*write_clinic).status == 0
    told = region("unit", "set", "ny", "--no-book").out
    assert "    services.book = false\n" in told
    assert "\nbook = false\n" in (units / "ny.toml").read_text(encoding="utf-8")
    assert "unchanged" in region("unit", "set", "ny", "--no-book").out


def test_keys_of_a_clinic_are_set_with_the_rest_of_the_file_as_it_was(region: Run, units: Path) -> None:
    call = ("unit", "set", HUD, "--name", "Hud", "--alias", "hud", "--calendar", "HUD-TB2", "--cancel")
    told = twice(region, *call, units=units)
    assert [(each["key"], each["before"], each["after"]) for each in told["fields"]] == [
        ("name", "Hudmottagningen", "Hud"),
        ("alias", None, "hud"),
        ("services.cancel", False, True),
        ("coupling.calendar", "HUD-TB1", "HUD-TB2"),
    ]
    expected = HUD_TEXT.replace('"Hudmottagningen"', '"Hud"').replace("TB1", "TB2")
    expected = expected.replace("våren\n", 'våren\nalias = "hud"\n').replace(
        "show = true\n", "show = true\ncancel = true\n", 1
    )
    assert texts(units) == {"ogon": OGON_TEXT, "hud": expected}


def test_keys_of_all_clinics_are_set(region: Run, units: Path) -> None:
    assert changed(twice(region, "unit", "set", "--all", "--calendar", "TB", units=units)) == [HUD, OGON]
    said = region("unit", "set", "ogon", HUD, "--no-show", "--calendar", "").out
    assert said == (
        f'{units}/ogon.toml is written:\n    services.show = true → false\n    coupling.calendar = "TB" → –\n'
        f'{units}/hud.toml is written:\n    services.show = true → false\n    coupling.calendar = "TB" → –\n'
        "“tidbok unit apply” puts it in force.\n"
    )
    assert [tomllib.loads(text)["services"] for text in texts(units).values()] == [{"show": False}, {"show": False}]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (["ogon"], "unit.nothing_to_set"),
        (["--all", "--alias", "alla"], "unit.one_of_its_own"),
        (["ogon", HUD, "--name", "Alla"], "unit.one_of_its_own"),
        ([HUD, "--alias", "ogon"], "unit.alias_taken"),
        ([HUD, "--alias", "Hud"], "unit.bad_alias"),
        ([HUD, "--name", ""], "unit.mistaken"),
        (["--all", "--no-show", "--rebook"], "unit.mistaken"),
        (["nobody", "--show"], "unit.no_file"),
        (["--show"], "usage.missing"),
        (["ogon", "--all", "--show"], "usage.not_together"),
    ],
)
def test_what_would_be_wrong_is_not_written(region: Run, units: Path, call: list[str], code: str) -> None:
    ran = region("unit", "set", *call, "-o", "json")
    assert (ran.status, ran.out, error(ran)["code"]) == (2, "", code)
    assert texts(units) == {"ogon": OGON_TEXT, "hud": HUD_TEXT}


def test_all_are_known_only_where_no_file_is_broken(region: Run, units: Path) -> None:
    (units / "trasig.toml").write_text("name = ", encoding="utf-8")
    assert error(region("unit", "set", "--all", "--no-show", "-o", "json"))["code"] == "units.invalid"
    assert region("unit", "set", "ogon", "--no-show").status == 0


# --------------------------------------------------------------------------------------------- unit import


def test_a_table_makes_new_clinics_and_changes_those_that_are_there(region: Run, units: Path) -> None:
    table = (
        "hsa_id,name,calendar,show,alias\n"
        f"{HUD},,HUD-TB2,,\n{OGON.lower()},Ögonkliniken,OGON-TB1,ja,ogon\nSE2321000024-7A,Öron Tierp,O,nej,\n"
    )
    ran = region("unit", "import", "-", "-o", "json", stdin=table)
    assert (ran.status, [each["where"] for each in error(ran)["problems"]]) == (1, ["-:2, name"])
    table = table.replace(f"{HUD},,", f"{HUD},Hudmottagningen,")
    told = twice(region, "unit", "import", "-", "--alias-from-name", "--like", "ogon", stdin=table, units=units)
    assert told == report(created=1, updated=2)
    found = {name: tomllib.loads(text) for name, text in texts(units).items()}
    assert found["oron-tierp"]["care_service"][0]["code"] == "UPPF30"
    assert (found["hud"]["alias"], found["hud"]["services"]) == ("hudmottagningen", {"show": False})
    assert texts(units)["ogon"] == OGON_TEXT.replace("Ögonmottagningen", "Ögonkliniken")


def test_what_a_table_does_not_say_is_left_and_aliases_may_change_places(region: Run, units: Path) -> None:
    assert (
        answer(region("unit", "import", "-", "-o", "json", stdin=f"hsa_id,alias\n{HUD},ogon\n{OGON},\n"))["updated"]
        == 2
    )
    assert tomllib.loads(texts(units)["hud"])["alias"] == "ogon"
    assert texts(units)["ogon"] == OGON_TEXT.replace('alias  = "ogon"\n', "")


@pytest.mark.parametrize(
    ("table", "code", "where"),
    [
        (f"hsa_id,alias\n{HUD},ogon\n", "unit.alias_taken", "-:2, alias"),
        (f"hsa_id,rebook,show\n{HUD},ja,nej\n", "unit.without_show", "-:2, rebook"),
        (f"hsa_id,cancel,calendar\n{HUD},ja,\n", "unit.no_calendar", "-:2, cancel"),
        ("hsa_id,calendar\nSE2321000024-7A,TB\n", "cell.missing", "-:2, name"),
        (f"hsa_id,name\n{HUD},Hud\n{HUD},Hud 2\n", "row.contradicts", "-:3"),
        ("hsa_id,name,alias\nSE2321000024-7A,Öron,hud\n", "unit.file_exists", "-:2, hsa_id"),
    ],
)
def test_bad_rows_change_nothing(region: Run, units: Path, table: str, code: str, where: str) -> None:
    ran = region("unit", "import", "-", "-o", "json", stdin=table)
    assert (ran.status, [(each["code"], each["where"]) for each in error(ran)["problems"]]) == (1, [(code, where)])
    assert texts(units) == {"ogon": OGON_TEXT, "hud": HUD_TEXT}


def test_a_clinic_whose_file_has_mistakes_gets_no_second_file(region: Run, units: Path) -> None:
    (units / "hud.toml").write_text(HUD_TEXT + "show = 1\n", encoding="utf-8")
    ran = region("unit", "import", "-", "-o", "json", stdin=f"hsa_id,name,alias\n{HUD.lower()},Hud,hy\n")
    assert (ran.status, error(ran)["problems"][0]["code"]) == (1, "unit.file_mistaken")
    ran = region("unit", "new", HUD, "--name", "Hud", "--alias", "hy", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "unit.file_mistaken")
    assert set(texts(units)) == {"ogon", "hud"}


def test_aliases_are_made_of_names_and_numbered(region: Run, units: Path) -> None:
    call = ("unit", "new", "SE2321000024-7A", "--name", "Hud", "--alias-from-name")
    assert answer(region(*call, "-o", "json"))["file"] == str(units / "hud-2.toml")
    assert answer(region(*call, "-o", "json"))["changed"] is False
    rows = "".join(f"SE2321000024-8{letter},Ärr & Sår ({letter}) Åre\n" for letter in "AAB")
    table = f"hsa_id,name\n{rows}SE2321000024-9A,Ärr sår a Åre\nSE2321000024-9B,???\n"
    assert answer(region("unit", "new", "--from", "-", "--alias-from-name", "-o", "json", stdin=table))["created"] == 4
    names = {"arr-sar-a-are", "arr-sar-b-are", "arr-sar-a-are-2", "se2321000024-9b"}
    assert names < set(texts(units))
    assert region("unit", "new", "--from", "-", "--alias-from-name", stdin=table).out == "unchanged: 5\n"


def test_an_alias_in_force_is_another_clinics_until_it_is_ended(region: Run, units: Path) -> None:
    assert region("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    (units / "ogon.toml").unlink()
    new = ("unit", "new", "SE2321000024-7A", "--name", "Ogon", "--alias", "ogon")
    table = "hsa_id,name,alias\nSE2321000024-7A,Ogon,ogon\n"
    for call, of_row in ((new, ""), (("unit", "set", HUD, "--alias", "ogon"), ""),
                         (("unit", "import", "-"), "-:2, "), (("unit", "new", "--from", "-"), "-:2, ")):  # fmt: skip
        ran = region(*call, "-o", "json", stdin=table)
        found = error(ran)["problems"][0] if of_row else error(ran)
        assert (ran.status, found["code"], found["where"]) == (
            1 if of_row else 2,
            "apply.alias_taken",
            f"{of_row}alias",
        )
        assert OGON in found["message"]
    # an alias made of the name is another; and what is made again for the clinic itself has its own
    named = region("unit", "new", "SE2321000024-7B", "--name", "Ogon", "--alias-from-name", "-o", "json")
    assert answer(named)["file"] == str(units / "ogon-2.toml")
    assert region("unit", "new", OGON, "--name", "Ogon", "--alias", "ogon", "--dry-run").status == 0
    assert region("unit", "apply", "--yes", "--remove", "--at", "2026-02-01").status == 0
    assert region(*new).status == 0


def test_an_alias_and_a_name_are_changed_twice_before_they_are_in_force(region: Run, units: Path) -> None:
    assert region("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    name = region("unit", "list", "-o", "json")
    (before,) = (each["name"] for each in answer(name) if each["unit"] == OGON)
    twice(region, "unit", "set", "ogon", "--alias", "syn", units=units)
    twice(region, "unit", "set", before, "--name", "Synmottagningen", units=units)
    assert region("unit", "set", HUD, "--alias", "ogon").status == 0  # whose it is in the files, it names
    assert changed(answer(region("unit", "set", "ogon", HUD, "--no-show", "--dry-run", "-o", "json"))) == [HUD]
    assert region("unit", "apply", "--yes", "--at", "2026-02-01").status == 0
    assert error(region("unit", "set", before, "--name", "X", "-o", "json"))["code"] == "unit.no_file"


def test_a_store_that_is_not_there_stops_no_edit(region: Run, units: Path, tmp_path: Path) -> None:
    for store, told in (("none.db", ""), ("strange.db", "warning: ")):
        (tmp_path / "strange.db").write_text("no store", encoding="utf-8")
        ran = region("--store", str(tmp_path / store), "unit", "set", HUD, "--alias", f"a-{store[:4]}")
        assert ran.status == 0 and ran.err.startswith(told) and bool(ran.err) == bool(told)


# ------------------------------------------------------------------------------- service map, unmap, copy


def test_a_label_everywhere_adds_no_code(region: Run, units: Path) -> None:
    call = ("service", "map", "--all", "UPPF30", "--label", "Kontroll", "--existing")
    assert changed(twice(region, *call, units=units)) == [OGON]
    ran = region(*call)
    assert f"{units}/hud.toml: unchanged, it has no code UPPF30." in ran.out
    assert "has no code UPPF30, but uppf30, written otherwise" in ran.err
    assert "None of these" in region("service", "map", "ogon", "UPPF31", "--existing", "--label", "X").err
    assert texts(units)["hud"] == HUD_TEXT


def test_codes_that_differ_in_case_or_spaces_are_warned_of_and_not_made_by_the_dozen(region: Run, units: Path) -> None:
    ran = region("service", "map", "--all", "UPPF30", "--label", "Kontroll", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "service.would_double")
    assert [each["where"] for each in error(ran)["problems"]] == ["units/hud.toml"]
    assert texts(units) == {"ogon": OGON_TEXT, "hud": HUD_TEXT}
    ran = region("service", "map", "ogon", "uppf30")
    assert (ran.status, "differ only in case" in ran.err) == (0, True)
    ran = region("unit", "validate", "-o", "json")
    assert [(each["code"], each["severity"]) for each in answer(ran)] == [("unit.codes_alike", "warning")]
    ran = region("service", "import", "ogon", "-", "--dry-run", stdin="code\nUppf30\n")
    assert (ran.status, "differ only in case" in ran.err) == (0, True)


def test_a_code_goes_from_all_clinics_that_have_it(region: Run, units: Path) -> None:
    assert changed(twice(region, "service", "unmap", "--all", "UPPF30", units=units)) == [OGON]
    assert texts(units)["hud"] == HUD_TEXT


def test_what_is_so_already_is_not_written_out(region: Run, units: Path) -> None:
    call = ("service", "map", "ogon", "UPPF30", "--no-cancel", "--kind", "care_service", "--information", "")
    assert answer(region(*call, "-o", "json"))["changed"] is False
    assert texts(units)["ogon"] == OGON_TEXT


def test_codes_of_one_clinic_are_given_to_others(region: Run, units: Path) -> None:
    assert region("service", "map", "ogon", "NYB", "--label", "Ny", "--book", "open", "--digital").status == 0
    told = twice(region, "service", "copy", "ogon", "Hudmottagningen", "ogon", "--code", "NYB", units=units)
    assert changed(told) == [HUD]
    entries = tomllib.loads(texts(units)["hud"])["care_service"]
    assert [entry["code"] for entry in entries] == ["uppf30", "NYB"]
    assert (entries[1]["label"], entries[1]["book"], entries[1]["digital"]) == ("Ny", "open", True)
    assert twice(region, "service", "copy", HUD, "ogon", units=units)["mappings"][0]["code"] == "uppf30"
    assert error(region("service", "copy", "nobody", "ogon", "-o", "json"))["where"] == "FROM"


# ------------------------------------------------------------------------------ service list and import


def test_the_codes_of_all_clinics_are_listed_changed_and_read_back(region: Run, units: Path) -> None:
    assert region("unit", "apply", "--yes").status == 0
    listed = region("service", "list", "-o", "csv").out
    assert listed.splitlines()[0].startswith("unit,code,kind,")
    assert [line.partition(",kind")[0] for line in listed.splitlines()][1:] and listed.count("\n") == 3
    assert [each["unit"] for each in answer(region("service", "list", "-o", "json"))] == [HUD, OGON]
    assert twice(region, "service", "import", "-", stdin=listed, units=units) == report(unchanged=2)
    told = twice(region, "service", "import", "-", stdin=listed.replace("Besök", "Kontroll"), units=units)
    assert told == report(updated=1, unchanged=1)
    assert texts(units) == {"ogon": OGON_TEXT.replace("Besök", "Kontroll"), "hud": HUD_TEXT}
    ran = region("service", "import", "ogon", "-", "-o", "json", stdin=listed)
    assert (ran.status, error(ran)["code"]) == (2, "service.several_units")
    one = region("service", "list", "ogon", "-o", "csv").out
    assert answer(region("service", "import", "Hudmottagningen", "-", "-o", "json", stdin=one)) == report(created=1)


@pytest.mark.parametrize(
    ("rows", "code", "where"),
    [
        ("nobody,A,A", "unit.no_file", "-:3, unit"),
        (",A,A", "cell.missing", "-:3, unit"),
        (f"{OGON},UPPF30,Annat", "row.contradicts", "-:3"),
        ("Hudmottagningen,uppf30,", "mapping.without_label", "-:3, label"),
    ],
)
def test_one_bad_row_and_no_clinics_file_is_changed(region: Run, units: Path, rows: str, code: str, where: str) -> None:
    ran = region("service", "import", "-", "-o", "json", stdin=f"unit,code,label\nogon,UPPF30,Nytt\n{rows}\n")
    assert (ran.status, [(each["code"], each["where"]) for each in error(ran)["problems"]]) == (1, [(code, where)])
    assert texts(units) == {"ogon": OGON_TEXT, "hud": HUD_TEXT}


def test_a_table_without_the_clinic_is_told_so(region: Run, units: Path) -> None:
    ran = region("service", "import", "-", "-o", "json", stdin="code,label\nUPPF30,Nytt\n")
    assert (ran.status, error(ran)["code"], "unit" in error(ran)["message"]) == (2, "columns.missing", True)
    assert region("service", "import", "ogon", "hud", "-").status == 2


# ----------------------------------------------------------------------------- clinics with only a file


@pytest.mark.parametrize(
    "call",
    ["unit show hud", "unit history hud", "service list hud", "sweep --unit hud", "booking list --unit hud",
     "coupling check hud", "slot list --unit hud", "booking stats --unit Hudmottagningen", "relation list --unit hud"],
)  # fmt: skip
def test_every_command_knows_a_clinic_that_has_only_a_file(region: Run, units: Path, call: str) -> None:
    (units / "hud.toml").write_text(HUD_TEXT.replace("name", 'alias = "hud"\nname', 1), encoding="utf-8")
    for named in (call, call.replace("hud", HUD.lower())):
        ran = region(*named.split())
        assert ran.status in (0, 1) and ran.out
        assert "hud.toml, but is not in force yet" in ran.err or call.startswith("coupling")


# ------------------------------------------------------------------------------------------ unit export


def test_a_file_is_written_whole_or_left_as_it_was(region: Run, units: Path, tmp_path: Path) -> None:
    file = tmp_path / "in-force.toml"
    file.write_text("kept")
    ran = region("unit", "export", "ogon", "-O", str(file))
    assert (ran.status, ran.out, file.read_text()) == (1, "", "kept")
    assert region("unit", "apply", "--yes").status == 0
    ran = region("unit", "export", "ogon", "-O", str(file))
    assert (ran.status, ran.out) == (0, f"{file} is written.\n")
    assert file.read_text(encoding="utf-8") == region("unit", "export", "ogon", "-O", "-").out
    assert region("unit", "export", "ogon", "-O", str(units / "ogon.toml")).status == 0
    assert region("unit", "plan").status == 0
    assert region("unit", "export", "ogon", "-O", str(tmp_path / "no/where.toml")).status == 2


# -------------------------------------------------------------------------------------------------- bulk


def test_two_hundred_clinics_with_four_thousand_codes_in_seconds(region: Run, units: Path) -> None:
    for path in units.iterdir():
        path.unlink()
    ids = [f"SE2321000024-{number:04d}" for number in range(200)]
    clinics = "hsa_id,name,calendar,show\n" + "".join(
        f"{each},Mottagning {each[-4:]},TB{each[-4:]},ja\n" for each in ids
    )
    codes = "unit,code,label,show\n" + "".join(
        f"{each},K{number},Besök {number},ja\n" for each in ids for number in range(20)
    )
    for call, stdin in (
        (["unit", "import", "-", "--alias-from-name"], clinics),
        (["service", "import", "-"], codes),
        (["service", "map", "--all", "K7", "--label", "Återbesök"], ""),
    ):
        began = time.process_time()
        assert region(*call, stdin=stdin).status == 0
        assert time.process_time() - began < 10
    assert texts(units)["mottagning-0199"].count('"Återbesök"') == 1


def test_what_somebody_else_writes_meanwhile_is_not_lost(
    region: Run, units: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parsed(text: str, name: str) -> Any:
        (units / name.rpartition("/")[2]).write_text(OGON_TEXT + "# mitt\n", encoding="utf-8")
        return parse_unit(text, name)

    monkeypatch.setattr("tidbok_cli.workflows.unit_edit.parse_unit", parsed)
    ran = region("unit", "set", "--all", "--no-show", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "unit.changed_meanwhile")
    assert texts(units)["ogon"] == OGON_TEXT + "# mitt\n"
