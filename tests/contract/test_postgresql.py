"""PostgreSQL as a region's operators meet it.

Besides what all tests with the mark `both` try there.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support import guide
from support.answers import error
from support.command_line import Ran, Run, run
from support.people import ANNA, BO
from support.postgresql import Server
from support.region import OGON_FILE, REGION, write_unit
from support.stores import VERSIONS

from tidbok_cli.store.address import parse_address
from tidbok_cli.store.write.migrate import make_store

SECRET = "hemligt"
BOOKINGS = "booking_id,unit,code,resident,start,created_at,origin\n" + "".join(
    f"{name},ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic\n" for name in ("Å1", "z1", "Z1", "ö1", "a-1", "a1")
)


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, str]:
    """A region's files."""
    (tmp_path / "config/units").mkdir(parents=True)
    (tmp_path / "config/tidbok.toml").write_text(REGION, encoding="utf-8")
    write_unit(tmp_path, OGON_FILE)
    return "--config", str(tmp_path / "config")


@pytest.fixture
def database(postgresql: Server) -> Iterator[str]:
    """The name of an empty database."""
    name = postgresql.make()
    yield name
    postgresql.drop(name)


@pytest.fixture
def at(place: tuple[str, str]) -> Run:
    """The region's command line; the first argument is the store."""

    def bound(*arguments: str, stdin: str | bytes = "") -> Ran:
        return run(*place, "--store", *arguments, stdin=stdin)

    return bound


def done(ran: Ran) -> str:
    assert ran.status == 0, ran.err
    return ran.out


def failed(ran: Ran, status: int = 2) -> str:
    """The error's code; no password is in what was written."""
    assert (ran.status, ran.out) == (status, "")
    assert SECRET not in ran.err and "hemli" not in ran.err
    code: str = json.loads(ran.err)["error"]["code"]
    return code


CALLS = (
    "store info",
    "why B1",
    "init",
    "store upgrade",
    "store check",
    f"relation record {BO} ogon clinic_added",
    "unit apply --yes",
)


# ------------------------------------------------------------------------------------ no way to the store


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_does_not_let_anybody_in(postgresql: Server, at: Run, call: str) -> None:
    postgresql.execute("DROP ROLE IF EXISTS anna")
    postgresql.execute("CREATE ROLE anna LOGIN PASSWORD 'another'")
    base = f"host={postgresql.folder}"
    for url in (
        f"postgresql+psycopg://anna:{SECRET}@/postgres?{base}",
        f"postgresql://anna@/postgres?{base}&password={SECRET}",
        f"postgresql://{postgresql.folder.name}:{SECRET}@/nowhere?host=/nowhere",
        f"postgresql://admin:{SECRET}@/no_such_database?{base}",
    ):
        ran = at(url, *call.split(), "-o", "json")
        assert failed(ran) == "store.unreachable", url
    ran = at(f"postgresql://tidbok:{SECRET}@127.0.0.1:1/tidbok", *call.split(), "-o", "json")
    assert failed(ran, 75) == "store.no_answer"
    for url in (f"postgresql://anna:{SECRET}/x@/tidbok", f"postgresql://anna:x@/tidbok?passwort={SECRET}"):
        assert failed(at(url, *call.split(), "-o", "json")) == "store.malformed"
    postgresql.execute("DROP ROLE anna")


def test_the_servers_reason_is_told(postgresql: Server, at: Run) -> None:
    ran = at(f"postgresql://admin:{SECRET}@/no_such_database?host={postgresql.folder}", "store", "info")
    assert 'database "no_such_database" does not exist' in ran.err and "admin:***@" in ran.err


