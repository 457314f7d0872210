"""`store upgrade`: a backup, one transaction, and nothing in between."""

import json
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import psycopg
import pytest
from support.answers import error
from support.command_line import Ran, Run, done, place_of, run_in, subprocess_environment
from support.people import ANNA
from support.postgresql import Server
from support.region import REGION
from support.stores import (
    PASSING,
    VERSIONS,
    Stores,
    address_of,
    altered,
    dumped,
    everything,
    is_sqlite,
    opened,
    rows_of,
    store_of,
)

from tidbok_cli.store.address import Address
from tidbok_cli.store.reader import SCHEMA
from tidbok_cli.store.write.migrate import make_store

FIRST, OLDER = VERSIONS[0], VERSIONS[-2]
ONE_BOOKING = (
    "INSERT INTO unit (id, hsa_key, hsa_id) VALUES (1, 'SE2321000024-A', 'SE2321000024-A')",
    f"INSERT INTO resident (id, number) VALUES (1, '{ANNA}')",
    """INSERT INTO booking (id, unit_id, booking_id, resident_id, code, starts_at, created_at, imported)
       VALUES (1, 1, 'B1', 1, 'C', 100, 50, TRUE)""",
)

Old = Callable[[str], Run]


@pytest.fixture
def old(stores: Stores, tmp_path: Path) -> Old:
    """Makes a store of a version, with a booking; gives the region's command line."""

    def made(version: str) -> Run:
        return made_at(stores.empty(tmp_path), tmp_path, version)

    return made


def made_at(address: Address, folder: Path, version: str) -> Run:
    (folder / "config/units").mkdir(parents=True)
    (folder / "config/tidbok.toml").write_text(REGION, encoding="utf-8")
    make_store(address, version)
    altered(folder, *ONE_BOOKING)
    return run_in(folder)


@pytest.fixture
def on_server(postgresql: Server, tmp_path: Path) -> Iterator[Run]:
    """A store of the first version in PostgreSQL, its URL with a password."""
    name = postgresql.make()
    (tmp_path / "tidbok.url").write_text(f"{postgresql.url(name)}&password=hemligt&connect_timeout=5")
    yield made_at(address_of(tmp_path), tmp_path, FIRST)
    postgresql.drop(name)


def upgrade(run: Run, *options: str) -> Ran:
    return run("store", "upgrade", *options, "-o", "json")


def answer(ran: Ran, status: int = 0) -> dict[str, Any]:
    assert ran.status == status, ran.err
    return dict(json.loads(ran.out))


def backups(folder: Path) -> list[Path]:
    """What stands beside the store once nobody has it open, but for the files by which writers and jobs take turns."""
    return sorted(path for path in folder.glob("tidbok.db?*") if path.suffix not in (".lock", ".job"))


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as store:
        return dumped(store, PASSING)


# ------------------------------------------------------------------------------------------- the upgrade


@pytest.mark.files
@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_from_each_version_with_a_backup_first(old: Old, tmp_path: Path, version: str) -> None:
    run = old(version)
    before = everything(tmp_path)
    (tmp_path / "tidbok.db.0001-20261129T010203.backup.partial").write_text("half of one, killed")
    told = answer(upgrade(run))
    (backup,) = backups(tmp_path)
    assert told == {
        "schema": "tidbok.upgrade/1", "store": store_of(tmp_path), "from": version, "to": SCHEMA,
        "backup": str(backup), "upgraded": True,
    }  # fmt: skip
    assert backup.name.startswith(f"tidbok.db.{version}-") and backup.suffix == ".backup"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert dump(backup) == before
    assert rows_of(tmp_path, "SELECT booking_id, slot_id FROM booking") == [("B1", None)]
    done(run("store", "check"))
    assert answer(upgrade(run)) == told | {"from": SCHEMA, "backup": None, "upgraded": False}
    assert backups(tmp_path) == [backup]


@pytest.mark.both
def test_whether_it_is_due_and_of_what_a_backup_is_made(old: Old, tmp_path: Path) -> None:
    run = old(FIRST)
    before = everything(tmp_path)
    due = answer(upgrade(run, "--check"), 1)
    assert (due["from"], due["to"], due["backup"], due["upgraded"]) == (FIRST, SCHEMA, None, False)
    said = run("store", "upgrade", "--check").out
    assert FIRST in said and SCHEMA in said and "tidbok store upgrade" in said
    assert everything(tmp_path) == before and backups(tmp_path) == []
    ran = run("store", "upgrade")
    done(ran)
    if is_sqlite(tmp_path):
        assert str(backups(tmp_path)[0]) in ran.out and not ran.err
    else:
        (line,) = (line for line in said.splitlines() if "pg_dump" in line)
        assert line.partition(": ")[2] in ran.err
    assert answer(upgrade(run, "--check"))["from"] == SCHEMA
    assert rows_of(tmp_path, "SELECT booking_id, relation FROM booking") == [("B1", None)]
    done(run("store", "check"))


def test_the_line_for_pg_dump_has_no_password(on_server: Run) -> None:
    said = on_server("store", "upgrade", "--check")
    assert f"pg_dump --format=custom --file=tidbok-{FIRST}.dump 'postgresql:///" in said.out
    assert "&connect_timeout=5'" in said.out and "hemligt" not in said.out + said.err


