"""Stores of regions' folders: addresses, contents and copies, on either database.

In SQLite it is the folder's `tidbok.db`; in PostgreSQL the folder's `tidbok.url` says where it is.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from support.paths import PACKAGE
from support.postgresql import Server

from tidbok_cli.store.address import Address, parse_address
from tidbok_cli.store.write.copy import TABLES
from tidbok_cli.store.write.migrate import make_store

VERSIONS = sorted(path.name[:4] for path in (PACKAGE / "store/migrations/versions").glob("[0-9]*.py"))
"""Every version that a store can be of, this program's last."""

PASSING = ("import_batch", "import_batch_unit", "job_run", "audit", "resident")
"""Tables of what came to nothing too: runs of imports and jobs, looks at residents and who became known by them."""

LIES = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""What the databases say where a constraint does not hold."""


def is_sqlite(folder: Path) -> bool:
    return not (folder / "tidbok.url").exists()


def store_of(folder: Path) -> str:
    """What `--store` takes for the folder's store."""
    url = folder / "tidbok.url"
    return url.read_text() if url.exists() else str(folder / "tidbok.db")


def address_of(folder: Path) -> Address:
    return parse_address(store_of(folder), folder)


@contextmanager
def opened(folder: Path) -> Iterator[Any]:
    """A connection of the driver, in one transaction."""
    if is_sqlite(folder):
        with closing(sqlite3.connect(folder / "tidbok.db")) as file, file:
            file.execute("PRAGMA foreign_keys = ON")
            yield file
    else:
        with psycopg.connect(store_of(folder)) as connection:
            yield connection


