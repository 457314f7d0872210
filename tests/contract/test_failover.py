"""Two servers: a standby that answers as its primary does, and takes its place."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from contract.test_json import BASES, BOOKINGS, CALLS, SLOTS
from support.command_line import Ran, run, subprocess_environment
from support.files import EVENTS, TAK_EXPORT
from support.paths import CONFIG, ROOT
from support.people import ANNA, RESIDENTS
from support.postgresql import Missing, Pair, Server, running_pair
from support.region import BOOKABLE, write_unit
from support.tak_server import TakApi, serving

STORE = "postgresql://admin@/tidbok"
"""One name for both: `PGHOST` says which of them is meant."""
FILLING = (
    ("init", ""),
    ("unit apply --yes --at 2026-01-01", ""),
    ("booking import - --at 2026-10-02", BOOKINGS),
    ("relation import - --at 2026-10-20", EVENTS),
    ("slot import - --at 2026-10-05", SLOTS),
    ("basis import - --at 2026-10-05", BASES),
    ("coupling import-tak - --at 2026-10-05", TAK_EXPORT),
    ("summons send - ogon --booking B1 --at 2026-10-06", ANNA),
    ("sweep --save night --at 2026-10-07 -o csv", ""),
)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    try:
        with running_pair() as pair:
            yield pair
    except Missing as missing:
        (pytest.fail if os.environ.get("TIDBOK_REQUIRE_POSTGRESQL") else pytest.skip)(str(missing))


@pytest.fixture(scope="module")
def region(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a region whose store is on both, with something for every command to tell."""
    folder = tmp_path_factory.mktemp("failover")
    shutil.copytree(CONFIG, folder / "config")
    with (folder / "config/tidbok.toml").open("a", encoding="utf-8") as file:
        file.write('\n[audit]\nfallback = "looks.jsonl"\n')  # the standby takes no record of a look
    write_unit(folder, BOOKABLE)
    pair.primary.execute("CREATE DATABASE {}", "tidbok")
    for words, stdin in FILLING:
        ran = run(
            "--config", str(folder / "config"), "--store", pair.primary.url("tidbok"), *words.split(), stdin=stdin
        )
        assert ran.status in (0, 1) and "error" not in ran.err, ran.err
    pair.catch_up()
    return folder


class On(NamedTuple):
    """The region's command line, on one of the two servers, in a folder that is as it was before each call."""

    region: Path
    place: Path
    patch: pytest.MonkeyPatch

    def __call__(self, server: Server, words: str, *form: str, stdin: str) -> Ran:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.region / "config", self.place / "config")
        self.patch.chdir(self.place)
        self.patch.setenv("PGHOST", str(server.folder))
        at = () if "--at" in words else ("--at", "2026-11-01")
        ran = run("--config", "config", "--store", STORE, *words.split(), *at, *form, stdin=stdin)
        return replace(ran, out=SIZE.sub("", ran.out))


SIZE = re.compile(r'"size": [0-9]+,')
"""The bytes of a database are its server's own."""
REFUSED = re.compile('"store.(read_only|standby)"')
WRITTEN = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
"""The next transaction that writes."""
READING = {
    "why", "view", "inbox", "sweep", "list", "show", "history", "export", "stats", "checklist", "plan", "check", "info",
    "copy",
}  # fmt: skip
"""Words of commands that only read the store."""


def test_a_standby_answers_as_its_primary(
    pair: Pair, region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command is called: those that are not refused there answer byte for byte, and have written nothing."""
    call, refused = On(region, tmp_path / "place", monkeypatch), set()
    with serving(TakApi()) as api:
        for name, (command, stdin) in CALLS.items():
            if name in OTHERWISE:
                continue
            words, written = command.format(url=api.url), pair.primary.value(WRITTEN)
            ran = call(pair.standby, words, "-o", "json", stdin=stdin)
            if REFUSED.search(ran.err):
                refused.add(name)
                continue
            for_people = call(pair.standby, words, stdin=stdin)
            assert pair.primary.value(WRITTEN) == written, name
            assert ran == call(pair.primary, words, "-o", "json", stdin=stdin), name
            assert for_people == call(pair.primary, words, stdin=stdin), name
            pair.catch_up()
    assert {"booking import", "booking cancel", "relation record"} <= refused
    assert not [name for name in refused if READING & set(name.split())]


OTHERWISE = {"store backup", "store restore", "store copy", "audit list", "audit verify"}
"""Commands that say when it was, or tell of the record, in which the looks at the primary are."""

MANY = "booking_id,unit,code,resident,start,created_at,origin\n" + "".join(
    f"F{number},ogon,UPPF30,{RESIDENTS[number % 7]},2026-12-01T09:00,2026-11-01,clinic\n" for number in range(2000)
)
TRIES = 100


@pytest.fixture
def importing(pair: Pair, region: Path) -> Callable[[], "subprocess.Popen[str]"]:
    """Starts an import from standard input, into the one of the two that can be written to."""

    def start() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            (sys.executable, "-m", "tidbok_cli", "--config", str(region / "config"),
             "--store", pair.url("tidbok", "read-write"), "booking", "import", "-", "-o", "json"),
            cwd=ROOT, env=subprocess_environment(), text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return start


LOCK = "SELECT pg_advisory_lock(11770001)"
"""The one that lets one writer in at a time."""
BEGUN = "SELECT id FROM job_run WHERE ended_at IS NULL"
LAID_OUT = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
"""An import that has laid out its rows, and waits until it may write."""


def test_an_import_outlasts_its_primary(
    pair: Pair, region: Path, importing: Callable[[], "subprocess.Popen[str]"]
) -> None:
    """It is under way when the primary goes, and is begun again until it ends with 0. The last of the file."""
    with closing(psycopg.connect(pair.primary.url("tidbok"))) as other, importing() as first:
        assert first.stdin and first.stderr
        while not other.execute(BEGUN).fetchone():
            assert first.poll() is None, first.stderr.read()
        other.execute(LOCK)
        first.stdin.write(MANY)
        first.stdin.close()
        while not pair.primary.value(LAID_OUT):
            assert first.poll() is None, first.stderr.read()
        pair.catch_up()
        pair.stop_primary()
        assert first.wait(timeout=60) == 75, first.stderr.read()

    def again() -> int:
        process = importing()
        _, err = process.communicate(MANY, timeout=60)
        assert process.returncode in (0, 75), err
        return process.returncode

    assert again() == 75  # the standby can only be read
    pair.standby.value("SELECT pg_promote(wait => false)")
    assert 0 in (again() for _ in range(TRIES))
    run_here = partial(run, "--config", str(region / "config"), "--store", pair.url("tidbok", "primary"))
    report = json.loads(run_here("booking", "import", "-", "-o", "json", stdin=MANY).out)
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 2000)
    assert run_here("store", "check").status == 0
