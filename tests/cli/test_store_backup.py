"""`store backup` and `store restore`: whole copies, checked, and the way back."""

import json
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.answers import error
from support.command_line import Run, run_in
from support.postgresql import Server
from support.region import OGON
from support.stores import PASSING, VERSIONS, altered, dumped, everything

import tidbok_cli.store.write.backup as backup_module
from tidbok_cli.domain.store_backup import Keep, is_name, kept, name_of
from tidbok_cli.domain.times import parse_instant
from tidbok_cli.store.address import Address
from tidbok_cli.store.fault_sqlite import fault_of_sqlite
from tidbok_cli.store.reader import SCHEMA
from tidbok_cli.store.write.migrate import make_store

UNIT = f"INSERT INTO unit (hsa_key, hsa_id) VALUES ('{OGON}-X', 'x')"


def backed_up(run: Run, *options: str, status: int = 0) -> dict[str, Any]:
    ran = run("store", "backup", *options, "-o", "json")
    assert ran.status == status, ran.err
    return dict(json.loads(ran.out))


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as store:
        return dumped(store, PASSING)


# ------------------------------------------------------------------------------------------- how one is made


@pytest.mark.files
def test_a_backup_beside_a_writer_is_whole_and_private(eye_clinic: Run, tmp_path: Path) -> None:
    """A copy by `cp` lacks what the -wal file has, and what is not committed is in neither."""
    before = os.umask(0)
    try:
        with closing(sqlite3.connect(tmp_path / "tidbok.db", isolation_level=None)) as writer:
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute(UNIT)
            committed = everything(tmp_path)
            writer.execute("BEGIN IMMEDIATE")
            writer.execute(UNIT.replace("-X", "-Y"))
            shutil.copyfile(tmp_path / "tidbok.db", tmp_path / "cp.db")
            (tmp_path / "there").mkdir()
            told = backed_up(eye_clinic, str(tmp_path / "there"))
    finally:
        os.umask(before)
    file = Path(told["file"])
    assert (dump(file) == committed, dump(tmp_path / "cp.db") == committed) == (True, False)
    assert file.parent == tmp_path / "there" and is_name(file.name)
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, f"{file.name}.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}
    assert (told["schema_version"], told["size"], told["rows"]["unit"]) == (SCHEMA, file.stat().st_size, 3)
    assert backed_up(eye_clinic, "--verify", told["file"]) == told


@pytest.mark.files
def test_the_usual_folder_is_made_and_what_a_killed_one_left_is_removed(eye_clinic: Run, tmp_path: Path) -> None:
    first = Path(backed_up(eye_clinic)["file"])
    assert first.parent == tmp_path / "backups" and stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    killed, others = (first.with_name(f"{name}.partial") for name in (name_of(0, "sqlite"), "notes"))
    for left in (killed, others):
        left.write_text("half of one")
    first.unlink()
    backed_up(eye_clinic)
    assert (killed.exists(), others.exists()) == (False, True)


@pytest.mark.files
def test_a_backup_of_a_damaged_store_is_not_kept(eye_clinic: Run, tmp_path: Path) -> None:
    assert eye_clinic("relation", "record", "191212121212", "ogon", "clinic_added").status == 0
    altered(tmp_path, "DELETE FROM relation_period")
    ran = eye_clinic("store", "backup", str(tmp_path / "b.db"), "-o", "json")
    assert (ran.status, ran.out, error(ran)["code"]) == (2, "", "backup.not_whole")
    assert "relation_periods" in error(ran)["problems"][0]["message"]
    assert list(tmp_path.glob("b.db*")) == []


