"""An import under torture: killed, ended, without room, read-only, on damaged pages, with a server that restarts.

After each round the exit status is a documented one, nothing is half done, `store check` is clean, or names the damage,
and the same import run again gives what an undisturbed one gives. `make torture` does many rounds; each is seeded.
"""

import fcntl
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from support.command_line import Ran, Run, place_of, run_in, subprocess_environment
from support.paths import ROOT
from support.people import RESIDENTS
from support.postgresql import Missing, Server, running
from support.region import BOOKABLE, REGION, apply_units, write_unit
from support.stores import is_sqlite

HEADER = "booking_id,unit,code,resident,start,created_at,origin\n"
FIRST, CHANGED, LAST = range(80), range(40, 200), ("--at", "2026-11-01")
DOCUMENTED = {0, 1, 2, 75, 129, 130, 143}


def rows(numbers: range, hour: int) -> str:
    return HEADER + "".join(
        f"B{number},ogon,UPPF30,{RESIDENTS[number % 7]},2026-12-01T{hour:02}:00,2026-10-01T12:{number % 60:02},clinic\n"
        for number in numbers
    )


Process = subprocess.Popen[str]


class Victim:
    """A region whose store is put back for each round, before an import that changes and adds bookings."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "night.csv"
        write_unit_of(folder)
        self.run: Run = run_in(folder)

    def begin(self) -> None:
        """The store before, what it says then and after an undisturbed import, and how long that takes."""
        self.empty()
        assert self.run("init").status == 0
        apply_units(self.run, "2026-01-01")
        assert self.run("booking", "import", "-", "--at", "2026-10-02", stdin=rows(FIRST, 9)).status == 0
        self.file.write_text(rows(CHANGED, 10), encoding="utf-8")
        self.keep()
        self.before = self.said()
        began = time.monotonic()
        process = self.importing()
        assert ended(process).status == 0
        self.lasted = time.monotonic() - began
        self.after = self.said()
        assert self.after != self.before

    def importing(self) -> Process:
        return start(self.folder, "booking", "import", str(self.file), *LAST)

    def imported(self) -> Ran:
        """The import, in this process."""
        return self.run("booking", "import", str(self.file), *LAST)

    def said(self) -> list[str]:
        asked = (
            "booking export --at 2026-11-02",
            "relation list --at 2026-11-02",
            "summons list --at 2026-11-02 -o csv",
        )
        answers = [self.run(*call.split()) for call in asked]
        assert [ran.err for ran in answers if ran.status or ran.err] == []
        return [ran.out for ran in answers]

    def outlived(self, ran: Ran, *expected: int) -> None:
        """All that must hold after a round."""
        assert ran.status in expected, ran
        assert "Traceback" not in ran.err + ran.out
        self.whole()
        found = self.said()
        assert found == self.after or (found == self.before and ran.status != 0)
        again = self.imported()
        told = [line for line in again.err.splitlines() if "did not come to its end: it was killed" not in line]
        assert again.status == 0 and (not told or "the same file as batch" in again.err)
        assert self.said() == self.after
        self.whole()

    def whole(self) -> None:
        ran = self.run("store", "check")
        assert (ran.status, ran.err) == (0, ""), ran.out

    def empty(self) -> None:
        """Make place for a store that is not there."""
        raise NotImplementedError

    def keep(self) -> None:
        """Keep the store as it is, to be put back."""
        raise NotImplementedError

    def put_back(self) -> None:
        raise NotImplementedError


def write_unit_of(folder: Path) -> None:
    (folder / "config/units").mkdir(parents=True)
    (folder / "config/tidbok.toml").write_text(REGION, encoding="utf-8")
    write_unit(folder, BOOKABLE)


class SqliteVictim(Victim):
    """Its store's folder is the small disk, where there is one."""

    def empty(self) -> None:
        for left in self.folder.glob("tidbok.db*"):
            left.unlink()

    def keep(self) -> None:
        with closing(sqlite3.connect(self.folder / "tidbok.db")) as store:
            store.execute("VACUUM")  # so that each page is in use
        shutil.copyfile(self.folder / "tidbok.db", self.folder / "kept")

    def put_back(self) -> None:
        self.empty()
        shutil.copyfile(self.folder / "kept", self.folder / "tidbok.db")


