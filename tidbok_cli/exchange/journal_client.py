"""HTTPS client that asks journals over the national platform.

One connection a question, over mutual TLS, with no redirect, no proxy, and a bound for time and size (contract,
section 5).
"""

from __future__ import annotations

import re
import socket
import ssl
import time
import zlib
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection, IncompleteRead
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tidbok_cli import __version__
from tidbok_cli.domain.journal import JournalAnswer, JournalResult
from tidbok_cli.errors import BadInput
from tidbok_cli.exchange.http import Certificates, code_of, detail_of, secure_context, within
from tidbok_cli.exchange.journal_answer import HttpAnswer, read_answer
from tidbok_cli.exchange.journal_certificate import content_of, read_consumer
from tidbok_cli.exchange.journal_message import message, soap_action

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from pathlib import Path

    from tidbok_cli.domain.journal import JournalQuestion
    from tidbok_cli.domain.journal_settings import JournalSettings

LARGEST: Final = 15 << 20
"""Bytes of an answer, as received and as decoded."""

_PIECE: Final = 65536
_REFUSES_OURS: Final = re.compile(r"ALERT_(?:(?:\w+_)?CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)")
"""Words of a server in TLS for a client certificate that it does not take; the last, where its signature is wrong."""


class _Unreadable(Exception):
    """Body that cannot be read; the code says why."""


class JournalClient:
    """Asker of journals, from any number of threads at once.

    `cert`, `key` and `ca` are PEM files; without `key` the certificate's file holds it, `ca` is trusted besides the
    system's authorities. Raises BadInput for files that cannot be used, and where lxml is not installed.
    """

    def __init__(self, settings: JournalSettings, cert: Path, key: Path | None, ca: Path | None) -> None:
        expect_lxml()
        self.consumer = read_consumer(cert, key)
        if ca:
            content_of(ca)
        files = Certificates(str(cert), str(key) if key else None, str(ca) if ca else None)
        self._context = secure_context(files)
        self._settings = settings

    def ask(self, question: JournalQuestion, correlation_id: str) -> JournalAnswer:
        """Ask, and tell how it went, whatever came.

        A question whose connection dropped is asked once more. A write never is: where it may have been done, the
        answer is silent, `outcome_unknown`.
        """
        begun = time.monotonic()
        call = _Call(self._settings, self._context, question, correlation_id)
        try:
            http = within(self._settings.timeout, call.answer)
            aggregated = question.address.upper() == self._settings.aggregator.upper()
            answer = read_answer(question, http, aggregated=aggregated)
            answer = answer._replace(producer_seconds=_seconds(http.headers.get("x-skltp-prt", "")))
        except _Unreadable as error:
            answer = JournalAnswer(question, JournalResult.UNREADABLE, str(error))
        except (OSError, HTTPException, ValueError) as error:
            code = _code(error)
            result = JournalResult.UNREADABLE if code in ("cut_off", "no_http") else JournalResult.SILENT
            answer = JournalAnswer(question, result, code, _detail(error))
        finally:  # also where somebody interrupts the program
            call.end()
        if question.is_write and call.is_sent and _is_open(answer):
            answer = answer._replace(
                result=JournalResult.SILENT, code="outcome_unknown", detail=answer.detail or answer.code or ""
            )
        seconds, consumer = time.monotonic() - begun, self.consumer.hsa_id
        return answer._replace(seconds=seconds, correlation_id=correlation_id, consumer=consumer)


def endpoint(url: str, contract: str) -> str:
    """Return the address of a contract: in place of `{contract}`, or below the url."""
    if "{contract}" in url:
        return url.replace("{contract}", contract)
    return f"{url.rstrip('/')}/{contract}/1/rivtabp21"


def expect_lxml() -> None:
    """Raise BadInput where lxml is not installed, before anything is asked."""
    from importlib.util import find_spec

    if find_spec("lxml") is None:
        raise BadInput("extra.missing", extra="rivta")


def _is_open(answer: JournalAnswer) -> bool:
    """Whether a write may have been done though the answer does not say so."""
    return answer.result in (JournalResult.SILENT, JournalResult.UNREADABLE)


