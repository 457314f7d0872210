"""Places in clinics' files that `why` and `unit show` cite: right as of now, or said not to be.

The clinic of `FILE` has been in force since 2026-01-01, and a booking of Anna's is hidden there; then its file changes.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Run, done
from support.people import ANNA
from support.region import FLOGSTA, OGON

FILE = f"""\
hsa_id = "{OGON}"
name = "Ögonmottagningen"
alias = "ogon"
[services]
show = false
book = true
[coupling]
calendar = "OGON-TB1"
[[care_service]]
code = "SYNF60"
label = "Synfält"
show = true
[[care_service]]
code = "UPPF30"
label = "Besök"
show = true
cancel = false
"""
UPPF30 = FILE[FILE.rindex("[[care_service]]") :]
APPLY = "“tidbok unit apply ogon”"


@pytest.fixture
def units(region: Run, tmp_path: Path) -> Path:
    """The folder of the clinics' files."""
    units = tmp_path / "config" / "units"
    (units / "ogon.toml").write_text(FILE, encoding="utf-8")
    done(region("unit", "apply", "--yes", "--at", "2026-01-01"))
    row = f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01"
    done(region("booking", "import", "-", stdin=f"booking_id,unit,code,resident,start,created_at\n{row}\n"))
    return units


def cited(run: Run, action: str) -> dict[str, str]:
    """Place of each check's evidence: file, line and what the file says now."""
    told: Any = json.loads(run("why", "B1", "--action", action, "--at", "2026-11-01", "-o", "json").out)
    found = ((each["check"], each["evidence"]) for each in told["checks"] if "file_now" in each["evidence"])
    return {check: f"{of['file']} {of['line']} {of['file_now']}" for check, of in found}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("ogon.toml", FILE, "ogon 5, ogon 8, ogon 16, ogon 4, ogon 17", id="as applied"),
        pytest.param("ogon.toml", f"# on top\n\n{FILE}", "ogon 7, ogon 10, ogon 18, ogon 6, ogon 19", id="moved"),
        pytest.param("eyes.toml", FILE, "eyes 5, eyes 8, eyes 16, eyes 4, eyes 17", id="renamed"),
        pytest.param("eyes.toml", FILE.lower(), "eyes 5, eyes 8 differs, eyes None differs, eyes 4, eyes None differs",
                     id="in lower case"),
        pytest.param("ogon.toml", FILE.replace(UPPF30, "").replace("[[care", f"{UPPF30}[[care", 1),
                     "ogon 5, ogon 8, ogon 12, ogon 4, ogon 13", id="another order"),
        pytest.param("ogon.toml", FILE.replace("\ncancel = false", ""), "ogon 5, ogon 8, ogon 16, ogon 4, ogon 13",
                     id="the default not written"),
        pytest.param("ogon.toml", FILE.replace("\ncancel = false", "\ncancel = true"),
                     "ogon 5, ogon 8, ogon 16, ogon 4, ogon 17 differs", id="another permission"),
        pytest.param("ogon.toml", FILE.replace("book = true", "cancel = true"),
                     "ogon 5, ogon 8, ogon 16, ogon 6 differs, ogon 17", id="another offer"),
        pytest.param("ogon.toml", FILE.replace("TB1", "TB2"), "ogon 5, ogon 8 differs, ogon 16, ogon 4, ogon 17",
                     id="another calendar"),
        pytest.param("ogon.toml", FILE.replace(UPPF30, ""),
                     "ogon 5, ogon 8, ogon None differs, ogon 4, ogon None differs", id="without the code"),
        pytest.param("ogon.toml", FILE.replace(OGON, FLOGSTA), ", ".join(5 * ["ogon None gone"]), id="another's now"),
        pytest.param(None, "", ", ".join(5 * ["ogon None gone"]), id="gone"),
        pytest.param("ogon.toml", FILE.replace("false", "falsch"), ", ".join(5 * ["ogon None unreadable"]),
                     id="no TOML"),
        pytest.param("ogon.toml", FILE.replace("[services]", "[servics]"), "ogon None, ogon 8, ogon 16, ogon None, "
                     "ogon 17", id="a misspelt table"),
        pytest.param("ogon.toml", FILE.replace("[services]\nshow", "[services]\nsho"),
                     ", ".join(5 * ["ogon None unreadable"]), id="a misspelt key"),
        pytest.param("ogon.toml", FILE.replace(f'"{OGON}"', "5"), ", ".join(5 * ["ogon None unreadable"]),
                     id="an HSA-id that is none"),
        pytest.param("ogon.toml", FILE.replace('"SYNF60"', "60"), ", ".join(5 * ["ogon None unreadable"]),
                     id="a code that is none"),
        pytest.param("ogon.toml", FILE.replace("[coupling]", "[[coupling]]"), ", ".join(5 * ["ogon None unreadable"]),
                     id="a list of couplings"),
        pytest.param("ogon.toml", FILE.replace('TB1"', 'TB1"\nalso = [{calendar = "B", until = 0001-01-01}]'),
                     "ogon 5, ogon 8, ogon 17, ogon 4, ogon 18", id="a day long ago"),
    ],
)  # fmt: skip
def test_places(region: Run, units: Path, name: str | None, text: str, expected: str) -> None:
    (units / "ogon.toml").unlink()
    if name:
        (units / name).write_text(text, encoding="utf-8")
    told = dict(zip(("unit", "coupling", "service", "offer", "permission"), expected.split(", "), strict=True))
    for check, place in told.items():
        file, line, *state = place.split()
        told[check] = f"units/{file}.toml {line} {state[0] if state else 'same'}"
    assert cited(region, "cancel") == told


