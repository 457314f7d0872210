"""Everything once through PgBouncer, which keeps a session for each client."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.command_line import done, run, run_in
from support.pgbouncer import pooled
from support.postgresql import OWNER, Missing, Server
from support.stores import contents, store_of
from support.twice import Twice, made_up

from tidbok_cli.store.address import parse_address
from tidbok_cli.store.caller import Caller
from tidbok_cli.store.postgresql import connect

OPTIONS = "&options=-c%20statement_timeout%3D60000"


@pytest.fixture(scope="module")
def pooler(postgresql: Server) -> Iterator[Path]:
    try:
        with pooled(postgresql) as folder:
            yield folder
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def database(postgresql: Server) -> Iterator[str]:
    name = postgresql.make()
    yield name
    postgresql.drop(name)


def through(pooler: Path, database: str, more: str = "") -> str:
    return f"postgresql:///{database}?host={pooler}&port=6432&user={OWNER}{more}"


def test_all_is_answered_and_done_as_in_one_file(pooler: Path, database: str, tmp_path: Path) -> None:
    """… in sessions that commands take over from each other, with nothing left in them."""
    twice = Twice(tmp_path / "file", tmp_path / "pooled")
    in_file = made_up(twice.file, bookings=50)
    shutil.copytree(twice.file / "config", twice.elsewhere / "config")
    (twice.elsewhere / "tidbok.url").write_text(through(pooler, database))
    done(in_file("store", "copy", "--to", store_of(twice.elsewhere)))
    twice.live()
    (tmp_path / "copy").mkdir()
    done(run_in(twice.elsewhere)("store", "copy", "--to", store_of(tmp_path / "copy")))
    assert contents(tmp_path / "copy") == contents(twice.elsewhere)


def test_what_the_server_is_told_of_a_connection(pooler: Path, postgresql: Server, database: str) -> None:
    """The program's name is passed on; options are refused by name, or ignored where the pooler is told to."""
    address = parse_address(through(pooler, database), Path())
    with closing(connect(address, Caller("booking import"))) as connection:
        assert connection.execute("SHOW application_name").fetchone() == ("tidbok booking import",)
    ran = run("--store", through(pooler, database, OPTIONS), "store", "info")
    assert ran.status == 2 and "unsupported startup parameter" in ran.err and "options" in ran.err
    with pooled(postgresql, "ignore_startup_parameters = options") as lenient:
        ran = run("--store", through(lenient, database, OPTIONS), "store", "info", "-o", "json")
        assert '"store.empty"' in ran.err
