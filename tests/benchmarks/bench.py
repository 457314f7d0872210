"""`make bench`: how fast the program is, beside floors measured in the same rounds (design, section 5).

    make bench                 a million bookings: most of an hour
    make bench SMALL=--small   a tenth of that

Floors and jobs are run in turn, each as a process of its own, round by round; a ratio is the median of the rounds'. The
regions are made by `tidbok demo` in a cache folder and kept for the next time. What is done in SQLite is also done in
PostgreSQL, where its server is installed: the same store, copied. It prints the tables of the handbook's `speed`.
"""

import argparse
import compileall
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).parent.parent))

from benchmarks.measured import CACHE, Job, run
from benchmarks.region import TIDBOK, Databases, Region
from benchmarks.tables import grown, in_swedish, ratios, taken, written
from support.postgresql import Missing, running

UNRECORDED: Final = """
from tidbok_cli.__main__ import main
from tidbok_cli.workflows.record import Recorder
Recorder.look = lambda *_, **__: None
main()
"""


def quick(region: Region, there: Databases | None) -> Iterator[Job]:
    """What somebody waits for at a prompt."""
    completion = {"_TIDBOK_COMPLETE": "complete_bash", "COMP_WORDS": "tidbok un", "COMP_CWORD": "1"}
    yield Job("`tidbok --help`", (*TIDBOK, "--help"), region.start, 7.5)
    yield Job("`tidbok --version`", (*TIDBOK, "--version"), region.start, 6)
    yield Job("completion of a command", TIDBOK, region.start, 6, environment=completion)
    asked = region.command("why", region.hidden, "-o", "json")
    whole = Job("`why BOOKING -o json`, its audit row written", asked, region.start, 6.8, finds=True)
    whole.there = there.reads(whole) if there else None
    without = Job("… without the row", (sys.executable, "-c", UNRECORDED, *asked[3:]), region.start, 6.3, finds=True)
    yield whole
    yield without
    yield Job("… the row alone", (), region.start, 0.5, without=without, taken=whole.taken)


def sweeps(region: Region, there: Databases | None) -> Iterator[Job]:
    past = ("--at", (datetime.now().astimezone() - timedelta(days=30)).isoformat(timespec="seconds"))
    summary, lines = ("sweep", "--summary", "--all"), ("sweep", "--all", "-o", "ndjson")
    for name, words, limit, memory in (
        ("`sweep --summary --all`", summary, 1.6, None),
        ("… a month ago", (*summary, *past), 2, None),
        ("`sweep --all -o ndjson`", lines, 2.8, 50),
        ("… a month ago", (*lines, *past), 3.5, 50),
    ):
        job = Job(name, region.command(*words), region.fetch, limit, memory, finds=True)
        job.there = there.reads(job) if there else None
        yield job


def imports(region: Region, there: Databases | None) -> Iterator[Job]:
    """Each beside its own file's load into one plain table."""
    for name, kind, file, store, limit, memory in (
        ("`booking import`, empty store", "booking", region.csv, region.empty, 9, 250),
        ("… again, 1 % changed", "booking", region.changed, region.store, 5.5, None),
        ("`relation import`, empty store", "relation", region.events, region.empty, 6.5, 270),
    ):
        command = region.command(kind, "import", str(file), store=region.scratch)
        job = Job(name, command, region.load(file), limit, memory, before=region.copy(store))
        job.there = there.writes(job, store, there.load(file)) if there else None
        yield job


PARTS: Final = {"quick": quick, "sweeps": sweeps, "imports": imports}


def measured(region: Region, parts: list[str], rounds: int) -> list[Job]:
    """Measure parts of the jobs; what takes a moment in more rounds, since moments differ more."""
    jobs = []
    with ExitStack() as servers:
        there = _databases(servers, region)
        for part in parts:
            of_part = list(PARTS[part](region, there))
            run(of_part, 5 * rounds if part == "quick" else rounds, max(1, rounds // 2))
            jobs += of_part
    return jobs


def _databases(servers: ExitStack, region: Region) -> Databases | None:
    try:
        return Databases(servers.enter_context(running()), region)
    except Missing as missing:
        print(f"Nothing is measured in PostgreSQL: {missing}", file=sys.stderr)
        return None


def grow(regions: list[Region], rounds: int) -> Iterator[tuple[int, list[Job]]]:
    """How some jobs grow with the store."""
    for region in regions:
        region.make()
        jobs = [list(quick(region, None))[3], *list(sweeps(region, None))[::2], next(imports(region, None))]
        for _ in range(rounds):
            for job in jobs:
                job.run()
        yield region.bookings, jobs


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--small", action="store_true", help="a tenth of everything")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=PARTS, help="a part of the jobs, and nothing of how they grow")
    chosen = options.parse_args()
    largest = 100_000 if chosen.small else 1_000_000
    if shutil.which("sqlite3") is None:
        sys.exit(
            "The floor of the imports is the sqlite3 command, which is missing. On Debian: apt-get install sqlite3"
        )
    CACHE.mkdir(parents=True, exist_ok=True)
    compileall.compile_dir(Path(__file__).parents[2] / "tidbok_cli", quiet=1)  # as an installed program is
    region = Region(largest)
    region.make()
    jobs = measured(region, [chosen.only] if chosen.only else list(PARTS), chosen.rounds)
    tables = [taken(jobs), ratios(jobs)]
    if not chosen.only:
        smaller = [Region(largest // 100), Region(largest // 10)]
        tables.insert(1, grown(grow([*smaller, region], max(1, chosen.rounds // 2))))
    print(f"{largest:,} bookings; {platform.machine()}, {os.cpu_count()} processors, {platform.system()}, ", end="")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {chosen.rounds} rounds.")
    english = "\n\n".join(map(written, tables))
    print(f"\n{english}\n\n{in_swedish(english)}")


if __name__ == "__main__":
    main()
