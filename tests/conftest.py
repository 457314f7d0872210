"""Fixtures and hooks: regions, stores, terminals and golden files."""

import compileall
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("support")

from support.answers import Golden  # noqa: E402 - after the line that lets their asserts say what was compared
from support.command_line import PINNED, UNPINNED, Copied, Run, Terminal, run_in, subprocess_environment  # noqa: E402
from support.paths import CONFIG, GOLDEN, PACKAGE, TEMPORARY  # noqa: E402
from support.postgresql import Missing, Server, running  # noqa: E402
from support.region import BOOKABLE, REGION, RegionAt, put_in_force, sample_in_force  # noqa: E402
from support.stores import PostgresqlStores, SqliteStores, Stores, store_of  # noqa: E402
from support.thorough import THOROUGH, examples  # noqa: E402

if TYPE_CHECKING:
    from support.journal_server import Platform

settings.register_profile(
    "tidbok", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("thorough", settings.get_profile("tidbok"), max_examples=examples(100))
settings.load_profile("thorough" if THOROUGH else "tidbok")

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(TEMPORARY))


def pytest_configure(config: pytest.Config) -> None:
    """Compile what has changed, for the hundreds of processes that tests start; Python may be told not to by itself."""
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(PACKAGE, quiet=1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", type=int, default=100, help="made-up inputs for the readers")
    parser.addoption("--fuzz-seed", type=int, default=14, help="which inputs those are")
    parser.addoption("--update-golden", action="store_true", help="write what the tests hold against tests/golden anew")
    for name, told in (("--slots", "raced for"), ("--races", "run"), ("--kills", "dealt out")):
        parser.addoption(name, type=int, help=f"how many are {told} in tests/contract/test_race.py")
    parser.addoption("--bookings", type=int, help="fewer than 14,000, for tests/contract/test_shards.py")
    parser.addoption("--clinics", type=int, help="more than 12, for tests/contract/test_journal_many.py")
    parser.addoption(
        "--rounds", type=int, help="how often each torture in tests/contract/test_torture.py is gone through"
    )


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
        patch.setattr("tidbok_cli.workflows.actor.os_user", lambda: PINNED["TIDBOK_ACTOR"])
        yield


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


@pytest.fixture
def region(region_at: RegionAt, tmp_path: Path) -> Run:
    """The command line of a fresh region in the test's own folder."""
    return region_at(tmp_path)


@pytest.fixture
def copied(stores: Stores, tmp_path: Path) -> Copied:
    """Copies the region of a folder, made once, into the test's own; gives its command line."""

    def copy(source: Path) -> Run:
        shutil.copytree(source / "config", tmp_path / "config")
        stores.copy(source, tmp_path)
        return run_in(tmp_path)

    return copy


@pytest.fixture(scope="module")
def in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region, in force since 2026-01-01, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    sample_in_force(region_at, folder)
    return folder


@pytest.fixture
def eye_clinic(in_force: Path, copied: Copied) -> Run:
    """The command line of a copy of `in_force`, which a module may fill with more."""
    return copied(in_force)


@pytest.fixture(scope="session")
def bookable_in_force(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample region with that clinic, in force since 2026-01-01, to be copied."""
    folder = tmp_path_factory.mktemp("bookable")
    shutil.copytree(CONFIG, folder / "config")
    put_in_force(region_at(folder), folder, BOOKABLE)
    return folder


@pytest.fixture
def bookable(bookable_in_force: Path, copied: Copied) -> Run:
    """The command line of a copy of `bookable_in_force`."""
    return copied(bookable_in_force)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> "Platform":
    """Certificates that a stand-in platform and the region show each other."""
    from support.journal_server import platform  # few tests need it, and what makes certificates loads slowly

    return platform(tmp_path_factory.mktemp("platform"))


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
