"""PostgreSQL's errors by SQLSTATE, whatever the server's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import OperationalError

from tidbok_cli.store.fault import fault
from tidbok_cli.store.postgresql import ask

if TYPE_CHECKING:
    from tidbok_cli.errors import TidbokError
    from tidbok_cli.store.address import Address

_CODES: Final = {
    "53300": "store.crowded",
    "55P03": "store.locked",
    "53100": "store.full",
    "53200": "store.server_memory",
    "53400": "store.server_limit",
    "58030": "store.disk_error",
    "42501": "store.not_allowed",
    # the program asks for no table or column that its own stores lack, nor finds one of its name where it makes them
    "42P01": "store.not_a_store",
    "42703": "store.not_a_store",
    "XX001": "store.not_a_store",
    "XX002": "store.not_a_store",
}
_LIMITS: Final = {
    "25P03": "idle_in_transaction_session_timeout",
    "25P04": "transaction_timeout",
    "57P05": "idle_session_timeout",
}
_OVERTAKEN: Final = ("40001", "40P01")
_LOST: Final = ("08", "57")
"""Classes of errors that end a connection."""


def fault_of_postgresql(error: Any, address: Address) -> TidbokError | None:
    """The program's error for one of psycopg's; None for what users do not meet."""
    state: str | None = error.sqlstate
    if state is None:
        return fault("store.lost", address) if type(error) is OperationalError else None
    if setting := _LIMITS.get(state):
        return fault("store.limit", address, setting=setting)
    if state == "57014":
        return _broken_off(error, address)
    if state in _OVERTAKEN:
        return fault("store.recovery_conflict" if _follows(address) else "store.overtaken", address)
    if state == "25006":
        return fault("store.standby" if _follows(address) else "store.read_only", address)
    code = _CODES.get(state) or ("store.lost" if state[:2] in _LOST else None)
    return fault(code, address, reason=error.diag.message_primary or "") if code else None


def _broken_off(error: Any, address: Address) -> TidbokError:
    """The fault of a statement that took too long, or that somebody cancelled.

    The server's words say which, in its language; where no limit is set, it was somebody.
    """
    said = str(error.diag.message_primary)
    limited = "statement timeout" in said
    if not limited and "user request" not in said:
        limited = ask(address, "SHOW statement_timeout") not in ("0", None)
    return fault("store.limit", address, setting="statement_timeout") if limited else fault("store.cancelled", address)


def _follows(address: Address) -> bool:
    """Whether the server is a standby."""
    return bool(ask(address, "SELECT pg_is_in_recovery()"))
