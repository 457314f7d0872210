"""A real PostgreSQL server of the tests' own, from the system's package.

In a temporary folder, without network.
Its order of letters is the Swedish one, as a region's own server may have it: answers must not take theirs from it.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

OWNER: Final = "admin"
_INIT: Final = (
    f"--username={OWNER}", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu",
    "--icu-locale=sv-SE",
)  # fmt: skip
_SETTINGS: Final = (
    "listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB",
    "max_connections=60", "autovacuum=off", "lc_messages=C",
)  # fmt: skip
_UNTIL_THE_TESTS_END: Final = '"$@" & read -r _; kill -INT $!; wait $!'
"""The shell's input is a pipe that closes when the tests end, however they do: no server is left behind."""


class Missing(Exception):
    """The system has no server to start."""


def _programs() -> Path:
    """The folder of the latest server's programs."""
    installed = [*map(str, Path("/usr/lib/postgresql").glob("*/bin/postgres")), shutil.which("postgres")]
    found = {_version(Path(path)): Path(path).resolve().parent for path in installed if path}
    if not found or max(found) < 15:
        raise Missing("no PostgreSQL server of version 15 or later is installed. On Debian: apt-get install postgresql")
    return found[max(found)]


def _version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.findall(r"\d+", said)[0])  # postgres (PostgreSQL) 15.18 …


def account() -> dict[str, Any]:
    """What a process is started with that refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """The server, and its databases by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = (f"t{number}" for number in count(1))
        self._connection = psycopg.connect(self.url("postgres"), autocommit=True)

    def url(self, name: str, user: str = OWNER) -> str:
        """What `--store` takes."""
        return f"postgresql:///{name}?host={self.folder}&user={user}"

    def execute(self, statement: str, *names: str) -> None:
        """A statement of the server's owner; `{}` stands for a name."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        self._connection.execute(composed)

    def value(self, query: str) -> Any:
        """The one value that a query gives."""
        row = self._connection.execute(query.encode()).fetchone()
        return row and row[0]

    def make(self, template: str = "template1") -> str:
        """The name of a new database that is a copy of another."""
        name = next(self._names)
        self.execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def running() -> Iterator[Server]:
    """Starts a server of its own, and takes it away with all that it holds. Raises Missing."""
    with place() as folder:
        _make(folder)
        with _started(folder) as server:
            yield server


class Pair:
    """A primary, and a standby that follows it until it is promoted."""

    def __init__(self, primary: Server, standby: Server, stop: Callable[[], object]) -> None:
        self.primary, self.standby, self.stop_primary = primary, standby, stop

    def url(self, name: str, wanted: str) -> str:
        """What `--store` takes for the one of both that is wanted (libpq's target_session_attrs)."""
        hosts = f"{self.primary.folder},{self.standby.folder}"
        return f"postgresql:///{name}?host={hosts}&user={OWNER}&target_session_attrs={wanted}"

    def catch_up(self) -> None:
        """Waits until the standby has all that the primary has written by now."""
        written = self.primary.value("SELECT pg_current_wal_insert_lsn()")
        while not self.standby.value(f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"):
            time.sleep(0.01)


@contextmanager
def running_pair() -> Iterator[Pair]:
    """Starts a primary and its standby, which begins as a copy of the primary's folder. Raises Missing."""
    with place() as first, place() as second, ExitStack() as both:
        _make(first)
        subprocess.run(["cp", "-a", first / "data", second], check=True)
        (second / "data" / "standby.signal").touch()
        stack = both.enter_context(ExitStack())
        primary = stack.enter_context(_started(first, "synchronous_commit=local"))
        standby = both.enter_context(_started(second, *_follows(first)))
        yield Pair(primary, standby, stack.close)


def _follows(primary: Path) -> tuple[str, ...]:
    """A standby takes as many connections as any that its primary's folder was made for."""
    return f"primary_conninfo=host={primary} user={OWNER}", "max_connections=100"


@contextmanager
def place() -> Iterator[Path]:
    """A folder for a server: a socket's path is at most 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="tidbok-pg-", dir="/tmp"))
    try:
        if owner := account():
            os.chown(folder, owner["user"], owner["group"])
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _started(folder: Path, *more: str) -> Iterator[Server]:
    settings = (word for setting in (*_SETTINGS, *more) for word in ("-c", setting))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", _UNTIL_THE_TESTS_END, "sh", _programs() / "postgres", "-D", folder / "data", "-k", folder,
             *settings],
            stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", **account(),
        )  # fmt: skip
    try:
        _wait(folder, process)
        server = Server(folder)
        yield server
        server.close()
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait()


def _make(folder: Path) -> None:
    made = subprocess.run(
        [_programs() / "initdb", "-D", folder / "data", *_INIT], capture_output=True, cwd="/", **account()
    )
    assert made.returncode == 0, made.stderr.decode()
    with (folder / "data" / "pg_hba.conf").open("w") as rules:
        rules.write(f"local all,replication {OWNER} trust\nlocal all all scram-sha-256\n")


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    while not (folder / ".s.PGSQL.5432").exists() or "ready" not in (folder / "log").read_text():
        assert process.poll() is None and "FATAL" not in (folder / "log").read_text(), (folder / "log").read_text()
        time.sleep(0.02)
