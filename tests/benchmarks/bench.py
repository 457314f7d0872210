"""`make bench`: how fast the program is, beside floors measured in the same rounds (design, section 5).

    make bench                 a million bookings: some twenty minutes the first time
    make bench SMALL=--small   a tenth of that

Floors and jobs are run in turn, each as a process of its own, round by round; a ratio is the median of the rounds'. The
regions are made by `tidbok demo` in a cache folder and kept for the next time. What is done in SQLite is also done in
PostgreSQL, where its server is installed: the same store, copied. It prints a table for the README.
"""

import argparse
import compileall
import csv
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

sys.path.append(str(Path(__file__).parent.parent))

from support.postgresql import Missing, Server, running

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tidbok-bench"
TIDBOK: Final = (sys.executable, "-m", "tidbok_cli")
START: Final = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT id FROM booking LIMIT 1').fetchone()"
FETCH: Final = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "SELECT id, unit_id, resident_id, starts_at, created_at, ended_at FROM booking")
for row in rows: pass
"""


class Measured(NamedTuple):
    """What one process took: seconds of wall clock, seconds of processor, and the most memory in MB."""

    seconds: float
    processor: float
    memory: float


def measure(command: tuple[str, ...], **environment: str) -> Measured:
    """Runs a command to its end; what it prints goes to a file, as in a nightly job."""
    began = time.monotonic()
    with (CACHE / "output").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment})
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}\n{(CACHE / 'output').read_text(errors='replace')[-2000:]}")
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@dataclass
class Job:
    """Something to measure beside a floor; `limit` is how many times the floor it may take, where that is promised."""

    name: str
    command: tuple[str, ...]
    floor: str
    limit: float | None = None
    before: Callable[[], object] = lambda: None
    elsewhere: "Job | None" = None
    """The same in PostgreSQL."""
    environment: dict[str, str] = field(default_factory=dict)


class Region:
    """A made-up region of so many bookings, with what the jobs need beside its store."""

    def __init__(self, bookings: int) -> None:
        self.bookings = bookings
        self.folder = CACHE / str(bookings)
        self.store, self.csv, self.events = (
            self.folder / name for name in ("tidbok.db", "bookings.csv", "relations.csv")
        )
        self.empty, self.changed = self.folder / "empty.db", self.folder / "changed.csv"
        self.scratch = self.folder / "scratch.db"

    def make(self) -> None:
        """Takes the region of an earlier run, or makes it."""
        done = self.folder / "bench.done"
        if done.exists():
            return
        print(f"Making a region of {self.bookings} bookings …", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)
        measure((*TIDBOK, "demo", "--bookings", str(self.bookings), str(self.folder)))
        measure(self.command("init", store=self.empty))
        before = datetime.now().astimezone() - timedelta(days=60)
        measure(self.command("unit", "apply", "--yes", "--at", before.isoformat(timespec="seconds"), store=self.empty))
        self._change()
        done.touch()

    def _change(self) -> None:
        """The same bookings, one in a hundred an hour later."""
        with self.csv.open(newline="") as told, self.changed.open("w", newline="") as changed:
            rows, writer = csv.DictReader(told), csv.writer(changed)
            writer.writerow(rows.fieldnames or ())
            for number, row in enumerate(rows):
                if number % 100 == 0:
                    for name in ("start", "end"):
                        row[name] = (datetime.fromisoformat(row[name]) + timedelta(hours=1)).isoformat()
                writer.writerow(row.values())

    def command(self, *arguments: str, store: Path | str | None = None) -> tuple[str, ...]:
        return (*TIDBOK, "--config", str(self.folder / "config"), "--store", str(store or self.store), *arguments)

    def copy(self, store: Path) -> Callable[[], object]:
        """Puts a copy of a store in the place where the imports write."""

        def put() -> None:
            for left in self.folder.glob("scratch.db*"):
                left.unlink()
            shutil.copyfile(store, self.scratch)

        return put

    @property
    def hidden(self) -> str:
        """A booking to ask about."""
        connection = sqlite3.connect(self.store)
        found: str = connection.execute("SELECT booking_id FROM booking ORDER BY id LIMIT 1 OFFSET 100").fetchone()[0]
        connection.close()
        return found

    @property
    def floors(self) -> dict[str, Job]:
        plain = self.folder / "plain.db"
        load = ("sqlite3", str(plain), ".mode csv", f".import {self.csv} plain")
        return {
            "start": Job("start", (sys.executable, "-c", START, str(self.store)), "start"),
            "fetch": Job("fetch", (sys.executable, "-c", FETCH, str(self.store)), "fetch"),
            ".import": Job(".import", load, ".import", before=lambda: plain.unlink(missing_ok=True)),
        }


class Databases:
    """The region's stores on a server: `full`, and `empty` to be copied to `scratch`."""

    def __init__(self, server: Server, region: Region) -> None:
        self._server, self._empty = server, server.make()
        self.full, self.scratch = server.url(server.make()), server.url("scratch")
        for store, url in ((region.store, self.full), (region.empty, server.url(self._empty))):
            measure(region.command("store", "copy", "--to", url, store=store))

    def refill(self, template: str) -> Callable[[], object]:
        def put() -> None:
            self._server.drop("scratch")
            self._server.execute("CREATE DATABASE {} TEMPLATE {}", "scratch", template)

        return put

    def twin(self, job: Job, region: Region, *, writes: Path | None = None) -> Job:
        """The job with the store on the server; one that writes begins with a copy of that store."""
        place = job.command.index("--store") + 1
        store = self.full if writes is None else self.scratch
        template = self._empty if writes == region.empty else self.full.partition("///")[2].partition("?")[0]
        before = (lambda: None) if writes is None else self.refill(template)
        return Job(job.name, (*job.command[:place], store, *job.command[place + 1 :]), job.floor, before=before)


