"""Exit codes, errors, languages, pipes, places, and who is not named.

The program's manners: contract, section 1.
"""

import csv
import io
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.command_line import Copied, Run, subprocess_environment
from support.fork_server import client
from support.people import ANNA
from support.region import OGON, OGON_FILE, REGION, RegionAt, put_in_force, write_unit

from tidbok_cli import __version__
from tidbok_cli.store.reader import SCHEMA

BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01T12:00,clinic
"""
AT = ("--at", "2026-11-01")


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region with one clinic, in force since 2019, and one booking there, which is shown."""
    folder = tmp_path_factory.mktemp("filled")
    region = region_at(folder)
    put_in_force(region, folder, OGON_FILE, "2019-01-01")
    assert region("booking", "import", "-", *AT, stdin=BOOKINGS).status == 0
    return folder


@pytest.fixture
def eye_clinic(filled: Path, copied: Copied) -> Run:
    """The command line of a copy of it."""
    return copied(filled)


def tidbok(*arguments: str | bytes, cwd: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    return subprocess.run(
        [client(), *arguments],
        cwd=cwd, input=stdin, encoding="utf-8", capture_output=True, timeout=60,
        env=subprocess_environment(TMPDIR=str(cwd), **environment),
    )  # fmt: skip


def seen(output: str) -> bool:
    """Whether the person number of these tests stands in it, in any of its forms."""
    return any(form in output for form in (ANNA, ANNA[2:], "1212-1212", "1212+1212"))


# ------------------------------------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("why B1 --at 2026-11-01", 0),
        ("why B1 --at 2026-12-24", 1),
        ("why B1 --at 2026-11-01 --action cancel", 1),
        ("why B2", 2),
        ("sweep --at 2026-11-01", 0),
        ("sweep --at 2026-12-24", 0),
        ("sweep --at 2026-12-24 --all", 1),
        ("sweep --at 2026-12-24 --all --summary", 1),
        ("unit validate", 0),
        ("unit show hud", 2),
        ("unit apply --yes", 0),
        ("unit apply --yes --at 2018-01-01", 2),
        ("store check", 0),
        ("rules", 0),
        ("", 0),
        ("-h", 0),
        ("unit", 2),
        ("--help", 0),
        ("--version", 0),
    ],
)
def test_exit_codes(eye_clinic: Run, command: str, status: int) -> None:
    ran = eye_clinic(*command.split())
    assert ran.status == status, ran.err
    assert bool(ran.err) is (status == 2)


def test_an_import_with_bad_rows_and_an_operation_that_the_rules_refuse_end_with_1(eye_clinic: Run) -> None:
    assert eye_clinic("booking", "import", "-", stdin=BOOKINGS.replace("2026-12-01T09:00", "soon")).status == 1
    refused = eye_clinic("relation", "record", "-", "ogon", "approval_withdrawn", "-o", "json", *AT, stdin=ANNA)
    assert (refused.status, refused.out) == (1, "")
    assert json.loads(refused.err)["error"]["code"] == "relation.approval_withdrawn_without_effect"


