"""A made-up region to measure on, in files and on a server."""

import csv
import shutil
import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from benchmarks.measured import CACHE, Job, measure
from support.postgresql import Server

from tidbok_cli.store.reader import SCHEMA

TIDBOK: Final = (sys.executable, "-m", "tidbok_cli")
START: Final = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT id FROM booking LIMIT 1').fetchone()"
FETCH: Final = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "SELECT id, unit_id, resident_id, starts_at, created_at, ended_at FROM booking")
for row in rows: pass
"""
COPY: Final = """
import psycopg, sys
from pathlib import Path
with psycopg.connect(sys.argv[1]) as connection, Path(sys.argv[2]).open("rb") as file:
    columns = file.readline().decode().strip().split(",")
    connection.execute(f"CREATE TABLE plain ({', '.join(f'{each}_ text' for each in columns)})")
    with connection.cursor().copy("COPY plain FROM STDIN WITH (FORMAT csv)") as copy:
        while read := file.read(1 << 16):
            copy.write(read)
"""


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
        self.start = Job("start", (sys.executable, "-c", START, str(self.store)))
        self.fetch = Job("fetch", (sys.executable, "-c", FETCH, str(self.store)))

    def make(self) -> None:
        """Take the region of an earlier run, or make it."""
        done = self.folder / "bench.done"
        if done.exists() and done.read_text() == SCHEMA:
            return
        print(f"Making a region of {self.bookings} bookings …", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)
        measure((*TIDBOK, "demo", "--bookings", str(self.bookings), str(self.folder)))
        measure(self.command("init", store=self.empty))
        before = datetime.now().astimezone() - timedelta(days=60)
        measure(self.command("unit", "apply", "--yes", "--at", before.isoformat(timespec="seconds"), store=self.empty))
        self._change()
        done.write_text(SCHEMA)

    def _change(self) -> None:
        """Write the bookings again, one in a hundred an hour later."""
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
        """Put a copy of a store in the place where the imports write."""

        def put() -> None:
            for left in self.folder.glob("scratch.db*"):
                left.unlink()
            shutil.copyfile(store, self.scratch)

        return put

    def load(self, file: Path) -> Job:
        """The floor of a file's import."""
        plain = self.folder / "plain.db"
        command = ("sqlite3", str(plain), ".mode csv", f".import {file} plain")
        return Job(".import", command, before=lambda: plain.unlink(missing_ok=True))

    @property
    def hidden(self) -> str:
        """A booking to ask about."""
        connection = sqlite3.connect(self.store)
        found: str = connection.execute("SELECT booking_id FROM booking ORDER BY id LIMIT 1 OFFSET 100").fetchone()[0]
        connection.close()
        return found


class Databases:
    """The region's stores on a server: `full`, and `empty` to be copied to `scratch`."""

    def __init__(self, server: Server, region: Region) -> None:
        self._server, self._region = server, region
        self._names = {region.store: server.make(), region.empty: server.make()}
        self._scratch = server.url("scratch")
        for store, name in self._names.items():
            measure(region.command("store", "copy", "--to", server.url(name), store=store))
            with psycopg.connect(server.url(name), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")  # now, and not beside what is measured
        server.execute("CHECKPOINT")

    def reads(self, job: Job) -> Job:
        """The job on the server's store."""
        return Job(job.name, self._command(job, self._server.url(self._names[self._region.store])), finds=job.finds)

    def writes(self, job: Job, store: Path, floor: Job) -> Job:
        """The job on a new copy of a store."""
        name = self._names[store]
        return Job(job.name, self._command(job, self._scratch), floor, before=lambda: self._refill(name))

    def load(self, file: Path) -> Job:
        """The floor of a file's import there."""
        command = (sys.executable, "-c", COPY, self._scratch, str(file))
        return Job("COPY", command, before=lambda: self._refill("template1"))

    def _command(self, job: Job, url: str) -> tuple[str, ...]:
        place = job.command.index("--store") + 1
        return (*job.command[:place], url, *job.command[place + 1 :])

    def _refill(self, template: str) -> None:
        self._server.drop("scratch")
        self._server.execute("CREATE DATABASE {} TEMPLATE {}", "scratch", template)
