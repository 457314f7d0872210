"""Whatever happens to a store in PostgreSQL: a sentence, and the exit status that says whether to try again.

Contract, section 1. Real processes and a real server, save for those who refuse everybody.
"""

import json
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from support.command_line import Ran, done, run, without_waiting
from support.false_server import refusing
from support.people import ANNA
from support.postgresql import Server
from support.processes import Process, start
from support.region import OGON_FILE, REGION, write_unit

HEADER = "booking_id,unit,code,resident,start,created_at,origin\n"
ROW = f"B1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic\n"


def rows(number: int) -> str:
    return "".join(ROW.replace("B1", f"B{each}") for each in range(number))


LOCK = "SELECT pg_advisory_xact_lock(11770001)"


def code(process: Process, status: int) -> str:
    """The code of the error with which a process ended, and that it said nothing but sentences."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (status, ""), err
    assert "Traceback" not in err and "sqlalchemy" not in err, err
    (line,) = without_waiting(err).splitlines()
    found: str = json.loads(line)["error"]["code"]
    return found


# ------------------------------------------------------------------------------------------ PostgreSQL


class Database:
    """A database with a clinic in force, and what its administrator does there."""

    def __init__(self, server: Server, name: str, folder: Path) -> None:
        self.server, self.name, self.folder = server, name, folder
        self.url = server.url(name)
        self.place = ("--config", str(folder / "config"), "--store", self.url)

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        return run(*self.place, *arguments, stdin=stdin)

    def start(self, *arguments: str) -> Process:
        return start(*self.place, *arguments, "-o", "json")

    def set(self, name: str, value: str) -> None:
        """As an administrator sets a limit for all who connect from now on."""
        self.server.execute(f"ALTER DATABASE {{}} SET {name} = '{value}'", self.name)

    def execute(self, statement: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement.encode())

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        """Somebody else in a transaction that does not end."""
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode())
            yield

    def when(self, state: str, act: str = "SELECT 1") -> None:
        """Act on the session of the program as soon as it is in a state."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if found := self._sessions(state):
                self.server.execute(act.replace("PID", str(found[0][0])))
                return
            time.sleep(0.02)
        raise AssertionError("the program has not come so far")

    def when_gone(self) -> None:
        """Wait until the server has ended the program's session."""
        while self._sessions("TRUE"):
            time.sleep(0.02)

    def _sessions(self, state: str) -> list[Any]:
        asked = f"SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'tidbok %' AND pid NOT IN ({JOBS})"
        with psycopg.connect(self.url) as connection:
            return connection.execute(f"{asked} AND datname = current_database() AND {state}".encode()).fetchall()


