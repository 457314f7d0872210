"""Slips of the hand and the machine, which once ended as a bug (70)."""

import json
import time
from datetime import date
from pathlib import Path

import pytest
from support.answers import error
from support.command_line import Run, run
from support.people import ANNA
from support.region import OGON, REGION

from tidbok_cli import app
from tidbok_cli.domain.identity import parse_resident
from tidbok_cli.render.lines import visible
from tidbok_cli.store.address import parse_address

LONG = "x" * 256
START = "2026-12-20T10:00"


LINES = (
    "--config {} unit list", "--config {} booking list", "--store {} booking list", "booking import {}",
    "coupling import-tak {}", "demo {}", "view - --html {}", "view - --ics {}", "unit new --from {}",
    "service import ogon {}", "booking import - --skip-bad --rejected {}",
    "unit new SE2321000024-1A2C --name Ny --alias {}", "store copy --to {}",
    "coupling fetch --url https://x --connection-point A/B --user u --password-file {}",
    "coupling fetch --url https://x --connection-point A/B --cert {}",
)  # fmt: skip


@pytest.mark.parametrize("name", [LONG, "~nosuchuser/x", "link"])
def test_names_that_no_file_can_have(region: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link").symlink_to("link")
    bad = f"booking_id,unit,code,resident,start\n1,{OGON},UPPF30,x,{START}\n"
    for line in LINES:
        ran = region(*line.format(name).split(), stdin=bad)
        assert ran.status in (1, 2) or line.endswith(("unit list", "--alias {}")), line


def test_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    ran = run("unit", "list", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "usage.no_folder")
    assert run("--help").status == 0


@pytest.mark.parametrize("letter", ["x", "漢"])
def test_ids_that_no_index_takes(region: Run, letter: str) -> None:
    long = letter * 900
    for line in (f"booking add ogon {long} {ANNA} {START}", f"booking add ogon UPPF30 {ANNA} {START} --id {long}"):
        assert error(region(*line.split(), "-o", "json"))["code"] == "argument.not_a_name"
    rows = f"booking_id,unit,code,resident,start\n{long},{OGON},UPPF30,{ANNA},{START}\n1,{OGON},{long},{ANNA},{START}\n"
    told = error(region("booking", "import", "-", "-o", "json", stdin=rows))
    assert [each["code"] for each in told["problems"]] == ["cell.too_long"] * 2
    assert region("booking", "show", long).status == 2


def test_a_bug_that_cannot_be_told_of_is_one_line(region: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(ANNA)

    monkeypatch.setattr(app, "_invoke", fail)
    monkeypatch.setattr("tidbok_cli.render.bug_report.report", fail)
    ran = region("unit", "list")
    assert (ran.status, ran.err) == (70, "RuntimeError (70)\n")


@pytest.mark.parametrize(
    ("raised", "code"), [(RecursionError(), "input.too_deep"), (MemoryError(), "memory.none_left")]
)
def test_what_no_machine_can_hold(region: Run, monkeypatch: pytest.MonkeyPatch, raised: Exception, code: str) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(app, "_invoke", fail)
    ran = region("unit", "list", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, code)


# -------------------------------------------------------------------------------- what nobody sees, and screens obey


def test_control_characters_in_the_regions_file(region: Run, tmp_path: Path) -> None:
    for key, table in (
        ("name", '[region]\nname = "a\\u001b[2J"'),
        ("clinic", '[contacts]\nclinic = "a\\u009bH"'),
        ("url", '[store]\nurl = "a\\u0000b"'),
        ("show", '[coupling.contracts]\nshow = ["a\\u0007"]'),
        ("reserve_number_pattern", '[region]\nreserve_number_pattern = "\\u001b"'),
    ):
        (tmp_path / "config" / "tidbok.toml").write_text(table, encoding="utf-8")
        told = error(region("booking", "list", "-o", "json"))["problems"]
        assert [(each["code"], each["message"].split()[0]) for each in told] == [("toml.control_character", key)]


def test_control_characters_in_a_label(region: Run, tmp_path: Path) -> None:
    text = f'hsa_id = "{OGON}"\nname = "x"\n[[care_service]]\ncode = "A"\nlabel = "a\\u001b[31mb"\n'
    (tmp_path / "config" / "units" / "ogon.toml").write_text(text, encoding="utf-8")
    assert [each["code"] for each in json.loads(region("unit", "validate", "-o", "json").out)] == [
        "toml.control_character"
    ]


def test_what_is_not_seen_is_shown() -> None:
    for number in (0x1B, 0x9B, 0xAD, 0x61C, 0x200B, 0x200F, 0x2028, 0x2029, 0x202E, 0x2066, 0x2060, 0xFEFF, 0xE0041):
        assert visible(f"a{chr(number)}b").isprintable()
    assert visible("Åsa [bold]1\u00a0000[/] é") == "Åsa [bold]1\u00a0000[/] é"


def test_a_pattern_that_takes_forever(region: Run, tmp_path: Path) -> None:
    (tmp_path / "config" / "tidbok.toml").write_text(
        REGION.replace("[contacts]", 'reserve_number_pattern = "(a+)+b"\n[contacts]')
    )
    began = time.process_time()
    rows = f"resident,unit,event,occurred_at\n{'a' * 60},{OGON},clinic_added,2026-11-01\n"
    assert region("relation", "import", "-", stdin=rows).status == 1
    assert time.process_time() - began < 5
    assert parse_resident("a" * 12 + "b", reserve="(a+)+b", today=date(2026, 11, 1)).value


def test_a_password_in_a_url_is_never_told_of(region: Run) -> None:
    for url in ("u:p@heml@h/x", "u:heml/ig@h/x", "u:p@heml@h/x?host=h", "u:heml%zz@h/x"):
        ran = run("--store", f"postgresql://{url}", "booking", "list")
        assert (ran.status, "heml" in ran.out + ran.err) == (2, False), url


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("u@db.example/x", True),
        ("u@db1.example:5432,db2.example/x?application_name=a", True),
        ("/x?host=10.0.0.1", True),
        ("u@localhost/x", False),
        ("u@127.0.0.1:5433/x", False),
        ("u@[::1]:5433/x", False),
        ("/x", False),
        ("/x?host=/run/postgresql", False),
        ("u@db.example/x?sslmode=verify-full", False),
    ],
)
def test_a_way_over_the_network_without_a_word_on_encryption(url: str, *, warned: bool) -> None:
    assert parse_address(f"postgresql+psycopg://{url}", Path()).may_go_unencrypted({}) is warned
    assert not parse_address(f"postgresql://{url}", Path()).may_go_unencrypted({"PGSSLMODE": "require"})
