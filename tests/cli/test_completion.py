"""Completion of a typed line, without errors, traces or person numbers."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest
from support.command_line import Run, run, subprocess_environment
from support.people import ANNA
from support.region import FLOGSTA, OGON, RegionAt, sample_in_force

from tidbok_cli import app
from tidbok_cli.cli.base import candidates, completion_scripts, tree
from tidbok_cli.cli.base.completion import CHOICES
from tidbok_cli.store.address import Address
from tidbok_cli.store.read.candidates import events
from tidbok_cli.store.reader import glancing

BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin
COS-1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01T12:00,clinic
COS-2,ogon,UPPF30,{ANNA},2026-12-02T09:00,2026-10-01T12:00,clinic
COS-3,flogsta,NYB45,{ANNA},2026-12-03T09:00,2026-10-01T12:00,
19121212-1212,ogon,UPPF30,{ANNA},2026-12-04T09:00,2026-10-01T12:00,
COS 4:a,ogon,UPPF30,{ANNA},2026-12-05T09:00,2026-10-01T12:00,
Q$(touch pwned)`'\\;,ogon,UPPF30,{ANNA},2026-12-05T09:00,2026-10-01T12:00,
"""
Offer = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region in force, with bookings and relations."""
    folder = tmp_path_factory.mktemp("filled")
    here = sample_in_force(region_at, folder)
    assert here("booking", "import", "-", "--at", "2026-11-01", stdin=BOOKINGS).status == 0
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(filled, tmp_path / "region")


@pytest.fixture
def offer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Offer:
    """What is offered for a line in that region: the candidates, and what is told beside them."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TIDBOK_STORE", "tidbok.db")

    def offered(line: str, shell: str = "fish") -> dict[str, str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("_TIDBOK_COMPLETE", f"complete_{shell}")
            patch.setenv("_TYPER_COMPLETE_ARGS", f"tidbok {line}")
            ran = run()
        assert (ran.status, ran.err) == (0, "")
        return dict(each.partition("\t")[::2] for each in ran.out.splitlines())

    return offered


def test_commands_and_what_they_do(offer: Offer) -> None:
    assert {*tree.COMMANDS, *tree.GROUPS} == set(offer(""))
    assert offer("s") == {
        "sweep": "Give the verdict on every booking that is active and not over, by clinic, start and id.",
        "service": "Care services and time types: what residents may see and do, and what it is called for them.",
        "slot": "Published times: what clinics let residents book.",
        "summons": "Summonses: invitations in the inbox, to a booked time or to book one.",
        "store": "The store: the database in which everything is kept.",
    }
    assert list(offer("unit s")) == ["set", "show"]
    assert offer("nonsense ") == offer("")


def test_options_and_what_they_mean(offer: Offer) -> None:
    assert list(offer("why --a")) == ["--action", "--all", "--assume", "--at"]
    assert offer("--inst") == {
        "--install-completion": "Have this shell complete commands, clinics and bookings with the Tab key."
    }
    assert "--reveal" in offer("why COS-1 -")


@pytest.mark.parametrize(
    ("line", "language", "begins"),
    [
        ("--lang sv why --all", "en", "--all\tMed --resident"),
        ("why --all", "sv", "--all\tMed --resident"),
        ("why --all", "tlh", "--all\tWith --resident"),
        ("--lang s", "en", "sv"),
    ],
)
def test_in_the_language_of_the_line_or_the_environment(folder: Path, line: str, language: str, begins: str) -> None:
    """In a process of its own, since help is taken in the language in which its module is loaded."""
    asked = {"_TIDBOK_COMPLETE": "complete_fish", "_TYPER_COMPLETE_ARGS": f"tidbok {line}", "TIDBOK_LANG": language}
    ran = subprocess.run(
        [sys.executable, "-m", "tidbok_cli"], cwd=folder, capture_output=True, encoding="utf-8",
        env=subprocess_environment(TIDBOK_STORE="tidbok.db", **asked),
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(begins)


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("--lang ", "sv en"),
        ("why --action ", "show cancel rebook book"),
        ("why -o ", "table json ndjson csv text"),
        ("unit list --output ", "table json ndjson csv"),
        ("journal ping --output ", "table json ndjson csv xml"),
        ("journal ping --contract GetAllT", "GetAllTimeTypes"),
        ("unit list --output nd", "ndjson"),
        ("unit list --output=", "--output=table --output=json --output=ndjson --output=csv"),
        ("unit list --output=j", "--output=json"),
        ("booking list --status ", "booked cancelled rebooked"),
        ("service map ogon UPPF30 --kind ", "care_service time_type"),
        ("service map ogon UPPF30 --book ", "no open basis"),
        ("relation record - ogon c", "clinic_added communication_approved clinic_removed"),
        ("why COS-1 --assume relation", "relation=pass relation=fail"),
        ("why COS-1 --assume deadline=f", ""),
        ("why COS-1 --action cancel --assume deadline=f", "deadline=fail"),
        ("why --slot S1 --assume b", "basis=pass basis=fail"),
        ("why COS-1 --slot S1 --assume s", "service=pass service=fail slot=pass slot=fail"),
        ("booking cancel COS-1 --as ", "resident clinic"),
        ("slot list --status ", "free booked withdrawn"),
        ("relation show ", "-"),
        ("why --resident ", "-"),
    ],
)
def test_choices(offer: Offer, line: str, choices: str) -> None:
    assert list(offer(line)) == choices.split()


