"""PostgreSQL connections, and errors by code, whatever the server's language.

Neither SQLModel nor SQLAlchemy is needed; psycopg is loaded only for a store in PostgreSQL.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.errors import BadInput, Busy

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address

_SETTINGS: Final = "SELECT set_config('cursor_tuple_fraction', '1', false), set_config('jit', 'off', false)"
"""Settings for cursors that fetch all rows, without compilation.

An engine that speaks the protocol without such settings is left as it is.
"""

_SOON: Final = ("starting up", "shutting down", "too many clients", "connection slots", "too many connections")
"""Words of a server that will answer soon, without a code."""

CODES: Final = {
    "55P03": "store.busy",  # the lock was not had in time
    "57014": "store.busy",  # the server's own limit of time
    "40001": "store.busy",  # another transaction was there first
    "40P01": "store.busy",
    "53300": "store.busy",  # too many connections
    "53100": "store.full",
    "25006": "store.read_only",
    "42501": "store.not_allowed",
    "42P01": "store.empty",
}


def expect_driver() -> None:
    """Raise BadInput where psycopg is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise BadInput("extra.missing", extra="pg") from error


def connect(address: Address, seconds: int) -> Any:
    """Connect with psycopg.

    Raises BadInput where the server cannot be reached, Busy where it soon may.
    """
    expect_driver()
    import psycopg

    try:
        given = psycopg.conninfo.conninfo_to_dict(address.dsn)
        ports = str(given.get("port") or "5432").split(",")
        if not all(port.isdecimal() for port in ports):  # libpq would repeat what it takes for one: a password's part
            raise BadInput("store.malformed")
        connection = psycopg.connect(
            address.dsn, connect_timeout=seconds, client_encoding="utf8", fallback_application_name="tidbok",
            autocommit=True,
        )  # fmt: skip
    except (psycopg.ProgrammingError, UnicodeError) as error:
        raise BadInput("store.malformed") from error
    except psycopg.OperationalError as error:
        busy = any(words in str(error) for words in _SOON)
        reason = _reason(str(error), str(given.get("password") or ""))
        if busy:
            raise Busy("store.not_now", store=str(address), reason=reason) from error
        raise BadInput("store.unreachable", store=str(address), reason=reason) from error
    with suppress(psycopg.DatabaseError):
        connection.execute(_SETTINGS)
    connection.autocommit = False
    return connection


def _reason(text: str, password: str) -> str:
    """Return the server's words on the last attempt, in one line."""
    lines = [line for line in text.splitlines() if "failed: " in line or "FATAL:" in line] or text.splitlines()[-1:]
    words = "".join(lines[-1:]).rpartition("FATAL:")[2].removeprefix("connection failed: ").strip(" .\t")
    return words.replace(password, "***") if password else words


def code_of(error: object) -> str | None:
    """Return the program's code for a driver's error that users meet."""
    state = getattr(error, "sqlstate", None)
    if state is None and type(error).__name__ == "OperationalError" and hasattr(error, "pgconn"):
        return "store.lost"  # the connection: the server went away
    if state and state[:2] in ("08", "57") and state not in CODES:
        return "store.lost"
    return CODES.get(state or "")
