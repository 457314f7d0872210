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
from collections.abc import Iterator
from contextlib import contextmanager
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


def _account() -> dict[str, Any]:
    """The server refuses to be run by root."""
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
    programs, account = _programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="tidbok-pg-", dir="/tmp"))  # a socket's path is at most 107 characters
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        _make(programs, account, folder)
        settings = (word for setting in _SETTINGS for word in ("-c", setting))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["sh", "-c", _UNTIL_THE_TESTS_END, "sh", programs / "postgres", "-D", folder / "data", "-k", folder,
                 *settings],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", **account,
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
    finally:
        shutil.rmtree(folder)


def _make(programs: Path, account: dict[str, Any], folder: Path) -> None:
    made = subprocess.run([programs / "initdb", "-D", folder / "data", *_INIT], capture_output=True, cwd="/", **account)
    assert made.returncode == 0, made.stderr.decode()
    with (folder / "data" / "pg_hba.conf").open("w") as rules:
        rules.write(f"local all {OWNER} trust\nlocal all all scram-sha-256\n")


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    while not (folder / ".s.PGSQL.5432").exists() or "ready" not in (folder / "log").read_text():
        assert process.poll() is None, (folder / "log").read_text()
        time.sleep(0.02)