@pytest.mark.parametrize("line", ["booking import ", "relation import ", "why --at ", "unit new ", "--config "])
def test_nothing_where_the_shell_knows_better(offer: Offer, line: str) -> None:
    """The scripts have the shell offer its files then."""
    assert offer(line) == {}


@pytest.mark.parametrize(
    "line", ["unit show ", "service list ", "booking list --unit ", "sweep --unit ogon --unit ", "relation record - "]
)
def test_units_by_alias_and_hsa_id(offer: Offer, line: str) -> None:
    assert offer(line) == {
        "ogon": "Ögonmottagningen",
        OGON: "Ögonmottagningen",
        "flogsta": "Flogsta vårdcentral",
        FLOGSTA: "Flogsta vårdcentral",
    }
    assert list(offer(f"{line}og")) == ["ogon"]


def test_an_hsa_id_goes_on_as_it_was_begun(offer: Offer) -> None:
    assert list(offer("unit show se2321000024-1a")) == ["se2321000024-1a2B"]


@pytest.mark.parametrize("line", ["unit apply ", "unit apply ogon ", "service map ", "service unmap "])
def test_units_of_files_where_files_are_worked_on(offer: Offer, folder: Path, line: str) -> None:
    units = folder / "config/units"
    (units / "new.toml").write_text('hsa_id = "SE2321000024-NEW"\nname = "Ny"\nalias = "ny"\n[services]\nshow = 1 1')
    (units / "broken.toml").write_text('hsa_id = "SE2321000024-BAD\n')
    (units / "other.toml").write_bytes(b"\xff\xfe")
    assert offer(f"{line}n") == {"ny": "Ny"}
    assert "ogon" in offer(line)
    assert offer("unit show n") == {}
    (folder / "tidbok.db").unlink()
    assert {"ogon", "ny"} <= set(offer(line))


def test_codes_of_the_unit_on_the_line_or_of_all(offer: Offer) -> None:
    of_flogsta, of_ogon = offer("service map flogsta "), offer("service unmap se2321000024-1a2b ")
    assert of_ogon["UPPF30"] == "Besök, Uppföljning 30 min"
    assert of_flogsta and of_flogsta.keys() != of_ogon.keys()
    assert offer("service map nowhere ") == {}
    assert set(offer("booking add ogon ")) == set(of_ogon)
    assert list(offer("service map ogon flo")) == ["flogsta"]
    assert set(offer("service map --all ")) >= set(of_ogon) | set(of_flogsta)


