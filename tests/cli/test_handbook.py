"""README and handbook: every command line in them works, in both languages, and what they name is there.

A ```sh block can be pasted whole: nothing in it asks or waits for a key, and each command has exit status 0 unless its
comment says another (`# exit 1: not shown`, in Swedish `# slutstatus 1: visas inte`). All of a file's blocks run from
top to bottom, on a terminal, in a folder that has a fresh `tidbok-demo`. What needs another machine or more rights
stands in blocks that are marked ```sh not-run: of it each command line is parsed. Both languages have the same
commands, which are run once.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pexpect
import pytest
from support.commands import called, called_in
from support.fork_server import client
from support.journal_demo import beside
from support.journal_tour import TIDBOK

from tidbok_cli import i18n
from tidbok_cli.domain.handbook import TOPICS
from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.handbook import HANDBOOK, read_guide
from tidbok_cli.exchange.region_file import read_region
from tidbok_cli.exchange.unit_file import parse_unit

ROOT: Final = HANDBOOK.parent.parent
README: Final = ROOT / "README.md"
LANGUAGES: Final = sorted(i18n.LANGUAGES)
GUIDES: Final = [HANDBOOK / language / f"{topic}.md" for topic in TOPICS for language in LANGUAGES]
FILES: Final = [README, *GUIDES]

QUESTION: Final = r"\((is not shown|visas inte)\): |\[[yj]/N\] |\(END\)|\n:"
"""What a command asks, or a pager, which would take the next pasted line for the answer."""
STATUS: Final = re.compile(r"#.*\b(?:exit|slutstatus) ([0-9]+)\b")
HERE_DOCUMENT: Final = re.compile(r"<<\s*['\"]?(\w+)")
COMMENT: Final = re.compile(r"(^|[ \t]+)# .*$", re.MULTILINE)
INLINE: Final = re.compile(r"`(tidbok [^`]+)`")
NEVER: Final = re.compile(r"(?!)")
STARTS: Final = {"ini": re.compile("ExecStart=-?"), "crontab": re.compile(r"([0-9*/,-]+ +){5}")}
"""The text before a command in a unit of systemd, and in a crontab."""
ENDS_AT_ONCE: Final = {"--help", "--version", "--install-completion", "--show-completion"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, whether it is to be run, the line on which it begins, and its lines."""

    kind: str
    runs: bool
    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A command at a line of a file, and the exit status that it should have."""

    line: int
    text: str
    status: int


@cache
def blocks(file: Path) -> tuple[Block, ...]:
    return tuple(_blocks(file.read_text(encoding="utf-8").splitlines()))


def _blocks(lines: list[str]) -> Iterator[Block]:
    numbered = iter(enumerate(lines, 1))
    for number, line in numbered:
        if line.startswith("```"):
            kind, _, mark = line[3:].partition(" ")
            inside = []
            for _, each in numbered:
                if each == "```":
                    break
                inside.append(each)
            assert mark in ("", "not-run"), f"line {number}: {mark}"
            yield Block(kind, not mark, number + 1, tuple(inside))


def steps(block: Block) -> Iterator[Step]:
    """The commands of a ```sh block, each with its here-document and its continued lines."""
    numbered = iter(enumerate(block.lines, block.line))
    for number, line in numbered:
        assert not line.startswith("$ "), f"line {number}: a prompt cannot be pasted"
        typed = [line]
        if end := HERE_DOCUMENT.search(line):
            for _, each in numbered:
                typed.append(each)
                if each == end[1]:
                    break
            assert typed[-1] == end[1], f"line {number}: the here-document is not closed"
        while typed[-1].endswith("\\"):
            typed.append(next(numbered)[1])
        yield Step(number, "\n".join(typed), status_of(typed[-1] if not end else typed[0]))


def status_of(text: str) -> int:
    found = STATUS.search(text)
    return int(found[1]) if found else 0


def all_steps(file: Path, *, runs: bool) -> list[Step]:
    of_kind = (block for block in blocks(file) if block.kind == "sh" and block.runs == runs)
    return [step for block in of_kind for step in steps(block)]


def typed(file: Path, *, runs: bool = True) -> list[tuple[str, int]]:
    """The commands typed in a file, without their comments, each with its exit status."""
    return [(COMMENT.sub("", step.text), step.status) for step in all_steps(file, runs=runs)]


def run_files() -> Iterator[Path]:
    """The files to run: of each guide one, the languages by turns."""
    yield README
    for place, topic in enumerate(TOPICS):
        yield HANDBOOK / LANGUAGES[place % 2] / f"{topic}.md"


def name(file: Path) -> str:
    return str(file.relative_to(ROOT)).removeprefix("tidbok_cli/")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo region, to be copied."""
    folder = tmp_path_factory.mktemp("handbook") / "tidbok-demo"
    subprocess.run([Path(sys.executable).with_name("tidbok"), "demo", folder], check=True, capture_output=True)
    return folder


def language_of(file: Path) -> str:
    return "en" if file == README else file.parent.name


def environment(folder: Path, language: str) -> dict[str, str]:
    """A user's environment: the program on the path, a home folder, no settings of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TIDBOK_", "XDG_"))}
    programs = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {"HOME": str(folder / "home"), "PATH": programs, "TIDBOK_LANG": language, "TERM": "dumb", "SHELL": "bash",
           "TZ": "Europe/Stockholm", "TIDBOK_FOLDER": str(folder / "tidbok-demo")}  # fmt: skip
    return kept | own


@pytest.mark.parametrize("file", [file for file in run_files() if all_steps(file, runs=True)], ids=name)
def test_what_is_typed_works(file: Path, demo: Path, tmp_path: Path) -> None:
    commands = all_steps(file, runs=True)
    region = Path(shutil.copytree(demo, tmp_path / "tidbok-demo"))
    (tmp_path / "home").mkdir()
    (tmp_path / "bin").mkdir()
    if file != README:  # whose few lines call the installed program
        (tmp_path / "bin" / "tidbok").symlink_to(client())
    (tmp_path / "bin" / "mail").write_text("#!/bin/sh\nexec cat\n")  # nothing is sent
    (tmp_path / "bin" / "mail").chmod(0o755)
    statuses = tmp_path / "statuses"
    script = "".join(f"echo '@@ {step.line}'\n{step.text}\necho {step.line} $? >&3\n" for step in commands)
    (tmp_path / "script").write_text(f"exec 3>{shlex.quote(str(statuses))}\n{script}", encoding="utf-8")
    with beside(region) if file.stem in ("journal", "support") else nullcontext():
        printed = on_terminal(tmp_path, language_of(file))
    ended = {int(line): int(status) for line, status in map(str.split, statuses.read_text().splitlines())}
    for step in commands:
        assert ended.get(step.line) == step.status, (
            f"{name(file)}:{step.line}: exit {ended.get(step.line)}, not {step.status}\n$ {step.text}\n"
            + printed.partition(f"@@ {step.line}\n")[2].partition("\n@@ ")[0]
        )


def on_terminal(folder: Path, language: str) -> str:
    """Runs the script on a terminal, where nothing may ask, and gives what was on the screen."""
    child = pexpect.spawn(
        "bash", [str(folder / "script")], cwd=str(folder), env=environment(folder, language), encoding="utf-8",
        dimensions=(60, 160), timeout=600,
    )  # fmt: skip
    try:
        asked = child.expect([pexpect.EOF, QUESTION])
    finally:
        child.close(force=True)
    printed = (child.before or "").replace("\r\n", "\n")
    assert not asked, f"a question takes what is pasted after it:\n{printed[-2000:]}{child.after}"
    return printed


@pytest.mark.parametrize("file", FILES, ids=name)
def test_what_cannot_be_run_here_can_be_parsed(file: Path) -> None:
    for step in all_steps(file, runs=False):
        checked = subprocess.run(["bash", "-n", "-c", step.text], capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, ""), f"{name(file)}:{step.line}"
        assert_known(file, step.line, step.text)


@pytest.mark.parametrize("file", FILES, ids=name)
def test_what_is_named_in_passing_is_there(file: Path) -> None:
    """A command in the running text, a command that cron or systemd calls, a file of settings, and a link."""
    fenced = {line for block in blocks(file) for line in range(block.line - 1, block.line + len(block.lines) + 1)}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if number in fenced:
            continue
        for call in INLINE.findall(line):
            assert_known(file, number, call, in_passing=True)
        for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", line):
            assert (file.parent / target).exists(), f"{name(file)}:{number}: {target}"
    for block in blocks(file):
        if block.kind == "toml":
            tomllib.loads("\n".join(block.lines))
        for number, line in enumerate(block.lines, block.line):
            if starts := STARTS.get(block.kind, NEVER).match(line):
                assert any(called_in(line[starts.end() :])) or "tidbok-nightly" in line, line
                assert_known(file, number, line[starts.end() :])


def assert_known(file: Path, line: int, text: str, *, in_passing: bool = False) -> None:
    """Each call of tidbok in a text is one that the program takes; in passing, a command may stand alone."""
    for call in called_in(text):
        if "…" in call or ENDS_AT_ONCE & set(shlex.split(call)):
            continue
        try:
            called(call)
        except BadInput as error:
            if in_passing and error.code in ("usage.missing", "usage.missing_command"):
                continue
            pytest.fail(f"{name(file)}:{line}: {call}: {error!r}")


def headings(file: Path) -> list[str]:
    """The levels of the headings, in their order."""
    fenced = {line for block in blocks(file) for line in range(block.line, block.line + len(block.lines))}
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return [line.split()[0] for number, line in lines if line.startswith("#") and number not in fenced]


def test_both_languages_have_all_topics() -> None:
    assert {name(path) for path in HANDBOOK.rglob("*.*")} == {name(file) for file in GUIDES}


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_have_the_same_headings_and_blocks(topic: str) -> None:
    english, swedish = (HANDBOOK / language / f"{topic}.md" for language in LANGUAGES)
    for runs in (True, False):
        assert typed(english, runs=runs) == typed(swedish, runs=runs)
    assert headings(english) == headings(swedish)
    assert [(block.kind, block.runs) for block in blocks(english)] == [
        (block.kind, block.runs) for block in blocks(swedish)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_guide_begins_with_its_title_and_what_it_is_for(language: str, topic: str) -> None:
    guide = read_guide(language, topic)
    assert guide.title and "\n" not in guide.title and not guide.title.startswith("#")
    assert guide.about.endswith(".") and "\n" not in guide.about
    assert "<!--" not in guide.text


@pytest.mark.parametrize("file", GUIDES, ids=name)
def test_whole_files_of_a_clinic_and_the_region_are_accepted(file: Path, tmp_path: Path) -> None:
    for block in (block for block in blocks(file) if block.kind == "toml"):
        text = "\n".join(block.lines)
        if text.startswith("hsa_id"):
            assert parse_unit(text, "units/a.toml").problems == ()
        if text.startswith("[region]"):
            (tmp_path / "tidbok.toml").write_text(text, encoding="utf-8")
            assert read_region(tmp_path / "tidbok.toml", "tidbok.toml").problems == ()


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 250


def test_each_promise_names_a_test_that_is_there() -> None:
    promised = re.findall(r"`([\w/]+\.py)::(\w+)`", README.read_text(encoding="utf-8"))
    assert 8 < len(promised) <= 15
    for file, test in promised:
        assert f"def {test}(" in (README.parent / "tests" / file).read_text(encoding="utf-8"), (file, test)


def test_the_tour_shows_journals_that_answer_and_such_that_do_not(demo: Path, tmp_path: Path) -> None:
    """`make journal`."""
    region = shutil.copytree(demo, tmp_path / "tidbok-demo")
    program = Path(TIDBOK.parent, "python"), ROOT / "tests" / "support" / "journal_tour.py"
    ran = subprocess.run([*program, region], env=environment(tmp_path, "en"), capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    shown = re.findall(r"^\$ tidbok (\S+ \S+)", ran.stdout, re.MULTILINE)
    assert [each.partition(" COS-")[0] for each in shown] == [
        "journal ping", "journal show", "why", "service discover", "journal rehearse",
    ]  # fmt: skip
    for said in ("4 of 6 calls were answered", "VP007", "No answer came in time"):
        assert said in ran.stdout
    statuses = re.findall(r"^\[(\d+)\]$", ran.stdout, re.MULTILINE)
    assert set(statuses) == {"1"}


def test_the_tour_ends_where_nobody_reads_on(demo: Path, tmp_path: Path) -> None:
    """`make journal | head -1`."""
    region = shutil.copytree(demo, tmp_path / "tidbok-demo")
    program = Path(TIDBOK.parent, "python"), ROOT / "tests" / "support" / "journal_tour.py"
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run([*program, region], env=environment(tmp_path, "en"), stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (ran.returncode, ran.stderr) == (0, b"")