@pytest.mark.files
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("there.txt",), "backup.exists"), (("tidbok.db-wal",), "backup.exists"), (("link",), "backup.exists"),
        (("new.db", "--keep-daily", "1"), "backup.keep_in_folder"), (("--verify",), "backup.verify_alone"),
        (("--verify", "none.db"), "file.missing"), (("--verify", "there.txt"), "backup.no_manifest"),
        (("there.txt/x/",), "file.not_writable"), (("-",), "backup.to_stdout"), (("~nosuchuser/x",), "file.no_home"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_backup(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.txt").write_text("mine")
    Path("there.txt.json").write_text("[" * 9000)
    Path("link").symlink_to("nowhere")
    before = {path: path.lstat() for path in tmp_path.rglob("*") if path.suffix not in (".lock", ".job")}
    ran = eye_clinic("store", "backup", *options, "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, code)
    assert {path for path in tmp_path.rglob("*") if path.suffix not in (".lock", ".job")} == set(before)
    assert Path("there.txt").read_text() == "mine"


# ------------------------------------------------------------------------------------------- what was made earlier


@pytest.mark.files
def test_a_backup_that_has_changed_is_told(eye_clinic: Run, tmp_path: Path) -> None:
    file = Path(backed_up(eye_clinic, str(tmp_path / "b.db"))["file"])
    with closing(sqlite3.connect(file)) as store, store:
        store.execute(UNIT)
    told = backed_up(eye_clinic, "--verify", str(file), status=1)
    assert [each["code"] for each in told["problems"]] == ["backup.sha256", "copy.rows"]
    said = eye_clinic("store", "backup", "--verify", str(file))
    assert (said.status, "unit: 3 rows instead of 2" in said.out) == (1, True)
    file.write_bytes(file.read_bytes()[:5000])
    assert backed_up(eye_clinic, "--verify", str(file), status=1)["problems"][0]["code"] == "backup.size"


@pytest.mark.files
def test_older_ones_are_removed_and_nothing_else(eye_clinic: Run, tmp_path: Path) -> None:
    """Of six days two are kept; not of ours are: another name, no manifest, another store's, another size."""
    folder = tmp_path / "b"
    folder.mkdir()
    made = Path(backed_up(eye_clinic, f"{folder}/")["file"])
    manifest = json.loads(Path(f"{made}.json").read_text())
    made = made.rename(tmp_path / "made.db")
    files = []
    for day in range(20, 26):
        taken_at = f"2026-11-{day}T02:00:00+01:00"
        files.append(folder / name_of(parse_instant(taken_at).value or 0, "sqlite"))
        shutil.copyfile(made, files[-1])
        Path(f"{files[-1]}.json").write_text(json.dumps(manifest | {"taken_at": taken_at}))
    other_name = files[0].rename(folder / "mine.db")
    Path(f"{files[1]}.json").unlink()
    Path(f"{files[2]}.json").write_text(json.dumps(manifest | {"store": "/another"}))
    files[3].write_text("mine")
    told = backed_up(eye_clinic, f"{folder}/", "--keep-daily", "2")
    assert told["removed"] == [str(files[4])]
    assert [path.exists() for path in files] == [False, True, True, True, False, True] and other_name.exists()
    assert not Path(f"{files[4]}.json").exists()


def test_which_are_kept() -> None:
    days = [int(datetime(2026, 9, 1, 2, tzinfo=UTC).timestamp()) + day * 86400 for day in range(91)]  # … 30 November
    of = {moment: f"{datetime.fromtimestamp(moment, UTC):%m-%d}" for moment in days}
    assert sorted(of[each] for each in kept(days, Keep(2, 3, 3))) == ["09-30", "10-31", "11-22", "11-29", "11-30"]
    assert kept(days, Keep(weekly=1)) == {days[-1]}
    twice = [*days, days[-1] + 3600, days[-2] + 3600]
    assert sorted(kept(twice, Keep(daily=2))) == [days[-2] + 3600, days[-1] + 3600]


# ------------------------------------------------------------------------------------------- PostgreSQL


def test_a_store_in_postgresql_is_dumped_and_nobody_sees_the_password(
    postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgresql.make()
    (tmp_path / "tidbok.url").write_text(f"{postgresql.url(name)}&password=hemligt")
    run = run_in(tmp_path)
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin/pg_dump"
    shim.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/args\necho "$PGPASSWORD" >{tmp_path}/password\n'
                    f'exec {shutil.which("pg_dump")} "$@"\n')  # fmt: skip
    shim.chmod(0o755)
    try:
        assert run("init").status == 0
        with monkeypatch.context() as patch:
            patch.setenv("PATH", f"{shim.parent}:{os.environ['PATH']}")
            told = backed_up(run, str(tmp_path / "b.dump"))
        assert "hemligt" not in (tmp_path / "args").read_text() + json.dumps(told)
        assert (tmp_path / "password").read_text() == "hemligt\n"
        assert (told["database"], told["rows"]["unit"]) == ("postgresql", 0)
        assert backed_up(run, "--verify", told["file"]) == told
        Path(told["file"]).write_text("PGDMP")
        assert len(backed_up(run, "--verify", told["file"], status=1)["problems"]) == 2
        monkeypatch.setenv("PATH", str(tmp_path))
        ran = run("store", "backup", str(tmp_path / "c.dump"), "-o", "json")
        assert (ran.status, error(ran)["code"]) == (2, "backup.no_pg_dump")
        assert "pg_dump --format=custom" in error(ran)["message"] and "hemligt" not in ran.err
        assert list(tmp_path.glob("c.dump*")) == []
    finally:
        postgresql.drop(name)


# ------------------------------------------------------------------------------------------- the way back


def restored(run: Run, *options: str) -> dict[str, Any]:
    ran = run("store", "restore", *options, "-o", "json")
    assert ran.status == 0, ran.err
    return dict(json.loads(ran.out))


def opened_by_another(path: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(path, isolation_level=None, timeout=0))


@pytest.mark.files
def test_a_backup_takes_the_place_of_a_store_that_is_kept(eye_clinic: Run, tmp_path: Path) -> None:
    """What was only in the -wal file is in the store that is kept, and nothing of it beside the new one."""
    store, backup = tmp_path / "tidbok.db", str(tmp_path / "b.db")
    backed_up(eye_clinic, backup)
    then = everything(tmp_path)
    killed = sqlite3.connect(store, isolation_level=None)
    killed.execute("PRAGMA journal_mode = WAL")
    killed.execute(UNIT)
    for ending in ("", "-wal", "-shm"):
        shutil.copyfile(f"{store}{ending}", f"{store}{ending}.as-killed")
    killed.close()
    for ending in ("", "-wal", "-shm"):
        Path(f"{store}{ending}.as-killed").rename(f"{store}{ending}")
    store.chmod(0o640)
    refused = eye_clinic("store", "restore", backup, "-o", "json")
    assert (refused.status, error(refused)["code"]) == (2, "restore.there")
    told = restored(eye_clinic, backup, "--replace")
    kept = Path(told["kept"])
    assert (everything(tmp_path), len(dump(kept))) == (then, len(then) + 1)
    assert stat.S_IMODE(store.stat().st_mode) == 0o640
    assert {path.name for path in tmp_path.glob("tidbok.db*")} == {
        "tidbok.db",
        "tidbok.db.lock",
        "tidbok.db.job",
        kept.name,
    }
    assert eye_clinic("store", "check").status == 0
    store.unlink()
    assert restored(eye_clinic, backup)["kept"] is None and everything(tmp_path) == then


@pytest.mark.files
def test_a_damaged_store_is_replaced_and_kept_as_it_was(eye_clinic: Run, tmp_path: Path) -> None:
    store, backup = tmp_path / "tidbok.db", str(tmp_path / "b.db")
    backed_up(eye_clinic, backup)
    then = everything(tmp_path)
    store.write_bytes(b"no page")
    Path(f"{store}-wal").write_bytes(b"nor this")
    kept = Path(restored(eye_clinic, backup, "--replace")["kept"])
    assert (kept.read_bytes(), Path(f"{kept}-wal").read_bytes()) == (b"no page", b"nor this")
    assert everything(tmp_path) == then


@pytest.mark.files
@pytest.mark.parametrize("as_it_was", ["reading", "writing"])
def test_a_store_that_others_have_open_is_not_replaced(eye_clinic: Run, tmp_path: Path, as_it_was: str) -> None:
    store, backup = tmp_path / "tidbok.db", str(tmp_path / "b.db")
    backed_up(eye_clinic, backup)
    with opened_by_another(store) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE" if as_it_was == "writing" else "SELECT count(*) FROM unit")
        ran = eye_clinic("store", "restore", backup, "--replace", "--wait", "0", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (75, "restore.in_use")
    assert not list(tmp_path.glob("*.replaced*")) and not list(tmp_path.glob("*.partial*"))


@pytest.mark.files
def test_who_opened_the_old_store_a_moment_before_is_told_to_try_again(eye_clinic: Run, tmp_path: Path) -> None:
    """It has read nothing yet: it would make the old one's files beside the new one."""
    store, backup = tmp_path / "tidbok.db", str(tmp_path / "b.db")
    backed_up(eye_clinic, backup)
    with opened_by_another(store) as late:
        restored(eye_clinic, backup, "--replace")
        with pytest.raises(sqlite3.OperationalError) as raised:
            late.execute("PRAGMA journal_mode = WAL")
    found = fault_of_sqlite(raised.value, Address(path=store))
    assert found is not None and (found.code, found.exit_status) == ("store.replaced", 75)
    assert not Path(f"{store}-wal").exists()


@pytest.mark.files
@pytest.mark.parametrize("moment", ["link", "replace", "to_disk"])
def test_killed_anywhere_a_store_opens(
    eye_clinic: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The old one until the new one is at its place, and then that; the old one is never lost."""
    backed_up(eye_clinic, str(tmp_path / "b.db"))
    then = everything(tmp_path)
    altered(tmp_path, UNIT)
    now = everything(tmp_path)
    child = os.fork()
    if child == 0:
        place = {"link": os, "replace": Path, "to_disk": backup_module}[moment]
        calls = iter((False, True)) if moment == "to_disk" else iter((True,))
        real = getattr(place, moment)
        monkeypatch.setattr(place, moment, lambda *given: os._exit(9) if next(calls) else real(*given))
        eye_clinic("store", "restore", str(tmp_path / "b.db"), "--replace")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert everything(tmp_path) == (then if moment == "to_disk" else now)
    assert eye_clinic("store", "check").status == 0
    if moment != "link":
        (kept,) = tmp_path.glob("*.replaced")
        assert dump(kept) == now
    monkeypatch.undo()
    restored(eye_clinic, str(tmp_path / "b.db"), "--replace", "--at", "2026-01-01")
    assert everything(tmp_path) == then and not list(tmp_path.glob("*.partial*"))


@pytest.mark.files
def test_an_older_backup_is_restored_as_it_is_and_a_newer_one_refused(eye_clinic: Run, tmp_path: Path) -> None:
    older, backup = VERSIONS[-2], tmp_path / "old.db"
    make_store(Address(path=backup), older)
    said = eye_clinic("store", "restore", str(backup), "--replace")
    assert (said.status, "tidbok store upgrade" in said.out) == (0, True)
    assert eye_clinic("store", "info").status == 2
    assert backed_up(eye_clinic, str(tmp_path / "b.db"))["schema_version"] == older
    assert eye_clinic("store", "upgrade").status == 0
    with opened_by_another(backup) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    (tmp_path / "text.db").write_text("no store")
    (tmp_path / "dump").write_bytes(b"PGDMP...")
    for name, code in (
        ("old.db", "store.newer_schema"), ("text.db", "store.not_a_store"), ("none.db", "file.missing"),
        ("tidbok.db", "restore.itself"), ("dump", "restore.dump"),
    ):  # fmt: skip
        ran = eye_clinic("store", "restore", str(tmp_path / name), "--replace", "-o", "json")
        assert (ran.status, error(ran)["code"]) == (2, code)


@pytest.mark.files
def test_a_backup_that_is_not_as_it_was_made_is_not_restored(eye_clinic: Run, tmp_path: Path) -> None:
    backup = tmp_path / "b.db"
    backed_up(eye_clinic, str(backup))
    with closing(sqlite3.connect(backup)) as store, store:
        store.execute(UNIT)
    before = everything(tmp_path)
    ran = eye_clinic("store", "restore", str(backup), "--replace", "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "restore.not_whole")
    assert [each["code"] for each in error(ran)["problems"]] == ["backup.sha256", "copy.rows"]
    assert everything(tmp_path) == before and not list(tmp_path.glob("*.partial*"))
