"""HTTP(S) client for an API, with time-outs and retries.

A failure that may pass is retried; a password goes to no other host.
"""

from __future__ import annotations

import socket
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from random import random
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from tidbok_cli import __version__
from tidbok_cli.errors import BadInput, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

TRIES: Final = 5

LONGEST_WAIT: Final = 60.0
"""Seconds at most between two tries, whatever the server asks."""

LARGEST: Final = 64
"""Megabytes of an answer."""

_PIECE: Final = 65536


@dataclass(frozen=True, slots=True)
class Login:
    """User and password of basic authentication."""

    user: str
    password: bytes = field(repr=False)

    @property
    def header(self) -> str:
        return f"Basic {b64encode(self.user.encode() + b':' + self.password).decode()}"


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files: our own certificate, which may hold its key, and authorities."""

    cert: str | None = None
    key: str | None = None
    ca: str | None = None


def base_of(url: str, *, login: bool, certificates: bool) -> str:
    """URL without last slash, its scheme in small letters; raises BadInput for a bad or unsafe one."""
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right or parts.username is not None or parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise BadInput("web.url", where=Where(column="--url"))
    if parts.scheme == "http" and (certificates or (login and not _is_loopback(parts))):
        raise BadInput("web.needs_https", where=Where(column="--url"))
    return f"{parts.scheme}{url[len(parts.scheme) :]}".rstrip("/")  # the scheme in small letters


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def opener_for(url: str, certificates: Certificates) -> OpenerDirector:
    """Opener of the host's addresses; raises BadInput for an unusable certificate."""
    if url.startswith("http:"):
        return build_opener(ProxyHandler({}), _SameHost)  # a proxy would read what is meant for this machine alone
    return build_opener(HTTPSHandler(context=secure_context(certificates)), _SameHost)


def secure_context(certificates: Certificates) -> ssl.SSLContext:
    """TLS 1.2 at least, the server verified; raises BadInput for an unusable certificate."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificates.ca:
        _load(context.load_verify_locations, certificates.ca)
    if certificates.cert:
        _load(lambda file: context.load_cert_chain(file, certificates.key, password=""), certificates.cert)
    return context


def _load(load: Callable[[str], None], file: str) -> None:
    try:
        load(file)
    except ssl.SSLError as error:
        raise BadInput("web.bad_certificate", where=Where(file)) from error


class _SameHost(HTTPRedirectHandler):
    """Handler without redirects to other hosts, which would get the password."""

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any) -> Any:
        """Follow a redirect; raises BadInput for an address that is none."""
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except ValueError:
            fp.close()
            raise BadInput("web.no_address", where=Where(_origin(req.full_url))) from None

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if _origin(newurl) != _origin(req.full_url):
            fp.close()
            raise BadInput("web.redirected", where=Where(_origin(req.full_url)), host=_origin(newurl))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def within(seconds: float, job: Callable[[], T]) -> T:
    """Result of a job; raises TimeoutError where it takes longer, as with an answer that comes letter by letter.

    A time-out of a connection begins anew with each letter.
    """
    done: SimpleQueue[T | BaseException] = SimpleQueue()

    def run() -> None:
        try:
            done.put(job())
        except BaseException as error:  # noqa: BLE001 -- raised below
            done.put(error)

    Thread(target=run, daemon=True).start()
    try:
        found = done.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(found, BaseException):
        raise found
    return found


def pause(seconds: float) -> None:
    """Wait before another try, for so many seconds."""
    time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class HttpClient:
    """One API to ask, with `timeout` in seconds.

    `spread` gives a random part of a wait, up to 1, so that many askers do not ask at once.
    """

    url: str
    opener: OpenerDirector
    timeout: float
    login: Login | None = None
    spread: Callable[[], float] = random

    def get(self, path: str, query: Mapping[str, str | int]) -> bytes:
        """Body of the answer; raises BadInput where retries too bring none."""
        request = Request(f"{self.url}/{path}?{urlencode(query)}")
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", f"tidbok/{__version__}")
        if self.login:
            request.add_header("Authorization", self.login.header)
        for attempt in range(1, TRIES + 1):
            try:
                return within(self.timeout, lambda: self._body(request))
            except ValueError:  # a part of the host that is too long
                raise BadInput("web.no_address", where=Where(self.url)) from None
            except (OSError, HTTPException) as error:
                failure = failure_of(error, self.url, self.timeout)
                if attempt == TRIES or failure.wait is None:
                    raise failure.error from None
                pause(min(LONGEST_WAIT, max(failure.wait, 2**attempt * (1 + self.spread()) / 2)))
        raise AssertionError

    def _body(self, request: Request) -> bytes:
        with self.opener.open(request, timeout=self.timeout) as response:
            body = bytearray()
            while piece := response.read1(_PIECE):
                body += piece
                if len(body) > LARGEST << 20:
                    raise BadInput("web.too_large", where=Where(self.url), most=LARGEST)
            if response.length:
                raise IncompleteRead(b"", response.length)
            return bytes(body)


_STATUSES: Final = {401: "web.unauthorized", 403: "web.forbidden", 404: "web.not_found"}

_KINDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    # the first that an error is of
    (TimeoutError, "web.time_out"),
    (ssl.SSLEOFError, "web.dropped"),
    (ssl.SSLError, "web.tls"),
    (socket.gaierror, "web.unknown_host"),
    (ConnectionRefusedError, "web.unreachable"),
    (ConnectionError, "web.dropped"),
    (HTTPException, "web.dropped"),
    (Exception, "web.unreachable"),
)


class HttpFailure(NamedTuple):
    """Failure and, where it may pass, the seconds to wait (0: unsaid)."""

    error: BadInput
    wait: float | None


def failure_of(error: OSError | HTTPException, url: str, timeout: float) -> HttpFailure:
    """Judge an error of urllib's; close the answer that an HTTPError is."""
    where = Where(url)
    if isinstance(error, HTTPError):
        with error:
            passing = error.code == 429 or error.code >= 500
            code = "web.failing" if passing else _STATUSES.get(error.code, "web.status")
            wait = _seconds(error.headers.get("Retry-After", "").strip()) if passing else None
            return HttpFailure(BadInput(code, where=where, status=error.code), wait)
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    code = code_of(cause)
    host, seconds = urlsplit(url).hostname or "", round(timeout)
    told = BadInput(code, where=where, seconds=seconds, host=host, detail=detail_of(cause))
    return HttpFailure(told, 0 if code == "web.dropped" else None)


def code_of(cause: Exception) -> str:
    """Return the code of what went wrong on the way."""
    return next(code for kind, code in _KINDS if isinstance(cause, kind))


def detail_of(cause: Exception) -> str:
    """Return the library's own word for an error, which quotes nothing."""
    for name in ("verify_message", "reason", "strerror"):
        if isinstance(detail := getattr(cause, name, None), str):
            return detail
    return type(cause).__name__


def _seconds(asked: str) -> float:
    """Seconds by Retry-After, which is their number or a date."""
    if asked.isdecimal() and len(asked) < 10:
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
