"""`store copy`, whole, between SQLite and PostgreSQL and within each."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.answers import error
from support.command_line import Ran, Run, place_of, run_in, subprocess_environment
from support.files import EVENTS, TAK_EXPORT
from support.paths import CONFIG
from support.people import ANNA, BO
from support.postgresql import Server
from support.region import BOOKABLE, RegionAt, write_unit
from support.stores import SqliteStores, Stores, altered, contents, everything, rows_of, store_of

from tidbok_cli.store.write.copy import TABLES

pytestmark = pytest.mark.both

BOOKINGS = f"""\
booking_id,unit,code,resident,start,end,status,created_at,ended_at,origin,calendar,care_type,information,meeting_link
B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-12-01T09:30,,2026-10-01,,clinic,OGON-TB1,SYN,"Kom i tid,
med remissen",https://video.example.org/m/7
B2,ogon,OP60,{BO},2026-12-02T09:00,,cancelled,2026-10-01,2026-10-05,resident,,,,
Ö3,SE2321000024-9X9X,\\N,{BO},2026-12-01T09:00,,,2026-10-01,,,,a\\tb '%s,,
"""
REVIVED = BOOKINGS.replace(",cancelled,2026-10-01,2026-10-05,", ",booked,2026-10-01,,")
FILLING = (
    ("unit apply --yes --at 2026-01-01", ""),
    ("booking import - --at 2026-10-06", BOOKINGS),
    ("booking import - --at 2026-10-07", REVIVED),
    ("relation import - --at 2026-10-20", EVENTS),
    ("relation void 1 --at 2026-10-21", ""),
    ("slot publish ogon OP60 2026-12-03T09:00 --minutes 30 --id P1 --at 2026-10-01", ""),
    ("slot publish ogon OP60 2026-12-03T10:00 --minutes 30 --id P2 --at 2026-10-01", ""),
    (f"basis add {ANNA} ogon OP60 --id U1 --at 2026-10-01", ""),
    (f"booking book P1 {ANNA} --at 2026-10-22", ""),
    (f"summons send {BO} ogon --at 2026-10-23", ""),
    ("coupling import-tak - --at 2026-10-30", TAK_EXPORT),
    ("sweep --reveal --save night --at 2026-11-01", ""),
)
"""Something for every table."""


@pytest.fixture(scope="module")
def filled(region_at: RegionAt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    shutil.copytree(CONFIG, folder / "config")
    write_unit(folder, BOOKABLE)
    run = region_at(folder)
    for command, stdin in FILLING:
        ran = run(*command.split(), stdin=stdin)
        assert ran.status in (0, 1) and "error" not in ran.err, ran.err
    altered(
        folder,
        "INSERT INTO store_policy (recorded_at, actor, require_purpose) VALUES (1, 'tester', false)",
        "INSERT INTO summons (unit_id, summons_id, resident_id, received_at) VALUES (1, 'K1', 1, 5)",
        "INSERT INTO tak_address VALUES ('SE2321000024-1A2B', 5, 6)",
    )
    assert [table.name for table in TABLES if not rows_of(folder, f"SELECT 1 FROM {table.name}")] == []
    return folder


@pytest.fixture
def other(request: pytest.FixtureRequest, stores: Stores, tmp_path: Path) -> Iterator[Path]:
    """The folder of a region whose store is not there yet, in the other database, or in the one that is asked for."""
    folder = tmp_path / "other"
    shutil.copytree(CONFIG, folder / "config")
    write_unit(folder, BOOKABLE)
    kind = getattr(request, "param", "postgresql" if isinstance(stores, SqliteStores) else "sqlite")
    if kind == "sqlite":
        yield folder
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.make()
    (folder / "tidbok.url").write_text(server.url(name))
    yield folder
    server.drop(name)


to_either = pytest.mark.parametrize("other", ["sqlite", "postgresql"], indirect=True)


def copied(source: Path, other: Path, *options: str) -> Ran:
    return run_in(source)("store", "copy", "--to", store_of(other), *options)


QUESTIONS = (
    "sweep --all", "sweep --summary --all", "relation list --ended", "inbox -", "booking stats", "unit history ogon",
)  # fmt: skip


def answers(run: Run) -> list[str]:
    return [run(*question.split(), "--at", "2026-11-01", "-o", "json", stdin=BO).out for question in QUESTIONS]


@to_either
def test_a_copy_is_whole_and_answers_alike(filled: Path, other: Path) -> None:
    ran = copied(filled, other, "-o", "json")
    assert (ran.status, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert told == {
        "schema": "tidbok.copy/1", "store": store_of(filled), "to": store_of(other),
        "rows": {table.name: len(rows_of(filled, f"SELECT 1 FROM {table.name}")) for table in TABLES},
    }  # fmt: skip
    assert contents(other) == contents(filled)
    assert answers(run_in(other)) == answers(run_in(filled))


def test_there_and_back_again(filled: Path, other: Path, stores: Stores, tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    stores.make(tmp_path / "back")  # a store that is there, and empty
    assert copied(filled, other).status == 0
    assert copied(other, tmp_path / "back").status == 0
    assert contents(tmp_path / "back") == contents(filled)


def test_the_copy_is_written_to_as_the_store_was(filled: Path, other: Path) -> None:
    """What is new gets numbers that nothing has."""
    assert copied(filled, other).status == 0
    run = run_in(other)
    for command, stdin in (
        ("booking import - --at 2026-11-02", BOOKINGS.replace("B1", "B9").replace("B2", "B8").replace("Ö3", "Ö4")),
        ("booking add ogon UPPF30 194911172296 2026-12-24T09:00 --at 2026-11-02", ""),
        ("relation record 194911172296 flogsta clinic_added --at 2026-11-02", ""),
        ("booking rebook X P2", ""),
    ):
        (mine,) = {booking for (booking,) in rows_of(other, "SELECT booking_id FROM booking WHERE slot_id = 1")}
        arguments = [mine if word == "X" else word for word in command.split()]
        ran = run(*arguments, stdin=stdin)
        assert ran.status == 0, ran.err
    assert run("store", "check").status == 0


def test_for_people_and_as_csv(filled: Path, other: Path, tmp_path: Path) -> None:
    told = copied(filled, other).out
    assert "Copied and checked" in told and "relation_period" in told
    lines = run_in(filled)("store", "copy", "--to", str(tmp_path / "third.db"), "-o", "csv").out.splitlines()
    assert lines[0] == "table,rows" and "booking,4" in lines


def refused(source: Path, other: Path) -> str:
    before = everything(other) if (other / "tidbok.db").exists() or (other / "tidbok.url").exists() else None
    ran = copied(source, other, "-o", "json")
    assert (ran.status, ran.out) == (2, "")
    assert before is None or everything(other) == before
    code: str = json.loads(ran.err)["error"]["code"]
    return code


def test_a_store_that_is_not_empty_is_left_as_it_is(filled: Path, other: Path) -> None:
    assert copied(filled, other).status == 0
    assert refused(filled, other) == "copy.not_empty"
    assert refused(filled, filled) == "copy.not_empty"


@pytest.mark.parametrize(("found", "code"), [("0001", "store.older_schema"), ("0099", "store.newer_schema")])
def test_both_stores_are_of_this_version(
    filled: Path, other: Path, stores: Stores, tmp_path: Path, found: str, code: str
) -> None:
    assert copied(filled, other).status == 0
    altered(other, "DELETE FROM audit", f"UPDATE alembic_version SET version_num = '{found}'")
    assert refused(filled, other) == code
    (tmp_path / "third").mkdir()
    stores.make(tmp_path / "third")
    assert refused(other, tmp_path / "third") == code


def test_a_store_that_is_not_whole_is_not_copied(filled: Path, other: Path, stores: Stores, tmp_path: Path) -> None:
    stores.copy(filled, tmp_path)
    altered(tmp_path, "UPDATE relation_period SET ends = ends - 1")
    shutil.copytree(CONFIG, tmp_path / "config")
    ran = copied(tmp_path, other, "-o", "json")
    assert (ran.status, ran.out) == (1, "")
    told = error(ran)
    assert told["code"] == "copy.not_whole" and store_of(tmp_path) in told["message"]
    assert {problem["code"] for problem in told["problems"]} == {"copy.damage"}
    assert nothing_is_left(other)


def nothing_is_left(folder: Path) -> bool:
    """No file of a store, or no table in the database."""
    if (folder / "tidbok.url").exists():
        return rows_of(folder, TABLES_THERE) == []
    return list(folder.glob("tidbok.db*")) == []


TABLES_THERE = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def damaged(folder: Path, table: str) -> None:
    """Ends the table, which has one page, in the midst of its rows."""
    ((root,),) = rows_of(folder, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    with (folder / "tidbok.db").open("r+b") as file:
        file.seek((root - 1) * 4096 + 3)
        file.write(b"\x0f\xff")  # so many cells


@pytest.fixture
def source(filled: Path, stores: Stores, tmp_path: Path) -> Path:
    """A copy of the filled region, to be damaged."""
    stores.copy(filled, tmp_path)
    shutil.copytree(filled / "config", tmp_path / "config")
    return tmp_path


@pytest.mark.files
@pytest.mark.parametrize(
    ("table", "damage", "other"),
    [
        ("slot", "", "sqlite"),
        ("slot", "", "postgresql"),
        ("booking", "UPDATE booking SET code = CAST(x'C328' AS TEXT)", "sqlite"),
        ("resident", "UPDATE resident SET number = x'00' WHERE id = 1", "sqlite"),
        ("relation_event", "UPDATE relation_event SET event = 'moved' WHERE id = 1", "sqlite"),
        ("relation_event", "UPDATE relation_event SET event = 'moved' WHERE id = 1", "postgresql"),
        ("message", "DROP TABLE message", "sqlite"),
    ],
    indirect=["other"],
)
def test_of_a_damaged_store_it_is_said_which_and_where_and_nothing_is_left(
    source: Path, other: Path, table: str, damage: str
) -> None:
    if damage:
        altered(source, "PRAGMA ignore_check_constraints = ON", damage)
    else:
        damaged(source, table)
    ran = copied(source, other, "-o", "json")
    assert (ran.status, ran.out, error(ran)["code"]) == (2, "", "copy.source_damaged")
    said = error(ran)["message"]
    assert str(source / "tidbok.db") in said and f"table {table} " in said and store_of(other) not in said
    assert nothing_is_left(other)
    assert run_in(source)("store", "check").status == 1


def test_of_a_damaged_store_in_postgresql(
    filled: Path, stores: Stores, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if isinstance(stores, SqliteStores):
        pytest.skip("the test before this one")
    stores.copy(filled, tmp_path)
    shutil.copytree(filled / "config", tmp_path / "config")
    altered(tmp_path, "ALTER TABLE message RENAME label TO name")
    (tmp_path / "target").mkdir()
    ran = run_in(tmp_path)("store", "copy", "--to", str(tmp_path / "target/tidbok.db"), "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "copy.source_damaged")
    assert "table message " in error(ran)["message"] and store_of(tmp_path) in error(ran)["message"]
    assert nothing_is_left(tmp_path / "target")


@pytest.mark.files
def test_a_text_that_only_sqlite_can_keep(source: Path, other: Path) -> None:
    altered(source, "UPDATE booking SET code = 'a' || char(0)")
    ran = copied(source, other, "-o", "json")
    assert (ran.status, error(ran)["code"]) == (2, "copy.source_damaged")
    assert "table booking " in error(ran)["message"] and nothing_is_left(other)


def test_an_interrupt_leaves_nothing(filled: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tidbok_cli.store.write.copy.settle", interrupted)
        assert copied(filled, other).status == 130
    assert nothing_is_left(other)
    assert copied(filled, other).status == 0


@pytest.mark.files
def test_an_empty_store_that_was_there_stays_empty(source: Path, stores: Stores, tmp_path: Path) -> None:
    damaged(source, "slot")
    (tmp_path / "other").mkdir()
    stores.make(tmp_path / "other")
    (tmp_path / "void").mkdir()
    (tmp_path / "void/tidbok.db").touch()
    before = everything(tmp_path / "other"), everything(tmp_path / "void")
    for folder in ("other", "void"):
        assert copied(source, tmp_path / folder).status == 2
    assert (everything(tmp_path / "other"), everything(tmp_path / "void")) == before


@pytest.mark.files
def test_a_copy_that_is_killed_can_be_made_again(filled: Path, other: Path) -> None:
    process = subprocess.Popen(
        (sys.executable, "-c", KILLED, *place_of(filled), "store", "copy", "--to", store_of(other)),
        env=subprocess_environment(),
    )  # fmt: skip
    assert process.wait(60) == -signal.SIGKILL
    assert copied(filled, other).status == 0
    assert contents(other) == contents(filled)


KILLED = """
import os, signal, sys
from tidbok_cli import app
from tidbok_cli.store.write import copy
copy.settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
app.run(sys.argv[1:])
"""
"""The program, killed when all is copied and nothing kept."""


def test_where_nothing_can_be_reached(filled: Path) -> None:
    for url, code in (
        ("mysql://server/x", "store.url"),
        ("postgresql://anna:hemligt@/x?host=/nowhere", "store.unreachable"),
        (str(filled), "store.unreadable"),
    ):
        ran = run_in(filled)("store", "copy", "--to", url, "-o", "json")
        assert (ran.status, json.loads(ran.err)["error"]["code"]) == (2, code)
        assert "hemligt" not in ran.err
