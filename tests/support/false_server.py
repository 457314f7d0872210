"""Something that listens where a PostgreSQL server is sought, and refuses everybody in its own way."""

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ASKS_FOR_ENCRYPTION: Final = (80877103, 80877104)
"""Numbers with which a client asks for TLS, and for GSSAPI."""


@contextmanager
def refusing(state: str, message: str) -> Iterator[int]:
    """The port of a server that answers with an SQLSTATE and a message; with no state it hangs up.

    It is a process of its own, since libpq's ping lets nothing else go on in this one.
    """
    with subprocess.Popen([sys.executable, __file__, state, message], stdout=subprocess.PIPE) as server:
        assert server.stdout
        yield int(server.stdout.readline())
        server.kill()


def _refusal(state: str, message: str) -> bytes:
    """An ErrorResponse of the protocol."""
    fields = b"".join(f"{key}{value}\0".encode() for key, value in (("S", "FATALT"), ("C", state), ("M", message)))
    body = fields + b"\0"
    return b"E" + struct.pack("!I", len(body) + 4) + body


def _serve(state: str, message: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            with listening.accept()[0] as client:
                while len(asked := client.recv(4096)) >= 8 and _asks_for_encryption(asked):
                    client.sendall(b"N")
                if state and asked:
                    client.sendall(_refusal(state, message))


def _asks_for_encryption(asked: bytes) -> bool:
    return struct.unpack("!II", asked[:8])[1] in _ASKS_FOR_ENCRYPTION


if __name__ == "__main__":
    _serve(*sys.argv[1:])