def test_a_store_that_stays_locked_ends_with_75(eye_clinic: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tidbok.db") as other:
        other.execute("BEGIN IMMEDIATE")
        ran = eye_clinic("unit", "apply", "--yes", "--remove", "-o", "json")
        assert ran.status == 0  # nothing to do: no lock is needed
        (tmp_path / "config/units/ogon.toml").unlink()
        ran = eye_clinic("unit", "apply", "--yes", "--remove", "--wait", "0", "-o", "json")
        assert ran.status == 75
        assert json.loads(ran.err[ran.err.index("{") :])["error"]["code"] == "store.busy"
        assert eye_clinic("sweep", "--summary", *AT).status == 0  # reading goes on
        assert eye_clinic("why", "B1", "--wait", "0", *AT).status == 75  # but a look is recorded first
        with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
            file.write('\n[audit]\nfallback = "looks.jsonl"\n')
        assert eye_clinic("why", "B1", *AT).status == 0
    assert len((tmp_path / "config/looks.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert eye_clinic("audit", "verify").status == 0


def test_looks_are_written_to_an_ordinary_file_only(eye_clinic: Run, tmp_path: Path) -> None:
    """Not to a device, whose mode would change, nor where somebody's link leads, nor into a pipe."""
    os.mkfifo(tmp_path / "config/pipe")
    (tmp_path / "config/link").symlink_to("pipe")
    with sqlite3.connect(tmp_path / "tidbok.db") as other:
        other.execute("BEGIN IMMEDIATE")
        file = tmp_path / "config/tidbok.toml"
        text = file.read_text(encoding="utf-8")
        for name in ("/dev/null", "pipe", "link"):
            file.write_text(f'{text}\n[audit]\nfallback = "{name}"\n', encoding="utf-8")
            ran = eye_clinic("why", "B1", *AT, "--wait", "0", "-o", "json")
            assert (ran.status, ran.out) == (2, "")
            assert json.loads(ran.err)["error"]["code"] in ("file.not_ordinary", "file.not_writable")
    assert stat.S_IMODE(Path("/dev/null").stat().st_mode) == 0o666


@pytest.fixture
def strange_store(eye_clinic: Run, tmp_path: Path) -> Path:
    """A store that gives an error which nobody has thought of, and which quotes a person number."""
    with sqlite3.connect(tmp_path / "tidbok.db") as connection:
        connection.execute(
            f"CREATE TRIGGER strange BEFORE INSERT ON unit_version BEGIN SELECT RAISE(ABORT, 'strange {ANNA}'); END"
        )
    write_unit(tmp_path, OGON_FILE.replace("Ögon", "Öga"))
    return tmp_path


def test_a_bug_ends_with_70_and_a_report_that_names_nobody(strange_store: Path) -> None:
    ran = tidbok("--store", "tidbok.db", "unit", "apply", "--yes", cwd=strange_store)
    assert ran.returncode == 70
    (line,) = ran.stderr.splitlines()
    kind, place = r"IntegrityError \(SQLITE_CONSTRAINT_TRIGGER\)", r"[a-z_/]+\.py:\d+"
    assert re.match(rf"This is a bug in tidbok: {kind} in {place}, at “tidbok unit apply”\. Please send ", line)
    (report,) = strange_store.glob("tidbok-bug-*.txt")
    assert str(report) in ran.stderr
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert text.startswith(f"tidbok {__version__}, Python ") and "\ntidbok unit apply\n" in text
    assert "IntegrityError (SQLITE_CONSTRAINT_TRIGGER)" in text and "--yes" not in text
    assert not seen(ran.stdout + ran.stderr + text)


def test_a_bug_is_told_in_full_only_with_tidbok_debug(strange_store: Path) -> None:
    ran = tidbok("--store", "tidbok.db", "unit", "apply", "--yes", cwd=strange_store, TIDBOK_DEBUG="1")
    assert ran.returncode not in (0, 70)
    assert "Traceback" in ran.stderr and "apply_plan" in ran.stderr
    assert not list(strange_store.glob("tidbok-bug-*.txt"))


# ----------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("form", [["-o", "json"], ["-ojson"], ["--output", "json"], ["--output=json"]])
@pytest.mark.parametrize("command", ["why B2", "unit show hud", "why --nonsense", "unit list --at soon", "nonsense"])
def test_with_json_an_error_is_one_object_on_stderr(eye_clinic: Run, command: str, form: list[str]) -> None:
    ran = eye_clinic(*command.split(), *form)
    assert (ran.status, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    error = json.loads(line)["error"]
    assert set(error) == {"code", "message", "where"}
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", error["code"]) and error["message"].endswith(".")


def test_the_same_by_the_environment(eye_clinic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDBOK_OUTPUT", "json")
    assert json.loads(eye_clinic("why", "B2").err)["error"]["code"] == "booking.unknown"
    assert json.loads(eye_clinic("why", "B1", *AT).out)["verdict"] == "shown"


USAGE = {
    "nonsense": ("usage.no_such_command", "nonsense"),
    "unit nonsense": ("usage.no_such_command", "tidbok unit --help"),
    "untis list": ("usage.misspelt_command", "unit"),
    "unit lst": ("usage.misspelt_command", "list"),
    "why --nonsense": ("usage.no_such_option", "--nonsense"),
    "why B1 --lang en": ("usage.before_command", "--lang"),
    "why --resdent x": ("usage.misspelt_option", "--resident"),
    "unit show": ("usage.missing", "UNIT"),
    "unit new SE2321000024-1A2B": ("usage.missing", "--name"),
    "unit": ("usage.missing_command", "tidbok unit --help"),
    "unit list more": ("usage.extra_arguments", "more"),
    "unit list --at": ("usage.needs_value", "tidbok unit list --help"),
    "sweep --all=yes": ("usage.takes_no_value", "--all"),
    "why B1 --action move": ("usage.choice", "show, cancel, rebook, book"),
    "why B1 --action book": ("why.book_needs_slot", "--slot"),
    "demo --bookings many": ("usage.not_a_number", "many"),
    "demo --bookings 1_0": ("usage.not_a_number", "1_0"),
    "demo --bookings ٣٠": ("usage.not_a_number", "٣٠"),
    "demo --seed ٣": ("usage.not_a_number", "٣"),
    "relation void ٣": ("usage.not_a_number", "٣"),
    "demo --bookings 0": ("usage.out_of_range", "0"),
    "demo --seed it's": ("usage.not_a_number", "it's"),
    "it's": ("usage.no_such_command", "it's"),
    "why B1 --action it's": ("usage.choice", "it's"),
    "why": ("why.one_of", "--resident"),
    "why B1 --all": ("why.all_without_resident", "--all"),
    "why B1 --assume relation": ("assume.malformed", "CHECK=pass"),
    "relation record x ogon left": ("usage.choice", "clinic_added"),
    "--lang de rules": ("usage.language", "de"),
    "rules -o text": ("usage.no_text_form", "ndjson"),
    "rules -o yaml": ("usage.choice", "ndjson"),
}


def test_a_number_may_have_spaces_around(eye_clinic: Run) -> None:
    """`wc -l` of BSD writes some before it, for `--expect-rows`."""
    for command in ("relation void", "store purge --dry-run --batch"):
        told = [eye_clinic(*command.split(), number) for number in ("1017", "   1017", "1017 \n")]
        assert told[0] == told[1] == told[2] and "1017" in told[0].err


@pytest.mark.parametrize(
    "command", [each for each in USAGE if " -o" not in each and each not in ("unit", "unit list --at")]
)
def test_a_wrong_call(eye_clinic: Run, command: str) -> None:
    code, told = USAGE[command]
    ran = eye_clinic(*command.split(), "-o", "json")
    assert ran.status == 2
    error = json.loads(ran.err)["error"]
    assert error["code"] == code
    assert told in error["message"]


@pytest.mark.parametrize("command", USAGE)
def test_a_wrong_call_in_a_sentence(eye_clinic: Run, command: str) -> None:
    ran = eye_clinic(*command.split())
    assert ran.status == 2
    (line,) = ran.err.splitlines()
    assert re.fullmatch(r"error: [^\[\]]+[.?][^.]*", line) and USAGE[command][1] in line
    assert "env var" not in line and "valid int" not in line


@pytest.mark.parametrize("command", USAGE)
def test_a_wrong_call_in_swedish(command: str, tmp_path: Path) -> None:
    ran = tidbok(*command.split(), cwd=tmp_path, TIDBOK_LANG="sv")
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert line.startswith(("fel: ", "error: ") if "--lang" in command else "fel: ")
    told = USAGE[command][1]
    assert told in line or "CHECK=" in line
    assert not re.search(r"\b(There|See|This|The|is|not|Invalid|value|env var)\b", line) or "--lang" in command


def test_swedish_by_option_environment_and_locale(tmp_path: Path) -> None:
    none = {"TIDBOK_LANG": ""}
    assert tidbok("--lang", "sv", "nonsense", cwd=tmp_path).stderr.startswith("fel: ")
    assert tidbok("nonsense", cwd=tmp_path, TIDBOK_LANG="sv").stderr.startswith("fel: ")
    assert tidbok("nonsense", cwd=tmp_path, **none, LC_ALL="sv_SE.UTF-8").stderr.startswith("fel: ")
    assert tidbok("nonsense", cwd=tmp_path, **none, LC_ALL="C.UTF-8").stderr.startswith("error: ")
    assert tidbok("--lang", "en", "nonsense", cwd=tmp_path, TIDBOK_LANG="sv").stderr.startswith("error: ")
    help_text = tidbok("why", "--help", cwd=tmp_path, TIDBOK_LANG="sv").stdout
    assert "Användning:" in help_text and "Exempel:" in help_text and "Usage:" not in help_text


def test_machine_forms_do_not_depend_on_the_language(eye_clinic: Run, tmp_path: Path) -> None:
    for command in ("why B1 -o json", "sweep -o csv", "unit show ogon -o json", "rules -o csv"):
        call = (*command.split(), *AT)
        english = eye_clinic(*call).out
        swedish = tidbok("--store", "tidbok.db", *call, cwd=tmp_path, TIDBOK_LANG="sv").stdout
        words = re.compile(r'"(message|fix|label)": (null|"[^"]*")')
        if command.startswith("rules"):
            keys = [list(csv.DictReader(io.StringIO(text))) for text in (english, swedish)]
            assert [row["reason"] for row in keys[0]] == [row["reason"] for row in keys[1]]
        else:
            assert words.sub("", english) == words.sub("", swedish) != ""


@pytest.mark.parametrize(
    "command",
    [
        ["why", b"\xff"],
        ["unit", "show", b"\xff"],
        ["unit", "new", "SE2321000024-9Z", "--name", b"\xff"],
        ["service", "map", "ogon", "UPPF30", "--label", b"\xff"],
        ["service", "map", "ogon", b"\xff"],
        ["booking", "add", "ogon", b"\xff", ANNA, "2026-12-24"],
        ["booking", "import", b"\xff.csv"],
        ["--store", b"\xff.db", "store", "info"],
    ],
    ids=lambda command: " ".join(str(word) for word in command if word != ANNA),
)
def test_bytes_that_are_no_text_are_bad_input(eye_clinic: Run, tmp_path: Path, command: list[str | bytes]) -> None:
    ran = tidbok(*([] if "--store" in command else ["--store", "tidbok.db"]), *command, cwd=tmp_path)
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith("error: ")


# ------------------------------------------------------------------------------------------------- --at


@pytest.mark.parametrize(
    ("at", "begins"),
    [
        ("2026-11-01", "2026-11-01T00:00:00+01:00"),
        ("2026-07-01T12:00", "2026-07-01T12:00:00+02:00"),
        ("2026-11-01T12:00:30", "2026-11-01T12:00:30+01:00"),
        ("2026-11-01T12:00Z", "2026-11-01T13:00:00+01:00"),
        ("2026-11-01T12:00+05:30", "2026-11-01T07:30:00+01:00"),
        ("2026-10-25T01:30Z", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_a_moment_without_offset_is_stockholms(eye_clinic: Run, at: str, begins: str) -> None:
    ran = eye_clinic("why", "B1", "-o", "json", "--at", at)
    assert json.loads(ran.out)["at"] == begins
    assert bool(ran.err) is at.endswith(("Z", "+05:30"))  # another offset than Stockholm's is told


@pytest.mark.parametrize("at", ["2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29 02:59:59"])
def test_an_hour_that_the_spring_skips_is_bad_input(eye_clinic: Run, at: str) -> None:
    ran = eye_clinic("why", "B1", "-o", "json", "--at", at)
    assert (ran.status, ran.out) == (2, "")
    error = json.loads(ran.err)["error"]
    assert (error["code"], error["where"]) == ("time.skipped", "--at")


def test_an_hour_that_the_autumn_repeats_is_the_first_with_one_warning(eye_clinic: Run) -> None:
    ran = eye_clinic("why", "B1", "-o", "json", "--at", "2026-10-25T02:30")
    assert (ran.status, json.loads(ran.out)["at"]) == (0, "2026-10-25T02:30:00+02:00")
    assert re.fullmatch(r"warning: [^\n]*2026-10-25 02:30[^\n]*\n", ran.err)
    for moment, told in (("2026-10-25T00:30Z", "02:30 (+02:00)."), ("2026-10-25T01:30Z", "02:30 (+01:00).")):
        assert f"As of Sun 25 Oct 2026 {told}" in eye_clinic("why", "B1", "--at", moment).out
    assert "As of Sun 25 Oct 2026 03:00." in eye_clinic("why", "B1", "--at", "2026-10-25T03:00").out


@pytest.mark.parametrize("at", ["soon", "", "20260330", "2026-13-01", "2026-11-01T25:00", "1e9", "0001-01-01", "24:00"])
def test_what_is_no_moment(eye_clinic: Run, at: str) -> None:
    ran = eye_clinic("why", "B1", "--at", at, "-o", "json")
    assert ran.status == 2
    assert json.loads(ran.err)["error"]["where"] == "--at"


@pytest.mark.parametrize(
    "command",
    [
        "rules", "init", "demo d", "why B1", "why --resident -", "sweep", "sweep --summary", "unit list",
        "unit show ogon", "unit validate", "unit apply --yes", "unit new SE2321000024-9Z --name Hud",
        "service list ogon", "service map ogon UPPF30 --label Annat", "service unmap ogon UPPF30", "relation list",
        "relation show - ogon", "relation record - ogon clinic_added", "booking list", "booking show B1",
        "booking add ogon UPPF30 - 2026-12-24", "booking import -", "store info", "store check",
    ],
)  # fmt: skip
def test_every_command_refuses_what_is_no_moment_and_does_nothing(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted((path, path.read_bytes()) for path in tmp_path.rglob("*.toml"))
    ran = eye_clinic(*command.split(), "--at", "2026-03-29T02:30", stdin=BOOKINGS if "import" in command else ANNA)
    assert ran.status == 2
    assert "--at" in ran.err and "2026-03-29 02:30" in ran.err
    assert sorted((path, path.read_bytes()) for path in tmp_path.rglob("*.toml")) == before


# ---------------------------------------------------------------------------------- nobody is named


@pytest.mark.parametrize("number", [ANNA, f"{ANNA[:8]}-{ANNA[8:]}", f"{ANNA[2:8]}-1212", f"{ANNA[2:8]}+1212"])
@pytest.mark.parametrize("form", ["table", "json"])
def test_a_person_number_in_the_wrong_place_is_never_told(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str, form: str
) -> None:
    monkeypatch.setenv("TIDBOK_OUTPUT", form)
    monkeypatch.chdir(tmp_path)
    wrong = number[:-1] + "3"
    for call in (
        f"why {number}", f"why B1 --unit {number}", f"why B1 --at {number}", f"why B1 --assume {number}=pass",
        f"why --resident {wrong}", f"why --resident {number} --unit {number}", f"why B1 {number}",
        f"why B1 --action {number}", f"sweep --unit {number}", f"sweep --from {number}", f"sweep --to {number}",
        f"unit show {number}", f"unit apply {number}", f"unit list {number}",
        f"unit new {number} --name N", f"unit {number}", number, f"--{number}", f"unit list --{number}",
        f"service list {number}", f"service map {number} A", f"service map ogon {number} --show",
        f"service unmap ogon {number}", f"relation record {wrong} ogon clinic_added",
        f"relation record {number} {number} clinic_added", f"relation record {number} ogon {number}",
        f"booking show {number}", f"booking list --status {number}", f"booking add ogon A {number} {number}",
        f"booking add ogon A {wrong} 2026-12-24", f"booking import {number}.csv", f"booking import {number}/x.csv",
        f"relation import {number}", f"demo --bookings {number}", f"--lang {number} rules",
        f"--store {number} unit list", f"--config {number} unit validate", f"rules -o {number}", f"init -o {number}",
    ):  # fmt: skip
        ran = eye_clinic(*call.split())
        assert ran.status == (0 if "unmap" in call else 2), call.replace(number, "NUMBER")
        assert (ran.err or "unmap" in call) and not seen((ran.out + ran.err).replace(str(tmp_path), "")), call.replace(
            number, "NUMBER"
        )


def test_a_person_number_that_is_not_one_of_the_regions_is_not_told_from_standard_input_either(eye_clinic: Run) -> None:
    for stdin in (ANNA[:-1] + "3", "ögon " + ANNA, ANNA + "\x1b[31m"):
        ran = eye_clinic("why", "--resident", "-", stdin=stdin)
        assert ran.status == 2 and not seen(ran.out + ran.err)


def test_answers_mask_person_numbers_unless_asked(eye_clinic: Run) -> None:
    for command in ("why B1", "why --resident -", "sweep", "booking list", "booking show B1", "relation list"):
        for form in ("table", "json", "ndjson", "csv"):
            ran = eye_clinic(*command.split(), "-o", form, *AT, stdin=ANNA)
            assert ran.status == 0 and not seen(ran.out + ran.err), (command, form)
    assert "19121212-****" in eye_clinic("why", "B1", *AT).out
    assert ANNA in eye_clinic("why", "B1", *AT, "--reveal").out


# ----------------------------------------------------------------------------- pipes, terminals, spreadsheets


def test_a_reader_that_goes_away_ends_it_silently(tmp_path: Path) -> None:
    made = tidbok("demo", "--bookings", "3000", "d", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    for form in ("ndjson", "json", "csv", "table"):
        sweep = subprocess.Popen(
            [sys.executable, "-m", "tidbok_cli", "--store", "tidbok.db", "sweep", "--all", "-o", form],
            cwd=tmp_path / "d", stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=subprocess_environment(),
        )  # fmt: skip
        assert sweep.stdout and sweep.stderr
        assert sweep.stdout.readline()
        sweep.stdout.close()
        told = sweep.stderr.read()
        sweep.stderr.close()
        assert (sweep.wait(60), told) == (0, b""), form


STRANGE = "[/red]\u202e[bold]x\u200b"
LONG = "En mycket lång beteckning " * 6


@pytest.fixture
def strangely_labelled(eye_clinic: Run, tmp_path: Path) -> Run:
    """A label that an older version took, as it stands in the store: no door takes such any more."""
    put_in_force(eye_clinic, tmp_path, OGON_FILE.replace("Ögonmottagningen", "[A1] [/x]"), "2020-01-01")
    altered(tmp_path / "tidbok.db", f"UPDATE service_version SET label = '{STRANGE + LONG}' WHERE label = 'Besök'")
    return eye_clinic


@pytest.mark.parametrize(
    "command", ["why B1", "why B1 -o text", "service list ogon", "unit show ogon", "booking show B1", "unit list"]
)
def test_what_labels_hold_is_shown_not_obeyed_and_never_cut(strangely_labelled: Run, command: str) -> None:
    ran = strangely_labelled(*command.split(), *AT)
    assert ran.status == 0, ran.err
    assert "\u202e" not in ran.out and "\u200b" not in ran.out
    if command.startswith("unit"):
        assert "[A1] [/x]" in ran.out
    if command != "unit list":
        assert r"[/red]\u202e[bold]x\u200b" + LONG.rstrip() in ran.out


def test_machine_forms_hold_labels_as_they_are(strangely_labelled: Run) -> None:
    answer = json.loads(strangely_labelled("why", "B1", "-o", "json", *AT).out)
    assert answer["booking"]["label"] == STRANGE + LONG


def test_off_a_terminal_nothing_is_coloured_or_boxed(eye_clinic: Run, tmp_path: Path) -> None:
    for command in ("why B1", "unit list", "why --help", "why B9"):
        ran = tidbok("--store", "tidbok.db", *command.split(), cwd=tmp_path, NO_COLOR="", COLUMNS="40")
        assert "\x1b" not in ran.stdout + ran.stderr
        if "--help" not in command:
            assert not set("│─╭━┃") & set(ran.stdout)


def test_cells_that_a_spreadsheet_would_take_for_a_formula(region: Run, tmp_path: Path) -> None:
    labels = ["=A+1", "+46x", "-x", "@x", "'x", "a=1"]
    entries = "".join(
        f'[[care_service]]\ncode = "C{index}"\nlabel = {json.dumps(label)}\n' for index, label in enumerate(labels)
    )
    (tmp_path / "config/units/ogon.toml").write_text(
        f'hsa_id = "SE2321000024-1A2B"\nname = "=cmd"\nalias = "-ogon"\n{entries}', encoding="utf-8"
    )
    assert region("unit", "apply", "--yes", "--at", "2020-01-01").status == 0
    rows = list(csv.DictReader(io.StringIO(region("service", "list", OGON, "-o", "csv").out)))
    assert [row["label"] for row in rows] == ["'=A+1", "'+46x", "'-x", "'@x", "'x", "a=1"]
    (unit,) = csv.DictReader(io.StringIO(region("unit", "list", "-o", "csv").out))
    assert (unit["name"], unit["alias"]) == ("'=cmd", "'-ogon")


# ------------------------------------------------------------------------------- where things are


def folder_with_config(path: Path, store: str = "") -> Path:
    path.mkdir(parents=True)
    (path / "tidbok.toml").write_text(REGION + f'[store]\nurl = "{store}"\n' * bool(store), encoding="utf-8")
    return path


def store_sought(cwd: Path, *arguments: str, **environment: str) -> str:
    """Where the program seeks its store, as it says when there is none."""
    ran = tidbok(*arguments, "store", "info", cwd=cwd, **environment)
    assert ran.returncode == 2
    found = re.search(r"/\S+\.db", ran.stderr)
    assert found, ran.stderr
    return found[0]


def test_which_configuration_folder_is_taken(tmp_path: Path) -> None:
    """Each folder names a store of its own, relative to itself."""
    here, by_option, by_variable, by_systemd, users = (
        folder_with_config(tmp_path / name, "own.db")
        for name in ("work/config", "option", "variable", "systemd", "xdg/tidbok")
    )
    environment = {
        "TIDBOK_CONFIG": str(by_variable),
        "CONFIGURATION_DIRECTORY": f"{by_systemd}:/elsewhere",
        "XDG_CONFIG_HOME": str(tmp_path / "xdg"),
    }
    work = here.parent
    assert store_sought(tmp_path, "--config", "option", **environment) == str(by_option / "own.db")
    assert store_sought(work, **environment) == str(by_variable / "own.db")
    del environment["TIDBOK_CONFIG"]
    assert store_sought(work, **environment) == str(here / "own.db")
    (here / "tidbok.toml").unlink()
    assert store_sought(work, **environment) == str(by_systemd / "own.db")
    del environment["CONFIGURATION_DIRECTORY"]
    assert store_sought(work, **environment) == str(users / "own.db")


def test_which_store_is_taken(tmp_path: Path) -> None:
    config = folder_with_config(tmp_path / "work/config", "own.db")
    work = config.parent
    environment = {"STATE_DIRECTORY": f"{tmp_path}/state:/elsewhere", "XDG_DATA_HOME": str(tmp_path / "data")}
    by_variable = {**environment, "TIDBOK_STORE": "b.db"}
    assert store_sought(work, "--store", "a.db", **by_variable) == f"{work}/a.db"
    assert store_sought(work, "--store", f"sqlite:///{tmp_path}/c.db", **by_variable) == f"{tmp_path}/c.db"
    assert store_sought(work, **by_variable) == f"{work}/b.db"
    assert store_sought(work, **environment) == f"{config}/own.db"
    (config / "tidbok.toml").write_text(REGION, encoding="utf-8")
    assert store_sought(work, **environment) == f"{tmp_path}/state/tidbok.db"
    del environment["STATE_DIRECTORY"]
    assert store_sought(work, **environment) == f"{tmp_path}/data/tidbok/tidbok.db"


def test_an_init_is_safe_to_repeat_and_its_store_private(tmp_path: Path) -> None:
    call = ("--store", "state/tidbok.db", "init", "-o", "json")
    first, second = (json.loads(tidbok(*call, cwd=tmp_path).stdout) for _ in range(2))
    assert first == {
        "schema": "tidbok.init/1",
        "config": str(tmp_path / "config"),
        "config_made": True,
        "config_by": "./config",
        "store": str(tmp_path / "state/tidbok.db"),
        "store_made": True,
        "store_by": "--store",
    }
    assert second == {**first, "config_made": False, "store_made": False}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()} == {0o600}
    (tmp_path / "config/tidbok.toml").write_text(REGION, encoding="utf-8")
    assert tidbok(*call, cwd=tmp_path).returncode == 0
    assert (tmp_path / "config/tidbok.toml").read_text(encoding="utf-8") == REGION


def test_an_init_with_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (("--config", "file"), ("--config", "file/config"), ("--store", "file/tidbok.db")):
        ran = tidbok("--store", "tidbok.db", *place, "init", cwd=tmp_path)
        assert (ran.returncode, ran.stderr[:7]) == (2, "error: "), place


# ------------------------------------------------------------------------------------------ the store


def altered(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_no_store_a_foreign_one_and_one_of_another_version(region: Run, tmp_path: Path) -> None:
    store = tmp_path / "tidbok.db"
    contents = store.read_bytes()

    def errors(also: str = "store check") -> set[str]:
        calls = ("unit list", "why B1", "store info", "store upgrade", "relation record - ogon clinic_added", also)
        write_unit(tmp_path, OGON_FILE)
        told = [region(*call.split(), "-o", "json", stdin=ANNA) for call in (*calls, "unit apply --yes")]
        assert {ran.status for ran in told} == {2}
        return {json.loads(ran.err)["error"]["code"] for ran in told}

    altered(store, "UPDATE alembic_version SET version_num = '0099'")
    assert errors() == {"store.newer_schema"}
    altered(store, "DELETE FROM alembic_version")
    assert errors("store upgrade") == {"store.not_a_store"}
    store.write_bytes(b"")
    assert errors() == {"store.empty"}
    altered(store, "CREATE TABLE other (thing)")
    assert errors() == {"store.empty"}
    store.write_bytes(b"this is a text, and no database at all\n" * 100)
    assert errors() == {"store.not_a_store"}
    store.unlink()
    assert errors() == {"store.missing"}
    store.mkdir()
    assert errors() == {"store.missing"}
    store.rmdir()
    store.write_bytes(contents)
    assert region("store", "check").status == 0


def test_an_init_on_a_store_that_is_not_this_programs(region: Run, tmp_path: Path) -> None:
    store = tmp_path / "tidbok.db"
    altered(store, "UPDATE alembic_version SET version_num = '0099'")
    ran = region("init", "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "store.newer_schema")
    store.write_bytes(b"this is a text, and no database at all\n" * 100)
    ran = region("init", "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "store.not_a_store")
    store.write_bytes(b"")
    assert region("init").status == 0
    assert region("store", "check").status == 0


def test_a_store_of_another_kind(region: Run) -> None:
    for url in ("mysql://server/x", "sqlite://x", "sqlite://"):
        ran = region("--store", url, "store", "info", "-o", "json")
        assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, "store.url")


def test_what_the_store_holds(eye_clinic: Run, tmp_path: Path) -> None:
    told = json.loads(eye_clinic("store", "info", "-o", "json").out)
    assert [(run["batch"], run["kind"], run["outcome"]) for run in told.pop("runs")] == [(1, "booking", "done")]
    assert [(job["command"], job["exit_status"]) for job in told.pop("jobs")] == [("booking import", 0)]
    assert told == {
        "schema": "tidbok.store/1",
        "store": str(tmp_path / "tidbok.db"),
        "schema_version": SCHEMA,
        "size": (tmp_path / "tidbok.db").stat().st_size,
        "rows": {
            "unit": 1, "unit_version": 1, "service_version": 1, "resident": 1, "relation_event": 1,
            "relation_void": 0, "relation_period": 1, "booking": 1, "slot": 0, "booking_basis": 0, "summons": 0,
            "message": 1, "import_batch": 1,
        },
        "last_imports": [{"kind": "booking", "source": "-", "happened_at": "2026-11-01T00:00:00+01:00"}],
    }  # fmt: skip
    assert str(tmp_path / "tidbok.db") in eye_clinic("store", "info").out
