"""What the tests share: a region in a folder of its own, and the command line called in process."""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pexpect
import pytest
from hypothesis import HealthCheck, settings
from postgresql import Missing, Server, running
from stores import PostgresqlStores, SqliteStores, Stores, store_of

from tidbok_cli import app

settings.register_profile(
    "tidbok", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("tidbok")

PINNED = {"COLUMNS": "100", "NO_COLOR": "1", "TIDBOK_LANG": "en", "TIDBOK_ACTOR": "tester", "LC_ALL": "C.UTF-8"}
UNPINNED = (
    "GITHUB_ACTIONS", "FORCE_COLOR", "PY_COLORS", "TERMINAL_WIDTH", "TIDBOK_CONFIG", "TIDBOK_STORE", "TIDBOK_OUTPUT",
    "TIDBOK_PURPOSE", "TIDBOK_DEBUG", "CONFIGURATION_DIRECTORY", "STATE_DIRECTORY",
)  # fmt: skip

CONFIG = Path(__file__).parent.parent / "config"
REFERENCE = Path(__file__).parent.parent.parent / "shared" / "reference"

REGION = """
[region]
name = "Testregionen"
[contacts]
coordinator = "samordnaren"
"""


OGON = """\
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"
[services]
show = true
[coupling]
calendar = "OGON-TB1"
[[care_service]]
code  = "UPPF30"
label = "Besök"
show = true
"""
"""A clinic's file, as short as one can be that shows something."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the tests hold against tests/golden anew")
    for name, told in (("--slots", "raced for"), ("--races", "run"), ("--kills", "dealt out")):
        parser.addoption(name, type=int, help=f"how many are {told} in tests/contract/test_race.py")


@pytest.fixture(scope="session", autouse=True)
def pinned_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same words and widths everywhere, and no way into anybody's home folder."""
    nowhere = tmp_path_factory.mktemp("home") / "a-file"
    nowhere.write_text("a file, so that no folder can be made in it")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PINNED.items():
            patch.setenv(name, value)
        for name in UNPINNED:
            patch.delenv(name, raising=False)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, str(nowhere / name))
        yield


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit status, and what it wrote."""

    status: int
    out: str
    err: str


class Run(Protocol):
    """Calls the command line."""

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Ran: ...


def run(*arguments: str, stdin: str | bytes = "") -> Ran:
    """Calls the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin))
    before, sys.stdin = sys.stdin, given
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = app.run(arguments)
    finally:
        sys.stdin = before
    return Ran(int(status), out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server. Where none can be started the test is skipped; with TIDBOK_REQUIRE_POSTGRESQL it fails."""
    try:
        with running() as server:
            yield server
    except Missing as missing:
        (pytest.fail if os.environ.get("TIDBOK_REQUIRE_POSTGRESQL") else pytest.skip)(str(missing))


BOTH = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests with the mark `both` run on SQLite and on PostgreSQL; all on the one that TIDBOK_TEST_STORE names."""
    if "stores" in metafunc.fixturenames:
        named = os.environ.get("TIDBOK_TEST_STORE")
        marked = metafunc.definition.get_closest_marker("both")
        kinds = BOTH if marked and not named else (named or BOTH[0],)
        if metafunc.definition.get_closest_marker("files"):
            kinds = BOTH[:1]
        metafunc.parametrize("stores", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("TIDBOK_TEST_STORE", "sqlite") != "sqlite":
        for item in items:
            if item.get_closest_marker("files"):
                item.add_marker(pytest.mark.skip("about the file that a SQLite store is"))


@pytest.fixture(scope="session")
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Makes and copies stores of the kind on which the test runs."""
    if request.param == "sqlite":
        yield SqliteStores(tmp_path_factory.mktemp("store"))
    else:
        with closing(PostgresqlStores(request.getfixturevalue("postgresql"))) as databases:
            yield databases


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """A database takes more room than a file: those of a test's own folder go when it has run."""
    values = getattr(item, "funcargs", {})
    if "stores" in values and "tmp_path" in values:
        values["stores"].forget(values["tmp_path"])


RegionAt = Callable[[Path], Run]


@pytest.fixture(scope="session")
def region_at(stores: Stores) -> RegionAt:
    """Makes a region in a folder: `config/tidbok.toml`, `config/units/`, a store; gives its command line."""

    def make(folder: Path) -> Run:
        units = folder / "config" / "units"
        units.mkdir(parents=True, exist_ok=True)
        if not (folder / "config" / "tidbok.toml").exists():
            (folder / "config" / "tidbok.toml").write_text(REGION, encoding="utf-8")
        stores.make(folder)
        return run_in(folder)

    return make


def run_in(folder: Path) -> Run:
    """The command line of the region in a folder."""

    def bound(*arguments: str, stdin: str | bytes = "") -> Ran:
        return run(*place_of(folder), *arguments, stdin=stdin)

    return bound


def place_of(folder: Path) -> tuple[str, ...]:
    """The options that say where the region is."""
    return "--config", str(folder / "config"), "--store", store_of(folder)


@pytest.fixture
def region(region_at: RegionAt, tmp_path: Path) -> Run:
    """The command line of a fresh region in the test's own folder."""
    return region_at(tmp_path)


@pytest.fixture(scope="module")
def in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region, in force since 2026-01-01, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(CONFIG, folder / "config")
    assert region_at(folder)("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    return folder


@pytest.fixture
def eye_clinic(in_force: Path, stores: Stores, tmp_path: Path) -> Run:
    """The command line of a copy of `in_force`, which a module may fill with more."""
    shutil.copytree(in_force / "config", tmp_path / "config")
    stores.copy(in_force, tmp_path)
    return run_in(tmp_path)


BOOKABLE = """\
hsa_id = "SE2321000024-1A2B"
name   = "Ögonmottagningen"
alias  = "ogon"
[services]
show   = true
cancel = true
rebook = true
book   = true
[coupling]
calendar = "OGON-TB1"
[[care_service]]
code   = "UPPF30"
label  = "Besök"
show   = true
cancel = true
rebook = true
book   = "open"
cancel_deadline_hours = 24
[[care_service]]
code   = "OP60"
label  = "Operation"
show   = true
cancel = true
rebook = true
book   = "basis"
[[care_service]]
code   = "TYST"
label  = "Tyst"
book   = "open"
"""
"""A clinic where residents book: one code freely, one with a booking basis, and one that is not shown."""


@pytest.fixture(scope="session")
def bookable_in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region with that clinic, in force since 2026-01-01, to be copied."""
    folder = tmp_path_factory.mktemp("bookable")
    shutil.copytree(CONFIG, folder / "config")
    (folder / "config" / "units" / "ogon.toml").write_text(BOOKABLE, encoding="utf-8")
    assert region_at(folder)("unit", "apply", "--yes", "--at", "2026-01-01").status == 0
    return folder


@pytest.fixture
def bookable(bookable_in_force: Path, stores: Stores, tmp_path: Path) -> Run:
    """The command line of a copy of `bookable_in_force`."""
    shutil.copytree(bookable_in_force / "config", tmp_path / "config")
    stores.copy(bookable_in_force, tmp_path)
    return run_in(tmp_path)


ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Starts the program in the test's folder, on a terminal of 24 lines and 80 columns unless told otherwise."""
    started: list[pexpect.spawn[str]] = []

    def start(
        *arguments: str, lines: int = 24, columns: int = 80, stdin: str = "", **environment: str
    ) -> "pexpect.spawn[str]":
        changes = {"TIDBOK_STORE": store_of(tmp_path), "NO_COLOR": "", "TERM": "xterm-256color", **environment}
        environ = {
            name: value for name, value in subprocess_environment(**changes).items() if name not in ("COLUMNS", "LINES")
        }
        if not environ["NO_COLOR"]:
            del environ["NO_COLOR"]
        child = pexpect.spawn(
            "sh", ["-c", f'exec "$@" {stdin}', "sh", sys.executable, "-m", "tidbok_cli", *arguments],
            cwd=str(tmp_path), env=environ, encoding="utf-8", dimensions=(lines, columns), timeout=30,
        )  # fmt: skip
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def ended(child: "pexpect.spawn[str]") -> tuple[str, int | None]:
    """What was on the screen until the end, with `\\n` as line end, and the exit status."""
    screen = (child.read() or "").replace("\r\n", "\n")
    child.close()
    return screen, child.exitstatus


GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Holds a text against a file of tests/golden; with `--update-golden` it writes the file, for git to compare."""

    def hold(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return hold


def report(**counts: int) -> dict[str, Any]:
    """`tidbok.import/1`, whole."""
    names = ("created", "updated", "unchanged", "rejected", "without_effect", "summons", "events")
    return {"schema": "tidbok.import/1"} | dict.fromkeys(names, 0) | counts


def reference(name: str) -> Path:
    """A file of the reference material beside the project; skips the test where it is not there."""
    path = REFERENCE / name
    if not path.exists():
        pytest.skip(f"the reference material is not beside the project: {name}")
    return path


def subprocess_environment(**changes: str) -> dict[str, str]:
    """The pinned environment for a process of its own."""
    return {**os.environ, **changes}