def test_what_is_not_configured_has_no_line_until_the_file_has_it(region: Run, units: Path) -> None:
    file = units / "ogon.toml"
    file.write_text(FILE.replace(UPPF30, ""), encoding="utf-8")
    done(region("unit", "apply", "--yes", "--allow-mass", "--at", "2026-02-01"))
    assert cited(region, "show")["service"] == "units/ogon.toml None same"
    file.write_text(FILE, encoding="utf-8")
    assert cited(region, "show")["service"] == "units/ogon.toml 14 differs"


@pytest.mark.parametrize(
    ("text", "place", "first"),
    [
        (FILE, "units/ogon.toml:5", ""),
        (
            FILE.replace("show = false", "show = true"),
            "units/ogon.toml:5, which says otherwise now",
            "First see what units/ogon.toml says now that is not in force: “tidbok unit plan ogon”. ",
        ),
        (
            None,
            "units/ogon.toml, which is not there now",
            "First write what is in force as a file again: “tidbok unit export ogon -O config/units/ogon.toml”. ",
        ),
        (
            "hsa_id = ",
            "units/ogon.toml, which cannot be read now",
            "First mend the mistakes in units/ogon.toml: “tidbok unit validate” tells them. ",
        ),
    ],
    ids=["as applied", "differs", "gone", "unreadable"],
)
def test_the_letter_says_so(
    region: Run, units: Path, text: str | None, place: str, first: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is None:
        (units / "ogon.toml").unlink()
    else:
        (units / "ogon.toml").write_text(text, encoding="utf-8")
    letter = region("why", "B1", "--at", "2026-11-01", "-o", "text").out
    assert f"The clinic is not configured to show booked times ({place}).\n" in letter
    assert f"  Next: {first}Set show = true under [services] in units/ogon.toml, then run {APPLY}.\n" in letter
    assert ("First" in letter) == bool(first)
    shown = region("unit", "show", "ogon", "--at", "2026-11-01").out
    assert shown.partition("\nFile")[2].splitlines()[0].strip() == place.replace(":5", "")


def test_a_file_that_is_gone_is_written_again_as_it_is_said(
    region: Run, units: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (units / "ogon.toml").unlink()
    ran = region("sweep", "--by", "unit,reason", "--reason", "unit.show_off", "--at", "2026-11-01", "-o", "json")
    ((command, _),) = (each["command"].split(" && ") for each in json.loads(ran.out))
    done(region(*command.split()[1:], "--at", "2026-11-01"))
    assert region("unit", "plan", "--at", "2026-11-01").status == 0
    assert cited(region, "show")["unit"].endswith(" same")


@pytest.mark.parametrize("name", ["ogon.toml", "eyes.toml"])
def test_the_file_of_a_clinic(region: Run, units: Path, name: str) -> None:
    (units / "ogon.toml").rename(units / name)
    (units / ".ogon.toml").write_text(FILE, encoding="utf-8")  # an editor's copy
    told = json.loads(region("unit", "show", "ogon", "--at", "2026-11-01", "-o", "json").out)
    assert (told["file"], told["file_now"]) == (f"units/{name}", "same")
