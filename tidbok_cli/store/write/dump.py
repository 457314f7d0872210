"""Backups of a store in PostgreSQL, by the server's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from tidbok_cli.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from tidbok_cli.store.address import Address
    from tidbok_cli.store.reader import Reader


def dump(reader: Reader, address: Address, version: str, partial: Path) -> None:
    """Dump the store, as of the reader's own snapshot, and read the dump's list.

    Raises BadInput where pg_dump is not installed, with its line, or fails.
    """
    program = shutil.which("pg_dump")
    if program is None or shutil.which("pg_restore") is None:
        raise BadInput("backup.no_pg_dump", line=address.dump_line(version) or "")
    place, password = _apart(address)
    snapshot = reader.value("SELECT pg_export_snapshot()")
    _run(
        [
            program,
            "--format=custom",
            "--no-password",
            f"--snapshot={snapshot}",
            f"--file={partial}",
            f"--dbname={place}",
        ],
        password,
    )
    expect_dump(partial)


def expect_dump(file: Path) -> None:
    """Raise BadInput where pg_restore cannot read a dump's list, or is not installed."""
    _run([shutil.which("pg_restore") or "pg_restore", "--list", str(file)])


def _apart(address: Address) -> tuple[str, str | None]:
    """Take the store's place and its password apart: the system shows everybody what a program is called with."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    given = conninfo_to_dict(address.dsn)
    password = given.pop("password", None)
    given.pop("sslpassword", None)
    return make_conninfo("", **given), None if password is None else str(password)


def _run(call: list[str], password: str | None = None) -> None:
    """Call a program that ends well or is told of by its last line; an interrupt ends it too."""
    environment = os.environ | ({} if password is None else {"PGPASSWORD": password})
    program = call[0].rpartition("/")[2]
    try:
        ran = subprocess.run(
            call,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    except FileNotFoundError as error:
        raise BadInput("backup.program", program=program, detail=error.strerror or "") from error
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        raise BadInput("backup.program", program=program, detail=said[0] if said else str(ran.returncode))
