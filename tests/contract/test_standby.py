"""A PostgreSQL standby: how far it is behind, and what it says where it cannot do what is asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.command_line import Ran, Run, run
from support.people import ANNA, BO
from support.postgresql import Missing, Pair, running_pair
from support.region import BOOKABLE, REGION, apply_units, write_unit

from tidbok_cli.store import standby

AT = ("--at", "2026-11-01")
BOOKING = (
    f"booking_id,unit,code,resident,start,created_at,origin\nB1,ogon,UPPF30,{ANNA},2026-12-01T09:00,2026-10-01,clinic\n"
)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    try:
        with running_pair() as servers:
            yield servers
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def place(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A region's files; its store is on both servers."""
    folder = tmp_path_factory.mktemp("standby")
    (folder / "config/units").mkdir(parents=True)
    (folder / "config/tidbok.toml").write_text(f'{REGION}\n[audit]\nfallback = "looks.jsonl"\n', encoding="utf-8")
    write_unit(folder, BOOKABLE)
    files = ("--config", str(folder / "config"))
    primary = on(files, pair.primary.url("postgres"))
    assert primary("init").status == 0
    apply_units(primary, "2026-01-01")
    assert primary("booking", "import", "-", "--at", "2026-10-02", stdin=BOOKING).status == 0
    pair.catch_up()
    return files


def on(files: tuple[str, str], url: str) -> Run:
    def bound(*arguments: str, stdin: str | bytes = "") -> Ran:
        return run(*files, "--store", url, *arguments, stdin=stdin)

    return bound


@pytest.fixture
def primary(pair: Pair, place: tuple[str, str]) -> Run:
    return on(place, pair.primary.url("postgres"))


@pytest.fixture
def copy(pair: Pair, place: tuple[str, str]) -> Run:
    return on(place, pair.standby.url("postgres"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However young the last change is, it is old."""
    monkeypatch.setattr(standby, "BEHIND_SECONDS", -1)


@contextmanager
def held_up(pair: Pair, primary: Run) -> Iterator[None]:
    """The standby receives a change, and does not take it in."""
    pair.standby.value("SELECT pg_wal_replay_pause()")
    assert primary("relation", "record", BO, "ogon", "clinic_added").status == 0
    written = pair.primary.value("SELECT pg_current_wal_flush_lsn()")
    while not pair.standby.value(f"SELECT pg_last_wal_receive_lsn() >= '{written}'::pg_lsn"):
        pass
    yield
    pair.standby.value("SELECT pg_wal_replay_resume()")
    pair.catch_up()


def notes(ran: Ran) -> list[str]:
    return [each["note"] for each in json.loads(ran.out)["notes"]]


WARNING = "warning: The answer comes from a standby, a copy of the store, that has taken in no change for 0:0"
QUESTIONS = ("sweep", f"view {ANNA}", "unit list", "booking list", "store info", "store check", f"why --resident {BO}")


# ------------------------------------------------------------------------------------------- how far behind


@pytest.mark.usefixtures("impatient")
def test_a_standby_that_has_all_it_was_sent_says_nothing(primary: Run, copy: Run) -> None:
    """However long ago the last change was: on a primary where nothing happens it grows old."""
    for question in ("why B1 -o json", *QUESTIONS[:-1]):
        expected, found = (run(*question.split(), *AT) for run in (primary, copy))
        assert (found.status, found.err) == (expected.status, expected.err), question


@pytest.mark.usefixtures("impatient")
def test_a_standby_that_is_behind_says_so_with_every_answer(pair: Pair, primary: Run, copy: Run) -> None:
    with held_up(pair, primary):
        ran = copy("why", "B1", *AT, "-o", "json")
        assert (ran.status, ran.err) == (0, "")
        told = json.loads(ran.out)["notes"][-1]
        assert told["note"] == "store.behind"
        assert "has taken in no change for 0:0" in told["message"]
        assert "· The answer comes from a standby" in copy("why", "B1", *AT).out.replace("\n", " ")
        for question in QUESTIONS:
            expected, found = (run(*question.split(), *AT) for run in (primary, copy))
            assert found.status == expected.status, question
            assert found.err.startswith(WARNING) and found.err.count("standby") == 1, question
        listed = json.loads(copy("why", "--resident", ANNA, *AT, "-o", "json").out)
        assert [each["notes"][-1]["note"] for each in listed] == ["store.behind"]
        assert "store.behind" not in notes(primary("why", "B1", *AT, "-o", "json"))


def test_ten_seconds_are_nothing(pair: Pair, primary: Run, copy: Run) -> None:
    assert primary("summons", "send", BO, "ogon").status == 0  # so that the last change is a young one
    pair.catch_up()
    with held_up(pair, primary):
        assert copy("sweep", *AT).err == ""
        assert "store.behind" not in notes(copy("why", "B1", *AT, "-o", "json"))


# ------------------------------------------------------------------------------------------- what it cannot do


def test_what_a_standby_cannot_do_is_said(copy: Run) -> None:
    for arguments, code in (
        (("booking", "import", "-", "--dry-run"), "import.dry_run_writes"),
        (("relation", "import", "-", "--dry-run"), "import.dry_run_writes"),
    ):
        stdin = (
            BOOKING
            if arguments[0] == "booking"
            else f"resident,unit,event,occurred_at\n{ANNA},ogon,clinic_added,2026-10-01\n"
        )
        ran = copy(*arguments, "-o", "json", stdin=stdin)
        assert (ran.status, ran.out) == (2, ""), arguments
        error = json.loads(ran.err)["error"]
        (cause,) = error["problems"]
        assert error["code"] == code and cause["code"] in ("store.read_only", "store.standby")
    ran = copy("booking", "import", "-", "--dry-run", stdin=BOOKING)
    assert "against the primary" in ran.err and "Traceback" not in ran.err
    assert copy("relation", "record", BO, "ogon", "clinic_added", "-o", "json").status in (2, 75)


# ------------------------------------------------------------------------------------------- without a primary


@pytest.mark.usefixtures("impatient")
def test_a_standby_that_is_cut_off_cannot_know_and_a_promoted_one_is_none(pair: Pair, copy: Run) -> None:
    """The last of this file: the primary does not come back."""
    pair.stop_primary()
    while pair.standby.value("SELECT count(*) FROM pg_stat_wal_receiver"):
        pass
    assert copy("sweep", *AT).err.startswith(WARNING)
    assert notes(copy("why", "B1", *AT, "-o", "json"))[-1] == "store.behind"
    assert pair.standby.value("SELECT pg_promote()")
    assert copy("sweep", *AT).err == ""
    assert "store.behind" not in notes(copy("why", "B1", *AT, "-o", "json"))
    assert copy("relation", "record", BO, "ogon", "clinic_removed").status == 0
