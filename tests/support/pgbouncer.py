"""PgBouncer before the tests' PostgreSQL server, from the system's package, with a session for each client."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from support.postgresql import OWNER, Missing, Server, account, place

_SETTINGS: Final = """\
[databases]
* = host={server}
[pgbouncer]
unix_socket_dir = {folder}
listen_addr =
auth_type = trust
auth_file = {folder}/users
pool_mode = session
logfile = {folder}/log
{more}
"""


@contextmanager
def pooled(server: Server, more: str = "") -> Iterator[Path]:
    """Starts a pooler; gives the folder of its socket. Raises Missing."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise Missing("PgBouncer is not installed. On Debian: apt-get install pgbouncer")
    with place() as folder:
        (folder / "users").write_text(f'"{OWNER}" ""\n')
        (folder / "settings").write_text(_SETTINGS.format(server=server.folder, folder=folder, more=more))
        process = subprocess.Popen(
            [program, "-q", folder / "settings"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **account(),
        )
        try:
            while not (folder / ".s.PGSQL.6432").exists():
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.01)
            yield folder
        finally:
            process.terminate()
            process.wait()
