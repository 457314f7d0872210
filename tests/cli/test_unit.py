"""Configuration: files written, checked, put in force, and asked about."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Ran, Run, place_of, subprocess_environment
from support.region import OGON
from support.stores import everything, rows_of

EYE_CLINIC = """\
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
    "information": None,
    "digital": False,
}
HEAD = {
    "unit": OGON,
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
LISTED = {**HEAD, "state": "in_force"}
SHOWN = {
    "schema": "tidbok.unit/1",
    "in_force": True,
    **HEAD,
    "logical_address": None,
    "also": [],
    "until": None,
    "file": "units/ogon.toml",
    "care_services": [UPPF30],
}
NOT_SHOWN = {"schema": "tidbok.unit/1", "unit": OGON, "in_force": False}


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


def edited(ran: Ran) -> dict[str, Any]:
    """What a command said of a file that it edited, without what changed in it."""
    told: dict[str, Any] = answer(ran)
    del told["fields"], told["mappings"]
    return told


def refusal(ran: Ran, status: int = 2) -> dict[str, Any]:
    """The error of a command with `-o json`; it printed nothing else."""
    assert (ran.status, ran.out) == (status, "")
    error: dict[str, Any] = json.loads(ran.err.splitlines()[-1])["error"]
    return error


def apply(run: Run, at: str, *more: str, status: int = 0) -> list[tuple[str, str]]:
    """Applies the files; gives what changed, as (change, HSA-id)."""
    done = answer(run("unit", "apply", "--yes", "-o", "json", "--at", at, *more), status)
    return [(action["change"], action["unit"]) for action in done["actions"]]


# ---------------------------------------------------------------------------------------- unit new


def test_a_new_unit(region: Run, units: Path) -> None:
    call = ("unit", "new", OGON, "--name", "Ögonmottagningen", "--alias", "ogon", "--calendar", "OGON-TB1",
            "--show", "--cancel", "--rebook", "--book", "-o", "json")  # fmt: skip
    file = str(units / "ogon.toml")
    assert edited(region(*call)) == {"schema": "tidbok.file/1", "unit": OGON, "file": file, "changed": True}
    written = (units / "ogon.toml").read_text(encoding="utf-8")
    assert written == (
        'hsa_id = "SE2321000024-1A2B"\nname = "Ögonmottagningen"\nalias = "ogon"\n\n'
        "[services]\nshow = true\ncancel = true\nrebook = true\nbook = true\n\n"
        '[coupling]\ncalendar = "OGON-TB1"\n'
    )
    assert edited(region(*call)) == {"schema": "tidbok.file/1", "unit": OGON, "file": file, "changed": False}
    assert (units / "ogon.toml").read_text(encoding="utf-8") == written


def test_a_new_unit_said_again_with_its_hsa_id_in_another_case_is_the_same(region: Run, units: Path) -> None:
    assert region("unit", "new", OGON, "--name", "Ögon", "--alias", "ogon").status == 0
    again = region("unit", "new", OGON.lower(), "--name", "Ögon", "--alias", "ogon", "-o", "json")
    assert answer(again)["changed"] is False
    assert OGON in (units / "ogon.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [
        ([OGON, "--name", "Annat"], "unit.file_exists", "units/ogon.toml"),
        (["SE2321000024-9Z", "--name", "Hud", "--alias", "ogon"], "unit.alias_taken", "units/ogon.toml:3, alias"),
        (["SE2321000024-9Z", "--name", "Hud", "--alias", "Hud"], "unit.bad_alias", "--alias"),
        (["SE2321000024-9Z", "--name", "Hud", "--alias", "hud/barn"], "unit.bad_alias", "--alias"),
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
    put(units, EYE_CLINIC)
    error = refusal(region("unit", "new", *arguments, "-o", "json"))
    assert (error["code"], error["where"]) == (code, where)
    assert [path.name for path in units.iterdir()] == ["ogon.toml"]


def test_a_new_unit_where_no_folder_can_be(region: Run, units: Path) -> None:
    units.rmdir()
    units.write_text("a file")
    assert region("unit", "new", OGON, "--name", "Ögon").status == 2


# ------------------------------------------------------------------------------ service map, unmap, list


def test_a_code_is_mapped_changed_and_unmapped_with_the_rest_of_the_file_as_it_was(region: Run, units: Path) -> None:
    path = put(units, "# ögon\n" + EYE_CLINIC)
    map_new = ("service", "map", "ogon", "NYB", "--kind", "time_type", "--journal-name", "Nybesök", "--label", "Första",
               "--show", "--cancel", "--book", "basis", "--cancel-deadline-hours", "24", "-o", "json")  # fmt: skip
    changed = {"schema": "tidbok.file/1", "unit": OGON, "file": str(path), "changed": True}
    assert edited(region(*map_new)) == changed
    entry = (
        '\n[[care_service]]\ncode = "NYB"\nkind = "time_type"\njournal_name = "Nybesök"\nlabel = "Första"\n'
        'show = true\ncancel = true\nbook = "basis"\ncancel_deadline_hours = 24\n'
    )
    assert path.read_text(encoding="utf-8") == f"# ögon\n{EYE_CLINIC}{entry}"
    assert edited(region(*map_new)) == {**changed, "changed": False}
    # what is not named is left as it is, and the unit may be named by its HSA-id in any case
    assert edited(region("service", "map", OGON.lower(), "NYB", "--no-cancel", "-o", "json")) == changed
    assert path.read_text(encoding="utf-8").endswith(entry.replace("cancel = true", "cancel = false"))
    assert edited(region("service", "unmap", "ogon", "NYB", "-o", "json")) == changed
    assert edited(region("service", "unmap", "ogon", "NYB", "-o", "json")) == {**changed, "changed": False}
    assert path.read_text(encoding="utf-8") == f"# ögon\n{EYE_CLINIC}"


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
        (["map", "ogon", "UPP\t30"], "argument.control_character"),
        (["map", "ogon", ""], "argument.not_a_name"),
        (["map", "hud", "UPPF30"], "unit.no_file"),
        (["unmap", "hud", "UPPF30"], "unit.no_file"),
        (["map", "UPPF30"], "usage.missing"),
        (["map", "ogon", "--all", "UPPF30"], "usage.not_together"),
        (["copy", "ogon", "ogon", "--code", "NYB"], "service.unknown"),
    ],
)
def test_a_mapping_that_would_be_wrong_is_not_written(
    region: Run, units: Path, arguments: list[str], code: str
) -> None:
    path = put(units, EYE_CLINIC)
    assert refusal(region("service", *arguments, "-o", "json"))["code"] == code
    assert path.read_text(encoding="utf-8") == EYE_CLINIC
    assert [each.name for each in units.iterdir()] == ["ogon.toml"]


