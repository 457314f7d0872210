"""Why an API could not be asked, in our own codes, and what of it may pass. No error tells of the password."""

import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from tidbok_cli.errors import BadInput, Where

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


class Failure(NamedTuple):
    """A failure, and, where it may pass, for how many seconds the server asks us to wait (0: it does not say)."""

    error: BadInput
    wait: float | None


def failure_of(error: OSError | HTTPException, url: str, timeout: float) -> Failure:
    """What an error of urllib's means. It closes the answer that an HTTPError is."""
    where = Where(url)
    if isinstance(error, HTTPError):
        with error:
            passing = error.code == 429 or error.code >= 500
            code = "web.failing" if passing else _STATUSES.get(error.code, "web.status")
            wait = _seconds(error.headers.get("Retry-After", "").strip()) if passing else None
            return Failure(BadInput(code, where=where, status=error.code), wait)
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    code = next(code for kind, code in _KINDS if isinstance(cause, kind))
    host, seconds = urlsplit(url).hostname or "", round(timeout)
    told = BadInput(code, where=where, seconds=seconds, host=host, detail=_detail(cause))
    return Failure(told, 0 if code == "web.dropped" else None)


def _detail(cause: Exception) -> str:
    for name in ("verify_message", "reason", "strerror"):
        if isinstance(detail := getattr(cause, name, None), str):
            return detail
    return type(cause).__name__


def _seconds(asked: str) -> float:
    """What Retry-After says: a number of seconds, or a date."""
    if asked.isdecimal() and len(asked) < 10:
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