def test_without_the_driver(at: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for call in CALLS:
        assert failed(at("postgresql://tidbok@/x", *call.split(), "-o", "json")) == "extra.missing"


# ------------------------------------------------------------------------------------- what the server is


def test_an_empty_database_is_made_a_store_once(postgresql: Server, database: str, at: Run) -> None:
    url = postgresql.url(database)
    for call in ("store info", "why B1", f"relation record {BO} ogon clinic_added"):
        assert failed(at(url, *call.split(), "-o", "json")) == "store.empty"
    assert [json.loads(done(at(url, "init", "-o", "json")))["store_made"] for _ in range(2)] == [True, False]
    info = json.loads(done(at(url, "store", "info", "-o", "json")))
    assert info["store"] == url and info["size"] > 1_000_000


def test_a_database_of_another_encoding_is_refused(postgresql: Server, at: Run) -> None:
    postgresql.execute(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc", "latin"
    )
    assert failed(at(postgresql.url("latin"), "init", "-o", "json")) == "store.encoding"
    postgresql.drop("latin")


def test_the_order_is_the_programs_own(postgresql: Server, database: str, at: Run, tmp_path: Path) -> None:
    """The server's is Swedish: there a comes before Z, and a hyphen counts for nothing."""
    told = []
    for store in (postgresql.url(database), str(tmp_path / "tidbok.db")):
        done(at(store, "init"))
        done(at(store, "unit", "apply", "--yes", "--at", "2026-01-01"))
        done(at(store, "booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS))
        rows = json.loads(at(store, "sweep", "--at", "2026-11-01", "-o", "json").out)
        told.append([row["booking"] for row in rows])
    assert told[0] == told[1] == sorted(told[0])
    with psycopg.connect(postgresql.url(database)) as connection:
        swedish = [name for (name,) in connection.execute(
            'SELECT booking_id FROM booking ORDER BY booking_id COLLATE "sv-SE-x-icu"'
        )]  # fmt: skip
    assert swedish != told[0]


def test_a_database_that_can_only_be_read(postgresql: Server, database: str, at: Run, tmp_path: Path) -> None:
    url = postgresql.url(database)
    done(at(url, "init"))
    done(at(url, "unit", "apply", "--yes", "--at", "2026-01-01"))
    done(at(url, "booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS))
    postgresql.execute("ALTER DATABASE {} SET default_transaction_read_only = on", database)
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('\n[audit]\nfallback = "looks.jsonl"\n')
    assert len(done(at(url, "sweep", "--at", "2026-11-01", "-o", "ndjson")).splitlines()) == 6
    done(at(url, "view", ANNA, "--at", "2026-11-01"))
    assert failed(at(url, "relation", "record", BO, "ogon", "clinic_added", "-o", "json"), 75) == "store.read_only"
    assert failed(at(url, "booking", "import", "-", "-o", "json", stdin=BOOKINGS), 75) == "store.read_only"


# ------------------------------------------------------------------------------------------------ roles


@pytest.fixture
def roles(postgresql: Server) -> Iterator[dict[str, str]]:
    """The URL of each role of the handbook's."""
    with guide.roles(postgresql):
        yield {name: guide.url_of(postgresql, name) for name in guide.ROLES}


def test_both_languages_have_the_same_sql() -> None:
    assert guide.blocks("sv") == guide.blocks("en")


def test_the_roles_of_the_handbook(roles: dict[str, str], at: Run, tmp_path: Path) -> None:
    owner, daily, reader = roles.values()
    assert failed(at(daily, "init", "-o", "json")) == "store.not_allowed"
    make_store(parse_address(owner, tmp_path), VERSIONS[0])
    assert error(at(daily, "store", "upgrade", "-o", "json"))["code"] == "store.not_allowed"
    done(at(owner, "store", "upgrade"))
    for nothing_to_do in ("init", "store upgrade"):
        done(at(daily, *nothing_to_do.split()))
    done(at(daily, "unit", "apply", "--yes", "--at", "2026-01-01"))
    for _ in range(2):
        done(at(daily, "booking", "import", "-", "--at", "2026-10-02", stdin=BOOKINGS))
    done(at(daily, "relation", "record", BO, "ogon", "clinic_added", "--at", "2026-10-10"))
    guide.carry_out(owner, guide.block("REVOKE UPDATE, DELETE"))
    done(at(daily, "view", BO, "--at", "2026-11-01"))
    done(at(daily, "audit", "verify"))
    for forbidden in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with psycopg.connect(daily) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(forbidden)
    assert failed(at(reader, "sweep", "--at", "2026-11-01", "-o", "json")) == "audit.not_recorded"
    with (tmp_path / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('\n[audit]\nfallback = "looks.jsonl"\n')
    assert done(at(reader, "sweep", "--at", "2026-11-01")) == done(at(daily, "sweep", "--at", "2026-11-01"))
    done(at(reader, "store", "check"))
    done(at(reader, "store", "copy", "--to", str(tmp_path / "copy.db")))
    assert failed(at(reader, "relation", "record", BO, "ogon", "clinic_removed", "-o", "json")) == "store.not_allowed"
    with psycopg.connect(daily) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("ALTER TABLE booking DROP COLUMN code")
