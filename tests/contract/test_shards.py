"""A store whose large tables are spread over three databases, laid out as the handbook says.

All that is asked of it and done to it is asked of and done to a SQLite store as well. `make shards` does so with many
bookings (`--bookings`).
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import guide
from support.command_line import Run, done, run, run_in
from support.people import EVA
from support.postgresql import Server
from support.stores import contents, rows_of, store_of
from support.twice import CLINICS, Twice, made_up

FEW = 100
OTHERS = {"north": "tidbok_north", "south": "tidbok_south"}


@pytest.fixture(scope="module")
def twice(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Server, request: pytest.FixtureRequest
) -> Iterator[Twice]:
    """A region in SQLite, copied into a store that is spread as the handbook says."""
    folder = tmp_path_factory.mktemp("shards")
    twice = Twice(folder / "file", folder / "spread")
    in_file = made_up(twice.file, request.config.getoption("--bookings") or FEW)
    shutil.copytree(twice.file / "config", twice.elsewhere / "config")
    with guide.roles(postgresql, *OTHERS.values()):
        for database in ("tidbok", *OTHERS.values()):
            owner = guide.url_of(postgresql, "tidbok_owner", database)
            done(run("--config", str(twice.elsewhere / "config"), "--store", owner, "init"))
        guide.spread(postgresql, OTHERS)
        done(in_file("store", "copy", "--to", guide.url_of(postgresql, "tidbok_owner")))
        (twice.elsewhere / "tidbok.url").write_text(guide.url_of(postgresql, "tidbok"))
        yield twice


@pytest.fixture
def spread(twice: Twice) -> Run:
    return run_in(twice.elsewhere)


def places(twice: Twice, table: str) -> dict[str, int]:
    """How many rows of a table lie where."""
    return dict(rows_of(twice.elsewhere, f"SELECT tableoid::regclass::text, count(*) FROM {table} GROUP BY 1"))


def test_all_is_answered_and_done_as_in_one_file(twice: Twice, spread: Run, tmp_path: Path) -> None:
    """… while each clinic's rows lie where it does; copied back, they are those that were spread."""
    assert places(twice, "slot") == {"north.slot": 6, "south.slot": 6}
    twice.live()
    for table in ("booking", "message"):
        assert places(twice, table).keys() == {f"{table}_here", f"north.{table}", f"south.{table}"}
    done(spread("store", "copy", "--to", store_of(tmp_path)))
    assert contents(tmp_path) == contents(twice.elsewhere)


FALL = """
CREATE FUNCTION fall() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER fall AFTER INSERT ON booking DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION fall();
"""
"""A server that falls in the moment of the commit."""
LATE = "booking_id,unit,code,resident,start,created_at,origin\n" + "".join(
    f"L-{unit},{unit},UPPF30,{EVA},2026-12-20T09:00,2026-11-10,resident\n" for unit in CLINICS
)


@pytest.fixture
def many(request: pytest.FixtureRequest) -> None:
    """Only with as many bookings as `make shards` has."""
    if not request.config.getoption("--bookings"):
        pytest.skip("make shards")


@pytest.mark.usefixtures("many")
def test_a_commit_that_one_server_does_not_live_to_see(twice: Twice, spread: Run, postgresql: Server) -> None:
    """… is half done: the check names what is there of it, and it is taken away and done again."""
    checked = ""
    for database in OTHERS.values():  # whichever is asked first to commit does so
        guide.carry_out(postgresql.url(database), FALL)
        ran = spread("booking", "import", "-", "--at", "2026-11-10", "-o", "json", stdin=LATE)
        assert ran.status == 75 and json.loads(ran.err)["error"]["code"].startswith("store.lost")
        guide.carry_out(postgresql.url(database), "DROP FUNCTION fall CASCADE")
        checked = spread("store", "check", "-o", "json").out
        if json.loads(checked):
            break
    ((left,),) = rows_of(twice.elsewhere, "SELECT id FROM booking WHERE booking_id LIKE 'L-%'")
    found = {row["detail"] for row in json.loads(checked)}
    assert {f"booking {left} → resident", f"booking {left} → import_batch"} <= found

    guide.carry_out(guide.url_of(postgresql, "tidbok"), guide.block("UPDATE booking b"))
    done(spread("store", "check"))
    report = json.loads(twice.both("booking import - -o json", LATE, at="2026-11-10"))
    assert (report["created"], report["events"]) == (2, 2)
    twice.both("sweep --all -o csv", at="2026-11-10")
    done(spread("store", "check"))


@pytest.mark.usefixtures("many")
def test_a_server_that_is_not_there(twice: Twice, spread: Run, postgresql: Server) -> None:
    """… is told of as the store's own would be, and nothing is done."""
    postgresql.execute("ALTER DATABASE {} ALLOW_CONNECTIONS false", "tidbok_south")
    for words in ("sweep", "why L-syn", f"booking book s4 {EVA}", "booking import -"):
        ran = spread(*words.split(), "--at", "2026-11-11", "-o", "json", stdin=LATE.replace("L-", "M-"))
        assert ran.status == 75 and json.loads(ran.err)["error"]["code"] == "store.lost", words
    postgresql.execute("ALTER DATABASE {} ALLOW_CONNECTIONS true", "tidbok_south")
    twice.both("sweep --all -o csv", at="2026-11-11")