def test_bookings_by_their_start_and_code(offer: Offer) -> None:
    assert offer("why COS-") == {
        "COS-1": "2026-12-01 09:00 UPPF30",
        "COS-2": "2026-12-02 09:00 UPPF30",
        "COS-3": "2026-12-03 09:00 NYB45",
    }
    assert list(offer("why --unit flogsta ")) == ["COS-3"]
    assert list(offer("booking show --unit SE2321000024-1A2B COS-")) == ["COS-1", "COS-2"]


def test_published_times_to_come_and_booking_bases(offer: Offer, folder: Path) -> None:
    place = ("--store", str(folder / "tidbok.db"), "--config", str(folder / "config"))
    for slot, unit, year in (("S1", "ogon", 2001), ("S2", "flogsta", 2101), ("S3", "ogon", 2101)):
        assert run(*place, "slot", "publish", unit, "UPPF30", f"{year}-12-01T09:00", "--id", slot).status == 0
        assert run(*place, "basis", "add", ANNA, unit, "UPPF30", "--id", f"U{slot}").status == 0
    assert offer("booking book S") == {"S2": "2101-12-01 09:00 UPPF30", "S3": "2101-12-01 09:00 UPPF30"}
    assert list(offer("slot withdraw --unit ogon S")) == ["S3"]
    assert list(offer("booking rebook COS-1 S2")) == ["S2"]
    assert offer("basis withdraw US") == {"US1": "UPPF30", "US2": "UPPF30", "US3": "UPPF30"}
    assert list(offer("basis withdraw --unit flogsta US")) == ["US2"]


def test_without_the_purpose_that_is_asked_for_no_residents_data(offer: Offer, folder: Path) -> None:
    """Asked for by the configuration, or by the store, which another configuration does not undo."""
    asks, quiet = "[policy]\nrequire_purpose = true\n", '[region]\nname = "A"\n'
    for text, statement in ((asks, ""), (quiet, "INSERT INTO store_policy VALUES (1, 1, 'tester', NULL, 1)")):
        (folder / "config/tidbok.toml").write_text(text)
        with closing(sqlite3.connect(folder / "tidbok.db")) as connection, connection:
            connection.execute(statement)
        assert offer("why COS-") == offer("relation void ") == {}
        assert offer("unit show og") and list(offer("why --purpose INC-1 COS-1")) == ["COS-1"]


def test_events_by_when_and_what(folder: Path) -> None:
    line = ["--store", str(folder / "tidbok.db")]
    typed = tree.build().make_context("tidbok", line, obj=app._context, resilient_parsing=True)
    told = {"1": "2026-10-01 12:00 summons_received", "2": "2026-10-01 12:00 summons_received"}
    assert dict(candidates.event(typed, "")) == told
    assert dict(candidates.event(typed, "2")) == {"2": told["2"]}
    assert candidates.event(typed, "9") == candidates.event(typed, "x") == []


def test_of_many_the_first_and_the_last_are_offered(offer: Offer, folder: Path) -> None:
    """A shell fills in what all candidates begin with: that must hold for those that are left out too."""
    with closing(sqlite3.connect(folder / "tidbok.db")) as connection, connection:
        connection.executemany(
            """INSERT INTO booking (unit_id, booking_id, resident_id, code, starts_at, created_at, imported)
               VALUES (1, ?, 1, 'UPPF30', 1800000000, 1700000000, 1)""",
            [(f"M-{number:04}",) for number in range(2000)],
        )
        connection.executemany(
            """INSERT INTO relation_event (unit_id, resident_id, event, occurred_at, has_effect, recorded_at, actor)
               VALUES (1, 1, 'clinic_added', 1700000000, 0, 1700000000, 'tester')""",
            [()] * 2000,
        )
    assert [*offer("why M-")][-2:] == ["M-0049", "M-1999"]
    assert [*offer("why M-1")][-2:] == ["M-1049", "M-1999"]
    with glancing(Address(path=folder / "tidbok.db")) as reader:
        assert {str(each.id)[0] for each in events(reader, "")} == set("123456789")
        assert {str(each.id)[:2] for each in events(reader, "1")} == {f"1{digit}" for digit in range(10)}
        assert [each.id for each in events(reader, "200")] == [2002, 2001, 2000, 200, 2002, 2001, 2000]


