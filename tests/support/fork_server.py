"""The program in forks of one process that has loaded it, for what calls it a hundred times.

    python fork_server.py SOCKET     serves until its input ends

A fork has the caller's arguments, folder, environment and three streams, and no state of another's; it has not the
caller's terminal as its own, so that no key interrupts it.
"""

import atexit
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final, NoReturn

CLIENT: Final = """\
#!{python} -SE
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({place!r})
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [len(asked).to_bytes(4, "big")], [0, 1, 2])
server.sendall(asked)
sys.exit(server.recv(1)[0])
"""
ROOMS: Final = ("domain", "store", "exchange", "workflows")
"""What can be loaded before the language is chosen."""


@cache
def client() -> Path:
    """What calls the program, to be put on a path as `tidbok`; the server ends with the tests, however they do."""
    folder = Path(tempfile.mkdtemp(prefix="tidbok-fork-"))
    place, client = folder / "socket", folder / "tidbok"
    client.write_text(CLIENT.format(python=sys.executable, place=str(place)), encoding="utf-8")
    client.chmod(0o755)
    server = subprocess.Popen([sys.executable, __file__, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout and server.stdout.readline() == b"ready\n"
    atexit.register(_end, server, folder)
    return client


def _end(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    server.communicate()
    shutil.rmtree(folder)


def serve(place: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen(64)
        _load()
        print("ready", flush=True)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            caller, _ = listener.accept()
            if os.fork() == 0:
                _answer(caller)
            caller.close()


def _load() -> None:
    for room in ROOMS:
        package = import_module(f"tidbok_cli.{room}")
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                import_module(module.name)
    for name in ("typer", "rich.console", "rich.table", "rich.markdown"):
        import_module(name)
    gc.freeze()


def _answer(caller: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # A fork that has run wild is not to take the machine with it.
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    size, streams, *_ = socket.recv_fds(caller, 4, 3)
    with caller.makefile("rb") as coming:
        arguments, folder, environment = json.loads(coming.read(int.from_bytes(size, "big")))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["tidbok", *arguments]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    from tidbok_cli.app import main

    status = 1
    try:
        main()
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException as error:  # noqa: BLE001 -- told as Python tells it
        sys.excepthook(type(error), error, error.__traceback__)
        sys.stderr.flush()
    caller.sendall(bytes([status]))
    os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1])