def rows_of(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows that a query gives."""
    with opened(folder) as connection:
        return list(connection.execute(sql))


def altered(folder: Path, *statements: str) -> None:
    """Changes the store behind the program's back, as damage would: no foreign key is looked at."""
    unwatched = "PRAGMA foreign_keys = OFF" if is_sqlite(folder) else "SET session_replication_role = replica"
    with opened(folder) as connection:
        for statement in (unwatched, *statements):
            connection.execute(statement)


_TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
             ORDER BY relname COLLATE "C" """


def dumped(store: Any, left_out: Iterable[str]) -> list[str]:
    """A SQLite store as SQL, without the rows of the tables that are left out."""
    rows = tuple(f'INSERT INTO "{table}"' for table in left_out)
    return [line for line in store.iterdump() if not line.startswith(rows)]


def everything(folder: Path, *left_out: str) -> list[str]:
    """All that the store of a folder's region holds, as SQL, without the rows of the tables that are left out."""
    left_out = (*PASSING, *left_out)
    with opened(folder) as store:
        if is_sqlite(folder):
            return dumped(store, left_out)
        tables = [table for (table,) in store.execute(_TABLES) if table not in left_out]
        return [f"{table} {row}" for table in tables for row in store.execute(f"SELECT * FROM {table} t ORDER BY t")]


def contents(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Each table's rows, in the order of its columns' names; not the audit, since that they were copied is in it."""
    return {
        table.name: sorted(
            rows_of(folder, f"SELECT {', '.join(sorted(table.columns.keys()))} FROM {table.name}"), key=repr
        )
        for table in TABLES
        if table.name != "audit"
    }


class SqliteStores:
    """Stores in files."""

    def __init__(self, folder: Path) -> None:
        self._new = folder / "tidbok.db"
        make_store(Address(path=self._new))

    def empty(self, folder: Path) -> Address:
        """Where a store can be made that is not there yet."""
        return Address(path=folder / "tidbok.db")

    def make(self, folder: Path) -> None:
        """A store without anything in it."""
        shutil.copyfile(self._new, folder / "tidbok.db")

    def copy(self, source: Path, folder: Path) -> None:
        """A copy of another folder's store, in the place of the folder's own."""
        shutil.copyfile(source / "tidbok.db", folder / "tidbok.db")

    def forget(self, folder: Path) -> None:
        """Takes away the stores of a folder and those in it, which its test no longer needs."""


Contents = tuple[dict[str, bytes], list[tuple[Any, ...]]]
"""The rows of each table, as COPY gives them, and where each sequence is."""


class Database:
    """One database of the server's. To empty it and fill it again takes a tenth of the time that it takes to make."""

    def __init__(self, server: Server, template: str) -> None:
        self.name = server.make(template)
        self.url = server.url(self.name)

    def open(self) -> None:
        """Its tables are there, and are to stay as they are."""
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._tables = [table for (table,) in self._connection.execute(_TABLES)]
        self._schema = self._connection.execute(_SCHEMA).fetchone()

    def close(self) -> None:
        self._connection.close()

    @property
    def contents(self) -> Contents:
        rows = {}
        for table in self._tables:
            with self._connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                if lines := b"".join(copy):
                    rows[table] = lines
        return rows, self._connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()

    def fill(self, contents: Contents) -> None:
        """Puts the contents in the place of its own."""
        rows, sequences = contents
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")
            self._connection.execute(";".join(f"DELETE FROM {table}" for table in self._tables))
            for table, lines in rows.items():
                with self._connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(lines)
            places = (f"setval('{name}', {last or 1}, {last is not None})" for name, last in sequences)
            self._connection.execute(f"SELECT {', '.join(places)}")

    def is_as_it_was(self) -> bool:
        """Whether it can be used again: nobody is left in it, and its tables are those that it began with."""
        self._connection.execute(_SEND_AWAY)
        return self._connection.execute(_SCHEMA).fetchone() == self._schema


_SCHEMA = """SELECT string_agg(name, ' ' ORDER BY name) FROM (
                 SELECT relname || '.' || attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE relnamespace = 'public'::regnamespace AND attnum > 0
                 UNION ALL
                 SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             ) AS names"""
_SEND_AWAY = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class PostgresqlStores:
    """Stores in databases of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._of: dict[Path, Database] = {}
        self._bare: dict[Path, Database] = {}
        self._free: list[Database] = []
        self._copied: dict[Path, Contents] = {}
        new = Database(server, "template1")
        make_store(parse_address(new.url, Path()))
        new.open()
        self._contents = new.contents
        new.close()
        self._template = new.name

    def close(self) -> None:
        for database in (*self._of.values(), *self._free):
            database.close()
            self._server.drop(database.name)

    def empty(self, folder: Path) -> Address:
        self._bare[folder] = Database(self._server, "template1")
        return self._named(folder, self._bare[folder])

    def make(self, folder: Path) -> None:
        self._fill(folder, self._contents)

    def copy(self, source: Path, folder: Path) -> None:
        """A source is filled once, and copied from then on."""
        if source not in self._copied:
            self._copied[source] = self._of[source].contents
        self._fill(folder, self._copied[source])

    def _fill(self, folder: Path, contents: Contents) -> None:
        if folder not in self._of:
            self._of[folder] = self._free.pop() if self._free else self._opened()
        self._of[folder].fill(contents)
        self._named(folder, self._of[folder])

    def _opened(self) -> Database:
        database = Database(self._server, self._template)
        database.open()
        return database

    @staticmethod
    def _named(folder: Path, database: Database) -> Address:
        (folder / "tidbok.url").write_text(database.url)
        return address_of(folder)

    def forget(self, folder: Path) -> None:
        for bare in [each for each in self._bare if each.is_relative_to(folder)]:
            self._server.drop(self._bare.pop(bare).name)
        for each in [each for each in self._of if each.is_relative_to(folder)]:
            self._copied.pop(each, None)
            database = self._of.pop(each)
            if database.is_as_it_was():
                self._free.append(database)
            else:
                database.close()
                self._server.drop(database.name)


Stores = SqliteStores | PostgresqlStores