@pytest.fixture(scope="module")
def filled(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("region")
    (folder / "config/units").mkdir(parents=True)
    (folder / "config/tidbok.toml").write_text(REGION, encoding="utf-8")
    write_unit(folder, OGON_FILE)
    database = Database(postgresql, postgresql.make(), folder)
    done(database.run("init"))
    done(database.run("unit", "apply", "--yes", "--at", "2026-01-01"))
    yield database
    postgresql.drop(database.name)


@pytest.fixture
def database(filled: Database, postgresql: Server) -> Iterator[Database]:
    """A copy of it of the test's own."""
    made = Database(postgresql, postgresql.make(filled.name), filled.folder)
    yield made
    postgresql.drop(made.name)


WAITS_FOR_A_LOCK, WAITS_FOR_ITS_CLIENT = "wait_event_type = 'Lock'", "state = 'idle in transaction'"
JOBS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 11770003"
"""The sessions by which jobs take turns."""
TERMINATE, CANCEL = "SELECT pg_terminate_backend(PID)", "SELECT pg_cancel_backend(PID)"


def feed(process: Process, text: str, *, end: bool = False) -> None:
    assert process.stdin
    process.stdin.write(text)
    process.stdin.flush()
    if end:
        process.stdin.close()
        process.stdin = None


@pytest.mark.parametrize(("act", "told"), [(TERMINATE, "store.lost"), (CANCEL, "store.cancelled")])
def test_a_session_that_an_administrator_ends(database: Database, act: str, told: str) -> None:
    with database.holding(LOCK):
        process = database.start("booking", "import", "-")
        feed(process, HEADER + ROW, end=True)
        database.when(WAITS_FOR_A_LOCK, act)
        assert code(process, 75) == told


def test_a_connection_that_breaks_off_while_the_file_is_read(database: Database) -> None:
    process = database.start("booking", "import", "-")
    feed(process, HEADER + rows(2000))
    database.when(f"{WAITS_FOR_ITS_CLIENT} AND query LIKE '%unit%'", TERMINATE)  # it knows the rows' clinics
    feed(process, ROW, end=True)
    assert code(process, 75) == "store.lost"


def test_a_transaction_that_is_idle_for_too_long(database: Database) -> None:
    database.set("idle_in_transaction_session_timeout", "500ms")
    process = database.start("booking", "import", "-")
    feed(process, HEADER + rows(2000))
    database.when(WAITS_FOR_ITS_CLIENT)
    database.when_gone()
    feed(process, ROW, end=True)
    assert code(process, 75) == "store.limit"


IMPORT = ("booking", "import", "-")


def imported(database: Database, *options: str) -> Ran:
    ran = database.run(*IMPORT, *options, stdin=HEADER + ROW)
    assert "Traceback" not in ran.err and "sqlalchemy" not in ran.err
    return ran


def test_a_statement_that_takes_too_long(database: Database) -> None:
    database.set("statement_timeout", "300ms")
    with database.holding(LOCK):
        ran = imported(database)
    assert ran.status == 75 and "its limit statement_timeout" in ran.err


def test_a_table_that_somebody_has_locked(database: Database) -> None:
    with database.holding("LOCK TABLE booking"):
        for ran in (imported(database, "--wait", "0"), database.run("why", "B1", "--wait", "0")):
            assert ran.status == 75 and "Another program has locked the store" in ran.err


def breaking(database: Database, state: str, *, at_commit: bool = False) -> None:
    """Have the server break off whoever adds a booking: with an SQLSTATE of its own, or the connection itself."""
    act = f"RAISE EXCEPTION USING ERRCODE = '{state}'" if state else "PERFORM pg_terminate_backend(pg_backend_pid())"
    when = "CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON booking DEFERRABLE INITIALLY DEFERRED"
    database.execute(
        f"""CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {act}; RETURN NEW; END$$;
            DROP TRIGGER IF EXISTS broken ON booking;
            {when if at_commit else "CREATE TRIGGER broken BEFORE INSERT ON booking"}
            FOR EACH ROW EXECUTE FUNCTION broken()"""
    )


def test_errors_of_the_server(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its code: there is no other way to fill this server's disk. One is nobody's fault but the program's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    expected = {
        "40001": (75, "store.overtaken"),
        "40P01": (75, "store.overtaken"),
        "53300": (75, "store.crowded"),
        "57P01": (75, "store.lost"),
        "25P04": (75, "store.limit"),
        "53100": (2, "store.full"),
        "53200": (2, "store.server_memory"),
        "53400": (2, "store.server_limit"),
        "58030": (2, "store.disk_error"),
        "XX001": (2, "store.not_a_store"),
        "42P01": (2, "store.not_a_store"),
        "22012": (70, "bug"),
    }
    found = {}
    for state in expected:
        breaking(database, state)
        ran = imported(database, "-o", "json")
        found[state] = ran.status, json.loads(ran.err)["error"]["code"]
    assert found == expected
    assert "DivisionByZero (22012)" in ran.err and "DivisionByZero (22012)" in next(tmp_path.iterdir()).read_text()


def test_a_connection_that_breaks_off_at_the_end(database: Database) -> None:
    """Nothing is promised of what may have been done."""
    breaking(database, "")
    ran = imported(database)
    assert ran.status == 75 and "Nothing was changed" in ran.err
    breaking(database, "", at_commit=True)
    ran = imported(database)
    assert ran.status == 75 and "either there whole or not at all" in ran.err


def test_servers_that_take_no_changes(database: Database) -> None:
    database.set("default_transaction_read_only", "on")
    assert "can only be read now" in imported(database).err
    store = f"{database.url}&target_session_attrs=read-write"
    ran = database.run("--store", store, "why", "B1")
    assert ran.status == 75 and "No server of the store" in ran.err


REFUSALS = [
    ("57P03", "databassystemet startar upp", 75, "store.not_now"),
    ("53300", "sorry, too many clients already", 75, "store.crowded"),
    ("08P01", "server login has been failing, cached error: connect failed", 75, "store.not_now"),
    ("", "", 75, "store.no_answer"),
    ("28P01", "fel lösenord", 2, "store.unreachable"),
    ("3D000", "databasen finns inte", 2, "store.unreachable"),
]


@pytest.mark.parametrize(("state", "message", "status", "told"), REFUSALS, ids=[each[0] for each in REFUSALS])
def test_a_server_that_lets_nobody_in(filled: Database, state: str, message: str, status: int, told: str) -> None:
    """In its own language, and what its administrators put before it in theirs."""
    with refusing(state, message) as port:
        ran = filled.run("--store", f"postgresql://anna:hemligt@127.0.0.1:{port}/tidbok", "why", "B1", "-o", "json")
    assert (ran.status, json.loads(ran.err)["error"]["code"]) == (status, told)
    assert "hemligt" not in ran.err


def test_a_server_without_encryption_is_not_tried_again(filled: Database) -> None:
    with refusing("", "") as port:
        store = f"postgresql://anna@127.0.0.1:{port}/tidbok?sslmode=require"
        assert filled.run("--store", store, "why", "B1").status == 2


@pytest.mark.parametrize(("number", "status"), [(socket.EAI_NONAME, 2), (socket.EAI_AGAIN, 75)])
def test_a_name_that_nobody_knows_and_one_that_nobody_answers_for(
    filled: Database, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    """Which of the two it is depends on the network on which the tests run."""

    def unresolved(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "unresolved")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    assert filled.run("--store", "postgresql://anna@db.region.example/tidbok", "why", "B1").status == status


def test_another_programs_database(postgresql: Server, filled: Database) -> None:
    other = Database(postgresql, postgresql.make(), filled.folder)
    other.execute("CREATE TABLE booking (room text)")
    for command in ("why B1", "init"):
        ran = other.run(*command.split())
        assert ran.status == 2 and "belongs to another program" in ran.err
    postgresql.drop(other.name)