class PostgresqlVictim(Victim):
    """Its databases are on a server of its own, which may crash."""

    def __init__(self, folder: Path, server: Server, disk: Path | None) -> None:
        super().__init__(folder)
        self.server, self._space = server, ""
        if disk:
            space = disk / "space"
            space.mkdir()
            shutil.chown(space, *owner_of(server.folder))
            self.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
            self._space = "TABLESPACE small"

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """A statement of the owner's; the server may be recovering."""
        while True:
            with (
                suppress(psycopg.OperationalError),
                psycopg.connect(self.server.url("postgres"), autocommit=True) as owner,
            ):
                cursor = owner.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
            time.sleep(0.05)

    def empty(self) -> None:
        self._made("template1")

    def keep(self) -> None:
        self.execute("ALTER DATABASE tortured RENAME TO kept")
        self.put_back()

    def put_back(self) -> None:
        self._made("kept")

    def _made(self, template: str) -> None:
        self.execute("DROP DATABASE IF EXISTS tortured WITH (FORCE)")
        self.execute(f"CREATE DATABASE tortured TEMPLATE {template} {self._space}")
        self.execute(
            "CHECKPOINT"
        )  # else its sequences go on by what the template wrote down, and a crash turns them back
        (self.folder / "tidbok.url").write_text(self.server.url("tortured"))