# ------------------------------------------------------------------------------------------------ what it never does


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "line", ["why ", "why 19", "booking show ", "relation show ", "relation show - ", "booking add ogon UPPF30 "]
)
def test_no_person_number_is_offered(offer: Offer, line: str, shell: str) -> None:
    offered = " ".join(f"{value} {told}" for value, told in offer(line, shell).items())
    assert "1212" not in offered and "1912" not in offered


def test_neither_is_one_in_a_name(offer: Offer, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "tidbok.db")) as connection, connection:
        connection.execute("UPDATE unit_version SET name = 'Mottagning 19121212-1212' || char(27) || '[31m'")
    assert offer("unit show og") == {"ogon": "Mottagning 19121212-****[31m"}


def _missing(folder: Path) -> None:
    (folder / "tidbok.db").unlink()


def _not_a_store(folder: Path) -> None:
    (folder / "tidbok.db").write_bytes(b"no database" * 1000)


def _empty(folder: Path) -> None:
    (folder / "tidbok.db").write_bytes(b"")


def _of_another_version(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "tidbok.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _a_folder(folder: Path) -> None:
    _missing(folder)
    (folder / "tidbok.db").mkdir()


@pytest.mark.parametrize("harm", [_missing, _not_a_store, _empty, _of_another_version, _a_folder])
def test_a_store_that_cannot_be_read_offers_nothing(offer: Offer, folder: Path, harm: Callable[[Path], None]) -> None:
    harm(folder)
    before = sorted(folder.iterdir())
    for line in ("why ", "unit show ", "service list ", "booking add ogon "):
        assert offer(line) == {}
    assert offer("unit a") and sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "store", ["postgresql://127.0.0.1:1/tidbok", "mysql://nowhere/x", "/nowhere/tidbok.db", "\udcff"]
)
def test_a_store_that_is_not_there_offers_nothing(offer: Offer, monkeypatch: pytest.MonkeyPatch, store: str) -> None:
    monkeypatch.setenv("TIDBOK_STORE", store)
    began = time.monotonic()
    assert offer("why ") == {}
    assert time.monotonic() - began < 5