@pytest.mark.both
def test_a_newer_store_and_none_are_trouble(old: Old, tmp_path: Path) -> None:
    run = old(OLDER)
    altered(tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    before = everything(tmp_path)
    for options in ((), ("--check",)):
        ran = upgrade(run, *options)
        assert (ran.status, ran.out, error(ran)["code"]) == (2, "", "store.newer_schema")
        assert "9999" in error(ran)["message"] and SCHEMA in error(ran)["message"]
        missing = run("--store", str(tmp_path / "none.db"), "store", "upgrade", *options, "-o", "json")
        assert (missing.status, error(missing)["code"]) == (2, "store.missing")
    assert everything(tmp_path) == before and not (tmp_path / "none.db").exists()


@pytest.mark.files
def test_a_damaged_store_is_not_upgraded(old: Old, tmp_path: Path) -> None:
    run = old(OLDER)
    ((root,),) = rows_of(tmp_path, "SELECT rootpage FROM sqlite_master WHERE name = 'booking'")
    content = bytearray((tmp_path / "tidbok.db").read_bytes())
    content[(root - 1) * 4096 : (root - 1) * 4096 + 8] = b"\xff" * 8
    (tmp_path / "tidbok.db").write_bytes(content)
    ran = upgrade(run)
    assert (ran.status, error(ran)["code"]) == (2, "backup.not_whole")
    assert backups(tmp_path) == [] and rows_of(tmp_path, "SELECT version_num FROM alembic_version") == [(OLDER,)]


# ------------------------------------------------------------------------------------------- others at it


@pytest.mark.files
def test_while_another_writes_it_is_75(old: Old, tmp_path: Path) -> None:
    run = old(OLDER)
    with opened(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = upgrade(run, "--wait", "0")
        assert (ran.status, error(ran)["code"]) == (75, "store.busy")
    assert [path for path in backups(tmp_path) if "backup" in path.name] == []
    done(upgrade(run))


@contextmanager
def reader_of(folder: Path) -> Iterator[Any]:
    """Somebody who reads the bookings for long, on PostgreSQL."""
    with psycopg.connect(store_of(folder)) as connection:
        connection.execute("SELECT * FROM booking")
        yield connection


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is waited for a tenth of a second at a time."""
    monkeypatch.setattr("tidbok_cli.store.write.upgrade._LOCK_SECONDS", 0.1)
    monkeypatch.setattr("tidbok_cli.store.write.upgrade._PAUSE_SECONDS", 0.1)


@pytest.mark.usefixtures("impatient")
def test_a_long_answer_keeps_it_from_upgrading_and_nobody_from_reading(on_server: Run, tmp_path: Path) -> None:
    before = everything(tmp_path)
    with reader_of(tmp_path):
        ran = upgrade(on_server, "--wait", "0")
        assert (ran.status, ran.out, error(ran)["code"]) == (75, "", "upgrade.in_use")
        assert rows_of(tmp_path, "SELECT booking_id FROM booking") == [("B1",)]
    assert everything(tmp_path) == before
    done(upgrade(on_server))


@pytest.mark.usefixtures("impatient")
def test_a_long_answer_that_ends_in_time_is_waited_for(on_server: Run, tmp_path: Path) -> None:
    with reader_of(tmp_path) as reader:
        Timer(0.4, reader.close).start()
        assert answer(upgrade(on_server))["upgraded"] is True


# ------------------------------------------------------------------------------------------- ended in the midst

MANY = """
WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
INSERT INTO booking (unit_id, booking_id, resident_id, code, starts_at, created_at, imported)
SELECT 1, 'B' || n, 1, 'C', 100, 50, TRUE FROM n
"""


@pytest.mark.files
@pytest.mark.parametrize("seen", ["*.partial", "*.backup"], ids=["backing up", "upgrading"])
def test_killed_anywhere_the_old_store_opens_and_is_upgraded_again(old: Old, tmp_path: Path, seen: str) -> None:
    run = old(FIRST)
    altered(tmp_path, MANY)
    process = subprocess.Popen(
        (sys.executable, "-m", "tidbok_cli", *place_of(tmp_path), "store", "upgrade"),
        env=subprocess_environment(), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and not any(tmp_path.glob(f"tidbok.db.{seen}")):
        time.sleep(0.001)
    process.kill()
    ended = process.wait(60)
    assert ended in (0, -signal.SIGKILL)
    assert rows_of(tmp_path, "SELECT version_num FROM alembic_version") == [(SCHEMA if ended == 0 else FIRST,)]
    whole = [path for path in backups(tmp_path) if path.suffix == ".backup"]
    assert seen == "*.partial" or whole
    assert all(bookings_in(path) == 5000 for path in whole)
    assert answer(upgrade(run))["to"] == SCHEMA
    assert {path.suffix for path in backups(tmp_path)} == {".backup"}
    done(run("store", "check"))


@pytest.mark.files
@pytest.mark.parametrize("job", ["upgrade.migrate", "backup._is_whole"])
def test_interrupted_it_leaves_no_half_backup(
    old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    run = old(OLDER)
    with monkeypatch.context() as patch:
        patch.setattr(f"tidbok_cli.store.write.{job}", interrupted)
        assert upgrade(run).status == 130
    assert [path.suffix for path in backups(tmp_path)] == ([".backup"] if job == "upgrade.migrate" else [])
    assert answer(upgrade(run))["from"] == OLDER


def bookings_in(backup: Path) -> int:
    with closing(sqlite3.connect(backup)) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found: int = store.execute("SELECT count(*) FROM booking").fetchone()[0]
        return found