def owner_of(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_gid


def start(folder: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> Process:
    return subprocess.Popen(
        (sys.executable, "-m", "tidbok_cli", *place_of(folder), *arguments),
        cwd=ROOT, env=subprocess_environment(), text=True, encoding="utf-8",
        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: Process) -> Ran:
    out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)


# ------------------------------------------------------------------------------------------- where


SIZE = 64 << 20


@pytest.fixture(scope="module")
def disk() -> Iterator[Path | None]:
    """A small disk of the tests' own; None where this user may mount none."""
    folder = Path(tempfile.mkdtemp(prefix="tidbok-disk-", dir="/tmp"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tidbok", folder], capture_output=True
    )
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def victim(
    request: pytest.FixtureRequest, disk: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Victim]:
    if request.param == "sqlite":
        folder = disk / "region" if disk else tmp_path_factory.mktemp("torture")
        made: Victim = SqliteVictim(folder)
        made.begin()
        with (folder / "config/tidbok.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[audit]\nfallback = "{tmp_path_factory.mktemp("looks")}/looks.jsonl"\n')
        yield made
        return
    try:
        with running() as server:
            made = PostgresqlVictim(tmp_path_factory.mktemp("torture"), server, disk)
            made.begin()
            yield made
            made.execute("DROP DATABASE tortured WITH (FORCE)")
            made.execute("DROP DATABASE kept WITH (FORCE)")
    except Missing as missing:
        (pytest.fail if os.environ.get("TIDBOK_REQUIRE_POSTGRESQL") else pytest.skip)(str(missing))


@pytest.fixture
def rounds(request: pytest.FixtureRequest, victim: Victim) -> Callable[[], Iterator[random.Random]]:
    """Puts the store back for each round, and gives the round's own chance.

    Without `--rounds` there is one on SQLite, and on PostgreSQL only where its server is restarted.
    """
    asked = request.config.getoption("--rounds")
    if not asked and not is_sqlite(victim.folder) and "restart" not in request.node.name:
        pytest.skip("make torture")

    def each() -> Iterator[random.Random]:
        for number in range(asked or 1):
            victim.put_back()
            yield random.Random(f"{request.node.name} {number}")

    return each


Rounds = Callable[[], Iterator[random.Random]]


def some_time(victim: Victim, chance: random.Random) -> float:
    """A moment of the import; the program's own start takes its first part."""
    return victim.lasted * chance.uniform(0.3, 1.0)


# ------------------------------------------------------------------------------------------- ended


def test_killed(victim: Victim, rounds: Rounds) -> None:
    for chance in rounds():
        process = victim.importing()
        time.sleep(some_time(victim, chance))
        process.kill()
        victim.outlived(ended(process), -signal.SIGKILL, 0)


def test_ended_by_a_signal(victim: Victim, rounds: Rounds) -> None:
    """In the midst of its file, in turn with some other moment."""
    for turn, chance in enumerate(rounds()):
        number = chance.choice((signal.SIGTERM, signal.SIGHUP))
        if turn % 2:
            process = victim.importing()
            time.sleep(some_time(victim, chance))
        else:
            process = in_its_file(victim)
        process.send_signal(number)
        ran = ended(process)
        assert ran.status != 128 + number or "Nothing is half done" in ran.err
        victim.outlived(ran, 128 + number, *((0, -number) if turn % 2 else ()))  # the last before the program has begun


def in_its_file(victim: Victim) -> Process:
    """An import that has read most of its file, and waits for the end."""
    process = start(victim.folder, "booking", "import", "-", *LAST, stdin=subprocess.PIPE)
    assert process.stdin
    fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, 4096)
    process.stdin.write(rows(CHANGED, 10))
    process.stdin.flush()
    return process


# ------------------------------------------------------------------------------------------- no room


@contextmanager
def little_room(disk: Path, room: int) -> Iterator[None]:
    """Leave so many bytes of a disk free."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        free = shutil.disk_usage(disk).free
        os.posix_fallocate(file.fileno(), 0, max(free - room, 1))
    try:
        yield
    finally:
        ballast.unlink()


def test_full_disk(victim: Victim, disk: Path | None, rounds: Rounds) -> None:
    if disk is None:
        pytest.skip("this user may mount no small disk")
    for chance in rounds():
        with little_room(disk, chance.randrange(0, 600_000)):
            ran = victim.imported()
            asked = victim.run("why", "B1", *LAST)
            assert asked.status in DOCUMENTED and "Traceback" not in asked.err, asked
        victim.outlived(ran, 2, 0)


# ------------------------------------------------------------------------------------------- read-only


@contextmanager
def read_only(victim: Victim, disk: Path | None) -> Iterator[None]:
    if isinstance(victim, PostgresqlVictim):
        victim.execute("ALTER DATABASE tortured SET default_transaction_read_only = on")
        yield
        victim.execute("ALTER DATABASE tortured RESET default_transaction_read_only")
    elif disk is None:
        pytest.skip("this user may mount no small disk")
    else:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        yield
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


def test_read_only(victim: Victim, disk: Path | None, rounds: Rounds) -> None:
    for _ in rounds():
        with read_only(victim, disk):
            ran = victim.imported()
            assert victim.said() == victim.before
        victim.outlived(ran, *({75, 2} if isinstance(victim, PostgresqlVictim) else {2}))


# ------------------------------------------------------------------------------------------- damaged


PAGE = {SqliteVictim: 4096, PostgresqlVictim: 8192}


def damaged_file(victim: Victim) -> Path:
    """The file that holds bookings, with all that was changed in it, and nobody's memory of it."""
    if not isinstance(victim, PostgresqlVictim):
        return victim.folder / "tidbok.db"
    with psycopg.connect(victim.server.url("tortured"), autocommit=True) as owner:
        (path,) = owner.execute("SELECT pg_relation_filepath('booking')").fetchone() or ("",)
    victim.execute("CHECKPOINT")
    crash(victim)
    return victim.server.folder / "data" / str(path)


def test_damaged_pages(victim: Victim, rounds: Rounds) -> None:
    """A page whose head is another's: every command says so, and `store check` names it; a backup mends it."""
    for chance in rounds():
        file, size = damaged_file(victim), PAGE[type(victim)]
        with file.open("r+b") as damaged:
            page = chance.randrange(1 if size == 4096 else 0, file.stat().st_size // size)
            damaged.seek(page * size)
            damaged.write(chance.randbytes(16))
        checked = victim.run("store", "check", "-o", "json")
        assert checked.status == 1 and len(checked.out) > 10, (page, checked)
        for ran in (victim.run("sweep", *LAST), victim.run("why", "B1", *LAST), victim.imported()):
            assert ran.status in DOCUMENTED and "Traceback" not in ran.err, (page, ran)
        victim.put_back()
        victim.outlived(Ran(2, "", ""), 2)


# ------------------------------------------------------------------------------------------- a server that restarts


def crash(victim: PostgresqlVictim, backend: int | None = None) -> None:
    """Have the server begin anew with all that it wrote down, and all connections lost."""
    if backend is None:
        with psycopg.connect(victim.server.url("tortured"), autocommit=True) as owner:
            os.kill(owner.info.backend_pid, signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                while True:
                    owner.execute("SELECT 1")
    else:
        with suppress(ProcessLookupError):
            os.kill(backend, signal.SIGKILL)
    victim.execute("SELECT 1")


def test_restart_in_mid_import(victim: Victim, rounds: Rounds) -> None:
    if not isinstance(victim, PostgresqlVictim):
        pytest.skip("a file has no server")
    for chance in rounds():
        process, backend = victim.importing(), None
        while backend is None and process.poll() is None:
            found = victim.execute("SELECT pid FROM pg_stat_activity WHERE datname = 'tortured'")
            backend = int(str(found[-1][0])) if found else None
            time.sleep(0.05)
        time.sleep(victim.lasted * chance.uniform(0, 0.6))
        crash(victim, backend)
        victim.outlived(ended(process), 75, 0)