def quick_jobs(region: Region) -> Iterator[Job]:
    """What somebody waits for at a prompt."""
    completion = {"_TIDBOK_COMPLETE": "complete_bash", "COMP_WORDS": "tidbok un", "COMP_CWORD": "1"}
    yield Job("`tidbok --help`", (*TIDBOK, "--help"), "start", 10)
    yield Job("`tidbok --version`", (*TIDBOK, "--version"), "start", 6)
    yield Job("completion of a command", TIDBOK, "start", 6, environment=completion)
    yield Job("`why BOOKING -o json`", region.command("why", region.hidden, "-o", "json"), "start", 7)


def sweeps(region: Region) -> Iterator[Job]:
    past = (datetime.now().astimezone() - timedelta(days=30)).isoformat(timespec="seconds")
    yield Job("`sweep --summary --all`", region.command("sweep", "--summary", "--all"), "fetch", 2)
    yield Job("… a month ago", region.command("sweep", "--summary", "--all", "--at", past), "fetch", 3.5)
    yield Job("`sweep --all -o ndjson`", region.command("sweep", "--all", "-o", "ndjson"), "fetch", 3)
    yield Job("… a month ago", region.command("sweep", "--all", "-o", "ndjson", "--at", past), "fetch", 4.5)


def imports(region: Region) -> Iterator[Job]:
    def job(name: str, kind: str, file: Path, store: Path, limit: float | None = None) -> Job:
        command = region.command(kind, "import", str(file), store=region.scratch)
        return Job(name, command, ".import", limit, region.copy(store))

    yield job("`booking import`, empty store", "booking", region.csv, region.empty, 6)
    yield job("… again, 1 % changed", "booking", region.changed, region.store)
    yield job("`relation import`, empty store", "relation", region.events, region.empty)


def run(region: Region, jobs: list[Job], rounds: int) -> None:
    """Measures the jobs and their floors in turn, and prints a row for each job."""
    twins = [job.elsewhere for job in jobs if job.elsewhere]
    floors = [floor for name, floor in region.floors.items() if name in {job.floor for job in jobs}]
    taken: dict[int, list[Measured]] = {}
    for number in range(rounds):
        print(f"Round {number + 1} of {rounds}: {len(jobs)} jobs …", file=sys.stderr)
        for job in (*floors, *jobs, *twins):
            job.before()
            taken.setdefault(id(job), []).append(measure(job.command, **job.environment))
    of_floor = {floor.name: taken[id(floor)] for floor in floors}
    for job in jobs:
        mine, beside = taken[id(job)], of_floor[job.floor]
        ratio = median(each.processor / floor.processor for each, floor in zip(mine, beside, strict=True))
        limit = "–" if job.limit is None else f"{job.limit:g}"
        there = [each.seconds for each in taken[id(job.elsewhere)]] if job.elsewhere else []
        print(
            f"| {job.name} | {ratio:.1f} × {job.floor} | {limit} | {median(each.seconds for each in mine):.2f} s "
            f"| {max(each.memory for each in mine):.0f} MB | {f'{median(there):.2f} s' if there else '–'} |"
        )


def grow(regions: list[Region], rounds: int) -> None:
    """How the jobs grow with the store."""
    print("\n| bookings | `why` | `sweep --summary --all` | `sweep --all -o ndjson` | `booking import` |")
    print("|---|---|---|---|---|")
    for region in regions:
        region.make()
        jobs = [list(quick_jobs(region))[-1], *list(sweeps(region))[::2], next(imports(region))]
        cells = []
        for job in jobs:
            taken = []
            for _ in range(rounds):
                job.before()
                taken.append(measure(job.command))
            cells.append(f"{median(each.seconds for each in taken):.2f} s, {max(each.memory for each in taken):.0f} MB")
        print(f"| {region.bookings:,} | {' | '.join(cells)} |")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--small", action="store_true", help="a tenth of everything")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    largest = 100_000 if chosen.small else 1_000_000
    if shutil.which("sqlite3") is None:
        sys.exit(
            "The floor of the imports is the sqlite3 command, which is missing. On Debian: apt-get install sqlite3"
        )
    CACHE.mkdir(parents=True, exist_ok=True)
    compileall.compile_dir(Path(__file__).parent.parent.parent / "tidbok_cli", quiet=1)  # as an installed program is
    region = Region(largest)
    region.make()
    print(f"{largest:,} bookings; {platform.machine()}, {os.cpu_count()} processors, {platform.system()}, ", end="")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {chosen.rounds} rounds.\n")
    print("| job | processor time | at most | wall clock | memory | in PostgreSQL |\n|---|---|---|---|---|---|")
    with ExitStack() as servers:
        quick, swept, imported = list(quick_jobs(region)), list(sweeps(region)), list(imports(region))
        try:
            there = Databases(servers.enter_context(running()), region)
        except Missing as missing:
            print(f"Nothing is measured in PostgreSQL: {missing}", file=sys.stderr)
        else:
            for job in (quick[-1], *swept):
                job.elsewhere = there.twin(job, region)
            for job, store in zip(imported, (region.empty, region.store, region.empty), strict=True):
                job.elsewhere = there.twin(job, region, writes=store)
        run(region, quick, 2 * chosen.rounds)
        run(region, swept, chosen.rounds)
        run(region, imported, max(1, chosen.rounds // 2))
    grow([Region(largest // 100), Region(largest // 10), region], max(1, chosen.rounds // 2))


if __name__ == "__main__":
    main()