def test_nor_does_a_region_whose_file_is_wrong(offer: Offer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIDBOK_STORE")
    assert offer("why ") == {}
    (folder / "config/tidbok.toml").write_text("[store]\nurl = 3")
    assert offer("why ") == {}


def test_a_locked_store_is_not_waited_for(offer: Offer, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "tidbok.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        offer("why ")
        assert time.monotonic() - began < 5
        writer.execute("ROLLBACK")


def test_what_a_writer_has_just_written_is_offered(offer: Offer, folder: Path) -> None:
    """It is in the file beside the store as long as the writer is there."""
    with closing(sqlite3.connect(folder / "tidbok.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE unit_version SET alias = 'oga' WHERE alias = 'ogon'")
        assert "oga" in offer("unit show ")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE unit_version SET alias = 'never' WHERE alias = 'oga'")
        assert "oga" in offer("unit show ")
        writer.execute("ROLLBACK")


def test_the_store_is_left_as_it_was(offer: Offer, folder: Path) -> None:
    store = folder / "tidbok.db"
    before = (sorted(folder.iterdir()), store.stat().st_mtime_ns, store.read_bytes())
    assert offer("why COS") and offer("unit show ")
    assert (sorted(folder.iterdir()), store.stat().st_mtime_ns, store.read_bytes()) == before


def test_a_store_may_be_unwritable(offer: Offer, folder: Path) -> None:
    (folder / "tidbok.db").chmod(0o400)
    folder.chmod(0o500)
    try:
        assert offer("why COS")
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("option", ["--version", "--install-completion", "--show-completion"])
def test_an_option_that_acts_does_nothing_on_a_line_that_is_typed(offer: Offer, option: str) -> None:
    assert offer(f"{option} unit a") == offer("unit a")


@pytest.mark.parametrize(
    "line", ['why "', "why '", "why \\", "why COS-1 COS-2 COS-3 ", "= ", "-- ", "why -- ", "\udcff"]
)
def test_a_strange_line_is_no_error(offer: Offer, line: str) -> None:
    offer(line)


def test_a_shell_that_is_not_known_is_offered_nothing(offer: Offer) -> None:
    assert offer("why ", "tcsh") == {}


# ------------------------------------------------------------------------------ where the options of the program say


def test_the_store_and_the_configuration_on_the_line(
    offer: Offer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert offer("why ") == {}
    assert "COS-1" in offer(f"--store {folder / 'tidbok.db'} why ")
    assert "COS-1" in offer(f"--store={folder / 'tidbok.db'} why ")
    monkeypatch.delenv("TIDBOK_STORE")
    (folder / "config/tidbok.toml").write_text('[region]\nname = "Testregionen"\n[store]\nurl = "../tidbok.db"')
    assert "COS-1" in offer(f"--config {folder / 'config'} why ")
    monkeypatch.setenv("TIDBOK_CONFIG", str(folder / "config"))
    assert "COS-1" in offer("why ")


# -------------------------------------------------------------------------------------------------------- real shells


@pytest.mark.parametrize(
    ("shell", "line", "answer"),
    [
        ("bash", "why COS-", "COS-1\nCOS-2\nCOS-3"),
        (
            "zsh",
            "why COS-",
            "COS-1:2026-12-01 09:00 UPPF30\nCOS-2:2026-12-02 09:00 UPPF30\nCOS-3:2026-12-03 09:00 NYB45",
        ),
        ("fish", "unit show og", "ogon\tÖgonmottagningen"),
        ("bash", "why 'COS ", "COS 4:a"),
        ("bash", "why COS\\ ", "'COS 4:a'"),
        ("bash", "why 'COS 4", "COS 4:a"),
        ("bash", 'why "Q', ""),
        ("bash", "why $'it\\'s ' Q", ""),
        ("zsh", "why COS\\ 4", "COS 4\\:a:2026-12-05 09:00 UPPF30"),
        ("fish", "why COS\\ 4", "COS 4:a\t2026-12-05 09:00 UPPF30"),
    ],
)
def test_each_shell_is_answered_in_its_own_form(folder: Path, shell: str, line: str, answer: str) -> None:
    asked = {"_TIDBOK_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": f"tidbok {line}"}
    ran = subprocess.run(
        [sys.executable, "-m", "tidbok_cli"], cwd=folder, capture_output=True, encoding="utf-8",
        env=subprocess_environment(TIDBOK_STORE="tidbok.db", **asked),
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, answer, "")


START = {
    "bash": ("--norc", "--noprofile", "-i"),
    "zsh": ("-f", "-i"),
    "fish": ("--no-config", "-i"),
}


@pytest.fixture(params=START)
def shell(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> "Iterator[pexpect.spawn[str]]":
    """Each shell that there is, on a terminal in the region, with what `--install-completion` lays in its home.

    The program that it calls answers it, but says of all else only how it was called.
    """
    name = request.param
    found = shutil.which(name)
    if not found:
        pytest.skip(f"there is no {name} on this machine")
    home = tmp_path / "home"
    path = completion_scripts.install(name, home)
    program = home / "bin" / "tidbok"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\n[ "$_TIDBOK_COMPLETE" ] && exec {sys.executable} -m tidbok_cli\necho "called: $*."\n'
    )
    program.chmod(0o700)
    environment = subprocess_environment(
        HOME=str(home), PATH=f"{program.parent}:{os.environ['PATH']}", TERM="xterm", TIDBOK_STORE="tidbok.db"
    )
    child = pexpect.spawn(
        found, list(START[name]), cwd=str(folder), env=environment, encoding="utf-8", dimensions=(24, 200), timeout=20
    )
    if name == "zsh":
        child.sendline("autoload -Uz compinit; compinit -u -D")
    child.sendline(f"source {path}; echo RE''ADY")
    child.expect("READY")
    yield child
    child.close(force=True)


QUOTED = {
    "bash": ('tidbok why "Q\t"', "why Q"),  # in a quotation begun, nothing that bash would obey is offered
    "zsh": ('tidbok why "Q\t', "why Q$(touch pwned)`'\\;"),  # which quotes by itself, and ends the quotation
    "fish": ('tidbok why "Q\t', "why Q$(touch pwned)`'\\;"),
}


def test_the_tab_key_in_a_real_shell(shell: "pexpect.spawn[str]", folder: Path) -> None:
    for typed, called in (
        ("tidbok why --unit flogsta COS-\t", "why --unit flogsta COS-3"),
        ("tidbok unit show fl\t", "unit show flogsta"),
        ("tidbok why --output=js\t", "why --output=json"),
        ("tidbok why COS-1 --assume relation=p\t", "why COS-1 --assume relation=pass"),
        ("tidbok why COS\\ \t", "why COS 4:a"),
        ("tidbok why Q\t", "why Q$(touch pwned)`'\\;"),
        QUOTED[Path(str(shell.command)).name],
        ("tidbok why 'COS \t", "why COS 4:a"),
        ("tidbok booking import config/ti\t", "booking import config/tidbok.toml"),
    ):
        shell.send(f"{typed}\r")
        shell.expect_exact("called: ")
        shell.expect_exact("\r")
        assert shell.before == f"{called}."
    assert not (folder / "pwned").exists()


# ----------------------------------------------------------------------------------------------------- installing it


@pytest.mark.parametrize("name", completion_scripts.SHELLS)
def test_installing_twice_is_installing_once(tmp_path: Path, name: str) -> None:
    start_file = tmp_path / (completion_scripts.SHELLS[name].start_file or "none")
    start_file.write_bytes("# på latin-1: å".encode("latin-1"))
    path = completion_scripts.install(name, tmp_path)
    once = (path.read_text(), start_file.read_bytes())
    assert completion_scripts.install(name, tmp_path) == path
    assert (path.read_text(), start_file.read_bytes()) == once
    lines = start_file.read_bytes().splitlines()
    assert lines[1:] == [completion_scripts.SHELLS[name].line.encode()] * bool(completion_scripts.SHELLS[name].line)


@pytest.fixture
def called_from_bash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidbok_cli.cli.base.typer_private._get_shell_name", lambda: "bash")


@pytest.mark.usefixtures("called_from_bash")
def test_the_options_install_and_show_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    ran = run("--install-completion")
    assert ran.status == 0 and ".bash_completions/tidbok.sh" in ran.out
    assert run("--show-completion").out == (tmp_path / ".bash_completions/tidbok.sh").read_text()


@pytest.mark.usefixtures("called_from_bash")
def test_a_home_that_cannot_be_written_in() -> None:
    ran = run("--install-completion")
    assert (ran.status, ran.out) == (2, "") and "could not be written" in ran.err


def test_a_shell_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidbok_cli.cli.base.typer_private._get_shell_name", lambda: None)
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    ran = run("--show-completion")
    assert (ran.status, ran.out) == (2, "") and "tcsh" in ran.err and "bash, zsh, fish" in ran.err


def test_each_choice_that_help_shows_is_completed(eye_clinic: Run) -> None:
    """A metavar with choices in it is what they are completed from, so it must name them all in that form."""
    shown = [
        parameter
        for _, command in tree.walk(tree.build())
        for parameter in command.params
        if "|" in (parameter.metavar or "") and "=" not in parameter.metavar
    ]
    assert shown and all(CHOICES.fullmatch(parameter.metavar) for parameter in shown)