class _Call:
    """One question on its way."""

    def __init__(
        self, settings: JournalSettings, context: ssl.SSLContext, question: JournalQuestion, correlation_id: str
    ) -> None:
        self._url = urlsplit(endpoint(settings.url, question.contract))
        self._timeout = settings.timeout
        self._context = context
        self._question = question
        self._body = message(question)
        self._headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": soap_action(question.contract),
            "Accept": "text/xml",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": f"tidbok/{__version__}",
            "x-skltp-correlation-id": correlation_id,
        }
        self._sock: socket.socket | None = None
        self._lock = Lock()
        self._has_ended = False
        self.is_sent = False

    def answer(self) -> HttpAnswer:
        """Send and receive; once more where the connection of a question dropped."""
        try:
            return self._once()
        except (OSError, HTTPException) as error:
            if self._question.is_write or self._has_ended or _code(error) not in ("dropped", "cut_off"):
                raise
        return self._once()

    def _once(self) -> HttpAnswer:
        host, port = self._url.hostname or "", self._url.port
        connection = HTTPSConnection(host, port, timeout=self._timeout, context=self._context)
        try:
            connection.connect()
            self._sock = connection.sock  # the connection forgets it with the headers of the answer
            path = f"{self._url.path}?{self._url.query}" if self._url.query else self._url.path
            self._begin()
            self._send(connection, path or "/")
            with connection.getresponse() as response:
                headers = {name.lower(): value for name, value in response.getheaders()}
                return HttpAnswer(response.status, headers, _decoded(_body(response), headers))
        except ssl.SSLError as error:
            self.is_sent = self.is_sent and not _refuses_ours(error)
            raise
        finally:
            connection.close()

    def _begin(self) -> None:
        """Note that the message goes out; raises TimeoutError where nobody waits for the answer any longer."""
        with self._lock:
            if self._has_ended:
                raise TimeoutError
            self.is_sent = True

    def _send(self, connection: HTTPSConnection, path: str) -> None:
        # In TLS 1.3 a server refuses a certificate after the handshake: the reason is then read, not written.
        with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            connection.request("POST", path, self._body, self._headers)

    def end(self) -> None:
        """Send nothing more, and let a thread that still waits for an answer stop."""
        with self._lock:
            self._has_ended = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


def _body(response: HTTPResponse) -> bytes:
    """Read the body to its end; raises _Unreadable, or IncompleteRead where it ends too early."""
    whole, body = response.length, bytearray()
    if whole is not None and whole > LARGEST:
        raise _Unreadable("too_large")
    while (whole is None or len(body) < whole) and (piece := response.read1(_PIECE)):
        body += piece
        if len(body) > LARGEST:
            raise _Unreadable("too_large")
    if whole is not None and len(body) < whole:
        raise IncompleteRead(b"")
    return bytes(body)


def _decoded(body: bytes, headers: dict[str, str]) -> bytes:
    """Return the body without gzip, which some send unasked; raises _Unreadable."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity") or not body:
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise _Unreadable("encoding")
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = decoder.decompress(body, LARGEST + 1)
    except zlib.error:
        raise _Unreadable("encoding") from None
    if len(plain) > LARGEST:
        raise _Unreadable("too_large")
    if not decoder.eof:
        raise _Unreadable("cut_off")
    return plain


def _code(error: Exception) -> str:
    """Return what went wrong on the way: who refused whom in TLS, a time-out, a dropped connection, …."""
    if isinstance(error, IncompleteRead):
        return "cut_off"
    if isinstance(error, HTTPException) and not isinstance(error, ConnectionError):
        return "no_http"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "server_certificate"
    # A connection that ends in the middle of TLS is how some servers refuse a client certificate.
    if isinstance(error, ssl.SSLEOFError) or (isinstance(error, ssl.SSLError) and _refuses_ours(error)):
        return "certificate"
    return code_of(error).removeprefix("web.")


def _refuses_ours(error: ssl.SSLError) -> bool:
    return _REFUSES_OURS.search(error.reason or "") is not None


def _detail(error: Exception) -> str:
    return "" if isinstance(error, (TimeoutError, HTTPException)) else detail_of(error)


def _seconds(milliseconds: str) -> float | None:
    """Return seconds by the platform's header, which has milliseconds."""
    text = milliseconds.strip()
    return int(text) / 1000 if text.isascii() and text.isdecimal() and len(text) < 10 else None