def test_codes_are_listed_as_they_are_in_force(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    apply(region, "2026-01-01")
    region("service", "map", "ogon", "NYB")
    assert answer(region("service", "list", "ogon", "-o", "json")) == [UPPF30]
    apply(region, "2026-02-01")
    assert [each["code"] for each in answer(region("service", "list", "ogon", "-o", "json"))] == ["NYB", "UPPF30"]
    assert answer(region("service", "list", "ogon", "--at", "2026-01-31", "-o", "json")) == [UPPF30]
    assert answer(region("service", "list", "ogon", "--at", "2025-12-31", "-o", "json")) == []
    assert refusal(region("service", "list", "hud", "-o", "json"))["code"] == "unit.unknown"


# ------------------------------------------------------------------------------------ unit list, show


def test_units_in_force(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    put(units, HUD, "hud")
    apply(region, "2026-01-01")
    rows = answer(region("unit", "list", "-o", "json"))
    assert rows[1] == LISTED
    assert [row["unit"] for row in rows] == ["SE2321000024-3C4D", OGON]  # by name: Hud… before Ögon…
    assert [json.loads(line) for line in region("unit", "list", "-o", "ndjson").out.splitlines()] == rows
    assert region("unit", "list", "-o", "csv").out.splitlines()[0::2] == [
        "unit,alias,name,show,cancel,rebook,book,calendar,codes,since,state",
        f"{OGON},ogon,Ögonmottagningen,true,true,false,false,OGON-TB1,1,2026-01-01T00:00:00+01:00,in_force",
    ]
    before = answer(region("unit", "list", "--at", "2025-12-31T23:59:59", "-o", "json"))
    assert [each["state"] for each in before] == ["waiting", "waiting"]


def test_the_state_of_each_clinic(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    path = put(units, HUD, "hud")
    apply(region, "2026-01-01")
    put(units, renamed("Sedan"))
    apply(region, "2090-01-01", "ogon")
    path.unlink()
    put(units, HUD.replace("3C4D", "5E6F").replace("Hud", "Barn").replace('"hud"', '"barn"'), "barn")
    put(units, HUD.replace("3C4D", "7G8H").replace("Hud", "Öron").replace('"hud"', '"oron"') + "wrong = 1\n", "oron")
    put(units, HUD.replace("3C4D", "9J9K").replace("Hud", "Tand").replace('"hud"', '"tand"'), "tand")
    apply(region, "2090-01-01", "tand")

    def states() -> list[tuple[str, str]]:
        return [(each["name"], each["state"]) for each in answer(region("unit", "list", "-o", "json"))]

    expected = [
        ("Barnmottagningen", "file_only"),
        ("Hudmottagningen", "file_gone"),
        ("Tandmottagningen", "waiting"),
        ("Ögonmottagningen", "in_force"),
        ("Öronmottagningen", "file_only"),
    ]
    assert states() == expected
    put(units, "no TOML")  # it is there, though
    assert states() == expected
    assert "only a file" in region("unit", "list").out


def test_what_waits_and_what_it_changes(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    put(units, HUD, "hud")
    apply(region, "2026-01-01")
    assert (region("unit", "waiting").out, answer(region("unit", "waiting", "-o", "json"))) == ("Nothing waits.\n", [])
    put(units, EYE_CLINIC.replace("Besök", "Återbesök").replace("cancel = true", "cancel = false"))
    apply(region, "2090-01-01", "--purpose", "REK-17")
    (units / "hud.toml").unlink()
    apply(region, "2091-01-01", "--remove")
    first, second = answer(region("unit", "waiting", "-o", "json"))
    assert first.pop("applied_at")
    assert first == {
        "unit": OGON,
        "name": "Ögonmottagningen",
        "begins": "2090-01-01T00:00:00+01:00",
        "change": "change",
        "actor": "tester",
        "purpose": "REK-17",
        "changes": ["services.cancel = true → false", '~ UPPF30: label = "Besök" → "Återbesök"'],
    }
    assert (second["change"], second["changes"], second["purpose"]) == ("remove", ["ends"], None)
    assert answer(region("unit", "waiting", "hud", "-o", "json")) == [second]
    told = region("unit", "waiting", "ogon").out
    assert told.startswith(f"{OGON} Ögonmottagningen: from Sun 1 Jan 2090 00:00, applied ") and "REK-17" in told
    assert region("unit", "waiting", "okand").status == 2


@pytest.mark.parametrize("name", ["ogon", OGON, OGON.lower()])
def test_one_unit_in_force(region: Run, units: Path, name: str) -> None:
    put(units, EYE_CLINIC)
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
    return EYE_CLINIC.replace("Ögonmottagningen", name)


def names(run: Run, *moments: str) -> list[str | None]:
    """The name of the eye clinic at each moment, None where it has no version in force."""
    shown = (json.loads(run("unit", "show", OGON, "--at", at, "-o", "json").out) for at in moments)
    return [each.get("name") for each in shown]


def test_applying_says_what_it_did_and_a_second_time_nothing(region: Run, units: Path, tmp_path: Path) -> None:
    put(units, EYE_CLINIC)
    call = ("unit", "apply", "--yes", "--at", "2026-01-01", "-o", "json")
    first = answer(region(*call))
    assert (first["schema"], first["at"]) == ("tidbok.apply/1", "2026-01-01T00:00:00+01:00")
    assert [(each["change"], each["unit"], each["name"]) for each in first["actions"]] == [
        ("add", OGON, "Ögonmottagningen")
    ]
    before = everything(tmp_path)
    assert answer(region(*call)) == {**first, "actions": []}
    assert answer(region("unit", "apply", "-o", "json"))["actions"] == []  # nothing to ask about
    assert everything(tmp_path) == before


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
    kept = rows_of(tmp_path, "SELECT name, begins < ends FROM unit_version ORDER BY id")
    assert kept == [("Ett", 1), ("Två", 0), ("Tre", 1)]
    assert region("store", "check").status == 0


@pytest.mark.parametrize("name", ["Ett", "Två", "Tre"])
def test_a_version_cannot_be_put_before_the_latest(region: Run, units: Path, tmp_path: Path, name: str) -> None:
    for at, earlier in (("2020-01-01", "Ett"), ("2021-01-01", "Två")):
        put(units, renamed(earlier))
        apply(region, at)
    put(units, renamed(name))
    before = everything(tmp_path)
    error = refusal(region("unit", "apply", "--yes", "--at", "2020-12-31T23:59:59", "-o", "json"))
    assert error["code"] == "apply.before_latest"
    assert "Fri 1 Jan 2021 00:00" in error["message"]
    assert everything(tmp_path) == before


def test_a_future_version_waits_and_a_later_apply_replaces_it(region: Run, units: Path) -> None:
    put(units, renamed("Nu"))
    apply(region, "2020-01-01")
    put(units, renamed("Sedan"))
    assert apply(region, "2090-01-01") == [("change", OGON)]
    assert names(region, "2026-01-01", "2089-12-31T23:59:59", "2090-01-01") == ["Nu", "Nu", "Sedan"]
    waits = region("unit", "apply", "--yes", "-o", "json")  # the same files again: what waits, waits
    assert answer(waits)["actions"] == []
    assert answer(waits)["waiting"] == [{"unit": OGON, "begins": "2090-01-01T00:00:00+01:00"}]
    assert names(region, "2026-12-01", "2090-01-01") == ["Nu", "Sedan"]
    put(units, renamed("Ännu senare"))
    lost = refusal(region("unit", "apply", "--yes", "--at", "2089-06-01", "-o", "json"), status=1)
    assert lost["code"] == "apply.loses_waiting"
    assert [each["message"] for each in lost["problems"]] == [
        f'The clinic {OGON} has a version that waits, from Sun 1 Jan 2090 00:00: name = "Nu" → "Sedan".'
    ]
    planned = region("unit", "plan", "--at", "2089-06-01")
    assert planned.status == 1 and 'what waits from Sun 1 Jan 2090 00:00 is lost: name = "Nu" → "Sedan"' in planned.out
    assert names(region, "2089-06-01", "2090-01-01") == ["Nu", "Sedan"]
    assert apply(region, "2089-06-01", "--replace-waiting") == [("change", OGON)]
    assert apply(region, "2089-06-01", "--replace-waiting") == []
    assert names(region, "2089-05-31", "2089-06-01", "2090-01-01") == ["Nu", "Ännu senare", "Ännu senare"]
    # back to what is in force now: with leave, nothing waits any more
    put(units, renamed("Nu"))
    assert refusal(region("unit", "apply", "--yes", "-o", "json"), status=1)["code"] == "apply.loses_waiting"
    assert answer(region("unit", "apply", "--yes", "--replace-waiting", "-o", "json"))["actions"] != []
    assert names(region, "2089-06-01", "2095-01-01") == ["Nu", "Nu"]
    assert region("store", "check").status == 0


def test_a_future_alias_does_not_take_the_present_one_away(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    apply(region, "2020-01-01")
    put(units, EYE_CLINIC.replace('"ogon"', '"oga"'))
    apply(region, "2090-01-01")
    assert answer(region("unit", "show", "ogon", "-o", "json"))["alias"] == "ogon"


# ------------------------------------------------------------------------------------ removed and back


def test_a_unit_without_its_file_is_kept_with_a_warning_until_it_is_removed(region: Run, units: Path) -> None:
    path = put(units, EYE_CLINIC)
    apply(region, "2020-01-01")
    path.unlink()
    planned = region("unit", "plan", "--at", "2021-01-01")
    assert planned.status == 1 and "its file is gone" in planned.out and "Nothing" not in planned.out
    assert "Of the 1 clinics in the store" in planned.err
    kept = region("unit", "apply", "--yes", "--at", "2021-01-01", "-o", "json")
    assert answer(kept)["actions"] == []
    assert kept.err.startswith("warning: ") and OGON in kept.err and "--remove" in kept.err
    assert apply(region, "2022-01-01", "--remove") == [("remove", OGON)]
    assert apply(region, "2023-01-01", "--remove") == []
    assert names(region, "2021-06-01", "2021-12-31T23:59:59", "2022-01-01") == ["Ögonmottagningen"] * 2 + [None]
    assert answer(region("unit", "list", "-o", "json")) == []
    # and back again
    put(units, renamed("Åter"))
    assert apply(region, "2024-01-01") == [("add", OGON)]
    assert names(region, "2021-06-01", "2023-06-01", "2024-01-01") == ["Ögonmottagningen", None, "Åter"]
    assert region("store", "check").status == 0


def test_a_unit_that_waits_and_has_no_file_any_more_never_comes_into_force(region: Run, units: Path) -> None:
    path = put(units, EYE_CLINIC)
    apply(region, "2090-01-01")
    path.unlink()
    assert region("unit", "apply", "--yes", "--remove", "--at", "2089-01-01").status == 1
    apply(region, "2089-01-01", "--remove", "--replace-waiting")
    assert names(region, "2090-01-01") == [None]


def test_what_waits_comes_at_once_where_it_is_named_with_leave(region: Run, units: Path) -> None:
    put(units, renamed("Nu"))
    apply(region, "2020-01-01")
    put(units, renamed("Sedan"))
    apply(region, "2090-01-01")
    assert apply(region, "2026-11-01", "--replace-waiting") == []
    assert apply(region, "2026-11-01", "--replace-waiting", "ogon") == [("change", OGON)]
    assert names(region, "2026-11-01", "2090-01-01") == ["Sedan", "Sedan"]
    history = answer(region("unit", "history", "ogon", "-o", "json"))["versions"]
    assert [(each["begins"][:4], each["replaced"], each["fields"][0]["before"]) for each in history[1:]] == [
        ("2026", False, "Nu"), ("2090", True, "Nu"),
    ]  # fmt: skip
    put(units, HUD, "hud")
    (units / "ogon.toml").unlink()
    apply(region, "2090-06-01", "--remove")  # an end waits as well, and a file that is gone equals it
    assert answer(region("unit", "plan", "-o", "json"))["actions"] == []
    put(units, renamed("Åter"))
    assert "ends" in region("unit", "apply", "--yes", "ogon").err


def test_an_alias_goes_over_to_another_unit(region: Run, units: Path) -> None:
    path = put(units, EYE_CLINIC)
    apply(region, "2020-01-01")
    path.unlink()
    put(units, HUD.replace('"hud"', '"ogon"'), "hud")
    # while its owner is in force the alias is taken
    taken = refusal(region("unit", "apply", "--yes", "--at", "2021-01-01", "-o", "json"))
    assert (taken["code"], taken["problems"][0]["where"]) == ("apply.alias_is_taken", "units/hud.toml:3, alias")
    planned = region("unit", "plan", "--at", "2021-01-01")
    assert planned.status == 1 and OGON in planned.err
    assert answer(region("unit", "show", "ogon", "-o", "json"))["unit"] == OGON
    assert region("unit", "apply", "--yes", "--at", "2021-01-01", "hud").status == 2
    assert apply(region, "2022-01-01", "--remove", OGON) == [("remove", OGON)]
    assert apply(region, "2023-01-01") == [("add", "SE2321000024-3C4D")]
    assert apply(region, "2023-01-01") == []
    # and whose it is depends on the moment
    for at, owner in (("2021-06-01", OGON), ("2023-06-01", "SE2321000024-3C4D")):
        assert json.loads(region("unit", "show", "ogon", "--at", at, "-o", "json").out)["unit"] == owner


def test_an_alias_goes_over_in_the_same_apply_that_removes_its_owner(region: Run, units: Path) -> None:
    path = put(units, EYE_CLINIC)
    apply(region, "2020-01-01")
    path.unlink()
    put(units, HUD.replace('"hud"', '"ogon"'), "hud")
    at_once = (*place_of(units.parent.parent), "unit", "apply", "--yes", "--remove", "--at", "2021-01-01")
    process = subprocess.run(
        [sys.executable, "-m", "tidbok_cli", *at_once], env=subprocess_environment(), capture_output=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (10, 10)),
    )  # fmt: skip
    assert process.returncode == 0, process.stderr.decode()
    assert answer(region("unit", "show", "ogon", "-o", "json"))["unit"] == "SE2321000024-3C4D"
    assert names(region, "2020-06-01", "2021-01-01") == ["Ögonmottagningen", None]


def test_two_units_exchange_their_aliases(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    put(units, HUD, "hud")
    apply(region, "2020-01-01")
    put(units, EYE_CLINIC.replace('"ogon"', '"hud"'))
    put(units, HUD.replace('"hud"', '"ogon"'), "hud")
    apply(region, "2021-01-01")
    assert answer(region("unit", "show", "hud", "-o", "json"))["unit"] == OGON


def test_an_hsa_id_written_in_another_case_is_the_same_unit(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    apply(region, "2020-01-01")
    put(units, EYE_CLINIC.replace(OGON, OGON.lower()))
    apply(region, "2021-01-01")
    rows = answer(region("unit", "list", "-o", "json"))
    assert [row["unit"] for row in rows] == [OGON.lower()]
    assert answer(region("unit", "show", OGON, "-o", "json"))["unit"] == OGON.lower()


def test_only_the_units_that_are_named_are_applied(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    put(units, HUD, "hud")
    assert apply(region, "2020-01-01", "hud") == [("add", "SE2321000024-3C4D")]
    assert apply(region, "2020-01-01", OGON.lower(), "hud") == [("add", OGON)]
    assert refusal(region("unit", "apply", "barn", "--yes", "-o", "json"))["code"] == "unit.unknown"


# ---------------------------------------------------------------------------- mistakes (domain, What follows)

COUPLED = '[coupling]\ncalendar = "OGON-TB1"\n'
LEAST = 'hsa_id = "SE2321000024-1A2B"\nname = "Ögon"\n'
A = '[[care_service]]\ncode = "A"\n'

MISTAKES = {
    "cancel without calendar": (
        f"{LEAST}[services]\nshow = true\ncancel = true\n",
        [(4, "services.show", "unit.show_without_calendar"), (5, "services.cancel", "unit.no_calendar")],
    ),
    "rebook without calendar": (
        f"{LEAST}[services]\nshow = true\nrebook = true\n",
        [(4, "services.show", "unit.show_without_calendar"), (5, "services.rebook", "unit.no_calendar")],
    ),
    "book without calendar": (f"{LEAST}[services]\nbook = true\n", [(4, "services.book", "unit.no_calendar")]),
    "cancel without show": (
        f"{LEAST}{COUPLED}[services]\ncancel = true\n",
        [(6, "services.cancel", "unit.without_show")],
    ),
    "rebook without show": (
        f"{LEAST}{COUPLED}[services]\nshow = false\nrebook = true\n",
        [(7, "services.rebook", "unit.without_show")],
    ),
    "a mapping with cancel without show": (
        f'{LEAST}{A}label = "Besök"\ncancel = true\n',
        [(6, "care_service.0.cancel", "mapping.without_show")],
    ),
    "a mapping with rebook without show": (
        f'{LEAST}{A}show = false\nrebook = true\nbook = "open"\nlabel = "Besök"\n',
        [(6, "care_service.0.rebook", "mapping.without_show")],
    ),
    "shown without label": (f"{LEAST}{A}show = true\n", [(3, "care_service.0", "mapping.without_label")]),
    "shown with an empty label": (
        f'{LEAST}{A}show = true\nlabel = ""\n',
        [(3, "care_service.0", "mapping.without_label")],
    ),
    "a label of no letters": (
        f'{LEAST}{A}label = "—"\n',
        [(5, "care_service.0.label", "mapping.label_without_letters")],
    ),
    "bookable without label": (f'{LEAST}{A}book = "open"\n', [(3, "care_service.0", "mapping.without_label")]),
    "bookable with a basis, without label": (
        f'{LEAST}{A}book = "basis"\n',
        [(3, "care_service.0", "mapping.without_label")],
    ),
    "the same code twice": (f"{LEAST}{A}{A}", [(6, "care_service.1.code", "unit.code_twice")]),
    "several at once": (
        f'{LEAST}{A}show = true\n{A}alias = "a"\n[services]\nshow = 1\n',
        [
            (3, "care_service.0", "mapping.without_label"),
            (7, "care_service.1.code", "unit.code_twice"),
            (8, "care_service.1.alias", "toml.unknown_key"),
            (10, "services.show", "toml.wrong_type"),
        ],
    ),
    "an unknown key": (f"{LEAST}region = 1\n", [(3, "region", "toml.unknown_key")]),
    "a misspelt key": (f"{LEAST}[services]\nshows = true\n", [(4, "services.shows", "toml.misspelt_key")]),
    "a wrong type": (f'{LEAST}[services]\nshow = "yes"\n', [(4, "services.show", "toml.wrong_type")]),
    "an unknown value": (f'{LEAST}{A}book = "maybe"\n', [(5, "care_service.0.book", "toml.not_allowed")]),
    "a deadline after the start": (
        f"{LEAST}{A}cancel_deadline_hours = -1\n",
        [(5, "care_service.0.cancel_deadline_hours", "toml.out_of_range")],
    ),
    "half an hour": (
        f"{LEAST}{A}cancel_deadline_hours = 0.5\n",
        [(5, "care_service.0.cancel_deadline_hours", "toml.wrong_type")],
    ),
    "no HSA-id": ('name = "Ögon"\n', [(1, "hsa_id", "toml.missing_key")]),
    "a wrong HSA-id": ('name = "Ögon"\nhsa_id = "SE2321000024"\n', [(2, "hsa_id", "hsa_id.malformed")]),
    "a long HSA-id": (f'hsa_id = "{OGON.ljust(32, "0")}"\nname = "Ö"\n', [(1, "hsa_id", "hsa_id.malformed")]),
    "a wrong alias": (f'{LEAST}alias = "Ögon"\n', [(3, "alias", "unit.bad_alias")]),
    "a control character": (LEAST.replace("Ögon", "a\\u001bb"), [(2, "name", "toml.control_character")]),
    "no TOML": (f"{LEAST}alias = ogon\n", [(3, None, "toml.bad_value")]),
    "an open quotation": (f'{LEAST}alias = "ogon\n', [(3, None, "toml.unclosed")]),
    "a key twice": (f'{LEAST}name = "Öga"\n', [(3, None, "toml.twice")]),
}  # fmt: skip


def reported(ran: Ran) -> list[tuple[str, int, str | None, str, str]]:
    """What `unit validate -o json` found: file, line, key, severity, code; each with a sentence."""
    rows = json.loads(ran.out)
    assert all(row["message"] and list(row) == ["file", "line", "key", "severity", "code", "message"] for row in rows)
    return [(row["file"], row["line"], row["key"], row["severity"], row["code"]) for row in rows]


def refused_with(run: Run, folder: Path) -> list[tuple[str, str]]:
    """The code and place of each problem for which `unit apply` refuses; it changed nothing."""
    before = everything(folder)
    error = refusal(run("unit", "apply", "--yes", "-o", "json"))
    assert error["code"] == "units.invalid"
    assert everything(folder) == before
    return [(problem["code"], problem["where"]) for problem in error["problems"]]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_file(region: Run, units: Path, tmp_path: Path, name: str) -> None:
    put(units, EYE_CLINIC)
    apply(region, "2020-01-01")
    text, expected = MISTAKES[name]
    put(units, text)
    ran = region("unit", "validate", "-o", "json")
    assert ran.status == 1
    assert [(line, key, code) for _, line, key, _, code in reported(ran)] == expected
    assert {
        (file, severity) for file, _, _, severity, code in reported(ran) if code != "unit.show_without_calendar"
    } == {("units/ogon.toml", "error")}
    places = [f"units/ogon.toml:{line}" + (f", {key}" if key else "") for line, key, _ in expected]
    assert refused_with(region, tmp_path) == [
        (code, place) for (_, _, code), place in zip(expected, places, strict=True)
    ]
    told = region("unit", "validate").out.splitlines()
    assert [line.partition(": ")[0] for line in told[:-1]] == places


def test_a_file_that_is_not_utf_8(region: Run, units: Path, tmp_path: Path) -> None:
    (units / "ogon.toml").write_bytes('hsa_id = "SE2321000024-1A2B"\nname = "Ögon"\n'.encode("latin-1"))
    ran = region("unit", "validate", "-o", "json")
    assert (ran.status, reported(ran)) == (1, [("units/ogon.toml", 2, None, "error", "toml.not_utf8")])
    assert refused_with(region, tmp_path) == [("toml.not_utf8", "units/ogon.toml:2")]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (HUD.replace("SE2321000024-3C4D", OGON), (1, "hsa_id", "error", "unit.hsa_id_twice")),
        (HUD.replace("SE2321000024-3C4D", OGON.lower()), (1, "hsa_id", "error", "unit.hsa_id_twice")),
        (HUD.replace('"hud"', '"ogon"'), (3, "alias", "error", "unit.alias_twice")),
    ],
)
def test_two_files_of_one_unit_or_alias(
    region: Run, units: Path, tmp_path: Path, second: str, problem: tuple[int, str, str, str]
) -> None:
    put(units, EYE_CLINIC, "a")
    put(units, second, "b")
    ran = region("unit", "validate", "-o", "json")
    assert (ran.status, reported(ran)) == (1, [("units/b.toml", *problem)])
    assert refused_with(region, tmp_path) == [(problem[3], f"units/b.toml:{problem[0]}, {problem[1]}")]


def test_all_wrong_files_are_named_and_the_right_one_is_not_applied_either(
    region: Run, units: Path, tmp_path: Path
) -> None:
    put(units, EYE_CLINIC)
    put(units, HUD + "a = 1\n", "hud")
    put(units, 'name = "Barn"\n', "barn")
    found = [
        ("units/barn.toml", 1, "hsa_id", "error", "toml.missing_key"),
        ("units/hud.toml", 4, "a", "error", "toml.unknown_key"),
    ]
    ran = region("unit", "validate", "-o", "json")
    assert [(file, line, key) for file, line, key, _, _ in reported(ran)] == [each[:3] for each in found]
    assert [place for _, place in refused_with(region, tmp_path)] == [
        "units/barn.toml:1, hsa_id",
        "units/hud.toml:4, a",
    ]
    assert [each["state"] for each in answer(region("unit", "list", "-o", "json"))] == ["file_only"] * 2
    # the others' plan is told all the same, and a clinic that is named needs its own file alone
    planned = region("unit", "plan", "-o", "json")
    assert (planned.status, json.loads(planned.err.splitlines()[-1])["error"]["code"]) == (2, "units.passed_over")
    assert [each["unit"] for each in json.loads(planned.out)["actions"]] == [OGON]
    assert [region("unit", verb, "ogon").status for verb in ("validate", "plan")] == [0, 1]
    assert [region("unit", verb, "hud").status for verb in ("validate", "plan", "apply")] == [1, 2, 2]
    assert answer(region("unit", "apply", "ogon", "--yes", "-o", "json"))["actions"][0]["unit"] == OGON
    # a file that can no longer be read is not gone
    put(units, "hsa_id = \n")
    planned = region("unit", "plan", "--remove", "-o", "json")
    assert (planned.status, json.loads(planned.out)["actions"], json.loads(planned.out)["kept_without_file"]) == (
        2, [], [],
    )  # fmt: skip
    assert [region("unit", verb, "ogon").status for verb in ("validate", "plan")] == [1, 2]


def test_mistakes_of_the_region_and_of_a_unit_at_once(region: Run, units: Path) -> None:
    put(units, HUD + "a = 1\n", "hud")
    (units.parent / "tidbok.toml").write_text('[region]\nname = "Testregionen"\n[policy]\nrequire_purpose = 1\n')
    ran = region("unit", "validate", "-o", "json")
    assert ran.status == 1
    assert [(Path(file).name, line, key) for file, line, key, _, _ in reported(ran)] == [
        ("tidbok.toml", 4, "policy.require_purpose"),
        ("hud.toml", 4, "a"),
    ]
    assert region("unit", "apply", "--yes").status == 2


@pytest.mark.parametrize(
    ("text", "line", "key", "code"),
    [
        (f"{LEAST}[services]\nshow = true\n", 4, "services.show", "unit.show_without_calendar"),
        (LEAST.replace("SE2321000024", "SE2321000025"), 1, "hsa_id", "hsa_id.check_digit"),
    ],
)
def test_what_is_only_doubtful_is_told_once_and_applied(
    region: Run, units: Path, text: str, line: int, key: str, code: str
) -> None:
    put(units, text)
    ran = region("unit", "validate", "-o", "json")
    assert (ran.status, reported(ran)) == (0, [("units/ogon.toml", line, key, "warning", code)])
    done = region("unit", "apply", "--yes", "-o", "json")
    assert [action["change"] for action in answer(done)["actions"]] == ["add"]
    assert [told.partition(": ")[0] for told in done.err.splitlines()] == [f"units/ogon.toml:{line}, {key}"]


def test_a_mapping_may_allow_what_the_unit_does_not_offer_yet(region: Run, units: Path) -> None:
    put(units, f'{LEAST}{A}label = "Besök"\nshow = true\ncancel = true\nrebook = true\nbook = "open"\n')
    ran = region("unit", "validate", "-o", "json")
    assert (ran.status, reported(ran)) == (0, [])
    assert region("unit", "apply", "--yes").status == 0


def test_files_that_are_hidden_or_no_toml_are_none_of_the_units(region: Run, units: Path) -> None:
    put(units, EYE_CLINIC)
    (units / ".ogon.toml.swp").write_text("x")
    (units / ".hud.toml").write_text("x")
    (units / "README.md").write_text("x")
    assert region("unit", "validate").status == 0
    assert apply(region, "2020-01-01") == [("add", OGON)]
