"""A small TAK-API as its OpenAPI says, at fault when told to.

Over HTTP or HTTPS.
"""

import json
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from support.tak import PRODUCER, PROFILE, Leave, Way

BASE = "/coop/api/v2"
POINTS = (("NTJP", "PRODUCTION"), ("NTJP", "TEST"), ("RTP", "TEST"))


@dataclass(frozen=True)
class Fault:
    """What is answered instead, once: a status with headers and body, nothing at all, or nothing for a while."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    drops: bool = False
    waits: float = 0
    drips: float = 0  # seconds before each header
    on: str = ""  # only where the path ends so


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class TakApi:
    """What the API holds, what is wrong with it, and what it was asked."""

    ways: Sequence[Way] = ()
    spelling: str = "logicalAdress"
    exact: bool = False  # it looks for the very letters of an address
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    taken: list[str] = field(default_factory=lambda: ["2026-10-01T06:00:00+0000"])
    url: str = ""
    leaves: Sequence[Leave] = ()

    @property
    def addresses(self) -> list[str]:
        return list(dict.fromkeys([*(way.address for way in self.ways), *(leave.address for leave in self.leaves)]))

    def answer(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        if path == "connectionPoints":
            snapshot = self.taken.pop(0) if len(self.taken) > 1 else self.taken[0]
            return [
                {"id": number, "platform": platform, "environment": environment, "snapshotTime": snapshot}
                for number, (platform, environment) in enumerate(POINTS, 1)
                if query.get("platform", platform) == platform and query.get("environment", environment) == environment
            ]
        if path == "logicalAddresses":
            wanted = query.get("logicalAdress")
            return [
                {"id": number, "logicalAddress": address, "description": "En adress"}
                for number, address in enumerate(self.addresses, 100)
                if wanted is None or wanted == address or (not self.exact and wanted.lower() == address.lower())
            ]
        assert query["connectionPointId"] == "2"
        number = int(query["logicalAddressId"])
        address = self.addresses[number - 100]
        included = query["include"].split(",")
        if path == "cooperations":
            assert {"logicalAddress", "serviceContract", "serviceConsumer"} <= set(included)
            return [
                {
                    "id": place,
                    "serviceConsumer": {"id": place, "hsaId": leave.consumer, "description": "En e-tjänst"},
                    self.spelling: {"id": number, "logicalAddress": leave.address},
                    "serviceContract": {"id": place, "name": leave.contract, "namespace": leave.namespace, "major": 1},
                }
                for place, leave in enumerate(self.leaves, 2000)
                if leave.address == address
            ]
        assert path == "serviceProductions", path
        assert {"logicalAddress", "serviceContract", "serviceProducer"} <= set(included)
        return [
            {
                "id": place,
                "physicalAddress": way.url,
                "rivtaProfile": PROFILE,
                "serviceProducer": {"id": 9, "hsaId": PRODUCER, "description": "Cosmic"},
                self.spelling: {"id": number, "logicalAddress": way.address},
                "serviceContract": {"id": place, "name": way.contract, "namespace": way.namespace, "major": 1},
            }
            for place, way in enumerate(self.ways, 1000)
            if way.address == address
        ]


class _Handler(BaseHTTPRequestHandler):
    api: TakApi

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(f"{BASE}/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.api.asked.append(Asked(path, dict(parse_qsl(parts.query)), headers))
        fault = next((each for each in self.api.faults if path.endswith(each.on)), None)
        if fault is None:
            self._write(200, json.dumps(self.api.answer(path, self.api.asked[-1].query)).encode(), ())
            return
        self.api.faults.remove(fault)
        time.sleep(fault.waits)
        if fault.drops:
            self.close_connection = True
            return
        self._write(fault.status, fault.body, fault.headers, fault.drips)

    def _write(self, status: int, body: bytes, headers: Sequence[tuple[str, str]], drips: float = 0) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
            if drips:
                self.flush_headers()
                time.sleep(drips)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library calls it
        """Silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is none of the test's business."""


@contextmanager
def serving(api: TakApi, context: ssl.SSLContext | None = None) -> Iterator[TakApi]:
    """The API on a port of this machine, `api.url`; over TLS with a context."""
    handler = type("Handler", (_Handler,), {"api": api})
    server = _Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    api.url = f"{'https' if context else 'http'}://localhost:{server.server_port}{BASE}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
