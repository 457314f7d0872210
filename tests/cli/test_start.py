"""Modules that a command loads, since each costs time at start.

Importing the object-relational mapper costs more than a whole answer (design, section 5).
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import entry_points
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest
from support.command_line import subprocess_environment
from support.people import ANNA
from support.region import OGON, OGON_FILE, RegionAt, put_in_force

from tidbok_cli.__main__ import main
from tidbok_cli.cli.base import tree
from tidbok_cli.cli.base.typer_private import UNUSED

SLOW = {"sqlmodel", "sqlalchemy", "pydantic", "alembic", "tomlkit", "tomli_w", "lxml", "psycopg"}

COMMAND_MODULES = {f"tidbok_cli.cli.groups.{name}" for name in (*tree.COMMANDS, *chain(*tree.GROUPS.values()))}

NOT_OF_A_BOOKING = {
    f"tidbok_cli.{room}.{name}"
    for room, names in {
        "domain": (
            "audit_chain audit_list basis booking booking_list booking_record coupling_check coupling_snapshot "
            "journal_settings near relation_list relation_periods slot sorting unit_list unit_mistakes "
            "unit_plan_effect visit"
        ),
        "store.read": "basis relation situation_slot slot",
        "exchange": "unit_heads",
        "render": "slot",
    }.items()
    for name in names.split()
}
"""Modules of lists, plans and slots, of which `why` knows nothing when it is asked about one booking."""

BOOKINGS = f"""\
booking_id,unit,code,resident,start,created_at,origin
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01T12:00,clinic
"""


@pytest.fixture(scope="module")
def folder(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region with one clinic and one booking."""
    folder = tmp_path_factory.mktemp("start")
    run = region_at(folder)
    put_in_force(run, folder, OGON_FILE, "2019-01-01")
    assert run("booking", "import", "-", "--at", "2026-11-01", stdin=BOOKINGS).status == 0
    return folder


def loaded(folder: Path, *arguments: str, before: str = "", **environment: str) -> tuple[str, set[str]]:
    """What the command printed, and the packages and modules that it had loaded when it ended.

    `before`: what is run in its process first.
    """
    code = (
        f"{before}\nimport sys\nfrom tidbok_cli import app\n"
        "try:\n    app.main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, env=subprocess_environment(TIDBOK_STORE="tidbok.db", **environment),
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, set(ran.stderr.split())


def among(modules: Iterable[str], packages: set[str]) -> set[str]:
    """Which of the packages any of the modules belongs to."""
    return {module.partition(".")[0] for module in modules} & packages


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("--help", "Usage:"),
        ("--version", "tidbok "),
        ("why --help", "Usage:"),
        ("unit apply --help", "Usage:"),
        ("rules", "not_yet_made"),
        ("help", "support"),
        ("help support", "COS-"),
        ("why B1 --at 2026-11-01", "SHOWN"),
        ("why B1 --at 2026-11-01 -o json", '"shown"'),
        ("view 191212121212 --at 2026-11-01", "Ögonmottagningen"),
        ("sweep --at 2026-11-01 -o ndjson", '"shown"'),
        ("sweep --at 2026-11-01 --summary", "yes"),
        ("unit list", OGON),
        ("booking list", "B1"),
    ],
)
def test_what_users_wait_for_loads_nothing_slow(folder: Path, command: str, printed: str) -> None:
    out, modules = loaded(folder, *command.split())
    assert printed in out
    assert among(modules, SLOW) == set()


@pytest.mark.parametrize("command", ["why B1 --at 2026-11-01 -o json", "sweep --at 2026-11-01 -o ndjson", "--version"])
def test_an_answer_for_programs_loads_no_rich(folder: Path, command: str) -> None:
    _, modules = loaded(folder, *command.split())
    assert among(modules, {"rich", "asyncio", "unittest", "importlib_metadata"}) == set()
    assert not {"importlib.metadata", "email", "ssl"} & modules


@pytest.mark.parametrize("command", ["unit plan", "unit apply --yes", "unit validate"])
def test_files_like_what_is_in_force_are_read_without_sqlalchemy(folder: Path, command: str) -> None:
    _, modules = loaded(folder, *command.split())
    assert among(modules, {"pydantic", "sqlalchemy", "sqlmodel"}) == {"pydantic"}


@pytest.mark.parametrize("command", ["--help", "why --help"])
def test_help_is_drawn_alike_without_the_parts_of_rich_that_are_left_out(folder: Path, command: str) -> None:
    drawn, modules = loaded(folder, *command.split())
    assert among(modules, {"rich", "markdown_it", "pygments"}) == {"rich"}
    whole, modules = loaded(folder, *command.split(), before="import typer.rich_utils")
    assert UNUSED.keys() <= modules
    assert drawn == whole


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", "sweep"),
        ("unit ", "apply"),
        ("why --o", "--output"),
        ("why B", "B1"),
        ("unit show ", "ogon"),
        ("unit apply ", "ogon"),
        ("service map ogon ", "UPPF30"),
        ("why --assume rel", "relation=pass"),
        ("why --live --assume jour", "journal=pass"),
    ],
)
def test_completion_loads_next_to_nothing(folder: Path, line: str, offered: str) -> None:
    asked = {"_TIDBOK_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": f"tidbok {line}"}
    out, modules = loaded(folder, **asked)
    assert offered in out
    assert among(modules, SLOW | {"rich", "asyncio", "unittest", "importlib_metadata"}) == set()
    assert not {"importlib.metadata", "email", "ssl", "tidbok_cli.domain.why", "tidbok_cli.domain.case"} & modules
    first, _, _ = line.partition(" ")
    of_group = {f"tidbok_cli.cli.groups.{name}" for name in tree.GROUPS.get(first, (first,))}
    assert COMMAND_MODULES & modules == (of_group if line else COMMAND_MODULES)


def test_why_of_a_booking_loads_nothing_of_lists_plans_and_slots(folder: Path) -> None:
    _, modules = loaded(folder, *["why", "B1", "--at", "2026-11-01", "-o", "json"])
    assert NOT_OF_A_BOOKING & modules == set()
    assert [name for name in NOT_OF_A_BOOKING if find_spec(name) is None] == []


def test_the_collector_is_told_before_the_program_is_loaded() -> None:
    code = "import gc, sys, tidbok_cli.__main__; print(gc.get_threshold()[0], 'tidbok_cli.app' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout == "100000 False\n"


def test_the_console_script_is_the_program() -> None:
    (script,) = entry_points(group="console_scripts", name="tidbok")
    assert script.load() is main


def test_without_live_nothing_of_the_journal_is_loaded(folder: Path) -> None:
    _, modules = loaded(folder, "why", "B1", "--at", "2026-11-01")
    assert {module for module in modules if "journal" in module or "live" in module} == set()


def test_a_command_that_needs_them_loads_them(folder: Path) -> None:
    """So that the tests above can fail."""
    _, modules = loaded(folder, "store", "check")
    assert {"sqlmodel", "sqlalchemy", "pydantic"} <= among(modules, SLOW)


@pytest.mark.parametrize("words", [(), ("-h",), ("unit", "list", "-h")], ids=" ".join)
def test_help_for_a_pipe_that_is_closed_ends_well(folder: Path, words: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    program = (sys.executable, "-m", "tidbok_cli", *words)
    ran = subprocess.run(program, cwd=folder, env=subprocess_environment(), stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (ran.returncode, ran.stderr) == (0, b"")
