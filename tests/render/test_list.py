"""Lists on terminals of two widths, in both languages: tests/golden/lists/.

The region has a clinic with an HSA-id of 31 characters, a long name and long labels, and bookings that are shown and
not shown. `--update-golden` writes the files anew.
"""

import shutil
from pathlib import Path

import pytest
from support.answers import Golden
from support.command_line import ESCAPE, Terminal, ended, run_in
from support.paths import GOLDEN
from support.people import ANNA, BO, CILLA
from support.region import NO_FILE, OGON, OGON_FILE, RegionAt

LONG_ID = "SE2321000024-BUPKUNGSGARDET0001"
BUP = f"""\
hsa_id = "{LONG_ID}"
name   = "Barn- och ungdomspsykiatriska öppenvårdsmottagningen Kungsgärdet"
alias  = "bup-kungsgardet"
[services]
show   = true
cancel = true
rebook = true
book   = true
[coupling]
calendar = "BUP-KUNGSGARDET-1"
logical_address = "SE2321000024-BUPGEMENSAM"
[[care_service]]
code  = "ATERBESOKSSK45"
kind  = "time_type"
journal_name = "Återbesök sjuksköterska, blodtryckskontroll, 45 min"
label = "Återbesök hos sjuksköterska för blodtryckskontroll och läkemedelsgenomgång"
show   = true
cancel = true
rebook = true
book   = "basis"
cancel_deadline_hours = 48
[[care_service]]
code  = "NYB"
label = "Nybesök"
show  = true
book  = "open"
"""
BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,status,created_at,ended_at,origin
COS-100231,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,,2026-10-01T12:00,,clinic
COS-100232,ogon,HUDB,{BO},2026-12-01T10:00,,,2026-10-01T12:00,,
COS-100233,{LONG_ID},ATERBESOKSSK45,{BO},2026-12-02T13:15,2026-12-02T14:00,,2026-10-01T12:00,,
COS-100234,{LONG_ID},NYB,{CILLA},2026-12-03T08:00,,cancelled,2026-10-01T12:00,2026-10-05T08:30,resident
COS-100235,{NO_FILE},HUDB,{CILLA},2026-12-03T08:00,,,2026-10-01T12:00,,
"""
EVENTS = f"""\
resident,unit,event,occurred_at
{BO},{LONG_ID},communication_approved,2026-10-02T09:15
{BO},{LONG_ID},approval_withdrawn,2026-10-20T16:40
"""

BOOKING_IDS = ("COS-100231", "COS-100232", "COS-100233", "COS-100235")
LISTS = {
    # the command: what names its rows, which is whole on every terminal
    "unit list": (LONG_ID, OGON, "bup-kungsgardet", "ogon"),
    "unit checklist --all": ("bup-kungsgardet", "ogon"),
    "unit show bup-kungsgardet": (LONG_ID, "bup-kungsgardet", "ATERBESOKSSK45", "NYB"),
    "service list bup-kungsgardet": ("ATERBESOKSSK45", "NYB"),
    "booking list": ("COS-100234", "Barn-", NO_FILE, "ATERBESOKSSK45", *BOOKING_IDS),
    "relation list --ended": (LONG_ID, "19861106-****"),
    "sweep": (*BOOKING_IDS, "Barn-", NO_FILE, "Relation:"),
    "sweep --summary": ("Relation:",),
    "sweep --by unit,code,reason": ("Barn-", NO_FILE, "ATERBESOKSSK45"),
    "rules": ("Relation", "S20"),
}


@pytest.fixture(scope="module")
def made(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The region, to be copied."""
    folder = tmp_path_factory.mktemp("lists")
    run = region_at(folder)
    for name, text in (("ogon", OGON_FILE), ("bup", BUP)):
        (folder / f"config/units/{name}.toml").write_text(text, encoding="utf-8")
    assert run("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    assert run("booking", "import", "-", "--at", "2026-10-15", stdin=BOOKINGS).status == 0
    assert run("relation", "import", "-", "--at", "2026-10-25", stdin=EVENTS).status == 0
    return folder


@pytest.mark.parametrize("command", LISTS)
def test_list(command: str, golden: Golden, terminal: Terminal, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    told = ""
    for columns in (80, 120):
        for language in ("en", "sv"):
            call = ("--lang", language, *command.split(), "--at", "2026-11-01")
            screen, _ = ended(terminal(*call, lines=200, columns=columns))
            lines = [line.rstrip() for line in ESCAPE.sub("", screen).splitlines()]
            assert max(map(len, lines)) <= columns
            words = [word for line in lines for word in line.split()]
            assert [name for name in LISTS[command] if name not in words] == []
            told += "\n".join([f"$ tidbok {' '.join(call)}   # on {columns} columns", *lines, "", ""])
    golden(f"lists/{command}.txt", told.rstrip("\n") + "\n")


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in (GOLDEN / "lists").iterdir()} == set(LISTS)


@pytest.mark.parametrize("command", ["unit list", "unit checklist --all"])
def test_a_long_alias_costs_no_other_column(command: str, terminal: Terminal, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    long = ("ogonmottagningen-akademiska-sjh", "enhet-for-en-lang-kedja-av-namn")
    heads = {}
    for alias in ("ogon", *long):
        file = tmp_path / "config/units/ogon.toml"
        file.write_text(OGON_FILE.replace('"ogon"', f'"{alias}"'), encoding="utf-8")
        run = run_in(tmp_path)
        assert run("unit", "apply", "--yes", "--remove", "--allow-mass").status == 0
        screen, _ = ended(terminal(*command.split(), lines=200, columns=80))
        lines = ESCAPE.sub("", screen).splitlines()
        assert max(map(len, map(str.rstrip, lines))) <= 80
        heads[alias] = lines[0].split()
        if alias in long:
            assert "".join(word for line in lines for word in line.split() if word in alias and len(word) > 2) == alias
    assert heads[long[0]] == heads[long[1]] == heads["ogon"]
