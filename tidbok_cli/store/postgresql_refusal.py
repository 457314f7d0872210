"""Why no connection to PostgreSQL could be had: later it may be, or never so."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from psycopg import OperationalError
from psycopg import connect as connect_anywhere
from psycopg.conninfo import make_conninfo
from psycopg.errors import ConnectionTimeout
from psycopg.pq import PGconn, Ping

from tidbok_cli.store.fault import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidbok_cli.errors import TidbokError
    from tidbok_cli.store.address import Address

_CROWDED: Final = (
    "too many clients",
    "connection slots",
    "too many connections",
    "no more connections allowed",
)
_NOT_NOW: Final = (
    "starting up",
    "shutting down",
    "in recovery mode",
    "not yet accepting connections",
    "cannot connect to server",  # PgBouncer's words on the server behind it
    "server login has been failing",
)
_UNRESOLVED: Final = "failed to resolve host"
_NAME_SERVER_SILENT: Final = "[Errno -3]"
_SECURITY: Final = ("ssl", "certif", "private key", "gss")
_BROKEN_OFF: Final = "ssl syscall"
_SECONDS: Final = 2


def refusal(error: OperationalError, address: Address, given: Mapping[str, Any]) -> TidbokError:
    """The program's error for a connection that was not had; `given`: the parameters in the URL.

    The words are those of libpq, psycopg and PgBouncer. What a server says may be in any language: beside its English
    words it is asked by libpq's ping, which goes by the code that the server gave.
    """
    reason = _reason(str(error), str(given.get("password") or ""))
    return fault(_code(error, address, given), address, reason=reason)


def _code(error: OperationalError, address: Address, given: Mapping[str, Any]) -> str:
    words = str(error)
    if isinstance(error, ConnectionTimeout):
        return "store.no_answer"
    if any(each in words for each in _CROWDED):
        return "store.crowded"
    if any(each in words for each in _NOT_NOW):
        return "store.not_now"
    if _UNRESOLVED in words:
        return "store.no_answer" if _NAME_SERVER_SILENT in words else "store.unreachable"
    return _code_by_ping(words.lower(), address, given)


def _code_by_ping(words: str, address: Address, given: Mapping[str, Any]) -> str:
    match PGconn.ping(make_conninfo(address.dsn, connect_timeout=_SECONDS).encode()):
        case Ping.REJECT:
            return "store.not_now"
        case Ping.NO_RESPONSE:
            insecure = any(each in words for each in _SECURITY) and _BROKEN_OFF not in words
            return "store.unreachable" if insecure or _is_nowhere(given) else "store.no_answer"
        case _:
            return "store.no_primary" if _lets_in_elsewise(address, given) else "store.unreachable"


def _is_nowhere(given: Mapping[str, Any]) -> bool:
    """Whether the URL names folders of sockets, and none of them is there."""
    hosts = str(given.get("host") or "").split(",")
    return all(host.startswith("/") and not Path(host).is_dir() for host in hosts)


def _lets_in_elsewise(address: Address, given: Mapping[str, Any]) -> bool:
    """Whether a server lets the role in, and is only not of the kind that is asked for."""
    if given.get("target_session_attrs", "any") == "any":
        return False
    with suppress(Exception):
        connect_anywhere(address.dsn, target_session_attrs="any", connect_timeout=_SECONDS).close()
        return True
    return False


def _reason(text: str, password: str) -> str:
    """Return the server's words on the last attempt, in one line."""
    lines = [line for line in text.splitlines() if "failed: " in line or "FATAL:" in line] or text.splitlines()[-1:]
    words = "".join(lines[-1:]).rpartition("FATAL:")[2].removeprefix("connection failed: ").strip(" .\t")
    return words.replace(password, "***") if password else words
