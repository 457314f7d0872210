"""Configuration through the command line: files written, checked, put in force and asked about at any moment."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran, Run

HSA_ID = "SE2321000024-1A2B"
OGON = """\
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"
[services]
show = true
cancel = true
[coupling]
calendar = "OGON-TB1"
[[care_service]]
code  = "UPPF30"
label = "Besök"
show = true
"""
HUD = """\
hsa_id = "SE2321000024-3C4D"
name = "Hudmottagningen"
alias = "hud"
"""
UPPF30 = {
    "code": "UPPF30",
    "kind": "care_service",
    "journal_name": None,
    "label": "Besök",
    "show": True,
    "cancel": False,
    "rebook": False,
    "book": "no",
    "cancel_deadline_hours": 0,
}
HEAD = {
    "unit": HSA_ID,
    "alias": "ogon",
    "name": "Ögonmottagningen",
    "show": True,
    "cancel": True,
    "rebook": False,
    "book": False,
    "calendar": "OGON-TB1",
    "codes": 1,
    "since": "2026-01-01T00:00:00+01:00",
}
SHOWN = {
    "schema": "tidbok.unit/1",
    "in_force": True,
    **HEAD,
    "logical_address": None,
    "until": None,
    "file": "units/ogon.toml",
    "care_services": [UPPF30],
}
NOT_SHOWN = {"schema": "tidbok.unit/1", "unit": HSA_ID, "in_force": False}


@pytest.fixture
def units(region: Run, tmp_path: Path) -> Path:
    return tmp_path / "config" / "units"


def put(folder: Path, text: str, name: str = "ogon") -> Path:
    path = folder / f"{name}.toml"
    path.write_bytes(text.encode())
    return path


def answer(ran: Ran, status: int = 0) -> Any:
    """What a command with `-o json` printed."""
    assert ran.status == status, ran.err
    return json.loads(ran.out)


def refusal(ran: Ran, status: int = 2) -> dict[str, Any]:
    """The error of a command with `-o json`; it printed nothing else."""
    assert (ran.status, ran.out) == (status, "")
    error: dict[str, Any] = json.loads(ran.err.splitlines()[-1])["error"]
    return error


def apply(run: Run, at: str, *more: str, status: int = 0) -> list[tuple[str, str]]:
    """Applies the files; gives what changed, as (change, HSA-id)."""
    done = answer(run("unit", "apply", "--yes", "-o", "json", "--at", at, *more), status)
    return [(action["change"], action["unit"]) for action in done["actions"]]


def store(folder: Path) -> list[str]:
    """All that the store holds."""
    with sqlite3.connect(folder / "tidbok.db") as connection:
        return list(connection.iterdump())


# ---------------------------------------------------------------------------------------- unit new


def test_a_new_unit(region: Run, units: Path) -> None:
    call = ("unit", "new", HSA_ID, "--name", "Ögonmottagningen", "--alias", "ogon", "--calendar", "OGON-TB1",
            "--show", "--cancel", "--rebook", "--book", "-o", "json")  # fmt: skip
    file = str(units / "ogon.toml")
    assert answer(region(*call)) == {"schema": "tidbok.file/1", "file": file, "changed": True}
    written = (units / "ogon.toml").read_text(encoding="utf-8")
    assert written == (
        'hsa_id = "SE2321000024-1A2B"\nname = "Ögonmottagningen"\nalias = "ogon"\n\n'
        "[services]\nshow = true\ncancel = true\nrebook = true\nbook = true\n\n"
        '[coupling]\ncalendar = "OGON-TB1"\n'
    )
    assert answer(region(*call)) == {"schema": "tidbok.file/1", "file": file, "changed": False}
    assert (units / "ogon.toml").read_text(encoding="utf-8") == written


def test_a_new_unit_said_again_with_its_hsa_id_in_another_case_is_the_same(region: Run, units: Path) -> None:
    assert region("unit", "new", HSA_ID, "--name", "Ögon", "--alias", "ogon").status == 0
    again = region("unit", "new", HSA_ID.lower(), "--name", "Ögon", "--alias", "ogon", "-o", "json")
    assert answer(again)["changed"] is False
    assert HSA_ID in (units / "ogon.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [
        ([HSA_ID, "--name", "Annat"], "unit.file_exists", "units/ogon.toml"),
        (["SE2321000024-9Z", "--name", "Hud", "--alias", "ogon"], "unit.alias_taken", "units/ogon.toml:3, alias"),
        (["SE2321000024-9Z", "--name", "Hud", "--alias", "Hud"], "unit.mistaken", None),
        (["SE2321000024-9Z", "--name", "Hud", "--alias", "hud/barn"], "unit.mistaken", None),
        (["SE2321000024-9Z", "--name", ""], "unit.mistaken", None),
        (["SE2321000024-9Z", "--name", "Hud", "--cancel", "--calendar", "HUD"], "unit.mistaken", None),
        (["SE2321000024-9Z", "--name", "Hud", "--book"], "unit.mistaken", None),
        (["SE2321000024-", "--name", "Hud"], "hsa_id.malformed", "HSA_ID"),
        (["hud", "--name", "Hud"], "hsa_id.malformed", "HSA_ID"),
    ],
)
def test_a_new_unit_that_would_be_wrong_is_not_written(
    region: Run, units: Path, arguments: list[str], code: str, where: str | None
) -> None:
    put(units, OGON)
    error = refusal(region("unit", "new", *arguments, "-o", "json"))
    assert (error["code"], error["where"]) == (code, where)
    assert [path.name for path in units.iterdir()] == ["ogon.toml"]


def test_a_new_unit_where_no_folder_can_be(region: Run, units: Path) -> None:
    units.rmdir()
    units.write_text("a file")
    assert region("unit", "new", HSA_ID, "--name", "Ögon").status == 2


# ------------------------------------------------------------------------------ service map, unmap, list


def test_a_code_is_mapped_changed_and_unmapped_with_the_rest_of_the_file_as_it_was(region: Run, units: Path) -> None:
    path = put(units, "# ögon\n" + OGON)
    map_new = ("service", "map", "ogon", "NYB", "--kind", "time_type", "--journal-name", "Nybesök", "--label", "Första",
               "--show", "--cancel", "--book", "basis", "--cancel-deadline-hours", "24", "-o", "json")  # fmt: skip
    changed = {"schema": "tidbok.file/1", "file": str(path), "changed": True}
    assert answer(region(*map_new)) == changed
    entry = (
        '\n[[care_service]]\ncode = "NYB"\nkind = "time_type"\njournal_name = "Nybesök"\nlabel = "Första"\n'
        'show = true\ncancel = true\nbook = "basis"\ncancel_deadline_hours = 24\n'
    )
    assert path.read_text(encoding="utf-8") == f"# ögon\n{OGON}{entry}"
    assert answer(region(*map_new)) == {**changed, "changed": False}
    # what is not named is left as it is, and the unit may be named by its HSA-id in any case
    assert answer(region("service", "map", HSA_ID.lower(), "NYB", "--no-cancel", "-o", "json")) == changed
    assert path.read_text(encoding="utf-8").endswith(entry.replace("cancel = true", "cancel = false"))
    assert answer(region("service", "unmap", "ogon", "NYB", "-o", "json")) == changed
    assert path.read_text(encoding="utf-8") == f"# ögon\n{OGON}"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["map", "ogon", "NYB", "--show"], "unit.mistaken"),
        (["map", "ogon", "NYB", "--book", "open"], "unit.mistaken"),
        (["map", "ogon", "NYB", "--label", "Besök", "--cancel"], "unit.mistaken"),
        (["map", "ogon", "UPPF30", "--no-show", "--rebook"], "unit.mistaken"),
        (["map", "ogon", "UPPF30", "--book", "perhaps"], "unit.mistaken"),
        (["map", "ogon", "UPPF30", "--kind", "visit"], "unit.mistaken"),
        (["map", "ogon", "UPPF30", "--cancel-deadline-hours", "-1"], "unit.mistaken"),
        (["map", "ogon", "UPP\t30"], "unit.mistaken"),
        (["map", "ogon", "UPPF30", "--label", "a\udcffb"], "argument.not_text"),
        (["map", "ogon", ""], "argument.not_a_name"),
        (["map", "hud", "UPPF30"], "unit.no_file"),
        (["unmap", "hud", "UPPF30"], "unit.no_file"),
        (["unmap", "ogon", "NYB"], "service.unknown"),
    ],
)
def test_a_mapping_that_would_be_wrong_is_not_written(
    region: Run, units: Path, arguments: list[str], code: str
) -> None:
    path = put(units, OGON)
    ran = region("service", *arguments, "-o", "json")
    error = refusal(ran)
    if code != "argument.not_text":  # bytes that are no UTF-8: any sentence will do, a bug's report will not
        assert error["code"] == code
    assert path.read_text(encoding="utf-8") == OGON
    assert [each.name for each in units.iterdir()] == ["ogon.toml"]


def test_codes_are_listed_as_they_are_in_force(region: Run, units: Path) -> None:
    put(units, OGON)
    apply(region, "2026-01-01")
    region("service", "map", "ogon", "NYB")
    assert answer(region("service", "list", "ogon", "-o", "json")) == [UPPF30]
    apply(region, "2026-02-01")
    assert [each["code"] for each in answer(region("service", "list", "ogon", "-o", "json"))] == ["UPPF30", "NYB"]
    assert answer(region("service", "list", "ogon", "--at", "2026-01-31", "-o", "json")) == [UPPF30]
    assert answer(region("service", "list", "ogon", "--at", "2025-12-31", "-o", "json")) == []
    assert refusal(region("service", "list", "hud", "-o", "json"))["code"] == "unit.unknown"


# ------------------------------------------------------------------------------------ unit list, show


def test_units_in_force(region: Run, units: Path) -> None:
    put(units, OGON)
    put(units, HUD, "hud")
    apply(region, "2026-01-01")
    rows = answer(region("unit", "list", "-o", "json"))
    assert rows[0] == HEAD
    assert [row["unit"] for row in rows] == [HSA_ID, "SE2321000024-3C4D"]
    assert [json.loads(line) for line in region("unit", "list", "-o", "ndjson").out.splitlines()] == rows
    assert region("unit", "list", "-o", "csv").out.splitlines()[:2] == [
        "unit,alias,name,show,cancel,rebook,book,calendar,codes,since",
        f"{HSA_ID},ogon,Ögonmottagningen,true,true,false,false,OGON-TB1,1,2026-01-01T00:00:00+01:00",
    ]
    assert answer(region("unit", "list", "--at", "2025-12-31T23:59:59", "-o", "json")) == []


@pytest.mark.parametrize("name", ["ogon", HSA_ID, HSA_ID.lower()])
def test_one_unit_in_force(region: Run, units: Path, name: str) -> None:
    put(units, OGON)
    apply(region, "2026-01-01")
    assert answer(region("unit", "show", name, "-o", "json")) == SHOWN
    assert answer(region("unit", "show", name, "--at", "2025-06-01", "-o", "json"), status=1) == NOT_SHOWN
    table = region("unit", "show", name)
    assert table.status == 0
    assert {"Ögonmottagningen", "OGON-TB1", "UPPF30", "Besök"} <= set(table.out.split())


@pytest.mark.parametrize("name", ["hud", "SE2321000024-3C4D", "Ögon", ""])
def test_a_unit_that_nobody_knows(region: Run, name: str) -> None:
    assert refusal(region("unit", "show", name, "-o", "json"))["where"] == "UNIT"


# --------------------------------------------------------------------------------------------- versions


def renamed(name: str) -> str:
    return OGON.replace("Ögonmottagningen", name)


def names(run: Run, *moments: str) -> list[str | None]:
    """The name of the eye clinic at each moment, None where it has no version in force."""
    shown = (json.loads(run("unit", "show", HSA_ID, "--at", at, "-o", "json").out) for at in moments)
    return [each.get("name") for each in shown]


def test_applying_says_what_it_did_and_a_second_time_nothing(region: Run, units: Path, tmp_path: Path) -> None:
    put(units, OGON)
    call = ("unit", "apply", "--yes", "--at", "2026-01-01", "-o", "json")
    done = {"schema": "tidbok.apply/1", "at": "2026-01-01T00:00:00+01:00"}
    action = {"change": "add", "unit": HSA_ID, "name": "Ögonmottagningen"}
    assert answer(region(*call)) == {**done, "actions": [action]}
    before = store(tmp_path)
    assert answer(region(*call)) == {**done, "actions": []}
    assert answer(region("unit", "apply", "-o", "json"))["actions"] == []  # nothing to ask about
    assert store(tmp_path) == before


def test_every_version_is_kept_with_when_it_was_in_force(region: Run, units: Path) -> None:
    for at, name in (("2020-01-01", "Ett"), ("2021-01-01", "Två"), ("2022-03-01T12:00:00+01:00", "Tre")):
        put(units, renamed(name))
        apply(region, at)
    moments = ("2019-12-31T23:59:59", "2020-01-01", "2020-12-31T23:59:59", "2021-01-01", "2022-03-01T11:59:59",
               "2022-03-01T12:00", "2026-11-01", "2099-01-01")  # fmt: skip
    assert names(region, *moments) == [None, "Ett", "Ett", "Två", "Två", "Tre", "Tre", "Tre"]
    shown = answer(region("unit", "show", "ogon", "--at", "2020-06-01", "-o", "json"))
    assert (shown["since"], shown["until"]) == ("2020-01-01T00:00:00+01:00", "2021-01-01T00:00:00+01:00")
    assert [row["name"] for row in answer(region("unit", "list", "--at", "2020-06-01", "-o", "json"))] == ["Ett"]


def test_the_same_second_replaces_the_version_which_stays_but_never_in_force(
    region: Run, units: Path, tmp_path: Path
) -> None:
    for at, name in (("2020-01-01", "Ett"), ("2021-01-01", "Två"), ("2021-01-01", "Tre")):
        put(units, renamed(name))
        apply(region, at)
    assert names(region, "2020-12-31T23:59:59", "2021-01-01", "2026-01-01") == ["Ett", "Tre", "Tre"]
    with sqlite3.connect(tmp_path / "tidbok.db") as connection:
        kept = list(connection.execute("SELECT name, begins < ends FROM unit_version ORDER BY id"))
    assert kept == [("Ett", 1), ("Två", 0), ("Tre", 1)]
    assert region("store", "check").status == 0


@pytest.mark.parametrize("name", ["Ett", "Två", "Tre"])
def test_a_version_cannot_be_put_before_the_latest(region: Run, units: Path, tmp_path: Path, name: str) -> None:
    for at, earlier in (("2020-01-01", "Ett"), ("2021-01-01", "Två")):
        put(units, renamed(earlier))
        apply(region, at)
    put(units, renamed(name))
    before = store(tmp_path)
    error = refusal(region("unit", "apply", "--yes", "--at", "2020-12-31T23:59:59", "-o", "json"))
    assert error["code"] == "apply.before_latest"
    assert "2021-01-01 00:00" in error["message"]
    assert store(tmp_path) == before


def test_a_future_version_waits_and_a_later_apply_replaces_it(region: Run, units: Path) -> None:
    put(units, renamed("Nu"))
    apply(region, "2020-01-01")
    put(units, renamed("Sedan"))
    assert apply(region, "2090-01-01") == [("change", HSA_ID)]
    assert names(region, "2026-01-01", "2089-12-31T23:59:59", "2090-01-01") == ["Nu", "Nu", "Sedan"]
    put(units, renamed("Ännu senare"))
    assert apply(region, "2089-06-01") == [("change", HSA_ID)]
    assert names(region, "2089-05-31", "2089-06-01", "2090-01-01") == ["Nu", "Ännu senare", "Ännu senare"]
    # back to what is in force now: nothing waits any more
    put(units, renamed("Nu"))
    assert answer(region("unit", "apply", "--yes", "-o", "json"))["actions"] != []
    assert names(region, "2089-06-01", "2095-01-01") == ["Nu", "Nu"]
    assert region("store", "check").status == 0


def test_a_future_alias_does_not_take_the_present_one_away(region: Run, units: Path) -> None:
    put(units, OGON)
    apply(region, "2020-01-01")
    put(units, OGON.replace('"ogon"', '"oga"'))
    apply(region, "2090-01-01")
    assert answer(region("unit", "show", "ogon", "-o", "json"))["alias"] == "ogon"


# ------------------------------------------------------------------------------------ removed and back


def test_a_unit_without_its_file_is_kept_with_a_warning_until_it_is_removed(region: Run, units: Path) -> None:
    path = put(units, OGON)
    apply(region, "2020-01-01")
    path.unlink()
    kept = region("unit", "apply", "--yes", "--at", "2021-01-01", "-o", "json")
    assert answer(kept)["actions"] == []
    assert kept.err == f"warning: The clinic {HSA_ID} is in force and has no file. --remove ends it.\n"
    assert apply(region, "2022-01-01", "--remove") == [("remove", HSA_ID)]
    assert apply(region, "2023-01-01", "--remove") == []
    assert names(region, "2021-06-01", "2021-12-31T23:59:59", "2022-01-01") == ["Ögonmottagningen"] * 2 + [None]
    assert answer(region("unit", "list", "-o", "json")) == []
    # and back again
    put(units, renamed("Åter"))
    assert apply(region, "2024-01-01") == [("add", HSA_ID)]
    assert names(region, "2021-06-01", "2023-06-01", "2024-01-01") == ["Ögonmottagningen", None, "Åter"]
    assert region("store", "check").status == 0


def test_a_unit_that_waits_and_has_no_file_any_more_never_comes_into_force(region: Run, units: Path) -> None:
    path = put(units, OGON)
    apply(region, "2090-01-01")
    path.unlink()
    apply(region, "2089-01-01", "--remove")
    assert names(region, "2090-01-01") == [None]


def test_an_alias_goes_over_to_another_unit(region: Run, units: Path) -> None:
    path = put(units, OGON)
    apply(region, "2020-01-01")
    path.unlink()
    put(units, HUD.replace('"hud"', '"ogon"'), "hud")
    assert apply(region, "2021-01-01") == [("add", "SE2321000024-3C4D")]
    assert answer(region("unit", "show", "ogon", "-o", "json"))["unit"] == "SE2321000024-3C4D"
    assert answer(region("unit", "show", HSA_ID, "-o", "json"))["in_force"] is True
    # that the former owner is removed later does not give it the alias back
    assert apply(region, "2022-01-01", "--remove") == [("remove", HSA_ID)]
    assert answer(region("unit", "show", "ogon", "-o", "json"))["unit"] == "SE2321000024-3C4D"


def test_an_alias_goes_over_in_the_same_apply_that_removes_its_owner(region: Run, units: Path) -> None:
    path = put(units, OGON)
    apply(region, "2020-01-01")
    path.unlink()
    put(units, HUD.replace('"hud"', '"ogon"'), "hud")
    assert apply(region, "2021-01-01", "--remove") == [("remove", HSA_ID), ("add", "SE2321000024-3C4D")]
    assert answer(region("unit", "show", "ogon", "-o", "json"))["unit"] == "SE2321000024-3C4D"


def test_two_units_exchange_their_aliases(region: Run, units: Path) -> None:
    put(units, OGON)
    put(units, HUD, "hud")
    apply(region, "2020-01-01")
    put(units, OGON.replace('"ogon"', '"hud"'))
    put(units, HUD.replace('"hud"', '"ogon"'), "hud")
    apply(region, "2021-01-01")
    assert answer(region("unit", "show", "hud", "-o", "json"))["unit"] == HSA_ID


def test_an_hsa_id_written_in_another_case_is_the_same_unit(region: Run, units: Path) -> None:
    put(units, OGON)
    apply(region, "2020-01-01")
    put(units, OGON.replace(HSA_ID, HSA_ID.lower()))
    apply(region, "2021-01-01")
    rows = answer(region("unit", "list", "-o", "json"))
    assert [row["unit"] for row in rows] == [HSA_ID.lower()]
    assert answer(region("unit", "show", HSA_ID, "-o", "json"))["unit"] == HSA_ID.lower()


def test_only_the_units_that_are_named_are_applied(region: Run, units: Path) -> None:
    put(units, OGON)
    put(units, HUD, "hud")
    assert apply(region, "2020-01-01", "hud") == [("add", "SE2321000024-3C4D")]
    assert apply(region, "2020-01-01", HSA_ID.lower(), "hud") == [("add", HSA_ID)]
    assert refusal(region("unit", "apply", "barn", "--yes", "-o", "json"))["code"] == "unit.unknown"
