"""PostgreSQL connections.

Neither SQLModel nor SQLAlchemy is needed; psycopg is loaded only for a store in PostgreSQL.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tidbok_cli.errors import BadInput

if TYPE_CHECKING:
    from tidbok_cli.store.address import Address
    from tidbok_cli.store.caller import Caller

_SETTINGS: Final = """
SELECT set_config('cursor_tuple_fraction', '1', false), set_config('jit', 'off', false),
       set_config('lock_timeout', %s, false)
"""
"""Settings for cursors that fetch all rows, without compilation, and a wait for locks that ends.

An engine that speaks the protocol without such settings is left as it is.
"""

_LEAST_SECONDS, _MOST_SECONDS = 2, 10
"""Bounds of the seconds that each server has to answer: libpq knows no less; behind a dead one, one may live."""


def expect_driver() -> None:
    """Raise BadInput where psycopg is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise BadInput("extra.missing", extra="pg") from error


def connect(address: Address, caller: Caller) -> Any:
    """Connect with psycopg; the server's own views name the caller's command.

    Raises BadInput where the server cannot be reached, Busy where it soon may.
    """
    expect_driver()
    import logging

    import psycopg

    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # the errors that it logs are told in sentences
    given = _given(address)
    seconds = int(min(max(caller.wait, _LEAST_SECONDS), _MOST_SECONDS))
    try:
        connection = psycopg.connect(
            address.dsn, connect_timeout=seconds, client_encoding="utf8",
            fallback_application_name=f"tidbok {caller.command}".strip(), autocommit=True,
        )  # fmt: skip
    except (psycopg.ProgrammingError, UnicodeError) as error:
        raise BadInput("store.malformed") from error
    except psycopg.OperationalError as error:
        from tidbok_cli.store.postgresql_refusal import refusal

        raise refusal(error, address, given) from error
    with suppress(psycopg.DatabaseError):
        connection.execute(_SETTINGS, (lock_timeout(caller.wait),))
    connection.autocommit = False
    return connection


def _given(address: Address) -> dict[str, Any]:
    """The parameters in the store's URL; raises BadInput."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(address.dsn)
    except (ProgrammingError, UnicodeError) as error:
        raise BadInput("store.malformed") from error
    ports = str(given.get("port") or "5432").split(",")
    if not all(port.isdecimal() for port in ports):  # libpq would repeat what it takes for one: a password's part
        raise BadInput("store.malformed")
    return given


def lock_timeout(seconds: float) -> str:
    """The setting's value, in milliseconds; 0 would be for ever."""
    return str(max(1, int(seconds * 1000)))


def ask(address: Address, question: str) -> Any:
    """Put a question over a connection of its own; None where that fails."""
    from tidbok_cli.store.caller import Caller

    with suppress(Exception), connect(address, Caller(wait=_LEAST_SECONDS)) as connection:
        return connection.execute(question).fetchone()[0]
    return None
